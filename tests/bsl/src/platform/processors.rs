//! Обработки: data processors, their objects made of object modules.

use crate::platform::table::Property;
use crate::run::{Args, Instance, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Object, Value, is};
use std::rc::Rc;

pub const PROPERTIES: &[Property] =
    &[Property { ru: "Обработки", en: "DataProcessors", get: |_| Ok(Value::object(Processors)) }];

struct Processors;

impl Object for Processors {
    fn type_name(&self) -> String {
        "МенеджерОбработок".into()
    }

    fn get(&self, session: &Session, name: &Name) -> Run<Value> {
        if session.world.processor(&name.lower).is_none() {
            return raise(format!("Поле объекта не обнаружено ({name})"));
        }
        Ok(Value::object(Manager(name.clone())))
    }
}

struct Manager(Name);

impl Object for Manager {
    fn type_name(&self) -> String {
        format!("ОбработкаМенеджер.{}", self.0)
    }

    fn call(&self, session: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "создать", "create") {
            args.count(0, 0)?;
            return create(session, &self.0.shown);
        }
        Err(self.unknown("метод", name))
    }
}

/// A new object of a processor, its module's body executed.
pub fn create(session: &Session, name: &str) -> Run<Value> {
    let Some(module) = session.world.processor(&name.to_lowercase()) else {
        return raise(format!("Поле объекта не обнаружено ({name})"));
    };
    let instance = Rc::new(Instance::new(module));
    let object = Value::object(ProcessorObject(instance.clone()));
    session.body(&instance)?;
    Ok(object)
}

/// Exported methods and variables are its members.
struct ProcessorObject(Rc<Instance>);

impl ProcessorObject {
    fn variable(&self, name: &Name) -> Option<crate::value::Cell> {
        let module = &self.0.module;
        let number = module.variables.iter().position(|variable| variable == name)?;
        module.exported.contains(name).then(|| self.0.variable(number))
    }
}

impl Object for ProcessorObject {
    fn type_name(&self) -> String {
        self.0.module.name.replacen("Обработка.", "ОбработкаОбъект.", 1)
    }

    fn get(&self, _: &Session, name: &Name) -> Run<Value> {
        match self.variable(name) {
            Some(cell) => Ok(cell.borrow().clone()),
            None => raise(format!("Поле объекта не обнаружено ({name})")),
        }
    }

    fn set(&self, _: &Session, name: &Name, value: Value) -> Run<()> {
        match self.variable(name) {
            Some(cell) => *cell.borrow_mut() = value,
            None => return raise(format!("Поле объекта не обнаружено ({name})")),
        }
        Ok(())
    }

    fn call(&self, session: &Session, name: &Name, args: &Args) -> Run<Value> {
        session.call_exported(&self.0, name, args)
    }
}
