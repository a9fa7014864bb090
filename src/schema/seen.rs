//! What is seen of an object while a call of it runs or waits: its last error, and what it shows. It has a gate of its own, so
//! that nobody who looks waits for a call; inside of the object's gate it may be entered, never the other way round.

use super::error::{Error, Outcome};
use super::table::Family;
use crate::handle::{Gate, Reentered};
use crate::native_api::{Failure, HostFacts, Language, Surroundings};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// An object as others see it.
pub(super) struct Seen<T: Family> {
    /// Whether there is an error to forget: a call that succeeds after another enters no gate for it.
    failed: AtomicBool,
    gate: Gate<View<T>>,
}

/// What there is to see.
pub(super) struct View<T: Family> {
    pub error: Option<Error>,
    pub language: Language,
    pub host: HostFacts,
    pub readable: Arc<T::Readable>,
    surroundings: Surroundings,
}

impl<T: Family> View<T> {
    /// Those whom an error is shown to, where there is anybody to see it.
    fn audience(&self) -> Option<&Surroundings> {
        self.host.client.then_some(&self.surroundings)
    }
}

impl<T: Family> Seen<T> {
    pub fn new(object: &T, surroundings: Surroundings) -> Self {
        let view = View {
            error: None,
            language: Language::default(),
            host: HostFacts::default(),
            readable: object.readable(),
            surroundings,
        };
        Self { failed: AtomicBool::new(false), gate: Gate::new(view) }
    }

    /// Another object is seen from now on: another life began, or could not.
    pub fn renew(&self, object: &T, error: Option<Error>, surroundings: Surroundings) {
        let _ = self.gate.enter(|view| {
            self.failed.store(error.is_some(), Ordering::Relaxed);
            (view.error, view.readable, view.surroundings) = (error, object.readable(), surroundings);
        });
    }

    /// What is known of the host by now.
    pub fn introduce(&self, host: HostFacts, language: Language) {
        // From inside of a read there is nothing new to learn.
        let _ = self.gate.enter(|view| (view.host, view.language) = (host, language));
    }

    /// What texts for the script are written in.
    pub fn language(&self) -> Language {
        self.gate.enter(|view| view.language).unwrap_or_default()
    }

    /// Looks, and keeps an error that comes of it. `me` is the caller's own number.
    ///
    /// # Errors
    /// What `look` gave, or that this thread is looking already.
    pub fn look_as(&self, me: usize, look: impl FnOnce(&View<T>) -> Outcome) -> Result<(), Failure> {
        let keep_and_show = |view: &mut View<T>, error| {
            let failure = self.keep(view, error);
            if let Some(audience) = view.audience() {
                audience.show_error(&failure.0);
            }
            failure
        };
        self.gate.enter_as(me, |view| look(view).map_err(|error| keep_and_show(view, error))).unwrap_or_else(refused)
    }

    /// A call succeeded.
    #[inline]
    pub fn succeeded(&self) {
        if self.failed.load(Ordering::Relaxed) {
            self.forget();
        }
    }

    #[cold]
    fn forget(&self) {
        let _ = self.gate.enter(|view| {
            view.error = None;
            self.failed.store(false, Ordering::Relaxed);
        });
    }

    /// A call failed: the error is kept, and shown where there is somebody to see it.
    #[cold]
    pub fn fail(&self, error: Error) -> Failure {
        let kept = self.gate.enter(|view| (self.keep(view, error), view.audience().cloned()));
        let Ok((failure, audience)) = kept else { return said(&Reentered) };
        // The window may ask the object something before it is gone: not in here.
        if let Some(audience) = audience {
            audience.show_error(&failure.0);
        }
        failure
    }

    /// Calls that wait are broken off.
    pub fn end_waits(&self) {
        let _ = self.gate.enter(|view| view.surroundings.cancel.request());
    }

    /// Runs `last` while nobody looks.
    pub fn alone(&self, last: impl FnOnce()) {
        let _ = self.gate.enter(|_| last());
    }

    /// Whether the thread with this number, the caller's own, is looking.
    pub fn is_of(&self, me: usize) -> bool {
        self.gate.is_of(me)
    }

    /// Keeps an error for LastError.
    fn keep(&self, view: &mut View<T>, error: Error) -> Failure {
        let failure = Failure(error.text(view.language).into());
        view.error = Some(error);
        self.failed.store(true, Ordering::Relaxed);
        failure
    }
}

/// A call from inside of another.
pub(super) fn refused(reentered: Reentered) -> Result<(), Failure> {
    Err(said(&reentered))
}

fn said(reentered: &Reentered) -> Failure {
    Failure(format!("{reentered:?}").into())
}
