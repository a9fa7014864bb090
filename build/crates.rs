//! Where cargo keeps the source of a crate of Cargo.lock: under its home, or
//! where `cargo vendor` put it. `cargo metadata` knows.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::target::{Target, fail};

/// The folder of `package`, given as "name version".
pub fn folder(target: &Target, package: &str) -> PathBuf {
    // cargo asks for the whole workspace's crates here, the build fetched only
    // its own: where they are not all at hand, the network is asked.
    let mut reason = String::new();
    for offline in [true, false] {
        match metadata(target, offline) {
            Ok(text) => {
                return find(&text, package).unwrap_or_else(|| {
                    fail(format!("cargo metadata knows no crate {package}, which a lock in vendor/ names"))
                });
            }
            Err(error) => reason = error,
        }
    }
    fail(format!(
        "`cargo metadata` does not tell where crate {package} is:\n{reason}\n\
         Run `cargo fetch --locked` once with a network, or give the source another way \
         (vendor/README.md)."
    ))
}

fn metadata(target: &Target, offline: bool) -> Result<String, String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--format-version=1", "--locked", "--filter-platform", &target.triple]);
    if offline {
        cargo.arg("--offline");
    }
    let output = cargo.current_dir(&target.root).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn find(metadata: &str, package: &str) -> Option<PathBuf> {
    let metadata: Value = serde_json::from_str(metadata).ok()?;
    let (name, version) = package.split_once(' ')?;
    let found = metadata["packages"].as_array()?.iter().find(|it| it["name"] == name && it["version"] == version)?;
    let manifest = PathBuf::from(found["manifest_path"].as_str()?);
    manifest.parent().map(PathBuf::from)
}
