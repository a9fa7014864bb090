//! libsodium as a static library, by `cc`: its configure script cannot run on
//! every machine that builds, so what it would find is written down here.

use std::path::PathBuf;

use crate::target::{Target, fail};
use crate::tree::Tree;

/// What libzmq's build needs of it.
pub struct Built {
    pub library: PathBuf,
    pub includes: [PathBuf; 2],
}

const EVERYWHERE: &[&str] = &[
    "CONFIGURED",
    "DEV_MODE",
    "HAVE_ATOMIC_OPS",
    "HAVE_C11_MEMORY_FENCES",
    "HAVE_GCC_MEMORY_FENCES",
    "HAVE_INLINE_ASM",
    "HAVE_INTTYPES_H",
    "HAVE_RAISE",
    "HAVE_STDINT_H",
    "HAVE_SYS_PARAM_H",
    "NATIVE_LITTLE_ENDIAN",
    "SODIUM_STATIC",
    "_GNU_SOURCE",
];

/// Without HAVE_GETRANDOM: glibc 2.17 has no such function, and libsodium
/// makes the system call itself.
const LINUX: &[&str] = &[
    "HAVE_CATCHABLE_ABRT",
    "HAVE_CATCHABLE_SEGV",
    "HAVE_CLOCK_GETTIME",
    "HAVE_GETPID",
    "HAVE_MADVISE",
    "HAVE_MLOCK",
    "HAVE_MMAP",
    "HAVE_MPROTECT",
    "HAVE_NANOSLEEP",
    "HAVE_POSIX_MEMALIGN",
    "HAVE_PTHREAD",
    "HAVE_PTHREAD_PRIO_INHERIT",
    "HAVE_SYSCONF",
    "HAVE_SYS_AUXV_H",
    "HAVE_SYS_MMAN_H",
    "HAVE_WEAK_SYMBOLS",
];

/// Chosen at run time by what the processor has.
const X86_64: &[&str] = &[
    "HAVE_AVX2INTRIN_H",
    "HAVE_AVXINTRIN_H",
    "HAVE_CPUID",
    "HAVE_EMMINTRIN_H",
    "HAVE_MMINTRIN_H",
    "HAVE_PMMINTRIN_H",
    "HAVE_RDRAND",
    "HAVE_SMMINTRIN_H",
    "HAVE_TMMINTRIN_H",
    "HAVE_WMMINTRIN_H",
    "HAVE_XGETBV_ASM",
];

pub fn build(target: &Target, source: &Tree) -> Built {
    let dir = target.out.join("libsodium");
    let mut source_files: Vec<&str> = source.files.keys().map(String::as_str).collect();
    let assembly = target.arch == "x86_64" && !target.windows();
    source_files.retain(|path| {
        path.starts_with("src/libsodium/") && (path.ends_with(".c") || (assembly && path.ends_with(".S")))
    });

    let mut tree = Tree { files: source.files.clone() };
    // Made by configure; the release carries a made one for MSVC.
    let version = tree.files["builds/msvc/version.h"].clone();
    tree.files.insert("src/libsodium/include/sodium/version.h".into(), version);
    if let Err(error) = tree.write(&dir) {
        fail(format!("libsodium cannot be copied to {}: {error}", dir.display()));
    }

    let include = dir.join("src/libsodium/include");
    let mut build = cc::Build::new();
    build.warnings(false).opt_level(2).pic(!target.windows());
    build.include(include.join("sodium")).include(&include);
    build.flag("-fno-strict-aliasing").flag("-fwrapv").flag_if_supported("-flax-vector-conversions");
    for flag in target.flags() {
        build.flag(flag);
    }
    if target.extra_flags.iter().any(|flag| flag.contains("undefined")) {
        // For x86 it reads words where they lie, on purpose.
        build.flag("-fno-sanitize=alignment");
    }
    let mut defines = EVERYWHERE.to_vec();
    if target.os == "linux" {
        defines.extend(LINUX);
        build.define("ASM_HIDE_SYMBOL", ".hidden").define("TLS", "_Thread_local");
    }
    match target.arch.as_str() {
        "x86_64" => defines.extend(X86_64),
        "aarch64" => defines.push("HAVE_ARMCRYPTO"),
        _ => {}
    }
    if assembly {
        defines.extend(["HAVE_AMD64_ASM", "HAVE_AVX_ASM"]);
    }
    if target.arch != "x86" {
        defines.push("HAVE_TI_MODE");
    }
    for define in defines {
        build.define(define, "1");
    }
    build.files(source_files.iter().map(|path| dir.join(path)));
    build.out_dir(target.out.join("lib")).cargo_metadata(false);
    if let Err(error) = build.try_compile("sodium") {
        fail(format!("libsodium does not compile: {error}"));
    }
    Built { library: target.out.join("lib/libsodium.a"), includes: [include.clone(), include.join("sodium")] }
}
