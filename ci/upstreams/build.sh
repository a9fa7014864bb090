# Both kinds of libzmq, configured as the component's is; sourced by ci/upstream.
# shellcheck shell=bash

# Makes folder $2 hold the files of $1; what is already right keeps its time, so that make compiles only what changed.
mirror() {
    (cd "$1" && find . -type f -print0) | while IFS= read -r -d '' file; do
        cmp -s "$1/$file" "$2/$file" || install -D -m "$(stat -c %a "$1/$file")" "$1/$file" "$2/$file"
    done
}

# The source of both kinds: the pinned one, and what the component is built of.
sources() {
    out=$(cargo build --quiet --locked --lib --message-format=json | ci/out-dir)
    mirror "$(ci/libzmq-source)" "$work/plain"
    mirror "$out/libzmq-source" "$work/patched"
}

# Builds suite $1 of both kinds with what the component's CMake was given and the options that follow.
compile() {
    local kind folder given ours
    mapfile -t given < <(sed -nE '/^CMAKE_PROJECT_ZeroMQ_INCLUDE/d;s/^([A-Za-z0-9_]+:(BOOL|STRING|UNINITIALIZED)=.*)/-D\1/p' "$out/libzmq/build/CMakeCache.txt")
    given+=(-DBUILD_SHARED=ON -DBUILD_TESTS=ON -DZMQ_BUILD_TESTS=ON)
    given+=("-DCMAKE_PROJECT_tests_INCLUDE=$PWD/ci/upstreams/tests.cmake" "${@:2}")
    for kind in plain patched; do
        folder=$work/$kind-$1
        # What is ours stays out of the plain one.
        ours=("-DCMAKE_PROJECT_ZeroMQ_INCLUDE=$PWD/build/glue/glue.cmake")
        [ "$kind" = patched ] || ours=(-UCMAKE_PROJECT_ZeroMQ_INCLUDE)
        { cmake -S "$work/$kind" -B "$folder" "${given[@]}" "${ours[@]}" && cmake --build "$folder" -j "$(nproc)"; } \
            >"$folder.log" 2>&1 || { tail -40 "$folder.log" >&2 && exit 1; }
    done
}
