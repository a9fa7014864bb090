//! What lies behind the gate of an object: the object itself, and what every object has.

use super::error::Error;
use crate::handle::Gate;
use crate::native_api::{Failure, HostFacts, Language, Surroundings};
use std::sync::Weak;

/// What every object has beside its own.
pub struct Inside<T> {
    /// The object itself.
    pub object: T,
    pub(super) error: Option<Error>,
    pub(super) language: Language,
    pub(super) host: HostFacts,
    pub(super) surroundings: Surroundings,
}

/// The gate of an object, as the object itself may hold it: it ends with the host's hold.
pub type Me<T> = Weak<Gate<Inside<T>>>;

impl<T> Inside<T> {
    /// Keeps an error for LastError, and shows it where there is somebody to see it.
    pub(super) fn failed(&mut self, error: Error) -> Failure {
        let failure = Failure(error.text(self.language).to_owned());
        self.error = Some(error);
        if self.host.client {
            self.surroundings.events.show_error(self.surroundings.source, &failure.0);
        }
        failure
    }
}
