//! In place of the component's `sync`.

pub use shuttle::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
pub use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};

/// A number that is this thread's alone while it runs, never 0 or 1.
pub fn this_thread() -> usize {
    usize::from(shuttle::thread::current().id()) + 2
}
