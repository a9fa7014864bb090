//! A socket with its one stream of reports: two sockets that move together and are locked together.

use super::error::Result;
use super::monitor::Monitor;
use super::socket::Socket;
use std::ops::{Deref, DerefMut};

/// A socket that can be watched.
pub struct Watched {
    socket: Socket,
    /// Hears what is reported of the socket, where somebody wants to know.
    monitor: Option<Monitor>,
}

impl Watched {
    /// A socket that nobody watches yet.
    pub const fn new(socket: Socket) -> Self {
        Self { socket, monitor: None }
    }

    /// The stream of reports, begun at the first call.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left.
    pub fn watch(&mut self) -> Result<&mut Monitor> {
        let monitor = match self.monitor.take() {
            Some(monitor) => monitor,
            None => Monitor::of(&mut self.socket)?,
        };
        Ok(self.monitor.insert(monitor))
    }

    /// Whether somebody watches the socket.
    pub const fn is_watched(&self) -> bool {
        self.monitor.is_some()
    }

    /// Ends the stream of reports.
    pub fn watch_no_more(&mut self) {
        if self.monitor.take().is_some() {
            self.socket.report_nothing();
        }
    }

    /// Ends the socket; its reports are read to their end after its own. None where there is no descriptor for them.
    pub(super) fn close(mut self) -> Option<Monitor> {
        // Whether or not somebody will hear of the end.
        let _ = self.watch();
        self.monitor
    }
}

impl Deref for Watched {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl DerefMut for Watched {
    fn deref_mut(&mut self) -> &mut Socket {
        &mut self.socket
    }
}
