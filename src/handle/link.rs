//! Something of somebody else's that may be used until it is taken back: the host, from Init to Done.

use crate::sync::{Condvar, Mutex, MutexGuard, this_thread};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// What `C` leads to may be used by any thread until the link is revoked.
#[derive(Debug)]
pub struct Link<C> {
    state: Mutex<State<C>>,
    left: Condvar,
}

#[derive(Debug)]
struct State<C> {
    target: Option<C>,
    /// The threads that use it at this moment.
    users: Vec<usize>,
}

impl<C> Default for Link<C> {
    fn default() -> Self {
        Self { state: Mutex::new(State { target: None, users: Vec::new() }), left: Condvar::new() }
    }
}

impl<C: Copy> Link<C> {
    /// From now on the link leads to `target`.
    pub fn establish(&self, target: Option<C>) {
        self.state().target = target;
    }

    /// Runs `f` with what the link leads to, without a lock; None where it leads nowhere.
    pub fn with<R>(&self, f: impl FnOnce(C) -> R) -> Option<R> {
        let target = {
            let mut state = self.state();
            let target = state.target?;
            state.users.push(this_thread());
            target
        };
        let _using = Using(self);
        Some(f(target))
    }

    /// Ends the link: nobody begins to use it afterwards, and those who do have a moment to end.
    ///
    /// A user may be inside of the host and wait for the very thread that revokes, so it is not waited for without end:
    /// false when `patience` passed. He has long been handed over to the host by then, and only returns.
    pub fn revoke(&self, patience: Duration) -> bool {
        let me = this_thread();
        let end = Instant::now() + patience;
        let mut state = self.state();
        state.target = None;
        while state.users.iter().any(|&user| user != me) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.left.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Using<'a, C: Copy>(&'a Link<C>);

impl<C: Copy> Drop for Using<'_, C> {
    fn drop(&mut self) {
        let me = this_thread();
        let mut state = self.0.state();
        if let Some(index) = state.users.iter().position(|&user| user == me) {
            state.users.swap_remove(index);
        }
        self.0.left.notify_all();
    }
}
