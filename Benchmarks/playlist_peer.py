"""Reads and writes a playlist with m3u8 from PyPI: playlist_peer.py file."""
import sys

# Python looks into this folder first, where inspect.py is not the module of that name which m3u8 needs.
sys.path.pop(0)

import resource
import time
from importlib.metadata import version

import m3u8

text = open(sys.argv[1], encoding="utf-8").read()
size = len(text.encode())
start = time.perf_counter()
playlist = m3u8.loads(text)
parsed = time.perf_counter()
written = playlist.dumps()
done = time.perf_counter()
assert len(playlist.segments) == 100_000
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / size
print(f"m3u8 {version('m3u8')}, Python {sys.version.split()[0]}, parse: {size / (parsed - start) / 1e6:.1f} MB/s")
print(f"m3u8, write: {len(written) / (done - parsed) / 1e6:.1f} MB/s, peak memory {peak:.1f} of the file")
