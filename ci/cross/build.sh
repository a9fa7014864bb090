#!/usr/bin/env bash
# build.sh LABEL: builds the component for one target into $OUT.
set -euo pipefail
. "$(dirname "$0")/env.sh"
describe "$1"
build_environment

cd "$ROOT"
say "building $FILE"
cross_cargo build --release --package addin-zeromq
mkdir -p "$OUT"
cp "$BUILT_DIR/$BUILT" "$OUT/$FILE"
