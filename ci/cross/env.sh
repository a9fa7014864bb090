# Sourced by the scripts of a release: folders, tools, and what a target is.
# shellcheck shell=bash disable=SC2034 # the variables are for those scripts

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
. "$ROOT/ci/cross/versions.env"

TARGETS=(linux-x86_64 linux-i686 linux-aarch64 windows-x86_64 windows-i686)
CROSS=$(realpath -m "${ADDIN_ZEROMQ_CROSS:-$ROOT/target/cross}") # tools and build folders, kept between runs
OUT=$(realpath -m "${ADDIN_ZEROMQ_OUT:-$ROOT/out/release}")      # what is published
# A relative folder would mean another one after a cd.
[ -z "${ADDIN_ZEROMQ_CROSS:-}" ] || ADDIN_ZEROMQ_CROSS=$CROSS
[ -z "${ADDIN_ZEROMQ_OUT:-}" ] || ADDIN_ZEROMQ_OUT=$OUT
TOOLS=$CROSS/tools
PYTHON=$TOOLS/bin/python
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -1)

say() { printf '\n\033[1m== %s\033[0m\n' "$*" >&2; }
die() { printf '\n%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
export PYTHONDONTWRITEBYTECODE=1 # a build leaves nothing in the source's folders
# No script ends without a word.
set -E
trap 'printf "\n%s: line %s failed: %s\n" "${0##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR

# describe LABEL: TRIPLE (Rust's name), KIND (compiler family), FILE (published name)
describe() {
    case $1 in
    linux-x86_64) TRIPLE=x86_64-unknown-linux-gnu ZIG=x86_64-linux-gnu ;;
    linux-i686) TRIPLE=i686-unknown-linux-gnu ZIG=x86-linux-gnu ;;
    linux-aarch64) TRIPLE=aarch64-unknown-linux-gnu ZIG=aarch64-linux-gnu ;;
    windows-x86_64) TRIPLE=x86_64-win7-windows-gnu MINGW=x86_64-w64-mingw32 ZIG=x86_64-windows-msvc ;;
    windows-i686) TRIPLE=i686-win7-windows-gnu MINGW=i686-w64-mingw32 ZIG=x86-windows-msvc ;;
    *) die "no target $1; there are: ${TARGETS[*]}" ;;
    esac
    LABEL=$1
    KIND=${1%%-*}
    case $KIND in
    linux) BUILT=libaddin_zeromq.so EXTENSION=so EXE='' ;;
    windows) BUILT=addin_zeromq.dll EXTENSION=dll EXE=.exe ;;
    esac
    FILE=addin-zeromq-$VERSION-$LABEL.$EXTENSION
    SELFTEST=addin-selftest-$VERSION-$LABEL$EXE
    export CARGO_TARGET_DIR=$CROSS/$KIND # one folder per compiler
    BUILT_DIR=$CARGO_TARGET_DIR/$TRIPLE/release
}

# Leaves the caller nothing by which a build could differ: CFLAGS, RUSTC_WRAPPER, a patch left out.
clean_environment() {
    local name
    for name in $(compgen -e); do
        case $name in
        PATH | HOME | USER | LOGNAME | SHELL | TERM | TMPDIR | PWD | XDG_CACHE_HOME | ZIG_GLOBAL_CACHE_DIR) ;;
        SSL_CERT_* | PIP_* | *_proxy | *_PROXY | CARGO_HTTP_* | CARGO_NET_* | CARGO_HOME | CARGO_TARGET_DIR | RUSTUP_HOME | SOURCE_DATE_EPOCH) ;;
        ADDIN_ZEROMQ_CROSS | ADDIN_ZEROMQ_OUT | ONEC_HOST_*) ;;
        ROOT | CROSS | OUT | PYTHONDONTWRITEBYTECODE) ;; # ours
        *) unset "$name" ;;
        esac
    done
}

# The environment that makes a build of the described target, the same anywhere.
build_environment() {
    clean_environment
    [[ $ROOT$CROSS$OUT$HOME != *[[:space:]]* ]] || die "a release is not built in a folder with a space in its name (flags of compilers are split there)"
    local cargo_home=${CARGO_HOME:-$HOME/.cargo} std=/usr/lib/rustlib/src/rust moment
    mkdir -p "$cargo_home" # the paths below are resolved
    # rustup's folder stays out: its cargo has no std for the other targets.
    export PATH=$TOOLS/bin:/usr/bin:/bin:/usr/sbin:/sbin
    export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1
    export CARGO_INCREMENTAL=0 CMAKE_GENERATOR=Ninja
    moment=${SOURCE_DATE_EPOCH:-$(source_date)}
    export LC_ALL=C TZ=UTC ZERO_AR_DATE=1 SOURCE_DATE_EPOCH=$moment
    local flags="--remap-path-prefix=$ROOT=/source --remap-path-prefix=$CARGO_TARGET_DIR=/build"
    flags+=" --remap-path-prefix=$(readlink -f "$cargo_home")=/cargo --remap-path-prefix=$cargo_home=/cargo"
    flags+=" --remap-path-prefix=/usr/src/rustc-$RUST_VERSION=/rustc"
    flags+=" --remap-path-prefix=$std=/rustc --remap-path-prefix=$(readlink -f $std)=/rustc"
    local upper lower
    upper=$(tr a-z- A-Z_ <<<"$TRIPLE") lower=$(tr - _ <<<"$TRIPLE")
    if [ "$KIND" = windows ]; then
        export "CARGO_TARGET_${upper}_LINKER=$MINGW-gcc-posix" "CC_$lower=$MINGW-gcc-posix" \
            "CXX_$lower=$MINGW-g++-posix" "AR_$lower=$MINGW-ar"
        [ "$LABEL" != windows-i686 ] || flags+=" -Lnative=$(startup_objects)"
    fi
    export "CARGO_TARGET_${upper}_RUSTFLAGS=$flags"
}

