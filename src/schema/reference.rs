//! The reference of the API in Markdown, printed from the rows: what several classes share once, with a table of who has it.

use super::class_set::ClassSet;
use super::name::Name;
use super::option::{Holds, Matters, OptionRow, OptionValue, Unit};
use super::parameter::Parameter;
use super::row::{Access, Method, Property};
use super::table::{ClassTable, Family};
use super::words::{Words, words};
use crate::native_api::Language;
use std::fmt::Write;

/// Classes of one family by their short names.
pub type Classes<'a, T> = &'a [(&'a str, &'static ClassTable<T>)];

/// What the examples call an object of sockets' classes, in Russian and in English.
pub const SOCKET: Words = words("Сокет", "Socket");

/// Chooses between two languages.
#[derive(Clone, Copy)]
struct In(Language);

impl In {
    const fn say<'a>(self, russian: &'a str, english: &'a str) -> &'a str {
        match self.0 {
            Language::Russian => russian,
            Language::English => english,
        }
    }

    const fn words(self, words: Words) -> &'static str {
        self.say(words.russian, words.english)
    }

    const fn name(self, name: &Name) -> &'static str {
        self.say(name.russian, name.english)
    }

    /// The name in the page's language, then in the other.
    fn both(self, name: &Name) -> String {
        format!("`{}`, `{}`", self.name(name), self.say(name.english, name.russian))
    }
}

/// A table's head.
fn head(columns: &[&str]) -> String {
    format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()))
}

/// What each class is for, as a table.
#[must_use]
pub fn purposes(rows: impl Iterator<Item = (String, Words)>, language: Language) -> String {
    let language = In(language);
    let lines = rows.map(|(names, doc)| format!("| {names} | {} |\n", language.words(doc)));
    head(&[language.say("Класс", "Class"), language.say("Для чего", "What it is for")]) + &lines.collect::<String>()
}

/// Every member of a family once: who has it, methods, properties, options.
#[must_use]
pub fn family<T: Family>(title: &str, classes: Classes<'_, T>, language: Language) -> String {
    let page = Page { classes, language: In(language) };
    let mut text = format!("## {title}\n");
    for part in [page.table(), page.methods(), page.properties(), page.options()] {
        if !part.is_empty() {
            let _ = write!(text, "\n{part}");
        }
    }
    text
}

struct Page<'a, T: Family> {
    classes: Classes<'a, T>,
    language: In,
}

impl<T: Family> Page<'_, T> {
    /// Those of the family's rows that a class of the page has.
    fn shown(&self, on: ClassSet) -> bool {
        self.classes.iter().any(|(_, class)| on.meet(class.class))
    }

    fn method_rows(&self) -> impl Iterator<Item = &'static Method<T>> {
        T::methods().filter(|row| self.shown(row.on))
    }

    fn property_rows(&self) -> impl Iterator<Item = &'static Property<T>> {
        T::properties().filter(|row| self.shown(row.on))
    }

    /// Who has what; nothing where there is one class.
    fn table(&self) -> String {
        if self.classes.len() < 2 {
            return String::new();
        }
        let member = self.language.say("Метод, свойство", "Method, property");
        let names = self.classes.iter().map(|(name, _)| *name);
        let mut text = head(&[member].into_iter().chain(names).collect::<Vec<_>>());
        let mut line = |name: String, on: ClassSet| {
            let cells: Vec<_> =
                self.classes.iter().map(|(_, class)| if on.meet(class.class) { "✓" } else { " " }).collect();
            let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
        };
        for row in self.method_rows() {
            let name = self.language.name(&row.name);
            line(format!("[`{name}`](#{})", name.to_lowercase()), row.on);
        }
        for row in self.property_rows() {
            let name = self.language.name(&row.name);
            line(format!("[`{name}`](#{})", name.to_lowercase()), row.on);
        }
        text
    }

    fn methods(&self) -> String {
        let language = self.language;
        let mut text = String::new();
        for row in self.method_rows() {
            let name = language.name(&row.name);
            let parameters: Vec<_> = row.parameters.iter().map(|parameter| self.parameter(parameter)).collect();
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = write!(
                text,
                "{gap}### {name}\n\n`{name}({})`, `{}` — {}",
                parameters.join(", "),
                language.say(row.name.english, row.name.russian),
                language.words(row.doc)
            );
            if let Some(gives) = row.returns {
                let _ = write!(text, " {} {}", language.say("Возвращает:", "Returns:"), language.words(gives));
            }
            let _ = write!(text, "\n\n```bsl\n{}\n```\n", language.words(row.example));
        }
        text
    }

    fn parameter(&self, parameter: &Parameter) -> String {
        let kind = parameter.takes.names();
        let text = format!("{}: {}", self.language.name(&parameter.name), self.language.say(kind.0, kind.1));
        if parameter.default.is_some() { format!("[{text}]") } else { text }
    }

    fn properties(&self) -> String {
        let rows = self.property_rows().filter(|row| matches!(row.access, Access::Code(_)));
        self.described(rows).collect::<Vec<_>>().join("\n")
    }

    /// A property under a heading of its own, so that the table of members leads to it.
    fn described(&self, rows: impl Iterator<Item = &'static Property<T>>) -> impl Iterator<Item = String> {
        rows.map(|row| {
            let example = match &row.access {
                Access::Code(_) => self.language.words(row.example).to_owned(),
                Access::Option(option) => option_example(option, &row.name, self.language),
            };
            format!(
                "### {}\n\n{} — {}\n\n```bsl\n{example}\n```\n",
                self.language.name(&row.name),
                self.language.both(&row.name),
                self.language.words(row.doc)
            )
        })
    }

    fn options(&self) -> String {
        let language = self.language;
        let lines: String = self
            .property_rows()
            .filter_map(|row| match &row.access {
                Access::Option(option) => Some((row, option)),
                Access::Code(_) => None,
            })
            .map(|(row, option)| {
                format!("| {} | {} |\n", language.both(&row.name), cells(option, self.classes, language).join(" | "))
            })
            .collect();
        if lines.is_empty() {
            return lines;
        }
        let (title, columns) = match language.0 {
            Language::Russian => {
                ("Настройки", ["Свойство", "Тип", "Значения", "Единица", "Пока не задано", "Когда задавать"])
            }
            Language::English => ("Options", ["Property", "Type", "Values", "Unit", "Until set", "When to set"]),
        };
        let rows = self.property_rows().filter(|row| matches!(row.access, Access::Option(_)));
        let described = self.described(rows).collect::<Vec<_>>().join("\n");
        format!("### {title}\n\n{}{lines}\n{described}", head(&columns))
    }
}

