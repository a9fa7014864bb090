#!/usr/bin/env bash
# Installs what a release needs and is missing: Debian packages, a private Python
# environment with zig, cmake and the rest. `install.sh build` leaves out what
# only the tests need. Debian 12 amd64, as root or with sudo.
set -euo pipefail
. "$(dirname "$0")/env.sh"

packages="$BUILD_PACKAGES $RUST_PACKAGES $MINGW_PACKAGES"
[ "${1:-}" = build ] || packages+=" $TEST_PACKAGES"

sudo=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "as root, or with sudo installed: packages and other roots need it"
    sudo=(sudo)
fi

missing=()
for package in $packages; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=900)
    "${apt[@]}" update
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
fi

stamp=$TOOLS/installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$PIP_PACKAGES" ]; then
    say "installing $PIP_PACKAGES"
    rm -rf "$TOOLS"
    /usr/bin/python3 -m venv "$TOOLS"
    # shellcheck disable=SC2086 # a list
    "$TOOLS/bin/pip" install --quiet --disable-pip-version-check --no-deps $PIP_PACKAGES
    echo "$PIP_PACKAGES" >"$stamp"
fi

rust=$(/usr/bin/rustc --version | awk '{print $2}')
[ "$rust" = $RUST_VERSION ] || die "Debian's rustc is $rust, this release is made by $RUST_VERSION. Older: APT's sources lack bookworm-security, where it comes from. Newer: raise RUST_VERSION in ci/cross/versions.env"
mingw=$(x86_64-w64-mingw32-g++-posix -dumpversion)
[ "${mingw%%-*}" = $MINGW_VERSION ] || die "MinGW's g++ is $mingw, this release is made by $MINGW_VERSION: raise MINGW_VERSION in ci/cross/versions.env"

# What one compiler made is not linked to what another makes.
used=$(tool_versions)
if [ "$(cat "$CROSS/used" 2>/dev/null)" != "$used" ]; then
    rm -rf "$CROSS/linux" "$CROSS/windows" "$CROSS/startup" "$CROSS/bridge"
    echo "$used" >"$CROSS/used"
fi

# root FOLDER ARGS: another Debian in a folder, for tests
root() {
    local folder=$1
    shift
    [ "$(cat "$folder/ready" 2>/dev/null)" != "$*" ] || return 0
    say "installing ${folder##*/}"
    "${sudo[@]}" rm -rf "$folder"
    "${sudo[@]}" debootstrap --variant=minbase "$@" "$folder" >"$CROSS/${folder##*/}.log" ||
        die "debootstrap failed: $CROSS/${folder##*/}.log"
    "${sudo[@]}" tee "$folder/ready" <<<"$*" >/dev/null
}
if [ "${1:-}" != build ]; then
    # 32-bit Wine cannot be installed beside a 64-bit system's security updates.
    root "$CROSS/wine32-root" --arch=i386 --include=wine,wine32 "$WINE_SUITE"
    root "$CROSS/oldest-root" "$OLDEST_SUITE"
fi
