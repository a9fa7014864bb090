//! Rows, and finding them by either name.

use crate::run::{Args, Run, Session};
use crate::syntax::ast::Name;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

pub struct Function {
    pub ru: &'static str,
    pub en: &'static str,
    /// How many arguments it takes.
    pub least: usize,
    pub most: usize,
    pub run: fn(&Session, &Args) -> Run<Value>,
}

pub struct Type {
    pub ru: &'static str,
    pub en: &'static str,
    pub least: usize,
    pub most: usize,
    pub make: fn(&Session, &Args) -> Run<Value>,
}

pub struct Property {
    pub ru: &'static str,
    pub en: &'static str,
    pub get: fn(&Session) -> Run<Value>,
}

pub(crate) fn matches(name: &Name, ru: &str, en: &str) -> bool {
    *name.lower == *ru.to_lowercase() || *name.lower == *en.to_lowercase()
}

pub(crate) fn functions() -> &'static HashMap<String, &'static Function> {
    static ALL: OnceLock<HashMap<String, &'static Function>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = super::FUNCTIONS.iter().copied().flatten();
        rows.flat_map(|row| [(row.ru.to_lowercase(), row), (row.en.to_lowercase(), row)]).collect()
    })
}

pub(crate) fn types() -> &'static HashMap<String, &'static Type> {
    static ALL: OnceLock<HashMap<String, &'static Type>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = super::TYPES.iter().copied().flatten();
        rows.flat_map(|row| [(row.ru.to_lowercase(), row), (row.en.to_lowercase(), row)]).collect()
    })
}
