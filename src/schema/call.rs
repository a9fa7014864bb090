//! A call as a member's code sees it: typed arguments in, one answer out.

use super::error::{Error, Outcome};
use super::name::Name;
use super::row::Parameter;
use crate::native_api::{HostFacts, Output, Reply, Value};

/// What a parameter takes, for checks and for the reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Строка
    Text,
    /// ДвоичныеДанные
    Blob,
    /// Число: whole ms, -1 for no end.
    Milliseconds,
    /// Число: whole, from 0.
    Index,
}

impl Kind {
    /// As 1C calls the type, in Russian and in English.
    #[must_use]
    #[cfg_attr(not(test), expect(dead_code, reason = "printed into the reference by a test"))]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("Строка", "String"),
            Self::Blob => ("ДвоичныеДанные", "BinaryData"),
            Self::Milliseconds | Self::Index => ("Число", "Number"),
        }
    }

    /// What is expected, for an error text.
    const fn expected(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("Строка", "a String"),
            Self::Blob => (
                "ДвоичныеДанные (строку переводит ПолучитьДвоичныеДанныеИзСтроки)",
                "BinaryData (GetBinaryDataFromString makes it of a string)",
            ),
            Self::Milliseconds => (
                "целое число миллисекунд от 0 до 2147483647 или -1 (ждать без ограничения)",
                "a whole number of milliseconds from 0 to 2147483647, or -1 (wait without end)",
            ),
            Self::Index => ("целое число от 0 до 2147483647", "a whole number from 0 to 2147483647"),
        }
    }
}

/// A type that an argument is turned into.
pub trait Argument<'a>: Sized {
    /// What the row's parameter says.
    const KIND: Kind;
    /// None: a value of another type or out of range.
    fn take(value: Value<'a>) -> Option<Self>;
}

impl<'a> Argument<'a> for &'a [u8] {
    const KIND: Kind = Kind::Blob;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl<'a> Argument<'a> for &'a [u16] {
    const KIND: Kind = Kind::Text;
    fn take(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Text(units) => Some(units),
            _ => None,
        }
    }
}

/// A time to wait, ms: 0 to 2,147,483,647, or -1 for no end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Milliseconds(pub i32);

impl<'a> Argument<'a> for Milliseconds {
    const KIND: Kind = Kind::Milliseconds;
    fn take(value: Value<'a>) -> Option<Self> {
        whole(value).filter(|&number| number >= -1).map(Self)
    }
}

/// A number of something in a list, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Index(pub usize);

impl<'a> Argument<'a> for Index {
    const KIND: Kind = Kind::Index;
    fn take(value: Value<'a>) -> Option<Self> {
        whole(value).and_then(|number| usize::try_from(number).ok()).map(Self)
    }
}

/// A whole number in the range of an int. `1000.0`, which 1C makes of a division, is whole.
fn whole(value: Value<'_>) -> Option<i32> {
    match value {
        Value::Int(number) => i32::try_from(number).ok(),
        Value::Real(number) if number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX) => {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and no larger than an int")]
            let number = number as i32;
            Some(number)
        }
        _ => None,
    }
}

