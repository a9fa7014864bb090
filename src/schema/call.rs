//! A call as a member's code sees it: typed arguments in, one answer out.

use super::error::{Error, Outcome};
use super::name::Name;
use super::parameter::{Argument, Parameter};
use super::shown::shown;
use crate::native_api::{Arguments, HostFacts, Language, Output, Reply, Value};

/// A method is being called.
pub struct Call<'a> {
    method: &'a Name,
    parameters: &'static [Parameter],
    arguments: &'a Arguments<'a>,
    taken: usize,
    answered: bool,
    output: Output<'a>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        method: &'a Name,
        parameters: &'static [Parameter],
        arguments: &'a Arguments<'a>,
        output: Output<'a>,
    ) -> Self {
        Self { method, parameters, arguments, taken: 0, answered: false, output }
    }

    /// The next argument, in the order of the row's parameters.
    ///
    /// # Errors
    /// EINVAL: another type than the parameter takes, or out of range.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a few instructions, where a call of them takes 30")]
    pub fn argument<A: Argument<'a>>(&mut self) -> Outcome<A> {
        let index = self.taken;
        self.taken += 1;
        debug_assert_eq!(A::TAKES, self.parameters[index].takes, "{}: row and code differ", self.method.english);
        match A::take_at_once(self.arguments, index) {
            Some(value) => Ok(value),
            None => self.take(index),
        }
    }

    /// An argument of any kind, or none.
    #[inline(never)]
    fn take<A: Argument<'a>>(&self, index: usize) -> Outcome<A> {
        let value = match (self.arguments.get(index), self.parameters[index].default) {
            (Some(Value::Empty) | None, Some(default)) => in_place_of_nothing(default),
            (Some(value), _) => value,
            (None, None) => Value::Empty,
        };
        A::take(value).ok_or_else(|| self.wrong(index, value))
    }

    /// Gives the answer.
    ///
    /// # Errors
    /// ENOMEM: the host's allocator gave nothing.
    #[inline(always)]
    pub fn answer<'r>(&mut self, reply: impl Into<Reply<'r>>) -> Outcome {
        self.answered = true;
        Ok(self.output.put(reply.into())?)
    }

    /// The next argument is the first again.
    pub(super) const fn begin_anew(&mut self) {
        self.taken = 0;
    }

    /// Whether all parameters were taken, and a function has answered.
    #[inline]
    pub(super) fn check_used(&self, answers: bool) {
        debug_assert_eq!(
            (self.taken, self.answered),
            (self.parameters.len(), answers),
            "{}: the row and its code differ in parameters or in the answer",
            self.method.english
        );
    }

    #[cold]
    fn wrong(&self, index: usize, value: Value<'_>) -> Error {
        let Parameter { name, takes, secret, .. } = self.parameters[index];
        let (expected, got) = (takes.expected(), shown(value, secret));
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
pub struct PropertyRead<'a> {
    /// Who the host is.
    pub host: HostFacts,
    /// The language of the host's user.
    pub language: Language,
    /// The last error's text, empty when the last call succeeded.
    pub last_error: &'a str,
    /// The last error's code, empty likewise.
    pub last_error_code: &'a str,
    pub(super) output: Output<'a>,
}

impl PropertyRead<'_> {
    /// Gives the answer.
    ///
    /// # Errors
    /// ENOMEM: the host's allocator gave nothing.
    #[inline(always)]
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
