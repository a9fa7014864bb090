//! How far a socket has come: not opened yet, open, closed.

use crate::handle::Counters;
use crate::objects::classes::SocketClass;
use crate::objects::errors;
use crate::schema::Outcome;
use crate::zmq;
use std::mem;
use std::sync::Arc;

/// The life of a socket. Every call asks for it: `repr` gives it a byte of its own, else it would be a value that something
/// within cannot have.
#[repr(u8)]
pub enum Stage {
    /// Options and timeouts may be set, nothing of libzmq's is there.
    Unopened,
    Open(Open),
    /// Nothing is left.
    Closed,
}

/// What a socket has while it is open.
pub struct Open {
    pub raw: zmq::Watched,
    /// Whether it is looked after while nobody calls it.
    pub kept: bool,
    pub counters: Arc<Counters>,
}

impl Stage {
    /// The socket, made at the first call.
    pub fn open(&mut self, class: &SocketClass, make: impl FnOnce() -> Outcome<Open>) -> Outcome<&mut zmq::Watched> {
        if matches!(self, Self::Unopened) {
            *self = Self::Open(make()?);
        }
        match self {
            Self::Open(open) => Ok(&mut open.raw),
            Self::Unopened | Self::Closed => Err(errors::closed(class.name())),
        }
    }

    /// The socket, if it has or had an endpoint: without a peer in sight every exchange would only time out.
    #[inline]
    pub fn attached(&mut self, class: &SocketClass, had_endpoint: bool) -> Outcome<&mut Open> {
        match self {
            Self::Open(open) if had_endpoint => Ok(open),
            Self::Open(_) | Self::Unopened => Err(errors::not_attached(class.name())),
            Self::Closed => Err(errors::closed(class.name())),
        }
    }

    /// Nothing is left of a socket that was closed.
    pub fn check_not_closed(&self, class: &SocketClass) -> Outcome {
        if self.is_closed() { Err(errors::closed(class.name())) } else { Ok(()) }
    }

    /// What there is while it is open.
    pub const fn opened(&mut self) -> Option<&mut Open> {
        match self {
            Self::Open(open) => Some(open),
            Self::Unopened | Self::Closed => None,
        }
    }

    /// Whether nothing is left.
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed)
    }

    /// Ends the stage; gives what is to be closed.
    pub fn close(&mut self) -> Option<Open> {
        match mem::replace(self, Self::Closed) {
            Self::Open(open) => Some(open),
            Self::Unopened | Self::Closed => None,
        }
    }
}
