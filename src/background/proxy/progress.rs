//! What a proxy has done so far, and how it stands: written by its thread, read by anybody.

use crate::zmq;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How far a proxy has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// Not started.
    New,
    Running,
    /// Takes nothing in.
    Paused,
    /// Takes in what has come, for the last time.
    Stopping,
    Stopped,
    /// Ended by an error.
    Failed,
}

impl State {
    const ALL: [Self; 6] = [Self::New, Self::Running, Self::Paused, Self::Stopping, Self::Stopped, Self::Failed];
}

/// What went one way, whole messages. Only the proxy's thread adds, so a plain load and a plain store do.
#[derive(Debug, Default)]
pub struct Flow {
    pub messages: AtomicU64,
    pub parts: AtomicU64,
    pub bytes: AtomicU64,
    /// Messages that came, and whose receiver has gone or did not read; of the capture, those for which it had no room.
    pub dropped: AtomicU64,
}

impl Flow {
    /// One more message.
    pub fn add(&self, size: Size) {
        more(&self.messages, 1);
        more(&self.parts, size.parts);
        more(&self.bytes, size.bytes);
    }
}

/// The size of a message.
#[derive(Clone, Copy, Default)]
pub struct Size {
    pub parts: u64,
    pub bytes: u64,
}

/// Adds to a counter of the proxy's thread.
pub fn more(counter: &AtomicU64, by: u64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}

/// Why a proxy ended by itself.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Something was refused to the socket of the front (true) or of the back; to receive (true) or to send.
    Socket { front: bool, receiving: bool, error: zmq::Error },
    /// The system has no means to wait for sockets any more.
    Waiting(zmq::Error),
    /// It never began: what the system refused; None: it gave no thread, or no socket to speak with it.
    NotStarted(Option<zmq::Error>),
    /// A fault of ours.
    Panic(String),
}

/// All of it.
#[derive(Debug)]
pub struct Progress {
    state: AtomicU8,
    /// From the front to the back.
    pub forward: Flow,
    pub backward: Flow,
    pub captured: Flow,
    /// Subscriptions and their ends that were passed on to publishers.
    pub subscriptions: AtomicU64,
    /// Messages that had come and were not passed on when the time of the end was over.
    pub undelivered: AtomicU64,
    /// Whether what was passed on had not all left when the time of the end was over.
    pub lingering: AtomicBool,
    /// Reports of each side that were dropped because nobody read them, until its reader takes the number.
    pub unheard: [AtomicUsize; 3],
    failure: Mutex<Option<Failure>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            state: AtomicU8::new(State::New as u8),
            forward: Flow::default(),
            backward: Flow::default(),
            captured: Flow::default(),
            subscriptions: AtomicU64::new(0),
            undelivered: AtomicU64::new(0),
            lingering: AtomicBool::new(false),
            unheard: [const { AtomicUsize::new(0) }; 3],
            failure: Mutex::new(None),
        }
    }
}

impl Progress {
    /// How far it has come. What was counted before is seen by whoever sees the state.
    pub fn state(&self) -> State {
        State::ALL[usize::from(self.state.load(Ordering::Acquire))]
    }

    pub fn set_state(&self, state: State) {
        self.state.store(state as u8, Ordering::Release);
    }

    /// It ends by an error; the first is kept.
    pub fn fail(&self, failure: Failure) {
        self.failed().get_or_insert(failure);
        self.set_state(State::Failed);
    }

    /// Why it ended by itself.
    pub fn failure(&self) -> Option<Failure> {
        self.failed().clone()
    }

    /// Whether nothing that came is left undelivered.
    pub fn is_all_delivered(&self) -> bool {
        self.state() == State::Stopped
            && self.undelivered.load(Ordering::Relaxed) == 0
            && !self.lingering.load(Ordering::Relaxed)
    }

    fn failed(&self) -> MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
