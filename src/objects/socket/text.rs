//! Texts of scripts as messages, and messages as texts: UTF-8 on the wire. What would not come back as it went is refused, and
//! nothing is lost by that.

use crate::schema::{Error, Outcome, TextOrBlob};
use std::borrow::Cow;

/// Why a text is none in UTF-8: so many bytes find no memory, or the unit that stands here, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    NoMemory(usize),
    /// Where a host may take the text to end.
    Nul(usize),
    /// UTF-8 cannot say it.
    HalfOfAPair(usize),
}

/// A text of the host's in UTF-8.
///
/// # Errors
/// EILSEQ: half of a surrogate pair, or a NUL. ENOMEM.
pub fn to_utf8(units: &[u16]) -> Outcome<String> {
    encode(units).map_err(Error::from)
}

/// As `to_utf8`; what is to be said of a text that does not fit is the caller's.
///
/// # Errors
/// [`Unfit`].
pub fn encode(units: &[u16]) -> Result<String, Unfit> {
    let mut text = String::new();
    // Most texts that are sent are Latin or Cyrillic: a unit takes up to two bytes.
    text.try_reserve(units.len()).map_err(|_| Unfit::NoMemory(units.len()))?;
    let mut position = 0;
    for decoded in char::decode_utf16(units.iter().copied()) {
        let letter = match decoded {
            Ok('\0') => return Err(Unfit::Nul(position)),
            Ok(letter) => letter,
            Err(_) => return Err(Unfit::HalfOfAPair(position)),
        };
        position += letter.len_utf16();
        if text.capacity() - text.len() < letter.len_utf8() {
            text.try_reserve(text.len()).map_err(|_| Unfit::NoMemory(text.len()))?;
        }
        text.push(letter);
    }
    Ok(text)
}

impl From<Unfit> for Error {
    #[cold]
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::NoMemory(bytes) => no_memory(bytes),
            Unfit::Nul(position) => nul(position),
            Unfit::HalfOfAPair(position) => half_of_a_pair(position),
        }
    }
}

/// The bytes of either.
///
/// # Errors
/// Those of `to_utf8`.
pub fn bytes(given: TextOrBlob<'_>) -> Outcome<Cow<'_, [u8]>> {
    match given {
        TextOrBlob::Text(units) => to_utf8(units).map(|text| text.into_bytes().into()),
        TextOrBlob::Blob(bytes) => Ok(bytes.into()),
    }
}

/// What a message says, if a host can hold it as a text: UTF-8 without a NUL, where it may take the text to end.
pub fn of_message(bytes: &[u8]) -> Result<&str, usize> {
    let text = str::from_utf8(bytes).map_err(|error| error.valid_up_to())?;
    match bytes.iter().position(|&byte| byte == 0) {
        Some(nul) => Err(nul),
        None => Ok(text),
    }
}

/// A message that was received, as a text; `instead` gives it as data, in both languages.
///
/// # Errors
/// EILSEQ.
pub fn received<'a>(bytes: &'a [u8], instead: (&str, &str)) -> Outcome<&'a str> {
    of_message(bytes).map_err(|at| not_a_text(bytes, at, instead))
}

#[cold]
fn not_a_text(bytes: &[u8], at: usize, (russian, english): (&str, &str)) -> Error {
    let (size, number) = (bytes.len(), at + 1);
    let why = match bytes.get(at) {
        Some(0) => ("с кодом 0", "is 0"),
        _ => ("не из UTF-8", "is not of UTF-8"),
    };
    Error::new(
        "EILSEQ",
        format!(
            "Это не строка, а двоичные данные ({size} байт): байт {number} {}. Ничего не потеряно: возьмите их методом {russian}.",
            why.0
        ),
        format!(
            "This is no text but binary data ({size} bytes): byte {number} {}. Nothing is lost: take it by {english}.",
            why.1
        ),
    )
}

fn no_memory(bytes: usize) -> Error {
    Error::new(
        "ENOMEM",
        format!("Не хватило памяти для строки: {bytes} байт в UTF-8. Ничего не отправлено."),
        format!("There is no memory for the text: {bytes} bytes in UTF-8. Nothing was sent."),
    )
}

fn half_of_a_pair(position: usize) -> Error {
    let number = position + 1;
    Error::new(
        "EILSEQ",
        format!("Строку нельзя передать в UTF-8: символ {number} — половина суррогатной пары. Ничего не отправлено."),
        format!("UTF-8 has no room for the text: character {number} is half of a surrogate pair. Nothing was sent."),
    )
}

fn nul(position: usize) -> Error {
    let number = position + 1;
    Error::new(
        "EILSEQ",
        format!(
            "Символ {number} строки — с кодом 0, такая строка может обрезаться по нему. Ничего не отправлено: передайте её двоичными данными."
        ),
        format!(
            "Character {number} of the text is 0, where the text may be cut off. Nothing was sent: give it as binary data."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn a_text_comes_back_as_it_went() {
        let long = "Ж".repeat(100_000) + &"😀".repeat(100_000);
        for text in ["", "a", "Привет, мир", "\u{feff}BOM", "\u{1}\r\n\t\u{7f}", "€😀\u{10ffff}\u{fffd}", &long]
        {
            let sent = to_utf8(&units(text)).unwrap();
            assert_eq!(sent, text);
            assert_eq!(of_message(sent.as_bytes()), Ok(text));
        }
    }

    #[test]
    fn what_would_not_come_back_is_refused_where_it_stands() {
        let lone = |before: &str, unit| [units(before), vec![unit], units("ё")].concat();
        for (text, number) in [
            (lone("", 0xd800), "1 "),
            (lone("ab", 0xdc00), "3 "),
            (lone("😀", 0xdbff), "3 "),
            (units("да\0"), "3 "),
            (units("\0"), "1 "),
        ] {
            let error = to_utf8(&text).unwrap_err();
            assert_eq!(error.code, "EILSEQ");
            for (text, before) in [(&error.russian, "имвол "), (&error.english, "haracter ")] {
                assert!(text.split_once(before).unwrap().1.starts_with(number), "{text}");
            }
        }
    }

    #[test]
    fn data_is_no_text() {
        for (bytes, at) in
            [(&b"\xff"[..], 0), (b"ab\xc3", 2), (b"\xed\xa0\x80", 0), (b"a\0b", 1), (b"\xf8\x88\x80\x80\x80", 0)]
        {
            assert_eq!(of_message(bytes), Err(at), "{bytes:?}");
            let error = received(bytes, ("Получить", "Recv")).unwrap_err();
            assert_eq!(error.code, "EILSEQ");
            assert!(error.russian.contains(&format!("байт {} ", at + 1)) && error.russian.contains("методом Получить"));
            assert!(error.english.contains(&format!("byte {} ", at + 1)) && error.english.contains("by Recv"));
        }
    }

    #[test]
    fn either_has_bytes() {
        assert_eq!(bytes(TextOrBlob::Text(&units("тема"))).unwrap(), "тема".as_bytes());
        assert_eq!(bytes(TextOrBlob::Blob(b"\xff\0")).unwrap(), &b"\xff\0"[..]);
        assert_eq!(bytes(TextOrBlob::Text(&[0xd800])).unwrap_err().code, "EILSEQ");
    }
}
