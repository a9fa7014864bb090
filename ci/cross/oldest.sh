#!/usr/bin/env bash
# oldest.sh: runs the x86_64 file in the oldest userland that Debian still
# serves (ci/cross/versions.env): the self-test, then the host's scenarios.
set -euo pipefail
. "$(dirname "$0")/env.sh"
HERE=$ROOT/ci/cross
describe linux-x86_64
build_environment
runner="$HERE/run.sh oldest"
export "CARGO_TARGET_$(tr a-z- A-Z_ <<<"$TRIPLE")_RUNNER=$runner"
export ADDIN_ZEROMQ_LIBRARY=$OUT/$FILE

new_log "$OUT/tests/oldest.log"
new_log "$OUT/tests/oldest-selftest.txt"
say "running $SELFTEST in $OLDEST_SUITE"
$runner "$OUT/$SELFTEST" | tee -a "$OUT/tests/oldest-selftest.txt"
cd "$ROOT"
scenarios=()
for name in $(scenarios); do scenarios+=(--test "$name"); done
cross_cargo test --profile elsewhere --package addin-zeromq-tests --no-fail-fast "${scenarios[@]}" -- --test-threads=1 \
    >>"$OUT/tests/oldest.log" 2>&1 || die "tests in $OLDEST_SUITE failed: $OUT/tests/oldest.log"
grep '^test result' "$OUT/tests/oldest.log"
