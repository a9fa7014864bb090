//! One object: dispatches calls to rows, one at a time, and keeps the last error.

use super::call::{Call, PropertyRead};
use super::error::{Error, Outcome};
use super::row::{Manner, Method};
use super::seen::{Seen, View, refused};
use super::table::{ClassTable, Family};
use super::waiting::{Turn, Waiting};
use crate::handle::{Gate, Outside, Reentered};
use crate::native_api::{Arguments, Component, Failure, HostFacts, Language, Output, Surroundings, Value};
use crate::sync::this_thread;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// An object of a class, as its host holds it. Others reach what is inside through its gate.
pub(super) struct Instance<T: Family> {
    class: &'static ClassTable<T>,
    gate: Arc<Gate<T>>,
    seen: Seen<T>,
    /// Calls that wait outside of the gate.
    outside: Arc<Outside>,
}

impl<T: Family> Instance<T> {
    pub(super) fn new(class: &'static ClassTable<T>, surroundings: Surroundings) -> Self {
        let mut seen = None;
        let gate = Arc::new_cyclic(|me| {
            let object = (class.create)(class.class, surroundings.clone(), me.clone());
            seen = Some(Seen::new(&object, surroundings));
            Gate::new(object)
        });
        Self { class, gate, seen: seen.expect("made with the object"), outside: Arc::default() }
    }

    /// Runs one call, of the member that `member` names: alone, with every failure kept and shown before the gate is left, for
    /// afterwards a thread that waits to destroy the object may do so. A call from inside of another fails.
    fn alone(&self, member: impl FnOnce() -> &'static str, run: impl FnOnce(&mut T) -> Outcome) -> Result<(), Failure> {
        let me = this_thread();
        if self.seen.is_of(me) {
            return refused(Reentered);
        }
        let entered = self.gate.enter_as(me, |object| {
            let done = caught(|| run(object));
            object.called();
            match done {
                Ok(()) => {
                    self.seen.succeeded();
                    Ok(())
                }
                Err(error) => self.failed(object, member(), error),
            }
        });
        entered.unwrap_or_else(refused)
    }

    #[cold]
    #[inline(never)]
    fn failed(&self, object: &T, member: &'static str, error: Error) -> Result<(), Failure> {
        object.failed(member, &error);
        Err(self.seen.fail(error))
    }

    /// A call that is more than a plain one.
    #[cold]
    #[inline(never)]
    fn call_by_manner(
        &self,
        row: &'static Method<T>,
        arguments: &Arguments<'_>,
        output: Output<'_>,
    ) -> Result<(), Failure> {
        if let Manner::Waits(attempt) = row.manner {
            return self.wait(row, attempt, arguments, output);
        }
        self.end_waits(row, arguments);
        self.alone(|| row.name.english, |object| run(row, object, arguments, output))
    }

