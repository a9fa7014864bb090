#!/usr/bin/env bash
# source.sh archive    the source archive of HEAD with every crate and both C
#                      libraries inside: it builds without a network
# source.sh prove      builds it where there is no network, and keeps the log
set -euo pipefail
. "$(dirname "$0")/env.sh"

NAME=addin-zeromq-$VERSION-source
ARCHIVE=$OUT/$NAME.tar.xz

archive() {
    say "packing $NAME.tar.xz"
    describe linux-x86_64
    build_environment # the cargo that vendors is the release's
    local dir
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    dir=$work/$NAME
    mkdir -p "$dir" "$OUT"
    git -C "$ROOT" archive HEAD | tar xf - -C "$dir"
    source_date >"$dir/SOURCE_DATE"
    # cargo prints the settings that make it look there instead of the network.
    (cd "$dir" && cargo vendor --locked --versioned-dirs vendor/crates 2>"$work/log") >"$work/settings" ||
        { cat "$work/log" >&2; die "cargo could not collect the crates"; }
    { echo; echo '# Everything is in this archive; no network is used.'; cat "$work/settings"; } >>"$dir/.cargo/config.toml"
    tar cf - -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
        --mtime="@$(source_date)" "$NAME" | xz -T1 -6 >"$ARCHIVE"
}

prove() {
    [ -f "$ARCHIVE" ] || die "build the archive first: ci/cross/source.sh archive"
    "$ROOT/ci/setup.sh"
    local log=$OUT/offline-build.log
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    say "building $NAME.tar.xz without a network"
    tar xf "$ARCHIVE" -C "$work"
    local unshare=(unshare --net)
    [ "$(id -u)" -eq 0 ] || unshare=(unshare --map-root-user --net)
    # A new cargo home: nothing that was downloaded before can help.
    if ! (cd "$work/$NAME" && env -u CARGO_TARGET_DIR CARGO_HOME="$work/home" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" "${unshare[@]}" bash -euc '
        echo "interfaces with an address: $(ip -o addr 2>/dev/null | wc -l || true)"
        echo "to the outside: $(timeout 5 bash -c "exec 3<>/dev/tcp/192.0.2.1/443" 2>&1 | tail -1)"
        cargo --version
        cargo build --release --locked --offline
        ls -l target/release/libaddin_zeromq.so
        nm -D --defined-only target/release/libaddin_zeromq.so
    ') >"$work/log" 2>&1; then
        tail -40 "$work/log" >&2
        die "$NAME.tar.xz does not build without a network"
    fi
    sed "s#$work#…#g" "$work/log" >"$log"
    tail -6 "$log"
}

"$1"
