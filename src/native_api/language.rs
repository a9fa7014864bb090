//! Russian or English, from whatever the host calls a language.

use super::text::fold;
use std::ffi::c_long;

/// The two languages of names and error texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// Also for every language that we do not speak.
    #[default]
    Russian,
    English,
}

impl Language {
    /// From a locale ("en_US", "ru_RU", "rus") or a language code ("en", "ru").
    #[must_use]
    pub fn from_code(code: &[u16]) -> Self {
        let mut letters = code.iter().map(|&unit| fold(unit));
        match (letters.next(), letters.next()) {
            (Some(0x65), Some(0x6e)) => Self::English,
            _ => Self::Russian,
        }
    }

    /// By the alias number of GetMethodName and GetPropName: 0 English, 1 Russian.
    #[must_use]
    pub const fn from_alias(alias: c_long) -> Option<Self> {
        match alias {
            0 => Some(Self::English),
            1 => Some(Self::Russian),
            _ => None,
        }
    }
}
