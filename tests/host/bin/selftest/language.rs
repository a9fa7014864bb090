//! The language of the report, and what is said in both.

#[derive(Clone, Copy, PartialEq, Eq)]
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

    pub fn say(self, words: Words) -> &'static str {
        self.of(words.0, words.1)
    }
}
