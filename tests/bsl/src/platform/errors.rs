//! What an Исключение block asks: ОписаниеОшибки, ИнформацияОбОшибке and what is made of it.

use crate::platform::table::{Function, Property};
use crate::run::{Args, Error, Run, Session};
use crate::syntax::ast::Name;
use crate::value::{Object, Value, is};

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "ОписаниеОшибки",
        en: "ErrorDescription",
        least: 0,
        most: 0,
        run: |s, _| Ok(s.errors.borrow().last().map(Error::description).unwrap_or_default().into()),
    },
    Function {
        ru: "ИнформацияОбОшибке",
        en: "ErrorInfo",
        least: 0,
        most: 0,
        run: |s, _| Ok(Value::object(ErrorInfo(s.errors.borrow().last().cloned().unwrap_or_default()))),
    },
    Function {
        ru: "КраткоеПредставлениеОшибки", en: "BriefErrorDescription", least: 1, most: 1, run: |_, a| brief(a)
    },
    Function {
        ru: "ПодробноеПредставлениеОшибки",
        en: "DetailErrorDescription",
        least: 1,
        most: 1,
        run: |_, a| detailed(a),
    },
];

pub const PROPERTIES: &[Property] =
    &[Property {
        ru: "ОбработкаОшибок", en: "ErrorProcessing", get: |_| Ok(Value::object(ErrorProcessing))
    }];

fn brief(args: &Args) -> Run<Value> {
    args.with(0, |info: &ErrorInfo| Ok(info.0.text.clone().into()))
}

fn detailed(args: &Args) -> Run<Value> {
    args.with(0, |info: &ErrorInfo| Ok(info.0.detailed().into()))
}

pub struct ErrorInfo(pub Error);

impl Object for ErrorInfo {
    fn type_name(&self) -> String {
        "Информация об ошибке".into()
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        if is(name, "описание", "description") {
            Ok(self.0.text.clone().into())
        } else if is(name, "имямодуля", "modulename") {
            Ok(self.0.module.clone().into())
        } else if is(name, "номерстроки", "linenumber") {
            Ok(i64::from(self.0.line).into())
        } else if is(name, "исходнаястрока", "sourceline") {
            Ok(self.0.source.clone().into())
        } else if is(name, "причина", "cause") {
            Ok(self.0.cause.clone().map_or(Value::Undefined, |cause| Value::object(Self(*cause))))
        } else {
            Err(self.unknown("свойство", name))
        }
    }
}

struct ErrorProcessing;

impl Object for ErrorProcessing {
    fn type_name(&self) -> String {
        "ОбработкаОшибок".into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        args.count(1, 1)?;
        if is(name, "краткоепредставлениеошибки", "brieferrordescription") {
            brief(args)
        } else if is(name, "подробноепредставлениеошибки", "detailerrordescription") {
            detailed(args)
        } else {
            Err(self.unknown("метод", name))
        }
    }
}
