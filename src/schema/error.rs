//! Errors as users read them: one sentence in both languages, and a symbolic code.

use crate::native_api::{Language, OutOfMemory};

/// What a member of an object gives: nothing, or why not.
pub type Outcome<T = ()> = Result<T, Error>;

/// Why a call failed: what was tried, with which value, what went wrong, what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Error {
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
    pub const fn new(code: &'static str, russian: String, english: String) -> Self {
        Self { code, russian, english }
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
