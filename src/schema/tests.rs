//! The schema on a toy family: what rows say is what a host gets.

use super::parameter::{Argument, Parameter};
use super::{Call, ClassSet, ClassTable, Error, Family, Index, Method, Milliseconds, Outcome, Property};
use super::{
    KeptValue, Matters, NoOptions, OptionValue, Options, TextOrBlob, Timeout, Whole, option, optional, required,
};
use crate::native_api::{
    Arguments, Class, Component, HostFacts, Language, OutOfMemory, Output, Reply, Sink, Surroundings, Value,
};
use std::ffi::c_long;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const A: ClassSet = ClassSet(1);
const B: ClassSet = ClassSet(2);

#[derive(Default)]
pub(super) struct Toy {
    level: Arc<AtomicI64>,
}

impl Toy {
    fn add(&mut self, call: &mut Call<'_>) -> Outcome {
        let Milliseconds(first) = call.argument()?;
        let Milliseconds(second) = call.argument()?;
        call.answer(Reply::Int(first + second))
    }
}

impl Options for Toy {
    type Key = ();
    type Readable = AtomicI64;

    fn readable(&self) -> Arc<AtomicI64> {
        self.level.clone()
    }

    fn get_option(level: &AtomicI64, (): ()) -> Option<KeptValue> {
        Some(KeptValue::Whole(level.load(Ordering::Relaxed)))
    }

    fn set_option(&mut self, (): (), value: OptionValue<'_>) -> Outcome {
        if let OptionValue::Whole(level) = value {
            self.level.store(level, Ordering::Relaxed);
        }
        Ok(())
    }

    fn is_past(&self, _: Matters) -> bool {
        false
    }
}

impl Family for Toy {
    const METHODS: &'static [&'static [Method<Self>]] = &[&[
        Method::function("Add", "Сложить", A.or(B), Self::add).takes(&[
            required::<Milliseconds>("First", "Первое"),
            optional::<Milliseconds>("Second", "Второе", Reply::Int(10)),
        ]),
        Method::procedure("Fail", "Отказать", A, |_, _| {
            Err(Error::new("EFSM", "отказ".into(), "refused".into()))
        }),
        Method::function("Only", "Только", B, |_, call| {
            let Index(number) = call.argument()?;
            call.answer(u32::try_from(number).unwrap_or(0))
        })
        .takes(&[required::<Index>("Number", "Номер")]),
        Method::procedure("LogIn", "Войти", B, |_, call| call.argument::<Milliseconds>().map(|_| ()))
            .takes(&[required::<Milliseconds>("Pin", "Код").secret()]),
    ]];

    const PROPERTIES: &'static [&'static [Property<Self>]] = &[&[
        Property::option("Level", "Уровень", A, option::int((), 0..=9).default(0)),
        Property::read_only("LastError", "ПоследняяОшибка", A.or(B), |_, read| {
            read.answer(Reply::Text(read.last_error))
        }),
    ]];

    fn close(&mut self) {}
}

pub(super) static A_CLASS: ClassTable<Toy> = ClassTable::new(A, |_, _, _| Toy::default());
pub(super) static B_CLASS: ClassTable<Toy> = ClassTable::new(B, |_, _, _| Toy::default());

/// Keeps the last answer, or refuses as a host without memory.
#[derive(Default)]
pub(super) struct Kept {
    pub text: String,
    refuse: bool,
}

impl Sink for Kept {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        self.text = format!("{reply:?}");
        if self.refuse { Err(OutOfMemory { bytes: 1 }) } else { Ok(()) }
    }
}

fn find(class: &ClassTable<Toy>, name: &str) -> Option<usize> {
    class.find_method(&name.encode_utf16().collect::<Vec<_>>())
}

