//! Endpoints that nobody else uses: ipc files in a fresh folder, inproc names never given twice, tcp ports
//! chosen by the system. Where the system has no socket files (Wine, Windows before 10), a port of tcp
//! stands in for each of them, and the test's output says so.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Inproc,
    Ipc,
    Tcp,
}

impl Transport {
    pub const ALL: [Self; 3] = [Self::Inproc, Self::Ipc, Self::Tcp];
    /// Those that reach another process.
    pub const BETWEEN: [Self; 2] = [Self::Ipc, Self::Tcp];
}

/// A fresh folder, removed with this value, and the endpoints made in it.
pub struct Endpoints {
    folder: TempDir,
    /// Ports that stand in for socket files, by the file's name.
    ports: Mutex<HashMap<String, u16>>,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self::new()
    }
}

impl Endpoints {
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("onec-host-").tempdir();
        Self { folder: folder.expect("a fresh folder"), ports: Mutex::default() }
    }

    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    #[must_use]
    pub fn ipc(&self, name: &str) -> String {
        if has_socket_files() {
            return format!("ipc://{}", self.folder.path().join(name).display());
        }
        let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        let port = ports.entry(name.into()).or_insert_with(free_port);
        format!("tcp://127.0.0.1:{port}")
    }

    /// A text for Bind; where it really listens, LastEndpoint tells.
    #[must_use]
    pub fn to_bind(&self, transport: Transport) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        match transport {
            Transport::Inproc => format!("inproc://место-{number}"),
            Transport::Ipc if has_socket_files() => self.ipc(&format!("{number}.sock")),
            Transport::Ipc | Transport::Tcp => "tcp://127.0.0.1:*".into(),
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn has_socket_files() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let has = cfg!(unix) || windows_has_unix_sockets();
        if !has {
            println!("onec-host: this system has no AF_UNIX, tcp stands in for ipc");
        }
        has
    })
}

#[cfg(not(windows))]
fn windows_has_unix_sockets() -> bool {
    false
}

#[cfg(windows)]
fn windows_has_unix_sockets() -> bool {
    const AF_UNIX: i32 = 1;
    const SOCK_STREAM: i32 = 1;
    #[link(name = "ws2_32")]
    unsafe extern "system" {
        fn socket(family: i32, kind: i32, protocol: i32) -> usize;
        fn closesocket(socket: usize) -> i32;
    }
    // Rust's own library starts Windows Sockets with its first socket.
    free_port();
    // SAFETY: takes numbers; the socket is closed by the one who made it.
    unsafe {
        let made = socket(AF_UNIX, SOCK_STREAM, 0);
        if made != usize::MAX {
            closesocket(made);
        }
        made != usize::MAX
    }
}
