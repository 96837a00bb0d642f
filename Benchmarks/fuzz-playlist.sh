#!/bin/sh
# Fuzzes the playlist reader, writer, validator and editing with libFuzzer: fuzz-playlist.sh [seconds]
# Seeds are the texts of the test table (Benchmarks/Fuzz/Seeds); crashers land in Benchmarks/work/fuzz.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/Benchmarks/work/fuzz
mkdir -p "$work/corpus"
# One module, named as the library is, so that the shared properties need no import.
find "$root/Sources/HLSKit" -name '*.swift' >"$work/sources"
swiftc -O -sanitize=fuzzer -parse-as-library -module-name HLSKit -package-name w2g -swift-version 6 -suppress-warnings \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-upcoming-feature InferIsolatedConformances \
    @"$work/sources" "$root/Tests/HLSKitTests/Playlist/PlaylistProperties.swift" \
    "$root/Benchmarks/Fuzz/FuzzTarget.swift" -o "$work/fuzz"
cd "$work"
export SWIFT_BACKTRACE=enable=no
exec ./fuzz corpus "$root/Benchmarks/Fuzz/Seeds" -dict="$root/Benchmarks/Fuzz/playlist.dict" \
    -max_total_time="${1:-600}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
