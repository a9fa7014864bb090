//! Receiving: try without waiting, wait only when there is nothing; what has come is never lost on the way to the host.

use super::batch;
use super::exchange::Exchange;
use super::text;
use crate::handle::Counters;
use crate::native_api::Reply;
use crate::objects::errors::Deed;
use crate::schema::{Call, Error, Outcome};
use crate::zmq::{self, Event, Message, Room, Wait};
use std::collections::VecDeque;
use std::mem;

/// For so many parts the room is kept from message to message.
const KEPT: usize = 64;

/// A part as a script gets it.
#[inline]
pub fn data(bytes: &[u8]) -> Outcome<Reply<'_>> {
    Ok(Reply::Blob(bytes))
}

/// A part as a script gets it that wants a text.
pub fn text(bytes: &[u8]) -> Outcome<Reply<'_>> {
    text::received(bytes, ("Получить", "Recv")).map(Reply::Text)
}

/// What a part becomes on its way to the script: `data`, `text`.
pub trait Form: Copy + Fn(&[u8]) -> Outcome<Reply<'_>> {}

impl<F: Copy + Fn(&[u8]) -> Outcome<Reply<'_>>> Form for F {}

/// What was received and is not the script's yet.
#[derive(Default)]
pub struct Inbox {
    /// Received, but not given to the host, which had no memory for it, or wanted it as something else: comes first in the
    /// next call that receives.
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

    /// Whether libzmq still has parts of a message of which the first were taken.
    pub fn is_in_the_middle(&self) -> bool {
        self.undelivered.back().map_or(self.rest_follows, Message::more)
    }

    /// Whether the next Recv finds something without asking libzmq for a message.
    pub fn has_some(&self) -> bool {
        self.rest_follows || !self.undelivered.is_empty()
    }

    /// The message that RecvMultipart received last is no longer there.
    pub fn forget_parts(&mut self) {
        self.parts.clear();
        self.parts.shrink_to(KEPT);
    }

    /// Takes a part that is there for the next call that receives; false where there is none.
    pub fn take_in(&mut self, raw: &mut zmq::Socket) -> bool {
        loop {
            match raw.receive() {
                Ok(part) => {
                    self.undelivered.push_back(part);
                    return true;
                }
                Err(error) if error.is_interrupted() => {}
                // What else went wrong is told by the call.
                Err(error) => return !error.is_again(),
            }
        }
    }

    /// Gives up what is left of the message that Recv began. libzmq hands a message over whole: all of it is there.
    pub fn drop_rest(&mut self, raw: &mut zmq::Socket) {
        self.rest_follows = self.is_in_the_middle();
        self.undelivered.clear();
        while self.rest_follows {
            self.rest_follows = match raw.receive() {
                Ok(part) => part.more(),
                Err(error) => error.is_interrupted(),
            };
        }
    }

    /// Answers with the next part as `form` has it if it is there; None if it is not, or what is to come first was received
    /// before.
    #[inline]
    pub fn receive_at_once<F: Form>(
        &mut self,
        raw: &mut zmq::Socket,
        counters: &Counters,
        call: &mut Call<'_>,
        form: F,
    ) -> Option<Outcome> {
        if !self.undelivered.is_empty() {
            return None;
        }
        let mut room = Room::new();
        let (bytes, more) = raw.receive_part(&mut room).ok()?;
        let given = self.give(counters, call, bytes, more, form);
        if given.is_err() {
            self.undelivered.push_front(room.into_message());
        }
        Some(given)
    }

    /// Answers with the next part, or with nothing when the timeout passed.
    #[cold]
    pub fn receive<F: Form>(&mut self, mut with: Exchange<'_>, call: &mut Call<'_>, form: F) -> Outcome {
        let mut wait = with.wait();
        if self.receive_within(&mut wait, &mut with, call, form)? { Ok(()) } else { call.answer(Reply::Empty) }
    }

    /// Answers with the next part; false, and no answer, when the time of `wait` has passed.
    pub fn receive_within<F: Form>(
        &mut self,
        wait: &mut Wait<impl Fn() -> bool>,
        with: &mut Exchange<'_>,
        call: &mut Call<'_>,
        form: F,
    ) -> Outcome<bool> {
        let mut message = Message::new();
        if !self.next_part(wait, with, &mut message)? {
            return Ok(false);
        }
        let given = self.give(with.counters, call, message.bytes(), message.more(), form);
        if given.is_err() {
            self.undelivered.push_front(message);
        }
        given.map(|()| true)
    }

    /// Answers with a part. A host that has no memory for it leaves everything as it is, and so does a part that does not
    /// have the form.
    #[inline(always)]
    fn give<F: Form>(
        &mut self,
        counters: &Counters,
        call: &mut Call<'_>,
        bytes: &[u8],
        more: bool,
        form: F,
    ) -> Outcome {
        call.answer(form(bytes)?)?;
        self.rest_follows = more;
        counters.received.add(u64::from(!more), bytes.len());
        Ok(())
    }

