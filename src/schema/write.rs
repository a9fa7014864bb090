//! Options read and written: what a host gives becomes what the row says, or an error tells why not.

use super::class_set::ClassSet;
use super::error::{Error, Outcome};
use super::name::Name;
use super::option::{Holds, KeptValue, Matters, OptionRow, OptionValue, Options, Unit};
use super::parameter::whole;
use super::shown::shown;
use super::words::Words;
use crate::native_api::{Reply, Value};

/// What a host's value is once its type and limits are checked.
#[derive(PartialEq, Debug)]
enum Taken<'a> {
    As(OptionValue<'a>),
    /// A text comes in UTF-16.
    Text(String),
}

impl<K: Copy> OptionRow<K> {
    /// Gives `answer` the object's value, or the default of its class.
    pub fn read<T: Options<Key = K>>(
        &self,
        class: ClassSet,
        readable: &T::Readable,
        answer: impl FnOnce(Reply<'_>) -> Outcome,
    ) -> Outcome {
        let value = T::get_option(readable, self.key).or_else(|| self.default_in(class).map(KeptValue::from));
        answer(match (&value, self.holds) {
            (None, _) => Reply::Empty,
            (Some(KeptValue::Whole(number)), Holds::Bool) => Reply::Bool(*number != 0),
            (Some(KeptValue::Bool(value)), _) => Reply::Bool(*value),
            (Some(KeptValue::Whole(number)), _) => reply(*number),
            (Some(KeptValue::Text(text)), _) => Reply::Text(text),
            (Some(KeptValue::Bytes(bytes)), _) => Reply::Blob(bytes),
        })
    }

    /// Gives the object a value, if it is one that the row takes and the moment has not passed.
    pub fn write<T: Options<Key = K>>(&self, name: &Name, object: &mut T, value: Value<'_>) -> Outcome {
        if self.read_only {
            return Err(read_only(name));
        }
        let taken = self.take(value).ok_or_else(|| self.wrong(name, value))?;
        let value = match &taken {
            Taken::As(value) => *value,
            Taken::Text(text) => OptionValue::Text(text),
        };
        if let Some(wrong) = self.check.and_then(|check| check(value)) {
            return Err(refused(name, wrong));
        }
        if object.is_past(self.matters) {
            return Err(self.too_late(name));
        }
        object.set_option(self.key, value)
    }

    fn take<'a>(&self, value: Value<'a>) -> Option<Taken<'a>> {
        let within = |number: usize, (least, most): (i64, i64)| {
            i64::try_from(number).is_ok_and(|number| (least..=most).contains(&number))
        };
        match (self.holds, value) {
            (Holds::Bool, Value::Bool(value)) => Some(Taken::As(OptionValue::Bool(value))),
            (Holds::Whole(least, most), value) => whole(value)
                .filter(|number| {
                    (least..=most).contains(number) || self.special.is_some_and(|(special, _)| special == *number)
                })
                .map(|number| Taken::As(OptionValue::Whole(number))),
            (Holds::Text(least, most), Value::Text(units)) => {
                String::from_utf16(units).ok().filter(|text| within(text.len(), (least, most))).map(Taken::Text)
            }
            (Holds::Bytes(least, most), Value::Blob(bytes)) => {
                within(bytes.len(), (least, most)).then_some(Taken::As(OptionValue::Bytes(bytes)))
            }
            _ => None,
        }
    }

    fn wrong(&self, name: &Name, value: Value<'_>) -> Error {
        let (expected, got) = (self.expected(), shown(value, self.secret));
        Error::new(
            "EINVAL",
            format!("Свойство {}: ожидается {}, получено: {}.", name.russian, expected.0, got.0),
            format!("Property {} takes {}, but got {}.", name.english, expected.1, got.1),
        )
    }

    /// What the option takes, for an error text, in both languages.
    pub fn expected(&self) -> (String, String) {
        let (russian, english) = match self.holds {
            Holds::Bool => return ("Булево".into(), "a Boolean".into()),
            Holds::Whole(least, most) => {
                let (of, of_english) = self.unit.counted();
                (
                    format!("целое число{of} от {least} до {most}"),
                    format!("a whole number{of_english} from {least} to {most}"),
                )
            }
            Holds::Text(least, most) => (
                format!("Строка длиной от {least} до {most} байт в UTF-8"),
                format!("a String of {least} to {most} bytes in UTF-8"),
            ),
            Holds::Bytes(least, most) => {
                (format!("ДвоичныеДанные от {least} до {most} байт"), format!("BinaryData of {least} to {most} bytes"))
            }
        };
        match (self.special, self.holds) {
            (None, _) => (russian, english),
            (Some((number, doc)), Holds::Whole(least, most)) if (least..=most).contains(&number) => {
                (format!("{russian} ({number} — {})", doc.russian), format!("{english} ({number}: {})", doc.english))
            }
            (Some((number, doc)), _) => (
                format!("{russian} или {number} ({})", doc.russian),
                format!("{english}, or {number} ({})", doc.english),
            ),
        }
    }

    fn too_late(&self, name: &Name) -> Error {
        let (russian, english) = match self.matters {
            Matters::Always | Matters::NextConnection | Matters::BeforeConnecting => (
                "Задайте его до Привязать и Подключить или сначала отмените их: Отвязать, Отключить.",
                "Set it before Bind and Connect, or undo them first: Unbind, Disconnect.",
            ),
            Matters::BeforeFirst => (
                "Создайте новый объект и задайте его до первого вызова Привязать или Подключить.",
                "Make a new object, and set it before the first Bind or Connect.",
            ),
        };
        Error::new(
            "EISCONN",
            format!("Свойство {}: задавать поздно, объект уже привязан или подключён. {russian}", name.russian),
            format!("Property {}: too late, the object is bound or connected already. {english}", name.english),
        )
    }
}

/// Exact: rows end below 2^53.
fn reply(number: i64) -> Reply<'static> {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    i32::try_from(number).map_or_else(|_| Reply::Real(number as f64), Reply::Int)
}

impl Unit {
    /// After "a whole number", in both languages.
    const fn counted(self) -> (&'static str, &'static str) {
        match self {
            Self::None => ("", ""),
            Self::Messages => (" сообщений", " of messages"),
            Self::Bytes => (" байт", " of bytes"),
            Self::Milliseconds => (" миллисекунд", " of milliseconds"),
            Self::Seconds => (" секунд", " of seconds"),
        }
    }
}

/// A value of the right type and within the limits that yet cannot be.
fn refused(name: &Name, wrong: Words<String>) -> Error {
    Error::new(
        "EINVAL",
        format!("Свойство {}: {}.", name.russian, wrong.russian),
        format!("Property {}: {}.", name.english, wrong.english),
    )
}

/// A property that scripts may only read is written.
pub(super) fn read_only(name: &Name) -> Error {
    Error::new(
        "EACCES",
        format!("Свойство {} доступно только для чтения.", name.russian),
        format!("Property {} can only be read.", name.english),
    )
}
