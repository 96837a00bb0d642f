#!/usr/bin/env python3
"""Reads a transport stream of 260 MB with the demuxer and with the ffmpeg program, in turn, and prints the medians.

usage: transport_stream.py [pairs]      (9 pairs unless told otherwise; FFmpeg makes the stream at first use)
"""
import os, statistics, subprocess, sys, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
work = os.path.join(root, "Benchmarks", "work")
stream = os.path.join(work, "demux.ts")
package = os.path.join(root, "Benchmarks", "TransportStream")
ours = [os.path.join(package, ".build", "release", "TransportStreamBenchmark"), stream]
peer = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", stream, "-c", "copy", "-f", "null", "-"]


def make():
    """33 s of 720p at 8 Mbit/s with B-frames and AAC, eight times."""
    part = os.path.join(work, "demux-part.ts")
    ffmpeg = ["ffmpeg", "-y", "-nostdin", "-loglevel", "error"]
    subprocess.run(ffmpeg + [
        "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=33", "-f", "lavfi", "-i", "anoisesrc=d=33:r=48000",
        "-vf", "noise=alls=20:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "8M", "-minrate", "8M",
        "-maxrate", "8M", "-bufsize", "8M", "-bf", "2", "-g", "50", "-c:a", "aac", "-b:a", "128k", part], check=True)
    subprocess.run(ffmpeg + ["-stream_loop", "7", "-i", part, "-c", "copy", stream], check=True)
    os.remove(part)


def measure(command):
    """Wall time and CPU time in seconds, and the highest resident set in MB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} failed")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    os.makedirs(work, exist_ok=True)
    if not os.path.exists(stream):
        make()
    subprocess.run(["swift", "build", "-c", "release", "--package-path", package], check=True, stdout=subprocess.DEVNULL)
    size = os.path.getsize(stream) / 1e6
    print(subprocess.run(ours, check=True, capture_output=True, text=True).stdout.strip())
    measure(peer)
    runs = [(measure(ours), measure(peer)) for _ in range(pairs)]
    print(f"{size:.0f} MB, {pairs} pairs, load {os.getloadavg()[0]:.1f}; medians (lowest-highest)")
    for name, side in (("ours", 0), ("peer", 1)):
        wall, cpu, memory = ([run[side][index] for run in runs] for index in range(3))
        print(f"{name}: {size / statistics.median(wall):.0f} MB/s ({size / max(wall):.0f}-{size / min(wall):.0f}), "
              f"wall {statistics.median(wall):.3f} s, CPU {statistics.median(cpu):.3f} s, memory {statistics.median(memory):.1f} MB")
    ratios = [run[1][0] / run[0][0] for run in runs]
    print(f"times as fast as the peer: {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


main()
