#!/usr/bin/env bash
# Shows that no test depends on how fast the machine is: runs each test target many times in a row, and then all of them
# several times beside busy loops. Prints a table; exits with 1 when a run failed, and leaves its log.
# Usage: repeat-tests.sh [--each N] [--all M] [--busy K] [--filter TARGET]
set -euo pipefail
cd "$(dirname "$0")/.."

each=20
all=5
busy=2
filter=
while [ $# -gt 0 ]; do
    case $1 in
    --each) each=$2 ;;
    --all) all=$2 ;;
    --busy) busy=$2 ;;
    --filter) filter=$2 ;;
    *)
        echo "repeat-tests.sh: unknown option $1: give --each, --all, --busy or --filter" >&2
        exit 64
        ;;
    esac
    shift 2
done

logs=$(mktemp -d "${TMPDIR:-/tmp}/w2g-tests.XXXXXX")
loops=()
end_loops() {
    for loop in ${loops[@]+"${loops[@]}"}; do kill "$loop" 2>/dev/null || true; done
    loops=()
}
trap end_loops EXIT

failed=0
# repeat NAME COUNT COMMAND...: runs it so often and prints a line of the table.
repeat() {
    local name=$1 count=$2 passed=0 shortest= longest=0
    shift 2
    for run in $(seq "$count"); do
        local log=$logs/$name-$run.log start=$SECONDS
        if "$@" >"$log" 2>&1; then
            passed=$((passed + 1))
            rm "$log"
        else
            failed=1
        fi
        local seconds=$((SECONDS - start))
        [ "${shortest:-$seconds}" -lt "$seconds" ] || shortest=$seconds
        [ "$longest" -gt "$seconds" ] || longest=$seconds
    done
    printf '%-24s %4d of %-4d %5s s ... %5d s\n' "$name" "$passed" "$count" "${shortest:--}" "$longest"
}

printf '%-24s %-12s %s\n' tests passed 'fastest ... slowest'
targets=("${filter:-}")
if [ -z "$filter" ]; then
    targets=()
    for folder in Tests/*Tests; do targets+=("$(basename "$folder")"); done
fi
for target in "${targets[@]}"; do
    repeat "$target" "$each" swift test --skip-build --filter "^$target\\."
done
if [ "$all" -gt 0 ]; then
    for _ in $(seq "$busy"); do
        while :; do :; done &
        loops+=($!)
    done
    repeat "all+$busy-busy" "$all" scripts/test.sh swift test --skip-build
    end_loops
fi
[ "$failed" -eq 0 ] || echo "failed runs: $logs" >&2
[ "$failed" -ne 0 ] || rmdir "$logs"
exit "$failed"
