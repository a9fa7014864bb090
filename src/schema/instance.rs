//! One object: dispatches calls to rows and keeps the last error.

use super::call::{Call, PropertyRead};
use super::error::{Error, Outcome};
use super::table::{ClassTable, Family};
use crate::native_api::{Arguments, Component, Failure, HostFacts, Language, Output, Value};
use std::ffi::c_long;

/// An object of a class, with what every object has.
pub(super) struct Instance<T: Family> {
    class: &'static ClassTable<T>,
    object: T,
    error: Option<Error>,
    language: Language,
    host: HostFacts,
}

impl<T: Family> Instance<T> {
    pub(super) fn new(class: &'static ClassTable<T>, object: T) -> Self {
        Self { class, object, error: None, language: Language::default(), host: HostFacts::default() }
    }

    fn run(&mut self, method: usize, arguments: Arguments<'_>, output: &mut dyn Output) -> Outcome {
        let Some(row) = self.class.method(method) else {
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
        let mut call = Call::new(&row.name, row.parameters, values, output);
        (row.run)(&mut self.object, &mut call)?;
        debug_assert_eq!(
            call.used(),
            (most, row.returns.is_some()),
            "{}: the row and its code differ in parameters or in the answer",
            row.name.english
        );
        Ok(())
    }

    fn keep(&mut self, error: Error) -> Failure {
        let failure = Failure(error.text(self.language).to_owned());
        self.error = Some(error);
        failure
    }
}

impl<T: Family> Component for Instance<T> {
    fn met_host(&mut self, facts: HostFacts) {
        self.host = facts;
    }

    fn set_language(&mut self, language: Language) {
        self.language = language;
    }

    fn call(&mut self, method: usize, arguments: Arguments<'_>, output: &mut dyn Output) -> Result<(), Failure> {
        match self.run(method, arguments, output) {
            Ok(()) => {
                self.error = None;
                Ok(())
            }
            Err(error) => Err(self.keep(error)),
        }
    }

    fn get(&mut self, property: usize, output: &mut dyn Output) -> Result<(), Failure> {
        let Some(row) = self.class.property(property) else {
            return Err(self.keep(no_such_member("свойства", "property", property)));
        };
        let (last_error, last_error_code) = match &self.error {
            Some(error) => (error.text(self.language), error.code),
            None => ("", ""),
        };
        let mut read = PropertyRead { host: self.host, last_error, last_error_code, output };
        (row.get)(&mut self.object, &mut read).map_err(|error| self.keep(error))
    }

    fn set(&mut self, property: usize, value: Value<'_>) -> Result<(), Failure> {
        let Some(row) = self.class.property(property) else {
            return Err(self.keep(no_such_member("свойства", "property", property)));
        };
        let outcome = match row.set {
            Some(set) => set(&mut self.object, value),
            None => Err(Error::new(
                "EACCES",
                format!("Свойство {} доступно только для чтения.", row.name.russian),
                format!("Property {} can only be read.", row.name.english),
            )),
        };
        outcome.map_err(|error| self.keep(error))
    }

    fn panicked(&mut self, what: &str) {
        self.error = Some(Error::new(
            "EFAULT",
            format!("Внутренняя ошибка компоненты: {what}. Сообщите о ней разработчикам; объект лучше создать заново."),
            format!("Internal error of the component: {what}. Please report it; better make a new object."),
        ));
    }

    fn close(&mut self) {
        self.object.close();
    }
}

fn no_such_member(russian: &str, english: &str, number: usize) -> Error {
    Error::new(
        "EINVAL",
        format!("У объекта нет {russian} с номером {number}."),
        format!("The object has no {english} with number {number}."),
    )
}
