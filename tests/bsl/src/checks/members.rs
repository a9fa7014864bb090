//! Members of the component's objects that a module uses: they exist, with that many arguments.
//!
//! A variable is known to be an object of a class when it was assigned `Новый("AddIn.Имя.Класс")` or `НовыйОбъект("Класс")` in this module (or in an earlier
//! block of a page). Of other variables nothing is known, unless a name is one that only the component has: then some class must
//! have it with that many arguments.

use crate::checks::component::{Class, Component};
use crate::syntax::SyntaxError;
use crate::syntax::ast::{Expr, ExprKind, Literal, Module, Name, StatementKind, Variable};
use crate::syntax::walk::{Seen, walk};
use std::collections::HashMap;

/// Which class a variable holds an object of, by "method/variable".
pub type Inferred = HashMap<String, String>;

/// "AddIn.Имя.Класс" → "Класс".
fn class_of(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once('.')?;
    let (_, class) = rest.split_once('.')?;
    first.eq_ignore_ascii_case("addin").then_some(class)
}

#[must_use]
pub fn members(module: &Module, component: &Component, inferred: &mut Inferred) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut checker = Checker { module, component, inferred, place: String::new(), errors: &mut errors };
    walk(module, &mut |seen| checker.see(&seen));
    errors
}

struct Checker<'a> {
    module: &'a Module,
    component: &'a Component,
    inferred: &'a mut Inferred,
    place: String,
    errors: &'a mut Vec<SyntaxError>,
}

enum Use<'a> {
    Read,
    Written,
    Called { args: usize, missing: &'a [Option<Expr>] },
}

impl Checker<'_> {
    fn error(&mut self, line: u32, text: String) {
        self.errors.push(SyntaxError { file: self.module.file.clone(), line, text });
    }

    fn key(&self, variable: &Variable) -> String {
        match variable {
            Variable::Local(n) => format!("{}/{n}", self.place),
            Variable::Module(n) => format!("/{}", self.module.variables[*n].lower),
            Variable::Global(name) => format!("/{}", name.lower),
        }
    }

    fn see(&mut self, seen: &Seen<'_>) {
        match seen {
            Seen::Method(method) => self.place = format!("{}:{}", self.module.name, method.name.lower),
            Seen::Body => self.place.clear(),
            Seen::Assigned(variable, value) => {
                let key = self.key(variable);
                match created(value) {
                    Some(class) => {
                        self.inferred.insert(key, class);
                    }
                    None => {
                        self.inferred.remove(&key);
                    }
                }
            }
            Seen::Statement(statement) => {
                if let StatementKind::SetMember(object, name, _) = &statement.kind {
                    self.uses(statement.line, object, name, &Use::Written);
                }
            }
            Seen::Expr(expr) if created(expr).is_some_and(|class| self.component.class(&class).is_none()) => {
                self.error(expr.line, format!("у компоненты нет класса {}", created(expr).unwrap_or_default()));
            }
            Seen::Expr(expr) => match &expr.kind {
                ExprKind::Member(object, name) => self.uses(expr.line, object, name, &Use::Read),
                ExprKind::MemberCall(object, name, args) => {
                    self.uses(expr.line, object, name, &Use::Called { args: args.len(), missing: args });
                }
                _ => {}
            },
        }
    }

    fn uses(&mut self, line: u32, object: &Expr, name: &Name, how: &Use<'_>) {
        let class = match &object.kind {
            ExprKind::Variable(variable) => self.inferred.get(&self.key(variable)).cloned(),
            _ => created(object),
        };
        // A common module, or something of the platform: none of ours.
        if class.is_none() && matches!(object.kind, ExprKind::Variable(Variable::Global(_))) {
            return;
        }
        let component = self.component;
        if let Some(class) = class.and_then(|class| component.class(&class)) {
            if let Some(problem) = problem(class, name, how) {
                self.error(line, format!("{}: {problem}", class.name));
            }
            return;
        }
        // A method that only the component has; a property may be a field of anything.
        if !matches!(how, Use::Called { .. }) || !is_own(component, &name.lower) {
            return;
        }
        let fits = component.classes.iter().any(|class| problem(class, name, how).is_none());
        if !fits {
            self.error(line, format!("ни у одного класса компоненты нет такого {name} с таким числом параметров"));
        }
    }
}

/// Names of ours that types of the platform may have too, with other arguments.
const COMMON: &[&str] = &[
    "отправить",
    "получить",
    "подключить",
    "отключить",
    "закрыть",
    "подписаться",
    "отписаться",
    "send",
    "close",
    "connect",
    "disconnect",
    "subscribe",
    "unsubscribe",
];

/// A name that only the component has: one of its members, or a client's way to call one.
fn is_own(component: &Component, lower: &str) -> bool {
    if BEGINS.iter().any(|begins| lower.starts_with(begins)) {
        return true;
    }
    !COMMON.contains(&lower) && component.classes.iter().any(|class| class.member(lower).is_some())
}

/// How a client calls a method without waiting.
const BEGINS: [&str; 2] = ["начатьвызов", "begincalling"];

fn created(value: &Expr) -> Option<String> {
    let text = |expr: &Expr| match &expr.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text.clone()),
        _ => None,
    };
    match &value.kind {
        ExprKind::NewOf(kind, _) => class_of(&text(kind)?).map(str::to_owned),
        ExprKind::Call(name, args) | ExprKind::MemberCall(_, name, args) if &*name.lower == MAKER => {
            Some(format!("ZeroMQ.{}", text(args.first()?.as_ref()?)?))
        }
        _ => None,
    }
}

/// conf's function that makes an object of a class.
const MAKER: &str = "новыйобъект";

/// "…Асинх" and "НачатьВызов…" are how a client calls the same method.
fn plain<'a>(class: &Class, lower: &'a str) -> (&'a str, bool) {
    if class.member(lower).is_some() {
        return (lower, false);
    }
    let asynchronous = lower.strip_suffix("асинх").or_else(|| lower.strip_suffix("async"));
    (asynchronous.unwrap_or(lower), asynchronous.is_some())
}

fn problem(class: &Class, name: &Name, how: &Use<'_>) -> Option<String> {
    if let Some(method) = name.lower.strip_prefix("начатьвызов").or_else(|| name.lower.strip_prefix("begincalling"))
    {
        let facts = class.member(method).and_then(|member| member.method.as_ref());
        return match (facts, how) {
            (Some(facts), Use::Called { args, .. }) if (facts.least + 1..=facts.most + 1).contains(args) => None,
            _ => Some(format!("нет такого метода или столько параметров: {name}")),
        };
    }
    let (lower, asynchronous) = plain(class, &name.lower);
    let Some(member) = class.member(lower) else { return Some(format!("нет {name}")) };
    match (how, &member.method) {
        (Use::Called { args, missing }, Some(facts)) => {
            let omitted = missing.iter().take(facts.least).any(Option::is_none);
            if *args < facts.least || *args > facts.most || omitted {
                return Some(format!("{name}: параметров {args}, нужно от {} до {}", facts.least, facts.most));
            }
            None
        }
        (Use::Called { .. }, None) => Some(format!("{name} — свойство, а не метод")),
        (Use::Read | Use::Written, Some(_)) => Some(format!("{name} — метод, а не свойство")),
        (Use::Written, None) if !member.writable => Some(format!("{name} только для чтения")),
        (Use::Read | Use::Written, None) if asynchronous => Some(format!("нет {name}")),
        (Use::Read | Use::Written, None) => None,
    }
}
