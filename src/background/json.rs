//! JSON as it is written here: one object, its fields in the order in which they are added, on one line.

use std::fmt::{Display, Write};

/// An object that is being written.
pub struct JsonObject(String);

impl JsonObject {
    /// Without a field.
    pub fn new() -> Self {
        Self("{".to_owned())
    }

    /// A text.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        quote(&mut self.0, value);
        self
    }

    /// A number, or `true` or `false`, or what is JSON already.
    pub fn value(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        // A String takes whatever is written.
        let _ = write!(self.0, "{value}");
        self
    }

    /// As `value`; null where there is none.
    pub fn optional(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.value(name, value),
            None => self.value(name, "null"),
        }
    }

    /// A list of texts.
    pub fn texts<'a>(mut self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        self.name(name);
        self.0.push('[');
        for (number, value) in values.enumerate() {
            if number > 0 {
                self.0.push(',');
            }
            quote(&mut self.0, value);
        }
        self.0.push(']');
        self
    }

    /// The whole object.
    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        quote(&mut self.0, name);
        self.0.push(':');
    }
}

/// Whoever looks at the text sees one line, in the order in which it stands: nothing in it moves a cursor.
fn quote(to: &mut String, text: &str) {
    to.push('"');
    for character in text.chars() {
        match character {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {
                escape(to, character);
            }
            _ if character.is_control() => escape(to, character),
            _ => to.push(character),
        }
    }
    to.push('"');
}

/// Only for what one unit of UTF-16 holds.
fn escape(to: &mut String, character: char) {
    let _ = write!(to, "\\u{:04x}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_text_holds_the_object_is_one_line_that_reads_back() {
        let hostile = "a\"b\\c\nd\re\u{0}\u{7f}\u{9b}\u{85}\u{2028}\u{202e}\u{2066}\u{feff}ж😀";
        let written = JsonObject::new()
            .text("текст", hostile)
            .value("number", 7)
            .optional("none", None::<u32>)
            .texts("list", [hostile, ""].into_iter())
            .value("inner", JsonObject::new().end())
            .end();
        assert_eq!(written.lines().count(), 1);
        let harmless = |character: char| !character.is_control() && !('\u{2028}'..='\u{202e}').contains(&character);
        assert!(written.chars().all(harmless), "{written:?}");
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["текст"], hostile);
        assert_eq!(read["number"], 7);
        assert!(read["none"].is_null() && read["inner"].as_object().unwrap().is_empty());
        assert_eq!(read["list"], serde_json::json!([hostile, ""]));
    }
}
