//! JSON into messages. All of it is read before anything is sent; what is wrong is told with its place.

use super::super::text::{Unfit, encode};
use super::{BASE64, LONGEST, MOST, base64};
use crate::schema::{Error, Outcome};
use crate::zmq::Message;
use serde_core::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::fmt;
use std::mem;

/// Messages, in the order in which they go.
#[derive(Default)]
pub struct Messages {
    parts: Vec<Message>,
    /// How many parts each message has.
    counts: Vec<usize>,
}

impl Messages {
    /// The parts of one message after another.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut [Message]> {
        let mut rest = &mut self.parts[..];
        self.counts.iter().map(move |&count| {
            let (parts, others) = mem::take(&mut rest).split_at_mut(count);
            rest = others;
            parts
        })
    }
}

/// The messages that a text of JSON in UTF-16 says.
///
/// # Errors
/// EINVAL: it says something else. EMSGSIZE: too long. EILSEQ: no text that UTF-8 can say. ENOMEM.
pub fn read(units: &[u16]) -> Outcome<Messages> {
    if units.len() > LONGEST {
        return Err(too_long());
    }
    let json = encode(units).map_err(|unfit| match unfit {
        Unfit::NoMemory(_) => unfit.into(),
        Unfit::Nul(at) => not_to_stand(at, ("с кодом 0", "is 0"), ("запишите его как \\u0000", "write it as \\u0000")),
        Unfit::HalfOfAPair(at) => {
            let why = ("— половина суррогатной пары", "is half of a surrogate pair");
            not_to_stand(at, why, ("запишите данные в Base64", "write the data in Base64"))
        }
    })?;
    if json.len() > LONGEST {
        return Err(too_long());
    }
    let mut reader = Reader::default();
    let mut source = serde_json::Deserializer::from_str(&json);
    let done = Batch(&mut reader).deserialize(&mut source).and_then(|()| source.end());
    match done {
        Ok(()) => Ok(reader.messages),
        Err(error) => Err(reader.explain(&json, &error)),
    }
}

#[derive(Default)]
struct Reader {
    messages: Messages,
    /// The array has begun.
    begun: bool,
    /// Why the reading ended, where JSON is not to blame.
    wrong: Option<Wrong>,
    data: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Wrong {
    Kind,
    NoParts,
    Base64,
    TooMany,
    NoMemory,
}

impl From<base64::Undecoded> for Wrong {
    fn from(why: base64::Undecoded) -> Self {
        match why {
            base64::Undecoded::NotBase64 => Self::Base64,
            base64::Undecoded::NoMemory => Self::NoMemory,
        }
    }
}

impl Reader {
    fn part(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        if self.messages.parts.len() == MOST as usize {
            return Err(Wrong::TooMany);
        }
        self.messages.parts.push(Message::from_bytes(bytes).map_err(|_| Wrong::NoMemory)?);
        Ok(())
    }

    fn data(&mut self, text: &str) -> Result<(), Wrong> {
        let mut bytes = mem::take(&mut self.data);
        base64::decode(text, &mut bytes)?;
        let done = self.part(&bytes);
        self.data = bytes;
        done
    }

    /// Remembers what is wrong; the reading ends with it.
    fn check<T, E: serde_core::de::Error>(&mut self, done: Result<T, Wrong>) -> Result<T, E> {
        done.map_err(|wrong| {
            self.wrong = Some(wrong);
            E::custom("")
        })
    }

