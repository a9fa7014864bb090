//! Finds the source of a vendored library and verifies it against its lock.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::crates;
use crate::target::{Target, cmake, fail, watched_env};
use crate::tree::Tree;

pub struct Library {
    pub name: &'static str,
    /// Variable that names a folder to take the source from.
    pub env: &'static str,
    /// Text of vendor/<name>.lock.
    pub lock: &'static str,
    /// Where the pinned crate has it: a folder, or an archive with one.
    pub inside: &'static str,
}

impl Library {
    /// The value of `key = value` in the lock.
    pub fn locked(&self, key: &str) -> &'static str {
        let value = self.lock.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim().trim_matches('"'))
        });
        value.unwrap_or_else(|| fail(format!("vendor/{}.lock has no `{key}`", self.name)))
    }
}

/// The library's source, read into memory, after its digest was checked.
pub fn verified(target: &Target, library: &Library) -> Tree {
    let name = library.name;
    let local = target.root.join("vendor").join(name);
    let (dir, origin) = if let Some(dir) = watched_env(library.env) {
        println!("cargo:rerun-if-changed={dir}");
        (PathBuf::from(dir), library.env.to_string())
    } else if fs::read_dir(&local).is_ok_and(|mut entries| entries.next().is_some()) {
        (local, format!("vendor/{name}/"))
    } else {
        (pinned(target, library), "the pinned crate".to_string())
    };

    let tree = Tree::read(&dir).unwrap_or_else(|error| {
        fail(format!(
            "the source of {name} ({origin}) cannot be read from {}: {error}.\n{}",
            dir.display(),
            advice(library)
        ))
    });
    let (found, wanted) = (tree.digest(), library.locked("digest"));
    if found != wanted {
        fail(format!(
            "the source of {name} from {origin} is not the one that vendor/{name}.lock names.\n\
             folder {}\nwanted {wanted}\nfound  {found}\n{}",
            dir.display(),
            advice(library)
        ));
    }
    tree
}

fn advice(library: &Library) -> String {
    let Library { name, env, .. } = library;
    format!(
        "Give an unchanged tree of {name} {} (tag {}, no files added or removed) through {env} \
         or as vendor/{name}/, or leave both out: then the pinned crate's copy is taken. \
         vendor/README.md tells how to change the version.",
        library.locked("version"),
        library.locked("tag"),
    )
}

/// The source inside the crate that the lock names and Cargo.lock pins.
fn pinned(target: &Target, library: &Library) -> PathBuf {
    let package = library.locked("crate");
    let inside = crates::folder(target, package).join(library.inside);
    if inside.is_dir() { inside } else { unpacked(target, library.name, &inside) }
}

fn unpacked(target: &Target, name: &str, archive: &Path) -> PathBuf {
    let dir = target.out.join(format!("{name}-unpacked"));
    // Files of another version left there would make the digest wrong.
    let _ = fs::remove_dir_all(&dir);
    let made = fs::create_dir_all(&dir);
    let status = Command::new(cmake()).args(["-E", "tar", "xzf"]).arg(archive).current_dir(&dir).status();
    if made.is_err() || !status.is_ok_and(|status| status.success()) {
        fail(format!("{} cannot be unpacked into {}", archive.display(), dir.display()));
    }
    // An archive of a release holds one folder.
    let top = fs::read_dir(&dir).ok().and_then(|mut entries| entries.next()?.ok());
    top.map_or(dir, |entry| entry.path())
}
