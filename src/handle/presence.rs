//! Whether a thread is there for those who need it: it begins with the first of them and ends after the last.

use crate::sync::{Mutex, MutexGuard};
use std::sync::PoisonError;

/// Who needs the thread, and whether it runs.
#[derive(Debug)]
pub struct Presence(Mutex<Now>);

#[derive(Debug)]
struct Now {
    needed_by: usize,
    /// From the moment that somebody is told to start it.
    runs: bool,
}

impl Presence {
    /// Nobody needs it.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Now { needed_by: 0, runs: false }))
    }

    /// One more needs the thread; true for the one who is to start it.
    #[must_use]
    pub fn need(&self) -> bool {
        let mut now = self.now();
        now.needed_by += 1;
        !std::mem::replace(&mut now.runs, true)
    }

    /// One less needs it; true where that was the last: the thread should hear of it.
    #[must_use]
    pub fn release(&self) -> bool {
        let mut now = self.now();
        now.needed_by = now.needed_by.saturating_sub(1);
        now.needed_by == 0 && now.runs
    }

    /// Whether anybody needs it.
    pub fn is_needed(&self) -> bool {
        self.now().needed_by > 0
    }

    /// Asked by the thread: whether it may end now. If so, the next one who needs it starts another.
    #[must_use]
    pub fn may_end(&self) -> bool {
        let mut now = self.now();
        now.runs = now.needed_by > 0;
        !now.runs
    }

    /// The thread is not there, needed or not: it could not be started, or it broke down.
    pub fn failed(&self) {
        self.now().runs = false;
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
