//! Calls that do the work of many, because each costs the interpreter that makes it: a request with its reply, batches.

use super::exchange::Exchange;
use super::inbox::Form;
use super::options::Key;
use super::outbox::{self, take};
use super::settings::Settings;
use super::stage::Open;
use super::{Socket, batch, may_join, nobody, text};
use crate::native_api::Reply;
use crate::objects::classes::Abilities;
use crate::objects::errors;
use crate::schema::{Call, Error, KeptValue, Outcome, Timeout, name_of};
use crate::zmq::{IntOption, Message};

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
        if !self.receives {
            self.may_receive()?;
        }
        let Self { class, stage, readable, inbox, outbox, receive_timeout, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, true)?;
        if retries > 0 {
            may_repeat(class.name(), &readable.settings())?;
        }
        let mut last = take(class.name(), data)?;
        inbox.drop_rest(raw);
        let timeout = timeout.or(*receive_timeout);
        let mut with = Exchange { class, raw, counters, timeout, cancel };
        let mut sent = false;
        let mut attempt = || {
            let mut wait = with.wait();
            if !outbox.send_keeping(&mut wait, &mut with, &mut last, data.len())? {
                return Ok(false);
            }
            sent = true;
            inbox.receive_within(&mut wait, &mut with, call, form)
        };
        // Without any time there is none for a reply.
        let attempts = if timeout == 0 { 1 } else { retries + 1 };
        let replied =
            (0..attempts).find_map(|_| attempt().map_or_else(|error| Some(Err(error)), |came| came.then_some(Ok(()))));
        readable.received(inbox);
        match replied {
            Some(done) => {
                outbox.clear();
                done.map_err(|error| {
                    if sent && error.code == errors::INTERRUPTED { errors::without_reply(class.name()) } else { error }
                })
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
        let Self { class, stage, readable, endpoints, subscribers, topics, send_timeout, conflates, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, endpoints.were_there())?;
        let messages = batch::read(json)?;
        let held = held(&readable.settings());
        let with = Exchange { class, raw, counters, timeout: timeout.or(*send_timeout), cancel };
        outbox::send_batch(with, messages, held, |with, parts| {
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

/// How many messages may wait until those who are to take them are woken: far fewer than there is room for, since some sockets
/// drop what finds none.
fn held(settings: &Settings) -> usize {
    let room = match settings.get(Key::Int(IntOption::SendHighWaterMark)) {
        Some(KeptValue::Whole(room)) => usize::try_from(*room).unwrap_or(0),
        _ => 0,
    };
    // 0 is no limit.
    if room == 0 { outbox::HELD } else { (room / 4).clamp(1, outbox::HELD) }
}

/// Whether a request may be sent anew: without the one option it cannot be, without the other the reply may be another's.
fn may_repeat(class: &str, settings: &Settings) -> Outcome {
    let off = |option: &IntOption| settings.is_off(*option);
    [IntOption::ReqRelaxed, IntOption::ReqCorrelate].iter().find(|option| off(option)).map_or(Ok(()), |option| {
        let name = name_of::<Socket>(Key::Int(*option));
        let (russian, english) = name.map_or(("", ""), |name| (name.russian, name.english));
        Err(Error::new(
            "EINVAL",
            format!(
                "Сокет {class}: повторять запрос нельзя, когда выключена настройка {russian}. Ничего не отправлено: включите её до Подключить или не передавайте Повторы."
            ),
            format!(
                "{class} socket: a request cannot be sent anew with the option {english} off. Nothing was sent: switch it on before Connect, or give no Retries."
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use crate::handle::Cancel;
    use crate::native_api::{Arguments, Class, Output, Reply, Sink, Surroundings, Value};
    use crate::objects::row_tests::named;
    use std::thread;
    use std::time::Duration;

    struct Nothing;

    impl Sink for Nothing {
        fn put(&mut self, _: Reply<'_>) -> Result<(), crate::native_api::OutOfMemory> {
            Ok(())
        }
    }

    /// What a Req says whose Request is broken off while it waits.
    fn broken_off(endpoint: &str, with_peer: bool) -> String {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        let endpoint = units(endpoint);
        let cancel = Cancel::default();
        let (rep, req) = (
            named("Rep").create(Surroundings::default()),
            named("Req").create(Surroundings { cancel: cancel.clone(), ..Surroundings::default() }),
        );
        let number = |class_name: &str, name: &str| named(class_name).find_method(&units(name)).expect(name);
        let one = [Value::Text(&endpoint)];
        if with_peer {
            assert!(rep.call(number("Rep", "Bind"), &Arguments::of(&one, 1), Output::to(&mut Nothing)).is_ok());
        }
        // Bound, it has nobody to send to.
        let attach = if with_peer { "Connect" } else { "Bind" };
        assert!(req.call(number("Req", attach), &Arguments::of(&one, 1), Output::to(&mut Nothing)).is_ok());
        let asked = [Value::Blob(b"?"), Value::Int(-1)];
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(50));
                cancel.request();
            });
            let done = req.call(number("Req", "Request"), &Arguments::of(&asked, 2), Output::to(&mut Nothing));
            done.expect_err("it was broken off").0.into()
        })
    }

    #[test]
    fn a_request_that_went_is_not_called_unsent() {
        let told = broken_off("inproc://request.broken.off", true);
        assert!(told.contains("Запрос уже отправлен") && !told.contains("Ничего не отправлено"), "{told}");
        let told = broken_off("inproc://request.to.nobody", false);
        assert!(told.contains("Ничего не отправлено"), "{told}");
    }
}
