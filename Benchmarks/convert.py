#!/usr/bin/env python3
"""Compare `w2g convert` with the `ffmpeg` program, in turn in one run, and print medians and ratios as Markdown.

usage: convert.py encode|copy|cmaf|startup|all [--w2g PATH] [--old PATH] [--pairs N] [--input FILE] [--output DIR]
                  [--json FILE]

  encode   60 s of 1280x720, encoded again with libx264 and aac; then size and PSNR of both results
  copy     5 minutes and 2 hours, cut into segments without encoding
  cmaf     the same into fragmented MP4
  startup  `w2g version` against an empty C program

After one warm-up of each, N pairs are run: ours, the peer, ours, the peer ... A ratio is ours divided by the peer's in
one pair; the median over the pairs counts. With --old the peer of encode and copy is another w2g. See Benchmarks/README.md.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
WORK = HERE / "work"
FFMPEG = ["ffmpeg", "-y", "-nostdin", "-loglevel", "error"]
HLS = ["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod"]
ENCODE = ["-c:v", "libx264", "-crf", "23", "-preset", "veryfast", "-c:a", "aac", "-b:a", "128k", "-ac", "2"]
FORCED = ["-force_key_frames", "expr:gte(t,n_forced*2)"]
STARTUP_PAIRS = 20


def make_film(path):
    """A zoom with hard edges, gradients, moving text and grain; a chord over pink noise; a keyframe every 2 s."""
    graph = ("mandelbrot=size=640x360:rate=25:maxiter=300:end_scale=0.05:end_pts=1500,"
             "scale=1280:720,format=yuv420p[zoom];"
             "testsrc2=size=1280x720:rate=25,format=yuv420p[pattern];"
             "[zoom][pattern]blend=all_mode=average,noise=alls=6:allf=t[v];"
             "aevalsrc='0.1*sin(440*PI*t)+0.1*sin(554*PI*t)*lt(mod(t,1),0.5)|0.1*sin(660*PI*t)':s=48000[chord];"
             "anoisesrc=color=pink:amplitude=0.1:sample_rate=48000:seed=1,aformat=channel_layouts=stereo[hiss];"
             "[chord][hiss]amix=inputs=2[a]")
    run([*FFMPEG, "-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-t", "60",
         "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-b:v", "4M", "-maxrate", "6M",
         "-bufsize", "8M", "-g", "50", "-c:a", "aac", "-b:a", "128k", path])


def make_loop(path, times):
    source = film("encode.mp4")
    run([*FFMPEG, "-stream_loop", str(times - 1), "-i", source, "-c", "copy", "-movflags", "+faststart", path])


RECIPES = {
    "encode.mp4": make_film,
    "copy5.mp4": lambda path: make_loop(path, 5),
    "copy120.mp4": lambda path: make_loop(path, 120),
}


def film(name):
    """The made input of this name; it appears under it only when complete."""
    path = WORK / name
    if not path.exists():
        print(f"making {path}", file=sys.stderr)
        WORK.mkdir(exist_ok=True)
        partial = path.with_name("partial-" + name)
        RECIPES[name](partial)
        partial.rename(path)
    return path


def run(command):
    """Run to the end; wall and CPU seconds, and peak resident memory in bytes."""
    log = WORK / "log.txt"
    with open(log, "wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{shown(command)}\nfailed with {process.returncode}:\n{log.read_text(errors='replace')}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024}


def shown(command):
    """The command as one would type it in the project's folder."""
    parts = [str(part).removeprefix(f"{HERE.parent}/") for part in command]
    return " ".join(f"'{part}'" if re.search(r"[\s(*]", part) else part for part in parts)


