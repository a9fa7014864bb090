//! JSON as text and as a tree whose numbers stay decimal.

use rust_decimal::Decimal;
use std::fmt::Write;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// # Errors
/// What stands where something else should, and at which byte.
pub fn parse(text: &str) -> Result<Json, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() { reader.wrong("конец текста") } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong<T>(&self, wanted: &str) -> Result<T, String> {
        let found: String = self.text[self.at..].chars().take(20).collect();
        Err(format!("ожидалось: {wanted}, позиция {}, найдено '{found}'", self.at + 1))
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn value(&mut self) -> Result<Json, String> {
        self.blanks();
        for (word, value) in [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))] {
            if self.takes(word) {
                return Ok(value);
            }
        }
        if self.takes("[") {
            return self.list("]", Self::value).map(Json::Array);
        }
        if self.takes("{") {
            let pair = |reader: &mut Self| {
                reader.blanks();
                let key = reader.string()?;
                reader.blanks();
                if !reader.takes(":") {
                    return reader.wrong("':'");
                }
                Ok((key, reader.value()?))
            };
            return self.list("}", pair).map(Json::Object);
        }
        if self.text[self.at..].starts_with('"') {
            return self.string().map(Json::Text);
        }
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let number = &rest[..end];
        let parsed = number.parse().or_else(|_| Decimal::from_scientific(number));
        match parsed {
            Ok(value) if end > 0 => {
                self.at += end;
                Ok(Json::Number(value))
            }
            _ => self.wrong("значение"),
        }
    }

    fn list<T>(&mut self, end: &str, item: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut all = Vec::new();
        self.blanks();
        if self.takes(end) {
            return Ok(all);
        }
        loop {
            all.push(item(self)?);
            self.blanks();
            if self.takes(end) {
                return Ok(all);
            }
            if !self.takes(",") {
                return self.wrong(end);
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        if !self.takes("\"") {
            return self.wrong("строка");
        }
        let mut units: Vec<u16> = Vec::new();
        let mut letters = self.text[self.at..].char_indices();
        while let Some((n, letter)) = letters.next() {
            let mut push = |c: char| units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
            match letter {
                '"' => {
                    self.at += n + 1;
                    return String::from_utf16(&units).or_else(|_| self.wrong("текст"));
                }
                '\\' => match letters.next().map(|(_, c)| c) {
                    Some('n') => push('\n'),
                    Some('t') => push('\t'),
                    Some('r') => push('\r'),
                    Some('b') => push('\u{8}'),
                    Some('f') => push('\u{c}'),
                    Some(c @ ('"' | '\\' | '/')) => push(c),
                    Some('u') => {
                        let digits: String = letters.by_ref().take(4).map(|(_, c)| c).collect();
                        match u16::from_str_radix(&digits, 16) {
                            Ok(unit) => units.push(unit),
                            Err(_) => return self.wrong("\\uXXXX"),
                        }
                    }
                    _ => return self.wrong("символ после \\"),
                },
                c if c < ' ' => return self.wrong("строка без управляющих символов"),
                c => push(c),
            }
        }
        self.wrong("конец строки")
    }
}

impl Json {
    /// In one line, or with `lines` as 1C writes it unless told otherwise: a line for each member, nothing before it.
    #[must_use]
    pub fn print(&self, lines: bool) -> String {
        let mut out = String::new();
        self.write(&mut out, lines);
        out
    }

    fn write(&self, out: &mut String, lines: bool) {
        let line = if lines { "\n" } else { "" };
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(number) => out.push_str(&number.normalize().to_string()),
            Self::Text(text) => write_text(out, text),
            Self::Array(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    out.push_str(line);
                    item.write(out, lines);
                }
                out.push_str(if items.is_empty() { "" } else { line });
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (n, (key, value)) in fields.iter().enumerate() {
                    out.push_str(if n > 0 { "," } else { "" });
                    out.push_str(line);
                    write_text(out, key);
                    out.push_str(if lines { ": " } else { ":" });
                    value.write(out, lines);
                }
                out.push_str(if fields.is_empty() { "" } else { line });
                out.push('}');
            }
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Json, parse};

    #[test]
    fn what_is_written_is_read() {
        let text = r#"{"а":[1,-2.5,"\"\\\n\u0416",true,null,{}],"б":{"в":0.1}}"#;
        let tree = parse(text).expect("JSON");
        assert_eq!(parse(&tree.print(false)), Ok(tree.clone()));
        assert_eq!(parse(&tree.print(true)), Ok(tree.clone()));
        assert_eq!(tree.print(false), r#"{"а":[1,-2.5,"\"\\\nЖ",true,null,{}],"б":{"в":0.1}}"#);
        assert_eq!(parse("1e3"), Ok(Json::Number(1000.into())));
        assert_eq!(parse(r#""\ud83d\ude00""#), Ok(Json::Text("😀".into())));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "{\"а\" 1}", "tru", "1 2", "\"а", "\"\\x\"", "\"\n\""] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
