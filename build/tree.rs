//! A source tree in memory: read, digested, patched, then written out.

use std::collections::BTreeMap;
use std::fs;
use std::io::Result;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Files by their path below the root, `/` between its parts.
#[derive(Default)]
pub struct Tree {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.read_below(root, "")?;
        Ok(tree)
    }

    fn read_below(&mut self, dir: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let name = entry.file_name();
            // Not part of the source: a submodule's link to its repository, and
            // files that `cargo vendor` leaves out.
            if [".git", ".gitattributes", ".gitignore"].iter().any(|left_out| name == *left_out) {
                continue;
            }
            let path = format!("{prefix}{}", name.to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.read_below(&entry.path(), &format!("{path}/"))?;
            } else {
                self.files.insert(path, fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    /// SHA-256 over path, length and content of every file, in order of path.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, content) in &self.files {
            hash.update(format!("{path}\n{}\n", content.len()));
            hash.update(content);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Makes `root` hold exactly this tree. What is already right is not
    /// touched, so that CMake compiles again only what has changed.
    pub fn write(&self, root: &Path) -> Result<()> {
        if root.is_dir() {
            for path in Self::read(root)?.files.keys() {
                if !self.files.contains_key(path) {
                    fs::remove_file(root.join(path))?;
                }
            }
        }
        for (path, content) in &self.files {
            let file = root.join(path);
            if fs::read(&file).is_ok_and(|there| there == *content) {
                continue;
            }
            if let Some(dir) = file.parent() {
                fs::create_dir_all(dir)?;
            }
            fs::write(file, content)?;
        }
        Ok(())
    }
}
