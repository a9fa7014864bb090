//! УникальныйИдентификатор.

use crate::platform::table::Type;
use crate::run::raise;
use crate::value::{Object, Value};
use std::any::Any;

pub const TYPES: &[Type] = &[Type {
    ru: "УникальныйИдентификатор",
    en: "UUID",
    least: 0,
    most: 1,
    make: |_, a| {
        if a.is_empty() {
            return Ok(Value::object(Uuid::new()));
        }
        match uuid::Uuid::parse_str(&a.text(0)?) {
            Ok(parsed) => Ok(Value::object(Uuid(parsed.hyphenated().to_string()))),
            Err(_) => raise("Недопустимое значение параметра (УникальныйИдентификатор, параметр номер '1')"),
        }
    },
}];

pub struct Uuid(pub String);

impl Uuid {
    #[must_use]
    #[allow(clippy::new_without_default)] // each one is another
    pub fn new() -> Self {
        Self(uuid::Uuid::new_v4().hyphenated().to_string())
    }
}

impl Object for Uuid {
    fn type_name(&self) -> String {
        "Уникальный идентификатор".into()
    }

    fn present(&self) -> String {
        self.0.clone()
    }

    fn is_filled(&self) -> bool {
        self.0.chars().any(|c| !matches!(c, '0' | '-'))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref::<Self>().is_some_and(|other| other.0 == self.0)
    }
}
