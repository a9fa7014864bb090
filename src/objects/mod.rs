//! The product: what a 1C script sees. A class is one row in `classes`, a member one row beside its code.

mod address;
mod auth;
mod capabilities;
mod classes;
mod curve;
mod errors;
mod info;
mod keys;
mod poller;
mod proxy;
mod registrations;
mod socket;
mod statistics;

#[cfg(test)]
mod row_tests;
#[cfg(test)]
mod steady_tests;
#[cfg(test)]
mod tests;

use crate::native_api::{Addin, Registration, class_names, class_names_length};
use registrations::REGISTRATIONS;

/// The library: every class, under both its names.
pub struct ZeroMq;

impl Addin for ZeroMq {
    fn registrations(&self) -> &'static [Registration] {
        &REGISTRATIONS
    }

    fn class_names(&self) -> &'static [u16] {
        static NAMES: [u16; class_names_length(&REGISTRATIONS)] = class_names(&REGISTRATIONS);
        &NAMES
    }
}
