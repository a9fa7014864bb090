//! The file that lines go to. Many processes may write to it at once; it and the one before it never grow past their limit by
//! more than what is being written at that moment.
//!
//! It is opened for every write and closed again: whoever renames, copies, empties or deletes it disturbs nobody, and no process
//! writes on to one that another has put away.

use super::passing::{keeps_us_out, patiently};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// A file of lines.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    /// How long it may get, in bytes; then it becomes the old one.
    limit: u64,
}

/// Its name, where only its folder is known.
pub const NAME: &str = "addin-zeromq.log";

impl LogFile {
    /// At `place`, a file or a folder for it.
    pub fn at(place: &Path, limit: u64) -> Self {
        Self { path: if place.is_dir() { place.join(NAME) } else { place.to_owned() }, limit }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends whole lines by one write, which those of other processes do not cut in two.
    ///
    /// # Errors
    /// Those of the system; what is no ordinary file is refused before anything is done to it.
    pub fn append(&self, lines: &str) -> io::Result<()> {
        patiently(|| self.append_now(lines), keeps_us_out)
    }

    fn append_now(&self, lines: &str) -> io::Result<()> {
        let mut file = open(&self.path)?;
        let mut length = file.metadata()?.len();
        let is_full = |length: u64, limit: u64| length > 0 && length.saturating_add(lines.len() as u64) > limit;
        if is_full(length, self.limit) && self.put_away(&file) {
            file = open(&self.path)?;
            length = file.metadata()?.len();
        }
        // Whoever puts it away is done in a moment; a lock that somebody keeps must not fill the disk.
        if is_full(length, self.limit.saturating_add(self.limit / 2)) {
            return Err(io::Error::other("the file is full and cannot be renamed or emptied"));
        }
        if length > 0 && !ends_a_line(&mut file)? {
            // Somebody was killed while he wrote, or the disk was full.
            return file.write_all(format!("\n{lines}").as_bytes());
        }
        file.write_all(lines.as_bytes())
    }

    /// Makes the file the old one; false where another process is at it.
    fn put_away(&self, file: &File) -> bool {
        if file.try_lock().is_err() {
            return false;
        }
        // It may have been done between our look and the lock.
        if !is_at(file, &self.path) {
            return true;
        }
        // One that cannot be kept is emptied: a disk that fills up is worse than lines that are lost.
        fs::rename(&self.path, self.old()).or_else(|_| empty(&self.path)).is_ok()
    }

    /// Where the lines before those of today's file are.
    fn old(&self) -> PathBuf {
        let mut old = self.path.clone().into_os_string();
        old.push(".1");
        old.into()
    }
}

/// Opens an ordinary file, made where there is none, without waiting for anybody at its other end.
fn open(path: &Path) -> io::Result<File> {
    check(fs::symlink_metadata(path))?;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    harmless(&mut options);
    let file = options.open(path)?;
    // Another may have been put in its place since.
    check(file.metadata())?;
    Ok(file)
}

/// Reads the beginning of an ordinary file, `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let found = fs::symlink_metadata(path)?;
    check(Ok(found))?;
    let mut options = OpenOptions::new();
    options.read(true);
    harmless(&mut options);
    let file = options.open(path)?;
    check(file.metadata())?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn check(found: io::Result<fs::Metadata>) -> io::Result<()> {
    let Ok(found) = found else { return Ok(()) };
    if !found.file_type().is_file() {
        return Err(io::Error::other("not an ordinary file"));
    }
    if has_other_names(&found) {
        return Err(io::Error::other("the file has other names, and may be another's"));
    }
    Ok(())
}

#[cfg(unix)]
fn has_other_names(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(found) > 1
}

/// Whoever may make a link there may write to the file as well.
#[cfg(windows)]
const fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// A link may lead anywhere; a pipe or a device may keep whoever opens it waiting.
#[cfg(unix)]
fn harmless(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY).mode(0o640);
}

#[cfg(windows)]
const fn harmless(_: &mut OpenOptions) {}

/// Looks again before it says no: what another process is writing at this moment may be there in part.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    for _ in 0..3 {
        if is_after_a_line(file)? {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(false)
}

fn is_after_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    // Emptied since: then there is nothing to end.
    if file.seek(SeekFrom::End(-1)).is_err() || file.read(&mut last)? == 0 {
        return Ok(true);
    }
    Ok(last == *b"\n")
}

/// Only what was opened for writing, not for appending, can be emptied everywhere.
fn empty(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    harmless(&mut options);
    let file = options.open(path)?;
    check(file.metadata())?;
    file.set_len(0)
}

/// Whether the file is still the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |one: fs::Metadata, other: fs::Metadata| (one.dev(), one.ino()) == (other.dev(), other.ino());
    file.metadata().and_then(|one| fs::symlink_metadata(path).map(|other| same(one, other))).unwrap_or(false)
}

