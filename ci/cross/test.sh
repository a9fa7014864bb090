#!/usr/bin/env bash
# test.sh LABEL [CARGO TEST ARGS]: the host's scenarios and the component's own
# tests, run where the target can run here. The results are kept in $OUT/tests/;
# with arguments only the tests that these choose, which a report does not count.
set -euo pipefail
. "$(dirname "$0")/env.sh"
HERE=$ROOT/ci/cross
describe "$1"
shift
build_environment
[ -f "$OUT/$FILE" ] || die "build it first: ci/cross/build.sh $LABEL"

runner='' library=$OUT/$FILE
case $LABEL in
linux-aarch64)
    runner="$HERE/run.sh qemu"
    # The tests start processes themselves.
    export ONEC_HOST_RUNNER=$runner
    ;;
windows-x86_64) runner="$HERE/run.sh wine64" ;;
windows-i686) runner="$HERE/run.sh wine32" ;;
esac
if [ -n "$runner" ]; then
    export "CARGO_TARGET_$(tr a-z- A-Z_ <<<"$TRIPLE")_RUNNER=$runner"
fi
if [ "$KIND" = windows ]; then
    library="Z:${library//\//\\}" # how Wine sees our files
    bridge
    # The first start makes Wine's registry and folders.
    $runner wineboot --init
fi
export ADDIN_ZEROMQ_LIBRARY=$library

log=$OUT/tests/$LABEL.log
[ $# -eq 0 ] || log=$OUT/tests/$LABEL-chosen.log
new_log "$log"

# The self-test finds the component beside itself, as a user's does.
say "running $SELFTEST"
new_log "$OUT/tests/$LABEL-selftest.txt"
selftest=0
$runner "$OUT/$SELFTEST" | tee -a "$OUT/tests/$LABEL-selftest.txt" || selftest=$?
[ "$selftest" -eq 0 ] || die "the self-test failed"

cd "$ROOT"
say "testing $FILE${runner:+ (${runner##*/})}"
status=0
chosen=("$@")
if [ $# -eq 0 ]; then
    for name in $(scenarios); do chosen+=(--test "$name"); done
fi
# One thread: emulated, many at once would run into their time limits.
cross_cargo test --profile elsewhere --package addin-zeromq-tests --no-fail-fast "${chosen[@]}" -- --test-threads=1 >>"$log" 2>&1 || status=$?
if [ $# -eq 0 ] && [ $status -eq 0 ]; then
    # Below the objects: CURVE is inside and two sockets talk by it.
    cross_cargo test --profile elsewhere --package addin-zeromq --lib -- --test-threads=1 curve_tests sleeper poll_set vigil >>"$log" 2>&1 || status=$?
    grep -a '^test result' "$log" | tail -1 | grep -q 'ok\. [1-9]' || status=1
fi
if [ $status -ne 0 ]; then
    grep -aE '^test .*FAILED|^error|panicked at' "$log" | head -40 >&2
    die "tests of $LABEL failed: $log"
fi
grep -aE '^test result|^     Running' "$log"
