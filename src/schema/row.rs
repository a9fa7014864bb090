//! The rows themselves: a method, a property.

use super::call::{Call, PropertyRead};
use super::class_set::ClassSet;
use super::error::Outcome;
use super::name::Name;
use super::option::{OptionRow, Options, Setting};
use super::parameter::Parameter;
use super::waiting::{Turn, Waiting};
use super::words::{Words, words};
use super::write;
use crate::native_api::Value;

const NO_WORDS: Words = words("", "");

/// A method of objects that hold a `T`.
pub struct Method<T: 'static> {
    /// In both languages.
    pub name: Name,
    /// The classes that have it.
    pub on: ClassSet,
    /// What a function gives, for the reference; None for a procedure.
    pub returns: Option<Words>,
    /// In order; those that may be left out come last.
    pub parameters: &'static [Parameter],
    /// What it does, for the reference.
    pub doc: Words,
    /// How it is used, in BSL with names of either language, for the reference.
    pub example: Words,
    /// How many of the parameters must be given.
    pub(super) needed: usize,
    pub(super) manner: Manner<T>,
    /// The code.
    pub run: fn(&mut T, &mut Call<'_>) -> Outcome,
}

/// How a method is run.
pub(super) enum Manner<T: 'static> {
    /// Inside of the gate, to its end.
    Plain,
    /// Other calls of the object that wait are broken off for it.
    EndsWaits,
    /// By tries, between which others may use the object.
    Waits(fn(&mut T, &mut Call<'_>, &mut Waiting) -> Outcome<Turn>),
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
        Self {
            name: Name::new(english, russian),
            on,
            returns: None,
            parameters: &[],
            doc: NO_WORDS,
            example: NO_WORDS,
            needed: 0,
            manner: Manner::Plain,
            run,
        }
    }

    /// A function.
    #[must_use]
    pub const fn function(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        run: fn(&mut T, &mut Call<'_>) -> Outcome,
    ) -> Self {
        Self {
            name: Name::new(english, russian),
            on,
            returns: Some(NO_WORDS),
            parameters: &[],
            doc: NO_WORDS,
            example: NO_WORDS,
            needed: 0,
            manner: Manner::Plain,
            run,
        }
    }

    /// A function that waits outside of the gate: `attempt` is made again and again until it answers.
    #[must_use]
    pub const fn waiting(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        attempt: fn(&mut T, &mut Call<'_>, &mut Waiting) -> Outcome<Turn>,
    ) -> Self {
        let mut method = Self::function(english, russian, on, |_, _| Ok(()));
        method.manner = Manner::Waits(attempt);
        method
    }

    /// Its parameters.
    #[must_use]
    pub const fn takes(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self.needed = 0;
        while self.needed < parameters.len() && parameters[self.needed].default.is_none() {
            self.needed += 1;
        }
        self
    }

    /// A call on another thread that waits is broken off for it: it ends what that one waits for.
    #[must_use]
    pub const fn ends_waits(mut self) -> Self {
        self.manner = Manner::EndsWaits;
        self
    }

    /// What the function gives.
    #[must_use]
    pub const fn gives(mut self, russian: &'static str, english: &'static str) -> Self {
        self.returns = Some(words(russian, english));
        self
    }

    /// What the method does.
    #[must_use]
    pub const fn doc(mut self, russian: &'static str, english: &'static str) -> Self {
        self.doc = words(russian, english);
        self
    }

    /// How the method is used: BSL with Russian names, and with English ones.
    #[must_use]
    pub const fn example(mut self, russian: &'static str, english: &'static str) -> Self {
        self.example = words(russian, english);
        self
    }
}

/// A property of objects that hold a `T`.
pub struct Property<T: Options + 'static> {
    /// In both languages.
    pub name: Name,
    /// The classes that have it.
    pub on: ClassSet,
    /// What it holds, for the reference.
    pub doc: Words,
    /// How it is used, for the reference; that of an option is made of its sample.
    pub example: Words,
    pub(super) access: Access<T>,
}

/// How a property is read and written.
pub(super) enum Access<T: Options> {
    /// By its own code; only read.
    Code(fn(&T::Readable, &mut PropertyRead<'_>) -> Outcome),
    /// By a key, as the row says.
    Option(OptionRow<T::Key>),
}

impl<T: Options> Property<T> {
    /// A property that is only read.
    #[must_use]
    pub const fn read_only(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        get: fn(&T::Readable, &mut PropertyRead<'_>) -> Outcome,
    ) -> Self {
        Self { name: Name::new(english, russian), on, doc: NO_WORDS, example: NO_WORDS, access: Access::Code(get) }
    }

    /// An option: read, written and tested as `setting` says.
    #[must_use]
    pub const fn option<V>(
        english: &'static str,
        russian: &'static str,
        on: ClassSet,
        setting: Setting<T::Key, V>,
    ) -> Self {
        Self {
            name: Name::new(english, russian),
            on,
            doc: NO_WORDS,
            example: NO_WORDS,
            access: Access::Option(setting.row),
        }
    }

    /// What it holds.
    #[must_use]
    pub const fn doc(mut self, russian: &'static str, english: &'static str) -> Self {
        self.doc = words(russian, english);
        self
    }

    /// How the property is used: BSL with Russian names, and with English ones.
    #[must_use]
    pub const fn example(mut self, russian: &'static str, english: &'static str) -> Self {
        self.example = words(russian, english);
        self
    }

    /// Whether scripts may write it.
    pub(super) const fn is_written(&self) -> bool {
        matches!(self.access, Access::Option(OptionRow { read_only: false, .. }))
    }

    /// Answers with its value in an object of `class`.
    pub(super) fn read(&self, class: ClassSet, readable: &T::Readable, read: &mut PropertyRead<'_>) -> Outcome {
        match &self.access {
            Access::Code(get) => get(readable, read),
            Access::Option(option) => option.read::<T>(class, readable, |reply| read.answer(reply)),
        }
    }

    /// Gives it another value.
    pub(super) fn write(&self, object: &mut T, value: Value<'_>) -> Outcome {
        match &self.access {
            Access::Code(_) => Err(write::read_only(&self.name)),
            Access::Option(option) => option.write(&self.name, object, value),
        }
    }
}
