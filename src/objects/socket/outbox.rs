//! Sending: a message goes whole or not at all.

use super::batch::Messages;
use super::exchange::Exchange;
use crate::objects::classes::Abilities;
use crate::objects::errors::{self, Deed};
use crate::schema::{Error, Outcome};
use crate::zmq::{self, Message, NotSent, Wait};

/// Parts that SendPart collected.
#[derive(Default)]
pub struct Outbox {
    parts: Vec<Message>,
}

impl Outbox {
    /// With one part.
    pub fn of(part: Message) -> Self {
        Self { parts: vec![part] }
    }

    /// Whether there are no parts.
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Sends `data` as a message of one part, after one try; false when the timeout passed.
    #[cold]
    pub fn send_later(&mut self, with: Exchange<'_>, not_sent: NotSent, data: &[u8]) -> Outcome<bool> {
        match not_sent {
            NotSent::NoMemory(error) => Err(not_taken(with.class.name(), data, error)),
            NotSent::Again(message) => self.send(with, message, data.len()),
        }
    }

    /// Sends `last`, of `size` bytes, with the parts collected before it; false when the timeout passed. The parts remain
    /// after a timeout, so that the same call can be repeated, and are dropped after an error; those for a certain peer, which
    /// may have gone, remain then too.
    pub fn send(&mut self, mut with: Exchange<'_>, mut last: Message, size: usize) -> Outcome<bool> {
        let event = with.class.sendable();
        let (sent, size) = if self.parts.is_empty() {
            (with.retry(Deed::Send, event, |raw| raw.send(&mut last, false)), size)
        } else {
            let size = self.parts.iter().fold(size, |size, part| size + part.bytes().len());
            self.parts.push(last);
            let mut first = None;
            (with.retry(Deed::Send, event, |raw| send_all(raw, &mut self.parts, &mut first)), size)
        };
        match sent {
            Ok(Some(())) => {}
            // The last part belongs to the call that timed out; those before it were given to SendPart.
            Ok(None) => {
                self.parts.pop();
                return Ok(false);
            }
            Err(error) => {
                if with.class.can(Abilities::ADDRESSES) {
                    self.parts.pop();
                } else {
                    self.parts.clear();
                }
                return Err(error);
            }
        }
        self.parts.clear();
        with.counters.sent.add(1, size);
        Ok(true)
    }

    /// As `send` within a wait; whatever comes of it, the parts remain, and `last` too, so that all of it can be sent anew.
    pub fn send_keeping(
        &mut self,
        wait: &mut Wait<impl Fn() -> bool>,
        with: &mut Exchange<'_>,
        last: &mut Message,
        size: usize,
    ) -> Outcome<bool> {
        let size = self.parts.iter().fold(size, |size, part| size + part.bytes().len());
        let copy = last.share().map_err(|error| errors::explain(Deed::Send, with.class.name(), "", error))?;
        self.parts.push(copy);
        let sent = send_parts(wait, with, &mut self.parts);
        self.parts.pop();
        if sent? {
            with.counters.sent.add(1, size);
            return Ok(true);
        }
        Ok(false)
    }

    /// As `send`, to the peer of this identity.
    pub fn send_to(&mut self, with: Exchange<'_>, identity: Message, last: Message, size: usize) -> Outcome<bool> {
        self.parts.insert(0, identity);
        let sent = self.send(with, last, size);
        if !matches!(sent, Ok(true)) {
            // It belongs to this call, as the last part does.
            self.parts.remove(0);
        }
        sent
    }

    /// A second owner of the first part; None where there are no parts.
    pub fn first(&mut self) -> Option<Message> {
        self.parts.first_mut()?.share().ok()
    }

    /// The parts.
    pub fn parts(&self) -> &[Message] {
        &self.parts
    }

    /// Keeps a copy of `data` as the next part of the message that `send` will complete.
    pub fn add(&mut self, class: &str, data: &[u8]) -> Outcome {
        Message::add_to(&mut self.parts, data).map_err(|error| not_taken(class, data, error))
    }

    /// Forgets the parts.
    pub fn clear(&mut self) {
        self.parts.clear();
    }
}

/// How much of a batch is sent before those who sleep at the other end are woken for it: messages, and bytes, as many as libzmq
/// writes to a connection at once.
pub const HELD: usize = 250;
const HELD_BYTES: usize = 8 << 10;

