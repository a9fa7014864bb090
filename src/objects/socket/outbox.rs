//! Sending: a message goes whole or not at all.

use super::{Socket, errors};
use crate::objects::classes::{Abilities, SocketClass};
use crate::objects::errors::Deed;
use crate::schema::Outcome;
use crate::zmq::{self, Event, Message, Wait};

/// Parts that SendPart collected.
#[derive(Default)]
pub struct Outbox {
    parts: Vec<Message>,
}

impl Socket {
    /// Sends `data` with the parts collected before it; false when the timeout passed.
    /// The parts remain after a timeout, so that the same call can be repeated, and are dropped after an error.
    pub fn send(&mut self, data: &[u8]) -> Outcome<bool> {
        let raw = self.stage.attached(self.class, &self.endpoints)?;
        let mut last = take(self.class, data)?;
        if self.class.can(Abilities::TAKES_TURNS) {
            // libzmq lets a REP answer only when it has read the whole request, and how many parts that has a stranger
            // decides. A REQ that asks anew gives up the reply to its last request. What the host had no memory for goes
            // with it: given later, it would pass for the next request, or for the reply to this one.
            self.inbox.drop_rest(raw);
        }
        if self.class.can(Abilities::PUBLISHES) {
            let met = self.subscribers.meet(raw, self.send_timeout, &self.cancel);
            met.map_err(|broken| errors::broken(Deed::Send, self.class, broken))?;
        }
        let parts = &mut self.outbox.parts;
        let mut wait = Wait::milliseconds(self.send_timeout, || self.cancel.requested());
        let (sent, size) = if parts.is_empty() {
            (wait.retry(raw, Event::Sendable, |raw| raw.send(&mut last, false)), data.len())
        } else {
            parts.push(last);
            let size = parts.iter().map(|part| part.bytes().len()).sum();
            (wait.retry(raw, Event::Sendable, |raw| send_all(raw, parts)), size)
        };
        match sent {
            Ok(Some(())) => {
                parts.clear();
                self.stage.count(|counters| counters.sent.add(1, size));
                Ok(true)
            }
            Ok(None) => {
                // The last part belongs to the call that timed out; those before it were given to SendPart.
                parts.pop();
                Ok(false)
            }
            Err(broken) => {
                parts.clear();
                Err(errors::broken(Deed::Send, self.class, broken))
            }
        }
    }

    /// Keeps `data` as the next part of the message that Send will complete.
    pub fn send_part(&mut self, data: &[u8]) -> Outcome {
        self.attached()?;
        self.outbox.parts.push(take(self.class, data)?);
        Ok(())
    }

    pub fn drop_parts(&mut self) {
        self.outbox.parts.clear();
    }
}

/// All parts at once, without waiting. Copies go out, which share their content with the parts: when the peer vanishes half
/// way, all of it can be sent again to another.
fn send_all(raw: &mut zmq::Socket, parts: &mut [Message]) -> zmq::Result<()> {
    let count = parts.len();
    for (index, part) in parts.iter_mut().enumerate() {
        let more = index + 1 < count;
        let mut copy = part.share()?;
        loop {
            match raw.send(&mut copy, more) {
                Ok(()) => break,
                Err(error) if error.is_interrupted() => {}
                Err(error) if error.is_again() && index > 0 && more => {
                    // libzmq drops the rest of a message whose peer is gone until it sees its end.
                    raw.send(&mut Message::new(), false)?;
                    return Err(error);
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// A message of the script's data.
fn take(class: &'static SocketClass, data: &[u8]) -> Outcome<Message> {
    Message::from_bytes(data).map_err(|error| errors::explain(Deed::Take, class, &data.len().to_string(), error))
}
