#!/bin/sh
# Fuzzes the writer of CMAF and what turns transport streams into it with libFuzzer: fuzz-cmaf.sh [seconds [runs]]
# The tracks and streams are made by the tests' tables; crashers land in Benchmarks/work/fuzz-cmaf.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/Benchmarks/work/fuzz-cmaf
tests=$root/Tests/HLSKitTests
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
    @"$work/sources" "$tests/ISOMedia/CMAFCase.swift" "$tests/ISOMedia/CMAFProperties.swift" \
    "$tests/Transmuxing/TransmuxingProperties.swift" "$tests/TransportStream/TransportStreamProperties.swift" \
    "$tests/TransportStream/TransportStreamCase.swift" \
    -I "$work" "$support/SampleUnits.swift" "$support/BitWriter.swift" "$support/BoxBuilder.swift" \
    "$root/Benchmarks/Fuzz/CMAFFuzzTarget.swift" -o "$work/fuzz"
cd "$work"
export SWIFT_BACKTRACE=enable=no
exec ./fuzz corpus -max_total_time="${1:-600}" -runs="${2:--1}" -max_len=512 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1
