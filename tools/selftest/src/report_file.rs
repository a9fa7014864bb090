//! The report's file. Its name is its own: where all users share a folder, the report of another may lie there.

use crate::language::Language;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// The file, removed unless it is concluded; or why there is none.
pub struct ReportFile {
    file: Result<NamedTempFile<File>, String>,
    empty: bool,
}

impl ReportFile {
    pub fn new_in(folder: &Path) -> Self {
        let file = Builder::new()
            .prefix("addin-selftest-report-")
            .suffix(".txt")
            .make_in(folder, |path| File::options().write(true).create_new(true).open(path))
            .map_err(|e| format!("{}: {e}", folder.display()));
        Self { file, empty: true }
    }

    /// What is told from now on is not kept, and what was told before is forgotten.
    pub fn give_up(&mut self, why: String) {
        self.file = Err(why);
    }

    pub fn add(&mut self, bytes: &[u8]) {
        let Ok(file) = &mut self.file else { return };
        if let Err(e) = file.as_file_mut().write_all(bytes) {
            let why = format!("{}: {e}", file.path().display());
            return self.give_up(why);
        }
        self.empty &= bytes.is_empty();
    }

    /// Where the report is, or why it is nowhere.
    pub fn conclude(self, language: Language) -> Result<PathBuf, String> {
        let file = self.file?;
        if self.empty {
            return Err(language.of("проверки ничего не сообщили", "the checks told nothing").into());
        }
        file.into_temp_path().keep().map_err(|e| format!("{}: {}", e.path.display(), e.error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn left_in(folder: &Path) -> usize {
        fs::read_dir(folder).expect("the folder").count()
    }

    #[test]
    fn every_report_has_its_own_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut paths = Vec::new();
        for words in ["один", "два"] {
            let mut report = ReportFile::new_in(folder.path());
            report.add(words.as_bytes());
            report.add(b"!\n");
            let path = report.conclude(Language::Russian).expect("kept");
            assert_eq!(fs::read_to_string(&path).expect("read"), format!("{words}!\n"));
            paths.push(path);
        }
        assert_ne!(paths[0], paths[1]);
    }

    #[test]
    fn a_report_that_is_not_there_is_not_announced() {
        let folder = tempfile::tempdir().expect("a folder");
        let empty = ReportFile::new_in(folder.path());
        assert_eq!(empty.conclude(Language::English), Err("the checks told nothing".into()));

        let mut given_up = ReportFile::new_in(folder.path());
        given_up.add(b"first words");
        given_up.give_up("no reason".into());
        given_up.add(b"more words");
        assert_eq!(given_up.conclude(Language::English), Err("no reason".into()));
        assert_eq!(left_in(folder.path()), 0);

        let nowhere = folder.path().join("нет такого");
        let mut report = ReportFile::new_in(&nowhere);
        report.add(b"words");
        assert!(report.conclude(Language::Russian).is_err_and(|why| why.contains(&*nowhere.to_string_lossy())));
    }

    #[test]
    fn a_write_that_fails_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let only_read = Builder::new().make_in(folder.path(), |path| {
            fs::write(path, "")?;
            File::open(path)
        });
        let mut report = ReportFile { file: only_read.map_err(|e| e.to_string()), empty: true };
        report.add(b"words");
        assert!(report.conclude(Language::English).is_err_and(|why| why.contains("os error")));
        assert_eq!(left_in(folder.path()), 0);
    }
}
