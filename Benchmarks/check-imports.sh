#!/bin/sh
# Fails when HLSKit imports anything but FoundationEssentials, in its sources or in what was built of it:
# check-imports.sh [build folder]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/.build/debug}
if grep -rnE '^[[:space:]]*(@[[:alnum:]_()]+[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?import[[:space:]]' \
    "$root/Sources/HLSKit" --include='*.swift' | grep -vE 'import FoundationEssentials$'; then
    echo "HLSKit imports more than FoundationEssentials" >&2
    exit 1
fi
objects=$(find "$build/HLSKit.build" -name '*.o' 2>/dev/null || true)
if [ -z "$objects" ]; then
    echo "nothing was built in $build: swift build --target HLSKit" >&2
    exit 1
fi
# Mangled names of modules that must not be there: Foundation itself, SwiftNIO, FFmpeg.
if nm -u $objects | grep -E '\$s10Foundation[^E]|\$s7NIOCore|\$s8NIOPosix| av_| avcodec_| avformat_'; then
    echo "HLSKit links with a library that it must not need" >&2
    exit 1
fi
echo "HLSKit needs Swift alone"
