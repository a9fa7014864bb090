//! A latch that ends the waits of one life of an object: Init begins a life, Done ends it.

use crate::sync::{Arc, AtomicBool, Mutex, MutexGuard};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// Set once, when the host wants the object back, and never unset: whoever looks later still sees it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Whether a call that waits should return now.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The life that an object is in.
#[derive(Debug, Default)]
pub struct Life(Mutex<Now>);

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
    pub fn leave(&self) -> Leaving<'_> {
        let mut now = self.now();
        now.leaving += 1;
        now.cancel.request();
        Leaving(self)
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody waits for the object's gate to close it.
#[must_use]
pub struct Leaving<'a>(&'a Life);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.now().leaving -= 1;
    }
}
