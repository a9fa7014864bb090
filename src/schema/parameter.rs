//! A parameter: what it takes, and how a value of the host's becomes that.

use super::name::Name;
use crate::native_api::{Arguments, Reply, Value};
use std::borrow::Cow;

/// What a parameter takes, for checks and for the reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// Строка
    Text,
    /// ДвоичныеДанные
    Blob,
    /// Число: whole ms, -1 for no end.
    Milliseconds,
    /// Число: as Milliseconds, or -2 for the object's own timeout.
    Timeout,
    /// Число: whole, from 0.
    Index,
    /// Число: whole, within these limits.
    Whole(i32, i32),
    /// Булево
    Flag,
    /// Строка, ДвоичныеДанные
    TextOrBlob,
    /// A value of any type.
    Any,
    /// Число: what a socket's Id tells.
    Identifier,
}

impl Takes {
    /// As 1C calls the type, in Russian and in English.
    #[must_use]
    #[cfg_attr(not(test), expect(dead_code, reason = "printed into the reference by a test"))]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("Строка", "String"),
            Self::Blob => ("ДвоичныеДанные", "BinaryData"),
            Self::Milliseconds | Self::Timeout | Self::Index | Self::Whole(..) | Self::Identifier => {
                ("Число", "Number")
            }
            Self::Flag => ("Булево", "Boolean"),
            Self::TextOrBlob => ("Строка, ДвоичныеДанные", "String, BinaryData"),
            Self::Any => ("Произвольный", "Arbitrary"),
        }
    }

    /// What is expected, for an error text.
    pub(super) fn expected(self) -> (Cow<'static, str>, Cow<'static, str>) {
        let (russian, english) = match self {
            Self::Text => ("Строка", "a String"),
            Self::Blob => (
                "ДвоичныеДанные (строку переводит ПолучитьДвоичныеДанныеИзСтроки)",
                "BinaryData (GetBinaryDataFromString makes it of a string)",
            ),
            Self::Milliseconds => (
                "целое число миллисекунд от 0 до 2147483647 или -1 (ждать без ограничения)",
                "a whole number of milliseconds from 0 to 2147483647, or -1 (wait without end)",
            ),
            Self::Timeout => (
                "целое число миллисекунд от 0 до 2147483647, -1 (ждать без ограничения) или -2 (таймаут объекта)",
                "a whole number of milliseconds from 0 to 2147483647, -1 (wait without end), or -2 (the object's timeout)",
            ),
            Self::Index => ("целое число от 0 до 2147483647", "a whole number from 0 to 2147483647"),
            Self::Whole(least, most) => {
                return (
                    format!("целое число от {least} до {most}").into(),
                    format!("a whole number from {least} to {most}").into(),
                );
            }
            Self::Identifier => {
                ("число, которое отдаёт свойство Идентификатор сокета", "the number that a socket's property Id tells")
            }
            Self::Flag => ("Булево", "a Boolean"),
            Self::TextOrBlob => ("Строка или ДвоичныеДанные", "a String or BinaryData"),
            Self::Any => ("значение любого типа", "a value of any type"),
        };
        (russian.into(), english.into())
    }
}

/// A parameter of a method.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// In both languages.
    pub name: Name,
    /// What it takes.
    pub takes: Takes,
    /// The value when it is left out; None for one that may not be.
    pub default: Option<Reply<'static>>,
    /// Whether an error text must not show what was given.
    pub secret: bool,
}

impl Parameter {
    /// What is given here is shown to nobody.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// A parameter that must be given.
#[must_use]
pub const fn required<A: Argument<'static>>(english: &'static str, russian: &'static str) -> Parameter {
    Parameter { name: Name::new(english, russian), takes: A::TAKES, default: None, secret: false }
}

/// A parameter that may be left out: hosts then pass `default`, a concrete value.
#[must_use]
pub const fn optional<A: Argument<'static>>(
    english: &'static str,
    russian: &'static str,
    default: Reply<'static>,
) -> Parameter {
    Parameter { name: Name::new(english, russian), takes: A::TAKES, default: Some(default), secret: false }
}

/// A type that an argument is turned into.
pub trait Argument<'a>: Sized {
    /// What the row's parameter says.
    const TAKES: Takes;
    /// None: a value of another type or out of range.
    fn take(value: Value<'a>) -> Option<Self>;

    /// `take` of an argument that is just what it should be, without a look at all that it might be; None says nothing.
    #[inline]
    fn take_at_once(_arguments: &Arguments<'a>, _index: usize) -> Option<Self> {
        None
    }
}