/// The answer, or the error's text.
fn call(object: &dyn Component, method: usize, values: &[Value<'_>]) -> Result<String, String> {
    let mut kept = Kept::default();
    let given = c_long::try_from(values.len()).unwrap();
    let done = object.call(method, &Arguments::of(values, given), Output::to(&mut kept));
    done.map(|()| kept.text).map_err(|failure| failure.0.into())
}

#[test]
fn a_class_has_its_rows_and_no_others() {
    assert_eq!((A_CLASS.methods(), B_CLASS.methods()), (2, 3));
    assert_eq!(find(&A_CLASS, "сложить"), Some(0));
    assert_eq!(find(&A_CLASS, "ONLY"), None);
    assert_eq!(find(&B_CLASS, "ТОЛЬКО"), Some(1));
    assert_eq!(B_CLASS.method_name(1, Language::English), Some("Only"));
    assert_eq!(B_CLASS.method_name(3, Language::English), None);
    assert_eq!((A_CLASS.properties(), B_CLASS.properties()), (2, 1));
    assert!(A_CLASS.writable(0) && !A_CLASS.writable(1) && !A_CLASS.writable(usize::MAX));
    assert!(A_CLASS.returns(0) && !A_CLASS.returns(1));
}

#[test]
fn a_parameter_that_may_be_left_out_has_a_concrete_value() {
    assert_eq!(A_CLASS.default_value(0, 0), None);
    assert_eq!(A_CLASS.default_value(0, 1), Some(Reply::Int(10)));
    assert_eq!(A_CLASS.default_value(0, 2), None);
    let object = A_CLASS.create(Surroundings::default());
    assert_eq!(call(&*object, 0, &[Value::Int(1)]), Ok("Int(11)".into()));
    assert_eq!(call(&*object, 0, &[Value::Int(1), Value::Empty]), Ok("Int(11)".into()));
    assert_eq!(call(&*object, 0, &[Value::Int(1), Value::Real(2.0)]), Ok("Int(3)".into()));
}

/// EMPTY would be a parameter that must be given, for some hosts; -2 is a number, and the object's own timeout.
#[test]
fn a_timeout_is_a_time_or_the_objects_own() {
    assert_eq!(Timeout::PARAMETER.default, Some(Reply::Int(-2)));
    let of = |value| Timeout::take(value).map(|timeout| timeout.or(7));
    assert_eq!(of(Value::Int(-2)), Some(7));
    assert_eq!(of(Value::Real(-2.0)), Some(7));
    assert_eq!([of(Value::Int(-1)), of(Value::Int(0)), of(Value::Real(5.0))], [Some(-1), Some(0), Some(5)]);
    for wrong in [Value::Int(-3), Value::Int(1 << 31), Value::Real(0.5), Value::Bool(true), Value::Empty, Value::Null] {
        assert_eq!(of(wrong), None, "{wrong:?}");
    }
    let left_out = Timeout::take_at_once(&Arguments::of(&[], 0), 0).map(|timeout| timeout.or(7));
    assert_eq!(left_out, Some(7));
    assert_eq!(Timeout::take_at_once(&Arguments::of(&[Value::Int(5)], 1), 1), Some(Timeout::DEFAULT));
}

#[test]
fn arguments_are_what_their_types_say() {
    type Few = Whole<1, 3>;
    assert_eq!(Few::take(Value::Int(3)), Some(Whole(3)));
    for wrong in [Value::Int(0), Value::Int(4), Value::Real(1.5), Value::Bool(true)] {
        assert_eq!(Few::take(wrong), None, "{wrong:?}");
    }
    assert_eq!(Few::TAKES.expected().0, "целое число от 1 до 3");
    assert_eq!(
        [bool::take(Value::Bool(true)), bool::take(Value::Int(1)), bool::take(Value::Empty)],
        [Some(true), None, None]
    );
    assert_eq!(TextOrBlob::take(Value::Text(&[0x41])), Some(TextOrBlob::Text(&[0x41])));
    assert_eq!(TextOrBlob::take(Value::Blob(b"a")), Some(TextOrBlob::Blob(b"a")));
    assert_eq!(TextOrBlob::take(Value::Int(1)), None);
}

#[test]
fn wrong_use_says_which_parameter_and_what_came() {
    let object = A_CLASS.create(Surroundings::default());
    let wrong = |object: &dyn Component, values: &[Value<'_>], expected: &str| {
        let text = call(object, 0, values).unwrap_err();
        assert!(text.contains(expected), "{text}");
    };
    wrong(&*object, &[], "передано параметров: 0, ожидается 1–2");
    wrong(&*object, &[Value::Blob(b"abc")], "параметр 1 «Первое»");
    wrong(&*object, &[Value::Blob(b"abc")], "ДвоичныеДанные (3 байт)");
    wrong(&*object, &[Value::Int(0), Value::Real(0.5)], "параметр 2 «Второе»");
    for number in [Value::Int(-2), Value::Int(1 << 31), Value::Real(f64::NAN), Value::Real(-1e300), Value::Real(1.5)] {
        wrong(&*object, &[number], "получено: число");
    }
    object.introduce(HostFacts::default(), Language::English, None);
    wrong(&*object, &[Value::Null], "parameter 1 \"First\" takes a whole number");
    let mut kept = Kept::default();
    for given in [-1, 3, c_long::MAX] {
        let values = &[Value::Int(1), Value::Int(1)];
        assert!(object.call(0, &Arguments::of(values, given), Output::to(&mut kept)).is_err(), "{given}");
    }
    assert!(object.call(7, &Arguments::of(&[], 0), Output::to(&mut kept)).is_err());
}

#[test]
fn nothing_that_may_be_a_secret_is_echoed() {
    let text: Vec<u16> = "пароль1942".encode_utf16().collect();
    for language in [Language::Russian, Language::English] {
        let object = B_CLASS.create(Surroundings::default());
        object.introduce(HostFacts::default(), language, None);
        // Given where a number is taken: the length says enough.
        let told = call(&*object, 0, &[Value::Text(&text)]).unwrap_err();
        assert!(!told.contains("пароль") && !told.contains("1942") && told.contains("(10 "), "{told}");
        // Given where the row says that it is one: nothing but the type.
        for value in [Value::Text(&text), Value::Real(1942.5), Value::Int(-1942), Value::Blob(b"1942")] {
            let told = call(&*object, 2, &[value]).unwrap_err();
            assert!(told.contains("Код") || told.contains("Pin"), "{told}");
            let told = told.replace("2147483647", "").replace("-1 ", "").replace(" 0 ", " ").replace(" 1 ", " ");
            assert!(!told.contains("пароль") && !told.contains(|letter: char| letter.is_ascii_digit()), "{told}");
        }
    }
}

#[test]
fn the_last_error_stays_until_a_call_succeeds() {
    let object = A_CLASS.create(Surroundings::default());
    let read = |object: &dyn Component, property: usize| {
        let mut kept = Kept::default();
        object.get(property, Output::to(&mut kept)).unwrap();
        kept.text
    };
    assert_eq!(read(&*object, 1), "Text(\"\")");
    call(&*object, 1, &[]).unwrap_err();
    assert_eq!(read(&*object, 0), "Int(0)");
    assert_eq!(read(&*object, 1), "Text(\"отказ\")");
    object.introduce(HostFacts::default(), Language::English, None);
    assert_eq!(read(&*object, 1), "Text(\"refused\")");
    call(&*object, 0, &[Value::Int(1)]).unwrap();
    assert_eq!(read(&*object, 1), "Text(\"\")");
}

#[test]
fn properties_are_written_where_they_may_be() {
    let object = A_CLASS.create(Surroundings::default());
    object.set(0, Value::Int(5)).unwrap();
    let mut kept = Kept::default();
    object.get(0, Output::to(&mut kept)).unwrap();
    assert_eq!(kept.text, "Int(5)");
    assert!(object.set(0, Value::Empty).is_err());
    let last_error = |object: &dyn Component| {
        let mut kept = Kept::default();
        object.get(1, Output::to(&mut kept)).unwrap();
        kept.text
    };
    assert!(last_error(&*object).contains("Уровень"));
    object.set(0, Value::Int(6)).unwrap();
    assert_eq!(last_error(&*object), "Text(\"\")");
    assert!(object.set(1, Value::Empty).unwrap_err().0.contains("только для чтения"));
    assert!(object.set(9, Value::Empty).is_err());
    kept.refuse = true;
    assert!(object.get(0, Output::to(&mut kept)).unwrap_err().0.contains("Данные не потеряны"));
}

/// Rows that do not say what their code does, each in its own way.
struct Crooked;

const WHOLE: &[Parameter] = &[required::<Index>("Number", "Число")];

impl NoOptions for Crooked {}

impl Family for Crooked {
    const METHODS: &'static [&'static [Method<Self>]] = &[&[
        Method::procedure("WrongType", "НеТотТип", A, |_, call| call.argument::<Milliseconds>().map(|_| ()))
            .takes(WHOLE),
        Method::function("NoAnswer", "БезОтвета", A, |_, _| Ok(())),
        Method::procedure("Answer", "СОтветом", A, |_, call| call.answer(Reply::Int(1))),
        Method::procedure("TooMany", "Лишний", A, |_, _| Ok(())).takes(WHOLE),
        Method::procedure("TooFew", "Недостаёт", A, |_, call| call.argument::<Index>().map(|_| ())),
    ]];

    const PROPERTIES: &'static [&'static [Property<Self>]] = &[];

    fn close(&mut self) {}
}

