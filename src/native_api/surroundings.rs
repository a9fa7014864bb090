//! What an object is born with.

use super::host::Connection;
use crate::handle::{Cancel, Link};
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

impl Events {
    /// Shows an error in the message window of a client; `source` is who it comes from.
    pub fn show_error(&self, source: &str, text: &str) {
        self.0.with(|host| host.add_error(source, text));
    }

    /// Puts an event into the host's queue; the three texts are the handler's `Источник`, `Событие` and `Данные`.
    ///
    /// Called without any lock: the host may call the object from inside.
    ///
    /// # Errors
    /// See [`NotRaised`].
    #[cfg_attr(not(test), expect(dead_code, reason = "objects that listen in the background come later"))]
    pub fn raise(&self, source: &str, event: &str, data: &str) -> Result<(), NotRaised> {
        match self.0.with(|host| host.external_event(source, event, data)) {
            Some(true) => Ok(()),
            Some(false) => Err(NotRaised::Refused),
            None => Err(NotRaised::NoHost),
        }
    }
}
