# AddressSanitizer, UndefinedBehaviorSanitizer, LeakSanitizer. Rust's own checks (overflow, debug assertions) are on too.
set -eu
. ci/sanitizers/common.sh
CHECK=address
packages clang-$LLVM libclang-rt-$LLVM-dev llvm-$LLVM
# Without vptr: it compares type information of the two C++ runtimes, the one inside the component and the program's.
instrument address,undefined address "-fno-sanitize=vptr -fno-sanitize-recover=undefined"
export ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1:detect_leaks=1:allocator_may_return_null=1:$(reports address)"
export UBSAN_OPTIONS="print_stacktrace=1"
export LSAN_OPTIONS="suppressions=$PWD/ci/sanitizers/leaks.supp:print_suppressions=0"

echo "Building the component, libzmq, libsodium and the host"
cargo build --quiet --locked --target "$TRIPLE" --package addin-zeromq
built_with __asan_
built_with __ubsan_
cargo test --quiet --locked --target "$TRIPLE" --workspace --no-run

# The host's own faulty component proves that the sanitizer is awake: it follows a null pointer.
echo "Proof: the crash of the test host's fake component is found"
cargo test --quiet --locked --target "$TRIPLE" --package addin-zeromq-tests --test host_itself -- --exact a_crash_fells_its_own_process_only >/dev/null 2>&1 || true
grep -qs 'SEGV.*fake.cpp' "$OUT"/address.reports/* || { echo "sanitize: it was not noticed" >&2; exit 1; }
rm -f "$OUT"/address.reports/*

echo "Unit tests"
tests cargo test --locked --target "$TRIPLE" --package addin-zeromq --lib -- --test-threads=2
echo "Tests of our patches of libzmq"
# shellcheck disable=SC2046 # words
tests cargo test --locked --target "$TRIPLE" --package addin-zeromq --test libzmq -- --test-threads=2 $(skips address libzmq)
echo "The host suite"
# shellcheck disable=SC2046 # words
tests cargo test --locked --target "$TRIPLE" --workspace --exclude addin-zeromq --exclude addin-zeromq-models --no-fail-fast -- --test-threads=2 $(skips address host)
echo "What measures memory, with little of it kept"
export ASAN_OPTIONS="$ASAN_OPTIONS:quarantine_size_mb=8:thread_local_quarantine_size_kb=64"
tests cargo test --locked --target "$TRIPLE" --package addin-zeromq --test libzmq -- subscriptions_without_end
tests cargo test --locked --target "$TRIPLE" --package addin-zeromq-tests --no-fail-fast --test hazards_peers --test scenarios_inproc \
    -- --test-threads=2 strangers_ connecting_and_disconnecting
verdict
