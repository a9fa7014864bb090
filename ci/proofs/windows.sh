# The proofs under Wine; sourced by ci/faults.
# shellcheck shell=bash

# libzmq for Windows from $1, built into $2 by the options that matter here (no CURVE).
windows_library() {
    cmake -S "$1" -B "$2" -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_SYSTEM_VERSION=6.1 -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc-posix -DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix \
        -DCMAKE_CXX_FLAGS="-DZMQ_STATIC -D_wtmpnam_s=addin_zeromq_wtmpnam_s -I$root/build/mingw" \
        -DPOLLER=epoll -DAPI_POLLER=poll -DZMQ_HAVE_IPC=1 -DZMQ_HAVE_STRUCT_SOCKADDR_UN=1 -DZMQ_WIN32_WINNT=0x0601 \
        -DBUILD_SHARED=OFF -DBUILD_STATIC=ON -DBUILD_TESTS=OFF -DZMQ_BUILD_TESTS=OFF -DENABLE_CURVE=OFF \
        -DWITH_LIBSODIUM=OFF -DWITH_TLS=OFF -DWITH_LIBBSD=OFF -DENABLE_DRAFTS=OFF -DENABLE_WS=OFF -DWITH_DOCS=OFF \
        -DENABLE_CPACK=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5 >"$2.log" 2>&1 &&
        cmake --build "$2" --target libzmq-static -j2 >>"$2.log" 2>&1 || { tail -20 "$2.log" >&2; return 1; }
}

# The test program linked with the libzmq built from $work/windows with the patches that there are in it by now.
windows_program() {
    windows_library "$work/windows" "$work/windows-build"
    x86_64-w64-mingw32-g++-posix -O1 -DZMQ_STATIC -I"$work/windows/include" vendor/patches/windows-test.cpp \
        build/mingw/wtmpnam.cpp "$work/windows-build/lib/libzmq.a" -o "$work/$1.exe" \
        -static -lws2_32 -liphlpapi -lpthread
}

windows() {
    local wine case patch with without file
    [ -n "$(tests windows "$@")" ] || return 0
    ci/setup.sh windows
    wine=$(command -v /usr/lib/wine/wine64 wine64 wine | head -1)
    cp -r "$(ci/libzmq-source)" "$work/windows"
    chmod -R u+w "$work/windows"
    # First without all the patches that have a case here, then with them: the second build compiles the difference.
    for file in vendor/patches/*.patch; do
        [ -n "$(tests windows "$(basename "$file" .patch)")" ] || patch -s -p1 -d "$work/windows" <"$file"
    done
    windows_program broken
    for patch in $(tests windows | cut -d' ' -f1 | sort -u); do
        patch -s -p1 -d "$work/windows" <"vendor/patches/$patch.patch"
    done
    windows_program whole
    export WINEPREFIX=$work/prefix WINEDEBUG=-all
    while read -r patch _ case; do
        with=0 without=0
        windows_case whole "$case" || with=1
        windows_case broken "$case" || without=1
        proof "$patch" "windows-test.cpp $case (Wine)" "$without" "$with"
    done < <(tests windows "$@")
}

windows_case() {
    timeout 120 "$wine" "$work/$1.exe" "$2" 2>&1 </dev/null | grep -q "^$2: ok"
}
