//! What 1C's compiler and its syntax check say of modules: calls between them, names, places.

use crate::checks::{Component, Inferred, members};
use crate::conf::{Configuration, Kind, ModuleFile, forms};
use crate::platform;
use crate::syntax::ast::{Expr, ExprKind, Literal, Method, Module, Name, Place, Statement, StatementKind, Variable};
use crate::syntax::walk::{Seen, walk};
use crate::syntax::{SyntaxError, Target};

/// Globals of a client that the runner does not execute, with the number of arguments.
const CLIENT: &[(&str, usize, usize)] = &[
    ("НачатьПодключениеВнешнейКомпоненты", 3, 5),
    ("НачатьУстановкуВнешнейКомпоненты", 1, 2),
    ("ПодключитьВнешнююКомпонентуАсинх", 2, 4),
    ("УстановитьВнешнююКомпонентуАсинх", 1, 1),
    ("ВыполнитьОбработкуОповещения", 1, 2),
    ("ПодключитьОбработчикОжидания", 2, 3),
    ("ОтключитьОбработчикОжидания", 1, 1),
    ("ПоказатьПредупреждение", 1, 4),
    ("ПоказатьОповещениеПользователя", 0, 6),
    ("ОчиститьСообщения", 0, 0),
];

/// Globals that a thin client has not.
const SERVER_ONLY: &[&str] = &[
    "фоновыезадания",
    "метаданные",
    "обработки",
    "записьжурналарегистрации",
    "вычислить",
    "получитьтекущийсеансинформационнойбазы",
];

/// Synchronous calls, which the configuration's mode forbids on a client.
const SYNCHRONOUS: &[&str] = &["подключитьвнешнююкомпоненту", "установитьвнешнююкомпоненту"];

const CLIENT_TYPES: &[&str] = &["описаниеоповещения"];

/// What a form's module finds without declaring it.
const FORM: &[&str] = &["этотобъект", "элементы", "параметры", "уникальныйидентификатор"];

/// Modules that may or may not be there: of БСП.
const FOREIGN: &[&str] = &["общегоназначения", "внешниекомпонентысервер", "внешниекомпонентыклиент"];

pub struct Compiled<'a> {
    file: &'a ModuleFile,
    module: Module,
    target: Target,
}

/// All that is wrong with the modules of a configuration.
#[must_use]
pub fn check(conf: &Configuration, component: &Component) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut compiled = Vec::new();
    for file in &conf.modules {
        for target in [Target::Server, Target::ThinClient] {
            let wanted = match (file.kind, target) {
                (Kind::Form, Target::Server) => false,
                (_, Target::Server) => file.server,
                (_, Target::ThinClient) => file.client,
            };
            if !wanted {
                continue;
            }
            match Configuration::compile(file, target) {
                Ok(module) => compiled.push(Compiled { file, module, target }),
                Err(found) => errors.extend(found),
            }
        }
    }
    for own in &compiled {
        errors.extend(members(&own.module, component, &mut Inferred::new()));
        let attributes = if own.file.kind == Kind::Form {
            forms::names(own.file).map(|names| names.attributes).unwrap_or_default()
        } else {
            Vec::new()
        };
        let attributes = attributes.iter().map(|name| name.to_lowercase()).collect();
        let mut checker = Checker { own, all: &compiled, attributes, method: None, errors: &mut errors };
        walk(&own.module, &mut |seen| checker.see(&seen));
    }
    errors.sort_by(|a, b| (&a.file, a.line, &a.text).cmp(&(&b.file, b.line, &b.text)));
    errors.dedup();
    errors
}

struct Checker<'a> {
    own: &'a Compiled<'a>,
    all: &'a [Compiled<'a>],
    attributes: Vec<String>,
    method: Option<&'a Method>,
    errors: &'a mut Vec<SyntaxError>,
}

impl<'a> Checker<'a> {
    fn error(&mut self, line: u32, text: String) {
        self.errors.push(SyntaxError { file: self.own.module.file.clone(), line, text });
    }

    /// Where the code at hand runs.
    fn target(&self) -> Target {
        match (self.own.file.kind, self.method.and_then(|method| method.place)) {
            (Kind::Form, Some(Place::Client) | None) => Target::ThinClient,
            (Kind::Form, _) => Target::Server,
            _ => self.own.target,
        }
    }

