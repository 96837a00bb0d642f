#!/usr/bin/env python3
"""Compare `w2g download` with curl, yt-dlp and streamlink, in turn in one run, and print medians and ratios as Markdown.

usage: download.py [plain] [aes] [many] [--w2g PATH] [--rounds N] [--peers DIR] [--output DIR]

  plain  400 segments of 300 kB (120 MB), eight at once, from nginx on the loopback
  aes    the same, encrypted with AES-128: curl stores what the others decrypt
  many   100,000 segments of 1 kB: wall time and memory, against 10,000 and 10 of them

Needs nginx, curl and openssl; yt-dlp and streamlink are run when they are found on PATH or in --peers (a folder that
`pip install --target DIR yt-dlp streamlink pycryptodomex` made). A ratio is ours divided by the peer's of the same
round; the median over the rounds counts. The disk cache is warm for all: one round goes in front that is not counted.
"""
import argparse
import os
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
KEY = bytes(range(16))
MANY = (10, 10_000, 100_000)


def segment(number, size):
    """Transport packets with sync bytes and noise; no two segments are the same."""
    noise = random.Random(number).randbytes(size)
    return b"".join(b"\x47" + noise[at:at + 187].ljust(187, b"\xff") for at in range(0, size - 187, 187))


def playlist(names, key=None):
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:6", "#EXT-X-MEDIA-SEQUENCE:0"]
    if key:
        lines.append(f'#EXT-X-KEY:METHOD=AES-128,URI="{key}"')
    for name in names:
        lines += ["#EXTINF:6.0,", name]
    return "\n".join(lines + ["#EXT-X-ENDLIST", ""])


def make(root, name, count, size, encrypt=False):
    folder = root / name
    if (folder / "index.m3u8").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if encrypt:
        (folder / "k.key").write_bytes(KEY)
    for number in range(count):
        data = segment(number, size)
        if encrypt:
            data = subprocess.run(
                ["openssl", "enc", "-aes-128-cbc", "-K", KEY.hex(), "-iv", f"{number:032x}"],
                input=data, stdout=subprocess.PIPE, check=True).stdout
        (folder / f"s{number}.ts").write_bytes(data)
    (folder / "index.m3u8").write_text(playlist([f"s{n}.ts" for n in range(count)], "k.key" if encrypt else None))


def serve(root, work):
    """nginx on a free port of the loopback, as long as the process lives."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = work / "nginx.conf"
    configuration.write_text(f"""
        daemon off; worker_processes 2; pid {work}/nginx.pid; error_log {work}/nginx.log; user root;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
            types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
            server {{ listen 127.0.0.1:{port}; root {root}; }}
        }}
    """)
    process = subprocess.Popen(["nginx", "-c", configuration], stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.05)
    sys.exit("nginx did not start")


def run(command, environment=None):
    """Wall seconds, CPU seconds and peak memory in MB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    error = process.stderr.read()
    if status != 0:
        sys.exit(f"{command[0]} failed: {error.decode(errors='replace')[-500:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def commands(arguments, base, name, count, out):
    """What is compared: a name and a command each; the first one is ours."""
    url = f"{base}/{name}/index.m3u8"
    peers = pathlib.Path(arguments.peers) if arguments.peers else None
    environment = dict(os.environ, PYTHONPATH=str(peers)) if peers else None

    def find(program):
        own = peers / "bin" / program if peers else None
        return str(own) if own and own.exists() else shutil.which(program)

    curl = ["curl", "-s", "-Z", "--parallel-max", "8"]
    for number in range(count):
        curl += [f"{base}/{name}/s{number}.ts", "-o", f"{out}/s{number}.ts"]
    yield "w2g", [arguments.w2g, "download", url, f"{out}/film", "-w", "8", "--progress", "none"], None
    yield "curl", curl, None
    if program := find("yt-dlp"):
        yield "yt-dlp", [sys.executable, program, "-q", "-N", "8", "--hls-use-mpegts", "--fixup", "never",
                         "--ignore-config", "-o", f"{out}/film.ts", url], environment
    if program := find("streamlink"):
        yield "streamlink", [sys.executable, program, "-Q", "--no-config", "--stream-segment-threads", "8",
                             "-o", f"{out}/film.ts", f"hls://{url}", "best"], environment


def compare(arguments, base, name, count, out):
    figures = {}
    for turn in range(arguments.rounds + 1):
        for label, command, environment in commands(arguments, base, name, count, out):
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            result = run(command, environment)
            if label == "w2g":
                check(out / "film", count)
            if turn > 0:
                figures.setdefault(label, []).append(result)
    own = figures["w2g"]
    print(f"\n{name}, {count} segments, {arguments.rounds} rounds\n")
    print("| | wall | CPU | memory | ours/theirs, median (least-greatest) |\n|---|---|---|---|---|")
    for label, results in figures.items():
        wall, cpu, memory = (statistics.median(r[i] for r in results) for i in range(3))
        ratios = sorted(o[0] / r[0] for o, r in zip(own, results))
        ratio = "" if label == "w2g" else f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
        print(f"| {label} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MB | {ratio} |", flush=True)


def check(folder, count):
    """What we wrote is what was there before it was encrypted."""
    for number in range(count):
        if (folder / f"stream_{number}.ts").read_bytes() != segment(number, 300_000):
            sys.exit(f"stream_{number}.ts is not what it should be")


def many(arguments, base, out):
    print("\n| segments of 1 kB | wall | CPU | memory |\n|---|---|---|---|")
    for count in MANY:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        wall, cpu, memory = run([arguments.w2g, "download", f"{base}/many{count}/index.m3u8", f"{out}/film",
                                 "--progress", "none"])
        print(f"| {count} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MB |", flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("cases", nargs="*", default=["plain", "aes", "many"])
    parser.add_argument("--w2g", default=str(HERE.parent / ".build/release/w2g"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers")
    parser.add_argument("--output", default=str(HERE / "work/download"))
    parser.add_argument("--make-only", action="store_true")
    arguments = parser.parse_args()
    work = pathlib.Path(arguments.output).resolve()
    root, out = work / "www", work / "out"
    root.mkdir(parents=True, exist_ok=True)
    if "plain" in arguments.cases:
        make(root, "plain", 400, 300_000)
    if "aes" in arguments.cases:
        make(root, "aes", 400, 300_000, encrypt=True)
    if "many" in arguments.cases:
        for count in MANY:
            make(root, f"many{count}", count, 1_000)
    if arguments.make_only:
        return
    server, base = serve(root, work)
    try:
        for case in arguments.cases:
            if case == "many":
                many(arguments, base, out)
            else:
                compare(arguments, base, case, 400, out)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(out, ignore_errors=True)


if __name__ == "__main__":
    main()
