# Shared by ci/sanitize and its checks; sourced in the project's folder.
# shellcheck shell=sh

TRIPLE=$(uname -m)-unknown-linux-gnu
OUT=${CARGO_TARGET_DIR:-$PWD/target}/sanitize
# One LLVM for Rust and for C++: the runtime of clang's sanitizers serves both. 22 is the LLVM of Rust 1.95 and 1.96.
LLVM=22

# Installs Debian packages that are missing.
packages() {
    missing=
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null 2>&1 || { echo "sanitize: install first:$missing" >&2; exit 1; }
    sudo=
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    echo "installing$missing"
    # shellcheck disable=SC2086 # a list of packages
    $sudo env DEBIAN_FRONTEND=noninteractive sh -c '
        install() { apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends "$@" >/dev/null; }
        install "$@" 2>/dev/null || { apt-get -o DPkg::Lock::Timeout=600 -qq update && install "$@"; }' sh $missing
}

# The environment in which cargo builds everything with the sanitizers $1 (clang's -fsanitize=, "" for none) and
# rustc's -Zsanitizer=$2.
instrument() {
    export CC=clang-$LLVM CXX=clang++-$LLVM RUSTC_BOOTSTRAP=1 CARGO_INCREMENTAL=0
    export CARGO_TARGET_DIR="$OUT/build-$2" CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_DEBUG=line-tables-only
    flags="-fsanitize=$1 -fno-omit-frame-pointer -g1 ${3:-}"
    triple_=$(echo "$TRIPLE" | tr - _)
    # build.rs takes the first for libzmq and libsodium, cc the second for the host's C++ half.
    export ADDIN_ZEROMQ_CFLAGS="$flags" "CXXFLAGS_$triple_=$flags"
    export "CARGO_TARGET_$(echo "$triple_" | tr a-z A-Z)_RUSTFLAGS=-Zsanitizer=$2 -Zexternal-clangrt -Clinker=$CC -Clink-arg=-fsanitize=$1 -Cforce-frame-pointers=yes"
    # Everything takes longer: time limits of tests stretch.
    ADDIN_ZEROMQ_NODE_MODULES=$(ci/node-modules)
    export ADDIN_ZEROMQ_NODE_MODULES ADDIN_ZEROMQ_PYTHON=/usr/bin/python3 ONEC_HOST_PATIENCE=10
    export ADDIN_ZEROMQ_LIBRARY="$CARGO_TARGET_DIR/$TRIPLE/debug/libaddin_zeromq.so"
    SYMBOLIZER=$(command -v llvm-symbolizer-$LLVM)
    export ASAN_SYMBOLIZER_PATH="$SYMBOLIZER"
}

# The options of a suppression-free run end with where reports go: a file per process, also of those whose end no test
# looks at.
reports() { echo "log_path=$OUT/$1.reports/report:log_exe_name=1"; }

# That libzmq, libsodium and our own code call the sanitizer; $1 is the prefix of its functions.
built_with() {
    for library in zmq sodium; do
        archive=$(find "$CARGO_TARGET_DIR/$TRIPLE/debug/build" -name lib$library.a -exec ls -t {} + | head -1)
        calls=$(nm "$archive" 2>/dev/null | grep -c " U $1" || true)
        echo "lib$library.a: $calls objects' calls of $1…"
        [ "$calls" -gt 50 ] || { echo "sanitize: lib$library.a is not instrumented" >&2; exit 1; }
    done
    nm -D "$ADDIN_ZEROMQ_LIBRARY" | grep -q " U $1" || { echo "sanitize: the component is not instrumented" >&2; exit 1; }
}

# Runs a command of tests; its output goes to the log as well, its failure is seen in the table.
tests() {
    status="$OUT/status"
    echo 0 >"$status"
    { "$@" 2>&1 || echo $? >"$status"; } | tee -a "$OUT/$CHECK.log" | grep -E '^(test |     Running|error(:|\[)|.*panicked at)' | grep -vE '\.\.\. ok$' || true
    [ "$(cat "$status")" -eq 0 ] || FAILED=1
}

# 1 when a test failed or any process left a report, which is then shown.
verdict() {
    found=0
    # That memory was refused, as the sanitizers' allocators note, is what some tests are about.
    for report in "$OUT/$CHECK.reports"/*; do
        if [ -s "$report" ] && ! grep -qv 'WARNING: .*Sanitizer failed to allocate' "$report"; then
            rm "$report"
        fi
    done
    for report in "$OUT/$CHECK.reports"/*; do
        [ -s "$report" ] || continue
        found=1
        printf '\n-- %s\n' "$(basename "$report")"
        head -60 "$report"
    done
    [ "$found" -eq 0 ] && [ "${FAILED:-0}" -eq 0 ]
}

# A line of the closing table.
note() {
    counts=$(sed -nE 's/^test result: .* ([0-9]+) passed; ([0-9]+) failed;.*/\1 \2/p' "$OUT/$1.log" |
        awk '{ passed += $1; failed += $2 } END { print passed + 0, failed + 0 }')
    found=$(find "$OUT/$1.reports" -type f -size +0 | wc -l)
    case $2 in
        0) outcome="nothing found" ;;
        3) outcome="NOT RUN: no toolchain here has Miri" ;;
        *) outcome="FAILED" ;;
    esac
    # shellcheck disable=SC2086 # two numbers
    printf '%-9s %8s %8s %10s %8s  %s\n' "$1" $counts "$found" "$3" "$outcome" >>"$OUT/table"
}

# Tests that a check leaves out, from ci/sanitizers/skipped: check, suite, test, and why.
skips() {
    awk -v check="$1" -v suite="$2" '$1 == check && $2 == suite { print "--skip", $3 }' ci/sanitizers/skipped
}
