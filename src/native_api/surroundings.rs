//! What an object is born with.

use super::facts::HostFacts;
use super::host::Connection;
use super::lifecycle;
use super::text::Wide;
use crate::handle::{Cancel, Link};
use std::ffi::c_long;
use std::sync::Arc;

/// What one life of an object, from its creation or an Init to Done, has around it.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The name under which the host made the object: the source of its errors and events.
    pub source: &'static str,
    /// Set when the host wants the object back while a call is still waiting.
    pub cancel: Cancel,
    /// The way to the host's user and to its event handlers.
    pub events: Events,
}

impl Surroundings {
    /// Shows the object's error to the host's user.
    pub fn show_error(&self, text: &str) {
        self.events.show_error(self.source, text);
    }
}

/// The way to the host's user, and to its handlers of external events (`ОбработкаВнешнегоСобытия`). Any thread may use it at
/// any time; Done closes it.
#[derive(Clone, Default)]
pub struct Events(pub(super) Arc<Link<Connection>>);

/// Why an event did not reach the host's queue.
#[derive(Debug, PartialEq, Eq)]
pub enum NotRaised {
    /// There is no host, or no longer.
    NoHost,
    /// The host took no event: its queue is full, or it has none.
    Refused,
}

/// What is known of a host's queue of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// There is no host, or no longer.
    NoHost,
    /// The host says that events reach nobody in it, or has no queue for them.
    Nobody,
    /// A client, whose forms hear of events.
    Client,
    /// The host does not tell.
    Unknown,
}

impl Events {
    /// Shows an error in the message window of a client; `source` is who it comes from.
    pub fn show_error(&self, source: &str, text: &str) {
        self.0.with(|host| host.add_error(source, text));
    }

    /// Whom events reach; where they reach anybody, the host's queue holds `depth` of them from now on, if it can. Only from
    /// within a call of the host's.
    pub fn prepare(&self, depth: u16) -> Audience {
        let prepare = |host: Connection| {
            let facts = if lifecycle::host_tells() { host.facts() } else { HostFacts::default() };
            if facts.server || !host.takes_events() {
                return Audience::Nobody;
            }
            host.deepen_events(c_long::from(depth));
            if facts.client { Audience::Client } else { Audience::Unknown }
        };
        self.0.with(prepare).unwrap_or(Audience::NoHost)
    }

    /// Puts an event into the host's queue; the three texts are the handler's `Источник`, `Событие` and `Данные`.
    ///
    /// Called without any lock: the host may call the object from inside.
    ///
    /// # Errors
    /// See [`NotRaised`].
    pub fn raise(&self, source: &Wide, event: &Wide, data: &Wide) -> Result<(), NotRaised> {
        match self.0.with(|host| host.external_event(source, event, data)) {
            Some(true) => Ok(()),
            Some(false) => Err(NotRaised::Refused),
            None => Err(NotRaised::NoHost),
        }
    }
}
