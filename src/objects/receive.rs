//! Receiving: try without waiting, wait only when there is nothing; what has come is never lost on the way to the host.

use super::errors::explain;
use super::socket::{Socket, deadline};
use crate::native_api::Reply;
use crate::schema::{Call, Error, Outcome};
use crate::zmq::{Event, Message};

impl Socket {
    /// Answers with the next part, or with nothing when the timeout passed.
    pub fn receive(&mut self, call: &mut Call<'_>) -> Outcome {
        let Some(message) = self.next_part()? else {
            return call.answer(Reply::Empty);
        };
        let given = call.answer(Reply::Blob(message.bytes()));
        if given.is_ok() {
            self.more = message.more();
        } else {
            self.kept.push_front(message);
        }
        given
    }

    /// Answers with the number of parts of the next message, or with nothing when the timeout passed.
    pub fn receive_multipart(&mut self, call: &mut Call<'_>) -> Outcome {
        // Whatever comes of this call, nobody shall take the parts of the last one for its own.
        self.parts.clear();
        let mut parts = Vec::new();
        let whole = self.gather(&mut parts);
        let given = match whole {
            Ok(()) if parts.is_empty() => return call.answer(Reply::Empty),
            Ok(()) => call.answer(u32::try_from(parts.len()).unwrap_or(u32::MAX)),
            Err(error) => Err(error),
        };
        if given.is_ok() {
            self.parts = parts;
            self.more = false;
        } else {
            parts.into_iter().rev().for_each(|part| self.kept.push_front(part));
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
        self.check_not_closed()?;
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

    fn next_part(&mut self) -> Outcome<Option<Message>> {
        let mut end = None;
        loop {
            self.attached()?;
            if let Some(kept) = self.kept.pop_front() {
                return Ok(Some(kept));
            }
            match self.attached()?.receive() {
                Ok(message) => return Ok(Some(message)),
                Err(error) if error.is_interrupted() => {}
                Err(error) if error.is_again() => {
                    let end = *end.get_or_insert_with(|| deadline(self.receive_timeout));
                    if self.receive_timeout == 0 || !self.wait(Event::Receivable, end)? {
                        return Ok(None);
                    }
                }
                Err(error) => {
                    let kind = self.kind;
                    let tried = (
                        format!("Сокет {kind:?}: получить сообщение не удалось"),
                        format!("{kind:?} socket: no message could be received"),
                    );
                    return Err(explain(tried, error));
                }
            }
        }
    }
}
