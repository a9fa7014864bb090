//! A socket as BSL sees it. Opened at the first Bind, Connect or Subscribe; every later call finds it or says why not.

mod batch;
mod combined;
mod defaults;
mod endpoints;
mod exchange;
mod inbox;
mod lent;
mod listening;
#[cfg(all(test, target_os = "linux"))]
mod memory_tests;
mod noted;
#[cfg(test)]
mod option_tests;
mod options;
mod outbox;
mod patience;
mod polled;
mod readable;
mod rows;
mod security;
mod settings;
mod stage;
mod stream;
mod subscribers;
mod text;
mod topics;
#[cfg(test)]
mod visit_tests;
mod watching;

use super::address::{self, Side};
use super::classes::{Abilities, SocketClass};
use super::errors::{self, Deed, Refusal};
use crate::background::{Keeper, lingering};
use crate::handle::{Cancel, Counters, Entry, Id, Registry};
use crate::native_api::{Events, Surroundings};
use crate::schema::{Call, ClassSet, Error, Me, Outcome, TextOrBlob, Timeout, Words};
use crate::zmq::{self, BytesOption, IntOption, Message, SocketType};
use defaults::TIMEOUT;
pub use endpoints::Endpoints;
use exchange::Exchange;
use inbox::{Form, Inbox};
use listening::Listening;
use outbox::{Outbox, take};
use readable::State;
pub use readable::{Readable, places_of};
use stage::{Open, Stage};
use std::sync::Arc;
use std::time::Duration;
use subscribers::Subscribers;
use topics::Topics;

pub use lent::Given;
pub use options::Key as OptionKey;
pub use patience::spend as spend_patience;
pub use watching::told;

/// How long Unbind may wait for the address to become free.
const RELEASE: Duration = Duration::from_millis(500);

/// The sockets of this process that are not closed: where others find them by number.
pub static OPEN: Registry<Socket> = Registry::new();

/// Looks after those of them that nobody calls.
static KEEPER: Keeper<Socket> = Keeper::new(&OPEN, Socket::work);

/// An object of one of the classes of sockets.
pub struct Socket {
    class: &'static SocketClass,
    stage: Stage,
    readable: Arc<Readable>,
    counters: Arc<Counters>,
    receive_timeout: i32,
    send_timeout: i32,
    /// Whether only the last message is kept of those that wait.
    conflates: bool,
    inbox: Inbox,
    outbox: Outbox,
    endpoints: Endpoints,
    subscribers: Subscribers,
    topics: Topics,
    cancel: Cancel,
    /// The way to the client, and under which name.
    events: Events,
    source: &'static str,
    listening: Option<Listening>,
    /// Whether a call may receive: there was an endpoint, and nobody listens.
    receives: bool,
}

impl Socket {
    pub fn new(class: ClassSet, surroundings: Surroundings, me: Me<Self>) -> Self {
        let class = SocketClass::of(class);
        let readable = Arc::new(Readable::new(OPEN.number(), class));
        let (counters, places) = (readable.counters.clone(), readable.places.clone());
        // In a forked child another thread of the parent's may hold the register for ever.
        if !zmq::is_forked() {
            OPEN.enter(readable.id, me.clone(), counters.clone(), readable.clone());
        }
        Self {
            class,
            stage: Stage::Unopened,
            readable,
            counters,
            receive_timeout: TIMEOUT,
            send_timeout: TIMEOUT,
            conflates: false,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            endpoints: Endpoints::shown_at(places),
            subscribers: Subscribers::default(),
            topics: Topics::default(),
            cancel: surroundings.cancel,
            events: surroundings.events,
            source: surroundings.source,
            listening: None,
            receives: false,
        }
    }

    pub fn bind(&mut self, endpoint: &[u16]) -> Outcome {
        self.attach_and_note(Side::Bind, endpoint).map(drop)
    }

    pub fn connect(&mut self, endpoint: &[u16]) -> Outcome {
        if self.attach_and_note(Side::Connect, endpoint)? {
            self.subscribers.expect_one();
        }
        Ok(())
    }

