//! Sending: a message goes whole or not at all.

use super::errors::explain;
use super::kind::Kind;
use super::socket::{Socket, deadline};
use crate::schema::Outcome;
use crate::zmq::{self, Event, Message};

impl Socket {
    /// Sends `data` with the parts collected before it; false when the timeout passed.
    /// The parts remain after a timeout, so that the same call can be repeated, and are dropped after an error.
    pub fn send(&mut self, data: &[u8]) -> Outcome<bool> {
        self.attached()?;
        let last = self.message(data)?;
        self.leave_unread_parts()?;
        self.meet_subscribers()?;
        let sent = if self.outgoing.is_empty() { self.send_single(last) } else { self.send_parts(last) };
        if !matches!(sent, Ok(false)) {
            self.outgoing.clear();
        }
        sent
    }

    /// libzmq lets a REP answer only when it has read the whole request, and how many parts that has a stranger decides.
    /// A REQ that asks anew gives up the reply to its last request. What the host had no memory for goes with it: given
    /// later, it would pass for the next request, or for the reply to this one.
    fn leave_unread_parts(&mut self) -> Outcome {
        if !matches!(self.kind, Kind::Rep | Kind::Req) {
            return Ok(());
        }
        if let Some(last) = self.kept.drain(..).next_back() {
            self.more = last.more();
        }
        while self.more {
            self.more = match self.attached()?.receive() {
                Ok(part) => part.more(),
                Err(error) => error.is_interrupted(),
            };
        }
        Ok(())
    }

    /// Keeps `data` as the next part of the message that Send will complete.
    pub fn send_part(&mut self, data: &[u8]) -> Outcome {
        self.attached()?;
        let part = self.message(data)?;
        self.outgoing.push(part);
        Ok(())
    }

    pub fn drop_parts(&mut self) {
        self.outgoing.clear();
    }

    fn send_single(&mut self, mut message: Message) -> Outcome<bool> {
        let mut end = None;
        loop {
            match self.attached()?.send(&mut message, false) {
                Ok(()) => return Ok(true),
                Err(error) if error.is_interrupted() => {}
                Err(error) if error.is_again() => {
                    let end = *end.get_or_insert_with(|| deadline(self.send_timeout));
                    if self.send_timeout == 0 || !self.wait(Event::Sendable, end)? {
                        return Ok(false);
                    }
                }
                Err(error) => return Err(self.send_failed(error)),
            }
        }
    }

    fn send_parts(&mut self, last: Message) -> Outcome<bool> {
        self.outgoing.push(last);
        let end = deadline(self.send_timeout);
        loop {
            if self.try_parts().map_err(|error| self.send_failed(error))? {
                return Ok(true);
            }
            if self.send_timeout == 0 || !self.wait(Event::Sendable, end)? {
                // The last part belongs to the call that timed out; those before it were given to SendPart.
                self.outgoing.pop();
                return Ok(false);
            }
        }
    }

    /// All parts at once, without waiting. Copies go out, which share their content with the parts: when the peer
    /// vanishes half way, all of it can be sent again to another.
    fn try_parts(&mut self) -> zmq::Result<bool> {
        let Some((raw, parts)) = self.raw_and_parts() else {
            return Ok(false);
        };
        let count = parts.len();
        for (index, part) in parts.iter_mut().enumerate() {
            let more = index + 1 < count;
            let mut copy = part.share()?;
            loop {
                match raw.send(&mut copy, more) {
                    Ok(()) => break,
                    Err(error) if error.is_interrupted() => {}
                    Err(error) if error.is_again() => {
                        if index > 0 && more {
                            // libzmq drops the rest of a message whose peer is gone until it sees its end.
                            raw.send(&mut Message::new(), false)?;
                        }
                        return Ok(false);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(true)
    }

    fn message(&self, data: &[u8]) -> Outcome<Message> {
        Message::from_bytes(data).map_err(|error| {
            let (kind, size) = (self.kind, data.len());
            let tried = (
                format!("Сокет {kind:?}: не удалось взять сообщение размером {size} байт"),
                format!("{kind:?} socket: could not take a message of {size} bytes"),
            );
            explain(tried, error)
        })
    }

    pub(super) fn send_failed(&self, error: zmq::Error) -> crate::schema::Error {
        let kind = self.kind;
        let tried = (
            format!("Сокет {kind:?}: отправить сообщение не удалось"),
            format!("{kind:?} socket: the message could not be sent"),
        );
        explain(tried, error)
    }
}
