//! ДвоичныеДанные, and strings to bytes and back.

use crate::platform::collections::Array;
use crate::platform::enumerations::EnumValue;
use crate::platform::table::{Function, Type};
use crate::run::{Args, Fail, Run, Session, raise};
use crate::syntax::ast::Name;
use crate::value::{Object, Value, is};
use std::any::Any;
use std::sync::Arc;

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "ПолучитьДвоичныеДанныеИзСтроки",
        en: "GetBinaryDataFromString",
        least: 1,
        most: 3,
        run: from_string,
    },
    Function {
        ru: "ПолучитьСтрокуИзДвоичныхДанных", en: "GetStringFromBinaryData", least: 1, most: 2, run: to_string
    },
    Function {
        ru: "Base64Строка",
        en: "Base64String",
        least: 1,
        most: 1,
        run: |_, a| a.with(0, |b: &Binary| Ok(base64(&b.0).into())),
    },
    Function {
        ru: "Base64Значение",
        en: "Base64Value",
        least: 1,
        most: 1,
        run: |_, a| match of_base64(&a.text(0)?) {
            Some(bytes) => Ok(Value::object(Binary(bytes.into()))),
            None => raise("Неверный формат строки Base64"),
        },
    },
    Function {
        ru: "ПолучитьHexСтрокуИзДвоичныхДанных",
        en: "GetHexStringFromBinaryData",
        least: 1,
        most: 1,
        run: |_, a| a.with(0, |b: &Binary| Ok(hex(&b.0, "").into())),
    },
    Function {
        ru: "ПолучитьДвоичныеДанныеИзHexСтроки",
        en: "GetBinaryDataFromHexString",
        least: 1,
        most: 1,
        run: of_hex,
    },
    Function {
        ru: "СоединитьДвоичныеДанные", en: "ConcatBinaryData", least: 1, most: 1, run: concat
    },
    Function {
        ru: "РазделитьДвоичныеДанные", en: "SplitBinaryData", least: 2, most: 2, run: split
    },
];

pub const TYPES: &[Type] = &[Type {
    ru: "ДвоичныеДанные",
    en: "BinaryData",
    least: 1,
    most: 1,
    make: |_, a| {
        let file = a.text(0)?;
        match std::fs::read(&*file) {
            Ok(bytes) => Ok(Value::object(Binary(bytes.into()))),
            Err(e) => raise(format!("Ошибка доступа к файлу '{file}'. {e}")),
        }
    },
}];

pub struct Binary(pub Arc<[u8]>);

impl Binary {
    #[must_use]
    pub fn value(bytes: impl Into<Arc<[u8]>>) -> Value {
        Value::object(Self(bytes.into()))
    }
}

impl Object for Binary {
    fn type_name(&self) -> String {
        "Двоичные данные".into()
    }

    fn call(&self, _: &Session, name: &Name, args: &Args) -> Run<Value> {
        if is(name, "размер", "size") {
            args.count(0, 0)?;
            return Ok(self.0.len().into());
        }
        if is(name, "записать", "write") {
            args.count(1, 1)?;
            let file = args.text(0)?;
            return match std::fs::write(&*file, &self.0) {
                Ok(()) => Ok(Value::Undefined),
                Err(e) => raise(format!("Ошибка доступа к файлу '{file}'. {e}")),
            };
        }
        Err(self.unknown("метод", name))
    }

    fn present(&self) -> String {
        hex(&self.0, " ")
    }

    fn is_filled(&self) -> bool {
        !self.0.is_empty()
    }

    fn equals(&self, other: &dyn Object) -> bool {
        (other as &dyn Any).downcast_ref::<Self>().is_some_and(|other| other.0 == self.0)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Utf8,
    Utf16,
}

/// UTF-8 unless another one is named.
fn encoding(args: &Args, n: usize) -> Run<Encoding> {
    let name = match args.given(n) {
        None => return Ok(Encoding::Utf8),
        Some(value) => match value.as_object::<EnumValue>() {
            Some(known) if known.kind == "КодировкаТекста" => known.value.to_string(),
            _ => args.text(n)?.to_string(),
        },
    };
    match name.to_lowercase().replace('-', "").as_str() {
        "utf8" => Ok(Encoding::Utf8),
        "utf16" | "utf16le" => Ok(Encoding::Utf16),
        _ => Err(Fail::unknown(format!("кодировка {name}"))),
    }
}

fn from_string(_: &Session, args: &Args) -> Run<Value> {
    let (text, encoding, mark) = (args.text(0)?, encoding(args, 1)?, args.truth_or(2, false)?);
    let text = if mark { format!("\u{feff}{text}") } else { text.to_string() };
    Ok(Binary::value(match encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    }))
}

/// A byte order mark is taken off; what is no text becomes replacement characters.
fn to_string(_: &Session, args: &Args) -> Run<Value> {
    let encoding = encoding(args, 1)?;
    args.with(0, |binary: &Binary| {
        let text = match encoding {
            Encoding::Utf8 => String::from_utf8_lossy(&binary.0).into_owned(),
            Encoding::Utf16 => {
                let units: Vec<u16> =
                    binary.0.chunks(2).map(|p| u16::from_le_bytes([p[0], p.get(1).copied().unwrap_or(0)])).collect();
                String::from_utf16_lossy(&units)
            }
        };
        Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).into())
    })
}

fn concat(_: &Session, args: &Args) -> Run<Value> {
    args.with(0, |array: &Array| {
        let mut all = Vec::new();
        for item in array.items.borrow().iter() {
            match item.as_object::<Binary>() {
                Some(binary) => all.extend_from_slice(&binary.0),
                None => return raise("Неверный тип элемента массива (СоединитьДвоичныеДанные)"),
            }
        }
        Ok(Binary::value(all))
    })
}

fn split(_: &Session, args: &Args) -> Run<Value> {
    let size = usize::try_from(args.whole(1)?).ok().filter(|n| *n > 0);
    let Some(size) = size else {
        return raise("Недопустимое значение параметра (РазделитьДвоичныеДанные, параметр номер '2')");
    };
    args.with(0, |binary: &Binary| Ok(Value::object(Array::of(binary.0.chunks(size).map(Binary::value).collect()))))
}

fn hex(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(between)
}

fn of_hex(_: &Session, args: &Args) -> Run<Value> {
    let text = args.text(0)?;
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    match digits {
        Some(digits) if digits.len().is_multiple_of(2) => {
            Ok(Binary::value(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<u8>>()))
        }
        _ => raise("Неверный формат строки Hex"),
    }
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let three = [group[0], group.get(1).copied().unwrap_or(0), group.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= group.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn of_base64(text: &str) -> Option<Vec<u8>> {
    let plain: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').collect();
    let mut out = Vec::new();
    for group in plain.chunks(4) {
        let mut bits = 0;
        for (n, letter) in group.iter().enumerate() {
            bits |= u32::try_from(LETTERS.iter().position(|l| l == letter)?).ok()? << (18 - 6 * n);
        }
        if group.len() == 1 {
            return None;
        }
        out.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{base64, of_base64};

    #[test]
    fn base64_goes_there_and_back() {
        for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), coded);
            assert_eq!(of_base64(coded).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(of_base64("Z"), None);
        assert_eq!(of_base64("Z!=="), None);
    }
}
