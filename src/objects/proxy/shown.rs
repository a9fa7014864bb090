//! What a proxy shows, also while a call of it waits.

use super::Proxy;
use super::kind::{Kind, Side};
use crate::background::proxy::Progress;
use crate::schema::{KeptValue, Matters, OptionValue, Options, Outcome};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a proxy shows. Its locks are leaves, held for a moment.
#[derive(Default)]
pub struct Shown {
    pub progress: Arc<Progress>,
    set: Mutex<Set>,
}

#[derive(Default)]
struct Set {
    kind: Option<Kind>,
    endpoints: [String; 3],
}

impl Shown {
    pub fn set_kind(&self, kind: Kind) {
        self.set().kind = Some(kind);
    }

    /// None until it is set.
    pub fn kind(&self) -> Option<Kind> {
        self.set().kind
    }

    /// A side was bound or connected.
    pub fn attached(&self, side: Side, endpoint: String) {
        self.set().endpoints[side as usize] = endpoint;
    }

    /// The real address of what was bound or connected last on a side; empty before.
    pub fn endpoint(&self, side: Side) -> String {
        self.set().endpoints[side as usize].clone()
    }

    fn set(&self) -> MutexGuard<'_, Set> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// It has none of its own: those of its sockets are set by name.
impl Options for Proxy {
    type Key = Infallible;
    type Readable = Shown;

    fn readable(&self) -> Arc<Shown> {
        self.shown.clone()
    }

    fn get_option(_: &Shown, key: Infallible) -> Option<KeptValue> {
        match key {}
    }

    fn set_option(&mut self, key: Infallible, _: OptionValue<'_>) -> Outcome {
        match key {}
    }

    fn is_past(&self, _: Matters) -> bool {
        false
    }
}
