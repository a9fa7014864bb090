//! How an administrator switches the log on: by the environment, or by a file beside the library.

use super::file;
use crate::zmq;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the log's file, or the folder for it.
pub const VARIABLE: &str = "ADDIN_ZEROMQ_LOG";

/// How long a file may get, in MiB.
pub const LIMIT_VARIABLE: &str = "ADDIN_ZEROMQ_LOG_MB";

/// Its presence beside the library switches the log on; its first line may say where to.
const SWITCH: &str = "addin-zeromq-log.txt";

const LIMITS: std::ops::RangeInclusive<u64> = 1..=1024;
const DEFAULT_LIMIT: u64 = 10;
const MIB: u64 = 1 << 20;

/// What the switch says.
#[derive(Debug, PartialEq, Eq)]
pub struct Settings {
    /// Or why there is none.
    pub path: Result<PathBuf, &'static str>,
    /// In bytes.
    pub limit: u64,
}

/// The file whose presence switches the log on; empty where the system does not tell where the library is.
pub fn file() -> String {
    zmq::library_folder().map(|folder| folder.join(SWITCH).to_string_lossy().into_owned()).unwrap_or_default()
}

/// None where the log is off.
pub fn read() -> Option<Settings> {
    read_from(env::var_os(VARIABLE), env::var_os(LIMIT_VARIABLE), zmq::library_folder().as_deref())
}

fn read_from(variable: Option<OsString>, limit: Option<OsString>, folder: Option<&Path>) -> Option<Settings> {
    let limit = limit.and_then(|limit| limit.to_str()?.trim().parse().ok()).filter(|limit| LIMITS.contains(limit));
    let limit = limit.unwrap_or(DEFAULT_LIMIT) * MIB;
    let path = match variable.filter(|variable| !variable.is_empty()) {
        Some(path) => usable(path.into()),
        None => beside(folder?)?,
    };
    Some(Settings { path, limit })
}

/// What the file in the library's folder says; None where there is none.
fn beside(folder: &Path) -> Option<Result<PathBuf, &'static str>> {
    let switch = folder.join(SWITCH);
    std::fs::symlink_metadata(&switch).ok()?;
    let Ok(bytes) = file::read(&switch, 4096) else {
        return Some(Err("addin-zeromq-log.txt cannot be read"));
    };
    let Ok(text) = str::from_utf8(&bytes) else {
        return Some(Err("addin-zeromq-log.txt is not UTF-8"));
    };
    let path = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default().trim();
    Some(if path.is_empty() { Ok(folder.to_owned()) } else { usable(path.into()) })
}

/// A relative path would lead to another place in each process.
fn usable(path: PathBuf) -> Result<PathBuf, &'static str> {
    if !path.is_absolute() {
        return Err("the path is not absolute");
    }
    if cfg!(windows) && is_device(&path) {
        return Err("the path names a device");
    }
    Ok(path)
}

/// What Windows takes for a device, whatever folder it seems to lie in.
fn is_device(path: &Path) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];
    let whole = path.to_string_lossy();
    let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
    let stem = name.split(['.', ':', ' ']).next().unwrap_or_default().trim_end_matches(|it: char| it.is_ascii_digit());
    whole.starts_with(r"\\.\") || whole.to_lowercase().contains(r"\pipe\") || DEVICES.contains(&stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("addin-zeromq-switch-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn path(settings: Option<Settings>) -> Option<Result<PathBuf, &'static str>> {
        settings.map(|settings| settings.path)
    }

    #[test]
    fn the_variable_goes_first() {
        let folder = folder("variable");
        let file = folder.join("другой.log");
        assert_eq!(read_from(None, None, Some(&folder)), None);
        assert_eq!(read_from(Some("".into()), None, None), None);
        fs::write(folder.join(SWITCH), "").unwrap();
        let given = |variable: &Path| path(read_from(Some(variable.into()), None, Some(&folder)));
        assert_eq!(given(&file), Some(Ok(file.clone())));
        assert_eq!(given(&folder), Some(Ok(folder.clone())));
        assert_eq!(given(Path::new("relative.log")), Some(Err("the path is not absolute")));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_file_beside_the_library_may_name_another_place() {
        let folder = folder("beside");
        let elsewhere = folder.join("elsewhere.log");
        for (text, expected) in [
            (String::new(), Ok(folder.clone())),
            ("\n".into(), Ok(folder.clone())),
            (format!("\u{feff}{}\r\nthe rest is for people", elsewhere.display()), Ok(elsewhere)),
            ("log.txt".into(), Err("the path is not absolute")),
        ] {
            fs::write(folder.join(SWITCH), text).unwrap();
            assert_eq!(path(read_from(None, None, Some(&folder))), Some(expected));
        }
        fs::write(folder.join(SWITCH), [0xff, 0xfe]).unwrap();
        assert_eq!(path(read_from(None, None, Some(&folder))), Some(Err("addin-zeromq-log.txt is not UTF-8")));
        fs::remove_file(folder.join(SWITCH)).unwrap();
        fs::create_dir(folder.join(SWITCH)).unwrap();
        assert_eq!(path(read_from(None, None, Some(&folder))), Some(Err("addin-zeromq-log.txt cannot be read")));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_limit_out_of_range_is_the_usual_one() {
        let limit = |text: &str| {
            let place = env::temp_dir().join("log");
            read_from(Some(place.into()), Some(text.into()), None).unwrap().limit / MIB
        };
        assert_eq!(["1", " 1024 ", "0", "1025", "-1", "many", ""].map(limit), [1, 1024, 10, 10, 10, 10, 10]);
    }

    #[test]
    fn names_that_windows_takes_for_devices() {
        for device in ["NUL", "c:/log/con.txt", "Com1.log", r"\\.\pipe\x", "lpt9", "aux .log"] {
            assert!(is_device(Path::new(device)), "{device}");
        }
        for file in ["zeromq.log", "c:/com1/log", "console.log", "nullify"] {
            assert!(!is_device(Path::new(file)), "{file}");
        }
    }
}
