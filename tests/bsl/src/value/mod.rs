//! Values of the language.

mod compare;
pub mod date;
pub mod json;
mod number;
mod object;
pub mod plain;

pub use compare::{Order, less, same};
pub(crate) use number::grouped;
pub use number::{arithmetic, of_float, to_number};
pub use object::{Items, Object, TypeValue};

use crate::run::{Run, raise};
use crate::syntax::ast::{Literal, Name};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone)]
pub enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Arc<str>),
    /// Seconds since the first of January of the year 1.
    Date(i64),
    Object(Rc<dyn Object>),
}

/// A variable, which may be lent to the method that is called.
pub type Cell = Rc<RefCell<Value>>;

#[must_use]
pub fn cell(value: Value) -> Cell {
    Rc::new(RefCell::new(value))
}

impl Value {
    #[must_use]
    pub fn object(object: impl Object) -> Self {
        Self::Object(Rc::new(object))
    }

    /// The object of this type of ours, if it is one.
    #[must_use]
    pub fn as_object<T: Object>(&self) -> Option<&T> {
        match self {
            Self::Object(object) => (object.as_ref() as &dyn std::any::Any).downcast_ref(),
            _ => None,
        }
    }

    /// The name that `Строка(ТипЗнч(…))` gives.
    #[must_use]
    pub fn type_name(&self) -> String {
        match self {
            Self::Undefined => "Неопределено".into(),
            Self::Null => "Null".into(),
            Self::Bool(_) => "Булево".into(),
            Self::Number(_) => "Число".into(),
            Self::Text(_) => "Строка".into(),
            Self::Date(_) => "Дата".into(),
            Self::Object(object) => object.type_name(),
        }
    }

    /// As `Строка(…)` and the addition to a string show it.
    #[must_use]
    pub fn present(&self) -> Arc<str> {
        match self {
            Self::Undefined | Self::Null => "".into(),
            Self::Bool(true) => "Да".into(),
            Self::Bool(false) => "Нет".into(),
            Self::Number(n) => number::present(*n).into(),
            Self::Text(text) => text.clone(),
            Self::Date(seconds) => date::present(*seconds).into(),
            Self::Object(object) => object.present().into(),
        }
    }

    /// As a condition.
    pub fn truth(&self) -> Run<bool> {
        match self {
            Self::Bool(truth) => Ok(*truth),
            Self::Number(n) => Ok(!n.is_zero()),
            _ => raise("Преобразование значения к типу Булево не может быть выполнено"),
        }
    }

    /// `ЗначениеЗаполнено`.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(_) => true,
            Self::Number(n) => !n.is_zero(),
            Self::Text(text) => !text.trim().is_empty(),
            Self::Date(seconds) => *seconds != 0,
            Self::Object(object) => object.is_filled(),
        }
    }

    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Number(n) if n.fract().is_zero() => n.to_i64(),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            other => write!(f, "{} {}", other.type_name(), other.present()),
        }
    }
}

impl From<&Literal> for Value {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Undefined => Self::Undefined,
            Literal::Null => Self::Null,
            Literal::Bool(truth) => Self::Bool(*truth),
            Literal::Number(n) => Self::Number(*n),
            Literal::Text(text) => Self::Text(text.clone()),
            Literal::Date(seconds) => Self::Date(*seconds),
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Number(n.into())
    }
}
impl From<usize> for Value {
    fn from(n: usize) -> Self {
        Self::Number(n.into())
    }
}
impl From<Decimal> for Value {
    fn from(n: Decimal) -> Self {
        Self::Number(n)
    }
}
impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::Undefined
    }
}

/// Whether a name is one of these, which are in lower case.
#[must_use]
pub fn is(name: &Name, ru: &str, en: &str) -> bool {
    &*name.lower == ru || &*name.lower == en
}
