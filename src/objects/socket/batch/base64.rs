//! Base64 (RFC 4648) with padding. 1C breaks the lines of what it encodes: white space counts for nothing.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What a byte that is no digit means.
const SPACE: u8 = 64;
const PAD: u8 = 65;
const WRONG: u8 = 66;

const VALUES: [u8; 256] = {
    let mut values = [WRONG; 256];
    let mut digit = 0;
    while digit < 64 {
        values[DIGITS[digit as usize] as usize] = digit;
        digit += 1;
    }
    (values[b'=' as usize], values[b' ' as usize], values[b'\t' as usize]) = (PAD, SPACE, SPACE);
    (values[b'\r' as usize], values[b'\n' as usize]) = (SPACE, SPACE);
    values
};

/// How many digits so many bytes take.
pub const fn length(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Appends the digits of `bytes`.
pub fn encode(bytes: &[u8], to: &mut Vec<u8>) {
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let digit = |shift: u32| DIGITS[(bits >> shift & 63) as usize];
        let mut digits = [digit(18), digit(12), digit(6), digit(0)];
        digits[group.len() + 1..].fill(b'=');
        to.extend_from_slice(&digits);
    }
}

/// What `text` encodes, in place of what `bytes` held; None where it is not Base64.
pub fn decode(text: &str, bytes: &mut Vec<u8>) -> Option<()> {
    bytes.clear();
    bytes.try_reserve(text.len() / 4 * 3 + 3).ok()?;
    let (mut bits, mut digits, mut pads) = (0_u32, 0_usize, 0_usize);
    for byte in text.bytes() {
        match VALUES[usize::from(byte)] {
            SPACE => {}
            PAD => pads += 1,
            WRONG => return None,
            _ if pads > 0 => return None,
            value => {
                bits = bits << 6 | u32::from(value);
                digits += 1;
                if digits % 4 == 0 {
                    bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
                    bits = 0;
                }
            }
        }
    }
    let (left, wanted) = match digits % 4 {
        0 => (0, 0),
        2 => (1, 2),
        3 => (2, 1),
        _ => return None,
    };
    if pads != wanted {
        return None;
    }
    let last = (bits << (6 * wanted)).to_be_bytes();
    // Bits that belong to no byte are 0, else two texts would be one message.
    if left > 0 && last[left + 1..].iter().any(|&rest| rest != 0) {
        return None;
    }
    bytes.extend_from_slice(&last[1..=left]);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
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
            assert_eq!(decoded(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encoded(b"\xfb\xff\xbf"), "+/+/");
        assert_eq!(decoded(" Zm9v\r\nYm\tFy\n").as_deref(), Some(&b"foobar"[..]), "lines as 1C breaks them");
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for text in [
            "Z", "Zg", "Zg=", "Zg===", "Zm9", "Zm9v=", "=", "====", "Zg==Zg==", "Zh==", "Zm9=", "Zm9-", "Zm9vЖ",
            "Zm\09",
        ] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(decoded(&encoded(&bytes)), Some(bytes));
        }
    }
}
