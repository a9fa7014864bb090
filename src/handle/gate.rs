//! The lock around an object, and with it around the socket that it owns: one thread at a time.

use crate::sync::{AtomicUsize, Mutex, MutexGuard, this_thread};
use std::sync::atomic::Ordering;
use std::sync::{PoisonError, TryLockError};

/// An object's state behind its lock.
#[derive(Debug, Default)]
pub struct Gate<T> {
    /// The thread inside, or [`NOBODY`], or [`LEFT`]. Only that thread can find its own number here, and the other two are
    /// hints, so no order with other memory is needed.
    owner: AtomicUsize,
    inside: Mutex<T>,
}

/// Nobody is inside, nor was since the last look.
const NOBODY: usize = 0;

/// Nobody is inside, but somebody was since the last look. The number of no thread.
const LEFT: usize = 1;

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
        Self { owner: AtomicUsize::new(NOBODY), inside: Mutex::new(inside) }
    }

    /// Runs `f` alone; waits for whoever is inside. A panic passes and leaves the gate open.
    ///
    /// # Errors
    /// [`Reentered`]: waiting would never end.
    pub fn enter<R>(&self, f: impl FnOnce(&mut T) -> R) -> Result<R, Reentered> {
        self.enter_as(this_thread(), f)
    }

    /// `enter` for a caller who knows his own number, [`this_thread`]'s, already.
    ///
    /// # Errors
    /// As `enter`.
    pub fn enter_as<R>(&self, me: usize, f: impl FnOnce(&mut T) -> R) -> Result<R, Reentered> {
        if self.is_of(me) {
            return Err(Reentered);
        }
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.run(inside, me, LEFT, f))
    }

    /// Runs `f` alone if nobody is inside, and nobody was since the last look: whoever uses what is behind the gate is not
    /// disturbed. Never waits; costs those who enter nothing.
    pub fn look<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner != NOBODY {
            // Whoever enters meanwhile writes his own number, whichever of the two comes first.
            let _ = self.owner.compare_exchange(LEFT, NOBODY, Ordering::Relaxed, Ordering::Relaxed);
            return None;
        }
        let inside = self.try_lock()?;
        Some(self.run(inside, this_thread(), NOBODY, f))
    }

    /// Runs `f` alone if nobody is inside; None where somebody is. Never waits, and leaves no trace for who looks.
    pub fn try_enter<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let inside = self.try_lock()?;
        // Nobody's number: who is inside has left.
        let before = self.owner.load(Ordering::Relaxed);
        Some(self.run(inside, this_thread(), before, f))
    }

    fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.inside.try_lock() {
            Ok(inside) => Some(inside),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn run<R>(&self, mut inside: MutexGuard<'_, T>, me: usize, after: usize, f: impl FnOnce(&mut T) -> R) -> R {
        self.owner.store(me, Ordering::Relaxed);
        // Undone before the lock is, which is declared before it.
        let _leave = Leave(&self.owner, after);
        f(&mut inside)
    }

    /// Whether somebody is inside at this moment: a hint.
    #[must_use]
    pub fn is_entered(&self) -> bool {
        !matches!(self.owner.load(Ordering::Relaxed), NOBODY | LEFT)
    }

    /// Whether the thread with this number, the caller's own, is inside.
    #[must_use]
    pub fn is_of(&self, me: usize) -> bool {
        self.owner.load(Ordering::Relaxed) == me
    }
}

struct Leave<'a>(&'a AtomicUsize, usize);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.store(self.1, Ordering::Relaxed);
    }
}
