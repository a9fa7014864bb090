//! Base64 (RFC 4648) with padding. 1C breaks the lines of what it encodes: white space counts for nothing.

use base64::engine::general_purpose::STANDARD;
use base64::{Engine, decoded_len_estimate};

/// How many digits so many bytes take.
pub const fn length(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Appends the digits of `bytes`; there is room for them (`length`).
pub fn encode(bytes: &[u8], to: &mut Vec<u8>) {
    let from = to.len();
    to.resize(from + length(bytes.len()), 0);
    let written = STANDARD.encode_slice(bytes, &mut to[from..]).unwrap_or(0);
    to.truncate(from + written);
}

/// Why nothing was decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undecoded {
    NotBase64,
    NoMemory,
}

/// What `text` encodes, in place of what `bytes` held.
pub fn decode(text: &str, bytes: &mut Vec<u8>) -> Result<(), Undecoded> {
    if !text.contains(SPACES) {
        return decode_digits(text.as_bytes(), bytes);
    }
    let mut digits = Vec::new();
    reserve(&mut digits, text.len())?;
    text.split(SPACES).for_each(|line| digits.extend_from_slice(line.as_bytes()));
    decode_digits(&digits, bytes)
}

const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

fn decode_digits(digits: &[u8], bytes: &mut Vec<u8>) -> Result<(), Undecoded> {
    bytes.clear();
    let most = decoded_len_estimate(digits.len());
    reserve(bytes, most)?;
    bytes.resize(most, 0);
    let written = STANDARD.decode_slice(digits, bytes);
    bytes.truncate(written.map_err(|_| Undecoded::NotBase64)?);
    Ok(())
}

fn reserve(bytes: &mut Vec<u8>, more: usize) -> Result<(), Undecoded> {
    bytes.try_reserve(more).map_err(|_| Undecoded::NoMemory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(text: &str) -> Result<Vec<u8>, Undecoded> {
        let mut bytes = b"from before".to_vec();
        decode(text, &mut bytes).map(|()| bytes)
    }

    fn encoded(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        encode(bytes, &mut text);
        assert_eq!(text.len(), length(bytes.len()));
        String::from_utf8(text).unwrap()
    }

    /// RFC 4648, section 10.
    #[test]
    fn is_what_the_standard_says() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encoded(bytes.as_bytes()), text);
            assert_eq!(decoded(text).as_deref(), Ok(bytes.as_bytes()));
        }
        assert_eq!(encoded(b"\xfb\xff\xbf"), "+/+/");
        assert_eq!(decoded(" Zm9v\r\nYm\tFy\n").as_deref(), Ok(&b"foobar"[..]), "lines as 1C breaks them");
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for text in [
            "Z", "Zg", "Zg=", "Zg===", "Zm9", "Zm9v=", "=", "====", "Zg==Zg==", "Zh==", "Zm9=", "Zm9-", "Zm9vЖ",
            "Zm\09",
        ] {
            assert_eq!(decoded(text), Err(Undecoded::NotBase64), "{text}");
        }
    }

    #[test]
    fn what_finds_no_memory_is_not_taken_for_something_else() {
        assert_eq!(reserve(&mut vec![0], usize::MAX), Err(Undecoded::NoMemory));
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decoded(&encoded(&bytes)), Ok(bytes));
        }
    }
}
