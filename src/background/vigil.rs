//! Waiting for one socket that others use meanwhile: asked inside of its gate, slept for outside, as `poll_set` has it for many.

use super::calm::Calm;
use super::poll_set::Polled;
use super::wake::{Ears, Wake};
use crate::handle::{ANY_LOOK, Id, Watch, Watcher};
use crate::zmq::{self, Socket};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One who waits for a socket, until it is dropped.
pub struct Vigil<T: Polled> {
    watcher: Arc<Watcher<Wake>>,
    watch: Arc<Watch<Wake>>,
    ears: Ears,
    shown: Arc<T::Shown>,
    id: Id,
    calm: Calm,
}

impl<T: Polled> Vigil<T> {
    /// Begins to watch the socket with this number.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left, or no socket. EFORKED, ENOMEM.
    pub fn new(id: Id, shown: Arc<T::Shown>) -> zmq::Result<Self> {
        let (wake, ears) = Wake::new()?;
        let watcher = Arc::new(Watcher::new(wake));
        let watch = Watch::new(id, ANY_LOOK, watcher.clone());
        T::watchers(&shown).add(watch.clone());
        Ok(Self { watcher, watch, ears, shown, id, calm: Calm::default() })
    }

    /// Before the socket is asked: what is told from now on is told anew. Inside of its gate.
    pub fn looks(&self) {
        self.watch.looks();
    }

    /// What woke this one wakes no other: they are told. Inside of the socket's gate.
    pub fn tell_others(&self) {
        T::watchers(&self.shown).tell_others(&self.watch, usize::MAX);
    }

    /// Whatever comes to `socket`, or one that belongs to it, ends the next sleep. Inside of the gate, after it was asked.
    ///
    /// # Errors
    /// ENOMEM, ENOSPC: the system watches no more. EFORKED.
    pub fn arm(&self, socket: &mut Socket) -> zmq::Result<()> {
        self.watcher.bell().arm(socket, self.id)
    }

    /// Sleeps until something came, or somebody was inside of the gate, for `time` at the most.
    pub fn sleep(&mut self, time: Duration) {
        let mut told = Vec::new();
        if self.watcher.may_sleep() {
            // Woken by a signal or by an error it looks, and sleeps again.
            let _ = self.watcher.bell().sleep(&mut self.ears, &mut told, time);
            self.watcher.woke();
        }
        let came = !told.is_empty();
        self.watcher.take(&mut told);
        if came {
            self.calm.disturb();
        } else if !told.is_empty() {
            // Who uses the socket without a pause is not asked after each call.
            let now = Instant::now();
            self.calm.told(1, now);
            if let Some(rests) = self.calm.rests(1, now) {
                let _ = self.watcher.bell().sleep(&mut self.ears, &mut told, rests.min(time));
            }
        }
    }
}

impl<T: Polled> Drop for Vigil<T> {
    fn drop(&mut self) {
        // In a forked child another thread of the parent's may hold the list for ever.
        if !zmq::is_forked() {
            T::watchers(&self.shown).remove(&self.watch);
        }
    }
}
