#!/usr/bin/env bash
# Checks the direction of imports: HLSKit stands alone, in its sources and in what was built of it, and only HLSConversion
# and its tests see FFmpeg. Usage: check-imports.sh [BUILD FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
imports() { grep -rnE '^[[:space:]]*(@[a-zA-Z_]+ )*((public|package|internal|fileprivate|private) )?import ' "$@" --include='*.swift' || true; }

stray=$(imports Sources/HLSKit | grep -vE '^[^:]+:[0-9]+:((public|package|internal|private) )?import FoundationEssentials$' || true)
if [ -n "$stray" ]; then
    echo "HLSKit may import FoundationEssentials only:" >&2
    echo "$stray" >&2
    status=1
fi

stray=$(imports Sources | grep 'import CFFmpeg' | grep -v '^Sources/HLSConversion/' || true)
if [ -n "$stray" ]; then
    echo "only HLSConversion may import CFFmpeg:" >&2
    echo "$stray" >&2
    status=1
fi

objects=$(find "${1:-.build/debug}/HLSKit.build" -name '*.o' 2>/dev/null || true)
if [ -z "$objects" ]; then
    echo "HLSKit is not built: swift build --target HLSKit" >&2
    exit 1
fi
# Mangled names of modules that must not be there: Foundation itself, SwiftNIO, FFmpeg.
# shellcheck disable=SC2086
if "$(command -v nm || command -v llvm-nm)" -u $objects | grep -E '\$s10Foundation[^E]|\$s7NIOCore|\$s8NIOPosix| av_| avcodec_| avformat_'; then
    echo "HLSKit links with a library that it must not need" >&2
    status=1
fi
exit $status
