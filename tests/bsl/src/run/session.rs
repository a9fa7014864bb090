//! A session: one thread of BSL with its own modules' variables and its own attached components.

use crate::addin::Attached;
use crate::platform::jobs::JobState;
use crate::run::{Args, Error, Fail, Flow, Frame, Run, Said, World, raise};
use crate::syntax::ast::{Module, Name};
use crate::syntax::{Names, Source, Target, module};
use crate::value::{Cell, Object, Value, cell};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How many methods may be inside of one another; a session's thread has the stack for it.
const DEEPEST: usize = 400;

/// A module with its variables in one session.
pub struct Instance {
    pub module: Arc<Module>,
    variables: Rc<RefCell<Vec<Cell>>>,
    properties: RefCell<HashMap<String, Value>>,
}

impl Instance {
    #[must_use]
    pub fn new(module: Arc<Module>) -> Self {
        Self::sharing(module, Rc::default())
    }

    /// With the variables of another module: the blocks of a page.
    #[must_use]
    pub fn sharing(module: Arc<Module>, variables: Rc<RefCell<Vec<Cell>>>) -> Self {
        {
            let mut all = variables.borrow_mut();
            let length = module.variables.len().max(all.len());
            all.resize_with(length, || cell(Value::Undefined));
        }
        Self { module, variables, properties: RefCell::default() }
    }

    pub(crate) fn variable(&self, number: usize) -> Cell {
        self.variables.borrow()[number].clone()
    }

    pub(super) fn property(&self, lower: &str) -> Option<Value> {
        self.properties.borrow().get(lower).cloned()
    }

    /// What the module finds under a name without declaring it.
    pub fn set_property(&self, name: &str, value: Value) {
        self.properties.borrow_mut().insert(name.to_lowercase(), value);
    }
}

/// A server's common module, as other modules see it: its exported methods.
struct ModuleObject(Rc<Instance>);

impl Object for ModuleObject {
    fn type_name(&self) -> String {
        self.0.module.name.clone()
    }

    fn call(&self, session: &Session, name: &Name, args: &Args) -> Run<Value> {
        session.call_exported(&self.0, name, args)
    }

    fn get(&self, _session: &Session, name: &Name) -> Run<Value> {
        raise(format!("Поле объекта не обнаружено ({name})"))
    }
}

pub struct Session {
    pub world: Arc<World>,
    /// Errors of the Исключение blocks that run now, the innermost last.
    pub errors: RefCell<Vec<Error>>,
    pub attached: RefCell<HashMap<String, Attached>>,
    pub job: Option<Arc<JobState>>,
    instances: RefCell<HashMap<String, Rc<Instance>>>,
    page: RefCell<Vec<Rc<Instance>>>,
    depth: std::cell::Cell<usize>,
    /// Of the statement that runs.
    pub(super) line: std::cell::Cell<u32>,
}

pub(super) struct Deeper<'a>(&'a std::cell::Cell<usize>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Session {
    #[must_use]
    pub fn new(world: &Arc<World>, job: Option<Arc<JobState>>) -> Self {
        Self {
            world: world.clone(),
            errors: RefCell::default(),
            attached: RefCell::default(),
            job,
            instances: RefCell::default(),
            page: RefCell::default(),
            depth: std::cell::Cell::new(0),
            line: std::cell::Cell::new(0),
        }
    }

    /// Every statement begins with it: a cancelled job, and a run whose time is over, end here.
    pub(crate) fn breathe(&self) -> Run<()> {
        let cancelled = self.job.as_ref().is_some_and(|job| job.is_cancelled());
        if cancelled || self.world.is_stopped() { Err(Fail::Cancelled) } else { Ok(()) }
    }

