//! Where one object finds the socket of another, by number: a poller, a proxy, a thread of the library's own.

use super::counters::Counters;
use super::gate::{Closed, Gate};
use crate::sync::{Arc, Mutex, MutexGuard, Weak};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// The number of a handle, never given twice in a process.
pub type Id = u64;

/// What others have of an object: its gate, behind which its socket lies, for as long as it lives; and what went through it.
#[derive(Debug)]
pub struct Handle<T> {
    gate: Weak<Gate<T>>,
    counters: Arc<Counters>,
}

/// The handles that are open.
#[derive(Debug)]
pub struct Registry<T>(Mutex<Open<T>>);

#[derive(Debug)]
struct Open<T> {
    last: Id,
    handles: BTreeMap<Id, Handle<T>>,
}

/// Whatever can be registered knows under which number, so that a visitor of an earlier life is told.
pub trait Entry {
    /// The number that this object has in the register now; None while it is not open.
    fn id(&self) -> Option<Id>;
}

impl<T: Entry> Registry<T> {
    /// A register without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Open { last: 0, handles: BTreeMap::new() }))
    }

    /// Enters a handle. Called inside of its gate.
    pub fn enter(&self, gate: Weak<Gate<T>>, counters: Arc<Counters>) -> Id {
        let mut open = self.open();
        open.last += 1;
        let id = open.last;
        open.handles.insert(id, Handle { gate, counters });
        id
    }

    /// Takes a handle out. Called inside of its gate.
    pub fn leave(&self, id: Id) {
        self.open().handles.remove(&id);
    }

    /// How many handles are open.
    pub fn count(&self) -> usize {
        self.open().handles.len()
    }

    /// The numbers of the handles that are open at this moment.
    #[cfg_attr(not(test), expect(dead_code, reason = "statistics come later"))]
    pub fn ids(&self) -> Vec<Id> {
        self.open().handles.keys().copied().collect()
    }

    /// What went through the socket with this number.
    ///
    /// # Errors
    /// [`Closed`]: it has gone.
    #[cfg_attr(not(test), expect(dead_code, reason = "statistics come later"))]
    pub fn counters(&self, id: Id) -> Result<Arc<Counters>, Closed> {
        self.open().handles.get(&id).map(|handle| handle.counters.clone()).ok_or(Closed)
    }

    /// Runs `f` on the object with this number, alone; waits for whoever is inside.
    ///
    /// # Errors
    /// [`Closed`]: it has gone, or the thread is inside of its gate.
    #[cfg_attr(not(test), expect(dead_code, reason = "pollers come later"))]
    pub fn visit<R>(&self, id: Id, f: impl FnOnce(&mut T) -> R) -> Result<R, Closed> {
        let visited = self.gate(id)?.enter(|object| (object.id() == Some(id)).then(|| f(object)));
        visited.ok().flatten().ok_or(Closed)
    }

    /// Runs `f` on the object with this number if nobody uses it: see [`Gate::look`].
    ///
    /// # Errors
    /// [`Closed`]: it has gone. None: somebody uses it, or did since the last look.
    pub fn look<R>(&self, id: Id, f: impl FnOnce(&mut T) -> R) -> Result<Option<R>, Closed> {
        match self.gate(id)?.look(|object| (object.id() == Some(id)).then(|| f(object))) {
            None => Ok(None),
            Some(looked) => looked.map(Some).ok_or(Closed),
        }
    }

    fn gate(&self, id: Id) -> Result<Arc<Gate<T>>, Closed> {
        // The map is left before the gate is entered: whoever closes goes the other way round.
        self.open().handles.get(&id).and_then(|handle| handle.gate.upgrade()).ok_or(Closed)
    }

    fn open(&self) -> MutexGuard<'_, Open<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
