//! What the language finds in the platform: rows of functions, types, properties and enumerations, a file for each family.
//! Whatever has no row is unknown, and that ends the run.

mod attaching;
pub mod binary;
mod collections;
mod dates;
mod enumerations;
mod errors;
mod files;
mod format;
pub mod jobs;
mod json;
mod map;
mod numbers;
pub mod processors;
mod storage;
mod strings;
mod structure;
mod surroundings;
pub mod table;
mod uuid;

pub use collections::Array;
pub use enumerations::EnumValue;
pub use map::Map;
pub use structure::Structure;
pub use uuid::Uuid;

use crate::addin;
use crate::run::{Args, Fail, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{TypeValue, Value};
use table::{Function, Property, Type};

pub(crate) const FUNCTIONS: &[&[Function]] = &[
    strings::FUNCTIONS,
    numbers::FUNCTIONS,
    dates::FUNCTIONS,
    binary::FUNCTIONS,
    json::FUNCTIONS,
    files::FUNCTIONS,
    errors::FUNCTIONS,
    surroundings::FUNCTIONS,
    attaching::FUNCTIONS,
    format::FUNCTIONS,
    storage::FUNCTIONS,
];

pub(crate) const TYPES: &[&[Type]] = &[
    collections::TYPES,
    structure::TYPES,
    map::TYPES,
    binary::TYPES,
    json::TYPES,
    files::TYPES,
    uuid::TYPES,
    surroundings::TYPES,
];

pub(crate) const PROPERTIES: &[&[Property]] =
    &[jobs::PROPERTIES, errors::PROPERTIES, surroundings::PROPERTIES, processors::PROPERTIES];

/// A global function, if the runner has it.
#[must_use]
pub fn function(name: &Name) -> Option<&'static Function> {
    table::functions().get(&*name.lower).copied()
}

pub fn call(session: &Session, name: &Name, args: &Args) -> Run<Value> {
    let Some(function) = function(name) else {
        return Err(Fail::unknown(format!("метод {name}")));
    };
    args.count(function.least, function.most)?;
    (function.run)(session, args)
}

/// `Новый Имя(…)`.
pub fn make(session: &Session, name: &Name, args: &Args) -> Run<Value> {
    let Some(found) = table::types().get(&*name.lower) else {
        return Err(Fail::unknown(format!("тип {name}")));
    };
    args.count(found.least, found.most)?;
    (found.make)(session, args)
}

/// `Новый(Тип, Параметры)`: a type or its name, which may be that of the component's class.
pub fn make_of(session: &Session, kind: &Value, args: Option<Value>) -> Run<Value> {
    let name = match kind {
        Value::Text(text) => text.to_string(),
        other => match other.as_object::<TypeValue>() {
            Some(TypeValue(name)) => name.clone(),
            None => return raise("Неверный тип или значение параметра (Новый, параметр номер '1')"),
        },
    };
    if let Some(object) = addin::make(session, &name)? {
        return Ok(object);
    }
    let values = match &args {
        None => Vec::new(),
        Some(list) => match list.as_object::<Array>() {
            Some(array) => array.items.borrow().clone(),
            None => return raise("Неверный тип или значение параметра (Новый, параметр номер '2')"),
        },
    };
    make(session, &Name::new(&name), &Args::of_values(&name, values))
}

/// A property of the global context, or an enumeration.
pub fn property(session: &Session, name: &Name) -> Run<Option<Value>> {
    if let Some(found) = PROPERTIES.iter().copied().flatten().find(|p| table::matches(name, p.ru, p.en)) {
        return (found.get)(session).map(Some);
    }
    Ok(enumerations::find(name))
}

/// Whether the runner has a global of this name at all: for checks that run nothing.
#[must_use]
pub fn knows_property(name: &Name) -> bool {
    PROPERTIES.iter().copied().flatten().any(|p| table::matches(name, p.ru, p.en)) || enumerations::find(name).is_some()
}

#[must_use]
pub fn knows_type(name: &Name) -> bool {
    table::types().contains_key(&*name.lower)
}
