//! The one wait: a call that never waits is tried again whenever the socket is ready, until the time is over or somebody
//! wants the waiter back. Signals break nothing off.

use super::error::{Error, Result};
use super::option::Event;
use super::poll::poll;
use super::socket::Socket;
use std::time::{Duration, Instant};

/// How long a wait may go without looking whether it is to stop, ms.
const SLICE: u16 = 100;

/// How long to wait, and who may end it.
pub struct Wait<S> {
    limit: Limit,
    stop: S,
}

#[derive(Clone, Copy)]
enum Limit {
    /// So many ms from the first time that there is something to wait for; no end where it is negative.
    Milliseconds(i32),
    Until(Option<Instant>),
}

/// Why a wait ended early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// Whoever may stop it did.
    Stopped,
    /// What was tried failed, or the wait itself.
    Failed(Error),
}

impl<S: Fn() -> bool> Wait<S> {
    /// A wait of `timeout` ms, 0 for none, -1 for no end; `stop` is asked ten times a second.
    pub fn milliseconds(timeout: i32, stop: S) -> Self {
        Self { limit: Limit::Milliseconds(timeout), stop }
    }

    /// Tries until `attempt` gives something else than EAGAIN or EINTR; None when the time has passed.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn retry<T>(
        &mut self,
        socket: &mut Socket,
        event: Event,
        mut attempt: impl FnMut(&mut Socket) -> Result<T>,
    ) -> std::result::Result<Option<T>, Broken> {
        let mut looked = false;
        loop {
            match attempt(socket) {
                Ok(done) => return Ok(Some(done)),
                Err(error) if error.is_interrupted() => {}
                // libzmq does not look into its mailbox at every call, and whoever waits for what is told must have heard
                // all that was.
                Err(error) if error.is_again() && event == Event::Told && !looked => {
                    socket.work().map_err(Broken::Failed)?;
                    looked = true;
                }
                Err(error) if error.is_again() => {
                    looked = false;
                    if !self.until(socket, event)? {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(Broken::Failed(error)),
            }
        }
    }

    /// Waits until `event`; false when the time has passed.
    #[cold]
    fn until(&mut self, socket: &mut Socket, event: Event) -> std::result::Result<bool, Broken> {
        let end = match self.limit {
            Limit::Milliseconds(0) => return Ok(false),
            Limit::Milliseconds(timeout) => {
                u64::try_from(timeout).ok().map(|timeout| Instant::now() + Duration::from_millis(timeout))
            }
            Limit::Until(end) => end,
        };
        self.limit = Limit::Until(end);
        // What keeps the socket ready, without being what the attempt wants, keeps nobody longer.
        if end.is_some_and(|end| Instant::now() >= end) {
            return Ok(false);
        }
        loop {
            if (self.stop)() {
                return Err(Broken::Stopped);
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            match poll(socket, event, left.map_or(SLICE, slice_of)) {
                Ok(true) => return Ok(true),
                Ok(false) if left.is_some_and(|left| left.is_zero()) => return Ok(false),
                Ok(false) => {}
                Err(error) if error.is_interrupted() => {}
                Err(error) => return Err(Broken::Failed(error)),
            }
        }
    }
}

impl Wait<fn() -> bool> {
    /// A wait, in whole ms, that nobody stops.
    pub fn at_most(time: Duration) -> Self {
        Self::milliseconds(i32::try_from(time.as_millis()).unwrap_or(i32::MAX), || false)
    }
}

/// Rounded up: a wait ends after its time, never a fraction of a millisecond before it.
fn slice_of(left: Duration) -> u16 {
    let milliseconds = left.as_micros().div_ceil(1000);
    u16::try_from(milliseconds).map_or(SLICE, |milliseconds| milliseconds.min(SLICE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{Message, SocketType};
    use std::cell::Cell;

    fn pull() -> Socket {
        let mut pull = Socket::new(SocketType::Pull).unwrap();
        pull.bind("tcp://127.0.0.1:*").unwrap();
        pull
    }

    #[test]
    fn the_time_is_kept_and_none_is_none() {
        let mut pull = pull();
        let waited = |pull: &mut Socket, timeout| {
            let start = Instant::now();
            let mut wait = Wait::milliseconds(timeout, || false);
            assert_eq!(wait.retry(pull, Event::Receivable, Socket::receive).map(|it| it.is_some()), Ok(false));
            start.elapsed()
        };
        assert!(waited(&mut pull, 0) < Duration::from_millis(50));
        for timeout in [1, 150, 250] {
            assert!(waited(&mut pull, timeout) >= Duration::from_millis(timeout.unsigned_abs().into()), "{timeout}");
        }
    }

    #[test]
    fn a_socket_that_is_always_ready_keeps_nobody() {
        let mut pull = pull();
        let mut push = Socket::new(SocketType::Push).unwrap();
        push.connect(&pull.last_endpoint().unwrap()).unwrap();
        push.send(&mut Message::from_bytes(b"stays").unwrap(), false).unwrap();
        let start = Instant::now();
        let never = |_: &mut Socket| -> Result<()> { Err(Error::AGAIN) };
        let ended = Wait::milliseconds(200, || start.elapsed() > Duration::from_secs(9)).retry(
            &mut pull,
            Event::Receivable,
            never,
        );
        assert!(matches!(ended, Ok(None)), "{ended:?}");
    }

    #[test]
    fn whoever_may_stop_it_does() {
        let asked = Cell::new(0);
        let stop = || {
            asked.set(asked.get() + 1);
            asked.get() == 3
        };
        let ended = Wait::milliseconds(-1, stop).retry(&mut pull(), Event::Receivable, Socket::receive);
        assert!(matches!(ended, Err(Broken::Stopped)));
        assert_eq!(asked.get(), 3);
    }

    #[test]
    fn what_fails_is_not_tried_again() {
        let mut tried = 0;
        let ended = Wait::at_most(Duration::from_secs(9)).retry(&mut pull(), Event::Receivable, |socket| {
            tried += 1;
            if tried == 1 { Err(Error::INTERRUPTED) } else { socket.send(&mut Message::new(), false) }
        });
        assert!(matches!(ended, Err(Broken::Failed(error)) if error.name() == "ENOTSUP"), "{ended:?}");
        assert_eq!(tried, 2);
    }
}
