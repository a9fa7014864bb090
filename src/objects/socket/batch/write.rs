//! Messages into JSON.

use super::super::text::of_message;
use super::{BASE64, LONGEST, base64};
use crate::zmq::Message;
use std::collections::TryReserveError;
use std::io::{self, Write};

/// JSON being written, message by message.
pub struct Writer {
    json: Vec<u8>,
    all_binary: bool,
}

/// There is no memory for it.
#[derive(PartialEq, Eq, Debug)]
pub struct NoMemory;

impl From<TryReserveError> for NoMemory {
    fn from(_: TryReserveError) -> Self {
        Self
    }
}

impl Writer {
    /// An empty array; with `all_binary` no part is taken for a text.
    pub const fn new(all_binary: bool) -> Self {
        Self { json: Vec::new(), all_binary }
    }

    /// Appends a message; false, and nothing is appended, where one that is not the first makes the JSON too long.
    pub fn add(&mut self, parts: &[Message]) -> Result<bool, NoMemory> {
        let before = self.json.len();
        let is_first = before == 0;
        let done = match parts {
            // No JSON is shorter than what it says: there is no need to write what cannot fit.
            parts if !is_first && parts.iter().fold(before, |sum, part| sum + part.bytes().len()) > LONGEST => Ok(()),
            parts => self.message(parts),
        };
        let fits = done.is_ok() && self.json.len() > before && (is_first || self.json.len() < LONGEST);
        if !fits {
            self.json.truncate(before);
        }
        done.map(|()| fits)
    }

    /// The whole text.
    pub fn end(mut self) -> Result<String, NoMemory> {
        self.put(if self.json.is_empty() { b"[]" } else { b"]" })?;
        // Strings of JSON and Base64 are UTF-8: there is nothing that could be refused.
        String::from_utf8(self.json).map_err(|_| NoMemory)
    }

    fn message(&mut self, parts: &[Message]) -> Result<(), NoMemory> {
        self.put(if self.json.is_empty() { b"[" } else { b"," })?;
        if let [part] = parts {
            return self.part(part.bytes());
        }
        let mut before: &[u8] = b"[";
        for part in parts {
            self.put(before)?;
            self.part(part.bytes())?;
            before = b",";
        }
        self.put(b"]")
    }

    fn part(&mut self, bytes: &[u8]) -> Result<(), NoMemory> {
        if !self.all_binary
            && let Ok(text) = of_message(bytes)
        {
            self.json.try_reserve(text.len() + 2)?;
            return serde_json::to_writer(Fallible(&mut self.json), text).map_err(|_| NoMemory);
        }
        self.json.try_reserve(base64::length(bytes.len()) + BASE64.len() + 8)?;
        for piece in [br#"{""#, BASE64.as_bytes(), br#"":""#] {
            self.json.extend_from_slice(piece);
        }
        base64::encode(bytes, &mut self.json);
        self.json.extend_from_slice(br#""}"#);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), NoMemory> {
        self.json.try_reserve(bytes.len())?;
        self.json.extend_from_slice(bytes);
        Ok(())
    }
}

/// One message as it would stand in a batch.
///
/// # Errors
/// [`NoMemory`].
pub fn one(parts: &[Message], all_binary: bool) -> Result<String, NoMemory> {
    let mut writer = Writer::new(all_binary);
    writer.message(parts)?;
    // Without the bracket that begins the batch.
    writer.json.remove(0);
    String::from_utf8(writer.json).map_err(|_| NoMemory)
}

/// Data in Base64.
///
/// # Errors
/// [`NoMemory`].
pub fn digits(bytes: &[u8]) -> Result<String, NoMemory> {
    let mut digits = Vec::new();
    digits.try_reserve(base64::length(bytes.len()))?;
    base64::encode(bytes, &mut digits);
    String::from_utf8(digits).map_err(|_| NoMemory)
}

/// A vector that fails where there is no memory, instead of ending the process.
struct Fallible<'a>(&'a mut Vec<u8>);

impl Write for Fallible<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_reserve(bytes.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(size: usize) -> [Message; 1] {
        [Message::from_bytes(&vec![b'x'; size]).unwrap()]
    }

    #[test]
    fn a_batch_ends_before_it_is_too_long() {
        let mut writer = Writer::new(false);
        assert_eq!(writer.add(&message(LONGEST / 2)), Ok(true));
        assert_eq!(writer.add(&message(LONGEST)), Ok(false));
        assert_eq!(
            writer.add(&[Message::from_bytes(&vec![1; LONGEST / 4]).unwrap()]),
            Ok(false),
            "each byte takes six"
        );
        assert_eq!(writer.add(&message(LONGEST / 4)), Ok(true));
        let json = writer.end().unwrap();
        assert_eq!(json.len(), LONGEST / 4 * 3 + 7);
        assert!(json.len() <= LONGEST);
        let full = LONGEST - r#"["xx",""]"#.len();
        for (size, fits) in [(full, true), (full + 1, false)] {
            let mut writer = Writer::new(false);
            assert_eq!(writer.add(&message(2)), Ok(true));
            assert_eq!(writer.add(&message(size)), Ok(fits));
            assert_eq!(writer.end().unwrap().len() == LONGEST, fits);
        }
    }

    /// Else nobody could ever receive it.
    #[test]
    fn the_first_message_is_taken_however_long() {
        let mut writer = Writer::new(true);
        assert_eq!(writer.add(&message(LONGEST + 1)), Ok(true));
        assert_eq!(writer.add(&message(0)), Ok(false));
        assert!(writer.end().unwrap().len() > LONGEST);
    }
}
