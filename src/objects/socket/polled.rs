//! A socket as a poller sees it: by its number, while its owner may be inside of a call.

use super::options::Key;
use super::stage::Open;
use super::{OPEN, Readable, Socket};
use crate::background::{Polled, Wake};
use crate::handle::{Registry, Watchers};
use crate::objects::classes::Abilities;
use crate::schema::KeptValue;
use crate::zmq::{self, Events, IntOption};

impl Readable {
    /// After a call, or whatever else worked through what libzmq's threads have told: those who sleep until that comes may
    /// have missed it. Inside of the socket's gate, last of all.
    #[inline]
    pub fn tell_watchers(&self) {
        if self.watchers.are_there() {
            self.tell();
        }
    }

    #[cold]
    fn tell(&self) {
        // In a forked child another thread of the parent's may hold the list for ever.
        if !zmq::is_forked() {
            self.watchers.tell();
        }
    }

    /// The socket closes: nobody shall sleep on its descriptor, which may be another's soon.
    pub fn leave_watchers(&self, mut open: Option<&mut Open>) {
        self.watchers.leave(|wake| {
            if let Some(Open { raw, .. }) = &mut open {
                wake.forget(raw);
            }
        });
    }
}

impl Polled for Socket {
    fn open() -> &'static Registry<Self> {
        &OPEN
    }

    fn watchers(shown: &Readable) -> &Watchers<Wake> {
        &shown.watchers
    }

    fn socket(&mut self) -> Option<&mut zmq::Socket> {
        self.stage.opened().map(|open| &mut *open.raw)
    }

    /// What a call could do without waiting: also with what has been taken from libzmq already.
    fn ready(&mut self) -> zmq::Result<Option<Events>> {
        let Some(Open { raw, .. }) = self.stage.opened().filter(|_| self.endpoints.were_there()) else {
            return Ok(None);
        };
        if self.class.can(Abilities::PUBLISHES) {
            // What subscribers tell would pile up: its keeper sleeps on, now that somebody else works for the socket.
            let _ = self.subscribers.read(raw);
        }
        let mut ready = raw.events()?;
        if self.class.can(Abilities::REQUESTS) && ready.meet(Events::RECEIVABLE) && !self.inbox.has_some() {
            // libzmq tells also of replies to earlier requests, which a call that receives passes over.
            let came = self.inbox.take_in(raw);
            ready = raw.events()?;
            if !came {
                ready = ready.without(Events::RECEIVABLE);
            }
        }
        // A run that ended by itself has left what nobody was told of: the next call that receives gives it.
        let left = self.listening.is_some() && !self.readable.relay.is_open() && self.readable.relay.waiting() > 0;
        if self.inbox.has_some() || left {
            ready = ready.or(Events::RECEIVABLE);
        }
        let relaxed = self.class.can(Abilities::REQUESTS)
            && self.readable.settings().get(Key::Int(IntOption::ReqRelaxed)) != Some(&KeptValue::Bool(false));
        if self.inbox.is_in_the_middle() && self.class.can(Abilities::TAKES_TURNS) && !relaxed {
            // Send gives up what is left of the request.
            ready = ready.or(Events::SENDABLE);
        }
        Ok(Some(ready.and(self.class.events())))
    }

    fn listened_for(&self) -> Events {
        if self.readable.relay.is_open() { Events::RECEIVABLE } else { Events::NONE }
    }
}
