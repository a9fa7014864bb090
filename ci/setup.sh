#!/bin/sh
# Installs what building needs and is missing here: CMake, make, a C++ compiler;
# with the argument "test" also what the tests need: Python with pyzmq and pip, Node.js, valgrind, jing (schemas of XML), ip
# (networks of their own);
# with "bench" what ci/bench needs: Python with pyzmq, valgrind, strace;
# with "upstream" what builds pyzmq and runs its tests;
# with "windows" a compiler and Wine for the proofs that ci/faults makes there.
# For Debian-like systems; does nothing where everything is there. Rust is not
# installed: the right way to get it is the owner's choice.
set -eu

# Said before anything is installed: a system's own Rust is older and fails much later, in other words.
rust=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
if [ "${rust:-0}" -lt 95 ] || ! command -v cargo >/dev/null 2>&1; then
    echo "setup: Rust 1.95 or newer is needed (cargo, rustc), here is: $(rustc --version 2>/dev/null || echo none). Install it with rustup, then run this again" >&2
    exit 1
fi

missing=
need() { # command, Debian package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need cmake cmake
need make make
need cc gcc
need c++ g++
if [ "${1:-}" = test ] || [ "${1:-}" = bench ]; then
    need /usr/bin/python3 python3
    /usr/bin/python3 -c 'import zmq' >/dev/null 2>&1 || missing="$missing python3-zmq"
    need valgrind valgrind
fi
if [ "${1:-}" = test ]; then
    need ip iproute2
    need node nodejs
    need npm npm
    need jing jing
    need pip3 python3-pip
fi
if [ "${1:-}" = bench ]; then
    need strace strace
fi
if [ "${1:-}" = upstream ]; then
    need /usr/bin/python3 python3
    need /usr/bin/python3-config python3-dev
    /usr/bin/python3 -c 'import ensurepip' >/dev/null 2>&1 || missing="$missing python3-venv"
fi
if [ "${1:-}" = windows ]; then
    need x86_64-w64-mingw32-g++-posix g++-mingw-w64-x86-64-posix
    need /usr/lib/wine/wine64 wine64
fi

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "setup: install first:$missing (no apt-get here to do it)" >&2
        exit 1
    fi
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || { echo "setup: as root: apt-get install$missing" >&2; exit 1; }
        # Without questions.
        sudo -n true 2>/dev/null || { echo "setup: as root: apt-get install$missing" >&2; exit 1; }
        sudo=sudo
    fi
    echo "setup: installing$missing"
    apt() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq "$@"; }
    # shellcheck disable=SC2086 # a list of packages
    apt install -y --no-install-recommends $missing >/dev/null 2>&1 || {
        apt update
        apt install -y --no-install-recommends $missing >/dev/null
    }
fi
