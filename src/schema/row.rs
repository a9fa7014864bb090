//! The rows themselves: a method, a property.

use super::call::{Call, PropertyRead};
use super::error::Outcome;
use super::name::Name;
use super::parameter::Parameter;
use crate::native_api::Value;

/// A set of classes of one family; each class of a family is one bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassSet(pub u32);

impl ClassSet {
    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets share a class.
    #[must_use]
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The same text in both languages.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "printed into the reference by a test"))]
pub struct Doc {
    /// Shown first.
    pub russian: &'static str,
    /// Shown beside.
    pub english: &'static str,
}

const NO_DOC: Doc = Doc { russian: "", english: "" };

/// A method of objects that hold a `T`.
pub struct Method<T: 'static> {
    /// In both languages.
    pub name: Name,
    /// The classes that have it.
    pub on: ClassSet,
    /// What a function gives, for the reference; None for a procedure.
    pub returns: Option<Doc>,
    /// In order; those that may be left out come last.
    pub parameters: &'static [Parameter],
    /// What it does, for the reference.
    pub doc: Doc,
    /// The code.
    pub run: fn(&mut T, &mut Call<'_>) -> Outcome,
}

impl<T> Method<T> {
    /// A procedure.
    #[must_use]
    pub const fn procedure(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        run: fn(&mut T, &mut Call<'_>) -> Outcome,
    ) -> Self {
        Self { name: Name { english, russian }, on, returns: None, parameters: &[], doc: NO_DOC, run }
    }

    /// A function.
    #[must_use]
    pub const fn function(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        run: fn(&mut T, &mut Call<'_>) -> Outcome,
    ) -> Self {
        Self { name: Name { english, russian }, on, returns: Some(NO_DOC), parameters: &[], doc: NO_DOC, run }
    }

    /// Its parameters.
    #[must_use]
    pub const fn takes(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// What the function gives.
    #[must_use]
    pub const fn gives(mut self, russian: &'static str, english: &'static str) -> Self {
        self.returns = Some(Doc { russian, english });
        self
    }

    /// What the method does.
    #[must_use]
    pub const fn doc(mut self, russian: &'static str, english: &'static str) -> Self {
        self.doc = Doc { russian, english };
        self
    }
}

/// A property of objects that hold a `T`.
pub struct Property<T: 'static> {
    /// In both languages.
    pub name: Name,
    /// The classes that have it.
    pub on: ClassSet,
    /// What it holds, for the reference.
    pub doc: Doc,
    /// Reads it.
    pub get: fn(&mut T, &mut PropertyRead<'_>) -> Outcome,
    /// Writes it; None for one that is only read.
    pub set: Option<fn(&mut T, Value<'_>) -> Outcome>,
}

impl<T> Property<T> {
    /// A property that is only read.
    #[must_use]
    pub const fn read_only(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        get: fn(&mut T, &mut PropertyRead<'_>) -> Outcome,
    ) -> Self {
        Self { name: Name { english, russian }, on, doc: NO_DOC, get, set: None }
    }

    /// Makes it writable.
    #[must_use]
    #[cfg_attr(not(test), expect(dead_code, reason = "no property is written yet; the schema's tests do"))]
    pub const fn written_by(mut self, set: fn(&mut T, Value<'_>) -> Outcome) -> Self {
        self.set = Some(set);
        self
    }

    /// What it holds.
    #[must_use]
    pub const fn doc(mut self, russian: &'static str, english: &'static str) -> Self {
        self.doc = Doc { russian, english };
        self
    }
}
