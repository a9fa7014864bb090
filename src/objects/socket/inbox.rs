//! Receiving: try without waiting, wait only when there is nothing; what has come is never lost on the way to the host.

use super::{Socket, errors};
use crate::native_api::Reply;
use crate::objects::errors::Deed;
use crate::schema::{Call, Error, Outcome};
use crate::zmq::{self, Event, Message, Wait};
use std::collections::VecDeque;

/// What was received and is not the script's yet.
#[derive(Default)]
pub struct Inbox {
    /// Received, but not given to the host, which had no memory for it: comes first in the next Recv or RecvMultipart.
    undelivered: VecDeque<Message>,
    /// The message that RecvMultipart received last.
    parts: Vec<Message>,
    /// Whether parts of the message that Recv began are still to come.
    rest_follows: bool,
}

impl Inbox {
    /// Whether parts of the message that Recv began are still to come.
    pub const fn rest_follows(&self) -> bool {
        self.rest_follows
    }

    /// Gives up what is left of the message that Recv began. libzmq hands a message over whole: all of it is there.
    pub fn drop_rest(&mut self, raw: &mut zmq::Socket) {
        if let Some(last) = self.undelivered.drain(..).next_back() {
            self.rest_follows = last.more();
        }
        while self.rest_follows {
            self.rest_follows = match raw.receive() {
                Ok(part) => part.more(),
                Err(error) => error.is_interrupted(),
            };
        }
    }
}

impl Socket {
    /// Answers with the next part, or with nothing when the timeout passed.
    pub fn receive(&mut self, call: &mut Call<'_>) -> Outcome {
        let Some(message) = self.next_part()? else {
            return call.answer(Reply::Empty);
        };
        let bytes = message.bytes();
        let (size, more) = (bytes.len(), message.more());
        let given = call.answer(Reply::Blob(bytes));
        if given.is_ok() {
            self.inbox.rest_follows = more;
            self.stage.count(|counters| counters.received.add(u64::from(!more), size));
        } else {
            self.inbox.undelivered.push_front(message);
        }
        given
    }

    /// Answers with the number of parts of the next message, or with nothing when the timeout passed.
    pub fn receive_multipart(&mut self, call: &mut Call<'_>) -> Outcome {
        // Whatever comes of this call, nobody shall take the parts of the last one for its own.
        self.inbox.parts.clear();
        let mut parts = Vec::new();
        let whole = self.gather(&mut parts);
        let given = match whole {
            Ok(()) if parts.is_empty() => return call.answer(Reply::Empty),
            Ok(()) => call.answer(u32::try_from(parts.len()).unwrap_or(u32::MAX)),
            Err(error) => Err(error),
        };
        if given.is_ok() {
            let size = parts.iter().map(|part| part.bytes().len()).sum();
            self.stage.count(|counters| counters.received.add(1, size));
            self.inbox.parts = parts;
            self.inbox.rest_follows = false;
        } else {
            parts.into_iter().rev().for_each(|part| self.inbox.undelivered.push_front(part));
        }
        given
    }

    /// Every part of the next message, or of what is left of the one that Recv began; none when the timeout passed.
    fn gather(&mut self, parts: &mut Vec<Message>) -> Outcome {
        loop {
            match self.next_part()? {
                // libzmq hands a message over whole: its other parts are there when the first is.
                Some(part) => parts.push(part),
                None => return Ok(()),
            }
            if !parts.last().is_some_and(Message::more) {
                return Ok(());
            }
        }
    }

    /// A part of the message that `receive_multipart` received last.
    pub fn part(&self, number: usize) -> Outcome<&[u8]> {
        self.stage.check_not_closed(self.class)?;
        let parts = &self.inbox.parts;
        let count = parts.len();
        parts.get(number).map(Message::bytes).ok_or_else(|| {
            if count == 0 {
                return Error::new(
                    "EINVAL",
                    format!(
                        "Части {number} нет: последний вызов ПолучитьСоставное сообщения не получил, или его не было. Сначала получите сообщение методом ПолучитьСоставное."
                    ),
                    format!(
                        "There is no part {number}: no message was received by the last call of RecvMultipart, or there was none. Call RecvMultipart first."
                    ),
                );
            }
            let last = count - 1;
            Error::new(
                "EINVAL",
                format!("Части {number} нет: в сообщении частей {count}, номера от 0 до {last}."),
                format!("There is no part {number}: the message has {count}, numbered 0 to {last}."),
            )
        })
    }

    fn next_part(&mut self) -> Outcome<Option<Message>> {
        let raw = self.stage.attached(self.class, &self.endpoints)?;
        if let Some(undelivered) = self.inbox.undelivered.pop_front() {
            return Ok(Some(undelivered));
        }
        Wait::milliseconds(self.receive_timeout, || self.cancel.requested())
            .retry(raw, Event::Receivable, zmq::Socket::receive)
            .map_err(|broken| errors::broken(Deed::Receive, self.class, broken))
    }
}
