#!/usr/bin/env bash
# run.sh WHERE PROGRAM ARGS: runs a program that was built for another machine.
#   qemu     aarch64 Linux, emulated
#   wine64   x86_64 Windows under Wine
#   wine32   i686 Windows under the Wine of a private i386 root
#   oldest   Linux of the oldest Debian that is still served, in its own root
set -euo pipefail
. "$(dirname "$0")/env.sh"

# inside ROOT SCRIPT ARGS: runs a line of shell in another root that sees the
# project's folders at their places. The mounts end with the process. Not by
# chroot alone: whoever is in one may make no namespace, and tests make some.
inside() {
    local root=$1 script=$2 sudo=()
    shift 2
    [ -d "$root/etc" ] || die "there is no $root: ci/cross/install.sh makes it"
    [ "$(id -u)" -eq 0 ] || sudo=(sudo --preserve-env)
    # shellcheck disable=SC2016 # expanded by the inner shells
    exec "${sudo[@]}" unshare --mount --propagation private -- bash -c '
        root=$1 script=$2 here=$PWD
        shift 2
        mount --rbind "$root" "$root"
        for folder in "$ROOT" "$CROSS" "$OUT"; do
            mkdir -p "$root$folder"
            mount --rbind "$folder" "$root$folder"
        done
        # Such a root is made without it, and then nobody knows localhost.
        [ -e "$root/etc/hosts" ] || printf "%s localhost\n" 127.0.0.1 ::1 >"$root/etc/hosts"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        # The old root comes to lie over the new one, and goes (pivot_root(2)).
        cd "$root"
        PATH=$PATH:/usr/sbin:/sbin pivot_root . .
        umount -l .
        exec /bin/bash -c "cd \"\$0\" && $script" "$here" "$@"
    ' inside "$root" "$script" "$@"
}

where=$1
shift
export ROOT CROSS OUT
# Wine cannot make a file with a Cyrillic name where the locale is C.
export LC_ALL=C.UTF-8
export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
# shellcheck disable=SC2016 # expanded by the inner shells
case $where in
qemu) exec qemu-aarch64-static -L /usr/aarch64-linux-gnu "$@" ;;
wine64)
    export WINEPREFIX=$CROSS/wine64 WINEARCH=win64
    PATH=/usr/lib/wine:$PATH exec wine64 "$@"
    ;;
wine32)
    inside "$CROSS/wine32-root" 'HOME=/home WINEPREFIX=/home/wine WINEARCH=win32 TMPDIR=/tmp PATH=/usr/lib/wine:$PATH exec wine "$@"' "$@"
    ;;
oldest) inside "$CROSS/oldest-root" 'TMPDIR=/tmp exec "$@"' "$@" ;;
*) die "cannot run $where" ;;
esac
