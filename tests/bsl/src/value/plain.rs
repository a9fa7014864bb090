//! Values as they go from session to session: copies that share nothing with what they were made from.

use crate::platform::binary::Binary;
use crate::platform::{Array, EnumValue, Map, Structure, Uuid};
use crate::run::{Run, raise};
use crate::syntax::ast::Name;
use crate::value::Value;
use crate::value::json::{self, Json};
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    Undefined,
    Null,
    Bool(bool),
    Number(Decimal),
    Text(Arc<str>),
    Date(i64),
    Binary(Arc<[u8]>),
    Uuid(String),
    Enum(String, String),
    Array(bool, Vec<Plain>),
    Structure(bool, Vec<(String, Plain)>),
    Map(bool, Vec<(Plain, Plain)>),
}

impl Plain {
    /// # Errors
    /// 1C's exception for what cannot leave its session, an object of the component among it.
    pub fn of(value: &Value) -> Run<Self> {
        Ok(match value {
            Value::Undefined => Self::Undefined,
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(n) => Self::Number(*n),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Date(seconds) => Self::Date(*seconds),
            Value::Object(_) => return Self::of_object(value),
        })
    }

    fn of_object(value: &Value) -> Run<Self> {
        if let Some(binary) = value.as_object::<Binary>() {
            Ok(Self::Binary(binary.0.clone()))
        } else if let Some(uuid) = value.as_object::<Uuid>() {
            Ok(Self::Uuid(uuid.0.clone()))
        } else if let Some(known) = value.as_object::<EnumValue>() {
            Ok(Self::Enum(known.kind.into(), known.value.into()))
        } else if let Some(array) = value.as_object::<Array>() {
            let items = array.items.borrow();
            Ok(Self::Array(array.fixed, items.iter().map(Self::of).collect::<Run<_>>()?))
        } else if let Some(structure) = value.as_object::<Structure>() {
            let fields = structure.fields.borrow();
            let field = |(name, value): &(Name, Value)| Ok((name.shown.to_string(), Self::of(value)?));
            Ok(Self::Structure(structure.fixed, fields.iter().map(field).collect::<Run<_>>()?))
        } else if let Some(map) = value.as_object::<Map>() {
            let pairs = map.pairs.borrow();
            let pair = |(key, value): &(Value, Value)| Ok((Self::of(key)?, Self::of(value)?));
            Ok(Self::Map(map.fixed, pairs.values().map(pair).collect::<Run<_>>()?))
        } else {
            raise(format!("Передача значения типа {} в другой сеанс невозможна", value.type_name()))
        }
    }

    #[must_use]
    pub fn into_value(self) -> Value {
        match self {
            Self::Undefined => Value::Undefined,
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Number(n) => Value::Number(n),
            Self::Text(text) => Value::Text(text),
            Self::Date(seconds) => Value::Date(seconds),
            Self::Binary(bytes) => Value::object(Binary(bytes)),
            Self::Uuid(text) => Value::object(Uuid(text)),
            Self::Enum(kind, value) => EnumValue::of(&kind, &value),
            Self::Array(fixed, items) => {
                let items = items.into_iter().map(Self::into_value).collect();
                Value::object(Array { items: RefCell::new(items), fixed })
            }
            Self::Structure(fixed, fields) => {
                let fields = fields.into_iter().map(|(key, value)| (Name::new(&key), value.into_value())).collect();
                Value::object(Structure { fields: RefCell::new(fields), fixed })
            }
            Self::Map(fixed, pairs) => {
                let map = Map { fixed, ..Map::default() };
                for (key, value) in pairs {
                    map.put(key.into_value(), value.into_value());
                }
                Value::object(map)
            }
        }
    }

