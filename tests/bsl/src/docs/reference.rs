//! The generated reference: each block for itself, once for each class that has all the members it uses.

use crate::checks::{Component, Inferred, members};
use crate::docs::addresses::Addresses;
use crate::docs::blocks::Block;
use crate::docs::page::{Report, expected};
use crate::run::{Instance, Session, World};
use crate::script::in_lines;
use crate::syntax::ast::{ExprKind, Module, StatementKind, Variable};
use crate::syntax::walk::{Seen, walk};
use crate::syntax::{Names, Source, Target, module};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::{Arc, PoisonError};

/// The names of the object in the examples of each language.
const SOCKET: [&str; 2] = ["сокет", "socket"];

/// An object of a class that is no socket's: its names in the examples, and what makes it.
struct Other {
    names: [&'static str; 2],
    made: &'static str,
}

const OTHERS: [Other; 5] = [
    Other {
        names: ["сведения", "info"], made: "Сведения = Новый(\"AddIn.Обмен.ZeroMQ.Info\");\nInfo = Сведения;\n"
    },
    Other {
        names: ["опросник", "poller"],
        made: "Опросник = Новый(\"AddIn.Обмен.ZeroMQ.Poller\");\nPoller = Опросник;\n",
    },
    Other {
        names: ["ключи", "curve"], made: "Ключи = Новый(\"AddIn.Обмен.ZeroMQ.Curve\");\nCurve = Ключи;\n"
    },
    Other {
        names: ["проверка", "auth"], made: "Проверка = Новый(\"AddIn.Обмен.ZeroMQ.Auth\");\nAuth = Проверка;\n"
    },
    Other {
        names: ["прокси", "proxy"], made: "Прокси = Новый(\"AddIn.Обмен.ZeroMQ.Proxy\");\nProxy = Прокси;\n"
    },
];

/// The socket beside another object: one that receives and sends.
const BESIDE_OTHERS: &str = "Rep";

/// What a class needs before an example of it can run: who is on the other side, what they say first, and what the object itself
/// has to do before it may send, or before it may receive.
struct Pattern {
    class: &'static str,
    connect: &'static str,
    before_receiving: &'static str,
    before_sending: &'static str,
}

const MEET: &str = "Сосед.Привязать(\"tcp://127.0.0.1:*\");\nСокет.Подключить(Сосед.ПоследняяКонечнаяТочка);\n";
const TWO_PARTS: &str = "Сосед.ОтправитьЧасть(ПолучитьДвоичныеДанныеИзСтроки(\"заголовок\"));\n\
    Сосед.Отправить(ПолучитьДвоичныеДанныеИзСтроки(\"тело\"));\n";
const ASK: &str = "Сокет.Отправить(ПолучитьДвоичныеДанныеИзСтроки(\"вопрос\"));\nСосед.Получить();\n";
/// A publisher sends to those whose subscription has reached it.
const SUBSCRIBED: &str = "Сосед.Привязать(\"tcp://127.0.0.1:*\");\nСокет.Подключить(Сосед.ПоследняяКонечнаяТочка);\n\
    Сокет.Подписаться(ПолучитьДвоичныеДанныеИзСтроки(\"\"));\nСосед.ОжидатьПодписчиков(1);\n";

/// Those who choose whom they send to hear from the other side first, and begin with whom that was.
const TO_WHOM: &str = "Сосед.Отправить(ПолучитьДвоичныеДанныеИзСтроки(\"вопрос\"));\n\
    Сокет.ПолучитьСоставное();\nСокет.ОтправитьЧасть(Сокет.ПолучитьЧасть(0));\n";
/// A connection tells of itself.
const TO_WHICH: &str = "Сокет.ПолучитьСоставное();\nСокет.ОтправитьЧасть(Сокет.ПолучитьЧасть(0));\n";
/// One subscribes, the other has heard it.
const HEARD: &str = "Сосед.Привязать(\"tcp://127.0.0.1:*\");\nСокет.Подключить(Сосед.ПоследняяКонечнаяТочка);\n\
    Сокет.Подписаться(ПолучитьДвоичныеДанныеИзСтроки(\"\"));\nСосед.Получить();\n";
const HEARS: &str = "Сосед.Привязать(\"tcp://127.0.0.1:*\");\nСокет.Подключить(Сосед.ПоследняяКонечнаяТочка);\n\
    Сосед.Подписаться(ПолучитьДвоичныеДанныеИзСтроки(\"\"));\nСокет.Получить();\n";

const PATTERNS: &[Pattern] = &[
    Pattern { class: "Req", connect: MEET, before_receiving: ASK, before_sending: "" },
    Pattern {
        class: "Rep", connect: MEET, before_receiving: "", before_sending: "Сокет.ПолучитьСоставное();\n"
    },
    Pattern { class: "Pub", connect: MEET, before_receiving: "", before_sending: "" },
    Pattern { class: "Sub", connect: SUBSCRIBED, before_receiving: "", before_sending: "" },
    Pattern { class: "Push", connect: MEET, before_receiving: "", before_sending: "" },
    Pattern { class: "Pull", connect: MEET, before_receiving: "", before_sending: "" },
    Pattern { class: "Dealer", connect: MEET, before_receiving: "", before_sending: "" },
    Pattern { class: "Router", connect: MEET, before_receiving: "", before_sending: TO_WHOM },
    Pattern { class: "Pair", connect: MEET, before_receiving: "", before_sending: "" },
    Pattern { class: "XPub", connect: HEARS, before_receiving: "", before_sending: "" },
    Pattern { class: "XSub", connect: HEARD, before_receiving: "", before_sending: "" },
    Pattern { class: "Stream", connect: MEET, before_receiving: "", before_sending: TO_WHICH },
];

fn peer(class: &str) -> &'static str {
    match class {
        "Req" => "Rep",
        "Rep" => "Req",
        "Pub" => "Sub",
        "Sub" => "Pub",
        "Push" => "Pull",
        "Dealer" | "Router" => "Dealer",
        "Pair" => "Pair",
        "XPub" => "XSub",
        "XSub" => "XPub",
        "Stream" => "Stream",
        _ => "Push",
    }
}

