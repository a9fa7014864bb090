//! Paths of `ipc://`: the full form of a relative one, and what is wrong with one that cannot be bound or connected.

use super::parts::Side;
use crate::objects::errors::Refusal;
use crate::zmq;
use std::path::Path;

/// Bytes that an address of a socket file has room for.
const LONGEST: usize = 107;

/// The path of a socket file. `@name` has none, and of `*` the system makes one.
fn file_of(endpoint: &str) -> Option<&str> {
    endpoint.strip_prefix("ipc://").filter(|path| !path.is_empty() && !path.starts_with(['@', '*']))
}

/// The endpoint with a full path, which means the same file to every process, wherever it stands. One that would be too
/// long for an address stays as it is: it still leads to the file from here.
pub fn full(endpoint: &str) -> String {
    let full = file_of(endpoint).filter(|path| !is_full(path)).and_then(from_here);
    full.filter(|path| path.len() <= LONGEST).map_or_else(|| endpoint.to_owned(), |path| format!("ipc://{path}"))
}

#[cfg(not(windows))]
fn is_full(path: &str) -> bool {
    path.starts_with('/')
}

/// The current folder is known without links, so that `..` at the beginning is its parent; further on it need not be.
#[cfg(not(windows))]
fn from_here(path: &str) -> Option<String> {
    let mut folder = std::env::current_dir().ok()?;
    let mut rest = path;
    loop {
        let (first, others) = rest.split_once('/').unwrap_or((rest, ""));
        match first {
            "" | "." if !others.is_empty() => {}
            ".." if !others.is_empty() => {
                folder.pop();
            }
            _ => break,
        }
        rest = others;
    }
    let folder = folder.to_str()?;
    Some(format!("{}/{rest}", folder.trim_end_matches('/')))
}

#[cfg(windows)]
fn is_full(path: &str) -> bool {
    Path::new(path).is_absolute()
}

/// `name`, `folder\name`, `\name` of the current drive, `C:name` of that drive's current folder.
#[cfg(windows)]
fn from_here(path: &str) -> Option<String> {
    std::path::absolute(path).ok()?.into_os_string().into_string().ok()
}

/// What keeps a socket from being bound or connected here, where libzmq does not find it out.
pub fn check(endpoint: &str, side: Side) -> Result<(), Refusal> {
    match side {
        Side::Bind => check_own(endpoint),
        Side::Connect => check_peer(endpoint),
    }
}

/// On Windows libzmq replaces what lies at the path; a socket's file is empty.
fn check_own(endpoint: &str) -> Result<(), Refusal> {
    let found = file_of(endpoint).filter(|_| cfg!(windows)).and_then(|path| std::fs::symlink_metadata(path).ok());
    match found {
        Some(found) if found.is_dir() || found.is_symlink() || found.len() > 0 => {
            Err(occupied(Some(found.file_type())))
        }
        _ => Ok(()),
    }
}

/// What keeps this process from ever reaching a socket file that is there. One that is not there may come.
fn check_peer(endpoint: &str) -> Result<(), Refusal> {
    match file_of(endpoint).filter(|path| is_closed(path)) {
        Some(path) => Err(closed(path)),
        None => Ok(()),
    }
}

/// Whether the system would not let this process connect. Asked with a datagram socket: what listens at the path is a
/// stream socket, and no connection comes of it.
#[cfg(unix)]
fn is_closed(path: &str) -> bool {
    let asked = std::os::unix::net::UnixDatagram::unbound().and_then(|probe| probe.connect(path));
    asked.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}

#[cfg(not(unix))]
const fn is_closed(_: &str) -> bool {
    false
}

/// Whose file it is, and who may do what with it.
#[cfg(unix)]
fn owner_and_mode(found: &std::fs::Metadata) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt;
    (found.uid(), found.mode() & 0o7777)
}

#[cfg(not(unix))]
const fn owner_and_mode(_: &std::fs::Metadata) -> (u32, u32) {
    (0, 0)
}

fn closed(path: &str) -> Refusal {
    let Ok(found) = std::fs::metadata(path) else {
        return Refusal::new(
            "EACCES",
            no_rights(&barred(path)),
            (
                "Дайте пользователю этого процесса право поиска (x) в каталоге или возьмите общий каталог, например /run/имя.",
                "Give this process's user the right to search (x) the folder, or take a common one such as /run/name.",
            ),
        );
    };
    let (owner, mode) = owner_and_mode(&found);
    Refusal::new(
        "EACCES",
        (
            format!("нет права записи в файл сокета (владелец — uid {owner}, права {mode:04o})"),
            format!("no right to write to the socket's file (its owner is uid {owner}, its mode {mode:04o})"),
        ),
        (
            "Запускайте обе стороны от одного пользователя, или задайте привязывающей стороне umask 0007 и общую группу (в systemd: UMask=, Group=).",
            "Run both sides as one user, or give the side that binds umask 0007 and a common group (in systemd: UMask=, Group=).",
        ),
    )
}

