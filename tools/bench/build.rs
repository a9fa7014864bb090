//! Compiles the loops that are timed and counted, as a host of 1C's would be: optimised, with its own C++ library.

fn main() {
    println!("cargo::rerun-if-changed=cpp");
    println!("cargo::rerun-if-changed=../../tests/host/cpp/native_api.h");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    cc::Build::new()
        .cpp(true)
        .cpp_link_stdlib(None)
        .std("c++17")
        // The same in debug builds: these instructions are counted too.
        .opt_level(2)
        .debug(false)
        .flag("-fno-exceptions")
        .flag("-fno-rtti")
        // The host's allocator is called through its table, on both sides.
        .flag_if_supported("-fno-devirtualize")
        .flag_if_supported("-Wno-ignored-qualifiers")
        .include("../../tests/host/cpp")
        .file("cpp/loops.cpp")
        .compile("bench_loops");
}
