#!/bin/sh
# Fuzzes what HLSKit reads and writes of media with libFuzzer: fuzz-media.sh TARGET [seconds [runs]]
#   transport-stream  the demuxer, the readers of codec headers, and the muxer
#   mp4               the readers of MP4 and packed audio
#   cmaf              the writer of CMAF, and what turns transport streams into it
# What is changed is made by the tests' tables; crashers land in Benchmarks/work/fuzz-TARGET.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
target=${1:-}
seconds=${2:-600}
runs=${3:--1}
length=4096
case $target in
    transport-stream)
        driver=TransportStreamFuzzTarget
        set -- TransportStream/TransportStreamProperties TransportStream/TransportStreamCase ;;
    mp4)
        driver=MP4FuzzTarget
        set -- ISOMedia/MP4Properties ;;
    cmaf)
        driver=CMAFFuzzTarget
        length=512
        set -- ISOMedia/CMAFCase ISOMedia/CMAFProperties Transmuxing/TransmuxingProperties \
            TransportStream/TransportStreamProperties TransportStream/TransportStreamCase ;;
    *)
        echo "usage: $0 transport-stream|mp4|cmaf [seconds [runs]]" >&2
        exit 64 ;;
esac
work=$root/Benchmarks/work/fuzz-$target
mkdir -p "$work/corpus"
# One module, named as the library is, so that the shared properties need no import.
echo >"$work/empty.swift"
swiftc -emit-module -parse-as-library -module-name TestSupport "$work/empty.swift" \
    -o "$work/TestSupport.swiftmodule"
{
    find "$root/Sources/HLSKit" -name '*.swift'
    for name; do echo "$root/Tests/HLSKitTests/$name.swift"; done
    for name in SampleUnits BitWriter BoxBuilder; do echo "$root/Tests/TestSupport/$name.swift"; done
    echo "$root/Benchmarks/Fuzz/$driver.swift"
} >"$work/sources"
swiftc -O -wmo -sanitize=fuzzer -parse-as-library -module-name HLSKit -package-name w2g -swift-version 6 -suppress-warnings \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-upcoming-feature InferIsolatedConformances \
    @"$work/sources" -I "$work" -o "$work/fuzz"
cd "$work"
export SWIFT_BACKTRACE=enable=no
exec ./fuzz corpus -max_total_time="$seconds" -runs="$runs" -max_len="$length" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1
