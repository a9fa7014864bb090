# pyzmq's tests, from PyPI's source archive, built once and run with either libzmq; sourced by ci/upstream.
# shellcheck shell=bash

build_pyzmq() {
    local locks=(ci/upstreams/tools.lock ci/upstreams/pyzmq.lock)
    build_libzmq
    cat "${locks[@]}" | cmp -s - "$work/pyzmq.built" && return
    rm -rf "$work/venv" "$work/pyzmq" "$work/prefix"
    cmake --install "$work/plain-libzmq" --prefix "$work/prefix" >/dev/null
    /usr/bin/python3 -m venv "$work/venv"
    # Isolated, pip would fetch what builds it in whatever version there is.
    pip() { "$work/venv/bin/pip" "$1" --quiet --disable-pip-version-check --no-deps --require-hashes "${@:2}"; }
    pip install --only-binary :all: -r "${locks[0]}"
    ZMQ_PREFIX=$work/prefix PYZMQ_LIBZMQ_RPATH=OFF pip install --no-build-isolation --no-binary :all: -r "${locks[1]}"
    pip download --no-build-isolation --no-binary :all: -r "${locks[1]}" --dest "$work/pyzmq"
    # Beside its tests there must be no zmq folder: it would be taken for the built one.
    tar -xf "$work"/pyzmq/pyzmq-*.tar.gz -C "$work/pyzmq" --strip-components=1 --wildcards '*/tests' '*/pytest.ini'
    cat "${locks[@]}" >"$work/pyzmq.built"
}

run_pyzmq() { # kind
    local attempt again=()
    (
        export LD_LIBRARY_PATH=$work/$1-libzmq/lib C_INCLUDE_PATH=$work/prefix/include LIBRARY_PATH=$work/prefix/lib
        cd "$work/pyzmq"
        "$work/venv/bin/python" -c 'import sys, zmq; sys.exit(sys.argv[1] not in open("/proc/self/maps").read())' \
            "$LD_LIBRARY_PATH/libzmq.so" || { echo "upstream: pyzmq does not load the $1 libzmq" >&2 && exit 1; }
        # In a process of its own (-n 1), whose crash or hang is the failure of one test.
        for attempt in 1 2 3; do
            timeout 600 "$work/venv/bin/python" -m pytest -n 1 --timeout 60 --timeout-method thread -rs "${again[@]}" \
                -o "cache_dir=$work/pyzmq/cache-$1" --junitxml "$results/pyzmq.$1.$attempt.xml" ${only:+-k "$only"} tests \
                >"$results/pyzmq.$1.$attempt.log" 2>&1 </dev/null && break
            again=(--last-failed)
        done
    )
}
