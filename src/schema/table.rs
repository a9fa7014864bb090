//! A class: which rows of its family it has.

use super::class_set::ClassSet;
use super::error::Error;
use super::option::Options;
use super::parameter::Parameter;
use super::row::{Method, Property};
use super::words::{Words, words};
use crate::handle::Gate;
use crate::native_api::Surroundings;
use std::sync::Weak;

/// Objects of one Rust type, in one class or several.
pub trait Family: Options + Send + Sized + 'static {
    /// All methods of all its classes, in groups of one purpose.
    const METHODS: &'static [&'static [Method<Self>]];
    /// All properties of all its classes, in groups of one purpose.
    const PROPERTIES: &'static [&'static [Property<Self>]];
    /// Lets go of everything; later calls give errors.
    fn close(&mut self);

    /// Runs after a call that failed, of a member by its English name, before the object's gate is left.
    fn failed(&self, _member: &'static str, _error: &Error) {}

    /// Runs after every call, before the object's gate is left.
    #[inline]
    fn called(&self) {}

    /// The methods one after another.
    #[cfg(test)]
    fn methods() -> impl Iterator<Item = &'static Method<Self>> {
        Self::METHODS.iter().copied().flatten()
    }

    /// The properties one after another.
    #[cfg(test)]
    fn properties() -> impl Iterator<Item = &'static Property<Self>> {
        Self::PROPERTIES.iter().copied().flatten()
    }
}

/// The gate of an object, as the object itself may hold it: it ends with the host's hold.
pub type Me<T> = Weak<Gate<T>>;

/// Rows of a family that a class has.
pub(super) struct Rows<R: 'static> {
    rows: [Option<&'static R>; MOST],
    pub count: usize,
}

/// More than any class has.
const MOST: usize = 160;

impl<R> Clone for Rows<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Rows<R> {}

impl<R> Rows<R> {
    const NONE: Self = Self { rows: [None; MOST], count: 0 };

    const fn push(&mut self, row: &'static R) {
        self.rows[self.count] = Some(row);
        self.count += 1;
    }

    /// The row with this number; None past the last.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'static R> {
        self.rows.get(index).copied().flatten()
    }

    /// The number of the first row that `is` the wanted one.
    pub fn find(&self, is: impl Fn(&R) -> bool) -> Option<usize> {
        self.rows.iter().map_while(|row| *row).position(is)
    }
}

/// The rows of all groups that a class has; a name that clashes with another stops the compiler.
macro_rules! chosen {
    ($row:ty, $groups:expr, $class:expr, $clash:literal) => {{
        let (groups, mut chosen) = ($groups, Rows::<$row>::NONE);
        let mut group = 0;
        while group < groups.len() {
            let mut number = 0;
            while number < groups[group].len() {
                let row = &groups[group][number];
                if row.on.meet($class) {
                    let mut before = 0;
                    while let Some(other) = chosen.rows[before] {
                        assert!(!row.name.clashes(&other.name), $clash);
                        before += 1;
                    }
                    chosen.push(row);
                }
                number += 1;
            }
            group += 1;
        }
        chosen
    }};
}

/// One class: the rows of its family, chosen at compile time.
pub struct ClassTable<T: Family> {
    /// The class's bit in its family.
    pub class: ClassSet,
    /// What it is for, for the reference.
    pub doc: Words,
    pub(super) create: fn(ClassSet, Surroundings, Me<T>) -> T,
    pub(super) methods: Rows<Method<T>>,
    pub(super) properties: Rows<Property<T>>,
}

impl<T: Family> Clone for ClassTable<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Family> Copy for ClassTable<T> {}

impl<T: Family> ClassTable<T> {
    /// The class that is `class` of its family. Two rows with one name stop the compiler.
    #[must_use]
    pub const fn new(class: ClassSet, create: fn(ClassSet, Surroundings, Me<T>) -> T) -> Self {
        let methods = chosen!(Method<T>, T::METHODS, class, "two methods of one class share a name");
        let properties = chosen!(Property<T>, T::PROPERTIES, class, "two properties of one class share a name");
        Self { class, doc: words("", ""), create, methods, properties }
    }

    /// What the class is for.
    #[must_use]
    pub const fn doc(mut self, doc: Words) -> Self {
        self.doc = doc;
        self
    }

    pub(super) fn method(&self, index: usize) -> Option<&'static Method<T>> {
        self.methods.get(index)
    }

    pub(super) fn property(&self, index: usize) -> Option<&'static Property<T>> {
        self.properties.get(index)
    }

    pub(super) fn parameter(&self, method: usize, parameter: usize) -> Option<&'static Parameter> {
        self.method(method)?.parameters.get(parameter)
    }
}
