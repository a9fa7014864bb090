//! Managed forms: commands, handlers, data paths, numbers of elements.

use crate::conf::{Configuration, Kind, ModuleFile, xml};
use crate::syntax::Target;
use crate::syntax::ast::{Module, Name, Place};
use roxmltree::{Document, Node};
use std::collections::BTreeMap;

/// All that is wrong with the forms of a configuration.
#[must_use]
pub fn check(conf: &Configuration) -> Vec<String> {
    let forms = conf.modules.iter().filter(|file| file.kind == Kind::Form);
    forms.flat_map(|file| form(file).unwrap_or_else(|e| vec![e])).collect()
}

/// Names of the commands of a processor's forms.
///
/// # Errors
/// A form that is no XML.
pub fn commands(conf: &Configuration, processor: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    let prefix = format!("Обработка.{processor}.Форма.");
    for file in conf.modules.iter().filter(|file| file.kind == Kind::Form && file.name.starts_with(&prefix)) {
        all.extend(names(file)?.commands);
    }
    Ok(all)
}

/// Names of a form's attributes and commands.
pub(super) struct FormNames {
    pub attributes: Vec<String>,
    pub commands: Vec<String>,
}

pub(super) fn names(file: &ModuleFile) -> Result<FormNames, String> {
    let text = read(file)?;
    let document = text.document()?;
    let named = |list: &str, entry: &str| {
        let all = entries(&document, list).into_iter().filter(|node| node.tag_name().name() == entry);
        all.filter_map(|node| node.attribute("name").map(str::to_owned)).collect()
    };
    Ok(FormNames { attributes: named("Attributes", "Attribute"), commands: named("Commands", "Command") })
}

fn read(file: &ModuleFile) -> Result<xml::Text, String> {
    let folder = file.file.parent().and_then(|form| form.parent()).expect("Ext/Form/Module.bsl");
    xml::read(&folder.join("Form.xml"))
}

fn entries<'a>(document: &'a Document<'_>, list: &str) -> Vec<Node<'a, 'a>> {
    let list = xml::child(document.root_element(), list);
    list.map(|list| list.children().filter(Node::is_element).collect()).unwrap_or_default()
}

fn form(file: &ModuleFile) -> Result<Vec<String>, String> {
    let text = read(file)?;
    let document = text.document()?;
    let module = Configuration::compile(file, Target::ThinClient).map_err(|e| crate::script::in_lines(&e))?;
    let FormNames { attributes, commands } = names(file)?;
    let mut problems = Vec::new();
    let mut problem = |text: String| problems.push(format!("{}: {text}", file.name));

    for command in entries(&document, "Commands") {
        let name = command.attribute("name").unwrap_or_default();
        match xml::child(command, "Action").and_then(|action| action.text()) {
            Some(action) => {
                if let Some(text) = handler(&module, action, 1) {
                    problem(format!("команда {name}: {text}"));
                }
            }
            None => problem(format!("у команды {name} нет действия")),
        }
        let used = format!("Form.Command.{name}");
        if !document.descendants().any(|n| n.tag_name().name() == "CommandName" && n.text() == Some(&used)) {
            problem(format!("команду {name} не вызывает ни одна кнопка"));
        }
    }
    for node in document.descendants().filter(Node::is_element) {
        let text = node.text().unwrap_or_default();
        match node.tag_name().name() {
            "CommandName" => {
                let known = text.strip_prefix("Form.Command.").map(|name| commands.iter().any(|c| c == name));
                if known == Some(false) {
                    problem(format!("кнопка вызывает команду {text}, которой нет"));
                }
            }
            "DataPath" => {
                let first = text.split('.').next().unwrap_or_default();
                if !attributes.iter().any(|a| a == first) {
                    problem(format!("путь к данным {text}: такого реквизита нет"));
                }
            }
            "Event" if method(&module, text).is_none() => {
                problem(format!("событие {}: нет метода {text}", node.attribute("name").unwrap_or_default()));
            }
            _ => {}
        }
    }
    for (place, text) in numbers(&document) {
        problem(format!("{place}: {text}"));
    }
    Ok(problems)
}

fn method<'a>(module: &'a Module, name: &str) -> Option<&'a crate::syntax::ast::Method> {
    module.method(&Name::new(name).lower)
}

fn handler(module: &Module, name: &str, parameters: usize) -> Option<String> {
    match method(module, name) {
        None => Some(format!("нет метода {name}")),
        Some(found) if found.place != Some(Place::Client) => Some(format!("метод {name} не &НаКлиенте")),
        Some(found) if found.parameters.len() != parameters => {
            Some(format!("у метода {name} параметров {}, нужно {parameters}", found.parameters.len()))
        }
        Some(_) => None,
    }
}

/// Numbers and names of elements, attributes and commands are unique, each among its own kind.
fn numbers(document: &Document<'_>) -> Vec<(&'static str, String)> {
    let mut seen: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for node in document.descendants().filter(|node| node.has_attribute("id") && node.has_attribute("name")) {
        let space = match node.tag_name().name() {
            "Attribute" => "реквизиты",
            "Command" => "команды",
            _ => "элементы",
        };
        for key in [
            format!("номер {}", node.attribute("id").unwrap_or_default()),
            format!("имя {}", node.attribute("name").unwrap_or_default()),
        ] {
            *seen.entry((space, key)).or_default() += 1;
        }
    }
    let twice = seen.into_iter().filter(|(_, count)| *count > 1);
    twice.map(|((space, key), count)| (space, format!("{key} встречается {count} раза"))).collect()
}
