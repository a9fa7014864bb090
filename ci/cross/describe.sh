#!/usr/bin/env bash
# The SBOM, the licence notices and the list of tools of a release.
set -euo pipefail
. "$(dirname "$0")/env.sh"
triples=()
for label in "${TARGETS[@]}"; do
    describe "$label"
    triples+=("$TRIPLE")
done
describe windows-i686
build_environment
export ROOT TOOLS PIP_PACKAGES RUST_VERSION TRIPLES="${triples[*]}"
cd "$ROOT"
"$PYTHON" ci/cross/sbom.py "$VERSION" "$OUT"
{
    echo "addin-zeromq $VERSION"
    echo "commit $(git rev-parse HEAD 2>/dev/null || echo 'of a source archive')"
    echo "SOURCE_DATE_EPOCH $SOURCE_DATE_EPOCH"
    echo
    tr ' ' '\n' <<<"$PIP_PACKAGES"
    # shellcheck disable=SC2086 # lists
    dpkg-query -W -f='${Package}=${Version}\n' $RUST_PACKAGES $MINGW_PACKAGES binutils-mingw-w64-x86-64 \
        binutils-mingw-w64-i686 mingw-w64-common
} >"$OUT/addin-zeromq-$VERSION-buildinfo.txt"