/// Sends message after message, within one timeout, each after `prepare` of its parts; how many went. What went wrong after the first
/// is told by the call that comes for the rest. Whoever sleeps at the other end is woken for `held` messages at once, at the most.
pub fn send_batch(
    with: Exchange<'_>,
    mut messages: Messages,
    held: usize,
    mut prepare: impl FnMut(&mut Exchange<'_>, &[Message]) -> Outcome,
) -> Outcome<u32> {
    let mut wait = with.wait();
    let mut count = 0;
    let mut rest = messages.iter_mut().peekable();
    while rest.peek().is_some() {
        let mut corked = with.raw.corked();
        let mut with = Exchange { raw: &mut corked, ..with };
        let mut bytes = 0;
        for parts in rest.by_ref().take(held) {
            let size = parts.iter().map(|part| part.bytes().len()).sum();
            match prepare(&mut with, parts).and_then(|()| send_parts(&mut wait, &mut with, parts)) {
                Ok(true) => with.counters.sent.add(1, size),
                Err(error) if count == 0 => return Err(error),
                Ok(false) | Err(_) => return Ok(count),
            }
            count += 1;
            bytes += size;
            if bytes >= HELD_BYTES {
                break;
            }
        }
    }
    Ok(count)
}

/// Sends a whole message, whose parts may be gone afterwards; false when the time has passed.
fn send_parts(wait: &mut Wait<impl Fn() -> bool>, with: &mut Exchange<'_>, parts: &mut [Message]) -> Outcome<bool> {
    let event = with.class.sendable();
    let sent = if let [part] = parts {
        with.within(wait, Deed::Send, event, |raw| raw.send(part, false))
    } else {
        let mut first = None;
        with.within(wait, Deed::Send, event, |raw| send_all(raw, parts, &mut first))
    };
    sent.map(|sent| sent.is_some())
}

/// All parts at once, without waiting. Copies go out, which share their content with the parts: when the peer vanishes half
/// way, all of it can be sent again to another. It is the first that waits for room: its copy stays in `first` for the next try.
fn send_all(raw: &mut zmq::Socket, parts: &mut [Message], first: &mut Option<Message>) -> zmq::Result<()> {
    let count = parts.len();
    if first.is_none() {
        match raw.send_copies(parts) {
            Ok(()) => return Ok(()),
            // As below.
            Err((0, _)) => {}
            Err((sent, error)) => return Err(broken_off(raw, error, sent + 1 < count)),
        }
    }
    for (index, part) in parts.iter_mut().enumerate() {
        let more = index + 1 < count;
        let mut copy = match first.take() {
            Some(copy) => copy,
            None => part.share()?,
        };
        loop {
            match raw.send(&mut copy, more) {
                Ok(()) => break,
                Err(error) if error.is_interrupted() => {}
                Err(error) if index == 0 => {
                    *first = Some(copy);
                    return Err(error);
                }
                Err(error) => return Err(broken_off(raw, error, more)),
            }
        }
    }
    Ok(())
}

/// Ends a message whose part was refused with `error`, after others had gone. libzmq drops the rest of a message whose peer is
/// gone until it sees its end.
#[cold]
fn broken_off(raw: &mut zmq::Socket, error: zmq::Error, more: bool) -> zmq::Error {
    while error.is_again() && more {
        match raw.send(&mut Message::new(), false) {
            Ok(()) => break,
            Err(failed) if failed.is_interrupted() => {}
            Err(failed) => return failed,
        }
    }
    error
}

/// A message of the script's data.
pub fn take(class: &str, data: &[u8]) -> Outcome<Message> {
    Message::from_bytes(data).map_err(|error| not_taken(class, data, error))
}

#[cold]
fn not_taken(class: &str, data: &[u8], error: zmq::Error) -> Error {
    errors::explain(Deed::Take, class, &data.len().to_string(), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handle::{Cancel, Counters};
    use crate::objects::classes::{SocketClass, named};
    use crate::zmq::{Event, Socket, SocketType, poll};

    fn message(text: &str) -> Message {
        Message::from_bytes(text.as_bytes()).unwrap()
    }

    /// What was put in its place goes in the end, so nothing is shared anew meanwhile; and the parts are as they were.
    #[test]
    fn the_copy_that_found_no_room_is_the_one_that_goes() {
        let mut push = Socket::new(SocketType::Push).unwrap();
        push.bind("inproc://outbox.tests.room").unwrap();
        let mut parts = [message("first"), message("second")];
        let mut first = None;
        for _ in 0..3 {
            assert!(send_all(&mut push, &mut parts, &mut first).is_err_and(zmq::Error::is_again));
            assert_eq!(first.as_ref().map(Message::bytes), Some(&b"first"[..]));
        }
        first = Some(message("kept"));
        assert!(send_all(&mut push, &mut parts, &mut first).is_err_and(zmq::Error::is_again));
        let mut pull = Socket::new(SocketType::Pull).unwrap();
        pull.connect("inproc://outbox.tests.room").unwrap();
        let mut receive = || {
            assert!(poll(&mut pull, Event::Receivable, 10_000).unwrap());
            pull.receive().unwrap().bytes().to_vec()
        };
        for expected in ["kept", "first"] {
            assert!(poll(&mut push, Event::Sendable, 10_000).unwrap());
            assert!(send_all(&mut push, &mut parts, &mut first).is_ok());
            assert!(first.is_none());
            assert_eq!([receive(), receive()], [expected.as_bytes(), b"second"]);
        }
    }

    /// What is held back comes when as much is sent as may be, when it is large enough, and at the end.
    #[test]
    fn a_batch_wakes_nobody_for_each_message() {
        let mut push = zmq::Watched::new(Socket::new(SocketType::Push).unwrap());
        push.bind("inproc://outbox.tests.batch").unwrap();
        let mut pull = Socket::new(SocketType::Pull).unwrap();
        pull.connect("inproc://outbox.tests.batch").unwrap();
        let class = SocketClass::of(named(&["Push"]));
        let long = "x".repeat(HELD_BYTES);
        let sent = ["1", "2", "3", "4", &long, "6"];
        let json: Vec<u16> = format!("[\"{}\"]", sent.join("\",\"")).encode_utf16().collect();
        let (mut come, mut before_each) = (0, Vec::new());
        let with =
            Exchange { class, raw: &mut push, counters: &Counters::default(), timeout: 0, cancel: &Cancel::default() };
        let mut look = || {
            while pull.receive().is_ok() {
                come += 1;
            }
            come
        };
        let count = send_batch(with, super::super::batch::read(&json).unwrap(), 3, |_, _| {
            before_each.push(look());
            Ok(())
        });
        assert_eq!(count.ok(), Some(6));
        assert_eq!(before_each, [0, 0, 0, 3, 3, 5]);
        assert_eq!(look(), 6);
    }
}
