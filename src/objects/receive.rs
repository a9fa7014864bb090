//! Receiving: try without waiting, wait only when there is nothing; what has come is never lost on the way to the host.

use super::problem::explain;
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
            self.kept = Some(message);
        }
        given
    }

    /// Answers with the number of parts of the next message, or with nothing when the timeout passed.
    pub fn receive_multipart(&mut self, call: &mut Call<'_>) -> Outcome {
        let Some(first) = self.next_part()? else {
            return call.answer(Reply::Empty);
        };
        let mut parts = vec![first];
        // libzmq hands a message over whole: its other parts are there when the first is.
        while parts.last().is_some_and(Message::more) {
            match self.next_part()? {
                Some(part) => parts.push(part),
                None => break,
            }
        }
        self.parts = parts;
        self.more = false;
        let count = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
        call.answer(count)
    }

    /// A part of the message that `receive_multipart` received last.
    pub fn part(&self, number: usize) -> Outcome<&[u8]> {
        let count = self.parts.len();
        self.parts.get(number).map(Message::bytes).ok_or_else(|| {
            if count == 0 {
                return Error::new(
                    "EINVAL",
                    format!("Части {number} нет: сообщение ещё не получено. Сначала вызовите ПолучитьСоставное."),
                    format!("There is no part {number}: no message was received. Call RecvMultipart first."),
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
            if let Some(kept) = self.kept.take() {
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
