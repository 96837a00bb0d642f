#!/bin/sh
# Fuzzes the readers of MP4 and packed audio with libFuzzer: fuzz-mp4.sh [seconds]
# Crashers land in Benchmarks/work/fuzz-mp4.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/Benchmarks/work/fuzz-mp4
support=$root/Tests/TestSupport
mkdir -p "$work/corpus"
# One module, named as the library is, so that the shared properties need no import.
echo >"$work/empty.swift"
swiftc -emit-module -parse-as-library -module-name TestSupport "$work/empty.swift" \
    -o "$work/TestSupport.swiftmodule"
find "$root/Sources/HLSKit" -name '*.swift' >"$work/sources"
swiftc -O -wmo -sanitize=fuzzer -parse-as-library -module-name HLSKit -package-name w2g -swift-version 6 -suppress-warnings \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-upcoming-feature InferIsolatedConformances \
    @"$work/sources" "$root/Tests/HLSKitTests/ISOMedia/MP4Properties.swift" \
    -I "$work" "$support/SampleUnits.swift" "$support/BitWriter.swift" "$support/BoxBuilder.swift" \
    "$root/Benchmarks/Fuzz/MP4FuzzTarget.swift" -o "$work/fuzz"
cd "$work"
export SWIFT_BACKTRACE=enable=no
exec ./fuzz corpus -max_total_time="${1:-600}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1
