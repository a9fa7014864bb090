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
    echo "commit $(commit)"
    echo "SOURCE_DATE_EPOCH $SOURCE_DATE_EPOCH"
    echo
    tool_versions
} >"$OUT/addin-zeromq-$VERSION-buildinfo.txt"