/// An option is given its sample, or shown where it can only be read.
fn option_example<K>(option: &OptionRow<K>, name: &Name, language: In) -> String {
    let (object, name) = (language.words(SOCKET), language.name(name));
    match option.sample.filter(|_| !option.read_only) {
        Some(sample) => format!("{object}.{name} = {};", literal(sample, language)),
        None => format!("{}({object}.{name});", language.say("Сообщить", "Message")),
    }
}

/// A value as a script gives it.
fn literal(value: OptionValue<'_>, language: In) -> String {
    match value {
        OptionValue::Bool(true) => language.say("Истина", "True").to_owned(),
        OptionValue::Bool(false) => language.say("Ложь", "False").to_owned(),
        OptionValue::Whole(number) => number.to_string(),
        OptionValue::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        OptionValue::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            let from = language.say("ПолучитьДвоичныеДанныеИзHexСтроки", "GetBinaryDataFromHexString");
            format!("{from}(\"{digits}\")")
        }
    }
}

/// Type, values, unit, default, when it matters.
fn cells<T: Family>(option: &OptionRow<T::Key>, classes: Classes<'_, T>, language: In) -> [String; 5] {
    let (kind, values) = match option.holds {
        Holds::Bool => (language.say("Булево", "Boolean"), language.say("Истина, Ложь", "True, False").to_owned()),
        Holds::Whole(least, most) => (language.say("Число", "Number"), format!("{least}…{most}")),
        Holds::Text(least, most) => (
            language.say("Строка", "String"),
            format!("{least}…{most} {}", language.say("байт в UTF-8", "bytes in UTF-8")),
        ),
        Holds::Bytes(least, most) => {
            let bytes = language.say("байт", "bytes");
            (language.say("ДвоичныеДанные", "BinaryData"), format!("{least}…{most} {bytes}"))
        }
    };
    let special = option.special.map(|(number, doc)| format!("; {number} — {}", language.words(doc)));
    let unit = match option.unit {
        Unit::None => "",
        Unit::Messages => language.say("сообщения", "messages"),
        Unit::Bytes => language.say("байты", "bytes"),
        Unit::Milliseconds => language.say("мс", "ms"),
        Unit::Seconds => language.say("с", "s"),
    };
    let unset = if option.read_only { "" } else { language.say("Неопределено", "Undefined") };
    let default = option.default.map_or_else(|| unset.into(), |it| value(it, language));
    let own = option.default_of.map(|(on, it)| {
        let names: Vec<_> =
            classes.iter().filter(|(_, class)| on.meet(class.class)).map(|(name, _)| format!("`{name}`")).collect();
        format!("; {} — {}", names.join(", "), value(it, language))
    });
    let when = match option.matters {
        _ if option.read_only => language.say("только чтение", "read only"),
        Matters::Always => language.say("в любое время", "at any time"),
        Matters::NextConnection => {
            language.say("для следующих `Привязать` и `Подключить`", "for the `Bind` and `Connect` that follow")
        }
        Matters::BeforeConnecting => language.say("до `Привязать` и `Подключить`", "before `Bind` and `Connect`"),
        Matters::BeforeFirst => {
            language.say("до первого `Привязать` или `Подключить`", "before the first `Bind` or `Connect`")
        }
    };
    [
        kind.to_owned(),
        values + &special.unwrap_or_default(),
        unit.to_owned(),
        default + &own.unwrap_or_default(),
        when.to_owned(),
    ]
}

/// A value as a script writes it.
fn value(value: OptionValue<'_>, language: In) -> String {
    match value {
        OptionValue::Bool(true) => language.say("Истина", "True").to_owned(),
        OptionValue::Bool(false) => language.say("Ложь", "False").to_owned(),
        OptionValue::Whole(number) => number.to_string(),
        OptionValue::Text("") | OptionValue::Bytes([]) => language.say("пусто", "empty").to_owned(),
        OptionValue::Text(text) => format!("`{text}`"),
        OptionValue::Bytes(bytes) => format!("`{bytes:02x?}`"),
    }
}

/// Codes of errors, what they mean, what to do: by code, each meaning on a line of its own.
#[must_use]
pub fn errors(rows: impl Iterator<Item = super::error::Explained>, language: Language) -> String {
    let language = In(language);
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(code, ..)| *code);
    let (code, wrong, advice) = (
        language.say("Код", "Code"),
        language.say("Что случилось", "What happened"),
        language.say("Что делать", "What to do"),
    );
    let line = |(code, wrong, advice): super::error::Explained| {
        format!("| `{code}` | {} | {} |\n", language.words(wrong), language.words(advice))
    };
    head(&[code, wrong, advice]) + &rows.into_iter().map(line).collect::<String>()
}
