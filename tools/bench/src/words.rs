//! Figures as people read them, in both languages.

use std::io::IsTerminal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Russian,
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Russian, Self::English];

    pub fn of<T>(self, russian: T, english: T) -> T {
        match self {
            Self::Russian => russian,
            Self::English => english,
        }
    }

    /// The folder of its pages under docs/.
    pub fn folder(self) -> &'static str {
        self.of("ru", "en")
    }

    pub fn number(self, value: f64, digits: usize) -> String {
        let text = format!("{value:.digits$}");
        self.of(text.replace('.', ","), text)
    }

    /// Three digits that count, with a unit.
    fn scaled(self, value: f64, step: f64, units: &[(&str, &str)]) -> String {
        let (mut value, mut units) = (value, units.iter().peekable());
        let mut unit = units.next().expect("a unit");
        while value >= step && units.peek().is_some() {
            value /= step;
            unit = units.next().expect("peeked");
        }
        let digits = if value >= 100.0 || value.fract() == 0.0 { 0 } else { 1 + usize::from(value < 10.0) };
        format!("{} {}", self.number(value, digits), self.of(unit.0, unit.1))
    }

    pub fn time(self, nanoseconds: f64) -> String {
        self.scaled(nanoseconds, 1000.0, &[("нс", "ns"), ("мкс", "µs"), ("мс", "ms"), ("с", "s")])
    }

    pub fn bytes(self, bytes: f64) -> String {
        self.scaled(bytes, 1024.0, &[("Б", "B"), ("КиБ", "KiB"), ("МиБ", "MiB"), ("ГиБ", "GiB")])
    }
}

/// Sorted, the value a quarter, a half and three quarters on.
pub fn quartiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarters| sorted[sorted.len() * quarters / 4])
}

pub fn median(values: &[f64]) -> f64 {
    quartiles(values)[1]
}

/// Where the work is, for whoever looks on; nothing when it has ended.
pub fn progress(text: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{text}");
    }
}

/// A table of Markdown.
pub fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|---|{}\n", head.join(" | "), "--:|".repeat(head.len() - 1));
    for row in rows {
        text += &format!("| {} |\n", row.join(" | "));
    }
    text
}
