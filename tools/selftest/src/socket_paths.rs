//! Paths of socket files: AF_UNIX takes few bytes, and a user's folder for temporary files may lie deep.

use std::path::{Path, PathBuf};

/// What `sun_path` holds before its closing zero.
#[cfg(unix)]
pub const LIMIT: usize = size_of::<libc::sockaddr_un>() - std::mem::offset_of!(libc::sockaddr_un, sun_path) - 1;
/// UNIX_PATH_MAX of afunix.h, less the closing zero.
#[cfg(windows)]
pub const LIMIT: usize = 108 - 1;

/// How the folder of a run begins; six characters follow.
pub const PREFIX: &str = "st-";
/// A name as users have, short for the sake of the limit.
const ODD_TEMP: &str = "Ёж Ю";
const ODD_SOCKET: &str = "точка.s";

/// The folder that a check takes for TEMP.
pub fn odd_temp(folder: &Path) -> PathBuf {
    folder.join(ODD_TEMP)
}

pub fn odd_socket(folder: &Path) -> PathBuf {
    folder.join(ODD_SOCKET)
}

/// As long as any that is numbered.
pub fn last_socket(folder: &Path) -> PathBuf {
    socket(folder, 999)
}

pub fn socket(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number}.s"))
}

/// Where `ipc://*` listens at the longest: libzmq's own name on Unix, that of build/mingw/wtmpnam.cpp on Windows.
pub fn any_socket(temp: &Path) -> PathBuf {
    let name = if cfg!(windows) { "zmq-ffffffff-ffffffff-ffffffff" } else { "tmpXXXXXX" };
    temp.join(name).join("socket")
}

/// The folder that libzmq takes for `ipc://*` in this process.
pub fn temp_of_libzmq() -> PathBuf {
    if cfg!(windows) {
        return std::env::temp_dir();
    }
    let named = ["TMPDIR", "TEMPDIR", "TMP"].iter().filter_map(std::env::var_os).map(PathBuf::from);
    let folder = named.into_iter().find(|folder| folder.is_dir());
    folder.filter(|folder| folder.is_absolute()).unwrap_or_else(|| "/tmp".into())
}

/// As AF_UNIX counts: UTF-8 on Windows too.
pub fn bytes(path: &Path) -> usize {
    path.as_os_str().as_encoded_bytes().len()
}

/// Whether all socket files of a run have room when its folder is made in `base`.
pub fn is_below(base: &Path) -> bool {
    let folder = base.join(format!("{PREFIX}XXXXXX"));
    let longest = [any_socket(&odd_temp(&folder)), odd_socket(&folder), last_socket(&folder)];
    longest.iter().all(|path| bytes(path) <= LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_ends_where_the_limit_does() {
        assert_eq!(LIMIT, 107);
        let base = |bytes: usize| PathBuf::from(format!("/{}", "b".repeat(bytes - 1)));
        let most = (1..LIMIT).take_while(|&bytes| is_below(&base(bytes))).last();
        assert_eq!(most, Some(if cfg!(windows) { 51 } else { 72 }));
        assert!(!is_below(Path::new(&"Ю".repeat(37))), "bytes, not letters");
    }
}
