//! The reference of the API in Markdown, printed from the rows.

use super::parameter::Parameter;
use super::row::{Doc, Method, Property};
use super::table::{ClassTable, Family};
use crate::native_api::Language;
use std::fmt::Write;

/// One class: its title, what it is for, its methods and properties.
#[must_use]
pub fn reference<T: Family>(title: &str, class: &ClassTable<T>, language: Language) -> String {
    let mut page = String::new();
    let say = |doc: Doc| match language {
        Language::Russian => doc.russian,
        Language::English => doc.english,
    };
    let (methods, properties) = match language {
        Language::Russian => ("Методы", "Свойства"),
        Language::English => ("Methods", "Properties"),
    };
    let _ = write!(page, "## {title}\n\n{}\n", say(class.doc));
    let rows = T::METHODS.iter().filter(|row| row.on.meet(class.class));
    for (number, row) in rows.enumerate() {
        if number == 0 {
            let _ = write!(page, "\n### {methods}\n\n");
        }
        let _ = writeln!(page, "- **{}** — {}", signature(row, language), say(row.doc));
        if let Some(gives) = row.returns {
            let _ = writeln!(page, "  {} {}", arrow(language), say(gives));
        }
    }
    let rows = T::PROPERTIES.iter().filter(|row| row.on.meet(class.class));
    for (number, row) in rows.enumerate() {
        if number == 0 {
            let _ = write!(page, "\n### {properties}\n\n");
        }
        let _ = writeln!(page, "- **{}** — {}", title_of(row, language), say(row.doc));
    }
    page
}

const fn arrow(language: Language) -> &'static str {
    match language {
        Language::Russian => "Возвращает:",
        Language::English => "Returns:",
    }
}

fn signature<T>(row: &Method<T>, language: Language) -> String {
    let parameters: Vec<_> = row.parameters.iter().map(|parameter| named(parameter, language)).collect();
    let parameters = parameters.join(", ");
    match language {
        Language::Russian => format!("`{}({parameters})`, `{}`", row.name.russian, row.name.english),
        Language::English => format!("`{}({parameters})`, `{}`", row.name.english, row.name.russian),
    }
}

fn named(parameter: &Parameter, language: Language) -> String {
    let (russian, english) = parameter.takes.names();
    let text = match language {
        Language::Russian => format!("{}: {russian}", parameter.name.russian),
        Language::English => format!("{}: {english}", parameter.name.english),
    };
    if parameter.default.is_some() { format!("[{text}]") } else { text }
}

fn title_of<T: Family>(row: &Property<T>, language: Language) -> String {
    match language {
        Language::Russian => format!("`{}`, `{}`", row.name.russian, row.name.english),
        Language::English => format!("`{}`, `{}`", row.name.english, row.name.russian),
    }
}
