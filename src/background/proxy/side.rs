//! A side of a proxy: a socket, whole messages in and out, and its end.

use super::progress::Size;
use crate::background::log::Parting;
use crate::zmq::{self, End, Message, Watched};
use std::time::Duration;

/// A socket with all that it is bound and connected to.
pub struct Side {
    /// What the log is to hear at its end; before the socket, which is dropped after it.
    pub parting: Option<Parting>,
    pub socket: Watched,
    /// Names of inproc that it is bound to, which are to be free at its end.
    pub names: Vec<String>,
    /// Whether it has or had endpoints that are not inproc: what was sent there may be on its way.
    pub goes_out: bool,
}

/// What became of a message that was to be sent.
#[derive(Debug)]
pub enum Sent {
    Gone,
    /// There is no room for it now, or nobody.
    Full,
    /// Whom it is for has gone.
    Nobody,
}

impl Side {
    /// Takes in the next message, whole; false where none is there.
    ///
    /// # Errors
    /// What libzmq refuses, but neither EAGAIN nor EINTR.
    pub fn receive(&mut self, parts: &mut Vec<Message>) -> zmq::Result<bool> {
        loop {
            match self.socket.receive_to(parts) {
                Ok(true) => {}
                Ok(false) => return Ok(true),
                Err(error) if error.is_interrupted() => {}
                // libzmq hands a message over whole: its other parts are there when the first is.
                Err(error) if error.is_again() => {
                    parts.clear();
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a message whole, or leaves it as it was.
    ///
    /// # Errors
    /// What libzmq refuses.
    pub fn send(&mut self, parts: &mut Vec<Message>) -> zmq::Result<Sent> {
        let sent = if let [part] = &mut parts[..] { self.send_one(part) } else { self.send_several(parts) };
        match sent {
            Ok(()) => {
                parts.clear();
                Ok(Sent::Gone)
            }
            Err(error) if error.is_again() => Ok(Sent::Full),
            Err(error) if error.name() == "EHOSTUNREACH" => Ok(Sent::Nobody),
            Err(error) => Err(error),
        }
    }

    fn send_one(&mut self, part: &mut Message) -> zmq::Result<()> {
        loop {
            match self.socket.send(part, false) {
                Err(error) if error.is_interrupted() => {}
                sent => return sent,
            }
        }
    }

    /// Copies go, which share their content with the parts: when a peer vanishes half way, all of it goes to another.
    fn send_several(&mut self, parts: &mut [Message]) -> zmq::Result<()> {
        let Err((sent, error)) = self.socket.send_copies(parts) else { return Ok(()) };
        if error.is_again() && sent > 0 && sent + 1 < parts.len() {
            // libzmq drops the rest of a message whose peer is gone until it sees its end.
            self.send_one(&mut Message::new())?;
        }
        Err(error)
    }

    /// Closes the socket; gives its end, where that is still to come.
    pub fn close(mut self) -> Option<End> {
        drop(self.parting.take());
        for name in &self.names {
            // It is bound, so this cannot fail; and if it did, closing goes on.
            let _ = self.socket.unbind(name);
        }
        if self.goes_out { zmq::close(self.socket, Duration::ZERO) } else { None }
    }
}

/// How large a message is.
pub fn size_of(parts: &[Message]) -> Size {
    let bytes: usize = parts.iter().map(|part| part.bytes().len()).sum();
    Size { parts: parts.len() as u64, bytes: bytes as u64 }
}
