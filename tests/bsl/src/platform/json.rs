//! ЧтениеJSON, ЗаписьJSON, ПрочитатьJSON, ЗаписатьJSON.

use crate::platform::collections::Array;
use crate::platform::enumerations::EnumValue;
use crate::platform::map::Map;
use crate::platform::structure::Structure;
use crate::platform::table::{Function, Type};
use crate::run::{Args, Fail, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::json::{Json, parse};
use crate::value::{Object, Value, date, is};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub const FUNCTIONS: &[Function] = &[
    Function { ru: "ПрочитатьJSON", en: "ReadJSON", least: 1, most: 8, run: read },
    Function { ru: "ЗаписатьJSON", en: "WriteJSON", least: 2, most: 6, run: write },
];

pub const TYPES: &[Type] = &[
    Type {
        ru: "ЧтениеJSON",
        en: "JSONReader",
        least: 0,
        most: 0,
        make: |_, _| Ok(Value::object(JsonReader(RefCell::default()))),
    },
    Type {
        ru: "ЗаписьJSON",
        en: "JSONWriter",
        least: 0,
        most: 0,
        make: |_, _| Ok(Value::object(JsonWriter { text: RefCell::default(), lines: Cell::new(true) })),
    },
    Type {
        ru: "ПараметрыЗаписиJSON",
        en: "JSONWriterSettings",
        least: 0,
        most: 9,
        make: |_, a| {
            a.only(1)?;
            let one_line = |value: &EnumValue| Ok(value.kind == "ПереносСтрокJSON" && value.value == "Нет");
            let lines = if a.is_empty() { true } else { !a.with(0, one_line)? };
            Ok(Value::object(JsonSettings(lines)))
        },
    },
];

struct JsonReader(RefCell<Option<String>>);

impl Object for JsonReader {
    fn type_name(&self) -> String {
        "ЧтениеJSON".into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "установитьстроку", "setstring") {
            args.count(1, 1)?;
            *self.0.borrow_mut() = Some(args.text(0)?.to_string());
        } else if is(name, "открытьфайл", "openfile") {
            args.count(1, 2)?;
            args.only(1)?;
            let file = args.text(0)?;
            match std::fs::read_to_string(&*file) {
                Ok(text) => *self.0.borrow_mut() = Some(text.trim_start_matches('\u{feff}').into()),
                Err(e) => return raise(format!("Ошибка доступа к файлу '{file}'. {e}")),
            }
        } else if is(name, "закрыть", "close") {
            args.count(0, 0)?;
            *self.0.borrow_mut() = None;
        } else {
            return Err(self.unknown("метод", name));
        }
        Ok(Value::Undefined)
    }
}

struct JsonWriter {
    text: RefCell<Option<String>>,
    lines: Cell<bool>,
}

impl Object for JsonWriter {
    fn type_name(&self) -> String {
        "ЗаписьJSON".into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "установитьстроку", "setstring") {
            args.count(0, 1)?;
            self.lines.set(if args.is_empty() { true } else { args.with(0, |s: &JsonSettings| Ok(s.0))? });
            *self.text.borrow_mut() = Some(String::new());
            Ok(Value::Undefined)
        } else if is(name, "закрыть", "close") {
            args.count(0, 0)?;
            self.text.borrow_mut().take().map_or_else(|| raise("Запись JSON не открыта"), |text| Ok(text.into()))
        } else {
            Err(self.unknown("метод", name))
        }
    }
}

struct JsonSettings(bool);

impl Object for JsonSettings {
    fn type_name(&self) -> String {
        "ПараметрыЗаписиJSON".into()
    }
}

fn read(_: &Session, args: &Args) -> Run<Value> {
    args.only(2)?;
    let maps = args.truth_or(1, false)?;
    args.with(0, |reader: &JsonReader| {
        let text = reader.0.borrow_mut().take();
        let Some(text) = text else { return raise("Чтение JSON не открыто") };
        match parse(&text) {
            Ok(tree) => value(tree, maps),
            Err(e) => raise(format!("Ошибка при чтении JSON: {e}")),
        }
    })
}

fn value(tree: Json, maps: bool) -> Run<Value> {
    Ok(match tree {
        Json::Null => Value::Undefined,
        Json::Bool(truth) => truth.into(),
        Json::Number(n) => n.into(),
        Json::Text(text) => text.into(),
        Json::Array(items) => {
            let items = items.into_iter().map(|item| value(item, maps)).collect::<Run<_>>()?;
            Value::object(Array::of(items))
        }
        Json::Object(fields) if maps => {
            let map = Map::default();
            for (key, item) in fields {
                map.put(key.into(), value(item, maps)?);
            }
            Value::object(map)
        }
        Json::Object(fields) => {
            let structure = Structure::of(Vec::new());
            for (key, item) in fields {
                structure.put(&key, value(item, maps)?)?;
            }
            Value::object(structure)
        }
    })
}

fn write(_: &Session, args: &Args) -> Run<Value> {
    args.only(2)?;
    let tree = tree(&args.value(1)?, &mut Vec::new())?;
    args.with(0, |writer: &JsonWriter| {
        let mut text = writer.text.borrow_mut();
        let Some(text) = text.as_mut() else { return raise("Запись JSON не открыта") };
        text.push_str(&tree.print(writer.lines.get()));
        Ok(Value::Undefined)
    })
}

fn tree(value: &Value, above: &mut Vec<Rc<dyn Object>>) -> Run<Json> {
    let Value::Object(object) = value else {
        return Ok(match value {
            Value::Undefined | Value::Null => Json::Null,
            Value::Bool(truth) => Json::Bool(*truth),
            Value::Number(n) => Json::Number(*n),
            Value::Text(text) => Json::Text(text.to_string()),
            // ISO, the writer's default.
            Value::Date(seconds) => {
                let [year, month, day, hour, minute, second] = date::parts(*seconds);
                Json::Text(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
            }
            other => return Err(Fail::unknown(format!("ЗаписатьJSON от {}", other.type_name()))),
        });
    };
    if above.iter().any(|known| Rc::ptr_eq(known, object)) {
        return raise("Обнаружена циклическая ссылка (ЗаписатьJSON)");
    }
    above.push(object.clone());
    let made = if let Some(array) = value.as_object::<Array>() {
        let items = array.items.borrow().iter().map(|item| tree(item, above)).collect::<Run<_>>();
        Json::Array(items?)
    } else if let Some(structure) = value.as_object::<Structure>() {
        let mut fields = Vec::new();
        for (name, field) in structure.fields.borrow().iter() {
            fields.push((name.shown.to_string(), tree(field, above)?));
        }
        Json::Object(fields)
    } else if let Some(map) = value.as_object::<Map>() {
        let mut fields = Vec::new();
        for (key, item) in map.pairs.borrow().values() {
            let Value::Text(key) = key else {
                return raise("Ключ соответствия должен быть строкой (ЗаписатьJSON)");
            };
            fields.push((key.to_string(), tree(item, above)?));
        }
        Json::Object(fields)
    } else {
        return raise(format!("Значение типа {} не может быть записано в JSON", value.type_name()));
    };
    above.pop();
    Ok(made)
}