#[test]
fn a_row_and_its_code_that_disagree_are_noticed() {
    static CLASS: ClassTable<Crooked> = ClassTable::new(A, |_, _, _| Crooked);
    for (index, row) in Crooked::methods().enumerate() {
        let values = &[Value::Int(0)][..row.parameters.len()];
        let said = call(&*CLASS.create(Surroundings::default()), index, values);
        let caught = said.as_ref().is_err_and(|text| text.starts_with("Внутренняя ошибка компоненты"));
        assert!(caught, "{} runs as if nothing was wrong: {said:?}", row.name.english);
    }
}

/// Knows who calls.
struct Guest;

impl NoOptions for Guest {}

impl Family for Guest {
    const METHODS: &'static [&'static [Method<Self>]] = &[];

    const PROPERTIES: &'static [&'static [Property<Self>]] =
        &[&[Property::read_only("IsClient", "ЭтоКлиент", A, |(), read| {
            read.answer(Reply::Bool(read.host.client))
        })]];

    fn close(&mut self) {}
}

#[test]
fn who_reads_a_property_knows_the_host() {
    static CLASS: ClassTable<Guest> = ClassTable::new(A, |_, _, _| Guest);
    let object = CLASS.create(Surroundings::default());
    let read = || {
        let mut kept = Kept::default();
        object.get(0, Output::to(&mut kept)).map(|()| kept.text)
    };
    assert_eq!(read().ok().as_deref(), Some("Bool(false)"));
    object.introduce(HostFacts { client: true, ..HostFacts::default() }, Language::Russian, None);
    assert_eq!(read().ok().as_deref(), Some("Bool(true)"));
}
