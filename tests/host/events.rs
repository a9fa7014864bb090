//! The queue of external events of a session: as deep as the component asks, emptied by whoever plays the script.

use std::collections::VecDeque;
use std::ffi::c_long;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Source, event, data.
pub type Event = [String; 3];

/// What a host does inside of ExternalEvent, on the caller's thread: true takes the event.
type Inside = Arc<dyn Fn(&Event) -> bool + Send + Sync>;

#[derive(Default)]
pub struct Events {
    queue: Mutex<Queue>,
    came: Condvar,
    inside: Mutex<Option<Inside>>,
}

struct Queue {
    /// None until somebody sets one: as deep as it gets.
    limit: Option<usize>,
    depth: c_long,
    deepened: Vec<c_long>,
    events: VecDeque<Event>,
    refused: u64,
}

impl Default for Queue {
    fn default() -> Self {
        Self { limit: None, depth: 1, deepened: Vec::new(), events: VecDeque::new(), refused: 0 }
    }
}

impl Events {
    /// The queue is as deep as the component asked from now on, and so many at the most; what finds no room is refused.
    pub fn limit(&self, most: usize) {
        self.queue().limit = Some(most);
    }

    /// Runs `inside` in place of the queue.
    pub fn handle(&self, inside: impl Fn(&Event) -> bool + Send + Sync + 'static) {
        *self.inside.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(inside));
    }

    /// The next event, when it has come; None when the time passed.
    pub fn next(&self, patience: Duration) -> Option<Event> {
        let end = Instant::now() + patience;
        let mut queue = self.queue();
        loop {
            if let Some(event) = queue.events.pop_front() {
                return Some(event);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            queue = self.came.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The depths that SetEventBufferDepth was given.
    pub fn deepened(&self) -> Vec<c_long> {
        self.queue().deepened.clone()
    }

    /// How many events found no room.
    pub fn refused(&self) -> u64 {
        self.queue().refused
    }

    pub(crate) fn take_all(&self) -> Vec<Event> {
        self.queue().events.drain(..).collect()
    }

    pub(crate) fn take_in(&self, event: Event) -> bool {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(inside) = inside {
            return inside(&event);
        }
        let mut queue = self.queue();
        let depth = usize::try_from(queue.depth).unwrap_or(0);
        if queue.limit.is_some_and(|most| queue.events.len() >= most.min(depth)) {
            queue.refused += 1;
            return false;
        }
        queue.events.push_back(event);
        self.came.notify_all();
        true
    }

    pub(crate) fn depth(&self, depth: c_long) -> c_long {
        let mut queue = self.queue();
        if depth >= 0 {
            queue.deepened.push(depth);
            queue.depth = depth;
        }
        queue.depth
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
