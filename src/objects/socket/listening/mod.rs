//! Messages that are received in the background and raised as events of the client: `ОбработкаВнешнегоСобытия`.

mod errors;

use super::batch::{self, NoMemory};
use super::exchange::Exchange;
use super::stage::Open;
use super::text::{self, of_message};
use super::{Readable, Socket};
use crate::background::{Handed, Listened, Listener, PollSet};
use crate::handle::{Bounds, Relay, Run, Taken};
use crate::native_api::{Audience, Events, NotRaised, OutOfMemory, Wide};
use crate::objects::classes::Abilities;
use crate::objects::errors::{Deed, Refusal};
use crate::schema::{Error, Outcome};
use crate::zmq::{self, IntOption, Message};
use std::time::Duration;

/// The name of the events where a script gives none.
pub const NAME: &str = "ZeroMQ";

/// Letters of a name, at the most.
const LONGEST_NAME: usize = 255;

/// So many messages wait where a script does not say, and so many may at the most.
pub const MOST: i32 = 1_000;
pub const MOST_OF_ALL: i32 = 100_000;

/// And so many bytes of theirs.
const BYTES: usize = 64 << 20;

/// How many events the host is asked to keep for its scripts. Those are out of reach, so not many.
const DEPTH: u16 = 100;

/// A host that takes no event is asked again so soon, then after twice the time.
const SOON: Duration = Duration::from_millis(1);
const LATER: Duration = Duration::from_millis(50);

/// How long stopping waits for an event that the host is just taking.
const PATIENCE: Duration = Duration::from_millis(200);

/// Messages and bytes that are taken at once: then whoever calls the object comes to his turn.
const AT_ONCE: usize = 256;
const BYTES_AT_ONCE: usize = 8 << 20;

/// A message on its way to the client.
pub struct Heard {
    parts: Vec<Message>,
    /// What becomes of it, made when it is its turn: the host may refuse it many times.
    event: Option<(Kind, Wide)>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// One part that is a text.
    Text,
    /// One part that is not, in Base64.
    Base64,
    /// Several parts, in JSON.
    Json,
}

/// The source and the names of the events of a run.
struct Names {
    source: Wide,
    text: Wide,
    base64: Wide,
    json: Wide,
    dropped: Wide,
}

/// A socket that is listened to, or was.
pub struct Listening {
    threads: Option<Listener>,
}

impl Socket {
    /// Receives in the background from now on, and raises what comes as events of this name.
    pub fn listen(&mut self, name: Option<&[u16]>, most: i32, all_binary: bool) -> Outcome {
        let class = self.class.name();
        let name = event_name(name)?;
        self.stage.attached(self.class, self.endpoints.were_there())?;
        self.check_not_forked()?;
        if self.readable.relay.is_open() {
            return Err(errors::already(class));
        }
        if self.readable.settings().is_on(IntOption::XPubManual) {
            return Err(errors::would_mistake_peers(class));
        }
        self.take_back();
        let audience = self.events.prepare(DEPTH);
        let names = Names::new(self.source, &name)?;
        let reaches = match audience {
            Audience::Client => true,
            // Whether anybody hears is seen by the first event.
            Audience::Unknown => {
                let started = Wide::of(&format!("{name}.Started"))?;
                self.events.raise(&names.source, &started, &Wide::of("")?).is_ok()
            }
            Audience::Nobody | Audience::NoHost => false,
        };
        if !reaches {
            return Err(errors::nobody_hears(class));
        }
        let set = PollSet::<Self>::of_listener()
            .map_err(|error| errors::not_listening(class, Refusal::of(Deed::Receive, error)))?;
        let count = usize::try_from(most).unwrap_or(1);
        let run = self.readable.relay.begin(Bounds { count, bytes: BYTES });
        let events = self.events.clone();
        let tell = move |relay: &Relay<Heard>| tell(relay, run, &events, &names, all_binary);
        let Ok(threads) = Listener::start(self.readable.id, &self.readable, set, run, tell) else {
            self.take_back();
            return Err(errors::not_listening(class, errors::no_thread()));
        };
        self.listening = Some(Listening { threads: Some(threads) });
        self.receives = false;
        Ok(())
    }

    /// Receives in the background no longer; how many messages came back, which the next calls that receive will give.
    pub fn stop_listening(&mut self) -> Outcome<u32> {
        self.stage.check_not_closed(self.class)?;
        if self.listening.is_none() {
            return Ok(0);
        }
        self.check_not_forked()?;
        Ok(u32::try_from(self.take_back()).unwrap_or(u32::MAX))
    }

    /// Whether a call may receive: what is listened to is received by the listener.
    #[cold]
    pub fn may_receive(&mut self) -> Outcome {
        self.stage.attached(self.class, self.endpoints.were_there())?;
        if self.listening.is_some() {
            self.check_not_forked()?;
            if self.readable.relay.is_open() {
                return Err(errors::busy(self.class.name()));
            }
            // It broke down, or something came back late.
            self.take_back();
        }
        Ok(())
    }

    /// Whether a subscription may be decided on for the peer whose word came last: the listener receives ahead of its events.
    pub fn check_nobody_receives_ahead(&self) -> Outcome {
        if self.listening.is_some() { Err(errors::receives_ahead(self.class.name())) } else { Ok(()) }
    }

