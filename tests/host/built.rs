//! Finding files: the library under test (built when nobody names one), programs beside the tests.

use crate::library::LIBRARY_VARIABLE;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

static FILE: OnceLock<PathBuf> = OnceLock::new();

/// The component's file: `ADDIN_ZEROMQ_LIBRARY`, or the workspace's own, built now if need be.
#[must_use]
pub fn library_file() -> PathBuf {
    FILE.get_or_init(|| {
        let Some(named) = env::var_os(LIBRARY_VARIABLE) else {
            return build();
        };
        let named = PathBuf::from(named);
        std::path::absolute(&named).unwrap_or(named)
    })
    .clone()
}

/// The component's file if anybody in this process has asked for it.
#[must_use]
pub fn known_library_file() -> Option<PathBuf> {
    FILE.get().cloned()
}

/// The workspace's root: two folders above this package.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the package lies in the workspace")
}

fn build() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status =
        Command::new(cargo).args(["build", "--release", "--package", "addin-zeromq"]).current_dir(workspace()).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("cargo build --release: {status}; the component does not build"),
        Err(e) => panic!("cargo cannot be started: {e}"),
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), |t| workspace().join(t));
    let name = if cfg!(windows) { "addin_zeromq.dll" } else { "libaddin_zeromq.so" };
    target.join("release").join(name)
}

/// A program of ours, built beside the running test or program.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let own = env::current_exe().expect("the running program's path");
    let mut folder = own.parent().expect("a folder").to_path_buf();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let file = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(file.exists(), "{} is not built", file.display());
    file
}

/// A command for one of our own programs, behind `ONEC_HOST_RUNNER` (an emulator and its options) if set.
#[must_use]
pub fn command(file: &Path) -> Command {
    let runner = env::var("ONEC_HOST_RUNNER").unwrap_or_default();
    let mut words = runner.split_whitespace();
    let Some(first) = words.next() else {
        return Command::new(file);
    };
    let mut command = Command::new(first);
    command.args(words).arg(file);
    command
}