    fn see(&mut self, seen: &Seen<'a>) {
        match seen {
            Seen::Method(method) => self.method = Some(method),
            Seen::Body => self.method = None,
            Seen::Statement(statement) => self.statement(statement),
            Seen::Expr(expr) => self.expr(expr),
            Seen::Assigned(variable, _) => {
                if let Variable::Global(name) = variable {
                    self.error(0, format!("присваивание {name}"));
                }
            }
        }
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Return(Some(_)) if self.method.is_none_or(|method| !method.function) => {
                self.error(statement.line, "Возврат значения не из функции".into());
            }
            StatementKind::Assign(_, value) | StatementKind::SetMember(_, _, value) => self.wants_value(value),
            _ => {}
        }
    }

    /// A procedure has no value.
    fn wants_value(&mut self, value: &'a Expr) {
        if let ExprKind::Call(name, _) = &value.kind
            && self.own.module.method(&name.lower).is_some_and(|method| !method.function)
        {
            self.error(value.line, format!("{name} — процедура, значения у неё нет"));
        }
        if let ExprKind::MemberCall(object, name, _) = &value.kind {
            let target = self.common(object).and_then(|(module, _)| module.method(&name.lower));
            if target.is_some_and(|method| !method.function) {
                self.error(value.line, format!("{name} — процедура, значения у неё нет"));
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Variable(Variable::Global(name)) => self.name(expr.line, name),
            ExprKind::Call(name, args) => self.call(expr.line, name, args),
            ExprKind::MemberCall(object, name, args) => self.member_call(expr.line, object, name, args),
            ExprKind::New(name, args) => self.creation(expr.line, name, args),
            ExprKind::Await(_) if !self.method.is_some_and(|method| method.asynchronous) => {
                self.error(expr.line, "Ждать вне Асинх".into());
            }
            _ => {}
        }
    }

    /// A common module that the code at hand can see; and one that it cannot.
    fn common(&self, object: &Expr) -> Option<(&'a Module, bool)> {
        let ExprKind::Variable(Variable::Global(name)) = &object.kind else { return None };
        let own = |c: &&Compiled<'_>| {
            c.file.kind == Kind::Common && c.file.name.to_lowercase() == format!("общиймодуль.{}", name.lower)
        };
        let found: Vec<_> = self.all.iter().filter(own).collect();
        let seen = found.iter().find(|c| c.target == self.target());
        seen.or(found.first()).map(|c| (&c.module, seen.is_some()))
    }

    fn name(&mut self, line: u32, name: &Name) {
        let lower = &*name.lower;
        let probe = Expr { line, kind: ExprKind::Variable(Variable::Global(name.clone())) };
        if let Some((_, seen)) = self.common(&probe) {
            if !seen {
                self.error(line, format!("общий модуль {name} здесь недоступен"));
            }
            return;
        }
        let form = self.own.file.kind == Kind::Form;
        let without_context = self.method.is_some_and(|m| m.place == Some(Place::ServerWithoutContext));
        if form && !without_context && (self.attributes.iter().any(|a| a == lower) || FORM.contains(&lower)) {
            return;
        }
        if self.own.file.kind == Kind::ProcessorObject && lower == "этотобъект" {
            return;
        }
        if self.target() == Target::ThinClient && SERVER_ONLY.contains(&lower) {
            return self.error(line, format!("{name} на клиенте нет"));
        }
        if !platform::knows_property(name) && !FOREIGN.contains(&lower) {
            self.error(line, format!("переменная не определена: {name}"));
        }
    }

    fn call(&mut self, line: u32, name: &Name, args: &[Option<Expr>]) {
        if let Some(method) = self.own.module.method(&name.lower) {
            if let Some(text) = wrong_count(method, args) {
                self.error(line, text);
            }
            let from = self.method.and_then(|m| m.place);
            let unreachable = matches!(
                (from, method.place),
                (Some(Place::Server | Place::ServerWithoutContext), Some(Place::Client))
                    | (Some(Place::ServerWithoutContext), Some(Place::Server))
            );
            if unreachable {
                self.error(line, format!("отсюда нельзя вызвать {name}"));
            }
            return;
        }
        let client = self.target() == Target::ThinClient;
        if let Some((_, least, most)) = CLIENT.iter().find(|(known, ..)| client && known.to_lowercase() == *name.lower)
        {
            if args.len() < *least || args.len() > *most {
                self.error(line, format!("{name}: параметров {}, нужно от {least} до {most}", args.len()));
            }
            self.handlers(line, name, args);
            return;
        }
        if client && (SERVER_ONLY.contains(&&*name.lower) || SYNCHRONOUS.contains(&&*name.lower)) {
            return self.error(line, format!("{name} на клиенте нет или вызов синхронный"));
        }
        match platform::function(name) {
            None => self.error(line, format!("метод не определён: {name}")),
            Some(known) if args.len() < known.least || args.len() > known.most => {
                self.error(
                    line,
                    format!("{name}: параметров {}, нужно от {} до {}", args.len(), known.least, known.most),
                );
            }
            Some(_) => {}
        }
    }

    fn member_call(&mut self, line: u32, object: &Expr, name: &Name, args: &[Option<Expr>]) {
        if let Some((module, _)) = self.common(object) {
            match module.method(&name.lower) {
                None => self.error(line, format!("в модуле {} нет метода {name}", module.name)),
                Some(method) if !method.exported => self.error(line, format!("{}.{name} не Экспорт", module.name)),
                Some(method) => {
                    if let Some(text) = wrong_count(method, args) {
                        self.error(line, text);
                    }
                }
            }
        }
        let jobs = matches!(&object.kind, ExprKind::Variable(Variable::Global(n)) if &*n.lower == "фоновыезадания");
        if jobs
            && &*name.lower == "выполнить"
            && let Some(Some(Expr { kind: ExprKind::Literal(Literal::Text(path)), .. })) = args.first()
        {
            self.job(line, path);
        }
    }

    /// The method of a background job exists and is exported by a server's module.
    fn job(&mut self, line: u32, path: &str) {
        let (module, method) = path.split_once('.').unwrap_or((path, ""));
        let wanted = format!("общиймодуль.{}", module.to_lowercase());
        let found = self.all.iter().find(|c| c.target == Target::Server && c.file.name.to_lowercase() == wanted);
        let method = found.and_then(|c| c.module.method(&method.to_lowercase()));
        if !method.is_some_and(|method| method.exported) {
            self.error(line, format!("фоновое задание: нет экспортного метода {path}"));
        }
    }

    fn creation(&mut self, line: u32, name: &Name, args: &[Option<Expr>]) {
        let client = self.target() == Target::ThinClient;
        if client && CLIENT_TYPES.contains(&&*name.lower) {
            for (method, module) in [(0, 1), (3, 4)] {
                self.notification(line, args.get(method), args.get(module));
            }
        } else if !platform::knows_type(name) {
            self.error(line, format!("тип не определён: {name}"));
        }
    }

    /// `Новый ОписаниеОповещения("Метод", Модуль, …)`.
    fn notification(&mut self, line: u32, method: Option<&Option<Expr>>, module: Option<&Option<Expr>>) {
        let Some(Some(Expr { kind: ExprKind::Literal(Literal::Text(method)), .. })) = method else { return };
        let Some(Some(module)) = module else {
            return self.error(line, format!("оповещение {method}: не сказано, чей это метод"));
        };
        let here = matches!(&module.kind, ExprKind::Variable(Variable::Global(n)) if &*n.lower == "этотобъект");
        let found = if here { Some(&self.own.module) } else { self.common(module).map(|(module, _)| module) };
        let exported = found.and_then(|m| m.method(&method.to_lowercase())).is_some_and(|m| m.exported);
        if !exported {
            self.error(line, format!("оповещение: нет экспортного метода {method}"));
        }
    }

    /// `ПодключитьОбработчикОжидания("Метод", …)`.
    fn handlers(&mut self, line: u32, name: &Name, args: &[Option<Expr>]) {
        if !name.lower.contains("обработчикожидания") {
            return;
        }
        if let Some(Some(Expr { kind: ExprKind::Literal(Literal::Text(method)), .. })) = args.first()
            && self.own.module.method(&method.to_lowercase()).is_none()
        {
            self.error(line, format!("обработчик ожидания: нет метода {method}"));
        }
    }
}

/// Parameters up to the last one without a default must be there, be it as nothing between commas.
fn wrong_count(method: &Method, args: &[Option<Expr>]) -> Option<String> {
    let most = method.parameters.len();
    let least = method.parameters.iter().rposition(|parameter| parameter.default.is_none()).map_or(0, |n| n + 1);
    let fits = (least..=most).contains(&args.len());
    (!fits).then(|| format!("{}: параметров {}, нужно от {least} до {most}", method.name, args.len()))
}
