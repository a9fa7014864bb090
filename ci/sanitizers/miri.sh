# Miri over what it can run: native_api and schema with their own host in Rust; libzmq is C++, which it cannot.
# Looks for a toolchain that has Miri; none can be fetched here.
set -eu
. ci/sanitizers/common.sh
CHECK=miri
toolchain=
if [ -n "${MIRI_TOOLCHAIN:-}" ]; then
    toolchain=+$MIRI_TOOLCHAIN
elif command -v rustup >/dev/null 2>&1; then
    for name in $(rustup toolchain list | cut -d' ' -f1); do
        if cargo "+$name" miri --version >/dev/null 2>&1; then
            toolchain=+$name
            break
        fi
    done
fi
# shellcheck disable=SC2086 # a word or nothing
if ! cargo $toolchain miri --version >/dev/null 2>&1; then
    echo "There is no Miri here: no rustup toolchain has it (rustup toolchain install nightly --component miri rust-src)."
    exit 3
fi
export CARGO_TARGET_DIR="$OUT/build-miri"
export MIRIFLAGS="-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check"
for module in native_api schema; do
    # shellcheck disable=SC2086 # a word or nothing
    tests cargo $toolchain miri test --locked --target "$TRIPLE" --package addin-zeromq --lib -- "$module::"
done
verdict