fn above(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// The folder of a file; of a name alone it is the current one.
fn folder_of(path: &str) -> &Path {
    above(Path::new(path)).unwrap_or(Path::new("."))
}

/// The nearest folder of a path that this process cannot look into.
fn barred(path: &str) -> String {
    let mut folder = folder_of(path);
    while let Some(upper) = above(folder).filter(|_| std::fs::metadata(folder).is_err()) {
        folder = upper;
    }
    shown(folder)
}

fn no_rights(folder: &str) -> (String, String) {
    (format!("нет прав на каталог «{folder}»"), format!("no rights to the folder \"{folder}\""))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().chars().take(200).collect()
}

/// What an error of a bind means, by the path's own circumstances; None: what it means anywhere.
pub fn blame(error: zmq::Error, endpoint: &str) -> Option<Refusal> {
    file_of(endpoint).and_then(|path| of_path(path, error.name()))
}

fn of_path(path: &str, code: &'static str) -> Option<Refusal> {
    #[cfg(unix)]
    if code == "EEXIST" {
        return Some(occupied(std::fs::symlink_metadata(path).ok().map(|found| found.file_type())));
    }
    let folder = shown(folder_of(path));
    let refusal = match code {
        "EADDRINUSE" => Refusal::new(
            "EADDRINUSE",
            in_use(path),
            (
                "Закройте того, кто его занял, возьмите другой путь или укажите `ipc://*`: путь выберет система.",
                "Close whoever has it, take another path, or give `ipc://*`: the system then chooses.",
            ),
        ),
        "ENOENT" => Refusal::new(
            "ENOENT",
            (format!("нет каталога «{folder}»"), format!("there is no folder \"{folder}\"")),
            ("Создайте его заранее.", "Make it beforehand."),
        ),
        "EACCES" | "EPERM" => Refusal::new(
            code,
            no_rights(&folder),
            (
                "Дайте пользователю этого процесса право создавать и удалять в нём файлы или возьмите другой каталог.",
                "Give this process's user the right to make and remove files in it, or take another folder.",
            ),
        ),
        _ => return None,
    };
    Some(refusal)
}

fn in_use(path: &str) -> (String, String) {
    let (russian, english) = if is_closed(path) {
        ("занят файлом сокета другого пользователя", "in use: a socket file of another user is there")
    } else {
        ("занят: к этому пути привязан другой сокет", "in use: another socket is bound to this path")
    };
    (format!("адрес уже {russian}"), format!("the address is {english}"))
}

/// What lies there is no socket; None: it has gone meanwhile.
fn occupied(kind: Option<std::fs::FileType>) -> Refusal {
    let (russian, english) = kind.map_or(("нечто другое", "something else"), name_of);
    Refusal::new(
        "EEXIST",
        (format!("по этому пути лежит не сокет, а {russian}"), format!("at this path lies no socket but {english}")),
        (
            "Возьмите другой путь или уберите его сами: компонента заменяет только оставшиеся файлы сокетов.",
            "Take another path, or remove it yourself: the component replaces nothing but socket files left behind.",
        ),
    )
}

fn name_of(kind: std::fs::FileType) -> (&'static str, &'static str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return ("именованный канал (FIFO)", "a FIFO");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return ("устройство", "a device");
        }
        if kind.is_socket() {
            return ("файл, который успели заменить", "a file that was replaced meanwhile");
        }
    }
    if kind.is_dir() {
        ("каталог", "a folder")
    } else if kind.is_symlink() {
        ("символическая ссылка", "a symbolic link")
    } else if kind.is_file() {
        ("обычный файл", "a regular file")
    } else {
        ("нечто другое", "something else")
    }
}

#[cfg(test)]
mod tests {
    use super::{full, of_path};

    #[test]
    fn what_is_no_relative_path_stays() {
        for endpoint in
            ["ipc://*", "ipc://@name", "ipc://", "tcp://127.0.0.1:*", "inproc://name", "ipc:///tmp/../x", "ipc", ""]
        {
            if cfg!(unix) || !endpoint.contains("..") {
                assert_eq!(full(endpoint), endpoint);
            }
        }
    }

    #[test]
    fn a_relative_path_starts_in_the_current_folder() {
        let here = std::env::current_dir().unwrap();
        let here = here.to_str().unwrap();
        if here.len() > 60 {
            return;
        }
        let slash = std::path::MAIN_SEPARATOR;
        assert_eq!(full("ipc://имя"), format!("ipc://{here}{slash}имя"));
        if cfg!(windows) {
            assert_eq!(full(r"ipc://C:\a\s"), r"ipc://C:\a\s");
            assert!(full(r"ipc://\s").ends_with(r":\s"));
            return;
        }
        assert_eq!(full("ipc://./a/../имя."), format!("ipc://{here}/a/../имя."));
        assert_eq!(full("ipc://.//./s"), format!("ipc://{here}/s"));
        assert_eq!(full("ipc://..s"), format!("ipc://{here}/..s"));
        assert_eq!(full("ipc://folder/"), format!("ipc://{here}/folder/"));
        let upper = here.rsplit_once('/').unwrap().0;
        assert_eq!(full("ipc://../s"), format!("ipc://{upper}/s"));
        assert_eq!(full(&format!("ipc://{}s", "../".repeat(30))), "ipc:///s");
        let long = format!("ipc://{}", "s".repeat(106));
        assert_eq!(full(&long), long);
    }

    #[test]
    fn the_folder_of_a_name_alone_is_the_current_one() {
        for (path, folder) in [("name", "."), ("folder/name", "folder"), ("/name", "/")] {
            for code in ["ENOENT", "EACCES", "EPERM"] {
                let error = of_path(path, code).unwrap().after(("Не удалось", "Could not"));
                assert_eq!(error.code, code);
                assert!(error.russian.contains(&format!("«{folder}»")), "{}", error.russian);
                assert!(error.english.contains(&format!("\"{folder}\"")), "{}", error.english);
            }
        }
    }
}
