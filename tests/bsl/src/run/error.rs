//! Exceptions, and what is not one: what the runner does not know, and the end of a job that was cancelled.

use std::fmt;

/// An exception of the language.
#[derive(Clone, Debug, Default)]
pub struct Error {
    pub text: String,
    /// "ОбщийМодуль.Имя", the line and its text, once the place is known.
    pub module: String,
    pub line: u32,
    pub source: String,
    /// What the component said, which a server keeps to itself; for the runner's own reports.
    pub component: Option<ComponentError>,
    pub cause: Option<Box<Error>>,
    /// Value of КатегорияОшибки, if the raiser named one.
    pub category: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ComponentError {
    pub text: String,
    pub code: String,
}

impl Error {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// `ОписаниеОшибки()`.
    #[must_use]
    pub fn description(&self) -> String {
        if self.module.is_empty() {
            return self.text.clone();
        }
        format!("{{{}({})}}: {}", self.module, self.line, self.text)
    }

    /// `ПодробноеПредставлениеОшибки`.
    #[must_use]
    pub fn detailed(&self) -> String {
        let mut text = self.description();
        if !self.source.is_empty() {
            text.push('\n');
            text.push_str(&self.source);
        }
        if let Some(cause) = &self.cause {
            text.push_str("\nпо причине:\n");
            text.push_str(&cause.detailed());
        }
        text
    }
}

/// With what the component said, for the people who run the runner.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detailed())?;
        let mut at = Some(self);
        while let Some(error) = at {
            if let Some(said) = &error.component {
                write!(f, "\nкомпонента: {} [{}]", said.text, said.code)?;
            }
            at = error.cause.as_deref();
        }
        Ok(())
    }
}

/// Why a piece of code came to no end.
#[derive(Clone, Debug)]
pub enum Fail {
    /// Попытка catches it.
    Raised(Box<Error>),
    /// The runner has no such thing; nothing catches it.
    Unknown { text: String, place: String },
    /// The job was cancelled; nothing catches it.
    Cancelled,
}

impl Fail {
    #[must_use]
    pub fn unknown(what: impl Into<String>) -> Self {
        Self::Unknown {
            text: format!("исполнителю неизвестно: {}", what.into()), place: String::new()
        }
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raised(error) => error.fmt(f),
            Self::Unknown { text, place } => write!(f, "{place}: {text}"),
            Self::Cancelled => f.write_str("задание отменено"),
        }
    }
}

pub type Run<T> = Result<T, Fail>;

/// # Errors
/// Always: the exception with this text.
pub fn raise<T>(text: impl Into<String>) -> Run<T> {
    Err(Fail::Raised(Box::new(Error::new(text))))
}
