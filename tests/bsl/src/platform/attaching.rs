//! ПодключитьВнешнююКомпоненту, as a server has it.

use crate::addin;
use crate::platform::enumerations::EnumValue;
use crate::platform::table::Function;
use crate::run::{Args, Fail, Run, Session, raise};
use crate::value::Value;

pub const FUNCTIONS: &[Function] =
    &[Function {
        ru: "ПодключитьВнешнююКомпоненту", en: "AttachAddIn", least: 1, most: 4, run: attach
    }];

/// The place, a name, the kind, isolated or not (which a server does unless told otherwise).
fn attach(session: &Session, args: &Args) -> Run<Value> {
    if args.len() == 1 {
        return Err(Fail::unknown("ПодключитьВнешнююКомпоненту с одним параметром (ProgID)"));
    }
    let (place, name) = (args.text(0)?, args.text(1)?);
    let word = |n: usize, kind: &str| -> Run<Option<&'static str>> {
        match args.given(n) {
            None => Ok(None),
            Some(value) => match value.as_object::<EnumValue>() {
                Some(known) if known.kind == kind => Ok(Some(known.value)),
                _ => raise(format!("Неверный тип или значение параметра ({}, параметр номер '{}')", args.what, n + 1)),
            },
        }
    };
    if word(2, "ТипВнешнейКомпоненты")? == Some("COM") {
        return Err(Fail::unknown("компоненты по технологии COM"));
    }
    let isolated = word(3, "ТипПодключенияВнешнейКомпоненты")? != Some("НеИзолированно");
    Ok(addin::attach(session, &place, &name, isolated).into())
}
