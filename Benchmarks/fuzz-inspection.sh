#!/bin/sh
# Fuzzes the inspection of whole streams with libFuzzer: fuzz-inspection.sh [seconds]
# The streams that are changed are those of the tests; crashers land in Benchmarks/work/fuzz-inspection.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/Benchmarks/work/fuzz-inspection
support=$root/Tests/TestSupport
tests=$root/Tests/HLSInspectionTests
mkdir -p "$work/corpus"
# One module, named as the library is, so that nothing needs an import.
echo >"$work/empty.swift"
for module in TestSupport HLSInspection; do
    swiftc -emit-module -parse-as-library -module-name $module "$work/empty.swift" -o "$work/$module.swiftmodule"
done
# The cipher is left out: the library that has it is fuzzed by its own makers.
find "$root/Sources/HLSKit" "$root/Sources/HLSInspection" -name '*.swift' ! -name SegmentDecryptor.swift >"$work/sources"
swiftc -O -wmo -sanitize=fuzzer -parse-as-library -module-name HLSKit -package-name w2g -swift-version 6 -suppress-warnings \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility \
    -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-upcoming-feature InferIsolatedConformances \
    @"$work/sources" "$tests/InspectionProperties.swift" "$tests/MemoryLoader.swift" "$tests/SampleStream.swift" \
    "$tests/SampleFragments.swift" "$tests/SampleSound.swift" "$tests/SampleRenditions.swift" \
    -I "$work" "$support/SampleUnits.swift" "$support/BitWriter.swift" "$support/BoxBuilder.swift" \
    "$root/Benchmarks/Fuzz/PlainDecryptor.swift" "$root/Benchmarks/Fuzz/InspectionFuzzTarget.swift" -o "$work/fuzz"
cd "$work"
export SWIFT_BACKTRACE=enable=no
exec ./fuzz corpus -max_total_time="${1:-600}" -max_len=512 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
