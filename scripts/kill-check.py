#!/usr/bin/env python3
"""Kill `w2g download` at random moments, let it go on, and check that the result is byte-identical.

usage: kill-check.py [--w2g PATH] [--times 100] [--segments 200] [--seed N]

Each turn starts a download from a server of this script, kills it (SIGKILL) after a random part of the time that a
whole one takes, some times in a row, and at every third turn also cuts off the end of the journal, as a lost power
supply may. Then the download is run to its end and compared with the one that was not disturbed.
"""
import argparse
import hashlib
import http.server
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent


def segment(number):
    noise = random.Random(number).randbytes(187 * 300)
    return b"".join(b"\x47" + noise[at:at + 187] for at in range(0, len(noise), 187))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    segments = []
    requests = 0

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/film.m3u8":
            lines = "".join(f"#EXTINF:2.0,\ns{n}.ts\n" for n in range(len(self.segments)))
            body = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n{lines}#EXT-X-ENDLIST\n".encode()
        else:
            Handler.requests += 1
            body = self.segments[int(path[2:-3])]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A killed client resets its connections."""


def digest(folder):
    """The bytes of every file that people see."""
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--w2g", default=str(HERE.parent / ".build/release/w2g"))
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--segments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    Handler.segments = [segment(n) for n in range(arguments.segments)]
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/film.m3u8"
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "film"

        def start(token):
            return subprocess.Popen([arguments.w2g, "download", f"{url}?token={token}", str(folder), "--progress", "none"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        begun = time.monotonic()
        if start("first").wait() != 0:
            sys.exit("the undisturbed download failed")
        whole = time.monotonic() - begun
        expected = digest(folder)
        kills = fetched = 0
        for turn in range(arguments.times):
            subprocess.run(["rm", "-rf", folder], check=True)
            Handler.requests = 0
            for _ in range(chance.randint(1, 4)):
                process = start(chance.random())
                time.sleep(chance.random() * whole)
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    kills += 1
                process.wait()
                journal = folder / ".w2g-download"
                if turn % 3 == 2 and journal.exists():
                    bytes_there = journal.read_bytes()
                    journal.write_bytes(bytes_there[:max(40, len(bytes_there) - chance.randint(0, 400))])
            last = start("last")
            if last.wait() != 0:
                sys.exit(f"turn {turn}: {last.stderr.read().decode()}")
            if digest(folder) != expected:
                sys.exit(f"turn {turn}: the result is another one")
            rest = [p.name for p in folder.iterdir() if p.name.startswith(".") and p.name != ".w2g-download"]
            if rest:
                sys.exit(f"turn {turn}: left behind: {rest}")
            fetched += Handler.requests
        print(f"{arguments.times} turns, {kills} kills: every result is byte-identical; "
              f"{fetched / arguments.times / arguments.segments:.2f} requests a segment on average")


if __name__ == "__main__":
    main()
