//! What is built for what, and the flags that every C and C++ file gets.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio, exit};

/// Ends the build with a text that says what is wrong and what to do.
pub fn fail(text: impl AsRef<str>) -> ! {
    eprintln!("\naddin-zeromq: {}\n", text.as_ref());
    exit(1)
}

/// An environment variable that changes what is built.
pub fn watched_env(name: &str) -> Option<String> {
    println!("cargo:rerun-if-env-changed={name}");
    env::var(name).ok().filter(|value| !value.is_empty())
}

pub fn cmake() -> String {
    watched_env("CMAKE").unwrap_or_else(|| "cmake".into())
}

/// zig wraps clang, brings its own libc++ and takes no account of the machine.
pub fn compiler_is_zig() -> bool {
    let compiler = cc::Build::new().cpp(true).try_get_compiler();
    compiler.is_ok_and(|tool| tool.path().file_name().is_some_and(|name| name.to_string_lossy().starts_with("zig")))
}

pub struct Target {
    pub triple: String,
    pub os: String,
    pub arch: String,
    pub root: PathBuf,
    pub out: PathBuf,
    /// Extra flags for C and C++, used by the sanitizer builds.
    pub extra_flags: Vec<String>,
}

impl Target {
    pub fn from_env() -> Self {
        let get = |name: &str| env::var(name).unwrap_or_else(|_| fail(format!("cargo did not set {name}")));
        Self {
            triple: get("TARGET"),
            os: get("CARGO_CFG_TARGET_OS"),
            arch: get("CARGO_CFG_TARGET_ARCH"),
            root: get("CARGO_MANIFEST_DIR").into(),
            out: get("OUT_DIR").into(),
            extra_flags: watched_env("ADDIN_ZEROMQ_CFLAGS")
                .map(|flags| flags.split_whitespace().map(String::from).collect())
                .unwrap_or_default(),
        }
    }

    pub fn windows(&self) -> bool {
        self.os == "windows"
    }

    /// `.cargo/config.toml` replaces zmq-sys's build script on every supported
    /// target; its key is missing elsewhere, and when cargo runs outside.
    pub fn check_overrides(&self) {
        if env::var_os("DEP_ZMQ_VENDORED").is_none() {
            fail(format!(
                "the target {} has no table in .cargo/config.toml, so it is not supported \
                 (or cargo was started outside the project's folder: start it inside, \
                 cargo reads .cargo/config.toml from there).\n\
                 To support a new target, add its table there, then see build/.",
                self.triple
            ));
        }
    }

    pub fn check_tools(&self) {
        let compiler = cc::Build::new().cpp(true).try_get_compiler();
        let compiler = compiler.map(|tool| tool.path().to_string_lossy().into_owned());
        let tools = [("CMake", cmake(), "cmake"), ("a C++ compiler", compiler.unwrap_or_else(|_| "c++".into()), "g++")];
        for (what, program, package) in tools {
            // Only whether it starts: zig's compiler refuses --version.
            let started = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            if started.is_err() {
                fail(format!(
                    "{what} is needed to build libzmq, and `{program}` does not start.\n\
                     On Debian-like systems: apt-get install {package} make \
                     (ci/setup.sh installs all that is needed)."
                ));
            }
        }
    }

    /// Flags of both libraries. The file-prefix map keeps this machine's
    /// folders out of the result, so that two builds give the same file.
    pub fn flags(&self) -> Vec<String> {
        let mut flags: Vec<String> =
            ["-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-fstack-protector-strong"]
                .map(String::from)
                .into();
        // zig's clang (0.15.2) falls over fortified glibc headers on x86.
        if self.extra_flags.is_empty() && !(self.arch == "x86" && compiler_is_zig()) {
            flags.extend(["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2"].map(String::from));
        }
        // The one is often inside the other. GCC takes the last that fits, clang the first.
        for (folder, name) in [(&self.out, "/build"), (&self.root, "/source"), (&self.out, "/build")] {
            let folder = folder.display().to_string();
            // CMake splits flags at spaces; ci/cross refuses such a folder.
            if !folder.contains(char::is_whitespace) {
                flags.push(format!("-ffile-prefix-map={folder}={name}"));
            }
        }
        flags.extend(self.extra_flags.iter().cloned());
        flags
    }
}
