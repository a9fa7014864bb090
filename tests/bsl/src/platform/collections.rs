//! Массив and ФиксированныйМассив; КлючИЗначение, which the other collections are gone through by.

use crate::platform::table::Type;
use crate::run::{Args, Fail, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Items, Object, Value, is, same};
use std::cell::RefCell;

pub const TYPES: &[Type] = &[
    Type {
        ru: "Массив",
        en: "Array",
        least: 0,
        most: 16,
        make: |_, a| {
            if a.len() > 1 {
                return Err(Fail::unknown("многомерный массив"));
            }
            if a.given(0).is_some_and(|first| first.as_object::<Array>().is_some()) {
                return a.with(0, |array: &Array| Ok(Value::object(Array::of(array.items.borrow().clone()))));
            }
            let size = if a.is_empty() { 0 } else { usize::try_from(a.whole(0)?).unwrap_or_default() };
            Ok(Value::object(Array::of(vec![Value::Undefined; size])))
        },
    },
    Type {
        ru: "ФиксированныйМассив",
        en: "FixedArray",
        least: 1,
        most: 1,
        make: |_, a| {
            a.with(0, |array: &Array| {
                Ok(Value::object(Array { items: RefCell::new(array.items.borrow().clone()), fixed: true }))
            })
        },
    },
];

pub struct Array {
    pub items: RefCell<Vec<Value>>,
    pub fixed: bool,
}

impl Array {
    #[must_use]
    pub fn of(items: Vec<Value>) -> Self {
        Self { items: RefCell::new(items), fixed: false }
    }

    fn place(&self, index: &Value) -> Run<usize> {
        let place = index.whole().and_then(|n| usize::try_from(n).ok());
        match place {
            Some(place) if place < self.items.borrow().len() => Ok(place),
            _ => raise("Индекс находится за границами массива"),
        }
    }
}

impl Object for Array {
    fn type_name(&self) -> String {
        if self.fixed { "Фиксированный массив" } else { "Массив" }.into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "количество", "count") {
            args.count(0, 0)?;
            return Ok(self.items.borrow().len().into());
        }
        if is(name, "вграница", "ubound") {
            args.count(0, 0)?;
            let length = i64::try_from(self.items.borrow().len()).expect("few items");
            return Ok((length - 1).into());
        }
        if is(name, "получить", "get") {
            args.count(1, 1)?;
            return self.index(&args.value(0)?);
        }
        if is(name, "найти", "find") {
            args.count(1, 1)?;
            let wanted = args.value(0)?;
            let found = self.items.borrow().iter().position(|item| same(item, &wanted));
            return Ok(found.map_or(Value::Undefined, Value::from));
        }
        if self.fixed {
            return Err(self.unknown("метод", name));
        }
        if is(name, "добавить", "add") {
            args.count(0, 1)?;
            self.items.borrow_mut().push(args.given(0).unwrap_or(Value::Undefined));
        } else if is(name, "вставить", "insert") {
            args.count(1, 2)?;
            let place = usize::try_from(args.whole(0)?).unwrap_or(usize::MAX).min(self.items.borrow().len());
            self.items.borrow_mut().insert(place, args.given(1).unwrap_or(Value::Undefined));
        } else if is(name, "установить", "set") {
            args.count(2, 2)?;
            self.set_index(&args.value(0)?, args.value(1)?)?;
        } else if is(name, "удалить", "delete") {
            args.count(1, 1)?;
            let place = self.place(&args.value(0)?)?;
            self.items.borrow_mut().remove(place);
        } else if is(name, "очистить", "clear") {
            args.count(0, 0)?;
            self.items.borrow_mut().clear();
        } else {
            return Err(self.unknown("метод", name));
        }
        Ok(Value::Undefined)
    }

    fn index(&self, index: &Value) -> Run<Value> {
        let place = self.place(index)?;
        Ok(self.items.borrow()[place].clone())
    }

    fn set_index(&self, index: &Value, value: Value) -> Run<()> {
        if self.fixed {
            return raise("Фиксированный массив изменить нельзя");
        }
        let place = self.place(index)?;
        self.items.borrow_mut()[place] = value;
        Ok(())
    }

    fn items(&self) -> Run<Items> {
        Ok(self.items.borrow().clone())
    }

    fn is_filled(&self) -> bool {
        !self.items.borrow().is_empty()
    }
}

pub struct KeyAndValue {
    pub key: Value,
    pub value: Value,
}

impl Object for KeyAndValue {
    fn type_name(&self) -> String {
        "КлючИЗначение".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        if is(name, "ключ", "key") {
            Ok(self.key.clone())
        } else if is(name, "значение", "value") {
            Ok(self.value.clone())
        } else {
            raise(format!("Поле объекта не обнаружено ({name})"))
        }
    }
}