# i686 Windows unwinds by DWARF; Rust's std for it wants two start-up objects
# that -Zbuild-std does not make.
startup_objects() {
    local dir=$CROSS/startup object
    mkdir -p "$dir"
    for object in rsbegin rsend; do
        [ -f "$dir/$object.o" ] || "$RUSTC" --target "$TRIPLE" --emit=obj -Copt-level=2 --crate-name $object \
            --remap-path-prefix=/usr/src/rustc-$RUST_VERSION=/rustc -o "$dir/$object.o" \
            /usr/lib/rustlib/src/rust/library/rtstartup/$object.rs
    done
    echo "$dir"
}

# The time of the commit, so that a later build of it writes the same times.
source_date() {
    if [ -f "$ROOT/SOURCE_DATE" ]; then
        cat "$ROOT/SOURCE_DATE" # in a source archive
    else
        git -C "$ROOT" log -1 --format=%ct
    fi
}

# What compiles and links, with exact versions.
tool_versions() {
    tr ' ' '\n' <<<"$PIP_PACKAGES"
    # shellcheck disable=SC2086 # a list
    dpkg-query -W -f='${Package}=${Version}\n' $TOOL_PACKAGES
}

# What is built: the commit, and a word when the folder differs from it.
commit() {
    if [ -f "$ROOT/SOURCE_DATE" ]; then
        echo "of a source archive"
    else
        local changes
        changes=$(git -C "$ROOT" status --porcelain)
        echo "$(git -C "$ROOT" rev-parse HEAD)${changes:+ with changes}"
    fi
}

# new_log LOG: begins the log of a test with the file that it is about, so that it is never taken for another's.
new_log() {
    mkdir -p "${1%/*}"
    (cd "$OUT" && sha256sum "$FILE") >"$1"
}

# cross_cargo COMMAND ARGS: cargo for the described target, std built from source
cross_cargo() {
    local command=$1 build_std=-Zbuild-std=std,panic_unwind
    shift
    if [ "$KIND" = linux ]; then
        # zig's clang against the oldest glibc that must do
        if [ "$command" = build ]; then
            cargo-zigbuild zigbuild $build_std --locked --target "$TRIPLE.$GLIBC_FLOOR" "$@"
        else
            cargo-zigbuild "$command" $build_std --locked --target "$TRIPLE.$GLIBC_FLOOR" "$@"
        fi
    else
        cargo "$command" $build_std --locked --target "$TRIPLE" "$@"
    fi
}

# The C++ half of the test host for Windows, with the vtables and variants that
# MSVC lays out, as in 1C for Windows: by clang for an MSVC target, freestanding.
# MinGW's g++ would lay them out in another way.
bridge() {
    local dir=$CROSS/bridge/$ZIG file object objects=()
    mkdir -p "$dir"
    for file in "$ROOT"/tests/host/cpp/*.cpp; do
        object=$dir/$(basename "$file" .cpp).o
        "$TOOLS/bin/python-zig" c++ -target "$ZIG" -std=c++17 -O1 -g0 -ffreestanding -nostdinc -fno-exceptions \
            -fno-rtti -fno-asynchronous-unwind-tables -Wno-unused-command-line-argument -c "$file" -o "$object"
        objects+=("$object")
    done
    # A vtable by MSVC's rules is named ??_7.
    "$MINGW-nm" "$dir/hostside.o" | grep '??_7' >/dev/null || die "the bridge has no MSVC vtable"
    rm -f "$dir/libonec_host_bridge.a"
    "$MINGW-ar" rcs "$dir/libonec_host_bridge.a" "${objects[@]}"
    export ONEC_HOST_BRIDGE=$dir/libonec_host_bridge.a
}

# The tests of the host that mean the same on every target: the seven objects in
# all of the seed's scenarios, every row, the ABI.
scenarios() {
    local file
    for file in "$ROOT"/tests/scenarios_*.rs "$ROOT/tests/every_row.rs" "$ROOT/tests/abi.rs"; do
        basename "$file" .rs
    done
}