    pub(super) fn deeper(&self) -> Run<Deeper<'_>> {
        if self.depth.get() >= DEEPEST {
            return raise("Переполнение стека встроенного языка на сервере");
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Deeper(&self.depth))
    }

    fn instance(&self, lower: &str) -> Option<Rc<Instance>> {
        if let Some(instance) = self.instances.borrow().get(lower) {
            return Some(instance.clone());
        }
        let module = self.world.module(lower)?;
        let instance = Rc::new(Instance::new(module));
        self.instances.borrow_mut().insert(lower.into(), instance.clone());
        Some(instance)
    }

    /// The module of this name was replaced: its instance here is the old one's.
    pub fn forget(&self, name: &str) {
        self.instances.borrow_mut().remove(&name.to_lowercase());
    }

    pub(super) fn module(&self, lower: &str) -> Run<Option<Value>> {
        Ok(self.instance(lower).map(|instance| Value::object(ModuleObject(instance))))
    }

    /// "Модуль.Метод", as background jobs name it.
    pub fn call_by_path(&self, path: &str, args: &Args) -> Run<Value> {
        let name = path.split_once('.').filter(|(_, method)| !method.contains('.'));
        let Some((module, method)) = name else {
            return raise(format!("Неверное имя метода ({path})"));
        };
        match self.instance(&module.to_lowercase()) {
            Some(instance) => self.call_exported(&instance, &Name::new(method), args),
            None => raise(format!("Модуль не найден ({module})")),
        }
    }

    pub fn call_exported(&self, instance: &Rc<Instance>, name: &Name, args: &Args) -> Run<Value> {
        let found = instance.module.methods.iter().position(|method| method.exported && method.name == *name);
        match found {
            Some(number) => self.enter(instance, number, args),
            None => raise(format!("Метод объекта не обнаружен ({name})")),
        }
    }

    /// Any method of a module: for those who start tests.
    pub fn call_method(&self, instance: &Rc<Instance>, name: &str, args: &Args) -> Run<Value> {
        let lower = name.to_lowercase();
        let found = instance.module.methods.iter().position(|method| *method.name.lower == *lower);
        match found {
            Some(number) => self.enter(instance, number, args),
            None => raise(format!("Метод объекта не обнаружен ({name})")),
        }
    }

    /// Runs a module's body; a page's methods are then known to the blocks that follow.
    pub fn body(&self, instance: &Rc<Instance>) -> Run<()> {
        let frame = Frame { instance: instance.clone(), locals: Vec::new() };
        match self.block(&frame, &instance.module.body)? {
            Flow::Break | Flow::Continue => raise("Прервать или Продолжить вне цикла"),
            Flow::Next | Flow::Return(_) => Ok(()),
        }
    }

    /// `Вычислить`: an expression over what is global; the variables around it are not seen.
    pub fn evaluated(&self, text: &str) -> Run<Value> {
        let source =
            Source {
                name: "Вычислить", file: "Вычислить", text: &format!("Итог = {text};"), target: Target::Server
            };
        match module(&source, &mut Names::default()) {
            Ok(made) => {
                let instance = Rc::new(Instance::new(Arc::new(made)));
                self.body(&instance)?;
                let value = instance.variable(0).borrow().clone();
                Ok(value)
            }
            Err(errors) => raise(errors.first().map(ToString::to_string).unwrap_or_default()),
        }
    }

    pub fn remember_methods(&self, instance: &Rc<Instance>) {
        self.page.borrow_mut().push(instance.clone());
    }

    pub(super) fn method_of_page(&self, name: &Name) -> Option<(Rc<Instance>, usize)> {
        let find = |instance: &Rc<Instance>| {
            let number = instance.module.methods.iter().position(|method| method.name == *name)?;
            Some((instance.clone(), number))
        };
        self.page.borrow().iter().rev().find_map(find)
    }

    pub(super) fn call_member_as_statement(&self, object: &Value, name: &Name, args: &Args) -> Run<()> {
        match object {
            Value::Object(object) => object.call_as_statement(self, name, args),
            other => raise(super::execute::not_an_object(other, name)),
        }
    }

    /// What Сообщить says.
    pub fn say(&self, text: &str) {
        if let Some(job) = &self.job {
            job.say(text);
        }
        self.world.say(&Said { from_job: self.job.is_some(), line: self.line.get(), text });
    }
}
