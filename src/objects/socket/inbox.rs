//! Receiving: try without waiting, wait only when there is nothing; what has come is never lost on the way to the host.

use super::exchange::Exchange;
use crate::native_api::Reply;
use crate::objects::errors::Deed;
use crate::schema::{Call, Error, Outcome};
use crate::zmq::{self, Event, Message, Room};
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

    /// The message that RecvMultipart received last is no longer there.
    pub fn forget_parts(&mut self) {
        self.parts.clear();
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

    /// Answers with the next part, or with nothing when the timeout passed.
    pub fn receive(&mut self, with: Exchange<'_>, call: &mut Call<'_>) -> Outcome {
        // Most calls find what they want.
        if self.undelivered.is_empty() {
            let mut room = Room::new();
            if let Ok((bytes, more)) = with.raw.receive_part(&mut room) {
                let given = self.give(&with, call, bytes, more);
                if given.is_err() {
                    self.undelivered.push_front(room.into_message());
                }
                return given;
            }
        }
        self.receive_later(with, call)
    }

    #[cold]
    fn receive_later(&mut self, mut with: Exchange<'_>, call: &mut Call<'_>) -> Outcome {
        let mut message = Message::new();
        if !self.next_part(&mut with, &mut message)? {
            return call.answer(Reply::Empty);
        }
        let given = self.give(&with, call, message.bytes(), message.more());
        if given.is_err() {
            self.undelivered.push_front(message);
        }
        given
    }

    /// Answers with a part. A host that has no memory for it leaves everything as it is.
    #[inline]
    fn give(&mut self, with: &Exchange<'_>, call: &mut Call<'_>, bytes: &[u8], more: bool) -> Outcome {
        call.answer(Reply::Blob(bytes))?;
        self.rest_follows = more;
        with.counters.received.add(u64::from(!more), bytes.len());
        Ok(())
    }

    /// Answers with the number of parts of the next message, or with nothing when the timeout passed.
    pub fn receive_multipart(&mut self, mut with: Exchange<'_>, call: &mut Call<'_>) -> Outcome {
        let mut parts = Vec::new();
        let whole = self.gather(&mut with, &mut parts);
        let given = match whole {
            Ok(()) if parts.is_empty() => return call.answer(Reply::Empty),
            Ok(()) => call.answer(u32::try_from(parts.len()).unwrap_or(u32::MAX)),
            Err(error) => Err(error),
        };
        if given.is_ok() {
            let size = parts.iter().map(|part| part.bytes().len()).sum();
            with.counters.received.add(1, size);
            self.parts = parts;
            self.rest_follows = false;
        } else {
            parts.into_iter().rev().for_each(|part| self.undelivered.push_front(part));
        }
        given
    }

    /// Every part of the next message, or of what is left of the one that Recv began; none when the timeout passed.
    fn gather(&mut self, with: &mut Exchange<'_>, parts: &mut Vec<Message>) -> Outcome {
        loop {
            let mut part = Message::new();
            if !self.next_part(with, &mut part)? {
                return Ok(());
            }
            // libzmq hands a message over whole: its other parts are there when the first is.
            let more = part.more();
            parts.push(part);
            if !more {
                return Ok(());
            }
        }
    }

    /// A part of the message that `receive_multipart` received last.
    pub fn part(&self, number: usize) -> Outcome<&[u8]> {
        let count = self.parts.len();
        self.parts.get(number).map(Message::bytes).ok_or_else(|| {
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

    /// Takes the next part into `message`; false when the timeout passed.
    fn next_part(&mut self, with: &mut Exchange<'_>, message: &mut Message) -> Outcome<bool> {
        if let Some(undelivered) = self.undelivered.pop_front() {
            *message = undelivered;
            return Ok(true);
        }
        let came = with.retry(Deed::Receive, Event::Receivable, |raw| raw.receive_into(message))?;
        Ok(came.is_some())
    }
}
