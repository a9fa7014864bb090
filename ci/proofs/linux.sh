# The proofs on Linux; sourced by ci/faults.
# shellcheck shell=bash

# Builds tests/libzmq without the patch given ("" for none): sets `program`, and `out`, where libzmq lies.
build() {
    ADDIN_ZEROMQ_SKIP_PATCHES=$1 cargo test --quiet --locked --test libzmq --no-run --message-format=json >"$work/messages"
    program=$(executable <"$work/messages")
    out=$(ci/out-dir <"$work/messages")
}

# The library's own test program.
own() {
    ADDIN_ZEROMQ_SKIP_PATCHES=$1 cargo test --quiet --locked --lib --no-run --message-format=json | executable
}

# The test program that cargo's messages name.
executable() { sed -n 's/.*"executable":"\([^"]*\/deps\/[^"]*\)".*/\1/p'; }

# The same code as a component, for the tests of tests/; no more of libzmq is compiled for it.
component() {
    ADDIN_ZEROMQ_SKIP_PATCHES=$1 cargo build --quiet --locked --lib --message-format=json |
        sed -n 's/.*"filenames":\["\([^"]*libaddin_zeromq\.so\)".*/\1/p'
}

# A test program of tests/.
suite() {
    cargo test --quiet --locked --package addin-zeromq-tests --test "$1" --no-run --message-format=json | executable
}

# Runs one test against what lies in $work/$1; its output ends up in $work/log.
passes() { # whole or broken, kind, test
    local log=$work/log suite
    case $2 in
    libzmq) timeout 300 "$work/$1" --exact "$3" --nocapture ;;
    unit) timeout 300 "$work/$1.unit" --exact "$3" --nocapture ;;
    strict) LD_PRELOAD=$work/strict.so timeout 300 "$work/$1" --exact "$3" --nocapture ;;
    host)
        suite=${3% *}
        # In a folder of its own: without a patch a file may be left in it.
        (cd "$work" && ADDIN_ZEROMQ_LIBRARY=$work/$1.so timeout 300 \
            env -u TMPDIR -u TMP -u TEMP "$work/$suite" --exact "${3#* }" --nocapture)
        ;;
    esac >"$log" 2>&1 && grep -q '1 passed' "$log"
}

# What libzmq reads where it does not lie as its type wants it: compiled in a folder of its own, so that such a load traps.
aligned() {
    local patch kind test with without left_out
    while read -r patch kind test; do
        for left_out in '' "$patch"; do
            CARGO_TARGET_DIR=$work/aligned CXXFLAGS='-fsanitize=alignment -fsanitize-undefined-trap-on-error' build "$left_out"
            cp "$program" "$work/aligned.${left_out:+broken}"
        done
        with=0 without=0
        passes aligned. libzmq "$test" || with=1
        passes aligned.broken libzmq "$test" || without=1
        proof "$patch" "$test" "$without" "$with"
    done < <(tests aligned "$@")
}

linux() {
    local patch last='' kind test with without suite
    ci/setup.sh test
    aligned "$@"
    [ -n "$(tests 'libzmq unit host strict' "$@")" ] || return 0
    build ''
    cp "$program" "$work/whole"
    ci/check-patches "$out/libzmq-source"
    # From here each build compiles only what its patch touches, not what the one before touched as well.
    mkdir "$work/out"
    cp -a "$out/libzmq" "$out/libzmq-source" "$work/out"
    cp "$(component '')" "$work/whole.so"
    [ -z "$(tests unit "$@")" ] || cp "$(own '')" "$work/whole.unit"
    for suite in $(tests host "$@" | cut -d' ' -f3 | sort -u); do
        cp "$(suite "$suite")" "$work/$suite"
    done
    cc -shared -fPIC -O1 -fno-builtin -o "$work/strict.so" ci/proofs/strict.c
    while read -r patch kind test; do
        if [ "$patch" != "$last" ]; then
            rm -rf "$out/libzmq" "$out/libzmq-source"
            cp -a "$work/out/." "$out"
            build "$patch"
            cp "$program" "$work/broken"
            last=$patch
        fi
        case $kind in
        host) cp "$(component "$patch")" "$work/broken.so" ;;
        unit) cp "$(own "$patch")" "$work/broken.unit" ;;
        esac
        with=0 without=0
        passes whole "$kind" "$test" || with=1
        passes broken "$kind" "$test" || without=1
        proof "$patch" "$test" "$without" "$with"
    done < <(tests 'libzmq unit host strict' "$@")
}

heavy() {
    local start=$SECONDS lost
    [ -x "$work/whole" ] || { build '' && cp "$program" "$work/whole"; }
    if "$work/whole" --ignored --nocapture ipc_tail >"$work/log" 2>&1; then
        lost='nothing lost'
    else
        failed=1 lost=FAILED
        tail -20 "$work/log"
    fi
    row heavy '2 x 20 runs of 1000000 messages over ipc' "$((SECONDS - start)) s" "$lost"
}
