//! The test that every option row brings along: its sample is written and read back, what it does not take is refused in
//! words, and so is what comes too late.

use super::call::PropertyRead;
use super::error::{Error, Outcome};
use super::option::{Holds, Matters, OptionRow, OptionValue, Unit};
use super::row::{Access, Property};
use super::shown::shown;
use super::table::{ClassTable, Family};
use crate::native_api::{HostFacts, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use std::sync::Weak;

/// Checks every option of a class; gives how many there are. `attach` brings an object to where options that matter before
/// are too late.
pub fn check_options<T: Family>(class: &'static ClassTable<T>, attach: impl Fn(&mut T)) -> usize {
    options(class).inspect(|(row, option)| check(class, row, option, &attach)).count()
}

/// The options of a class, in the order of its properties.
fn options<T: Family>(
    class: &ClassTable<T>,
) -> impl Iterator<Item = (&'static Property<T>, &'static OptionRow<T::Key>)> {
    (0..class.properties.count).filter_map(|index| class.property(index)).filter_map(|row| match &row.access {
        Access::Option(option) => Some((row, option)),
        Access::Code(_) => None,
    })
}

fn check<T: Family>(class: &ClassTable<T>, row: &Property<T>, option: &OptionRow<T::Key>, attach: &impl Fn(&mut T)) {
    let name = row.name.english;
    let default = option.default_in(class.class).unwrap_or_else(|| panic!("{name}: the row has no default"));
    let begins = reply(option, default);
    let fresh = || (class.create)(class.class, Surroundings::default(), Weak::new());
    let mut attached = fresh();
    attach(&mut attached);
    assert_eq!(read(class, row, &mut fresh()), begins, "{name}: before it is used");
    assert_eq!(read(class, row, &mut attached), begins, "{name}: the row's default is not the object's");

    if option.read_only {
        let error = row.write(&mut fresh(), value_of(default, &mut Vec::new())).unwrap_err();
        says(row, &error, "EACCES", &["только для чтения"], &["only be read"]);
        return;
    }
    let sample = option.sample.unwrap_or_else(|| panic!("{name}: the row has no sample"));
    assert_ne!(sample, default, "{name}: a sample that is the default proves nothing");
    for value in [vec![sample, default], limits(option)].concat() {
        let mut object = fresh();
        write(row, &mut object, value).unwrap_or_else(|error| panic!("{name} = {value:?}: {}", error.english));
        assert_eq!(read(class, row, &mut object), reply(option, value), "{name}: written and read");
        attach(&mut object);
        assert_eq!(read(class, row, &mut object), reply(option, value), "{name}: written, then the object is used");
    }
    let mut object = fresh();
    write(row, &mut object, sample).unwrap_or_else(|error| panic!("{name}: {}", error.english));
    for (other, _) in options(class).filter(|(other, _)| other.name.english != name) {
        assert_eq!(
            read(class, other, &mut object),
            read(class, other, &mut fresh()),
            "{}: changed by {name}",
            other.name.english
        );
    }
    refusals(class, row, option, &mut fresh(), &begins);
    if option.matters == Matters::Always {
        write(row, &mut attached, sample).unwrap_or_else(|error| panic!("{name}: {}", error.english));
        assert_eq!(read(class, row, &mut attached), reply(option, sample), "{name}: written to an object in use");
    } else {
        let error = write(row, &mut attached, sample).unwrap_err();
        says(row, &error, "EISCONN", &["задавать поздно", "до "], &["too late", "before "]);
        assert_eq!(read(class, row, &mut attached), begins, "{name}: refused, and yet changed");
    }
}

/// Everything that the row does not take.
fn refusals<T: Family>(
    class: &ClassTable<T>,
    row: &Property<T>,
    option: &OptionRow<T::Key>,
    object: &mut T,
    begins: &str,
) {
    let (long, broken) = (vec![0x78; 1 << 17], [0x31, 0xd800]);
    let texts = [&long[..], &broken, &[0x31], &[]];
    let blob = vec![b'x'; 1 << 17];
    let mut wrong = vec![Value::Empty, Value::Null, Value::Date, Value::Other(3), Value::Broken(22)];
    wrong.extend([Value::Real(0.5), Value::Real(f64::NAN), Value::Real(f64::INFINITY)]);
    match option.holds {
        Holds::Bool => wrong.extend([Value::Int(0), Value::Int(1), Value::Text(texts[2]), Value::Blob(b"1")]),
        Holds::Whole(least, most) => {
            let outside = [least - 1, most + 1].into_iter().filter(|&it| option.special.is_none_or(|(no, _)| no != it));
            for number in outside {
                wrong.extend([Value::Int(number), Value::Int(number.signum() * i64::MAX)]);
                #[expect(clippy::cast_precision_loss, reason = "rows end below 2^53")]
                wrong.push(Value::Real(number as f64));
            }
            wrong.extend([Value::Bool(true), Value::Text(texts[2]), Value::Blob(b"1")]);
        }
        Holds::Text(least, _) => {
            wrong.extend([Value::Bool(true), Value::Int(1), Value::Blob(b"1"), Value::Text(texts[0])]);
            wrong.push(Value::Text(texts[1]));
            wrong.extend((least > 0).then_some(Value::Text(texts[3])));
        }
        Holds::Bytes(least, _) => {
            wrong.extend([Value::Bool(true), Value::Int(1), Value::Text(texts[2]), Value::Blob(&blob)]);
            wrong.extend((least > 0).then_some(Value::Blob(b"")));
        }
    }
    let (russian, english) = expected(option);
    for value in wrong {
        let Err(error) = row.write(object, value) else {
            panic!("{} takes {}", row.name.english, shown(value, false).1);
        };
        let words = |all: &[String], more: &str| [all, &[more.to_owned()]].concat();
        let (russian, english) = (words(&russian, "получено: "), words(&english, "but got "));
        says(row, &error, "EINVAL", &russian, &english);
        if let Value::Int(number) = value {
            let number = number.to_string();
            for (text, came) in [(&error.russian, "получено: "), (&error.english, "but got ")] {
                let (_, got) = text.split_once(came).unwrap_or_default();
                assert_eq!(got.contains(&number), !option.secret, "{text}");
            }
        }
        assert_eq!(read(class, row, object), begins, "{}: refused, and yet changed", row.name.english);
    }
}

/// What has to stand in the error: type, limits, unit, the number with a meaning of its own.
fn expected<K>(option: &OptionRow<K>) -> (Vec<String>, Vec<String>) {
    let (kind, range) = match option.holds {
        Holds::Bool => (("Булево", "Boolean"), None),
        Holds::Whole(least, most) => (("целое число", "whole number"), Some((least, most))),
        Holds::Text(least, most) => (("Строка", "String"), Some((least, most))),
        Holds::Bytes(least, most) => (("ДвоичныеДанные", "BinaryData"), Some((least, most))),
    };
    let unit = match option.unit {
        Unit::None => ("", ""),
        Unit::Messages => ("сообщений", "messages"),
        Unit::Bytes => ("байт", "bytes"),
        Unit::Milliseconds => ("миллисекунд", "milliseconds"),
        Unit::Seconds => ("секунд", "seconds"),
    };
    let mut words = (vec![kind.0.to_owned(), unit.0.to_owned()], vec![kind.1.to_owned(), unit.1.to_owned()]);
    if let Some((least, most)) = range {
        words.0.push(format!("от {least} до {most}"));
        words.1.push(format!("{least} to {most}"));
    }
    if let Some((number, doc)) = option.special {
        words.0.extend([number.to_string(), doc.russian.to_owned()]);
        words.1.extend([number.to_string(), doc.english.to_owned()]);
    }
    words
}

fn says<T: Family>(
    row: &Property<T>,
    error: &Error,
    code: &str,
    russian: &[impl AsRef<str>],
    english: &[impl AsRef<str>],
) {
    assert_eq!(error.code, code, "{}", error.english);
    assert!(error.russian.contains(row.name.russian) && error.english.contains(row.name.english), "{error:?}");
    for word in russian {
        assert!(error.russian.contains(word.as_ref()), "no {:?} in: {}", word.as_ref(), error.russian);
    }
    for word in english {
        assert!(error.english.contains(word.as_ref()), "no {:?} in: {}", word.as_ref(), error.english);
    }
}

/// The ends of the range, and the number with a meaning of its own. Texts at their limits are no names of anything.
fn limits<K>(option: &OptionRow<K>) -> Vec<OptionValue<'static>> {
    match option.holds {
        Holds::Whole(least, most) => {
            let special = option.special.map(|(number, _)| number);
            [least, most].into_iter().chain(special).map(OptionValue::Whole).collect()
        }
        Holds::Bool => vec![OptionValue::Bool(false), OptionValue::Bool(true)],
        Holds::Text(..) | Holds::Bytes(..) => Vec::new(),
    }
}

