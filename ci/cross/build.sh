#!/usr/bin/env bash
# build.sh LABEL: builds the component and its self-test for one target into $OUT.
set -euo pipefail
. "$(dirname "$0")/env.sh"
describe "$1"
build_environment

cd "$ROOT"
say "building $FILE"
cross_cargo build --release --package addin-zeromq

say "building $SELFTEST"
[ "$KIND" = linux ] || bridge
cross_cargo build --release --package addin-zeromq-selftest

# The text in the finished file may come from FORTIFY alone.
for library in libzmq.a libsodium.a; do
    mapfile -t archives < <(find "$BUILT_DIR/build" -name "$library")
    [ ${#archives[@]} -gt 0 ] || die "no $library was built for $LABEL"
    for archive in "${archives[@]}"; do
        grep -qa __stack_chk_fail "$archive" || die "$archive is built without a stack protector"
    done
done

# Of the tests' results none is of this file.
mkdir -p "$OUT/tests"
rm -f "$OUT/tests/$LABEL"*
cp "$BUILT_DIR/$BUILT" "$OUT/$FILE"
cp "$BUILT_DIR/addin-selftest$EXE" "$OUT/$SELFTEST"
commit >"$OUT/tests/$LABEL.commit"
