#!/usr/bin/env bash
# Checks the direction of imports: HLSKit stands alone, and only HLSConversion and its tests see FFmpeg.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
imports() { grep -rnE '^[[:space:]]*(@[a-zA-Z_]+ )*((public|package|internal|fileprivate|private) )?import ' "$@" --include='*.swift' || true; }

stray=$(imports Sources/HLSKit | grep -vE 'import FoundationEssentials$' || true)
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
exit $status