    fn attach(&mut self, side: Side, endpoint: &[u16]) -> Outcome<bool> {
        self.prepare_to_ask(side.making(), endpoint)?;
        let Self { class, stage, readable, counters, endpoints, .. } = self;
        if class.can(Abilities::STREAMS) {
            stream::check(class.name(), side, endpoint)?;
        }
        if class.socket_type == SocketType::Pair && side == Side::Connect {
            endpoints.check_only_one(class.name(), endpoint)?;
        }
        if side == Side::Connect {
            readable.settings().check_connection(class.name(), endpoint)?;
        }
        let ipv6 = readable.settings().is_on(IntOption::Ipv6);
        let attached = endpoints
            .attach(class.name(), side, ipv6, endpoint, || stage.open(class, || open(class, readable, counters)))?;
        if attached && side == Side::Connect {
            readable.settings().forget(settings::NEXT_PEER);
        }
        readable.attached(endpoints.last());
        self.receives = self.listening.is_none();
        if let (true, Side::Bind, Some(Open { raw, .. })) = (attached, side, stage.opened())
            && let Some(endpoint) = endpoints.opened_last(|| raw.is_secured().unwrap_or(true))
        {
            watching::tell_open(raw, endpoint);
        }
        if let (true, Side::Connect, true, Some(open)) = (attached, side, class.can(Abilities::STREAMS), stage.opened())
        {
            stream::connected(class.name(), &mut open.raw, endpoints)?;
        }
        Ok(attached)
    }

    pub fn unbind(&mut self, endpoint: &[u16]) -> Outcome {
        let done = self.detach(Side::Bind, endpoint, |raw, endpoint| zmq::unbind(raw, endpoint, RELEASE));
        self.note_detached(Side::Bind, endpoint, &done);
        done
    }

    pub fn disconnect(&mut self, endpoint: &[u16]) -> Outcome {
        let done = self.detach(Side::Connect, endpoint, |raw, endpoint| raw.disconnect(endpoint));
        self.note_detached(Side::Connect, endpoint, &done);
        done
    }

    fn detach(
        &mut self,
        side: Side,
        endpoint: &[u16],
        call: impl FnOnce(&mut zmq::Watched, &str) -> zmq::Result<()>,
    ) -> Outcome {
        let written = address::text(endpoint)?;
        let class = self.class.name();
        let Open { raw, .. } = self.stage.attached(self.class, self.endpoints.were_there())?;
        let index = self.endpoints.find(class, side, &written)?;
        if self.class.can(Abilities::PUBLISHES) {
            let heard = self.subscribers.hear(raw);
            heard.map_err(|error| errors::explain(side.undoing(), class, &address::shown(&written), error))?;
        }
        self.endpoints.detach(class, index, |resolved| call(raw, resolved))?;
        self.subscribers.expect_at_most(self.endpoints.count(Side::Connect));
        Ok(())
    }

    /// Sends `data` with the parts collected before it; false when the timeout passed.
    pub fn send(&mut self, data: &[u8], timeout: Timeout) -> Outcome<bool> {
        let Self {
            class,
            stage,
            readable,
            endpoints,
            inbox,
            outbox,
            subscribers,
            topics,
            send_timeout,
            conflates,
            cancel,
            ..
        } = self;
        let Open { raw, counters, .. } = stage.attached(class, endpoints.were_there())?;
        let timeout = timeout.or(*send_timeout);
        if !class.can_any(Abilities::SENDS_WITH_CARE) && outbox.is_empty() {
            // Most calls find a peer with room.
            let Err(not_sent) = raw.send_copy(data) else {
                counters.sent.add(1, data.len());
                return Ok(true);
            };
            let with = Exchange { class, raw, counters, timeout, cancel };
            return outbox.send_later(with, not_sent, data);
        }
        if !outbox.is_empty() {
            may_join(class, *conflates)?;
        }
        let message = take(class.name(), data)?;
        if class.can(Abilities::TAKES_TURNS) {
            // libzmq lets a REP answer only when it has read the whole request, and how many parts that has a stranger
            // decides. A REQ that asks anew gives up the reply to its last request. What the host had no memory for goes
            // with it: given later, it would pass for the next request, or for the reply to this one.
            inbox.drop_rest(raw);
            readable.received(inbox);
        }
        let mut with = Exchange { class, raw, counters, timeout, cancel };
        if class.can(Abilities::PUBLISHES) {
            subscribers.meet(&mut with)?;
        }
        if class.can(Abilities::SENDS_SUBSCRIPTIONS) {
            let told = topics.tell(outbox.parts().iter().map(Message::bytes).chain([data]))?;
            let sent = outbox.send(with, message, data.len());
            topics.told(told, matches!(sent, Ok(true)));
            return sent;
        }
        if class.can(Abilities::ADDRESSES) {
            let Some(first) = outbox.first() else { return Err(nobody(class)) };
            if class.can(Abilities::STREAMS) {
                return stream::send(outbox, endpoints, with, readable, first, 1, data);
            }
        }
        outbox.send(with, message, data.len())
    }

    /// As `send`, of a text.
    pub fn send_text(&mut self, units: &[u16], timeout: Timeout) -> Outcome<bool> {
        self.send(text::to_utf8(units)?.as_bytes(), timeout)
    }

    /// As `send_part`, of a text.
    pub fn send_part_text(&mut self, units: &[u16]) -> Outcome {
        self.send_part(text::to_utf8(units)?.as_bytes())
    }

