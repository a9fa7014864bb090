//! 0037-ipc-theft: bind deleted whatever lay at an ipc path and took it over from a live listener; what it had made
//! itself stayed behind.

use super::isolated;
use super::raw::{Ctx, LONG, Raw, Sock, errno};
use host::{Endpoints, secs};
use std::fs::{self, File};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH};

/// A fresh folder, removed at the end.
pub struct Folder(Endpoints);

impl Folder {
    pub fn new() -> Self {
        Self(Endpoints::new())
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.folder().join(name)
    }

    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.folder()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

fn endpoint(path: &Path) -> String {
    format!("ipc://{}", path.display())
}

/// Which file lies at a path.
pub fn inode(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

pub fn try_bind(ctx: &Ctx, path: &Path) -> Raw<Sock> {
    let socket = ctx.socket_in_time(ZMQ_PULL);
    socket.try_bind(&endpoint(path)).map(|()| socket)
}

fn unbind(socket: &Sock, path: &Path) {
    let text = std::ffi::CString::new(endpoint(path)).expect("no NUL");
    // SAFETY: a live socket, and a text that lives through the call.
    let result = unsafe { zmq_sys::zmq_unbind(socket.ptr(), text.as_ptr()) };
    assert_eq!(result, 0, "zmq_unbind: errno {}", errno());
}

pub fn hears(ctx: &Ctx, owner: &Sock, path: &Path) {
    let sender = ctx.socket(ZMQ_PUSH);
    sender.connect(&endpoint(path)).send(b"for the owner");
    assert_eq!(owner.recv(LONG).as_deref(), Some(&b"for the owner"[..]));
}

/// A socket file whose owner has gone.
pub fn leave_dead(path: &Path) {
    drop(UnixListener::bind(path).expect("bind"));
}

/// A socket of any type, bound and not listening.
fn bound(kind: libc::c_int, path: &Path) -> OwnedFd {
    // SAFETY: takes numbers; the descriptor is new, nobody else's.
    let socket = unsafe { OwnedFd::from_raw_fd(libc::socket(libc::AF_UNIX, kind | libc::SOCK_CLOEXEC, 0)) };
    let name = path.as_os_str().as_bytes();
    // SAFETY: all zeros are a valid address.
    let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    address.sun_family = libc::sa_family_t::try_from(libc::AF_UNIX).expect("a small constant");
    assert!(name.len() < address.sun_path.len());
    // SAFETY: the name is shorter than its place.
    unsafe { std::ptr::copy_nonoverlapping(name.as_ptr(), address.sun_path.as_mut_ptr().cast(), name.len()) };
    let size = libc::socklen_t::try_from(size_of::<libc::sockaddr_un>()).expect("a small size");
    // SAFETY: an address of that size, which lives through the call.
    assert_eq!(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), size) }, 0);
    socket
}

fn listen(socket: &OwnedFd, backlog: libc::c_int) {
    // SAFETY: takes numbers.
    assert_eq!(unsafe { libc::listen(socket.as_raw_fd(), backlog) }, 0);
}

/// A path at which `owner` stands is refused, and stays as it is.
fn refused(ctx: &Ctx, path: &Path, error: i32, owner: &str) {
    let before = inode(path);
    assert_eq!(try_bind(ctx, path).err(), Some(error), "{owner}");
    assert_eq!(inode(path), before, "{owner}: the file is another one");
}

#[test]
fn a_listener_keeps_its_path() {
    isolated(secs(60), || {
        let folder = Folder::new();
        let path = folder.file("s");
        let (ctx, other) = (Ctx::new(), Ctx::new());
        let owner = try_bind(&ctx, &path).expect("bind");
        for binder in [&ctx, &other] {
            refused(binder, &path, libc::EADDRINUSE, "a socket of libzmq");
        }
        assert_eq!(owner.try_bind(&endpoint(&path)), Err(libc::EADDRINUSE), "the same socket again");
        hears(&other, &owner, &path);
        owner.close();

        let path = folder.file("idle");
        let _listener = UnixListener::bind(&path).expect("bind");
        refused(&ctx, &path, libc::EADDRINUSE, "an idle listener");

        let path = folder.file("full");
        let full = bound(libc::SOCK_STREAM, &path);
        refused(&ctx, &path, libc::EADDRINUSE, "bound, not yet listening");
        listen(&full, 0);
        let _queued = UnixStream::connect(&path).expect("room for one");
        refused(&ctx, &path, libc::EADDRINUSE, "a listener with a full queue");

        let path = folder.file("datagrams");
        let _datagrams = UnixDatagram::bind(&path).expect("bind");
        refused(&ctx, &path, libc::EADDRINUSE, "a datagram socket");

        let path = folder.file("packets");
        let packets = bound(libc::SOCK_SEQPACKET, &path);
        listen(&packets, 1);
        refused(&ctx, &path, libc::EADDRINUSE, "a packet socket");
    });
}

