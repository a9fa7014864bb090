//! The test that every option row brings along: its sample is written and read back, what it does not take is refused in
//! words, and so is what comes too late.

use super::by_name::{get as get_by_name, set as set_by_name};
use super::call::PropertyRead;
use super::class_set::ClassSet;
use super::error::{Error, Outcome};
use super::option::{Holds, Matters, OptionRow, OptionValue, Unit};
use super::row::{Access, Property};
use super::shown::shown;
use super::table::{ClassTable, Family};
use crate::native_api::{HostFacts, Language, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use std::sync::Weak;

/// Checks every option of a class; gives how many there are. `attach` brings an object to where options that matter before
/// are too late.
pub fn check_options<T: Family>(class: &'static ClassTable<T>, attach: impl Fn(&mut T)) -> usize {
    options(class).inspect(|(row, option)| check(class, row, option, &attach)).count()
}

/// What every option of a class is until it is set: its English name, its key, the row's default.
pub fn option_defaults<T: Family>(
    class: &ClassTable<T>,
) -> impl Iterator<Item = (&'static str, T::Key, OptionValue<'static>)> {
    let of = |(row, option): (&Property<T>, &OptionRow<T::Key>)| {
        Some((row.name.english, option.key, option.default_in(class.class)?))
    };
    options(class).filter_map(of)
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
    let fresh = || (class.create)(class.class, Surroundings::default(), Weak::new());
    if option.read_only {
        let error = row.write(&mut fresh(), Value::Int(1)).unwrap_err();
        says(row, &error, "EACCES", &["только для чтения"], &["only be read"]);
        assert_ne!(read(class, row, &mut fresh()), "Empty", "{name}: nothing to read");
        return;
    }
    let default = option.default_in(class.class).unwrap_or_else(|| panic!("{name}: the row has no default"));
    let begins = reply(option, default);
    let mut attached = fresh();
    attach(&mut attached);
    assert_eq!(read(class, row, &mut fresh()), begins, "{name}: before it is used");
    assert_eq!(read(class, row, &mut attached), begins, "{name}: the row's default is not the object's");

    let sample = option.sample.unwrap_or_else(|| panic!("{name}: the row has no sample"));
    assert_ne!(sample, default, "{name}: a sample that is the default proves nothing");
    let limits = limits(option);
    // What an object begins with may be nothing that can be set.
    let begin = row.write(&mut fresh(), value_of(default, &mut Vec::new())).is_ok().then_some(default);
    assert!(begin.is_some() || !within(option, default), "{name}: the default is within the limits, and refused");
    for value in [sample].into_iter().chain(begin).chain(limits) {
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
    by_name(class, row, sample, &mut fresh());
    if matches!(option.matters, Matters::Always | Matters::NextConnection) {
        write(row, &mut attached, sample).unwrap_or_else(|error| panic!("{name}: {}", error.english));
        assert_eq!(read(class, row, &mut attached), reply(option, sample), "{name}: written to an object in use");
    } else {
        let error = write(row, &mut attached, sample).unwrap_err();
        says(row, &error, "EISCONN", &["задавать поздно", "до "], &["too late", "before "]);
        assert_eq!(read(class, row, &mut attached), begins, "{name}: refused, and yet changed");
    }
}

/// Whether a value is one that the row's limits let through.
fn within<K>(option: &OptionRow<K>, value: OptionValue<'_>) -> bool {
    let (number, (least, most)) = match (value, option.holds) {
        (OptionValue::Whole(number), Holds::Whole(least, most)) => (number, (least, most)),
        (OptionValue::Text(text), Holds::Text(least, most)) => (text.len().try_into().unwrap(), (least, most)),
        (OptionValue::Bytes(bytes), Holds::Bytes(least, most)) => (bytes.len().try_into().unwrap(), (least, most)),
        _ => return true,
    };
    (least..=most).contains(&number)
}

/// Written and read by its names as values, in any case.
fn by_name<T: Family>(class: &ClassTable<T>, row: &Property<T>, sample: OptionValue<'_>, object: &mut T) {
    let begins = read(class, row, object);
    let names = [row.name.english.to_owned(), row.name.russian.to_uppercase(), row.name.english.to_lowercase()];
    for name in names {
        let units: Vec<u16> = name.encode_utf16().collect();
        let who = |_: ClassSet| panic!("{name} is not there");
        let get = |object: &T| {
            let mut given = String::new();
            let give = |reply: Reply<'_>| {
                given = format!("{reply:?}");
                Ok(())
            };
            get_by_name(object, class.class, &units, who, give).unwrap_or_else(|error| panic!("{}", error.english));
            given
        };
        assert_eq!(get(object), read(class, row, object), "{name}");
        let value = &mut Vec::new();
        set_by_name(object, class.class, &units, value_of(sample, value), who)
            .unwrap_or_else(|error| panic!("{}", error.english));
        assert_ne!(read(class, row, object), begins, "{name} was not set");
        assert_eq!(get(object), read(class, row, object), "{name}");
        let by_name = set_by_name(object, class.class, &units, Value::Null, who);
        assert_eq!(by_name, row.write(object, Value::Null), "{name}: another error than the property's");
        assert!(by_name.is_err(), "{name} takes Null");
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
    let length = |number: i64| usize::try_from(number).unwrap();
    let (text, blob) = match option.holds {
        // One byte more than is taken, though fewer characters.
        Holds::Text(_, most) => ("ё".repeat(length(most).div_ceil(2)) + "x", Vec::new()),
        Holds::Bytes(_, most) => (String::new(), vec![b'x'; length(most) + 1]),
        _ => (String::new(), Vec::new()),
    };
    let text: Vec<u16> = text.encode_utf16().collect();
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
            wrong.extend([Value::Text(texts[1]), Value::Text(&text)]);
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

/// As long as any text or bytes of an option.
static EQUAL: [u8; u16::MAX as usize] = [b'x'; u16::MAX as usize];

/// The ends of the range, and the number with a meaning of its own; of texts and bytes what is no name of anything that the
/// row asks for.
fn limits<K>(option: &OptionRow<K>) -> Vec<OptionValue<'static>> {
    let may = |value: &OptionValue<'_>| option.check.is_none_or(|check| check(*value).is_none());
    match option.holds {
        Holds::Whole(least, most) => {
            let special = option.special.map(|(number, _)| number);
            [least, most].into_iter().chain(special).map(OptionValue::Whole).collect()
        }
        Holds::Bool => vec![OptionValue::Bool(false), OptionValue::Bool(true)],
        Holds::Text(least, most) => {
            let of = |number: i64| str::from_utf8(&EQUAL[..number.try_into().unwrap()]).unwrap();
            [least, most].map(|number| OptionValue::Text(of(number))).into_iter().filter(may).collect()
        }
        Holds::Bytes(least, most) => {
            let of = |number: i64| &EQUAL[..number.try_into().unwrap()];
            [least, most].map(|number| OptionValue::Bytes(of(number))).into_iter().filter(may).collect()
        }
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
        language: Language::default(),
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