    /// Sends `data` to the peer of this identity, with the parts collected before it; false when the timeout passed.
    pub fn send_to(&mut self, identity: &[u8], data: &[u8], timeout: Timeout) -> Outcome<bool> {
        let Self { class, stage, endpoints, outbox, send_timeout, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, endpoints.were_there())?;
        let with = Exchange { class, raw, counters, timeout: timeout.or(*send_timeout), cancel };
        let identity = take(class.name(), identity)?;
        if class.can(Abilities::STREAMS) {
            return stream::send(outbox, endpoints, with, &self.readable, identity, 0, data);
        }
        let message = take(class.name(), data)?;
        outbox.send_to(with, identity, message, data.len())
    }

    /// Keeps `data` as the next part of the message that Send will complete.
    pub fn send_part(&mut self, data: &[u8]) -> Outcome {
        let class = self.class.name();
        self.stage.attached(self.class, self.endpoints.were_there())?;
        may_join(self.class, self.conflates)?;
        self.outbox.add(class, data)
    }

    pub fn drop_parts(&mut self) {
        self.outbox.clear();
    }

    /// Answers with the next part as `form` has it, or with nothing when the timeout passed.
    pub fn receive(&mut self, timeout: Timeout, call: &mut Call<'_>, form: impl Form) -> Outcome {
        if !self.receives {
            self.may_receive()?;
        }
        let Self { class, stage, inbox, receive_timeout, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, true)?;
        // Most calls find what they want.
        let done = match inbox.receive_at_once(raw, counters, call, form) {
            Some(done) => done,
            None => {
                let timeout = timeout.or(*receive_timeout);
                inbox.receive(Exchange { class, raw, counters, timeout, cancel }, call, form)
            }
        };
        self.readable.received(&self.inbox);
        done
    }

    /// Answers with the number of parts of the next message, or with nothing when the timeout passed.
    pub fn receive_multipart(&mut self, timeout: Timeout, call: &mut Call<'_>) -> Outcome {
        // Whatever comes of this call, nobody shall take the parts of the last one for its own.
        self.inbox.forget_parts();
        let (inbox, with) = self.receiving(timeout)?;
        let done = inbox.receive_multipart(with, call);
        self.readable.received(&self.inbox);
        done
    }

    fn receiving(&mut self, timeout: Timeout) -> Outcome<(&mut Inbox, Exchange<'_>)> {
        if !self.receives {
            self.may_receive()?;
        }
        let Self { class, stage, inbox, receive_timeout, cancel, .. } = self;
        let Open { raw, counters, .. } = stage.attached(class, true)?;
        Ok((inbox, Exchange { class, raw, counters, timeout: timeout.or(*receive_timeout), cancel }))
    }

    /// A part of the message that `receive_multipart` received last, as a text.
    pub fn part_text(&self, number: usize) -> Outcome<&str> {
        text::received(self.part(number)?, ("ПолучитьЧасть", "GetPart"))
    }

    /// A part of the message that `receive_multipart` received last.
    pub fn part(&self, number: usize) -> Outcome<&[u8]> {
        self.stage.check_not_closed(self.class)?;
        self.inbox.part(number)
    }

    pub fn subscribe(&mut self, topic: TextOrBlob<'_>) -> Outcome {
        let topic = &*text::bytes(topic)?;
        self.topics.check(topic)?;
        let Self { class, stage, readable, counters, topics, .. } = self;
        let raw = stage.open(class, || open(class, readable, counters))?;
        if class.can(Abilities::SENDS_SUBSCRIPTIONS) {
            return topics.subscribe_by_message(raw, topic);
        }
        topics.subscribe(raw, topic)
    }

    /// Subscribes, or ends a subscription, in the place of the peer whose subscription was received last.
    pub fn decide(&mut self, option: BytesOption, topic: TextOrBlob<'_>) -> Outcome {
        let topic = &*text::bytes(topic)?;
        topics::check_length(topic)?;
        self.check_nobody_receives_ahead()?;
        let Open { raw, .. } = self.stage.attached(self.class, self.endpoints.were_there())?;
        if !self.readable.settings().is_on(IntOption::XPubManual) {
            return Err(Error::new(
                "EINVAL",
                "Подписками распоряжаются сами подписчики. Сначала включите настройку РучныеПодписки.".into(),
                "Subscribers subscribe for themselves. First switch the option XPubManual on.".into(),
            ));
        }
        let deed = if option == BytesOption::Unsubscribe { Deed::Unsubscribe } else { Deed::Subscribe };
        topics::set(raw, deed, option, topic)
    }

