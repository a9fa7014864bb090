//! Структура and ФиксированнаяСтруктура.

use crate::platform::collections::KeyAndValue;
use crate::platform::table::Type;
use crate::run::{Args, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Items, Object, Value, is};
use std::cell::RefCell;

pub const TYPES: &[Type] = &[
    Type { ru: "Структура", en: "Structure", least: 0, most: usize::MAX, make: |_, a| make(a, false) },
    Type {
        ru: "ФиксированнаяСтруктура", en: "FixedStructure", least: 1, most: usize::MAX, make: |_, a| make(a, true)
    },
];

pub struct Structure {
    pub fields: RefCell<Vec<(Name, Value)>>,
    pub fixed: bool,
}

fn make(args: &Args, fixed: bool) -> Run<Value> {
    let mut fields = Vec::new();
    match args.given(0) {
        None => {}
        Some(Value::Text(keys)) => {
            for (n, key) in keys.split(',').map(str::trim).enumerate() {
                if key.is_empty() && keys.trim().is_empty() {
                    break;
                }
                put(&mut fields, key, args.given(n + 1).unwrap_or(Value::Undefined))?;
            }
        }
        Some(_) => fields = args.with(0, |other: &Structure| Ok(other.fields.borrow().clone()))?,
    }
    Ok(Value::object(Structure { fields: RefCell::new(fields), fixed }))
}

fn put(fields: &mut Vec<(Name, Value)>, key: &str, value: Value) -> Run<()> {
    let name = Name::new(key);
    let mut letters = key.chars();
    let begins = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !begins || !letters.all(|c| c.is_alphanumeric() || c == '_') {
        return raise(format!("Задано неправильное имя атрибута структуры '{key}'"));
    }
    match fields.iter_mut().find(|(known, _)| *known == name) {
        Some(known) => known.1 = value,
        None => fields.push((name, value)),
    }
    Ok(())
}

impl Structure {
    #[must_use]
    pub fn of(fields: Vec<(Name, Value)>) -> Self {
        Self { fields: RefCell::new(fields), fixed: false }
    }

    pub fn put(&self, key: &str, value: Value) -> Run<()> {
        put(&mut self.fields.borrow_mut(), key, value)
    }

    #[must_use]
    pub fn find(&self, lower: &str) -> Option<Value> {
        self.fields.borrow().iter().find(|(known, _)| *known.lower == *lower).map(|(_, value)| value.clone())
    }
}

impl Object for Structure {
    fn type_name(&self) -> String {
        if self.fixed { "Фиксированная структура" } else { "Структура" }.into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        self.find(&name.lower).map_or_else(|| raise(format!("Поле объекта не обнаружено ({name})")), Ok)
    }

    fn set(&self, _: &Session, name: &Name, value: Value) -> Run<()> {
        let mut fields = self.fields.borrow_mut();
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) if !self.fixed => field.1 = value,
            Some(_) => return raise(format!("Поле объекта недоступно для записи ({name})")),
            None => return raise(format!("Поле объекта не обнаружено ({name})")),
        }
        Ok(())
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "свойство", "property") {
            args.count(1, 2)?;
            let found = self.find(&args.text(0)?.to_lowercase());
            args.put(1, found.clone().unwrap_or(Value::Undefined));
            return Ok(found.is_some().into());
        }
        if is(name, "количество", "count") {
            args.count(0, 0)?;
            return Ok(self.fields.borrow().len().into());
        }
        if self.fixed {
            return Err(self.unknown("метод", name));
        }
        if is(name, "вставить", "insert") {
            args.count(1, 2)?;
            self.put(&args.text(0)?, args.given(1).unwrap_or(Value::Undefined))?;
        } else if is(name, "удалить", "delete") {
            args.count(1, 1)?;
            let key = Name::new(&args.text(0)?);
            self.fields.borrow_mut().retain(|(known, _)| *known != key);
        } else if is(name, "очистить", "clear") {
            args.count(0, 0)?;
            self.fields.borrow_mut().clear();
        } else {
            return Err(self.unknown("метод", name));
        }
        Ok(Value::Undefined)
    }

    fn index(&self, index: &Value) -> Run<Value> {
        let key = index.present();
        self.find(&key.to_lowercase()).map_or_else(|| raise(format!("Поле объекта не обнаружено ({key})")), Ok)
    }

    fn set_index(&self, index: &Value, value: Value) -> Run<()> {
        let key = Name::new(&index.present());
        let mut fields = self.fields.borrow_mut();
        match fields.iter_mut().find(|(known, _)| *known == key) {
            Some(field) if !self.fixed => field.1 = value,
            _ => return raise(format!("Поле объекта не обнаружено ({key})")),
        }
        Ok(())
    }

    fn items(&self) -> Run<Items> {
        let pair = |(key, value): &(Name, Value)| {
            Value::object(KeyAndValue { key: (&*key.shown).into(), value: value.clone() })
        };
        Ok(self.fields.borrow().iter().map(pair).collect())
    }

    fn is_filled(&self) -> bool {
        !self.fields.borrow().is_empty()
    }
}
