//! Words for a reader, in both languages, always in one order.

/// The same words in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Words<T = &'static str> {
    /// Shown first.
    pub russian: T,
    /// Shown beside.
    pub english: T,
}

/// Words that are known to the compiler.
#[must_use]
pub const fn words(russian: &'static str, english: &'static str) -> Words {
    Words { russian, english }
}

impl<R: Into<String>, E: Into<String>> From<(R, E)> for Words<String> {
    fn from((russian, english): (R, E)) -> Self {
        Self { russian: russian.into(), english: english.into() }
    }
}

impl From<Words> for Words<String> {
    fn from(Words { russian, english }: Words) -> Self {
        Self { russian: russian.into(), english: english.into() }
    }
}
