#!/usr/bin/env python3
"""Measures the rooms against a bare epoll relay in C, both in one run, in turn.

usage: Benchmarks/relay.py [path of w2g] [--rounds N]

Prints deliveries a second, median latency and their ratios for rooms of 10, 100 and 1,000 members, the memory of
10,000 idle members, and the delays of 1,000 rooms of 10 members who each send once a second.
"""

import argparse
import json
import pathlib
import resource
import signal
import socket
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
WORK = HERE / "work" / "relay"


def build(name):
    """Compiles one of the C programs."""
    WORK.mkdir(parents=True, exist_ok=True)
    program = WORK / name
    subprocess.run(["cc", "-O2", "-o", program, HERE / "Relay" / f"{name}.c"], check=True)
    return program


class Bare:
    """The bare relay."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        self.process.kill()
        self.process.wait()


class Ours:
    """`w2g launch` with an empty folder and no limit of messages."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = [program, "launch", self.folder.name, "--host", "127.0.0.1", "--port", str(self.port)]
        words += ["--message-rate", "0", "--members-per-room", "20000"]
        words += ["--log-filepath", str(pathlib.Path(self.folder.name) / "log")]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("w2g launch did not begin to listen")

    def memory(self):
        """The resident memory in KB."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.folder.cleanup()


def load(program, *words):
    """Runs the load and gives what it measured."""
    run = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr)
    return json.loads(run.stdout)


def compare(bare, ours, loader, rounds, title, *words):
    """Loads both in turn and prints the medians."""
    results = {bare: [], ours: []}
    for _ in range(rounds):
        for server in (bare, ours):
            results[server].append(load(loader, words[0], server.port, *words[1:]))
    row = {}
    for name, server in (("bare", bare), ("w2g", ours)):
        row[name] = {key: statistics.median(r[key] for r in results[server]) for key in ("per_second", "p50_us", "p99_us")}
    rate = row["w2g"]["per_second"] / row["bare"]["per_second"]
    delay = row["w2g"]["p50_us"] / row["bare"]["p50_us"]
    print(
        f"{title:28} bare {row['bare']['per_second']:9.0f}/s {row['bare']['p50_us']:8.0f} us   "
        f"w2g {row['w2g']['per_second']:9.0f}/s {row['w2g']['p50_us']:8.0f} us   "
        f"rate x{rate:.2f}  median delay x{delay:.2f}",
        flush=True,
    )


def idle(program, loader, members):
    """Prints how much memory idle members take."""
    ours = Ours(program)
    try:
        warm = subprocess.Popen([loader, "idle", str(ours.port), "50"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        warm.stdout.readline()
        warm.communicate(b"\n")
        time.sleep(1)
        before = ours.memory()
        clients = subprocess.Popen(
            [loader, "idle", str(ours.port), str(members)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        clients.stdout.readline()
        time.sleep(2)
        after = ours.memory()
        clients.communicate(b"\n")
        time.sleep(2)
        print(
            f"{members:,} idle members: {(after - before) / members:.1f} KB each "
            f"({before} KB before, {after} KB with them, {ours.memory()} KB after they left)",
            flush=True,
        )
    finally:
        ours.stop()


def main():
    parser = argparse.ArgumentParser(description="Measure the rooms against a bare epoll relay in C.")
    parser.add_argument("program", nargs="?", default=".build/release/w2g")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["fan", "idle", "rooms"])
    arguments = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    loader, bare_program = build("load"), build("bare")
    if arguments.only in (None, "fan", "rooms"):
        bare, ours = Bare(bare_program), Ours(arguments.program)
        try:
            if arguments.only != "rooms":
                for members, messages, window in ((10, 20_000, 16), (100, 2_000, 16), (1000, 200, 16)):
                    title = f"{members} members, {window} under way"
                    compare(bare, ours, loader, arguments.rounds, title, "fan", members, messages, 256, window)
                for members, messages in ((10, 5_000), (100, 500), (1000, 50)):
                    title = f"{members} members, one by one"
                    compare(bare, ours, loader, arguments.rounds, title, "fan", members, messages, 256, 1)
            if arguments.only != "fan":
                compare(bare, ours, loader, 1, "1,000 rooms of 10, once a s", "rooms", 1000, 10, 10)
                for name, server in (("bare", bare), ("w2g", ours)):
                    result = load(loader, "rooms", server.port, 1000, 10, 10)
                    print(f"  {name}: p50 {result['p50_us'] / 1000:.2f} ms, p99 {result['p99_us'] / 1000:.2f} ms")
        finally:
            bare.stop()
            ours.stop()
    if arguments.only in (None, "idle"):
        idle(arguments.program, loader, 10_000)


if __name__ == "__main__":
    main()