    #[cold]
    fn explain(&self, json: &str, error: &serde_json::Error) -> Error {
        let (index, place) = (self.messages.counts.len(), place(json, error));
        let told = |code, russian: String, english: String| {
            Error::new(
                code,
                format!("Пакет, позиция {place}: {russian}. Ничего не отправлено."),
                format!("The batch, position {place}: {english}. Nothing was sent."),
            )
        };
        match (self.wrong, error.classify()) {
            (Some(Wrong::NoMemory), _) => told(
                "ENOMEM",
                format!("для сообщения [{index}] не хватило памяти"),
                format!("there is no memory for message [{index}]"),
            ),
            (Some(Wrong::TooMany), _) => told(
                "EMSGSIZE",
                format!("сообщений, считая их части, больше {MOST}. Разделите его на несколько"),
                format!("more than {MOST} messages, their parts counted. Make several batches of it"),
            ),
            (Some(Wrong::Base64), _) => told(
                "EINVAL",
                format!("в сообщении [{index}] «{BASE64}» — не Base64"),
                format!("\"{BASE64}\" of message [{index}] is not Base64"),
            ),
            (Some(Wrong::NoParts), _) => told(
                "EINVAL",
                format!("в сообщении [{index}] нет ни одной части"),
                format!("message [{index}] has no part"),
            ),
            (_, Category::Eof) => {
                told("EINVAL", "текст JSON обрывается".into(), "the text of JSON ends too early".into())
            }
            (_, Category::Syntax | Category::Io) => told("EINVAL", "это не JSON".into(), "this is not JSON".into()),
            (_, Category::Data) if self.begun => told(
                "EINVAL",
                format!("сообщение [{index}] — ни строка, ни объект {{\"{BASE64}\": \"…\"}}, ни массив таких частей"),
                format!(
                    "message [{index}] is neither a string, nor an object {{\"{BASE64}\": \"…\"}}, nor an array of such parts"
                ),
            ),
            (_, Category::Data) => {
                told("EINVAL", "ожидается массив сообщений".into(), "an array of messages is expected".into())
            }
        }
    }
}

/// The character, counted from 1 as 1C counts them, where the reading ended.
fn place(json: &str, error: &serde_json::Error) -> usize {
    let line = error.line().saturating_sub(1);
    let start: usize = json.split_inclusive('\n').take(line).map(str::len).sum();
    let mut end = (start + error.column()).min(json.len());
    while !json.is_char_boundary(end) {
        end += 1;
    }
    json[..end].encode_utf16().count().max(1)
}

/// A character that no text has.
#[cold]
fn not_to_stand(at: usize, why: (&str, &str), instead: (&str, &str)) -> Error {
    let number = at + 1;
    Error::new(
        "EILSEQ",
        format!("Пакет, позиция {number}: символ {}. Ничего не отправлено: {}.", why.0, instead.0),
        format!("The batch, position {number}: the character {}. Nothing was sent: {}.", why.1, instead.1),
    )
}

#[cold]
fn too_long() -> Error {
    Error::new(
        "EMSGSIZE",
        format!("Пакет длиннее {LONGEST} байт в UTF-8. Ничего не отправлено: разделите его на несколько."),
        format!("The batch is longer than {LONGEST} bytes in UTF-8. Nothing was sent: make several of it."),
    )
}

/// The array.
struct Batch<'a>(&'a mut Reader);

/// A message, or a part of one.
struct Piece<'a> {
    reader: &'a mut Reader,
    may_have_parts: bool,
}

/// Whether the name is the one of data.
struct IsBase64;

/// What stands under that name.
struct Data<'a>(&'a mut Reader);

/// What `expecting` says is not shown: the reader explains in both languages.
macro_rules! seeds {
    ($($seed:ty => $deserialize:ident, $value:ty;)*) => { $(
        impl<'de> DeserializeSeed<'de> for $seed {
            type Value = $value;

            fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<$value, D::Error> {
                source.$deserialize(self)
            }
        }
    )* };
}

seeds! {
    Batch<'_> => deserialize_any, ();
    Piece<'_> => deserialize_any, ();
    IsBase64 => deserialize_str, bool;
    Data<'_> => deserialize_any, ();
}

