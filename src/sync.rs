//! Where locks, atomics and the numbers of threads come from. `tests/models` compiles `handle` with others in their place,
//! which try the orders in which threads may meet.

pub use crate::zmq::this_thread;
pub use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
pub use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
