//! A value as an error text shows it. A text or data may be a secret that was given in the wrong place: only how long they
//! are is told. What a row calls secret is not told at all, neither the number nor the length.

use crate::native_api::Value;

/// Both languages.
pub(super) type Both = (String, String);

fn both(russian: &str, english: &str) -> Both {
    (russian.to_owned(), english.to_owned())
}

/// The value's type, and its number or its length.
pub(super) fn shown(value: Value<'_>, secret: bool) -> Both {
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Real(_) | Value::Text(_) | Value::Blob(_) if secret => hidden(value),
        Value::Empty => both("Неопределено", "Undefined"),
        Value::Null => both("Null", "Null"),
        Value::Bool(true) => both("Истина", "True"),
        Value::Bool(false) => both("Ложь", "False"),
        Value::Int(number) => (format!("число {number}"), format!("the number {number}")),
        Value::Real(number) => (format!("число {number}"), format!("the number {number}")),
        Value::Text(units) => {
            let length = units.len();
            let (russian, english) = (characters(length), if length == 1 { "character" } else { "characters" });
            (format!("Строка ({length} {russian})"), format!("a String ({length} {english})"))
        }
        Value::Blob(bytes) => {
            (format!("ДвоичныеДанные ({} байт)", bytes.len()), format!("BinaryData ({} bytes)", bytes.len()))
        }
        Value::Date => both("Дата", "a Date"),
        Value::Other(code) => (
            format!("значение неподдерживаемого типа (код {code})"),
            format!("a value of an unsupported type (code {code})"),
        ),
        Value::Broken(code) => (
            format!("испорченное значение (код {code}: указатель и длина не согласованы)"),
            format!("a broken value (code {code}: pointer and length do not agree)"),
        ),
    }
}

/// The type alone.
fn hidden(value: Value<'_>) -> Both {
    match value {
        Value::Bool(_) => both("Булево (значение скрыто)", "a Boolean (not shown)"),
        Value::Text(_) => both("Строка (значение скрыто)", "a String (not shown)"),
        Value::Blob(_) => both("ДвоичныеДанные (значение скрыто)", "BinaryData (not shown)"),
        _ => both("Число (значение скрыто)", "a Number (not shown)"),
    }
}

/// Of so many characters, in Russian: 1 символ, 2 символа, 5 символов.
const fn characters(count: usize) -> &'static str {
    match (count % 100, count % 10) {
        (11..=14, _) => "символов",
        (_, 1) => "символ",
        (_, 2..=4) => "символа",
        _ => "символов",
    }
}

#[cfg(test)]
mod tests {
    use super::shown;
    use crate::native_api::Value;

    const TEXT: &str = "p@ss42 пароль";

    fn units() -> Vec<u16> {
        TEXT.encode_utf16().collect()
    }

    #[test]
    fn a_text_and_data_are_shown_by_their_length_only() {
        let units = units();
        assert_eq!(
            shown(Value::Text(&units), false),
            ("Строка (13 символов)".into(), "a String (13 characters)".into())
        );
        for (length, words) in [(0, "0 символов"), (1, "1 символ)"), (3, "3 символа"), (11, "11 символов")]
        {
            assert!(shown(Value::Text(&units[..length]), false).0.contains(words), "{length}");
        }
        assert!(shown(Value::Text(&units[..1]), false).1.contains("(1 character)"));
        let data = shown(Value::Blob(TEXT.as_bytes()), false);
        assert_eq!(data, ("ДвоичныеДанные (19 байт)".into(), "BinaryData (19 bytes)".into()));
        assert_eq!(shown(Value::Int(42), false), ("число 42".into(), "the number 42".into()));
    }

    #[test]
    fn of_a_secret_only_the_type_is_shown() {
        let units = units();
        for (value, russian, english) in [
            (Value::Text(&units), "Строка", "String"),
            (Value::Blob(TEXT.as_bytes()), "ДвоичныеДанные", "BinaryData"),
            (Value::Int(1942), "Число", "Number"),
            (Value::Real(1942.5), "Число", "Number"),
            (Value::Bool(true), "Булево", "Boolean"),
        ] {
            let texts = shown(value, true);
            assert!(texts.0.starts_with(russian) && texts.1.contains(english), "{texts:?}");
            for text in [texts.0, texts.1] {
                assert!(!text.contains(|letter: char| letter.is_ascii_digit()), "{text}");
                assert!(!text.contains("Истина") && !text.contains("True") && !text.contains("пароль"), "{text}");
            }
        }
        assert_eq!(shown(Value::Empty, true).0, "Неопределено");
    }
}
