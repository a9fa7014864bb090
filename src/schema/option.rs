//! What a property's row says when the property is an option: one of many settings that an object reads and writes by a
//! key. All the rest follows from the row: the checks of what is written, the errors, the test, the reference.
use super::class_set::ClassSet;
use super::error::Outcome;
use super::words::{Words, words};
use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A value of an option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionValue<'a> {
    Bool(bool),
    Whole(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A value of an option, kept by somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeptValue {
    Bool(bool),
    Whole(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<OptionValue<'_>> for KeptValue {
    fn from(value: OptionValue<'_>) -> Self {
        match value {
            OptionValue::Bool(value) => Self::Bool(value),
            OptionValue::Whole(number) => Self::Whole(number),
            OptionValue::Text(text) => Self::Text(text.to_owned()),
            OptionValue::Bytes(bytes) => Self::Bytes(bytes.to_owned()),
        }
    }
}

/// Objects whose options are read and written by a key.
pub trait Options {
    /// What the object knows an option by.
    type Key: Copy + Sync + 'static;

    /// What an object shows to whoever reads a property, also while a call of it waits on another thread: nothing in it may
    /// wait, and no lock of it may be held while the host is answered.
    type Readable: Send + Sync + 'static;

    /// What this object shows, for as long as it lives.
    fn readable(&self) -> Arc<Self::Readable>;

    /// The value; None as long as it is the one that the row calls the default. Where the row says Bool, whole numbers will
    /// do: 0 and others.
    fn get_option(readable: &Self::Readable, key: Self::Key) -> Option<KeptValue>;

    /// Takes a value, which is of the row's type and within its limits.
    ///
    /// # Errors
    /// Those of the object.
    fn set_option(&mut self, key: Self::Key, value: OptionValue<'_>) -> Outcome;

    /// Whether it is too late for an option that is to be set by `moment`.
    fn is_past(&self, moment: Matters) -> bool;
}

/// Objects without options.
pub trait NoOptions {}

impl<T: NoOptions> Options for T {
    type Key = Infallible;
    type Readable = ();

    fn readable(&self) -> Arc<()> {
        Arc::default()
    }

    fn get_option((): &(), key: Infallible) -> Option<KeptValue> {
        match key {}
    }

    fn set_option(&mut self, key: Infallible, _: OptionValue<'_>) -> Outcome {
        match key {}
    }

    fn is_past(&self, _: Matters) -> bool {
        false
    }
}

/// When setting an option matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matters {
    /// At any time.
    Always,
    /// At any time, for what is bound or connected afterwards.
    NextConnection,
    /// As long as nothing is bound or connected.
    BeforeConnecting,
    /// Before anything ever was.
    #[cfg_attr(not(test), expect(dead_code, reason = "no option of a socket is one yet; the schema's tests have some"))]
    BeforeFirst,
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    None,
    Messages,
    Bytes,
    Milliseconds,
    Seconds,
}

/// The type, with its limits; those of texts and bytes are lengths in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    Bool,
    Whole(i64, i64),
    Text(i64, i64),
    Bytes(i64, i64),
}

/// What is wrong with a value that type and limits let through; None where nothing is.
pub type Check = fn(OptionValue<'_>) -> Option<Words<String>>;

/// An option as its row describes it.
#[derive(Clone, Copy)]
pub(super) struct OptionRow<K> {
    pub key: K,
    pub holds: Holds,
    pub unit: Unit,
    /// A number with a meaning of its own, within the limits or beside them.
    pub special: Option<(i64, Words)>,
    pub check: Option<Check>,
    pub matters: Matters,
    /// What the test writes and reads back.
    pub sample: Option<OptionValue<'static>>,
    /// What an object has until it is set.
    pub default: Option<OptionValue<'static>>,
    /// What those of some classes have instead.
    pub default_of: Option<(ClassSet, OptionValue<'static>)>,
    pub secret: bool,
    pub read_only: bool,
}

/// An option on its way into a row; `V` is what it holds.
#[derive(Clone, Copy)]
pub struct Setting<K, V> {
    pub(super) row: OptionRow<K>,
    of: PhantomData<V>,
}

const fn new<K: Copy, V>(key: K, holds: Holds) -> Setting<K, V> {
    let row = OptionRow {
        key,
        holds,
        unit: Unit::None,
        special: None,
        check: None,
        matters: Matters::Always,
        sample: None,
        default: None,
        default_of: None,
        secret: false,
        read_only: false,
    };
    Setting { row, of: PhantomData }
}

/// A whole number in the range of an int.
#[must_use]
pub const fn int<K: Copy>(key: K, range: RangeInclusive<i32>) -> Setting<K, i64> {
    new(key, Holds::Whole(*range.start() as i64, *range.end() as i64))
}

/// A whole number below 2^53: the widest that a host's real holds exactly.
#[must_use]
pub const fn int64<K: Copy>(key: K, range: RangeInclusive<i64>) -> Setting<K, i64> {
    const EXACT: i64 = 1 << 53;
    assert!(*range.start() > -EXACT && *range.end() < EXACT, "limits that a host cannot tell exactly");
    new(key, Holds::Whole(*range.start(), *range.end()))
}

/// Yes or no.
#[must_use]
pub const fn flag<K: Copy>(key: K) -> Setting<K, bool> {
    new(key, Holds::Bool)
}

/// A text; its length in UTF-8.
#[must_use]
pub const fn text<K: Copy>(key: K, bytes: RangeInclusive<u16>) -> Setting<K, &'static str> {
    new(key, Holds::Text(*bytes.start() as i64, *bytes.end() as i64))
}

/// Bytes; how many.
#[must_use]
pub const fn bytes<K: Copy>(key: K, bytes: RangeInclusive<u16>) -> Setting<K, &'static [u8]> {
    new(key, Holds::Bytes(*bytes.start() as i64, *bytes.end() as i64))
}

impl<K> OptionRow<K> {
    /// What an object of this class has until it is set.
    pub fn default_in(&self, class: ClassSet) -> Option<OptionValue<'static>> {
        let own = self.default_of.filter(|(classes, _)| classes.meet(class)).map(|(_, value)| value);
        own.or(self.default)
    }
}

