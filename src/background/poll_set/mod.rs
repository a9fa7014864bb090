//! Waiting for many sockets that others own, use and close meanwhile.
//!
//! Who waits sleeps on their descriptors without any lock, and asks a socket what it is ready for inside of its gate, if nobody
//! is there. A descriptor tells that libzmq's threads have told the socket something, and is silent once *anybody* worked
//! through that: a call on another thread, the keeper, another poller. So each of them tells those who watch the socket
//! before he leaves its gate ([`Watchers`]), and a socket is asked whenever its descriptor or somebody told.

mod member;
#[cfg(test)]
mod tests;
mod waiting;

use super::wake::{Ears, Wake};
use crate::handle::{Entry, Id, Registry, Watcher, Watchers};
use crate::zmq::{self, Broken, Error, Events, Socket};
use member::{Leaving, Member};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Objects whose sockets can be waited for.
pub trait Polled: Entry + Sized + 'static {
    /// Where they are found.
    fn open() -> &'static Registry<Self>;
    /// Those who watch one.
    fn watchers(shown: &Self::Shown) -> &Watchers<Wake>;
    /// The socket; None while there is none.
    fn socket(&mut self) -> Option<&mut Socket>;
    /// What it is ready for, asked so that its descriptor tells again from now on; None where it cannot become ready before a
    /// call of its owner.
    ///
    /// # Errors
    /// Those of libzmq.
    fn ready(&mut self) -> zmq::Result<Option<Events>>;
    /// What it may be ready for and no call could make use of, because a listener does.
    fn listened_for(&self) -> Events {
        Events::NONE
    }
}

/// Sockets to wait for. None of them is kept alive, nor its object.
pub struct PollSet<T: Polled> {
    watcher: Arc<Watcher<Wake>>,
    ears: Ears,
    /// Whether it is a listener who waits.
    listens: bool,
    members: HashMap<Id, Member<T>>,
    /// Those that may be ready.
    suspects: HashSet<Id>,
    /// How many of them were found without a socket.
    unopened: usize,
    /// Those that are waited for no longer, in whose gate somebody was then: their descriptors are forgotten when he has left.
    leaving: Vec<(Id, Leaving<T>)>,
    found: Vec<Found>,
    turns: u64,
    waits: u64,
}

/// What a wait found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    pub id: Id,
    /// Those events that it is waited for; none where it was closed.
    pub ready: Events,
    turn: u64,
}

/// Why nothing is waited for.
#[derive(Debug, PartialEq, Eq)]
pub enum NotWaited {
    /// There is nobody to wait for.
    Empty,
    /// None of them is open: they cannot become ready.
    NoneOpen,
    Broken(Broken),
}

impl From<Error> for NotWaited {
    fn from(error: Error) -> Self {
        Self::Broken(Broken::Failed(error))
    }
}

impl<T: Polled> PollSet<T> {
    /// Nobody to wait for.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left, or no socket. EFORKED, ENOMEM.
    pub fn new() -> zmq::Result<Self> {
        let (wake, ears) = Wake::new()?;
        Ok(Self {
            watcher: Arc::new(Watcher::new(wake)),
            ears,
            listens: false,
            members: HashMap::new(),
            suspects: HashSet::new(),
            unopened: 0,
            leaving: Vec::new(),
            found: Vec::new(),
            turns: 0,
            waits: 1,
        })
    }

    /// As `new`, for a listener.
    ///
    /// # Errors
    /// As `new`.
    pub fn of_listener() -> zmq::Result<Self> {
        let mut set = Self::new()?;
        set.listens = true;
        Ok(set)
    }

    /// How many there are to wait for.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// Whether the socket with this number is waited for.
    pub fn has(&self, id: Id) -> bool {
        self.members.contains_key(&id)
    }

    /// One more, which shows this and is not among them.
    pub fn add(&mut self, id: Id, shown: Arc<T::Shown>, wanted: Events) {
        self.turns += 1;
        let mut member = Member::new(id, shown, wanted, self.watcher.clone(), self.turns);
        // It comes back: the descriptor is known still, unless the socket was closed before.
        member.known = self.stay(id);
        self.members.insert(id, member);
        self.suspects.insert(id);
    }

    /// Another event is waited for; false where the socket is not among them.
    pub fn change(&mut self, id: Id, wanted: Events) -> bool {
        let Some(member) = self.members.get_mut(&id) else { return false };
        member.wants(wanted);
        self.suspects.insert(id);
        true
    }

    /// One less; false where it is not among them.
    pub fn remove(&mut self, id: Id) -> bool {
        // What was told is forgotten with whom it was told of.
        self.hear();
        let Some(member) = self.leave(id) else { return false };
        let Some(leaving) = member.leave() else { return true };
        if !leaving.is_forgotten(id, self.watcher.bell()) {
            self.leaving.push((id, leaving));
        }
        true
    }

    /// Whether one that leaves is there still; it does not leave.
    fn stay(&mut self, id: Id) -> bool {
        let Some(place) = self.leaving.iter().position(|(leaving, _)| *leaving == id) else { return false };
        self.leaving.swap_remove(place).1.stay()
    }

    /// Forgets those in whose gates nobody is any more.
    fn forget_those_who_leave(&mut self) {
        let wake = self.watcher.bell();
        self.leaving.retain(|(id, leaving)| !leaving.is_forgotten(*id, wake));
    }

    /// None is left.
    pub fn clear(&mut self) {
        let ids: Vec<_> = self.members.keys().copied().collect();
        for id in ids {
            self.remove(id);
        }
        self.found.clear();
    }

    /// What the last wait found: who was the first last time comes behind those who were not.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// What the last wait found of one.
    pub fn found_of(&self, id: Id) -> Option<Found> {
        let member = self.members.get(&id).filter(|member| member.found_by == self.waits);
        member.map(|member| Found { id, ready: member.ready, turn: member.turn })
    }

    fn leave(&mut self, id: Id) -> Option<Member<T>> {
        let member = self.members.remove(&id)?;
        self.unopened -= usize::from(member.unopened);
        self.suspects.remove(&id);
        Some(member)
    }
}

impl<T: Polled> Drop for PollSet<T> {
    fn drop(&mut self) {
        // In a forked child another thread of the parent's may hold any of the locks for ever.
        if !zmq::is_forked() {
            self.clear();
            // The descriptors are forgotten with who sleeps on them, unless somebody holds him.
            for (_, leaving) in self.leaving.drain(..) {
                leaving.stay();
            }
        }
    }
}
