//! A class of whichever family, with what the reference wants of it.

use super::table::{ClassTable, Family};
#[cfg(test)]
use super::{
    example_checks::{Known, check_examples},
    reference,
    words::Words,
};
use crate::native_api::Class;
#[cfg(test)]
use crate::native_api::Language;

/// A class that can be printed into the reference.
pub trait Described: Class {
    /// What it is for.
    #[cfg(test)]
    fn purpose(&self) -> Words;

    /// Its part of the reference.
    #[cfg(test)]
    fn print(&'static self, short: &str, dotted: &str, language: Language) -> String;

    /// Checks its examples, in which `object` is one of it; gives how many there are.
    #[cfg(test)]
    fn check_examples(&'static self, short: &str, object: Words, others: Known<'_>) -> usize;
}

impl<T: Family> Described for ClassTable<T> {
    #[cfg(test)]
    fn purpose(&self) -> Words {
        self.doc
    }

    #[cfg(test)]
    fn print(&'static self, short: &str, dotted: &str, language: Language) -> String {
        reference::family(dotted, &[(short, self)], language)
    }

    #[cfg(test)]
    fn check_examples(&'static self, short: &str, object: Words, others: Known<'_>) -> usize {
        check_examples(&[(short, self)], object, others)
    }
}