    /// Ends the run, if there is one, and puts what nobody was told of before all that is received.
    fn take_back(&mut self) -> usize {
        let Self { readable, inbox, counters, listening, endpoints, .. } = self;
        let mut count = 0;
        if let Some(Listening { threads }) = listening {
            let back = readable.relay.end(PATIENCE);
            count = back.len();
            for Heard { parts, .. } in back.into_iter().rev() {
                counters.received.retract(1, size_of_all(&parts));
                inbox.put_back(parts);
            }
            readable.received(inbox);
            // Whoever sleeps until a message comes looks whether he is to go on.
            readable.tell_watchers();
            if let Some(threads) = threads.take() {
                threads.wait(PATIENCE);
            }
            if !readable.relay.is_in_hand() {
                *listening = None;
            }
        }
        self.receives = endpoints.were_there() && listening.is_none();
        count
    }

    /// The object is closed: nothing is given back, and nobody waited for. Those who sleep are told by whoever closes.
    pub fn leave_listening(&mut self) {
        self.receives = false;
        if self.listening.take().is_some() && !zmq::is_forked() {
            drop(self.readable.relay.end(Duration::ZERO));
        }
    }

    fn check_not_forked(&self) -> Outcome {
        if zmq::is_forked() {
            // Another thread of the parent's may hold the relay for ever.
            return Err(errors::not_listening(self.class.name(), Refusal::of(Deed::Receive, zmq::Error::FORKED)));
        }
        Ok(())
    }
}

impl Listened for Socket {
    type Item = Heard;

    fn relay(shown: &Readable) -> &Relay<Heard> {
        &shown.relay
    }

    fn hand_over(&mut self, run: Run) -> Handed {
        let Self { class, stage, readable, inbox, cancel, .. } = self;
        let Some(Open { raw, counters, .. }) = stage.opened().filter(|_| readable.relay.goes_on(run)) else {
            return Handed::Ended;
        };
        // Whoever takes turns has no other before it was his.
        let (most, mut handed) =
            if class.can(Abilities::TAKES_TURNS) { (1, Handed::All) } else { (AT_ONCE, Handed::Some) };
        let mut bytes = 0;
        for _ in 0..most {
            if bytes >= BYTES_AT_ONCE {
                break;
            }
            let with = Exchange { class, raw, counters, timeout: 0, cancel };
            let parts = match inbox.take_whole(with) {
                Ok(parts) if parts.is_empty() => {
                    handed = Handed::All;
                    break;
                }
                Ok(parts) => parts,
                // The next call that receives will tell.
                Err(_) => {
                    handed = Handed::Ended;
                    break;
                }
            };
            let size = size_of_all(&parts);
            if let Err(Heard { parts, .. }) = readable.relay.put(run, Heard { parts, event: None }, size) {
                inbox.put_back(parts);
                handed = Handed::Ended;
                break;
            }
            counters.received.add(1, size);
            bytes += size;
        }
        readable.received(inbox);
        readable.tell_watchers();
        handed
    }
}

/// Tells the client of what comes, until the run has ended.
fn tell(relay: &Relay<Heard>, run: Run, events: &Events, names: &Names, all_binary: bool) {
    let mut pause = SOON;
    while let Some(mut hand) = relay.take(run) {
        let raised = match hand.what() {
            Some(Taken::This(heard, _)) => heard.raise(events, names, all_binary),
            Some(Taken::Lost(count)) => Wide::of(&count.to_string())
                .map_err(|_| NotRaised::Refused)
                .and_then(|count| events.raise(&names.source, &names.dropped, &count)),
            None => Ok(()),
        };
        match raised {
            Ok(()) => {
                hand.told();
                pause = SOON;
            }
            Err(NotRaised::Refused) => {
                drop(hand);
                relay.pause(run, pause);
                pause = (pause * 2).min(LATER);
            }
            Err(NotRaised::NoHost) => return,
        }
    }
}

impl Heard {
    fn raise(&mut self, events: &Events, names: &Names, all_binary: bool) -> Result<(), NotRaised> {
        if self.event.is_none() {
            // It is tried again when there may be memory.
            self.event = Some(event(&self.parts, all_binary).map_err(|NoMemory| NotRaised::Refused)?);
        }
        let Some((kind, data)) = &self.event else { return Ok(()) };
        let name = match kind {
            Kind::Text => &names.text,
            Kind::Base64 => &names.base64,
            Kind::Json => &names.json,
        };
        events.raise(&names.source, name, data)
    }
}

/// What becomes of a message.
fn event(parts: &[Message], all_binary: bool) -> Result<(Kind, Wide), NoMemory> {
    let wide = |text: &str| Wide::of(text).map_err(|_| NoMemory);
    let [part] = parts else {
        return Ok((Kind::Json, wide(&batch::one(parts, all_binary)?)?));
    };
    match of_message(part.bytes()) {
        Ok(text) if !all_binary => Ok((Kind::Text, wide(text)?)),
        _ => Ok((Kind::Base64, wide(&batch::digits(part.bytes())?)?)),
    }
}

impl Names {
    fn new(source: &str, name: &str) -> Result<Self, OutOfMemory> {
        let with = |ending: &str| Wide::of(&format!("{name}{ending}"));
        Ok(Self {
            source: Wide::of(source)?,
            text: with("")?,
            base64: with(".Base64")?,
            json: with(".JSON")?,
            dropped: with(".Dropped")?,
        })
    }
}

fn size_of_all(parts: &[Message]) -> usize {
    parts.iter().map(|part| part.bytes().len()).sum()
}

fn event_name(name: Option<&[u16]>) -> Outcome<String> {
    let Some(units) = name else { return Ok(NAME.to_owned()) };
    let name = if (1..=LONGEST_NAME).contains(&units.len()) { text::encode(units).ok() } else { None };
    name.ok_or_else(|| {
        Error::new(
            "EINVAL",
            format!("Слушать: имя события — строка от 1 до {LONGEST_NAME} символов без символа с кодом 0."),
            format!("Listen: the name of an event is a text of 1 to {LONGEST_NAME} characters without a character 0."),
        )
    })
}
