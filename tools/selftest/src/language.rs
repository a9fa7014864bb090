//! The language of the report, and what is said in both.

use std::ffi::OsStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Russian,
    English,
}

/// The same words in Russian and in English.
pub type Words = (&'static str, &'static str);

impl Language {
    pub fn of<T>(self, russian: T, english: T) -> T {
        match self {
            Self::Russian => russian,
            Self::English => english,
        }
    }

    /// How another process of this program is told.
    pub fn code(self) -> &'static str {
        self.of("ru", "en")
    }

    pub fn by_code(code: &OsStr) -> Self {
        if code == Self::English.code() { Self::English } else { Self::Russian }
    }

    pub fn say(self, words: Words) -> &'static str {
        self.of(words.0, words.1)
    }
}
