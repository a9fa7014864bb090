//! A socket that an object of another class has: set, bound and connected as any, then given to a thread of the library's own.

use super::OPEN;
use super::Socket;
use super::endpoints::Endpoints;
use crate::background::log::Parting;
use crate::native_api::Surroundings;
use crate::objects::classes::named;
use crate::schema::Me;
use crate::zmq;

/// A socket as it leaves its object.
pub struct Given {
    /// What the log is to hear at its end; before the socket, which is dropped after it.
    pub parting: Option<Parting>,
    pub raw: zmq::Watched,
    pub endpoints: Endpoints,
    /// How long one of its messages may wait to be sent, ms; -1 for no end.
    pub send_timeout: i32,
}

impl Socket {
    /// One of the class with this short name, which no script finds by number.
    pub fn lent(class: &str, surroundings: Surroundings) -> Self {
        let socket = Self::new(named(&[class]), surroundings, Me::new());
        if !zmq::is_forked() {
            OPEN.leave(socket.readable.id);
        }
        socket
    }

    /// Gives the socket away; None where it has no endpoint. The object is closed afterwards.
    pub fn give(&mut self) -> Option<Given> {
        if !self.endpoints.are_there() {
            return None;
        }
        let mut open = self.stage.close()?;
        if open.kept {
            super::KEEPER.release(&mut open.raw);
        }
        Some(Given {
            parting: Parting::of(&open.raw, self.readable.id, self.class.name()),
            raw: open.raw,
            endpoints: self.endpoints.closed(),
            send_timeout: self.send_timeout,
        })
    }

    /// Whether a script switched a flag on.
    pub fn is_on(&self, option: zmq::IntOption) -> bool {
        self.readable.settings().is_on(option)
    }

    /// Whether it is bound or connected.
    pub const fn is_attached(&self) -> bool {
        self.endpoints.are_there()
    }

    /// The real address of what was bound or connected last.
    pub fn endpoint(&self) -> &str {
        self.endpoints.last()
    }
}