/// Runs every block of a reference.
pub(super) fn run(
    world: &Arc<World>,
    file: &str,
    page: &[Block],
    component: &Component,
    report: &Report,
) -> Result<(), String> {
    let mut problems = Vec::new();
    for block in page {
        report.lock().unwrap_or_else(PoisonError::into_inner).last = block.line;
        if let Some(reason) = block.only_checked() {
            report.lock().unwrap_or_else(PoisonError::into_inner).checked.push((block.line, reason));
        } else if let Err(problem) = example(world, file, block, component) {
            problems.push(format!("{file}: блок в строке {}: {problem}", block.line));
        } else {
            report.lock().unwrap_or_else(PoisonError::into_inner).executed += 1;
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// Members that a block uses of the example's object, and whether it sets up the object itself.
#[derive(Default)]
struct Uses {
    socket: BTreeSet<String>,
    others: BTreeSet<&'static str>,
    itself: bool,
}

fn uses(module: &Module) -> Uses {
    let mut all = Uses::default();
    let named = |variable: &Variable| match variable {
        Variable::Module(n) => module.variables[*n].lower.to_string(),
        Variable::Global(name) => name.lower.to_string(),
        Variable::Local(_) => String::new(),
    };
    walk(module, &mut |seen| {
        let (object, member) = match &seen {
            Seen::Expr(expr) => match &expr.kind {
                ExprKind::Member(object, name) | ExprKind::MemberCall(object, name, _) => (object.as_ref(), name),
                _ => return,
            },
            Seen::Statement(statement) => match &statement.kind {
                StatementKind::SetMember(object, name, _) => (object, name),
                _ => return,
            },
            _ => return,
        };
        let ExprKind::Variable(variable) = &object.kind else { return };
        let variable = named(variable);
        all.others.extend(OTHERS.iter().filter(|it| it.names.contains(&variable.as_str())).map(|it| it.made));
        if SOCKET.contains(&variable.as_str()) {
            let sets_up = ["привязать", "подключить", "bind", "connect"].contains(&&*member.lower);
            all.itself |= sets_up || matches!(seen, Seen::Statement(_));
            all.socket.insert(member.lower.to_string());
        }
    });
    all
}

fn example(world: &Arc<World>, file: &str, block: &Block, component: &Component) -> Result<(), String> {
    let parsed = made(file, block.line, &block.text)?;
    let uses = uses(&parsed);
    let others: String = uses.others.iter().copied().collect();
    if uses.socket.is_empty() {
        return one(world, file, block, component, &others);
    }
    let fitting = |pattern: &&Pattern| {
        let class = component.class(&format!("ZeroMQ.{}", pattern.class));
        // The messages of a batch say themselves whom they are for.
        let addresses = class.is_some_and(|class| class.member("sendto").is_some());
        let fits = !addresses || !["sendbatch", "отправитьпакет"].iter().any(|it| uses.socket.contains(*it));
        let alone = others.is_empty() || pattern.class == BESIDE_OTHERS;
        fits && alone && class.is_some_and(|class| uses.socket.iter().all(|member| class.member(member).is_some()))
    };
    let fitting: Vec<_> = PATTERNS.iter().filter(fitting).collect();
    if fitting.is_empty() {
        return Err("нет класса, у которого есть всё, что здесь вызвано".into());
    }
    for pattern in fitting {
        let prelude = others.clone() + &prelude(pattern, &uses);
        one(world, file, block, component, &prelude).map_err(|text| format!("{}: {text}", pattern.class))?;
    }
    Ok(())
}

fn prelude(pattern: &Pattern, uses: &Uses) -> String {
    let class = pattern.class;
    let mut text = format!("Сокет = Новый(\"AddIn.Обмен.ZeroMQ.{class}\");\nSocket = Сокет;\n");
    if uses.itself {
        return text;
    }
    text.push_str(&format!("Сосед = Новый(\"AddIn.Обмен.ZeroMQ.{}\");\n", peer(class)));
    text.push_str(pattern.connect);
    let has = |words: &[&str]| words.iter().any(|word| uses.socket.contains(*word));
    let receives = has(&[
        "получить",
        "recv",
        "получитьсоставное",
        "recvmultipart",
        "получитьчасть",
        "getpart",
        "получитьстроку",
        "recvtext",
        "получитьчастькакстроку",
        "getparttext",
        "получитьпакет",
        "recvbatch",
    ]);
    let sends = has(&[
        "отправить",
        "send",
        "отправитьчасть",
        "sendpart",
        "отправитьстроку",
        "sendtext",
        "отправитьчастьизстроки",
        "sendparttext",
        "отправитьпакет",
        "sendbatch",
    ]);
    if receives {
        text.push_str("Сокет.УстановитьТаймаутПолучения(5000);\n");
        text.push_str(pattern.before_receiving);
    }
    if (receives && class != "Stream") || class == "Rep" {
        text.push_str(TWO_PARTS);
    }
    if ["Router", "Stream"].contains(&class) && has(&["получитьстроку", "recvtext"]) {
        // Whom it is from is no text.
        text.push_str("Сокет.Получить();\n");
    }
    if sends && !receives {
        text.push_str(pattern.before_sending);
    }
    text
}

fn made(file: &str, line: u32, text: &str) -> Result<Module, String> {
    let text = format!("{}{text}", "\n".repeat(line.saturating_sub(1) as usize));
    let source = Source { name: file, file, text: &text, target: Target::Server };
    module(&source, &mut Names::default()).map_err(|errors| in_lines(&errors))
}

const ATTACH: &str = "ПодключитьВнешнююКомпоненту(Компонента, \"Обмен\", ТипВнешнейКомпоненты.Native, \
    ТипПодключенияВнешнейКомпоненты.НеИзолированно);\n";

/// The prelude and the block share their variables.
fn one(world: &Arc<World>, file: &str, block: &Block, component: &Component, prelude: &str) -> Result<(), String> {
    let session = Session::new(world, None);
    let (mut names, variables, mut inferred) = (Names::default(), Rc::default(), Inferred::new());
    let text = Addresses::new(world.folder()).mended(&block.text, false);
    let lines = "\n".repeat(block.line.saturating_sub(1) as usize);
    for text in [format!("{ATTACH}{prelude}"), format!("{lines}{text}")] {
        let source = Source { name: file, file, text: &text, target: Target::Server };
        let made = Arc::new(module(&source, &mut names).map_err(|errors| in_lines(&errors))?);
        let errors = members(&made, component, &mut inferred);
        if !errors.is_empty() {
            return Err(in_lines(&errors));
        }
        let instance = Rc::new(Instance::sharing(made, Rc::clone(&variables)));
        session.remember_methods(&instance);
        expected(session.body(&instance), None)?;
    }
    Ok(())
}
