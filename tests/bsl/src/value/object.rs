//! What is not a primitive: types of the platform, each in a file of `platform`, and the component's objects.

use crate::run::{Args, Fail, Run, Session};
use crate::syntax::ast::Name;
use crate::value::Value;
use std::any::Any;

/// What Для Каждого goes through.
pub type Items = Vec<Value>;

/// Every answer is "unknown" until a type gives another: nothing is guessed.
pub trait Object: Any {
    fn type_name(&self) -> String;

    fn get(&self, _session: &Session, name: &Name) -> Run<Value> {
        Err(self.unknown("свойство", name))
    }

    fn set(&self, _session: &Session, name: &Name, _value: Value) -> Run<()> {
        Err(self.unknown("изменяемое свойство", name))
    }

    fn call(&self, _session: &Session, name: &Name, _args: &Args) -> Run<Value> {
        Err(self.unknown("метод", name))
    }

    /// A call whose result nobody takes.
    fn call_as_statement(&self, session: &Session, name: &Name, args: &Args) -> Run<()> {
        self.call(session, name, args).map(drop)
    }

    fn index(&self, _index: &Value) -> Run<Value> {
        Err(Fail::unknown(format!("обращение по индексу к {}", self.type_name())))
    }

    fn set_index(&self, _index: &Value, _value: Value) -> Run<()> {
        Err(Fail::unknown(format!("присваивание элементу {}", self.type_name())))
    }

    fn items(&self) -> Run<Items> {
        Err(Fail::unknown(format!("обход {}", self.type_name())))
    }

    fn present(&self) -> String {
        self.type_name()
    }

    fn is_filled(&self) -> bool {
        true
    }

    /// Whether two different objects are one value.
    fn equals(&self, _other: &dyn Object) -> bool {
        false
    }

    fn unknown(&self, what: &str, name: &Name) -> Fail {
        Fail::unknown(format!("{what} {}.{name}", self.type_name()))
    }
}

/// A value of the type Тип: by the name that is written (ДвоичныеДанные) or shown (Двоичные данные).
pub struct TypeValue(pub String);

impl Object for TypeValue {
    fn type_name(&self) -> String {
        "Тип".into()
    }

    fn present(&self) -> String {
        self.0.clone()
    }

    fn equals(&self, other: &dyn Object) -> bool {
        let plain = |name: &str| name.to_lowercase().replace(' ', "");
        (other as &dyn Any).downcast_ref::<Self>().is_some_and(|other| plain(&other.0) == plain(&self.0))
    }
}
