#!/usr/bin/env python3
"""Measures `w2g download` over a bad network: every answer comes 50 ms late, and one in a hundred fails.

Usage: download_faults.py [--w2g PATH] [--segments N] [--size BYTES] [--workers N] [--latency MS] [--failures PERCENT] [--runs N]

A server of its own stands for the network: it waits before each answer, once more for a new connection, and lets answers
fail in turn with 503, a reset and a body that is cut short. The ideal is one connection and one round trip for the playlist,
a round trip for each segment with all workers busy, and the time that the bytes alone take: curl with as many transfers at
once, from the same server without latency and failures. Both are run in turn; each result is compared byte by byte.
"""
import sys

# This folder has an inspect.py, which is not the one that asyncio means.
sys.path.pop(0)

import argparse
import asyncio
import filecmp
import os
import random
import shutil
import socket
import statistics
import struct
import subprocess
import threading
import time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
work = os.path.join(root, "Benchmarks", "work", "faults")


class Network:
    """A server of files whose answers are late, and fail now and then."""

    def __init__(self, folder):
        self.folder = folder
        self.latency = 0.0
        self.failures = 0.0
        self.generator = random.Random(1)
        self.count = 0
        self.failed = 0
        self.requests = 0

    async def serve(self, reader, writer):
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The handshake of TCP is a round trip too.
        wait = self.latency
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await asyncio.sleep(self.latency + wait)
                wait = 0
                if not await self.answer(head, writer, connection):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, head, writer, connection):
        self.requests += 1
        path = os.path.join(self.folder, os.path.basename(head.split(" ")[1].split("?")[0]))
        first = 0
        for line in head.split("\r\n"):
            if line.lower().startswith("range: bytes="):
                first = int(line.split("=")[1].split("-")[0])
        if not os.path.exists(path):
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return True
        size = os.path.getsize(path)
        fails = path.endswith(".ts") and self.generator.random() < self.failures
        kind = self.failed % 3 if fails else None
        self.failed += fails
        if kind == 0:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            return True
        lines = [f"HTTP/1.1 {206 if first else 200} OK", f"Content-Length: {size - first}", 'ETag: "1"', "Accept-Ranges: bytes"]
        if first:
            lines.append(f"Content-Range: bytes {first}-{size - 1}/{size}")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        with open(path, "rb") as file:
            if kind is None:
                await writer.drain()
                await asyncio.get_running_loop().sendfile(writer.transport, file, first, size - first)
                return True
            file.seek(first)
            writer.write(file.read((size - first) // 2))
            await writer.drain()
        if kind == 1:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return False

    def start(self):
        """Starts the server on a free port, in a thread of its own; returns the port."""
        ready = threading.Event()
        port = []

        async def main():
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=512)
            port.append(server.sockets[0].getsockname()[1])
            ready.set()
            await server.serve_forever()

        threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
        ready.wait()
        return port[0]


def make(folder, count, size):
    """Segments of null packets, and their playlist."""
    mark = os.path.join(folder, f"made-{count}-{size}")
    if os.path.exists(mark):
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:4", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for index in range(count):
        packets = bytearray()
        for _ in range(size // 188):
            packets += b"\x47\x1f\xff\x10" + os.urandom(184)
        with open(os.path.join(folder, f"s{index}.ts"), "wb") as file:
            file.write(packets)
        lines += ["#EXTINF:4,", f"s{index}.ts"]
    with open(os.path.join(folder, "film.m3u8"), "w") as file:
        file.write("\n".join(lines + ["#EXT-X-ENDLIST", ""]))
    open(mark, "w").close()


def run(command):
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command[:3]}: {errors[-2000:]}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--w2g", default=os.path.join(root, ".build/release/w2g"))
    parser.add_argument("--segments", type=int, default=400)
    parser.add_argument("--size", type=int, default=300_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--latency", type=float, default=50)
    parser.add_argument("--failures", type=float, default=1)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    source, target = os.path.join(work, "source"), os.path.join(work, "film")
    make(source, options.segments, options.size)
    network = Network(source)
    url = f"http://127.0.0.1:{network.start()}"
    fetched = os.path.join(work, "curl")
    ours, peers, memory, failed = [], [], 0, 0
    for _ in range(options.runs):
        shutil.rmtree(fetched, ignore_errors=True)
        os.makedirs(fetched)
        (network.latency, network.failures) = (0, 0)
        names = f"{url}/s[0-{options.segments - 1}].ts"
        curl = ["curl", "-s", "-S", "-Z", "--parallel-max", str(options.workers), "-o", f"{fetched}/s#1.ts", names]
        peers.append(run(curl)[0])
        shutil.rmtree(target, ignore_errors=True)
        (network.latency, network.failures) = (options.latency / 1000, options.failures / 100)
        before = network.failed
        wall, peak = run(
            [options.w2g, "download", "--progress", "none", "-w", str(options.workers), f"{url}/film.m3u8", target]
        )
        ours.append(wall)
        memory = max(memory, peak)
        failed += network.failed - before
        for index in range(options.segments):
            if not filecmp.cmp(f"{source}/s{index}.ts", f"{target}/stream_{index}.ts", shallow=False):
                sys.exit(f"segment {index} differs")
    trips = 2 + options.segments / options.workers
    bytes_alone = statistics.median(peers)
    ideal = trips * options.latency / 1000 + bytes_alone
    wall = statistics.median(ours)
    print("| segments | latency | failed answers | ideal | of which bytes (curl) | w2g download | ratio | peak memory |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {options.segments} of {options.size} bytes, {options.workers} at once | {options.latency:.0f} ms "
        f"| {failed / options.runs:.1f} a run | {ideal:.2f} s | {bytes_alone:.2f} s "
        f"| {wall:.2f} s ({min(ours):.2f}-{max(ours):.2f}) | {wall / ideal:.2f} | {memory:.0f} MB |"
    )


main()
