//! A socket that is ready to exchange messages, and how long it may wait for that.

use crate::handle::{Cancel, Counters};
use crate::objects::classes::SocketClass;
use crate::objects::errors::{self, Deed};
use crate::schema::Outcome;
use crate::zmq::{self, Event, Wait};

/// What a part of an object needs to exchange messages.
pub struct Exchange<'a> {
    pub class: &'static SocketClass,
    pub raw: &'a mut zmq::Watched,
    pub counters: &'a Counters,
    /// How long it may wait, ms; -1 for no end.
    pub timeout: i32,
    pub cancel: &'a Cancel,
}

impl<'a> Exchange<'a> {
    /// Tries until it is done; None when the timeout passed.
    pub fn retry<T>(
        &mut self,
        deed: Deed,
        event: Event,
        attempt: impl FnMut(&mut zmq::Socket) -> zmq::Result<T>,
    ) -> Outcome<Option<T>> {
        let mut wait = self.wait();
        self.within(&mut wait, deed, event, attempt)
    }

    /// A wait of the timeout, for all that is tried within it.
    pub fn wait(&self) -> Wait<impl Fn() -> bool + use<'a>> {
        let cancel = self.cancel;
        Wait::milliseconds(self.timeout, || cancel.requested())
    }

    /// Tries until it is done; None when the time of `wait` has passed.
    pub fn within<T>(
        &mut self,
        wait: &mut Wait<impl Fn() -> bool>,
        deed: Deed,
        event: Event,
        attempt: impl FnMut(&mut zmq::Socket) -> zmq::Result<T>,
    ) -> Outcome<Option<T>> {
        wait.retry(self.raw, event, attempt).map_err(|broken| errors::broken(deed, self.class.name(), broken))
    }
}