    /// Answers with the number of parts of the next message, or with nothing when the timeout passed.
    pub fn receive_multipart(&mut self, mut with: Exchange<'_>, call: &mut Call<'_>) -> Outcome {
        let mut parts = mem::take(&mut self.parts);
        let mut wait = with.wait();
        let whole = self.gather(&mut wait, &mut with, &mut parts);
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
            self.put_back(parts);
        }
        given
    }

    /// Every part of the next message, or of what is left of the one that Recv began; none when the timeout passed.
    pub fn take_whole(&mut self, mut with: Exchange<'_>) -> Outcome<Vec<Message>> {
        let mut parts = Vec::new();
        let mut wait = with.wait();
        if let Err(error) = self.gather(&mut wait, &mut with, &mut parts) {
            self.put_back(parts);
            return Err(error);
        }
        self.rest_follows &= parts.is_empty();
        Ok(parts)
    }

    /// Answers with up to `most` messages as JSON, or with nothing when the timeout passed; only the first is waited for.
    pub fn receive_batch(
        &mut self,
        mut with: Exchange<'_>,
        call: &mut Call<'_>,
        most: i32,
        all_binary: bool,
    ) -> Outcome {
        let mut parts = Vec::new();
        let mut messages = 0;
        let written = self.gather_batch(&mut with, &mut parts, &mut messages, batch::Writer::new(all_binary), most);
        let given = match written {
            Ok(None) => return call.answer(Reply::Empty),
            Ok(Some(json)) => call.answer(Reply::Text(&json)),
            Err(error) => Err(error),
        };
        if given.is_ok() {
            let size = parts.iter().map(|part| part.bytes().len()).sum();
            with.counters.received.add(messages, size);
            self.rest_follows = false;
        } else {
            self.put_back(parts);
        }
        given
    }

    /// The JSON of what goes to `parts`; None when the timeout passed.
    fn gather_batch(
        &mut self,
        with: &mut Exchange<'_>,
        parts: &mut Vec<Message>,
        messages: &mut u64,
        mut writer: batch::Writer,
        most: i32,
    ) -> Outcome<Option<String>> {
        let mut wait = with.wait();
        let mut before = 0;
        for _ in 0..most {
            match self.gather(&mut wait, with, parts) {
                Ok(()) if parts.len() == before => break,
                Ok(()) => {}
                // What has come is given first; the next call will tell.
                Err(_) if before > 0 => {
                    self.put_back(parts.split_off(before));
                    break;
                }
                Err(error) => return Err(error),
            }
            match writer.add(&parts[before..]) {
                Ok(true) => {}
                Err(batch::NoMemory) if before == 0 => return Err(no_memory(parts)),
                Ok(false) | Err(batch::NoMemory) => {
                    self.put_back(parts.split_off(before));
                    break;
                }
            }
            before = parts.len();
            *messages += 1;
            with.timeout = 0;
            wait = with.wait();
        }
        if parts.is_empty() {
            return Ok(None);
        }
        writer.end().map(Some).map_err(|batch::NoMemory| no_memory(parts))
    }

    /// What was received and could not be given comes first the next time.
    pub fn put_back(&mut self, parts: Vec<Message>) {
        parts.into_iter().rev().for_each(|part| self.undelivered.push_front(part));
    }

    /// Every part of the next message, or of what is left of the one that Recv began; none when the time has passed.
    fn gather(
        &mut self,
        wait: &mut Wait<impl Fn() -> bool>,
        with: &mut Exchange<'_>,
        parts: &mut Vec<Message>,
    ) -> Outcome {
        loop {
            // Most calls find all of it.
            if self.undelivered.is_empty()
                && let Ok(more) = with.raw.receive_to(parts)
            {
                if !more {
                    return Ok(());
                }
                continue;
            }
            let mut part = Message::new();
            if !self.next_part(wait, with, &mut part)? {
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

    /// Takes the next part into `message`; false when the time has passed.
    fn next_part(
        &mut self,
        wait: &mut Wait<impl Fn() -> bool>,
        with: &mut Exchange<'_>,
        message: &mut Message,
    ) -> Outcome<bool> {
        if let Some(undelivered) = self.undelivered.pop_front() {
            *message = undelivered;
            return Ok(true);
        }
        let came = with.within(wait, Deed::Receive, Event::Receivable, |raw| raw.receive_into(message))?;
        Ok(came.is_some())
    }
}

#[cold]
fn no_memory(parts: &[Message]) -> Error {
    let size: usize = parts.iter().map(|part| part.bytes().len()).sum();
    Error::new(
        "ENOMEM",
        format!(
            "Не хватило памяти, чтобы записать в JSON {size} байт. Ничего не потеряно: возьмите их методом Получить."
        ),
        format!("There is no memory to write {size} bytes as JSON. Nothing is lost: take them by Recv."),
    )
}
