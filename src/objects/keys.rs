//! Keys, names and passwords as scripts give them. What may be a secret is read into memory that is overwritten when it is
//! given back, without a copy anywhere else, and no error tells more of it than what it should have been.

use crate::schema::{Error, Outcome, TextOrBlob, Words, words};
use crate::zmq::CurveKey;
use zeroize::Zeroizing;

/// The digits of Z85 (RFC 32).
const DIGITS: &[u8; 85] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// How long a key is in Z85: 5 digits for 4 bytes.
const LENGTH: usize = 40;

/// The longest domain, name or password that goes over the wire, bytes.
const LONGEST: usize = 255;

/// Of whom a script says it where it says nothing.
pub const DOMAIN: &str = "global";

/// What a parameter is called in an error.
pub const SECRET_KEY: Words = words("Закрытый ключ", "The secret key");
pub const PUBLIC_KEY: Words = words("Открытый ключ", "The public key");
pub const SERVER_KEY: Words = words("Открытый ключ сервера", "The server's public key");
pub const USER: Words = words("Имя пользователя", "The user's name");
pub const PASSWORD: Words = words("Пароль", "The password");
const NAME_OF_DOMAIN: Words = words("Домен", "The domain");

/// A key, put where it is to stay.
///
/// # Errors
/// EINVAL: no key.
pub fn read(what: Words, given: TextOrBlob<'_>, key: &mut CurveKey) -> Outcome {
    match given {
        TextOrBlob::Blob(bytes) if bytes.len() == key.len() => key.copy_from_slice(bytes),
        TextOrBlob::Text(units) if units.len() == LENGTH => {
            for (group, bytes) in units.chunks_exact(5).zip(key.chunks_exact_mut(4)) {
                let number = group.iter().try_fold(0_u64, |sum, &unit| Some(sum * 85 + digit(unit)?));
                match number.map(u32::try_from) {
                    None => return Err(no_z85(what)),
                    Some(Err(_)) => return Err(no_bytes(what)),
                    Some(Ok(number)) => bytes.copy_from_slice(&number.to_be_bytes()),
                }
            }
        }
        _ => return Err(not_so_long(what)),
    }
    Ok(())
}

/// What a digit is worth.
fn digit(unit: u16) -> Option<u64> {
    let place = DIGITS.iter().position(|&digit| u16::from(digit) == unit)?;
    u64::try_from(place).ok()
}

/// A key in Z85.
pub fn z85(key: &CurveKey) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(LENGTH));
    for bytes in key.chunks_exact(4) {
        let mut rest = bytes.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        let mut place = 52_200_625; // 85 to the power of 4
        while place > 0 {
            text.push(char::from(DIGITS[rest / place]));
            rest %= place;
            place /= 85;
        }
    }
    text
}

/// A text that goes over the wire as one of at most 255 bytes.
///
/// # Errors
/// EINVAL: empty, too long, or none in UTF-8.
pub fn short_text(what: Words, units: &[u16]) -> Outcome<Zeroizing<String>> {
    if units.is_empty() || units.len() > LONGEST {
        return Err(no_short_text(what));
    }
    // It never grows: a place that it left would keep it.
    let mut text = Zeroizing::new(String::with_capacity(3 * LONGEST));
    for decoded in char::decode_utf16(units.iter().copied()) {
        match decoded {
            Ok(letter) if letter != '\0' => text.push(letter),
            _ => return Err(no_short_text(what)),
        }
    }
    if text.len() > LONGEST { Err(no_short_text(what)) } else { Ok(text) }
}

/// A domain, or the one that is meant where none is given.
///
/// # Errors
/// EINVAL: empty, too long, or none in UTF-8.
pub fn domain(units: Option<&[u16]>) -> Outcome<String> {
    units.map_or_else(|| Ok(DOMAIN.to_owned()), |units| Ok(short_text(NAME_OF_DOMAIN, units)?.as_str().to_owned()))
}