/// As far as can be told: a file that was just begun is shorter, and made later.
#[cfg(windows)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::windows::fs::MetadataExt;
    let same = |one: fs::Metadata, other: fs::Metadata| {
        one.creation_time() == other.creation_time() && other.file_size() >= one.file_size()
    };
    file.metadata().and_then(|one| fs::symlink_metadata(path).map(|other| same(one, other))).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A folder of its own, gone with its test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("addin-zeromq-log-{}-{number}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn log(&self, limit: u64) -> LogFile {
            LogFile { path: self.0.join("журнал.log"), limit }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn text(path: impl AsRef<Path>) -> String {
        fs::read_to_string(path).unwrap()
    }

    fn size(path: &Path) -> u64 {
        fs::metadata(path).map_or(0, |found| found.len())
    }

    #[test]
    fn a_full_file_becomes_the_old_one_and_the_one_before_goes() {
        let folder = Folder::new();
        let log = folder.log(100);
        for number in 0..35 {
            log.append(&format!("line {number:04}\n")).unwrap();
            assert!(size(log.path()) <= 100 && size(&log.old()) <= 100);
        }
        assert_eq!(text(log.path()).lines().next(), Some("line 0030"));
        assert_eq!(text(log.path()).lines().last(), Some("line 0034"));
        let old = text(log.old());
        assert_eq!((old.lines().next(), old.lines().count()), (Some("line 0020"), 10));
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 2, "no other file is left");
    }

    /// What rotates in one process while another is about to write loses no line and cuts none. Not shown for Windows: Wine
    /// appends in two steps.
    #[cfg(unix)]
    #[test]
    fn many_writers_lose_nothing_and_cut_nothing() {
        let folder = Folder::new();
        let limit = 60_000;
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let log = folder.log(limit);
                scope.spawn(move || {
                    for number in 0..1_000 {
                        log.append(&format!("{writer} {number:04} {}\n", "x".repeat(20))).unwrap();
                    }
                });
            }
        });
        let log = folder.log(limit);
        assert!(size(log.path()) <= limit && size(&log.old()) <= limit + limit / 2);
        let mut last = [None; 4];
        for line in text(log.old()).lines().chain(text(log.path()).lines()) {
            assert_eq!(line.len(), 27, "{line:?}");
            let (writer, number): (usize, u32) = (line[..1].parse().unwrap(), line[2..6].parse().unwrap());
            assert!(last[writer].is_none_or(|last| last + 1 == number), "{line} after {last:?}");
            last[writer] = Some(number);
        }
        assert!(last.iter().flatten().any(|&last| last == 999));
    }

    #[test]
    fn what_was_cut_in_two_spoils_no_line_after_it() {
        let folder = Folder::new();
        let log = folder.log(1_000);
        fs::write(log.path(), "whole\nhal").unwrap();
        log.append("next\n").unwrap();
        log.append("last\n").unwrap();
        assert_eq!(text(log.path()), "whole\nhal\nnext\nlast\n");
    }

    #[test]
    fn an_old_file_that_cannot_be_replaced_keeps_the_new_one_bounded() {
        let folder = Folder::new();
        let log = folder.log(100);
        fs::create_dir_all(log.old().join("in the way")).unwrap();
        for number in 0..55 {
            log.append(&format!("line {number:04}\n")).unwrap();
            assert!(size(log.path()) <= 100);
        }
        assert_eq!(text(log.path()).lines().last(), Some("line 0054"));
    }

    /// Where a lock binds only those who ask for it.
    #[cfg(unix)]
    #[test]
    fn a_lock_that_somebody_keeps_does_not_fill_the_disk() {
        let folder = Folder::new();
        let log = folder.log(100);
        log.append("line 0000\n").unwrap();
        let kept = File::open(log.path()).unwrap();
        kept.lock_shared().unwrap();
        let refused = (0..50).filter(|_| log.append("line 0001\n").is_err()).count();
        assert_eq!((refused, size(log.path())), (36, 150));
        drop(kept);
        log.append("line 0002\n").unwrap();
        assert_eq!(text(log.path()), "line 0002\n");
    }

    #[test]
    fn whatever_becomes_of_the_file_the_next_line_is_written() {
        let folder = Folder::new();
        let log = folder.log(1_000);
        log.append("one\n").unwrap();
        fs::remove_file(log.path()).unwrap();
        log.append("two\n").unwrap();
        assert_eq!(text(log.path()), "two\n");
        fs::rename(log.path(), folder.0.join("away")).unwrap();
        log.append("three\n").unwrap();
        fs::write(log.path(), "").unwrap();
        log.append("four\n").unwrap();
        assert_eq!((text(log.path()), text(folder.0.join("away"))), ("four\n".into(), "two\n".into()));
    }

    #[test]
    fn a_folder_is_a_place_for_the_file() {
        let folder = Folder::new();
        LogFile::at(&folder.0, 1_000).append("one\n").unwrap();
        LogFile::at(&folder.0.join("another"), 1_000).append("two\n").unwrap();
        assert_eq!((text(folder.0.join(NAME)), text(folder.0.join("another"))), ("one\n".into(), "two\n".into()));
    }

    /// A pipe would keep whoever opens it waiting; a link leads to what is somebody else's.
    #[cfg(unix)]
    #[test]
    fn what_is_no_ordinary_file_is_refused_at_once() {
        let folder = Folder::new();
        let victim = folder.0.join("victim");
        fs::write(&victim, "not yours\n").unwrap();
        let at = |name: &str| folder.0.join(name);
        std::os::unix::fs::symlink(&victim, at("link")).unwrap();
        std::os::unix::fs::symlink(at("nowhere"), at("dangling")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        for path in [at("link"), at("dangling"), at("folder"), at("pipe"), "/dev/null".into()] {
            let refused = LogFile { path: path.clone(), limit: 100 }.append("a line\n").unwrap_err();
            assert_eq!(refused.to_string(), "not an ordinary file", "{path:?}");
            assert!(read(&path, 10).is_err(), "{path:?}");
        }
        fs::hard_link(&victim, at("second name")).unwrap();
        assert!(LogFile { path: at("second name"), limit: 100 }.append("a line\n").is_err());
        assert!(LogFile { path: at("absent/log"), limit: 100 }.append("a line\n").is_err());
        assert_eq!(text(&victim), "not yours\n");
        assert!(!at("nowhere").exists());
    }
}
