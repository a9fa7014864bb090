//! The lock around an object, and with it around the socket that it owns: one thread at a time.

use crate::sync::{AtomicUsize, Mutex, this_thread};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// An object's state behind its lock.
#[derive(Debug, Default)]
pub struct Gate<T> {
    /// The thread inside, 0 for none. Only that thread can find its own number here, so no order with other memory is needed.
    owner: AtomicUsize,
    inside: Mutex<T>,
}

/// The thread is inside of this gate already: the host called back from within a call.
#[derive(Debug, PartialEq, Eq)]
pub struct Reentered;

/// What was to be visited has gone.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed;

impl<T> Gate<T> {
    /// A gate around `inside`.
    #[must_use]
    pub const fn new(inside: T) -> Self {
        Self { owner: AtomicUsize::new(0), inside: Mutex::new(inside) }
    }

    /// Runs `f` alone; waits for whoever is inside. A panic passes and leaves the gate open.
    ///
    /// # Errors
    /// [`Reentered`]: waiting would never end.
    pub fn enter<R>(&self, f: impl FnOnce(&mut T) -> R) -> Result<R, Reentered> {
        let me = this_thread();
        if self.owner.load(Ordering::Relaxed) == me {
            return Err(Reentered);
        }
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        self.owner.store(me, Ordering::Relaxed);
        // Declared after the lock, so it is undone before the lock is.
        let _leave = Leave(&self.owner);
        Ok(f(&mut inside))
    }

    /// Whether this thread is inside.
    #[must_use]
    pub fn is_mine(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == this_thread()
    }
}

struct Leave<'a>(&'a AtomicUsize);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}
