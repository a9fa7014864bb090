//! ZeroMQ.Poller: which of many sockets are ready.

mod errors;
mod events;
#[cfg(test)]
mod row_tests;
mod rows;

use super::socket::{OPEN, Socket};
use crate::background::{NotWaited, PollSet};
use crate::handle::{Cancel, Id};
use crate::native_api::Surroundings;
use crate::schema::{ClassSet, Error, Me, Outcome};
use crate::zmq::{self, Events};

pub use rows::ONLY;

/// A poller as BSL sees it.
pub struct Poller {
    stage: Stage,
    cancel: Cancel,
}

/// How far it has come. What it needs of the system is made with the first socket.
enum Stage {
    Unused,
    Used(PollSet<Socket>),
    Closed,
}

impl Poller {
    pub fn new(_: ClassSet, surroundings: Surroundings, _: Me<Self>) -> Self {
        Self { stage: Stage::Unused, cancel: surroundings.cancel }
    }

    /// One more socket to wait for.
    pub fn add(&mut self, id: Id, events: Option<&[u16]>) -> Outcome {
        self.set()?;
        let wanted = events::named(events)?;
        let Ok(shown) = OPEN.shown(id) else { return Err(absent(id)) };
        events::check(shown.class(), wanted)?;
        if matches!(self.stage, Stage::Unused) {
            self.stage = Stage::Used(PollSet::new().map_err(errors::refused)?);
        }
        let set = self.set()?.ok_or_else(errors::closed)?;
        if set.has(id) {
            return Err(errors::twice(id));
        }
        set.add(id, shown, wanted);
        Ok(())
    }

    /// Waits for other events of a socket.
    pub fn change(&mut self, id: Id, events: Option<&[u16]>) -> Outcome {
        let set = self.set()?;
        let wanted = events::named(events)?;
        if let Ok(shown) = OPEN.shown(id) {
            events::check(shown.class(), wanted)?;
        }
        if set.is_some_and(|set| set.change(id, wanted)) { Ok(()) } else { Err(absent(id)) }
    }

    /// Waits for a socket no longer; false where it was not there.
    pub fn remove(&mut self, id: Id) -> Outcome<bool> {
        Ok(self.set()?.is_some_and(|set| set.remove(id)))
    }

    /// Waits for nobody any more.
    pub fn clear(&mut self) -> Outcome {
        if let Some(set) = self.set()? {
            set.clear();
        }
        Ok(())
    }

    /// How many sockets there are to wait for.
    pub fn count(&mut self) -> Outcome<usize> {
        Ok(self.set()?.map_or(0, |set| set.count()))
    }

    /// Waits until a socket is ready or closed; how many are, 0 when the time passed.
    pub fn wait(&mut self, timeout: i32) -> Outcome<usize> {
        let cancel = self.cancel.clone();
        match self.set()? {
            Some(set) => set.wait(timeout, || cancel.requested()).map_err(errors::not_waited),
            None => Err(errors::not_waited(NotWaited::Empty)),
        }
    }

    /// The socket with this number among those that the last wait found.
    pub fn found(&mut self, number: usize) -> Outcome<Id> {
        let found = self.set()?.map_or(&[][..], |set| set.found());
        found.get(number).map(|found| found.id).ok_or_else(|| errors::not_found(number, found.len()))
    }

    /// Whether the last wait found a socket ready for this.
    pub fn is_ready(&mut self, id: Id, event: Events) -> Outcome<bool> {
        let Some(set) = self.set()? else { return Err(absent(id)) };
        match set.found_of(id) {
            Some(found) => Ok(found.ready.meet(event)),
            None if set.has(id) || OPEN.was_given(id) && OPEN.shown(id).is_err() => Ok(false),
            None => Err(absent(id)),
        }
    }

    /// Whether a socket is bound or connected, and not closed.
    pub fn is_open(&mut self, id: Id) -> Outcome<bool> {
        self.set()?;
        match OPEN.shown(id) {
            Ok(shown) => Ok(!shown.last_endpoint().is_empty()),
            Err(_) if OPEN.was_given(id) => Ok(false),
            Err(_) => Err(errors::nobody(id)),
        }
    }

    /// Whether a socket is closed, or its object gone.
    pub fn is_closed(&mut self, id: Id) -> Outcome<bool> {
        self.set()?;
        if OPEN.was_given(id) { Ok(OPEN.shown(id).is_err()) } else { Err(errors::nobody(id)) }
    }

    /// Waits for nobody any more, for good.
    pub fn close(&mut self) {
        self.stage = Stage::Closed;
    }

    /// What it waits for; None before the first.
    fn set(&mut self) -> Outcome<Option<&mut PollSet<Socket>>> {
        if zmq::is_forked() {
            // Another thread of the parent's may hold the register for ever.
            return Err(errors::refused(zmq::Error::FORKED));
        }
        match &mut self.stage {
            Stage::Unused => Ok(None),
            Stage::Used(set) => Ok(Some(set)),
            Stage::Closed => Err(errors::closed()),
        }
    }
}

/// Why a socket is not found.
fn absent(id: Id) -> Error {
    if !OPEN.was_given(id) {
        errors::nobody(id)
    } else if OPEN.shown(id).is_err() {
        errors::gone(id)
    } else {
        errors::stranger(id)
    }
}