impl<K: Copy, V> Setting<K, V> {
    /// When it must be set.
    #[must_use]
    pub const fn matters(mut self, moment: Matters) -> Self {
        self.row.matters = moment;
        self
    }

    /// What else is asked of a value.
    #[must_use]
    pub const fn check(mut self, check: Check) -> Self {
        self.row.check = Some(check);
        self
    }

    /// An error text never shows what was given.
    #[must_use]
    #[cfg_attr(not(test), expect(dead_code, reason = "no option of a socket is one yet; the schema's tests have some"))]
    pub const fn secret(mut self) -> Self {
        self.row.secret = true;
        self
    }

    /// Scripts may only read it.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.row.read_only = true;
        self
    }
}

impl<K: Copy> Setting<K, i64> {
    /// What the number counts.
    #[must_use]
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.row.unit = unit;
        self
    }

    /// What an object of these classes begins with instead of the default.
    #[must_use]
    pub const fn default_of(mut self, classes: ClassSet, value: i64) -> Self {
        self.row.default_of = Some((classes, OptionValue::Whole(value)));
        self
    }

    /// A number with a meaning of its own; may lie outside of the range.
    #[must_use]
    pub const fn special(mut self, number: i64, russian: &'static str, english: &'static str) -> Self {
        self.row.special = Some((number, words(russian, english)));
        self
    }
}

/// The value that the test writes, and the one that an object begins with.
macro_rules! values {
    ($type:ty, $variant:ident) => {
        impl<K: Copy> Setting<K, $type> {
            #[must_use]
            pub const fn sample(mut self, value: $type) -> Self {
                self.row.sample = Some(OptionValue::$variant(value));
                self
            }

            #[must_use]
            pub const fn default(mut self, value: $type) -> Self {
                self.row.default = Some(OptionValue::$variant(value));
                self
            }
        }
    };
}

values!(bool, Bool);
values!(i64, Whole);
values!(&'static str, Text);
values!(&'static [u8], Bytes);