/// Nobody who is asked whether he lives has to accept anything.
#[test]
fn a_listener_is_not_disturbed() {
    isolated(secs(20), || {
        let folder = Folder::new();
        let path = folder.file("s");
        let listener = UnixListener::bind(&path).expect("bind");
        listener.set_nonblocking(true).expect("non-blocking");
        refused(&Ctx::new(), &path, libc::EADDRINUSE, "a listener");
        let accepted = listener.accept().map(drop).map_err(|error| error.kind());
        assert_eq!(accepted, Err(std::io::ErrorKind::WouldBlock), "a connection came");
    });
}

#[test]
fn what_is_no_socket_stays() {
    isolated(secs(20), || {
        let folder = Folder::new();
        let ctx = Ctx::new();
        let path = folder.file("file");
        fs::write(&path, "precious").expect("a file");
        refused(&ctx, &path, libc::EEXIST, "a regular file");
        assert_eq!(fs::read(&path).expect("still there"), b"precious");
        for (name, target) in [("link", "file"), ("lost", "nowhere"), ("linked", "dead")] {
            symlink(folder.file(target), folder.file(name)).expect("a link");
        }
        leave_dead(&folder.file("dead"));
        for name in ["link", "lost", "linked"] {
            refused(&ctx, &folder.file(name), libc::EEXIST, name);
        }
        let fifo = folder.file("fifo");
        let text = std::ffi::CString::new(fifo.as_os_str().as_bytes()).expect("no NUL");
        // SAFETY: a text that lives through the call.
        assert_eq!(unsafe { libc::mkfifo(text.as_ptr(), 0o600) }, 0);
        refused(&ctx, &fifo, libc::EEXIST, "a FIFO");
        let inner = folder.file("folder");
        fs::create_dir(&inner).expect("a folder");
        refused(&ctx, &inner, libc::EEXIST, "a folder");
        assert_eq!(folder.names().len(), 7, "{:?}", folder.names());
        // A name of the abstract namespace has no file, whatever a file may be called.
        std::env::set_current_dir(folder.0.folder()).expect("the folder");
        let name = format!("@zmq-theft-{}", std::process::id());
        fs::write(&name, "precious").expect("a file");
        ctx.socket(ZMQ_PULL).bind(&format!("ipc://{name}"));
        assert!(Path::new(&name).exists());
    });
}

#[test]
fn a_dead_socket_file_is_replaced() {
    isolated(secs(20), || {
        let folder = Folder::new();
        let ctx = Ctx::new();
        let long = "n".repeat(107 - folder.file("").as_os_str().len());
        for name in ["s", "имя", &long] {
            let path = folder.file(name);
            leave_dead(&path);
            let owner = try_bind(&ctx, &path).expect("bind");
            hears(&ctx, &owner, &path);
            assert_eq!(folder.names(), [name], "nothing else is left");
            owner.close();
            drop(bound(libc::SOCK_DGRAM, &path));
            let owner = try_bind(&ctx, &path).expect("bind");
            hears(&ctx, &owner, &path);
            owner.close();
            assert_eq!(folder.names(), [""; 0]);
        }
    });
}

/// The name is free when the call returns, whatever libzmq's threads still have to do.
#[test]
fn a_path_is_bound_again_a_thousand_times() {
    isolated(secs(120), || {
        let folder = Folder::new();
        let path = folder.file("s");
        let ctx = Ctx::new();
        let lasting = ctx.socket(ZMQ_PULL);
        for round in 0..1000 {
            let owner = try_bind(&ctx, &path).unwrap_or_else(|error| panic!("round {round}: {error}"));
            let mode = fs::metadata(&path).expect("the file").permissions().mode() & 0o777;
            assert_ne!(mode & 0o600, 0, "round {round}: {mode:o}");
            owner.close();
            assert!(!path.exists(), "round {round}: left behind by close");
            lasting.try_bind(&endpoint(&path)).unwrap_or_else(|error| panic!("round {round}: {error}"));
            unbind(&lasting, &path);
            assert!(!path.exists(), "round {round}: left behind by unbind");
            leave_dead(&path);
        }
        lasting.bind(&endpoint(&path));
        hears(&ctx, &lasting, &path);
        let wildcard = ctx.socket(ZMQ_PULL);
        let file = wildcard.bind("ipc://*");
        let file = Path::new(file.trim_start_matches("ipc://"));
        wildcard.close();
        assert!(!file.parent().expect("a folder of its own").exists());
    });
}

