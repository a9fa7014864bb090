# valgrind: memcheck sees what AddressSanitizer cannot, reads of what was never written; leaks at the end of each process.
# The component is built as it is released, but for its symbols.
set -eu
. ci/sanitizers/common.sh
CHECK=leak
packages valgrind libc6-dbg
export CARGO_TARGET_DIR="$OUT/build-valgrind" CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only
export ADDIN_ZEROMQ_LIBRARY="$CARGO_TARGET_DIR/release/libaddin_zeromq.so" ADDIN_ZEROMQ_PYTHON=/usr/bin/python3
export ONEC_HOST_PATIENCE=30

echo "Building the component and the host"
cargo build --quiet --locked --release --package addin-zeromq
cargo test --quiet --locked --package addin-zeromq-tests --no-run
# The host puts this before each test's own process, and before the background jobs.
export ONEC_HOST_RUNNER="valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --num-callers=24 --suppressions=$PWD/ci/sanitizers/valgrind.supp --log-file=$OUT/leak.reports/report.%p"

echo "Tests of the ABI, of every row, of values and errors"
for suite in every_row abi hazards_values scenarios_errors; do
    # shellcheck disable=SC2046 # words
    tests cargo test --locked --package addin-zeromq-tests --no-fail-fast --test $suite -- --test-threads=2 $(skips leak $suite)
done
verdict
