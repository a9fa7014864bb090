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
cross_cargo build --release --package addin-zeromq-tests --bin addin-selftest

mkdir -p "$OUT"
cp "$BUILT_DIR/$BUILT" "$OUT/$FILE"
cp "$BUILT_DIR/addin-selftest$EXE" "$OUT/$SELFTEST"
