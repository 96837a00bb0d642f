#!/usr/bin/env python3
"""Serves a film on a disk that stops answering, and checks that nobody but who asks for its files waits.

usage: stall-check.py [PROGRAM]      (.build/release/w2g unless told otherwise)

The disk is a FUSE folder that passes everything on to a real one until it is told to stall. Needs root or /dev/fuse for users,
Debian's fuse, and fusepy of PyPI. Exits with 0 when all is well, with 1 when something waits, with 69 where there is no FUSE.
"""
import os, re, shutil, signal, socket, subprocess, sys, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
program = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, ".build", "release", "w2g")

DISK = r"""
import errno, os, sys, time
from fuse import FUSE, FuseOSError, Operations

folder, mountpoint, flag = sys.argv[1:]

class Disk(Operations):
    def __call__(self, operation, path, *arguments):
        while os.path.exists(flag):
            time.sleep(0.02)
        try:
            return getattr(self, operation)(folder + path, *arguments)
        except (OSError, AttributeError) as error:
            raise FuseOSError(getattr(error, "errno", None) or errno.ENOSYS)
    def getattr(self, path, handle=None):
        status = os.lstat(path)
        return {name: getattr(status, name) for name in dir(status) if name.startswith("st_")}
    def readdir(self, path, handle): return [".", ".."] + os.listdir(path)
    def access(self, path, mode): return 0
    def open(self, path, flags): return os.open(path, flags)
    def read(self, path, count, offset, handle): return os.pread(handle, count, offset)
    def release(self, path, handle): return os.close(handle)

FUSE(Disk(), mountpoint, foreground=True, ro=True, attr_timeout=0, entry_timeout=0)
"""


def write_film(folder, name):
    os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, name, name + ".m3u8"), "w") as file:
        file.write("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nstream_0.ts\n#EXT-X-ENDLIST\n")
    with open(os.path.join(folder, name, "stream_0.ts"), "wb") as file:
        file.write(b"G" * 188_000)


def request(port, path, seconds):
    """The status of a response, or None when it does not begin in time."""
    with socket.create_connection(("127.0.0.1", port), seconds) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        client.settimeout(seconds)
        try:
            return int(client.recv(100).split()[1])
        except (TimeoutError, IndexError):
            return None


def main():
    top = tempfile.mkdtemp()
    videos, real, flag = (os.path.join(top, name) for name in ("videos", "real", "stall"))
    os.makedirs(os.path.join(videos, "nas"))
    os.mkdir(real)
    write_film(videos, "local")
    write_film(top, "nas")
    shutil.move(os.path.join(top, "nas"), os.path.join(real, "nas"))
    disk = subprocess.Popen([sys.executable, "-c", DISK, os.path.join(real, "nas"), os.path.join(videos, "nas"), flag])
    failures = []
    server = None
    try:
        end = time.monotonic() + 10
        while not os.path.ismount(os.path.join(videos, "nas")):
            if time.monotonic() > end or disk.poll() is not None:
                print("there is no FUSE here: install fuse, and fusepy with pip")
                return 69
            time.sleep(0.05)
        server = subprocess.Popen([program, "launch", videos, "--host", "127.0.0.1", "--port", "0"],
                                  stderr=subprocess.PIPE, text=True)
        port = None
        while port is None:
            line = server.stderr.readline()
            if not line:
                sys.exit("the server did not start")
            found = re.search(r"http://[^:/]+:(\d+)/", line)
            port = found and int(found[1])

        def check(what, is_right):
            print(("ok     " if is_right else "WRONG  ") + what)
            if not is_right:
                failures.append(what)

        segment = "/videos/nas/stream_0.ts"
        check("a segment is served", request(port, segment, 10) == 200 and request(port, "/videos/", 10) == 200)
        open(flag, "w").close()
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]
        for client in held:
            client.sendall(f"GET {segment} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.5)
        for path, what in (("/healthz", "health"), ("/videos/local/stream_0.ts", "a film on another disk"),
                           ("/videos/", "the list"), ("/", "the page")):
            check(f"{what} is served while the disk stalls and 64 requests wait for it", request(port, path, 5) == 200)
        check("who asks for a file of the stalled disk waits", request(port, segment, 1) is None)
        os.remove(flag)
        check("the file is served when the disk answers again", request(port, segment, 10) == 200)
        for client in held:
            client.close()
    finally:
        if os.path.exists(flag):
            os.remove(flag)
        if server:
            server.send_signal(signal.SIGTERM)
            server.wait()
        subprocess.run(["umount", "-l", os.path.join(videos, "nas")], stderr=subprocess.DEVNULL)
        disk.kill()
        disk.wait()
        shutil.rmtree(top, ignore_errors=True)
    return 1 if failures else 0


sys.exit(main())
