//! Names in two languages, found without regard to case, without a locale and without allocating.

use crate::native_api::fold;

/// A name in English and in Russian.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// As ZeroMQ's manual spells it.
    pub english: &'static str,
    /// As a 1C developer says it.
    pub russian: &'static str,
    /// Units of UTF-16 in each: most names differ in that already.
    lengths: (usize, usize),
}

impl Name {
    /// A name in both languages.
    #[must_use]
    pub const fn new(english: &'static str, russian: &'static str) -> Self {
        Self { english, russian, lengths: (length(english), length(russian)) }
    }

    /// Whether `spoken` is the name in either language.
    #[must_use]
    pub const fn is(&self, spoken: &[u16]) -> bool {
        self.lengths.0 == spoken.len() && same(self.english, spoken)
            || self.lengths.1 == spoken.len() && same(self.russian, spoken)
    }

    /// Whether two names would be mistaken for one another in either language.
    #[must_use]
    pub const fn clashes(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.lengths, other.lengths);
        ours.0 == theirs.0 && alike(self.english, other.english)
            || ours.1 == theirs.1 && alike(self.russian, other.russian)
            || ours.0 == theirs.1 && alike(self.english, other.russian)
            || ours.1 == theirs.0 && alike(self.russian, other.english)
    }
}

/// The UTF-16 unit that begins at byte `at`, and where the next begins. Names lie in the basic plane, so a unit is a
/// character of one to three bytes.
const fn unit(text: &[u8], at: usize) -> (u16, usize) {
    let first = text[at] as u16;
    match first {
        0..=0x7f => (first, at + 1),
        0xc0..=0xdf => ((first & 0x1f) << 6 | low(text, at + 1), at + 2),
        0xe0..=0xef => ((first & 0x0f) << 12 | low(text, at + 1) << 6 | low(text, at + 2), at + 3),
        _ => panic!("a name has a character outside of the basic plane"),
    }
}

/// How many units a text has.
const fn length(text: &str) -> usize {
    let text = text.as_bytes();
    let (mut at, mut units) = (0, 0);
    while at < text.len() {
        (_, at) = unit(text, at);
        units += 1;
    }
    units
}

const fn low(text: &[u8], at: usize) -> u16 {
    (text[at] & 0x3f) as u16
}

const fn same(ours: &str, spoken: &[u16]) -> bool {
    let ours = ours.as_bytes();
    let (mut at, mut index) = (0, 0);
    while at < ours.len() {
        if index == spoken.len() {
            return false;
        }
        let (unit, next) = unit(ours, at);
        if fold(unit) != fold(spoken[index]) {
            return false;
        }
        (at, index) = (next, index + 1);
    }
    index == spoken.len()
}

const fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (mut at_a, mut at_b) = (0, 0);
    while at_a < a.len() && at_b < b.len() {
        let (unit_a, next_a) = unit(a, at_a);
        let (unit_b, next_b) = unit(b, at_b);
        if fold(unit_a) != fold(unit_b) {
            return false;
        }
        (at_a, at_b) = (next_a, next_b);
    }
    at_a == a.len() && at_b == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn case_is_ignored_in_both_languages() {
        let name = Name::new("LastError", "ОтправитьЁж");
        for text in ["LASTERROR", "lasterror", "LastError", "ОТПРАВИТЬЁЖ", "отправитьёж"] {
            assert!(name.is(&spoken(text)), "{text}");
        }
        for text in ["", "LastErro", "LastErrors", "ОтправитьЕж", "Ll", "LastErr\u{043e}r"] {
            assert!(!name.is(&spoken(text)), "{text}");
        }
    }

    #[test]
    fn clashes_are_seen_across_languages() {
        let name = Name::new("Send", "Отправить");
        assert!(name.clashes(&Name::new("SEND", "Иное")));
        assert!(name.clashes(&Name::new("Отправить", "Иное")));
        assert!(!name.clashes(&Name::new("SendPart", "ОтправитьЧасть")));
    }
}
