//! Endpoints that nobody else uses: ipc files in a fresh folder, inproc names never given twice, tcp ports
//! chosen by the system.

use std::sync::atomic::{AtomicU32, Ordering};
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
pub struct Place(TempDir);

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

impl Place {
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("onec-host-").tempdir();
        Self(folder.expect("a fresh folder"))
    }

    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.0.path()
    }

    #[must_use]
    pub fn ipc(&self, name: &str) -> String {
        format!("ipc://{}", self.0.path().join(name).display())
    }

    /// A text for Bind; where it really listens, LastEndpoint tells.
    #[must_use]
    pub fn to_bind(&self, transport: Transport) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        match transport {
            Transport::Inproc => format!("inproc://место-{number}"),
            Transport::Ipc => self.ipc(&format!("{number}.sock")),
            Transport::Tcp => "tcp://127.0.0.1:*".into(),
        }
    }
}
