//! Where locks and atomics come from. `tests/models` compiles `handle` with others in their place, which try the orders in
//! which threads may meet.

pub use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
pub use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};

use std::cell::Cell;

/// A number that is this thread's alone while it runs, neither 0 nor 1: the address of a thread-local.
pub fn this_thread() -> usize {
    thread_local!(static HERE: Cell<u8> = const { Cell::new(0) });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}
