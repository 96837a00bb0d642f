#!/usr/bin/env bash
# Runs the tests of each target by themselves, so that those that wait for a network are not kept waiting by those that encode.
# Usage: test.sh SWIFT test [OPTION ...]
set -euo pipefail
cd "$(dirname "$0")/.."

failed=()
for folder in Tests/*Tests; do
    target=$(basename "$folder")
    "$@" --filter "^$target\\." || failed+=("$target")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "w2g: tests failed in: ${failed[*]}" >&2
    exit 1
fi
