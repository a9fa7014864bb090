//! Errors as users read them: one sentence in both languages, and a symbolic code.

#[cfg(test)]
use super::words::{Words, words};
use crate::native_api::{Language, OutOfMemory};
use std::ops::Deref;

/// What a member of an object gives: nothing, or why not.
pub type Outcome<T = ()> = Result<T, Error>;

/// Why a call failed. One pointer: every step of a call that succeeds carries the room for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(Box<Told>);

/// What was tried, with which value, what went wrong, what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    /// The symbolic name ("EADDRINUSE"), the same in both languages.
    pub code: &'static str,
    /// For the reader of Russian.
    pub russian: String,
    /// For the reader of English.
    pub english: String,
}

impl Error {
    /// An error of wrong use.
    #[must_use]
    #[cold]
    pub fn new(code: &'static str, russian: String, english: String) -> Self {
        Self(Box::new(Told { code, russian, english }))
    }

    /// The sentence in one language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Russian => &self.russian,
            Language::English => &self.english,
        }
    }
}

impl Deref for Error {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

/// A line of the catalogue of errors: the code, what is wrong, what to do.
#[cfg(test)]
pub type Explained = (&'static str, Words, Words);

/// What an object of any class may answer.
#[cfg(test)]
#[rustfmt::skip]
pub const CATALOGUE: &[Explained] = &[
    ("EINVAL", words("значение параметра или свойства другого типа или вне допустимых границ; передано не то число параметров", "the value of a parameter or a property is of another type or out of range; the number of parameters is wrong"),
     words("Что ожидалось и что передано, сказано в тексте ошибки.", "The text tells what is expected and what came.")),
    ("EACCES", words("свойство доступно только для чтения", "the property can only be read"),
     words("Уберите присваивание.", "Remove the assignment.")),
    ("EISCONN", words("настройку задают слишком поздно: объект уже привязан или подключён", "an option is set too late: the object is bound or connected already"),
     words("Задайте её до Привязать и Подключить.", "Set it before Bind and Connect.")),
    ("ENOENT", words("УстановитьНастройку или ПолучитьНастройку: у объекта нет настройки с таким именем", "SetOption or GetOption: the object has no option of this name"),
     words("Похожие имена или классы, у которых она есть, названы в тексте.", "The text has similar names, or the classes that have it.")),
    ("ENOMEM", words("платформа не выделила память для результата", "the platform gave no memory for the result"),
     words("Данные не потеряны: освободите память и повторите вызов.", "Nothing is lost: free some memory and repeat the call.")),
    ("EFAULT", words("внутренняя ошибка компоненты", "an internal error of the component"),
     words("Сообщите о ней разработчикам; объект лучше создать заново.", "Please report it; better make a new object.")),
];

impl From<OutOfMemory> for Error {
    fn from(OutOfMemory { bytes }: OutOfMemory) -> Self {
        Self::new(
            "ENOMEM",
            format!(
                "Платформа не выделила {bytes} байт для результата. Данные не потеряны: освободите память и повторите вызов."
            ),
            format!(
                "The platform gave no {bytes} bytes for the result. Nothing is lost: free some memory and repeat the call."
            ),
        )
    }
}
