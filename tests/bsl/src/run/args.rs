//! Arguments of a call.

use crate::run::{Fail, Run, raise};
use crate::value::{Cell, Object, Value, to_number};
use rust_decimal::Decimal;
use std::sync::Arc;

#[derive(Clone)]
pub enum Arg {
    Missing,
    Value(Value),
    /// A variable: the method may change it.
    Lent(Cell),
}

impl Arg {
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        match self {
            Self::Missing => None,
            Self::Value(value) => Some(value.clone()),
            Self::Lent(cell) => Some(cell.borrow().clone()),
        }
    }
}

#[derive(Clone)]
pub struct Args {
    pub what: Arc<str>,
    pub all: Vec<Arg>,
}

impl Args {
    #[must_use]
    pub fn new(what: &str, all: Vec<Arg>) -> Self {
        Self { what: what.into(), all }
    }

    #[must_use]
    pub fn of_values(what: &str, values: Vec<Value>) -> Self {
        Self::new(what, values.into_iter().map(Arg::Value).collect())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What 1C says of a wrong number of arguments.
    pub fn count(&self, least: usize, most: usize) -> Run<()> {
        if self.len() > most {
            return raise(format!("Слишком много фактических параметров ({})", self.what));
        }
        let enough = self.len() >= least && self.all[..least].iter().all(|arg| !matches!(arg, Arg::Missing));
        if enough {
            Ok(())
        } else {
            raise(format!("Недостаточно фактических параметров ({})", self.what))
        }
    }

    #[must_use]
    pub fn given(&self, n: usize) -> Option<Value> {
        self.all.get(n).and_then(Arg::value)
    }

    pub fn value(&self, n: usize) -> Run<Value> {
        self.given(n).map_or_else(|| self.wrong(n), Ok)
    }

    fn wrong<T>(&self, n: usize) -> Run<T> {
        raise(format!("Неверный тип или значение параметра ({}, параметр номер '{}')", self.what, n + 1))
    }

    pub fn text(&self, n: usize) -> Run<Arc<str>> {
        match self.value(n)? {
            Value::Object(_) => self.wrong(n),
            primitive => Ok(primitive.present()),
        }
    }

    pub fn text_or(&self, n: usize, default: &str) -> Run<Arc<str>> {
        if self.given(n).is_some() { self.text(n) } else { Ok(default.into()) }
    }

    pub fn number(&self, n: usize) -> Run<Decimal> {
        to_number(&self.value(n)?)
    }

    pub fn whole(&self, n: usize) -> Run<i64> {
        match Value::Number(self.number(n)?.trunc()).whole() {
            Some(whole) => Ok(whole),
            None => self.wrong(n),
        }
    }

    pub fn truth_or(&self, n: usize, default: bool) -> Run<bool> {
        self.given(n).map_or(Ok(default), |value| value.truth())
    }

    /// The argument as an object of ours; another type is 1C's exception.
    pub fn with<T: Object, R>(&self, n: usize, take: impl FnOnce(&T) -> Run<R>) -> Run<R> {
        match self.value(n)?.as_object::<T>() {
            Some(object) => take(object),
            None => self.wrong(n),
        }
    }

    /// Changes the variable that was lent.
    pub fn put(&self, n: usize, value: Value) {
        if let Some(Arg::Lent(cell)) = self.all.get(n) {
            *cell.borrow_mut() = value;
        }
    }

    /// What a parameter may do and the runner does not.
    pub fn only(&self, most: usize) -> Run<()> {
        match self.all.iter().skip(most).position(|arg| !matches!(arg, Arg::Missing)) {
            None => Ok(()),
            Some(n) => Err(Fail::unknown(format!("параметр номер {} у {}", most + n + 1, self.what))),
        }
    }
}
