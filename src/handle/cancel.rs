//! A latch that ends the waits of one life of an object: Init begins a life, Done ends it.

use crate::sync::{Arc, AtomicBool, Mutex, MutexGuard};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// Set once, when the host wants the object back or a script closes it, and never unset: whoever looks later still sees it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Whether a call that waits should return now.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Every call that waits returns soon, and so does each that begins to.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The life that an object is in.
#[derive(Debug, Default)]
pub struct Life(Arc<Mutex<Now>>);

#[derive(Debug, Default)]
struct Now {
    cancel: Cancel,
    /// Threads that want the object closed and wait for its gate.
    leaving: usize,
}

impl Life {
    /// The latch of this life.
    pub fn cancel(&self) -> Cancel {
        self.now().cancel.clone()
    }

    /// Ends the waits of this life, and of those that begin before the result is dropped.
    pub fn leave(&self) -> Leaving {
        let mut now = self.now();
        now.leaving += 1;
        now.cancel.request();
        Leaving(self.0.clone())
    }

    /// Begins another life, in place of one that was left. Where somebody is waiting to close the object it ends as it begins:
    /// else he would wait for the calls of a life that he did not end.
    pub fn renew(&self) -> Cancel {
        let mut now = self.now();
        now.cancel = Cancel::default();
        if now.leaving > 0 {
            now.cancel.request();
        }
        now.cancel.clone()
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        lock(&self.0)
    }
}

fn lock(now: &Mutex<Now>) -> MutexGuard<'_, Now> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody waits for the object's gate to close it. May outlive the object, which another may have destroyed meanwhile.
#[must_use]
pub struct Leaving(Arc<Mutex<Now>>);

impl Drop for Leaving {
    fn drop(&mut self) {
        lock(&self.0).leaving -= 1;
    }
}
