#!/bin/sh
# Fuzzes the demuxer, the readers of codec headers and the muxer with libFuzzer: fuzz-transport-stream.sh [seconds]
# The streams that are changed are made by the tests' table; crashers land in Benchmarks/work/fuzz-ts.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/Benchmarks/work/fuzz-ts
tests=$root/Tests/HLSKitTests/TransportStream
support=$root/Tests/TestSupport
mkdir -p "$work/corpus"
# One module, named as the library is, so that the shared properties need no import.
echo >"$work/empty.swift"
swiftc -emit-module -parse-as-library -module-name TestSupport "$work/empty.swift" \
    -o "$work/TestSupport.swiftmodule"
find "$root/Sources/HLSKit" -name '*.swift' >"$work/sources"
swiftc -O -sanitize=fuzzer -parse-as-library -module-name HLSKit -package-name w2g -swift-version 6 -suppress-warnings \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-upcoming-feature InferIsolatedConformances \
    @"$work/sources" "$tests/TransportStreamProperties.swift" "$tests/TransportStreamCase.swift" \
    -I "$work" "$support/SampleUnits.swift" "$support/BitWriter.swift" \
    "$root/Benchmarks/Fuzz/TransportStreamFuzzTarget.swift" -o "$work/fuzz"
cd "$work"
export SWIFT_BACKTRACE=enable=no
exec ./fuzz corpus -max_total_time="${1:-600}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1
