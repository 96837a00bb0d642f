#!/bin/sh
# Remakes every media fixture of this folder, or makes them in DIRECTORY. Needs Debian 12's packages
# ffmpeg (5.1, with libx264, libx265 and libzimg) and fonts-dejavu-core. Takes half a minute.
#
# usage: Fixtures/make.sh [DIRECTORY]
set -eu
out=${1:-$(dirname "$0")}
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ff() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }

# picture SECONDS WIDTH HEIGHT RATE: a moving pattern over a black strip (a quarter of the height) with a clock,
# and a white box for the first 120 ms of every second.
picture() {
    printf '%s' "testsrc2=size=$2x$(($3 * 3 / 4)):rate=$4:duration=$1,pad=$2:$3," \
        "drawbox=x=iw*0.8:y=ih*0.77:w=iw*0.18:h=ih*0.21:color=white:t=fill:enable='lt(mod(t,1),0.119)'," \
        "drawtext=fontfile=$font:fontsize=h*0.16:fontcolor=white:x=w*0.02:y=h*0.81:text='%{pts\:hms}'"
}

# beep SECONDS: 1 kHz on both channels for the first 100 ms of every second.
beep() {
    tone='0.4*sin(2*PI*1000*t)*lt(mod(n,48000),4800)'
    printf '%s' "aevalsrc='$tone|$tone':sample_rate=48000:duration=$1"
}

# Encoder settings shared by the small fixtures: two B-frames, a keyframe a second.
x264="-c:v libx264 -preset veryslow -crf 30 -profile:v high -pix_fmt yuv420p -bf 2 -g 25 -bitexact"
aac="-c:a aac -b:a 64k -ar 48000"

small() { picture "$1" 320 180 "${2:-25}"; }

# The sample of the demo.
ff -f lavfi -i "$(picture 20 960 540 25)" -f lavfi -i "$(beep 20)" \
    -c:v libx264 -preset veryslow -crf 33 -profile:v high -pix_fmt yuv420p -bf 3 -g 50 -bitexact \
    $aac -movflags +faststart "$out/sample.mp4"

# Stored lying on its side, 180x320; the display matrix turns it clockwise by 90 degrees, to 320x180. FFmpeg 5.1 takes
# the angle only when it copies, and writes it the other way round.
ff -f lavfi -i "$(small 3)" -f lavfi -i "$(beep 3)" -vf transpose=cclock $x264 $aac "$work/lying.mp4"
ff -i "$work/lying.mp4" -c copy -metadata:s:v rotate=270 -bitexact "$out/rotated.mp4"

# The sound starts 250 ms after the picture: an empty edit of 250 ms, then one that skips the 1024 samples of
# AAC priming. FFmpeg would write a single delay of 228 ms, so the two entries are written into its edit list here.
ff -f lavfi -i "$(small 4)" -itsoffset 0.25 -f lavfi -i "$(beep 4)" $x264 $aac "$out/edit-list.mp4"
python3 - "$out/edit-list.mp4" <<'PATCH'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
edits = data.rindex(b"elst") + 12
assert struct.unpack_from(">IiIIiI", data, edits) == (228, -1, 0x10000, 4022, 0, 0x10000)
struct.pack_into(">IiIIiI", data, edits, 250, -1, 0x10000, 4000, 1024, 0x10000)
open(sys.argv[1], "wb").write(data)
PATCH

# Cut at frame 33 (1.32 s) without encoding: the edit list hides the start of the only group of pictures.
ff -f lavfi -i "$(small 5)" -f lavfi -i "$(beep 5)" $x264 -g 250 $aac "$work/whole.mp4"
ff -ss 1.32 -i "$work/whole.mp4" -c copy -bitexact "$out/edit-list-mid-gop.mp4"

# Sound with a cover, which is not video.
ff -f lavfi -i testsrc=size=128x128:rate=1 -frames:v 1 "$work/cover.png"
ff -f lavfi -i "$(beep 3)" -i "$work/cover.png" -map 0 -map 1 $aac -c:v copy -disposition:v attached_pic -bitexact \
    "$out/cover.mp4"

# AC-3 is the default, AAC the other: 1 kHz in English, 500 Hz in Chinese.
ff -f lavfi -i "$(small 4)" -f lavfi -i "$(beep 4)" -f lavfi -i "sine=frequency=500:sample_rate=48000:duration=4" \
    -map 0 -map 1 -map 2 $x264 -c:a:0 ac3 -b:a:0 96k -c:a:1 aac -b:a:1 64k -ac:a:1 2 \
    -metadata:s:a:0 language=eng -metadata:s:a:1 language=chi -disposition:v default \
    -disposition:a:0 default -disposition:a:1 0 "$out/two-audio.mkv"

# The 33-bit clock passes 2^33 / 90000 = 95443.718 s in the middle.
ff -f lavfi -i "$(small 5)" -f lavfi -i "$(beep 5)" $x264 $aac -output_ts_offset 95440 "$out/wrap.ts"

# HDR10: the pattern converted to BT.2020 and PQ, its white at 203 cd/m2.
ff -f lavfi -i "$(small 2)" -vf "format=yuv420p,
    setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,zscale=t=linear,format=gbrpf32le,
    zscale=p=2020:t=smpte2084:m=2020_ncl:r=limited:npl=203,format=yuv420p10le" \
    -c:v libx265 -preset slow -crf 30 -tag:v hvc1 -bitexact \
    -x265-params "log-level=error:info=0:keyint=25:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:\
colormatrix=bt2020nc:range=limited:max-cll=203,203:\
master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(10000000,1)" "$out/hdr10.mp4"

# 25 interlaced frames a second from 50 pictures, top field first.
ff -f lavfi -i "$(small 3 50)" -f lavfi -i "$(beep 3)" -vf tinterlace=interleave_top,setfield=tff \
    $x264 -flags +ildct+ilme -x264-params tff=1 $aac "$out/interlaced.ts"

# 25 frames a second, then every third frame from 1 s on, none from 2 s to 5 s, 25 a second from 5 s on.
ff -f lavfi -i "$(small 6)" -f lavfi -i "$(beep 6)" -vf "select='lt(t,1)+gte(t,1)*lt(t,2)*not(mod(n-25,3))+gte(t,5)'" \
    -vsync vfr $x264 $aac "$out/hdlike-vfr.mkv"
