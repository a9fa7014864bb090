//! Russian or English, from whatever the host calls a language.

use super::text::fold;
use std::ffi::c_long;

/// The two languages of names and error texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// Also where nobody says which.
    #[default]
    Russian,
    /// Also for every language that we do not speak, as 1C's development standard 766 has it.
    English,
}

impl Language {
    /// From a locale ("en_US", "ru_RU.UTF-8", "Russian_Russia.1251") or a language code ("en", "ru", "rus"). None where it
    /// names no language: an empty text, "C", "POSIX".
    #[must_use]
    pub fn from_code(code: &[u16]) -> Option<Self> {
        // Names of one language differ in what follows the letters: "ru_RU", "ru-RU", "ru".
        let end = code.iter().position(|&unit| !is_letter(fold(unit))).unwrap_or(code.len());
        let is = |name: &str| code[..end].iter().map(|&unit| fold(unit)).eq(name.encode_utf16());
        if ["", "c", "posix"].into_iter().any(is) {
            None
        } else if ["ru", "rus", "russian"].into_iter().any(is) {
            Some(Self::Russian)
        } else {
            Some(Self::English)
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

/// Of what `fold` gives: a Latin letter, or any unit beyond ASCII.
const fn is_letter(unit: u16) -> bool {
    matches!(unit, 0x61..=0x7a | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn russian_is_for_russian_and_for_silence() {
        let spoken = |code: &str| Language::from_code(&code.encode_utf16().collect::<Vec<_>>());
        for russian in ["ru", "RU", "ru_RU", "ru-RU", "ru_RU.UTF-8", "rus", "rus_RUS", "Russian_Russia.1251", "ru@x"] {
            assert_eq!(spoken(russian), Some(Language::Russian), "{russian}");
        }
        for silent in ["", "C", "C.UTF-8", "POSIX", "_RU", " ", "1049"] {
            assert_eq!(spoken(silent), None, "{silent}");
        }
        // The last ones begin like Russian: Rundi, Romanian's old code, Aromanian.
        for other in
            ["en", "EN", "en_US", "uk", "uk_UA", "kk", "de_DE.UTF-8", "be", "zh-Hans", "x", "ёё", "run", "rum", "rup"]
        {
            assert_eq!(spoken(other), Some(Language::English), "{other}");
        }
    }
}
