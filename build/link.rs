//! What goes into the component's file, and how it is put together.

use std::fs;
use std::path::PathBuf;

use crate::target::{Target, compiler_is_zig, fail};

pub fn static_libraries(target: &Target) {
    let out = target.out.display();
    println!("cargo:rustc-link-search=native={out}/libzmq/build/lib");
    println!("cargo:rustc-link-search=native={out}/lib");
    println!("cargo:rustc-link-lib=static=zmq");
    if target.windows() {
        build_windows_shim(target);
    }
    println!("cargo:rustc-link-lib=static=sodium");
    if target.windows() {
        for library in ["ws2_32", "iphlpapi", "rpcrt4", "advapi32"] {
            println!("cargo:rustc-link-lib=dylib={library}");
        }
    }
}

/// Stands after libzmq, which calls it.
fn build_windows_shim(target: &Target) {
    let mut shim = cc::Build::new();
    shim.cpp(true).cpp_link_stdlib(None).opt_level(2).cargo_metadata(false);
    shim.file(target.root.join("build/mingw/wtmpnam.cpp")).out_dir(target.out.join("lib"));
    for flag in target.flags() {
        shim.flag(flag);
    }
    if let Err(error) = shim.try_compile("shim") {
        fail(format!("build/mingw does not compile: {error}"));
    }
    println!("cargo:rustc-link-lib=static=shim");
}

/// The C++ runtime and the unwinder go inside: a server may have neither, or
/// older ones.
pub fn runtime(target: &Target) {
    println!("cargo:rustc-check-cfg=cfg(static_libstdcxx)");
    let Some(stdcxx) = archive("libstdc++.a") else {
        // zig carries libc++ only, and links it statically.
        println!("cargo:rustc-link-lib=c++");
        return;
    };
    search(&stdcxx);
    if !target.windows() {
        println!("cargo:rustc-cfg=static_libstdcxx");
    }
    println!("cargo:rustc-link-lib=static:-bundle=stdc++");
    if target.windows() {
        // Before rustc's own msvcrt and mingwex, which libstdc++ needs.
        for name in ["pthread", "ssp"] {
            let library = archive(&format!("lib{name}.a"))
                .unwrap_or_else(|| fail(format!("the MinGW compiler has no lib{name}.a")));
            search(&library);
            println!("cargo:rustc-link-lib=static:-bundle={name}");
        }
        return;
    }
    // Rust's std asks for libgcc_s by name; a linker script of that name, found
    // first, answers with the static unwinder.
    let Some(unwinder) = archive("libgcc_eh.a") else {
        fail("the C++ compiler has no libgcc_eh.a (Debian: apt-get install g++)");
    };
    let scripts = target.out.join("static-libgcc");
    let script = format!("INPUT({})\n", unwinder.display());
    if let Err(error) = fs::create_dir_all(&scripts).and_then(|()| fs::write(scripts.join("libgcc_s.so"), script)) {
        fail(format!("{}: {error}", scripts.display()));
    }
    println!("cargo:rustc-link-search=native={}", scripts.display());
}

/// The compiler's own library of this name.
fn archive(name: &str) -> Option<PathBuf> {
    // zig's compiler names the build machine's own libraries here.
    if compiler_is_zig() {
        return None;
    }
    let compiler = cc::Build::new().cpp(true).try_get_compiler().ok()?;
    let output = compiler.to_command().arg(format!("-print-file-name={name}")).output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    // A compiler that does not have it gives the bare name back.
    if path.is_absolute() { fs::canonicalize(path).ok() } else { None }
}

fn search(library: &std::path::Path) {
    if let Some(dir) = library.parent() {
        println!("cargo:rustc-link-search=native={}", dir.display());
    }
}

pub fn hardening(target: &Target) {
    if target.windows() {
        println!("cargo:rustc-cdylib-link-arg=-static-libgcc");
        println!("cargo:rustc-cdylib-link-arg=-Wl,--no-insert-timestamp");
        return;
    }
    // rustc exports the entry points only; with -Bsymbolic nothing of another
    // copy of libzmq in the process takes the place of ours.
    for arg in ["-Wl,-Bsymbolic", "-Wl,-z,relro,-z,now", "-Wl,-z,noexecstack"] {
        println!("cargo:rustc-cdylib-link-arg={arg}");
    }
    if target.extra_flags.is_empty() {
        // A sanitizer's functions come from the program that loads us.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,defs");
    }
}
