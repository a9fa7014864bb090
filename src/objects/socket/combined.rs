//! Calls that do the work of many, because each costs the interpreter that makes it: a request with its reply, batches.

use super::exchange::Exchange;
use super::inbox::Form;
use super::outbox::{self, take};
use super::stage::Open;
use super::{Socket, batch, may_join, nobody, text};
use crate::native_api::Reply;
use crate::objects::classes::Abilities;
use crate::schema::{Call, Outcome, Timeout};
use crate::zmq::Message;

impl Socket {
    /// Sends `data`, with the parts collected before it, and answers with the first part of the reply as `form` has it. Each
    /// time that no reply came before the timeout all of it is sent anew, up to `retries` times; then the answer is nothing.
    pub fn request(
        &mut self,
        data: &[u8],
        timeout: Timeout,
        retries: i32,
        call: &mut Call<'_>,
        form: impl Form,
    ) -> Outcome {
        let Self { class, stage, readable, endpoints, inbox, outbox, receive_timeout, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, endpoints.were_there())?;
        let mut last = take(class.name(), data)?;
        inbox.drop_rest(raw);
        let timeout = timeout.or(*receive_timeout);
        let mut with = Exchange { class, raw, counters, timeout, cancel };
        let mut attempt = || {
            let mut wait = with.wait();
            Ok(outbox.send_keeping(&mut wait, &mut with, &mut last, data.len())?
                && inbox.receive_within(&mut wait, &mut with, call, form)?)
        };
        // Without any time there is none for a reply.
        let attempts = if timeout == 0 { 1 } else { retries + 1 };
        let replied =
            (0..attempts).find_map(|_| attempt().map_or_else(|error| Some(Err(error)), |came| came.then_some(Ok(()))));
        readable.received(inbox);
        match replied {
            Some(done) => {
                outbox.clear();
                done
            }
            None => call.answer(Reply::Empty),
        }
    }

    /// As `request`, of a text.
    pub fn request_text(
        &mut self,
        units: &[u16],
        timeout: Timeout,
        retries: i32,
        call: &mut Call<'_>,
        form: impl Form,
    ) -> Outcome {
        self.request(text::to_utf8(units)?.as_bytes(), timeout, retries, call, form)
    }

    /// Sends the messages that `json` says; how many went before the timeout passed.
    pub fn send_batch(&mut self, json: &[u16], timeout: Timeout) -> Outcome<u32> {
        let Self { class, stage, endpoints, subscribers, topics, send_timeout, conflates, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, endpoints.were_there())?;
        let messages = batch::read(json)?;
        let with = Exchange { class, raw, counters, timeout: timeout.or(*send_timeout), cancel };
        outbox::send_batch(with, messages, |with, parts| {
            if parts.len() > 1 {
                may_join(class, *conflates)?;
            }
            if class.can(Abilities::ADDRESSES) && parts.len() < 2 {
                return Err(nobody(class));
            }
            if class.can(Abilities::SENDS_SUBSCRIPTIONS) {
                let told = topics.tell(parts.iter().map(Message::bytes))?;
                topics.told(told, true);
            }
            if class.can(Abilities::PUBLISHES) { subscribers.meet(with) } else { Ok(()) }
        })
    }

    /// Answers with up to `most` messages as JSON, or with nothing when the timeout passed.
    pub fn receive_batch(&mut self, most: i32, timeout: Timeout, all_binary: bool, call: &mut Call<'_>) -> Outcome {
        let (inbox, with) = self.receiving(timeout)?;
        let done = inbox.receive_batch(with, call, most, all_binary);
        self.readable.received(&self.inbox);
        done
    }
}
