# libzmq's own tests, by its CMake; sourced by ci/upstream.
# shellcheck shell=bash

build_libzmq() {
    compile libzmq
    cmp "$out/libzmq/build/platform.hpp" "$work/patched-libzmq/platform.hpp" ||
        { echo 'upstream: libzmq is not configured as the component has it' >&2 && exit 1; }
}
build_drafts() { compile drafts -DENABLE_DRAFTS=ON -DENABLE_WS=ON; }

# All at once, then what failed once more and again, each alone: what fails now has failed three times in a row.
run_suite() { # suite, kind
    local attempt again=(-j "$(nproc)")
    for attempt in 1 2 3; do
        (cd "$work/$2-$1" && stdbuf -oL ctest --timeout 60 --output-junit "$results/$1.$2.$attempt.xml" "${again[@]}" \
            --test-output-size-passed 1000000 --test-output-size-failed 1000000 ${only:+-R "$only"}) \
            >"$results/$1.$2.$attempt.log" 2>&1 </dev/null && break
        again=(--rerun-failed)
    done
}
run_libzmq() { run_suite libzmq "$1"; }
run_drafts() { run_suite drafts "$1"; }
