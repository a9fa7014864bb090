//! A class: which rows of its family it has.

use super::class_set::ClassSet;
use super::option::Options;
use super::parameter::Parameter;
use super::row::{Method, Property};
use super::words::{Words, words};
use crate::handle::Gate;
use crate::native_api::Surroundings;
use std::sync::Weak;

/// Objects of one Rust type, in one class or several.
pub trait Family: Options + Send + Sized + 'static {
    /// All methods of all its classes.
    const METHODS: &'static [Method<Self>];
    /// All properties of all its classes.
    const PROPERTIES: &'static [Property<Self>];
    /// Lets go of everything; later calls give errors.
    fn close(&mut self);
}

/// The gate of an object, as the object itself may hold it: it ends with the host's hold.
pub type Me<T> = Weak<Gate<T>>;

/// Rows of a family that a class has: their numbers in the family's table.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    numbers: [u8; Self::MOST],
    pub count: usize,
}

impl Rows {
    const MOST: usize = 96;
    const NONE: Self = Self { numbers: [0; Self::MOST], count: 0 };

    const fn push(&mut self, number: u8) {
        self.numbers[self.count] = number;
        self.count += 1;
    }

    fn get(&self, index: usize) -> Option<usize> {
        self.numbers[..self.count].get(index).copied().map(usize::from)
    }

    pub fn find(&self, is: impl Fn(usize) -> bool) -> Option<usize> {
        self.numbers[..self.count].iter().position(|&number| is(number.into()))
    }
}

/// One class: the rows of its family, chosen at compile time.
pub struct ClassTable<T: Family> {
    /// The class's bit in its family.
    pub class: ClassSet,
    /// What it is for, for the reference.
    pub doc: Words,
    pub(super) create: fn(ClassSet, Surroundings, Me<T>) -> T,
    pub(super) methods: Rows,
    pub(super) properties: Rows,
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
        let (mut methods, mut properties) = (Rows::NONE, Rows::NONE);
        let mut row: u8 = 0;
        while (row as usize) < T::METHODS.len() {
            if T::METHODS[row as usize].on.meet(class) {
                let mut before = 0;
                while before < methods.count {
                    let other = &T::METHODS[methods.numbers[before] as usize].name;
                    assert!(!T::METHODS[row as usize].name.clashes(other), "two methods of one class share a name");
                    before += 1;
                }
                methods.push(row);
            }
            row += 1;
        }
        row = 0;
        while (row as usize) < T::PROPERTIES.len() {
            if T::PROPERTIES[row as usize].on.meet(class) {
                let mut before = 0;
                while before < properties.count {
                    let other = &T::PROPERTIES[properties.numbers[before] as usize].name;
                    assert!(
                        !T::PROPERTIES[row as usize].name.clashes(other),
                        "two properties of one class share a name"
                    );
                    before += 1;
                }
                properties.push(row);
            }
            row += 1;
        }
        Self { class, doc: words("", ""), create, methods, properties }
    }

    /// What the class is for.
    #[must_use]
    pub const fn doc(mut self, doc: Words) -> Self {
        self.doc = doc;
        self
    }

    pub(super) fn method(&self, index: usize) -> Option<&'static Method<T>> {
        self.methods.get(index).map(|row| &T::METHODS[row])
    }

    pub(super) fn property(&self, index: usize) -> Option<&'static Property<T>> {
        self.properties.get(index).map(|row| &T::PROPERTIES[row])
    }

    pub(super) fn parameter(&self, method: usize, parameter: usize) -> Option<&'static Parameter> {
        self.method(method)?.parameters.get(parameter)
    }
}