    /// As text, for a job in another process.
    #[must_use]
    pub fn encode(&self) -> String {
        self.tree().print(false)
    }

    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        Self::of_tree(&json::parse(text).ok()?)
    }

    fn tree(&self) -> Json {
        let text = |t: &str| Json::Text(t.into());
        let tagged = |tag: &str, rest: Json| Json::Array(vec![text(tag), rest]);
        let fixed = |fixed: bool, tag: &str| if fixed { tag.to_uppercase() } else { tag.to_owned() };
        match self {
            Self::Undefined => text("undefined"),
            Self::Null => Json::Null,
            Self::Bool(truth) => Json::Bool(*truth),
            Self::Number(n) => Json::Number(*n),
            Self::Text(t) => tagged("text", text(t)),
            Self::Date(seconds) => tagged("date", Json::Number((*seconds).into())),
            Self::Binary(bytes) => {
                let bytes = bytes.iter().map(|byte| Json::Number((*byte).into())).collect();
                tagged("bytes", Json::Array(bytes))
            }
            Self::Uuid(t) => tagged("uuid", text(t)),
            Self::Enum(kind, value) => tagged("enum", Json::Array(vec![text(kind), text(value)])),
            Self::Array(f, items) => tagged(&fixed(*f, "a"), Json::Array(items.iter().map(Self::tree).collect())),
            Self::Structure(f, fields) => {
                let fields = fields.iter().map(|(key, value)| (key.clone(), value.tree())).collect();
                tagged(&fixed(*f, "s"), Json::Object(fields))
            }
            Self::Map(f, pairs) => {
                let pairs = pairs.iter().map(|(key, value)| Json::Array(vec![key.tree(), value.tree()])).collect();
                tagged(&fixed(*f, "m"), Json::Array(pairs))
            }
        }
    }

    fn of_tree(tree: &Json) -> Option<Self> {
        let whole = |n: &Decimal| rust_decimal::prelude::ToPrimitive::to_i64(n);
        Some(match tree {
            Json::Null => Self::Null,
            Json::Bool(truth) => Self::Bool(*truth),
            Json::Number(n) => Self::Number(*n),
            Json::Text(_) => Self::Undefined,
            Json::Object(_) => return None,
            Json::Array(parts) => {
                let [Json::Text(tag), rest] = parts.as_slice() else { return None };
                match (tag.as_str(), rest) {
                    ("text", Json::Text(text)) => Self::Text(text.as_str().into()),
                    ("date", Json::Number(n)) => Self::Date(whole(n)?),
                    ("bytes", Json::Array(bytes)) => {
                        let byte = |b: &Json| match b {
                            Json::Number(n) => whole(n).and_then(|n| u8::try_from(n).ok()),
                            _ => None,
                        };
                        Self::Binary(bytes.iter().map(byte).collect::<Option<Vec<u8>>>()?.into())
                    }
                    ("uuid", Json::Text(text)) => Self::Uuid(text.clone()),
                    ("enum", Json::Array(names)) => match names.as_slice() {
                        [Json::Text(kind), Json::Text(value)] => Self::Enum(kind.clone(), value.clone()),
                        _ => return None,
                    },
                    ("a" | "A", Json::Array(items)) => {
                        Self::Array(tag == "A", items.iter().map(Self::of_tree).collect::<Option<_>>()?)
                    }
                    ("s" | "S", Json::Object(fields)) => {
                        let field = |(key, value): &(String, Json)| Some((key.clone(), Self::of_tree(value)?));
                        Self::Structure(tag == "S", fields.iter().map(field).collect::<Option<_>>()?)
                    }
                    ("m" | "M", Json::Array(pairs)) => {
                        let pair = |pair: &Json| match pair {
                            Json::Array(both) if both.len() == 2 => {
                                Some((Self::of_tree(&both[0])?, Self::of_tree(&both[1])?))
                            }
                            _ => None,
                        };
                        Self::Map(tag == "M", pairs.iter().map(pair).collect::<Option<_>>()?)
                    }
                    _ => return None,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn a_value_comes_out_of_its_text_as_it_went_in() {
        let inner = vec![Plain::Undefined, Plain::Null, Plain::Bool(true), Plain::Number("-1.5".parse().expect("one"))];
        let all = Plain::Structure(
            false,
            vec![
                ("Массив".into(), Plain::Array(true, inner)),
                ("Текст".into(), Plain::Text("\"ж\"\n".into())),
                ("Дата".into(), Plain::Date(63_000_000_000)),
                ("Данные".into(), Plain::Binary(vec![0, 255].into())),
                ("Ид".into(), Plain::Uuid("7".into())),
                ("Вид".into(), Plain::Enum("КодировкаТекста".into(), "UTF8".into())),
                ("Пары".into(), Plain::Map(false, vec![(Plain::Number(1.into()), Plain::Text("один".into()))])),
            ],
        );
        assert_eq!(Plain::decode(&all.encode()), Some(all));
    }
}
