#!/bin/sh
# Measures the playlist library, and beside it Python's m3u8 (PyPI) for orientation: playlist.sh
# PYTHON names an interpreter that has m3u8 installed; without one only the library is measured.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/Benchmarks/work
mkdir -p "$work"
swift build -c release --package-path "$root/Benchmarks/Playlist" >"$work/playlist-build.log" 2>&1 ||
    { cat "$work/playlist-build.log" >&2; exit 1; }
bench=$root/Benchmarks/Playlist/.build/release/PlaylistBenchmark
file=$work/playlist.m3u8
"$bench" make "$file"
"$bench" parse "$file"
"$bench" write "$file"
"$bench" build "$file"
"$bench" append "$file"
"$bench" walk "$file"
"$bench" validate "$file"
if command -v valgrind >/dev/null; then
    # What a second reading adds is what reading allocates.
    count() { valgrind --tool=memcheck "$bench" parse "$file" "$1" 2>&1 | sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' | tr -d ,; }
    one=$(count 1)
    two=$(count 2)
    echo "allocations of one reading: $((two - one)) for 100000 segments"
fi
python=${PYTHON:-python3}
if "$python" -c 'import m3u8' 2>/dev/null; then
    "$python" "$root/Benchmarks/playlist_peer.py" "$file"
else
    echo "Python m3u8 is not installed: PYTHON=/path/to/python $0 measures it too"
fi
