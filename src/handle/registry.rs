//! Where one object finds the socket of another, by number: a poller, a proxy, a thread of the library's own. An object has its
//! number from the moment that it is made, also while its socket is not open yet.

use super::counters::Counters;
use super::gate::{Closed, Gate};
use crate::sync::{Arc, AtomicU64, Mutex, MutexGuard, Weak};
use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// The number of a handle, never given twice in a process.
pub type Id = u64;

/// What others have of an object: its gate, behind which its socket lies, for as long as it lives; what went through it; what
/// it shows without the gate.
pub struct Handle<T: Entry> {
    gate: Weak<Gate<T>>,
    counters: Arc<Counters>,
    shown: Arc<T::Shown>,
    open: bool,
}

/// The objects that were made and not closed.
pub struct Registry<T: Entry> {
    last: AtomicU64,
    there: Mutex<There<T>>,
}

struct There<T: Entry> {
    /// Those whose sockets are open.
    open: usize,
    handles: BTreeMap<Id, Handle<T>>,
}

/// Whatever can be registered knows under which number, so that a visitor of an earlier life is told.
pub trait Entry {
    /// What it shows to those who are not inside of its gate.
    type Shown: Send + Sync + 'static;

    /// The number that this object has in the register now; None when it is closed.
    fn id(&self) -> Option<Id>;
}

impl<T: Entry> Registry<T> {
    /// A register without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: AtomicU64::new(0), there: Mutex::new(There { open: 0, handles: BTreeMap::new() }) }
    }

    /// A number for an object that is being made.
    pub fn number(&self) -> Id {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether an object ever had this number.
    pub fn was_given(&self, id: Id) -> bool {
        (1..=self.last.load(Ordering::Relaxed)).contains(&id)
    }

    /// Enters a handle, with a number of `number`'s.
    pub fn enter(&self, id: Id, gate: Weak<Gate<T>>, counters: Arc<Counters>, shown: Arc<T::Shown>) {
        self.there().handles.insert(id, Handle { gate, counters, shown, open: false });
    }

    /// The socket of an object is open from now on. Called inside of its gate.
    pub fn opened(&self, id: Id) {
        let mut there = self.there();
        if let Some(handle) = there.handles.get_mut(&id)
            && !std::mem::replace(&mut handle.open, true)
        {
            there.open += 1;
        }
    }

    /// Takes a handle out. Called inside of its gate.
    pub fn leave(&self, id: Id) {
        let mut there = self.there();
        let left = there.handles.remove(&id);
        there.open -= usize::from(left.as_ref().is_some_and(|handle| handle.open));
        // What it shows may end with it, which is no business of this lock's.
        drop(there);
    }

    /// How many sockets are open.
    pub fn count(&self) -> usize {
        self.there().open
    }

    /// The numbers of the handles that are there at this moment.
    pub fn ids(&self) -> Vec<Id> {
        self.there().handles.keys().copied().collect()
    }

    /// Whether somebody is inside of the gate of the object with this number: a hint.
    pub fn is_entered(&self, id: Id) -> bool {
        self.gate(id).is_ok_and(|gate| gate.is_entered())
    }

    /// What went through the socket with this number.
    ///
    /// # Errors
    /// [`Closed`]: it has gone.
    #[cfg_attr(not(test), expect(dead_code, reason = "a socket shows them itself"))]
    pub fn counters(&self, id: Id) -> Result<Arc<Counters>, Closed> {
        self.there().handles.get(&id).map(|handle| handle.counters.clone()).ok_or(Closed)
    }

    /// What the object with this number shows.
    ///
    /// # Errors
    /// [`Closed`]: it has gone.
    pub fn shown(&self, id: Id) -> Result<Arc<T::Shown>, Closed> {
        self.there().handles.get(&id).map(|handle| handle.shown.clone()).ok_or(Closed)
    }

    /// Runs `f` on the object with this number, alone; waits for whoever is inside.
    ///
    /// # Errors
    /// [`Closed`]: it has gone, or the thread is inside of its gate.
    #[cfg_attr(not(test), expect(dead_code, reason = "proxies come later"))]
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

    /// Runs `f` on the object with this number if nobody is inside of its gate: see [`Gate::try_enter`].
    ///
    /// # Errors
    /// [`Closed`]: it has gone. None: somebody is inside.
    pub fn try_visit<R>(&self, id: Id, f: impl FnOnce(&mut T) -> R) -> Result<Option<R>, Closed> {
        match self.gate(id)?.try_enter(|object| (object.id() == Some(id)).then(|| f(object))) {
            None => Ok(None),
            Some(visited) => visited.map(Some).ok_or(Closed),
        }
    }

    fn gate(&self, id: Id) -> Result<Arc<Gate<T>>, Closed> {
        // The map is left before the gate is entered: whoever closes goes the other way round.
        self.there().handles.get(&id).and_then(|handle| handle.gate.upgrade()).ok_or(Closed)
    }

    fn there(&self) -> MutexGuard<'_, There<T>> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
