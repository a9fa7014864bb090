//! A listener that speaks by hand, over tcp or ipc: where it was, somebody else may be bound later.

use super::raw::LONG;
use host::zmtp::handshake;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

pub trait Line: Read + Write + Send {
    fn patience(&self, time: Duration);
}

impl Line for TcpStream {
    fn patience(&self, time: Duration) {
        self.set_read_timeout(Some(time)).expect("a timeout");
    }
}

impl Line for UnixStream {
    fn patience(&self, time: Duration) {
        self.set_read_timeout(Some(time)).expect("a timeout");
    }
}

pub enum Door {
    Tcp(TcpListener),
    Ipc(UnixListener, PathBuf),
}

impl Door {
    /// An address of its own for each case: nobody else gets it while it changes hands.
    pub fn open(transport: &str, number: u8) -> Self {
        if transport == "tcp" {
            return Self::Tcp(TcpListener::bind((format!("127.35.0.{}", number + 1), 0)).expect("a port"));
        }
        let path = std::env::temp_dir().join(format!("zmq-wrong-peer-{}-{number}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self::Ipc(UnixListener::bind(&path).expect("a socket"), path)
    }

    pub fn endpoint(&self) -> String {
        match self {
            Self::Tcp(listener) => format!("tcp://{}", listener.local_addr().expect("an address")),
            Self::Ipc(_, path) => format!("ipc://{}", path.display()),
        }
    }

    pub fn accept(&self) -> Box<dyn Line> {
        let end = Instant::now() + LONG;
        loop {
            if let Some(line) = self.visitor() {
                line.patience(Duration::from_secs(10));
                return line;
            }
            assert!(Instant::now() < end, "{}: nobody comes any more", self.endpoint());
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn visitor(&self) -> Option<Box<dyn Line>> {
        match self {
            Self::Tcp(listener) => {
                listener.set_nonblocking(true).expect("a listener");
                let line = listener.accept().ok()?.0;
                line.set_nonblocking(false).expect("a connection");
                Some(Box::new(line))
            }
            Self::Ipc(listener, _) => {
                listener.set_nonblocking(true).expect("a listener");
                let line = listener.accept().ok()?.0;
                line.set_nonblocking(false).expect("a connection");
                Some(Box::new(line))
            }
        }
    }

    /// Says `answer` to whoever comes, and where it `stays`, listens until he goes.
    pub fn answer(&self, answer: &[u8], stays: bool) {
        Self::say(self.accept(), answer, stays);
    }

    /// A peer of this type at first.
    pub fn answer_later(&self, kind: &str, answer: &[u8]) {
        let mut line = self.accept();
        handshake(&mut line, kind);
        Self::say(line, answer, true);
    }

    fn say(mut line: Box<dyn Line>, answer: &[u8], stays: bool) {
        let _ = line.write_all(answer);
        if stays {
            let _ = line.read_to_end(&mut Vec::new());
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Self::Ipc(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}