    /// Runs a call that waits: alone while it tries, and outside of the gate, where it sleeps, as one who comes back.
    #[cold]
    fn wait(
        &self,
        row: &'static Method<T>,
        attempt: fn(&mut T, &mut Call<'_>, &mut Waiting) -> Outcome<Turn>,
        arguments: &Arguments<'_>,
        output: Output<'_>,
    ) -> Result<(), Failure> {
        let me = this_thread();
        if self.seen.is_of(me) || self.gate.is_of(me) {
            return refused(Reentered);
        }
        let mut waiting = Waiting::new(self.seen.language());
        let mut call = Call::new(&row.name, row.parameters, arguments, output);
        let mut away = None;
        loop {
            let tried = self.gate.enter_as(me, |object| {
                let tried = caught(|| {
                    check_count(row, arguments)?;
                    call.begin_anew();
                    attempt(object, &mut call, &mut waiting)
                });
                let done = match tried {
                    Ok(Turn::Again) => {
                        away.get_or_insert_with(|| self.outside.go());
                        return None;
                    }
                    Ok(Turn::Done) => {
                        call.check_used(row.returns.is_some());
                        self.seen.succeeded();
                        Ok(())
                    }
                    Err(error) => self.failed(object, row.name.english, error),
                };
                object.called();
                away = None;
                Some(done)
            });
            match tried {
                Ok(None) => waiting.sleep(),
                Ok(Some(done)) => return done,
                Err(reentered) => return refused(reentered),
            }
        }
    }

    /// Breaks off the calls that wait. One that is refused for its arguments, or comes from inside of another, ends nothing.
    #[cold]
    fn end_waits(&self, row: &Method<T>, arguments: &Arguments<'_>) {
        if fits(row, arguments) && !self.is_mine() {
            self.seen.end_waits();
        }
    }
}

fn run<T>(row: &'static Method<T>, object: &mut T, arguments: &Arguments<'_>, output: Output<'_>) -> Outcome {
    check_count(row, arguments)?;
    let mut call = Call::new(&row.name, row.parameters, arguments, output);
    (row.run)(object, &mut call)?;
    call.check_used(row.returns.is_some());
    Ok(())
}

#[inline]
fn check_count<T>(row: &'static Method<T>, arguments: &Arguments<'_>) -> Outcome {
    if fits(row, arguments) { Ok(()) } else { Err(wrong_count(row, arguments)) }
}

#[cold]
fn wrong_count<T>(row: &'static Method<T>, arguments: &Arguments<'_>) -> Error {
    let (needed, most, given) = (row.needed, row.parameters.len(), arguments.given());
    let takes = if needed == most { most.to_string() } else { format!("{needed}–{most}") };
    Error::new(
        "EINVAL",
        format!("Метод {}: передано параметров: {given}, ожидается {takes}.", row.name.russian),
        format!("Method {}: takes {takes} parameters, but got {given}.", row.name.english),
    )
}

/// Whether there are as many arguments as the method takes.
fn fits<T>(row: &Method<T>, arguments: &Arguments<'_>) -> bool {
    usize::try_from(arguments.given()).is_ok_and(|given| (row.needed..=row.parameters.len()).contains(&given))
}

impl<T: Family> View<T> {
    fn get(&self, class: &'static ClassTable<T>, property: usize, output: Output<'_>) -> Outcome {
        let Some(row) = class.property(property) else {
            return Err(no_such_member("свойства", "property", property));
        };
        let (last_error, last_error_code) = match &self.error {
            Some(error) => (error.text(self.language), error.code),
            None => ("", ""),
        };
        let mut read = PropertyRead { host: self.host, language: self.language, last_error, last_error_code, output };
        row.read(class.class, &self.readable, &mut read)
    }
}

impl<T: Family> Component for Instance<T> {
    fn introduce(&self, facts: HostFacts, language: Language, renewed: Option<Surroundings>) {
        self.seen.introduce(facts, language);
        let Some(surroundings) = renewed else { return };
        let me = Arc::downgrade(&self.gate);
        // From inside of a call there is one life already.
        let _ = self.gate.enter(|object| {
            let begin = || Ok((self.class.create)(self.class.class, surroundings.clone(), me));
            let failed = caught(begin).map(|renewed| *object = renewed).err();
            self.seen.renew(object, failed, surroundings);
        });
    }

    fn call(&self, method: usize, arguments: &Arguments<'_>, output: Output<'_>) -> Result<(), Failure> {
        let Some(row) = self.class.method(method) else {
            return self.alone(|| "", |_| Err(no_such_member("метода", "method", method)));
        };
        if !matches!(row.manner, Manner::Plain) {
            return self.call_by_manner(row, arguments, output);
        }
        self.alone(|| row.name.english, |object| run(row, object, arguments, output))
    }

    fn get(&self, property: usize, output: Output<'_>) -> Result<(), Failure> {
        let me = this_thread();
        if self.gate.is_of(me) {
            return refused(Reentered);
        }
        self.seen.look_as(me, |view| caught(|| view.get(self.class, property, output)))
    }

    fn set(&self, property: usize, value: Value<'_>) -> Result<(), Failure> {
        let Some(row) = self.class.property(property) else {
            return self.alone(|| "", |_| Err(no_such_member("свойства", "property", property)));
        };
        self.alone(|| row.name.english, |object| row.write(object, value))
    }

    fn close(&self, last: &dyn Fn()) {
        // Nobody closes from inside of a call: see `native_api::Object::close`.
        let closed = || {
            self.gate.enter(|object| {
                // The waits were ended before: nobody leaves for another.
                if !self.outside.is_empty() {
                    return false;
                }
                let close = || {
                    object.close();
                    Ok(())
                };
                if let Err(error) = caught(close) {
                    self.seen.fail(error);
                }
                self.seen.alone(last);
                true
            })
        };
        while closed() == Ok(false) {
            self.outside.wait();
        }
    }

    fn is_mine(&self) -> bool {
        let me = this_thread();
        self.gate.is_of(me) || self.seen.is_of(me)
    }
}

/// A panic of `run` is an error.
fn caught<R>(run: impl FnOnce() -> Outcome<R>) -> Outcome<R> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(internal(said(&*panic))))
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
