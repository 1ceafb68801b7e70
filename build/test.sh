#!/usr/bin/env bash
# Runs every test project that was built, one after the other, and closes with the sum: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."
total=0 failed=0 skipped=0 names=
for project in tests/*.Tests; do
    name=$(basename "$project")
    log=$(mktemp)
    dotnet "$project/bin/Release/net10.0/SparseProf.$name.dll" -noLogo -noColor "$@" >"$log" 2>&1
    code=$?
    grep -vE '^ *(Discover|Start|Finish)' "$log"
    summary=$(grep -E 'Total: [0-9]+, Errors:' "$log" | tail -1)
    count() { sed -nE "s/.*$1: ([0-9]+).*/\1/p" <<<"$summary"; }
    total=$((total + $(count Total || true) + 0)) skipped=$((skipped + $(count Skipped) + 0))
    lost=$(($(count Failed) + $(count Errors) + 0))
    # A runner that dies without a summary, or with failures that it did not count, is one failure.
    [ "$code" -ne 0 ] && [ "$lost" -eq 0 ] && lost=1 && total=$((total + 1))
    failed=$((failed + lost))
    [ "$lost" -eq 0 ] || names+="$(grep -A 6 -F '[FAIL]' "$log" || echo "    $name ended with code $code")"$'\n'
    rm -f "$log"
done
# Once more where they are found: a log may be cut at its beginning.
[ -z "$names" ] || printf 'Failed:\n%s' "$names"
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$total" -gt 0 ]
