//! A socket with its one stream of reports: two sockets that move together and are locked together.

use super::corked::Corked;
use super::ending::End;
use super::error::Result;
use super::monitor::{Happened, Monitor};
use super::option::Report;
use super::socket::Socket;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

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

    /// The socket, for messages that are sent one right after another.
    pub fn corked(&mut self) -> Corked<'_> {
        Corked::new(self)
    }

    /// The stream of reports, begun at the first call.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left.
    pub fn watch(&mut self) -> Result<&mut Monitor> {
        let monitor = self.give_reports()?;
        Ok(self.monitor.insert(monitor))
    }

    /// Gives the stream of reports away, begun where nobody watches: another thread may read it than the one that has the
    /// socket. What had to be dropped that one has to tell it, from `dropped_reports`.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left.
    pub fn give_reports(&mut self) -> Result<Monitor> {
        match self.monitor.take() {
            Some(monitor) => Ok(monitor),
            None => Monitor::of(&mut self.socket, Report::Everything),
        }
    }

    /// Whether somebody watches.
    pub const fn is_watched(&self) -> bool {
        self.monitor.is_some()
    }

    /// The next report; None while there is none, or nobody watches.
    pub fn next_report(&mut self) -> Option<Happened> {
        let monitor = self.monitor.as_mut()?;
        monitor.count_dropped(self.socket.dropped_reports());
        monitor.next()
    }

    /// Runs `change`, which makes `report` come of `endpoint`, and waits for that report, for `time` at the most. The stream is
    /// that of whoever watches, or one for this moment.
    ///
    /// # Errors
    /// Those of `change`.
    pub(super) fn hear_of(
        &mut self,
        change: impl FnOnce(&mut Socket) -> Result<()>,
        report: Report,
        endpoint: &str,
        time: Duration,
    ) -> Result<()> {
        let mut lent = if self.monitor.is_none() { Monitor::of(&mut self.socket, report).ok() } else { None };
        let done = change(&mut self.socket);
        if let (Ok(()), Some(monitor)) = (done, lent.as_mut().or(self.monitor.as_mut())) {
            monitor.hear(report, Some(endpoint), time);
        }
        if lent.is_some() {
            self.socket.report_nothing();
        }
        done
    }

    /// Closes the socket. None where there is no memory to hear of its end.
    pub(super) fn close(mut self) -> Option<End> {
        End::of(&mut self.socket).ok()
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