/// What was put at the path meanwhile is somebody else's.
#[test]
fn a_strangers_file_is_left_alone() {
    isolated(secs(20), || {
        let folder = Folder::new();
        let path = folder.file("s");
        let ctx = Ctx::new();
        for by_unbind in [false, true] {
            let owner = try_bind(&ctx, &path).expect("bind");
            fs::remove_file(&path).expect("the owner's file");
            let stranger = UnixListener::bind(&path).expect("bind");
            let before = inode(&path);
            if by_unbind {
                unbind(&owner, &path);
            }
            owner.close();
            thread::sleep(Duration::from_millis(100));
            assert_eq!(inode(&path), before);
            drop(UnixStream::connect(&path).expect("the stranger listens"));
            drop(stranger);
            fs::remove_file(&path).expect("the stranger's file");
            fs::write(&path, "precious").expect("a file");
            fs::remove_file(&path).expect("the file");
        }
    });
}

/// Several at once find a dead file, or none: one has the path, and whoever comes reaches him.
#[test]
fn of_several_binders_one_wins() {
    isolated(secs(120), || {
        const BINDERS: usize = 4;
        // The others wait at a barrier.
        std::panic::set_hook(Box::new(|info| {
            eprintln!("{info}");
            std::process::abort();
        }));
        let folder = Folder::new();
        let path = folder.file("s");
        let ctx = Ctx::new();
        let (start, end) = (Barrier::new(BINDERS), Barrier::new(BINDERS));
        thread::scope(|scope| {
            for binder in 0..BINDERS {
                let (ctx, path, start, end) = (&ctx, &path, &start, &end);
                scope.spawn(move || {
                    for round in 0..300 {
                        if binder == 0 && round % 3 != 0 {
                            leave_dead(path);
                        }
                        let socket = ctx.socket_in_time(ZMQ_PULL);
                        start.wait();
                        let result = socket.try_bind(&endpoint(path));
                        end.wait();
                        match result {
                            Ok(()) => hears(ctx, &socket, path),
                            Err(error) => assert_eq!(error, libc::EADDRINUSE, "round {round}"),
                        }
                        // A second winner would have waited in vain; none at all leaves a dead file, or nothing.
                        if start.wait().is_leader() {
                            drop(UnixStream::connect(path).expect("one of them listens"));
                        }
                        end.wait();
                        socket.close();
                        start.wait();
                    }
                });
            }
        });
        assert_eq!(folder.names(), [""; 0]);
    });
}

/// Somebody who keeps the lock on the folder, or a folder that may not be read, does not keep others from binding.
#[test]
fn a_folder_that_cannot_be_locked() {
    isolated(secs(20), || {
        let folder = Folder::new();
        let path = folder.file("s");
        leave_dead(&path);
        let ctx = Ctx::new();
        let stranger = File::open(folder.0.folder()).expect("the folder");
        stranger.lock().expect("its lock");
        let owner = try_bind(&ctx, &path).expect("bind");
        hears(&ctx, &owner, &path);
        drop(stranger);
    });
}

/// A live socket that this user may not even ask is alive; only root can try this.
#[test]
fn another_users_socket_stays() {
    isolated(secs(20), || {
        let folder = Folder::new();
        fs::set_permissions(folder.0.folder(), fs::Permissions::from_mode(0o733)).expect("chmod");
        let (foreign, own) = (folder.file("foreign"), folder.file("own"));
        let _listener = UnixListener::bind(&foreign).expect("bind");
        fs::set_permissions(&foreign, fs::Permissions::from_mode(0o755)).expect("chmod");
        // SAFETY: takes numbers, and this process has no other thread yet that would mind.
        if unsafe { libc::setresgid(65534, 65534, 65534) | libc::setresuid(65534, 65534, 65534) } != 0 {
            println!("figures: not root, not tried");
            return;
        }
        // What looks at memory at the end may go on looking.
        // SAFETY: takes numbers.
        unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1) };
        let ctx = Ctx::new();
        refused(&ctx, &foreign, libc::EADDRINUSE, "another user's");
        // The folder may not be read, so that it cannot be locked either.
        leave_dead(&own);
        let owner = try_bind(&ctx, &own).expect("bind");
        hears(&ctx, &owner, &own);
        owner.close();
        assert!(!own.exists());
        assert!(fs::symlink_metadata(&foreign).expect("still there").file_type().is_socket());
    });
}
