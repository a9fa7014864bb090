//! What went through a socket. Written inside of its gate, read by anybody without it.

use crate::sync::AtomicU64;
use std::sync::atomic::Ordering;

/// What was sent and what was received since the socket was opened.
#[derive(Debug, Default)]
pub struct Counters {
    /// Given to libzmq.
    pub sent: Traffic,
    /// Given to the host.
    pub received: Traffic,
}

/// Whole messages, and the bytes of all their parts.
#[derive(Debug, Default)]
pub struct Traffic {
    messages: AtomicU64,
    bytes: AtomicU64,
}

impl Traffic {
    /// `messages` more, and `bytes`. Only by the thread inside of the gate: nothing is added at the same time, so a plain
    /// load and a plain store do.
    pub fn add(&self, messages: u64, bytes: usize) {
        let add = |counter: &AtomicU64, more: u64| {
            counter.store(counter.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
        };
        add(&self.messages, messages);
        add(&self.bytes, u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// So many went back. As `add`.
    pub fn retract(&self, messages: u64, bytes: usize) {
        let less = |counter: &AtomicU64, less: u64| {
            counter.store(counter.load(Ordering::Relaxed).wrapping_sub(less), Ordering::Relaxed);
        };
        less(&self.messages, messages);
        less(&self.bytes, u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// How many whole messages.
    pub fn messages(&self) -> u64 {
        self.messages.load(Ordering::Relaxed)
    }

    /// How many bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}