fn value_of<'a>(value: OptionValue<'a>, units: &'a mut Vec<u16>) -> Value<'a> {
    match value {
        OptionValue::Bool(value) => Value::Bool(value),
        OptionValue::Whole(number) => Value::Int(number),
        OptionValue::Text(text) => {
            units.extend(text.encode_utf16());
            Value::Text(units)
        }
        OptionValue::Bytes(bytes) => Value::Blob(bytes),
    }
}

fn write<T: Family>(row: &Property<T>, object: &mut T, value: OptionValue<'_>) -> Outcome {
    row.write(object, value_of(value, &mut Vec::new()))
}

/// Keeps the one answer.
struct Answer(String);

impl Sink for Answer {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        self.0 += &format!("{reply:?}");
        Ok(())
    }
}

fn read<T: Family>(class: &ClassTable<T>, row: &Property<T>, object: &mut T) -> String {
    let mut answer = Answer(String::new());
    let mut call = PropertyRead {
        host: HostFacts::default(),
        last_error: "",
        last_error_code: "",
        output: Output::to(&mut answer),
    };
    row.read(class.class, &object.readable(), &mut call)
        .unwrap_or_else(|error| panic!("{}: {}", row.name.english, error.english));
    answer.0
}

/// How a host is told of a value.
fn reply<K>(option: &OptionRow<K>, value: OptionValue<'_>) -> String {
    match value {
        OptionValue::Bool(value) => format!("Bool({value})"),
        OptionValue::Whole(number) => {
            assert!(matches!(option.holds, Holds::Whole(..)), "a number in a row that holds none");
            if i32::try_from(number).is_ok() { format!("Int({number})") } else { format!("Real({number}.0)") }
        }
        OptionValue::Text(text) => format!("Text({text:?})"),
        OptionValue::Bytes(bytes) => format!("Blob({bytes:?})"),
    }
}