/// A method is being called.
pub struct Call<'a> {
    method: &'a Name,
    parameters: &'static [Parameter],
    arguments: &'a [Value<'a>],
    taken: usize,
    answered: bool,
    output: &'a mut dyn Output,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        method: &'a Name,
        parameters: &'static [Parameter],
        arguments: &'a [Value<'a>],
        output: &'a mut dyn Output,
    ) -> Self {
        Self { method, parameters, arguments, taken: 0, answered: false, output }
    }

    /// The next argument, in the order of the row's parameters.
    ///
    /// # Errors
    /// EINVAL: another type than the parameter takes, or out of range.
    pub fn argument<A: Argument<'a>>(&mut self) -> Outcome<A> {
        let index = self.taken;
        self.taken += 1;
        let value = match (self.arguments.get(index), self.parameters[index].default) {
            (Some(Value::Empty) | None, Some(default)) => in_place_of_nothing(default),
            (Some(value), _) => *value,
            (None, None) => Value::Empty,
        };
        debug_assert_eq!(A::KIND, self.parameters[index].kind, "{}: row and code differ", self.method.english);
        A::take(value).ok_or_else(|| self.wrong(index, value))
    }

    /// Gives the answer.
    ///
    /// # Errors
    /// ENOMEM: the host's allocator gave nothing.
    pub fn answer<'r>(&mut self, reply: impl Into<Reply<'r>>) -> Outcome {
        self.answered = true;
        Ok(self.output.put(reply.into())?)
    }

    pub(super) const fn used(&self) -> (usize, bool) {
        (self.taken, self.answered)
    }

    fn wrong(&self, index: usize, value: Value<'_>) -> Error {
        let Parameter { name, kind, .. } = self.parameters[index];
        let (expected, got) = (kind.expected(), describe(value));
        let number = index + 1;
        Error::new(
            "EINVAL",
            format!(
                "Метод {}: параметр {number} «{}» — ожидается {}, получено: {}.",
                self.method.russian, name.russian, expected.0, got.0
            ),
            format!(
                "Method {}: parameter {number} \"{}\" takes {}, but got {}.",
                self.method.english, name.english, expected.1, got.1
            ),
        )
    }
}

/// A property is being read.
pub struct Read<'a> {
    /// Who the host is.
    pub host: HostFacts,
    /// The last error's text, empty when the last call succeeded.
    pub last_error: &'a str,
    /// The last error's code, empty likewise.
    pub last_error_code: &'a str,
    pub(super) output: &'a mut dyn Output,
}

impl Read<'_> {
    /// Gives the answer.
    ///
    /// # Errors
    /// ENOMEM: the host's allocator gave nothing.
    pub fn answer<'r>(&mut self, reply: impl Into<Reply<'r>>) -> Outcome {
        Ok(self.output.put(reply.into())?)
    }
}

fn in_place_of_nothing(default: Reply<'static>) -> Value<'static> {
    match default {
        Reply::Empty | Reply::Text(_) => Value::Empty,
        Reply::Bool(value) => Value::Bool(value),
        Reply::Int(value) => Value::Int(value.into()),
        Reply::Real(value) => Value::Real(value),
        Reply::Blob(bytes) => Value::Blob(bytes),
    }
}

/// A value for an error text, in both languages: its type, and the number or the text where it is short.
fn describe(value: Value<'_>) -> (String, String) {
    let same = |text: &str| (text.to_owned(), text.to_owned());
    let both = |russian: &str, english: &str| (russian.to_owned(), english.to_owned());
    match value {
        Value::Empty => both("Неопределено", "Undefined"),
        Value::Null => same("Null"),
        Value::Bool(true) => both("Истина", "True"),
        Value::Bool(false) => both("Ложь", "False"),
        Value::Int(number) => (format!("число {number}"), format!("the number {number}")),
        Value::Real(number) => (format!("число {number}"), format!("the number {number}")),
        Value::Text(units) => {
            let text: String = char::decode_utf16(units.iter().copied())
                .take(40)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            let dots = if units.len() > 40 { "…" } else { "" };
            (format!("Строка «{text}{dots}»"), format!("the String \"{text}{dots}\""))
        }
        Value::Blob(bytes) => {
            (format!("ДвоичныеДанные ({} байт)", bytes.len()), format!("BinaryData ({} bytes)", bytes.len()))
        }
        Value::Date => both("Дата", "a Date"),
        Value::Other(code) => (
            format!("значение неподдерживаемого типа (код {code})"),
            format!("a value of an unsupported type (code {code})"),
        ),
        Value::Broken(code) => (
            format!("испорченное значение (код {code}: указатель и длина не согласованы)"),
            format!("a broken value (code {code}: pointer and length do not agree)"),
        ),
    }
}
