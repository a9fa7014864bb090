//! Applies our own patches of libzmq (vendor/patches/*.patch, in order of name).

use std::fs;
use std::path::Path;

use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};

use crate::target::{Target, fail, watched_env};
use crate::tree::Tree;

/// Leaves patches out, by name or "all": shows that a test fails without one.
const SKIP: &str = "ADDIN_ZEROMQ_SKIP_PATCHES";

pub fn apply(target: &Target, tree: &mut Tree) {
    let dir = target.root.join("vendor/patches");
    let mut paths: Vec<_> = fs::read_dir(&dir)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    paths.sort();

    let skip = watched_env(SKIP).unwrap_or_default();
    let mut skip: Vec<&str> = skip.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if skip.contains(&"all") || skip.contains(&name.as_str()) {
            println!("cargo:warning=libzmq is built without vendor/patches/{name}.patch ({SKIP})");
            skip.retain(|skipped| *skipped != name);
        } else if let Err(error) = apply_one(&path, tree) {
            fail(format!("vendor/patches/{name}.patch does not apply to libzmq: {error}"));
        }
    }
    skip.retain(|name| *name != "all");
    if !skip.is_empty() {
        fail(format!("{SKIP} names no patch of vendor/patches/: {}", skip.join(", ")));
    }
}

fn apply_one(path: &Path, tree: &mut Tree) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let mut changed = 0;
    for patch in PatchSet::parse(&text, ParseOptions::unidiff()) {
        let patch = patch.map_err(|error| error.to_string())?;
        let FileOperation::Modify { modified, .. } = patch.operation().strip_prefix(1) else {
            return Err("it may only change files that are there".into());
        };
        let text = patch.patch().as_text().ok_or("it is no text")?;
        let file = tree.files.get_mut(modified.as_ref()).ok_or(format!("there is no {modified}"))?;
        let before = std::str::from_utf8(file).map_err(|error| format!("{modified}: {error}"))?;
        let after = diffy::apply(before, text).map_err(|error| format!("{modified}: {error}"))?;
        *file = after.into_bytes();
        changed += 1;
    }
    if changed == 0 { Err("it changes nothing".into()) } else { Ok(()) }
}
