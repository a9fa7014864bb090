//! What is read of a socket while a call of it waits: published by its calls, read by anybody.

use super::inbox::Inbox;
use super::listening::Heard;
use super::security::Mechanism;
use super::settings::Settings;
use crate::background::Wake;
use crate::handle::{Counters, Id, Relay, Watchers};
use crate::objects::address::Side;
use crate::objects::classes::SocketClass;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Real addresses of endpoints, in the order in which they were made.
pub type Places = Mutex<Vec<(Side, String)>>;

/// Real addresses of one side.
pub fn places_of(places: &[(Side, String)], side: Side) -> impl Iterator<Item = &str> {
    places.iter().filter(move |(of, _)| *of == side).map(|(_, place)| &**place)
}

/// How far a socket has come, as others see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    Unopened,
    Open,
    Closed,
}

impl State {
    /// In JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unopened => "unopened",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// What a socket shows. Its locks are leaves, held for a moment.
pub struct Readable {
    /// The socket's number, of its own in the process.
    pub id: Id,
    class: &'static SocketClass,
    /// What went through it.
    pub counters: Arc<Counters>,
    /// How far it has come.
    state: AtomicU8,
    /// Where it is bound and connected.
    pub(super) places: Arc<Places>,
    /// Those who wait until it is ready.
    pub watchers: Watchers<Wake>,
    /// What is received in the background and not the client's yet.
    pub relay: Relay<Heard>,
    last_endpoint: Mutex<String>,
    rest_follows: AtomicBool,
    mechanism: AtomicU8,
    settings: Mutex<Settings>,
}

impl Readable {
    /// What a new socket shows.
    pub fn new(id: Id, class: &'static SocketClass) -> Self {
        Self {
            id,
            class,
            counters: Arc::default(),
            state: AtomicU8::new(State::Unopened as u8),
            places: Arc::default(),
            watchers: Watchers::default(),
            relay: Relay::default(),
            last_endpoint: Mutex::default(),
            rest_follows: AtomicBool::new(false),
            mechanism: AtomicU8::new(Mechanism::Null as u8),
            settings: Mutex::default(),
        }
    }

    /// Of which class the object is.
    pub const fn class(&self) -> &'static SocketClass {
        self.class
    }

    /// It was opened, or closed.
    pub fn became(&self, state: State) {
        self.state.store(state as u8, Ordering::Relaxed);
    }

    /// How far it has come.
    pub fn state(&self) -> State {
        let state = self.state.load(Ordering::Relaxed);
        [State::Unopened, State::Open].into_iter().find(|known| *known as u8 == state).unwrap_or(State::Closed)
    }

    /// An endpoint was bound or connected; `last` is its real address.
    pub fn attached(&self, last: &str) {
        last.clone_into(&mut lock(&self.last_endpoint));
    }

    /// The real address of what was bound or connected last; empty before.
    pub fn last_endpoint(&self) -> String {
        lock(&self.last_endpoint).clone()
    }

    /// Something was received, or given up.
    pub fn received(&self, inbox: &Inbox) {
        self.rest_follows.store(inbox.rest_follows(), Ordering::Relaxed);
    }

    /// Whether parts of the message that Recv began are still to come.
    pub fn rest_follows(&self) -> bool {
        self.rest_follows.load(Ordering::Relaxed)
    }

    /// Peers prove from now on who they are.
    pub fn secured(&self, mechanism: Mechanism) {
        self.mechanism.store(mechanism as u8, Ordering::Relaxed);
    }

    /// How peers prove who they are.
    pub fn mechanism(&self) -> Mechanism {
        let number = self.mechanism.load(Ordering::Relaxed);
        [Mechanism::Plain, Mechanism::PlainClient, Mechanism::Curve]
            .into_iter()
            .find(|it| *it as u8 == number)
            .unwrap_or(Mechanism::Null)
    }

    /// Where it is bound and connected.
    pub fn places(&self) -> MutexGuard<'_, Vec<(Side, String)>> {
        lock(&self.places)
    }

    /// What a script set.
    pub fn settings(&self) -> MutexGuard<'_, Settings> {
        lock(&self.settings)
    }
}

pub(super) fn lock<T>(leaf: &Mutex<T>) -> MutexGuard<'_, T> {
    leaf.lock().unwrap_or_else(PoisonError::into_inner)
}
