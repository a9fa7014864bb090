//! Соответствие and ФиксированноеСоответствие. Its order is none that a script could rely on.

use crate::platform::collections::KeyAndValue;
use crate::platform::table::Type;
use crate::run::{Args, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Items, Object, Value, is};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub const TYPES: &[Type] = &[
    Type { ru: "Соответствие", en: "Map", least: 0, most: 1, make: |_, a| make(a, false) },
    Type {
        ru: "ФиксированноеСоответствие", en: "FixedMap", least: 1, most: 1, make: |_, a| make(a, true)
    },
];

#[derive(Default)]
pub struct Map {
    pub pairs: RefCell<BTreeMap<String, (Value, Value)>>,
    pub fixed: bool,
}

fn make(args: &Args, fixed: bool) -> Run<Value> {
    let pairs = match args.given(0) {
        None => BTreeMap::new(),
        Some(_) => args.with(0, |other: &Map| Ok(other.pairs.borrow().clone()))?,
    };
    Ok(Value::object(Map { pairs: RefCell::new(pairs), fixed }))
}

/// What tells keys apart: the type and what is shown, and of an object that is no value its identity.
fn key_of(value: &Value) -> String {
    match value {
        Value::Object(object) if !object.equals(object.as_ref()) => format!("{:p}", Rc::as_ptr(object)),
        other => format!("{} {}", other.present(), other.type_name()),
    }
}

impl Map {
    pub fn put(&self, key: Value, value: Value) {
        self.pairs.borrow_mut().insert(key_of(&key), (key, value));
    }

    #[must_use]
    pub fn find(&self, key: &Value) -> Option<Value> {
        self.pairs.borrow().get(&key_of(key)).map(|(_, value)| value.clone())
    }
}

impl Object for Map {
    fn type_name(&self) -> String {
        if self.fixed { "Фиксированное соответствие" } else { "Соответствие" }.into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "получить", "get") {
            args.count(1, 1)?;
            return self.index(&args.value(0)?);
        }
        if is(name, "количество", "count") {
            args.count(0, 0)?;
            return Ok(self.pairs.borrow().len().into());
        }
        if self.fixed {
            return Err(self.unknown("метод", name));
        }
        if is(name, "вставить", "insert") {
            args.count(1, 2)?;
            self.put(args.value(0)?, args.given(1).unwrap_or(Value::Undefined));
        } else if is(name, "удалить", "delete") {
            args.count(1, 1)?;
            self.pairs.borrow_mut().remove(&key_of(&args.value(0)?));
        } else if is(name, "очистить", "clear") {
            args.count(0, 0)?;
            self.pairs.borrow_mut().clear();
        } else {
            return Err(self.unknown("метод", name));
        }
        Ok(Value::Undefined)
    }

    fn index(&self, index: &Value) -> Run<Value> {
        Ok(self.find(index).unwrap_or(Value::Undefined))
    }

    fn set_index(&self, index: &Value, value: Value) -> Run<()> {
        if self.fixed {
            return raise("Фиксированное соответствие изменить нельзя");
        }
        self.put(index.clone(), value);
        Ok(())
    }

    fn items(&self) -> Run<Items> {
        let pair =
            |(key, value): &(Value, Value)| Value::object(KeyAndValue { key: key.clone(), value: value.clone() });
        Ok(self.pairs.borrow().values().map(pair).collect())
    }

    fn is_filled(&self) -> bool {
        !self.pairs.borrow().is_empty()
    }
}
