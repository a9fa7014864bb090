//! The kinds of sockets that scripts know, and what libzmq makes of them.

use crate::zmq::SocketType;

/// As scripts call them: `ZeroMQ.Req` and so on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Req,
    Rep,
    Pub,
    Sub,
    Push,
    Pull,
}

impl Kind {
    /// A publisher is an XPUB, which sends as a PUB does and also tells who subscribes: see `publisher`.
    pub const fn socket_type(self) -> SocketType {
        match self {
            Self::Req => SocketType::Req,
            Self::Rep => SocketType::Rep,
            Self::Pub => SocketType::XPub,
            Self::Sub => SocketType::Sub,
            Self::Push => SocketType::Push,
            Self::Pull => SocketType::Pull,
        }
    }
}
