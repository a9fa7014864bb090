# ThreadSanitizer. It must see every lock, so Rust's std is built with it as well: from Debian's rust-web-src, by the
# compiler of the same version.
set -eu
. ci/sanitizers/common.sh
CHECK=thread
packages clang-$LLVM libclang-rt-$LLVM-dev llvm-$LLVM rustc-web cargo-web rust-web-src
# Debian's compiler, not rustup's: no other has the source of its std here.
export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
instrument thread thread
export TSAN_OPTIONS="second_deadlock_stack=1:allocator_may_return_null=1:die_after_fork=0:detect_deadlocks=1:history_size=4:external_symbolizer_path=$SYMBOLIZER:$(reports thread)"
std="-Zbuild-std=std,panic_unwind,test"

echo "Building std, the component, libzmq, libsodium and the host"
$CARGO build --quiet $std --locked --target "$TRIPLE" --package addin-zeromq
built_with __tsan_
$CARGO test --quiet $std --locked --target "$TRIPLE" --workspace --exclude addin-zeromq --exclude addin-zeromq-models --no-run

echo "The host suite"
# shellcheck disable=SC2046 # words
tests $CARGO test $std --locked --target "$TRIPLE" --workspace --exclude addin-zeromq --exclude addin-zeromq-models --no-fail-fast -- --test-threads=1 $(skips thread host)
verdict
