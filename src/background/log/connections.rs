//! Lines about connections, which libzmq's own threads tell of.

use super::{Entry, is_on, note};
use crate::handle::Id;
use crate::zmq::{self, Connection, Socket, Witnessed};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Whose sockets they are, by their addresses. Only sockets of objects are here: those that the library makes for itself
/// are not told of.
static KNOWN: Mutex<BTreeMap<usize, (Id, &'static str)>> = Mutex::new(BTreeMap::new());

/// A socket was opened: what its connections do is told of this object.
pub fn know(socket: &Socket, id: Id, class: &'static str) {
    known().insert(zmq::address_of(socket), (id, class));
}

/// It is about to be closed: its address may be another's soon.
pub fn forget(socket: &Socket) {
    known().remove(&zmq::address_of(socket));
}

/// A known socket on its way without its object. Dropped, which is to be before the socket is closed, it has the socket
/// forgotten, and a line tells that it ends.
pub struct Parting {
    socket: usize,
    id: Id,
    class: &'static str,
}

impl Parting {
    /// None where there is no log.
    pub fn of(socket: &Socket, id: Id, class: &'static str) -> Option<Self> {
        is_on().then(|| Self { socket: zmq::address_of(socket), id, class })
    }
}

impl Drop for Parting {
    fn drop(&mut self) {
        // Not in a forked child, where the lock may be somebody's for ever.
        if is_on() {
            known().remove(&self.socket);
            note(&Entry { event: "close", class: self.class, socket: Some(self.id), ..Entry::default() });
        }
    }
}

/// Puts a line into the queue.
pub(super) fn hear(witnessed: &Witnessed<'_>) {
    let Some((id, class)) = known().get(&witnessed.socket).copied() else { return };
    let number;
    let (event, error) = match witnessed.what {
        Connection::Ready => ("handshake", ""),
        Connection::Lost => ("disconnected", ""),
        Connection::NotAccepted(error) => ("accept-failed", error.name()),
        Connection::Broken(error) if error.number() == 0 => ("handshake-failed", "closed by the peer"),
        Connection::Broken(error) => ("handshake-failed", error.name()),
        Connection::Unintelligible(code) => {
            number = format!("protocol {code:#x}");
            ("handshake-failed", &*number)
        }
        Connection::Refused(status) => {
            number = format!("status {status}");
            ("handshake-failed", &*number)
        }
    };
    // Who connects knows his peer by the endpoint.
    let peer = if witnessed.peer == witnessed.endpoint { "" } else { witnessed.peer };
    if is_on() {
        note(&Entry { event, class, socket: Some(id), endpoint: witnessed.endpoint, peer, error, ..Entry::default() });
    }
}

fn known() -> MutexGuard<'static, BTreeMap<usize, (Id, &'static str)>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}