impl<'a> Argument<'a> for &'a [u8] {
    const TAKES: Takes = Takes::Blob;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }

    #[inline]
    fn take_at_once(arguments: &Arguments<'a>, index: usize) -> Option<Self> {
        arguments.blob(index)
    }
}

impl<'a> Argument<'a> for &'a [u16] {
    const TAKES: Takes = Takes::Text;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Text(units) => Some(units),
            _ => None,
        }
    }
}

/// A value that is looked at later.
impl<'a> Argument<'a> for Value<'a> {
    const TAKES: Takes = Takes::Any;
    fn take(value: Value<'a>) -> Option<Self> {
        Some(value)
    }
}

/// A text that may be left out: None then, and the member knows what it is that the row says.
impl<'a> Argument<'a> for Option<&'a [u16]> {
    const TAKES: Takes = Takes::Text;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Text(units) => Some(Some(units)),
            Value::Empty => Some(None),
            _ => None,
        }
    }
}

/// A time to wait, ms: 0 to 2,147,483,647, or -1 for no end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Milliseconds(pub i32);

impl<'a> Argument<'a> for Milliseconds {
    const TAKES: Takes = Takes::Milliseconds;
    fn take(value: Value<'a>) -> Option<Self> {
        int(value).filter(|&number| number >= -1).map(Self)
    }
}

/// How long one call may wait, ms: as `Milliseconds`, or the object's own timeout, which is what a call without it has.
///
/// The parameter's value when it is left out is a number of its own and not EMPTY: hosts take EMPTY for a parameter that must
/// be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeout(i32);

impl Timeout {
    /// What stands for the object's own.
    const OWN: i32 = -2;

    /// What a call without it has.
    #[cfg(test)]
    pub const DEFAULT: Self = Self(Self::OWN);

    /// The parameter, which may be left out.
    pub const PARAMETER: Parameter = optional::<Self>("Timeout", "Таймаут", Reply::Int(Self::OWN));

    /// The time, where the object's own is `own`.
    #[must_use]
    #[inline]
    pub const fn or(self, own: i32) -> i32 {
        if self.0 == Self::OWN { own } else { self.0 }
    }
}

impl<'a> Argument<'a> for Timeout {
    const TAKES: Takes = Takes::Timeout;
    fn take(value: Value<'a>) -> Option<Self> {
        int(value).filter(|&number| number >= Self::OWN).map(Self)
    }

    #[inline]
    fn take_at_once(arguments: &Arguments<'a>, index: usize) -> Option<Self> {
        if arguments.has(index) {
            return arguments.int(index).filter(|&number| number >= Self::OWN).map(Self);
        }
        Some(Self(Self::OWN))
    }
}

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whole<const LEAST: i32, const MOST: i32>(pub i32);

impl<'a, const LEAST: i32, const MOST: i32> Argument<'a> for Whole<LEAST, MOST> {
    const TAKES: Takes = Takes::Whole(LEAST, MOST);
    fn take(value: Value<'a>) -> Option<Self> {
        int(value).filter(|number| (LEAST..=MOST).contains(number)).map(Self)
    }
}

impl<'a> Argument<'a> for bool {
    const TAKES: Takes = Takes::Flag;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }
}

/// A text or data, as a script has it at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextOrBlob<'a> {
    /// In UTF-16.
    Text(&'a [u16]),
    Blob(&'a [u8]),
}

impl<'a> Argument<'a> for TextOrBlob<'a> {
    const TAKES: Takes = Takes::TextOrBlob;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Text(units) => Some(Self::Text(units)),
            Value::Blob(bytes) => Some(Self::Blob(bytes)),
            _ => None,
        }
    }
}

/// A number of something in a list, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Index(pub usize);

impl<'a> Argument<'a> for Index {
    const TAKES: Takes = Takes::Index;
    fn take(value: Value<'a>) -> Option<Self> {
        int(value).and_then(|number| usize::try_from(number).ok()).map(Self)
    }
}

/// The number of a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identifier(pub u64);

impl<'a> Argument<'a> for Identifier {
    const TAKES: Takes = Takes::Identifier;
    fn take(value: Value<'a>) -> Option<Self> {
        whole(value).and_then(|number| u64::try_from(number).ok()).map(Self)
    }
}

/// A whole number up to 2^53, below which every one has a place of its own among reals. `1000.0`, which 1C makes of a
/// division, is whole.
pub(super) fn whole(value: Value<'_>) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Int(number) => Some(number),
        Value::Real(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and no larger than 2^53")]
            let number = number as i64;
            Some(number)
        }
        _ => None,
    }
}

/// A whole number in the range of an int.
fn int(value: Value<'_>) -> Option<i32> {
    whole(value).and_then(|number| i32::try_from(number).ok())
}