#[cold]
fn wrong(what: Words, russian: &str, english: &str) -> Error {
    Error::new("EINVAL", format!("{}: {russian}.", what.russian), format!("{}: {english}.", what.english))
}

fn not_so_long(what: Words) -> Error {
    wrong(
        what,
        "ожидается строка Z85 из 40 символов или двоичные данные из 32 байт, получено значение другой длины",
        "takes 40 characters of Z85 or 32 bytes of binary data, but got a value of another length",
    )
}

fn no_z85(what: Words) -> Error {
    wrong(
        what,
        "в строке есть символ, которого нет в Z85. Допустимы латинские буквы, цифры и .-:+=^!/*?&<>()[]{}@%$#",
        "the text has a character that Z85 does not have. There are Latin letters, digits and .-:+=^!/*?&<>()[]{}@%$#",
    )
}

fn no_bytes(what: Words) -> Error {
    wrong(
        what,
        "строка состоит из символов Z85, но ключа не обозначает: она испорчена",
        "the text is made of Z85's characters, but means no key: it is damaged",
    )
}

fn no_short_text(what: Words) -> Error {
    wrong(
        what,
        "ожидается строка длиной от 1 до 255 байт в UTF-8, без нулевых символов",
        "takes a text of 1 to 255 bytes in UTF-8 without NUL",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<CurveKey, Error> {
        let mut key = CurveKey::default();
        read(SECRET_KEY, TextOrBlob::Text(&text.encode_utf16().collect::<Vec<_>>()), &mut key).map(|()| key)
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        // The example of RFC 32, four times.
        let mut key = CurveKey::default();
        key.copy_from_slice(&[0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B].repeat(4));
        assert_eq!(*z85(&key), "HelloWorld".repeat(4));
        assert_eq!(of(&"HelloWorld".repeat(4)), Ok(key));
        for key in [[0; 32], [255; 32], std::array::from_fn(|n| u8::try_from(n * 7).unwrap())] {
            assert_eq!(of(&z85(&key)), Ok(key));
            let mut copy = CurveKey::default();
            read(PUBLIC_KEY, TextOrBlob::Blob(&key), &mut copy).unwrap();
            assert_eq!(copy, key);
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_told() {
        let long = "HelloWorld".repeat(5);
        for (text, why) in [
            ("", "другой длины"),
            ("HelloWorld", "другой длины"),
            (&long, "другой длины"),
            (&format!("~{}", &long[..39]), "нет в Z85"),
            (&format!("Ж{}", &long[..39]), "нет в Z85"),
            (&format!("{}####\u{20}", &long[..35]), "нет в Z85"),
            (&format!("#####{}", &long[..35]), "испорчена"),
        ] {
            let error = of(text).unwrap_err();
            assert!(error.code == "EINVAL" && error.russian.contains(why), "{error:?}");
            assert!(!error.russian.contains("Hello") && !error.english.contains("Hello"), "{error:?}");
        }
        for size in [0, 31, 33, 40] {
            let mut key = CurveKey::default();
            assert!(read(PUBLIC_KEY, TextOrBlob::Blob(&vec![1; size]), &mut key).is_err(), "{size}");
        }
    }

    #[test]
    fn short_texts_are_short() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        assert_eq!(*short_text(USER, &units("Иванов 😀")).unwrap(), "Иванов 😀");
        assert_eq!(short_text(USER, &units(&"я".repeat(127))).unwrap().len(), 254);
        for text in ["", "a\0b", &"я".repeat(128), &"€".repeat(255), &"a".repeat(256)] {
            let error = short_text(PASSWORD, &units(text)).unwrap_err();
            assert!(error.russian.starts_with("Пароль: ") && error.english.starts_with("The password: "));
        }
        assert!(short_text(USER, &[0xd800]).is_err());
        assert_eq!(domain(None).unwrap(), DOMAIN);
        assert!(domain(Some(&[])).is_err());
    }
}
