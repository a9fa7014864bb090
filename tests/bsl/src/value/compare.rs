//! Comparing values.

use crate::run::{Run, raise};
use crate::value::Value;
use std::cmp::Ordering;
use std::rc::Rc;

pub type Order = Ordering;

/// `=`: values of different types differ.
#[must_use]
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Date(a), Value::Date(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b) || a.equals(b.as_ref()),
        _ => false,
    }
}

/// `<` and its kind: only for two numbers, strings, dates or booleans.
pub fn less(a: &Value, b: &Value) -> Run<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Ok(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Ok(a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(b))),
        _ => raise(
            "Операции сравнения на больше-меньше допустимы только для значений совпадающих примитивных типов \
             (Булево, Число, Строка, Дата)",
        ),
    }
}
