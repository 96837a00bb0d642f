#!/usr/bin/env python3
"""Measures `w2g inspect` on a film of two hours as MPEG-TS, fragmented MP4 and MP4, beside reading the same files with cat.

Usage: inspect.py [--w2g PATH] [--film FILE] [--pairs N]
The film is copied into the three forms at first use, with the ffmpeg program; it is that of convert.py unless told.
"""
import argparse
import glob
import os
import statistics
import subprocess
import sys
import time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
work = os.path.join(root, "Benchmarks", "work", "inspect")


def make(film):
    forms = {
        "MPEG-TS": ("ts/ts.m3u8", ["-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod"]),
        "fMP4": (
            "fmp4/fmp4.m3u8",
            ["-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"],
        ),
        "MP4": ("film.mp4", []),
    }
    for name, (target, options) in forms.items():
        path = os.path.join(work, target)
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            command = ["ffmpeg", "-y", "-nostdin", "-loglevel", "error", "-i", film, "-c", "copy", *options, path]
            subprocess.run(command, check=True)
        folder = os.path.dirname(path)
        files = sorted(glob.glob(os.path.join(folder, "*"))) if path.endswith("m3u8") else [path]
        yield name, path, [file for file in files if os.path.isfile(file)]


def run(command):
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command[:4]}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--w2g", default=os.path.join(root, ".build/release/w2g"))
    parser.add_argument("--film", default=os.path.join(root, "Benchmarks/work/copy120.mp4"))
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    print("| | size | wall | speed | peak memory | `cat` of the same files | ratio |\n|---|---|---|---|---|---|---|")
    for name, path, files in make(options.film):
        size = sum(os.path.getsize(file) for file in files) / 1e6
        ours, peers = [], []
        for _ in range(options.pairs + 1):
            ours.append(run([options.w2g, "inspect", "--quiet", "--progress", "none", path]))
            peers.append(run(["cat", *files]))
        # The first ones read from the disk.
        wall = statistics.median(seconds for seconds, _ in ours[1:])
        peer = statistics.median(seconds for seconds, _ in peers[1:])
        memory = max(memory for _, memory in ours)
        print(
            f"| {name} | {size:.0f} MB | {wall:.2f} s | {size / wall:.0f} MB/s | {memory:.0f} MB "
            f"| {peer:.2f} s, {size / peer:.0f} MB/s | {wall / peer:.2f} |"
        )


main()
