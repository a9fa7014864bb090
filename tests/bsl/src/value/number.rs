//! Число: decimal, up to 28 digits.

use crate::run::{Run, raise};
use crate::syntax::ast::Operator;
use crate::value::Value;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

/// Groups of three with a no-break space, a comma before the fraction: as 1C shows numbers to a Russian session.
pub(super) fn present(number: Decimal) -> String {
    let number = number.normalize();
    let text = number.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::from(if number.is_sign_negative() && !number.is_zero() { "-" } else { "" });
    out.push_str(&grouped(whole, "\u{a0}"));
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

pub(crate) fn grouped(digits: &str, separator: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// What 1C makes a number of where it wants one.
pub fn to_number(value: &Value) -> Run<Decimal> {
    match value {
        Value::Number(n) => Ok(*n),
        Value::Bool(truth) => Ok(Decimal::from(u8::from(*truth))),
        Value::Text(text) => {
            let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
            match plain.replace(',', ".").parse() {
                Ok(number) => Ok(number),
                Err(_) => raise("Преобразование значения к типу Число не может быть выполнено"),
            }
        }
        _ => raise("Преобразование значения к типу Число не может быть выполнено"),
    }
}

/// A component's floating-point number, with the 15 digits that it has.
pub fn of_float(x: f64) -> Run<Decimal> {
    match Decimal::from_f64(x) {
        Some(number) => Ok(number.normalize()),
        None => raise(format!("Число {x} не представимо")),
    }
}

pub fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Run<Value> {
    if let Value::Date(seconds) = left {
        return of_date(operator, *seconds, right);
    }
    if let (Operator::Add, Value::Text(text)) = (operator, left) {
        return Ok(Value::Text(format!("{text}{}", right.present()).into()));
    }
    let (a, b) = (to_number(left)?, to_number(right)?);
    if b.is_zero() && matches!(operator, Operator::Divide | Operator::Remainder) {
        return raise("Деление на 0");
    }
    let result = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::Divide => a.checked_div(b),
        Operator::Remainder => a.checked_rem(b),
        _ => unreachable!("arithmetic only"),
    };
    match result {
        Some(number) => Ok(Value::Number(number)),
        None => raise("Переполнение: исполнитель считает до 28 цифр"),
    }
}

fn of_date(operator: Operator, seconds: i64, right: &Value) -> Run<Value> {
    match (operator, right) {
        (Operator::Subtract, Value::Date(other)) => Ok((seconds - other).into()),
        (Operator::Add, Value::Number(_)) => Ok(Value::Date(seconds + right.whole().unwrap_or_default())),
        (Operator::Subtract, Value::Number(_)) => Ok(Value::Date(seconds - right.whole().unwrap_or_default())),
        _ => raise("Преобразование значения к типу Число не может быть выполнено"),
    }
}
