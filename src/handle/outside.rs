//! Those who wait for something of an object outside of its gate, so that others may use it meanwhile. Whoever closes it for
//! good waits until they have come back: what they stand on is freed then.

use crate::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::process;
use std::sync::PoisonError;
use std::time::Duration;

/// How long one look may be late: a forked child has no such threads, and finds that out.
const SLICE: Duration = Duration::from_millis(100);

/// Who is outside.
#[derive(Debug, Default)]
pub struct Outside {
    count: Mutex<Count>,
    nobody: Condvar,
}

#[derive(Debug, Default)]
struct Count {
    threads: usize,
    /// The process whose threads they are.
    process: u32,
}

impl Count {
    fn is_nobody(&self) -> bool {
        self.threads == 0 || self.process != process::id()
    }
}

/// One who is outside, until this is dropped: inside of the gate, when all that he wants of the object is done.
#[derive(Debug)]
pub struct Away(Arc<Outside>);

impl Outside {
    /// One more is about to leave the gate, and will come back. Inside of it.
    #[must_use]
    pub fn go(self: &Arc<Self>) -> Away {
        let mut count = self.count();
        if count.is_nobody() {
            *count = Count { threads: 0, process: process::id() };
        }
        count.threads += 1;
        Away(self.clone())
    }

    /// Whether nobody is. Who asks inside of the gate, after the waits were ended, knows that nobody will be.
    pub fn is_empty(&self) -> bool {
        self.count().is_nobody()
    }

    /// Waits until nobody is. Outside of the gate, through which they come back.
    pub fn wait(&self) {
        let mut count = self.count();
        while !count.is_nobody() {
            count = self.nobody.wait_timeout(count, SLICE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What a forked child finds.
    #[cfg(test)]
    pub fn is_inherited(&self) {
        self.count().process = process::id().wrapping_add(1);
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        let mut count = self.0.count();
        count.threads = count.threads.saturating_sub(1);
        if count.threads == 0 {
            self.0.nobody.notify_all();
        }
    }
}