    pub fn unsubscribe(&mut self, topic: TextOrBlob<'_>) -> Outcome {
        let topic = &*text::bytes(topic)?;
        topics::check_length(topic)?;
        let Self { class, stage, readable, counters, topics, .. } = self;
        let raw = stage.open(class, || open(class, readable, counters))?;
        if class.can(Abilities::SENDS_SUBSCRIPTIONS) {
            return topics.unsubscribe_by_message(raw, topic);
        }
        topics.unsubscribe(raw, topic)
    }

    /// What there is to do while nobody calls: what libzmq's threads have told, and what subscribers have. No message is taken.
    fn work(&mut self) -> Option<&mut zmq::Socket> {
        let Open { raw, .. } = self.stage.opened()?;
        // Before the descriptor falls silent: a poller that does not wait hears the one or the other.
        self.readable.tell_watchers();
        raw.work().ok()?;
        if self.class.can(Abilities::PUBLISHES) {
            // What cannot be read now is read with the next message.
            let _ = self.subscribers.read(raw);
        }
        self.readable.tell_watchers();
        Some(raw)
    }

    /// Closes the socket; waits a bounded time for what was sent to leave. What is not delivered by then is counted
    /// until it is.
    pub fn close(&mut self) {
        self.leave_listening();
        self.outbox = Outbox::default();
        self.inbox = Inbox::default();
        self.readable.received(&self.inbox);
        self.topics = Topics::default();
        let endpoints = self.endpoints.closed();
        if self.stage.is_closed() {
            return;
        }
        let mut open = self.stage.close();
        self.readable.became(State::Closed);
        if let Some(open) = &open {
            self.note_closed(open);
        }
        if !zmq::is_forked() {
            OPEN.leave(self.readable.id);
            self.readable.leave_watchers(open.as_mut());
            if let Some(Open { raw, kept: true, .. }) = &mut open {
                KEEPER.release(raw);
            }
        }
        let Some(Open { mut raw, .. }) = open else { return };
        endpoints.release(&mut raw);
        if !endpoints.went_out() {
            return;
        }
        if let Some(end) = patience::spend(|patience| zmq::close(raw, patience)) {
            lingering::watch(end);
        }
    }
}

/// A message without a word to whom.
#[cold]
fn nobody(class: &SocketClass) -> Error {
    let class = class.name();
    Error::new(
        "EINVAL",
        format!(
            "Сокет {class}: не сказано, кому отправить. Передайте идентификатор получателя методу ОтправитьКому или первой частью методу ОтправитьЧасть."
        ),
        format!(
            "{class} socket: it was not said whom to send to. Give the peer's identity to SendTo, or as the first part to SendPart."
        ),
    )
}

/// A new socket, entered among those that are open.
fn open(class: &SocketClass, readable: &Readable, counters: &Arc<Counters>) -> Outcome<Open> {
    let made = make(class, readable, counters);
    noted::opened(readable, &made);
    made
}

fn make(class: &SocketClass, readable: &Readable, counters: &Arc<Counters>) -> Outcome<Open> {
    let mut raw = zmq::Watched::new(defaults::open(class).map_err(|error| refused(class, error))?);
    readable.settings().apply(class.name(), &mut raw)?;
    OPEN.opened(readable.id);
    readable.became(State::Open);
    let kept = KEEPER.keep(readable.id, &mut raw);
    Ok(Open { raw, kept, counters: counters.clone() })
}

/// Of a message of several parts a socket that keeps only the last message would keep the last part.
fn may_join(class: &SocketClass, conflates: bool) -> Outcome {
    if !conflates {
        return Ok(());
    }
    let class = class.name();
    Err(Error::new(
        "ENOTSUP",
        format!(
            "Сокет {class} хранит только последнее сообщение (ТолькоПоследнее): составных он не отправляет. Вызовите ОтброситьЧасти и отправляйте данные целиком."
        ),
        format!(
            "The {class} socket keeps only the last message (Conflate): it sends no multipart ones. Call DropParts, and send the data whole."
        ),
    ))
}

/// Where descriptors or sockets are used up it helps to know how many of them are ours.
fn refused(class: &SocketClass, error: zmq::Error) -> Error {
    let tried = Deed::Open.tried(class.name(), "");
    let refusal = Refusal::of(Deed::Open, error);
    if error.name() != "EMFILE" {
        return refusal.after(tried);
    }
    let (open, lingering) = (OPEN.count(), lingering::count());
    refusal.after(Words {
        russian: format!("{} (открыто: {open}, ещё доставляют отправленное: {lingering})", tried.russian),
        english: format!("{} ({open} are open, {lingering} still deliver what was sent)", tried.english),
    })
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.close();
    }
}

impl Entry for Socket {
    type Shown = Readable;

    fn id(&self) -> Option<Id> {
        (!self.stage.is_closed()).then_some(self.readable.id)
    }
}
