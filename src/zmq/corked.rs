//! A socket that sends many messages, one right after another.

use super::watched::Watched;
use super::{glue, process};
use std::ffi::c_int;
use std::ops::{Deref, DerefMut};

/// A socket that wakes those who sleep at the other end when this ends, or before it waits, and not for each message: to be
/// woken costs both sides more than a small message.
pub struct Corked<'a>(&'a mut Watched);

impl<'a> Corked<'a> {
    pub(super) fn new(socket: &'a mut Watched) -> Self {
        cork(socket, true);
        Self(socket)
    }
}

impl Drop for Corked<'_> {
    fn drop(&mut self) {
        cork(self.0, false);
    }
}

impl Deref for Corked<'_> {
    type Target = Watched;

    fn deref(&self) -> &Watched {
        self.0
    }
}

impl DerefMut for Corked<'_> {
    fn deref_mut(&mut self) -> &mut Watched {
        self.0
    }
}

fn cork(socket: &mut Watched, corked: bool) {
    // In a forked child the socket belongs to the parent's threads: leave it.
    if process::check_not_forked().is_ok() {
        // SAFETY: a live socket, which the mutable reference keeps alone.
        unsafe { glue::addin_zmq_cork(socket.raw(), c_int::from(corked)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{Message, Socket, SocketType};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// However it comes to an end.
    #[test]
    fn whoever_sleeps_is_woken_at_the_end() {
        let mut pull = Socket::new(SocketType::Pull).unwrap();
        pull.bind("inproc://corked.tests").unwrap();
        let mut push = Watched::new(Socket::new(SocketType::Push).unwrap());
        push.connect("inproc://corked.tests").unwrap();
        for panics in [false, true] {
            assert!(pull.receive().is_err(), "nothing was sent");
            let sending = catch_unwind(AssertUnwindSafe(|| {
                let mut corked = push.corked();
                corked.send(&mut Message::from_bytes(b"sent").unwrap(), false).unwrap();
                assert!(pull.receive().is_err(), "woken at once");
                assert!(!panics, "as it was to");
            }));
            assert_eq!(sending.is_err(), panics);
            assert_eq!(pull.receive().unwrap().bytes(), b"sent");
        }
    }
}