impl<'de> Visitor<'de> for Batch<'_> {
    type Value = ();

    fn expecting(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let Self(reader) = self;
        reader.begun = true;
        let mut before = 0;
        while array.next_element_seed(Piece { reader: &mut *reader, may_have_parts: true })?.is_some() {
            let parts = reader.messages.parts.len();
            reader.messages.counts.push(parts - before);
            before = parts;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Piece<'_> {
    type Value = ();

    fn expecting(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<(), E> {
        let done = self.reader.part(text.as_bytes());
        self.reader.check(done)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        if object.next_key_seed(IsBase64)? != Some(true) {
            return self.reader.check(Err(Wrong::Kind));
        }
        object.next_value_seed(Data(&mut *self.reader))?;
        match object.next_key_seed(IsBase64)? {
            None => Ok(()),
            Some(_) => self.reader.check(Err(Wrong::Kind)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let Self { reader, may_have_parts } = self;
        if !may_have_parts {
            return reader.check(Err(Wrong::Kind));
        }
        let before = reader.messages.parts.len();
        while array.next_element_seed(Piece { reader: &mut *reader, may_have_parts: false })?.is_some() {}
        let none = reader.messages.parts.len() == before;
        reader.check(if none { Err(Wrong::NoParts) } else { Ok(()) })
    }
}

impl Visitor<'_> for IsBase64 {
    type Value = bool;

    fn expecting(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    fn visit_str<E: serde_core::de::Error>(self, name: &str) -> Result<bool, E> {
        Ok(name == BASE64)
    }
}

impl Visitor<'_> for Data<'_> {
    type Value = ();

    fn expecting(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<(), E> {
        let done = self.0.data(text);
        self.0.check(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(json: &str) -> Outcome<Messages> {
        read(&json.encode_utf16().collect::<Vec<_>>())
    }

    #[test]
    fn white_space_and_order_are_free() {
        let json = "\u{20}[\r\n\t\"a\" , { \"base64\" : \"Y\\r\\nQ==\" },\n [ \"x\" , \"\\ud83d\\ude00\" ] ]\n";
        let mut messages = read_text(json).unwrap_or_else(|error| panic!("{}", error.english));
        let all: Vec<Vec<_>> =
            messages.iter_mut().map(|parts| parts.iter().map(|part| part.bytes().to_vec()).collect()).collect();
        assert_eq!(all, [vec![b"a".to_vec()], vec![b"a".to_vec()], vec![b"x".to_vec(), "😀".as_bytes().to_vec()]]);
        assert_eq!(read_text("[]").unwrap_or_default().iter_mut().count(), 0);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (json, code, position, words) in [
            ("", "EINVAL", 1, "обрывается"),
            ("[\"a\"", "EINVAL", 4, "обрывается"),
            ("[\"a\",]", "EINVAL", 6, "не JSON"),
            ("[\"ёё\" \"b\"]", "EINVAL", 7, "не JSON"),
            ("[\"😀\",\n  'b']", "EINVAL", 10, "не JSON"),
            ("[] []", "EINVAL", 4, "не JSON"),
            ("[\"\\ud800\"]", "EINVAL", 9, "не JSON"),
            ("[\"\t\"]", "EINVAL", 3, "не JSON"),
            ("{}", "EINVAL", 1, "ожидается массив"),
            ("\"a\"", "EINVAL", 3, "ожидается массив"),
            ("null", "EINVAL", 4, "ожидается массив"),
            ("[\"a\",5]", "EINVAL", 6, "сообщение [1]"),
            ("[true]", "EINVAL", 5, "сообщение [0]"),
            ("[{}]", "EINVAL", 3, "сообщение [0]"),
            ("[{\"base\":\"\"}]", "EINVAL", 8, "сообщение [0]"),
            ("[{\"base64\":5}]", "EINVAL", 12, "сообщение [0]"),
            ("[{\"base64\":\"\",\"a\":1}]", "EINVAL", 17, "сообщение [0]"),
            ("[[\"a\",[\"b\"]]]", "EINVAL", 7, "сообщение [0]"),
            ("[\"a\",[]]", "EINVAL", 7, "[1] нет ни одной части"),
            ("[\"a\",{\"base64\":\"Zg=\"}]", "EINVAL", 20, "[1] «base64» — не Base64"),
        ] {
            let Err(error) = read_text(json) else { panic!("{json} is taken") };
            assert_eq!(error.code, code, "{json}");
            assert!(error.russian.contains(words), "{json}: {}", error.russian);
            let place = error.russian.split("позиция ").nth(1).and_then(|text| text.split(':').next()).unwrap();
            let place: usize = place.parse().unwrap();
            assert!(place.abs_diff(position) <= 1, "{json}: {} instead of {position}", error.russian);
            assert!(error.english.contains(&format!("position {place}: ")), "{}", error.english);
        }
        // Binary data is what a batch cannot have: what it says instead is said.
        for (unit, instead) in [(0, "запишите его как \\u0000"), (0xd800, "запишите данные в Base64")]
        {
            let error = read(&[0x5b, 0x22, unit, 0x22, 0x5d]).err().unwrap();
            assert!(error.code == "EILSEQ" && error.russian.contains("позиция 3:"), "{}", error.russian);
            assert!(error.russian.contains(instead), "{}", error.russian);
        }
        assert_eq!(read_text("[\"a\\u0000\"]").unwrap().iter_mut().next().unwrap()[0].bytes(), b"a\0");
        assert!(matches!(Wrong::from(base64::Undecoded::NoMemory), Wrong::NoMemory));
    }

    #[test]
    fn what_is_deep_or_huge_is_refused() {
        for json in ["[".repeat(1_000_000), "[[[[".to_owned(), format!("[{}", "{\"base64\":".repeat(1_000_000))] {
            assert_eq!(read_text(&json).err().map(|error| error.code), Some("EINVAL"), "{}", &json[..4]);
        }
        let many = |count: usize| format!("[{}\"\"]", "\"\",".repeat(count - 1));
        let most = MOST as usize;
        assert_eq!(read_text(&many(most)).unwrap_or_default().iter_mut().count(), most);
        assert_eq!(read_text(&many(most + 1)).err().map(|error| error.code), Some("EMSGSIZE"));
        let long = |size: usize| format!("[\"{}\"]", "x".repeat(size - 4));
        assert!(read_text(&long(LONGEST)).is_ok());
        for json in [long(LONGEST + 1), long(LONGEST * 2), format!("[\"{}\"]", "ё".repeat(LONGEST / 2))] {
            assert_eq!(read_text(&json).err().map(|error| error.code), Some("EMSGSIZE"));
        }
    }
}