def fresh(folder):
    """An empty place for a result, with nothing of earlier results left to be written to the disk."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    os.sync()
    return folder


def ours(w2g, source, folder, video, audio):
    fresh(folder)
    return [w2g, "convert", "--video-encoder", video, "--audio-encoder", audio, source, folder]


def peer(source, folder, options):
    fresh(folder).mkdir()
    return [*FFMPEG, "-i", source, *options, *HLS, folder / "x.m3u8"]


def in_turn(pairs, first, second):
    """Runs of two commands in turn, after one warm-up of each. Both are functions that prepare a run and return it."""
    result = {"commands": [shown(first()), shown(second())], "runs": []}
    for number in range(pairs + 1):
        pair = [run(first()), run(second())]
        if number:
            result["runs"].append(pair)
            print(f"  pair {number}: {pair[0]['wall']:.3f} s, {pair[1]['wall']:.3f} s", file=sys.stderr)
    return result


def row(label, result, measure, scale, unit):
    columns = list(zip(*[[one[measure] * scale for one in pair] for pair in result["runs"]]))
    ratios = [mine / theirs for mine, theirs in zip(*columns)]
    mine, theirs = map(statistics.median, columns)
    result[f"{measure}_ratio"] = ratio = statistics.median(ratios)
    spread = f"{min(ratios):.3f}-{max(ratios):.3f}"
    print(f"| {label} | {mine:.2f} {unit} | {theirs:.2f} {unit} | **{ratio:.3f}** | {spread} |")


def table(title, result):
    print(f"\n### {title}\n")
    print("".join(f"    {command}\n" for command in result["commands"]))
    print("| | ours | peer | ratio | lowest-highest |\n|---|---|---|---|---|")
    row("wall", result, "wall", 1, "s")
    row("CPU", result, "cpu", 1, "s")
    row("peak memory", result, "memory", 1e-6, "MB")
    busy = [statistics.median(pair[i]["cpu"] / pair[i]["wall"] for pair in result["runs"]) for i in (0, 1)]
    print(f"| cores busy, of {os.cpu_count()} | {busy[0]:.2f} | {busy[1]:.2f} | | |")


def playlist(folder):
    found = list(folder.glob("*.m3u8"))
    if len(found) != 1 or "#EXT-X-ENDLIST" not in found[0].read_text():
        sys.exit(f"{folder}: no finished playlist")
    return found[0]


def quality(folder, source):
    """Bytes of all files, number of segments, and PSNR of the picture against the source, in dB."""
    # The filter takes the latest source frame that is not after the new one: 5 ms make that safe from rounding.
    graph = "[0:v:0]setpts=PTS-STARTPTS+0.005/TB[new];[1:v:0]setpts=PTS-STARTPTS[old];[new][old]psnr"
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-i", playlist(folder), "-i", source, "-filter_complex", graph,
               "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return {
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        "segments": playlist(folder).read_text().count("#EXTINF"),
        "psnr": float(re.search(r"PSNR .*average:([\d.]+)", said)[1]),
    }


def older(options, source, folder, video, audio):
    """The peer when it is another w2g."""
    return ours(options.old.resolve(), source, folder, video, audio)


def encode(options):
    source = options.input or film("encode.mp4")
    mine, theirs, forced = (options.output / name for name in ("ours", "peer", "forced"))
    result = in_turn(options.pairs, lambda: ours(options.w2g, source, mine, "libx264", "aac"),
                     lambda: older(options, source, theirs, "libx264", "aac") if options.old
                     else peer(source, theirs, ENCODE))
    table(f"Encoding {source.name}", result)
    run(peer(source, forced, ENCODE + FORCED))
    found = {folder.name: quality(folder, source) for folder in (mine, theirs, forced)}
    print(f"\nThe same picture? The last line is the peer with an IDR every 2 s: `{shown(FORCED)}`\n")
    print("| | size | segments | PSNR | ours: size | ours: PSNR |\n|---|---|---|---|---|---|")
    for name, one in found.items():
        size, psnr = (f"{100 * (found['ours'][key] / one[key] - 1):+.2f} %" for key in ("bytes", "psnr"))
        print(f"| {name} | {one['bytes'] / 1e6:.3f} MB | {one['segments']} | {one['psnr']:.3f} dB | {size} | {psnr} |")
    return {"encode": result | {"quality": found}}


def copy(options, cmaf=False):
    results = {}
    type_ours, type_peer = (["--segment-type", "fmp4"], ["-hls_segment_type", "fmp4"]) if cmaf else ([], [])
    for source in [options.input] if options.input else [film("copy5.mp4"), film("copy120.mp4")]:
        mine, theirs = options.output / "ours", options.output / "peer"
        result = in_turn(options.pairs, lambda: ours(options.w2g, source, mine, "copy", "copy") + type_ours,
                         lambda: older(options, source, theirs, "copy", "copy") + type_ours if options.old
                         else peer(source, theirs, ["-c", "copy", *type_peer]))
        playlist(mine)
        playlist(theirs)
        kind = "CMAF" if cmaf else "transport streams"
        table(f"Copying {source.name} to {kind}, {source.stat().st_size / 1e6:.0f} MB", result)
        results[f"{source.stem} to {kind}"] = result
    return results


def cmaf(options):
    return copy(options, cmaf=True)


def startup(options):
    WORK.mkdir(exist_ok=True)
    program = WORK / "empty"
    subprocess.run(["cc", "-O2", "-x", "c", "-", "-o", program], input=b"int main(void) { return 0; }\n", check=True)
    result = in_turn(STARTUP_PAIRS, lambda: [options.w2g, "version"], lambda: [program])
    print("\n### Startup\n")
    print("".join(f"    {command}\n" for command in result["commands"]))
    mine, theirs = ([pair[i]["wall"] * 1000 for pair in result["runs"]] for i in (0, 1))
    result["difference_ms"] = difference = statistics.median(a - b for a, b in zip(mine, theirs))
    print("| | ours | empty C program | median difference |\n|---|---|---|---|")
    mine, theirs = map(statistics.median, (mine, theirs))
    print(f"| wall | {mine:.2f} ms | {theirs:.2f} ms | **{difference:.2f} ms** |")
    return {"startup": result}


def machine():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    version = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return {"cpu": model[1] if model else os.uname().machine, "cores": os.cpu_count(), "system": os.uname().release,
            "ffmpeg": version, "load": os.getloadavg()[0], "date": time.strftime("%Y-%m-%d")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = {"encode": encode, "copy": copy, "cmaf": cmaf, "startup": startup}
    parser.add_argument("what", choices=[*tasks, "all"])
    parser.add_argument("--w2g", type=pathlib.Path, default=HERE.parent / ".build/release/w2g",
                        help="the program to measure")
    parser.add_argument("--old", type=pathlib.Path, help="another w2g, to compare with instead of ffmpeg")
    parser.add_argument("--pairs", type=int, default=5, help="runs of each (default 5)")
    parser.add_argument("--input", type=pathlib.Path, help="another film than the made ones")
    parser.add_argument("--output", type=pathlib.Path, default=WORK / "output",
                        help="where results go (default work/output)")
    parser.add_argument("--json", type=pathlib.Path, help="also write every run here")
    options = parser.parse_args()
    options.w2g = options.w2g.resolve()
    if not options.w2g.is_file():
        sys.exit(f"{options.w2g}: not found; build it with `swift build -c release`, or say --w2g")
    results = {"machine": machine()}
    print("{cpu}, {cores} cores, Linux {system}, ffmpeg {ffmpeg}, load before {load:.1f}, {date}"
          .format(**results["machine"]))
    for name in tasks if options.what == "all" else [options.what]:
        results |= tasks[name](options)
    for name in ("ours", "peer", "forced"):
        shutil.rmtree(options.output / name, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


main()
