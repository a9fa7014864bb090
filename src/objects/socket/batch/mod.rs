//! Many messages as one text of JSON, which a host reads and writes in one call: an array, in which a text is a string, data an
//! object `{"base64": "…"}`, a message of several parts an array of those.

mod base64;
mod read;
mod write;

pub use read::{Messages, read};
pub use write::{NoMemory, Writer, digits, one};

/// Bytes of JSON in UTF-8, at the most: what is made of them fits into any host.
pub const LONGEST: usize = 16 << 20;

/// Messages of a batch, at the most; so many parts may one have that is sent.
pub const MOST: i32 = 100_000;

/// The name of what data is in.
const BASE64: &str = "base64";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::Message;
    use proptest::prelude::*;

    fn written(messages: &[Vec<Vec<u8>>], all_binary: bool) -> String {
        let mut writer = Writer::new(all_binary);
        for parts in messages {
            let parts: Vec<_> = parts.iter().map(|part| Message::from_bytes(part).unwrap()).collect();
            assert_eq!(writer.add(&parts), Ok(true));
        }
        writer.end().unwrap()
    }

    fn read_back(json: &str) -> Vec<Vec<Vec<u8>>> {
        let units: Vec<_> = json.encode_utf16().collect();
        let mut messages = read(&units).unwrap_or_else(|error| panic!("{}: {json}", error.english));
        messages.iter_mut().map(|parts| parts.iter().map(|part| part.bytes().to_vec()).collect()).collect()
    }

    #[test]
    fn a_text_is_a_string_and_data_an_object() {
        let one = |part: &[u8]| vec![part.to_vec()];
        let messages =
            [one("Привет \"мир\"\\".as_bytes()), one(b"\xff\0"), one(b""), one(b"\x01\x1f\x7f\n"), one(b"a\0")];
        let expected = r#"["Привет \"мир\"\\",{"base64":"/wA="},"","\u0001\u001f"#.to_owned()
            + "\u{7f}"
            + r#"\n",{"base64":"YQA="}]"#;
        assert_eq!(written(&messages, false), expected);
        assert_eq!(written(&[], false), "[]");
        assert_eq!(written(&[one(b"foo"), one(b"")], true), r#"[{"base64":"Zm9v"},{"base64":""}]"#);
        let parts = [vec![b"a".to_vec(), b"\xff".to_vec(), Vec::new()]];
        assert_eq!(written(&parts, false), r#"[["a",{"base64":"/w=="},""]]"#);
        assert_eq!(read_back(&expected), messages);
    }

    fn part() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![any::<String>().prop_map(String::into_bytes), proptest::collection::vec(any::<u8>(), 0..80)]
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            messages in proptest::collection::vec(proptest::collection::vec(part(), 1..4), 0..6),
            all_binary: bool
        ) {
            prop_assert_eq!(read_back(&written(&messages, all_binary)), messages);
        }

        /// Another reader of JSON sees the same.
        #[test]
        fn what_was_written_is_json(text in any::<String>()) {
            let json = written(&[vec![text.clone().into_bytes()]], false);
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            if !text.contains('\0') {
                prop_assert_eq!(value, serde_json::json!([text]));
            }
        }
    }
}
