//! Compiles the C++ half of the host, freestanding: no exceptions, no RTTI, no C++ library.
//! `ONEC_HOST_BRIDGE` names a ready static library instead (a Windows host whose layout must be MSVC's).

use std::env;
use std::path::PathBuf;

const FILES: [&str; 4] = ["component.cpp", "fake.cpp", "hostside.cpp", "layout.cpp"];

fn main() {
    println!("cargo::rerun-if-changed=cpp");
    println!("cargo::rerun-if-env-changed=ONEC_HOST_BRIDGE");
    if let Some(ready) = env::var_os("ONEC_HOST_BRIDGE") {
        let ready = PathBuf::from(ready);
        let folder = ready.parent().expect("ONEC_HOST_BRIDGE: a full path");
        let stem = ready.file_stem().expect("ONEC_HOST_BRIDGE: a file");
        let name = stem.to_string_lossy();
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static={}", name.trim_start_matches("lib"));
        return;
    }
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .cpp_link_stdlib(None)
        .std("c++17")
        .opt_level(1)
        .warnings(true)
        .flag("-fno-exceptions")
        .flag("-fno-rtti")
        .flag("-fno-asynchronous-unwind-tables")
        // A method's address in a table is called from outside: nothing may be devirtualised away.
        .flag_if_supported("-fno-devirtualize")
        .flag_if_supported("-Wno-ignored-qualifiers")
        .flag_if_supported("-Wno-unused-parameter");
    for file in FILES {
        build.file(format!("cpp/{file}"));
    }
    build.compile("onec_host_bridge");
}
