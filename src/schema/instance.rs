//! One object: dispatches calls to rows, one at a time, and keeps the last error.

use super::call::{Call, PropertyRead};
use super::error::{Error, Outcome};
use super::inside::Inside;
use super::table::{ClassTable, Family};
use crate::handle::Gate;
use crate::native_api::{Arguments, Component, Failure, HostFacts, Language, Output, Surroundings, Value};
use std::any::Any;
use std::ffi::c_long;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// An object of a class, as its host holds it. Others reach what is inside through its gate.
pub(super) struct Instance<T: Family> {
    class: &'static ClassTable<T>,
    gate: Arc<Gate<Inside<T>>>,
}

impl<T: Family> Instance<T> {
    pub(super) fn new(class: &'static ClassTable<T>, surroundings: Surroundings) -> Self {
        let gate = Arc::new_cyclic(|me| {
            let object = (class.create)(class.class, surroundings.clone(), me.clone());
            let (language, host) = (Language::default(), HostFacts::default());
            Gate::new(Inside { object, error: None, language, host, surroundings })
        });
        Self { class, gate }
    }

    /// Runs one call: alone, with every failure kept and shown before the gate is left, for afterwards a thread that waits to
    /// destroy the object may do so. A call from inside of another fails.
    fn alone(&self, run: impl FnOnce(&mut Inside<T>) -> Outcome) -> Result<(), Failure> {
        let entered = self.gate.enter(|inside| {
            let outcome = catch_unwind(AssertUnwindSafe(|| run(inside)));
            let outcome = outcome.unwrap_or_else(|panic| Err(internal(said(&*panic))));
            outcome.map_err(|error| inside.failed(error))
        });
        entered.unwrap_or_else(|reentered| Err(Failure(format!("{reentered:?}"))))
    }
}

impl<T: Family> Inside<T> {
    fn run(
        &mut self,
        class: &'static ClassTable<T>,
        method: usize,
        arguments: Arguments<'_>,
        output: &mut dyn Output,
    ) -> Outcome {
        let Some(row) = class.method(method) else {
            return Err(no_such_member("метода", "method", method));
        };
        let needed = row.parameters.iter().take_while(|parameter| parameter.default.is_none()).count();
        let most = row.parameters.len();
        let Arguments { values, given } = arguments;
        // The values were cut to what the method takes, so a count that differs from theirs is too many, or negative.
        if values.len() < needed || c_long::try_from(values.len()) != Ok(given) {
            let takes = if needed == most { most.to_string() } else { format!("{needed}–{most}") };
            return Err(Error::new(
                "EINVAL",
                format!("Метод {}: передано параметров: {given}, ожидается {takes}.", row.name.russian),
                format!("Method {}: takes {takes} parameters, but got {given}.", row.name.english),
            ));
        }
        let mut call = Call::new(&row.name, row.parameters, values, self.host, output);
        (row.run)(&mut self.object, &mut call)?;
        debug_assert_eq!(
            call.used(),
            (most, row.returns.is_some()),
            "{}: the row and its code differ in parameters or in the answer",
            row.name.english
        );
        Ok(())
    }

    fn get(&mut self, class: &'static ClassTable<T>, property: usize, output: &mut dyn Output) -> Outcome {
        let Some(row) = class.property(property) else {
            return Err(no_such_member("свойства", "property", property));
        };
        let (last_error, last_error_code) = match &self.error {
            Some(error) => (error.text(self.language), error.code),
            None => ("", ""),
        };
        let mut read = PropertyRead { host: self.host, last_error, last_error_code, output };
        row.read(class.class, &mut self.object, &mut read)
    }

    fn set(&mut self, class: &'static ClassTable<T>, property: usize, value: Value<'_>) -> Outcome {
        let Some(row) = class.property(property) else {
            return Err(no_such_member("свойства", "property", property));
        };
        row.write(&mut self.object, value)?;
        self.error = None;
        Ok(())
    }
}

impl<T: Family> Component for Instance<T> {
    fn introduce(&self, facts: HostFacts, language: Language, renewed: Option<Surroundings>) {
        let me = Arc::downgrade(&self.gate);
        // From inside of a call there is nothing new to learn: that call has its language, and its life.
        let _ = self.gate.enter(|inside| {
            (inside.host, inside.language) = (facts, language);
            let Some(surroundings) = renewed else { return };
            let begin = || (self.class.create)(self.class.class, surroundings.clone(), me);
            match catch_unwind(AssertUnwindSafe(begin)) {
                Ok(object) => (inside.object, inside.error) = (object, None),
                Err(panic) => inside.error = Some(internal(said(&*panic))),
            }
            inside.surroundings = surroundings;
        });
    }

    fn call(&self, method: usize, arguments: Arguments<'_>, output: &mut dyn Output) -> Result<(), Failure> {
        self.alone(|inside| {
            inside.run(self.class, method, arguments, output)?;
            inside.error = None;
            Ok(())
        })
    }

    fn get(&self, property: usize, output: &mut dyn Output) -> Result<(), Failure> {
        self.alone(|inside| inside.get(self.class, property, output))
    }

    fn set(&self, property: usize, value: Value<'_>) -> Result<(), Failure> {
        self.alone(|inside| inside.set(self.class, property, value))
    }

    fn close(&self, last: &dyn Fn()) {
        // Nobody closes from inside of a call: see `native_api::Object::close`.
        let _ = self.gate.enter(|inside| {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| inside.object.close())) {
                inside.error = Some(internal(said(&*panic)));
            }
            last();
        });
    }

    fn is_mine(&self) -> bool {
        self.gate.is_mine()
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default()
}

/// A panic of ours that was caught.
fn internal(what: &str) -> Error {
    Error::new(
        "EFAULT",
        format!("Внутренняя ошибка компоненты: {what}. Сообщите о ней разработчикам; объект лучше создать заново."),
        format!("Internal error of the component: {what}. Please report it; better make a new object."),
    )
}

fn no_such_member(russian: &str, english: &str, number: usize) -> Error {
    Error::new(
        "EINVAL",
        format!("У объекта нет {russian} с номером {number}."),
        format!("The object has no {english} with number {number}."),
    )
}
