//! A thread of the library's own, as others have it.

use crate::zmq;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that runs. Dropped, it is left to itself.
pub struct Running {
    /// Nothing ever comes through it; it breaks when the thread has ended.
    alive: Receiver<()>,
    /// None once it was joined.
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts a thread that runs `body`, whose panic ends the thread and nothing else. `name` is what debuggers show, of 15 bytes
    /// at the most.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (living, alive) = channel();
        let run = move || {
            let _living: Sender<()> = living;
            // What it holds is dropped before it is known to have ended.
            let _ = catch_unwind(AssertUnwindSafe(body));
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(run)?;
        Ok(Self { alive, thread: Some(thread) })
    }

    /// Breaks when the thread has ended; nothing else ever comes of it.
    pub const fn alive(&self) -> &Receiver<()> {
        &self.alive
    }

    /// Waits until it has ended, for `patience` at the most; false when the time passed. It does not wait for itself.
    pub fn wait(&mut self, patience: Duration) -> bool {
        if self.thread.as_ref().is_some_and(|thread| thread.thread().id() == thread::current().id()) {
            return false;
        }
        let ended = self.alive.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected);
        if let Some(thread) = self.thread.take_if(|_| ended) {
            // All that is left of it is to return.
            let _ = thread.join();
        }
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A forked child has no such thread: to detach it would be to write into what the system has taken back.
        if zmq::is_forked() {
            std::mem::forget(self.thread.take());
        }
    }
}
