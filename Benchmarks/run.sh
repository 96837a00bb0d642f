#!/usr/bin/env bash
# Runs every benchmark. Usage: run.sh PROGRAM
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v ffmpeg >/dev/null; then
    echo "w2g: the benchmarks compare with the ffmpeg program: install it first (Debian: apt-get install ffmpeg)" >&2
    exit 1
fi
python3 Benchmarks/convert.py all --w2g "$1"
Benchmarks/playlist.sh
python3 Benchmarks/transport_stream.py
python3 Benchmarks/inspect.py --w2g "$1"
python3 Benchmarks/serve.py --w2g "$1"
python3 Benchmarks/relay.py "$1"
