//! Options on a toy family that has one of every sort.

use super::option_checks::check_options;
use super::reference::family;
use super::tests::Kept;
use super::{
    ClassSet, ClassTable, Family, KeptValue, Matters, Method, OptionValue, Options, Outcome, Property, Unit, option,
};
use crate::native_api::{Class, Language, Output, Surroundings, Value};
use std::sync::{Arc, Mutex};

const A: ClassSet = ClassSet(1);
const B: ClassSet = ClassSet(2);

/// Keeps what is set, by number.
#[derive(Default)]
struct Panel {
    kept: Arc<Mutex<[Option<KeptValue>; 11]>>,
    connected: u32,
    ever: bool,
}

impl Panel {
    fn connect(&mut self) {
        self.connected += 1;
        self.ever = true;
    }
}

impl Options for Panel {
    type Key = usize;
    type Readable = Mutex<[Option<KeptValue>; 11]>;

    fn readable(&self) -> Arc<Self::Readable> {
        self.kept.clone()
    }

    /// A flag is told as a number, which will do as well.
    fn get_option(kept: &Self::Readable, key: usize) -> Option<KeptValue> {
        match kept.lock().unwrap()[key].clone() {
            Some(KeptValue::Bool(flag)) => Some(KeptValue::Whole(flag.into())),
            other => other,
        }
    }

    fn set_option(&mut self, key: usize, value: OptionValue<'_>) -> Outcome {
        self.kept.lock().unwrap()[key] = Some(value.into());
        Ok(())
    }

    fn is_past(&self, moment: Matters) -> bool {
        match moment {
            Matters::Always | Matters::NextConnection => false,
            Matters::BeforeConnecting => self.connected > 0,
            Matters::BeforeFirst => self.ever,
        }
    }
}

type P = Property<Panel>;

impl Family for Panel {
    const METHODS: &'static [&'static [Method<Self>]] = &[];

    const PROPERTIES: &'static [&'static [P]] = &[&[
        P::option("Loud", "Громко", A.or(B), option::flag(0).sample(true).default(false)),
        P::option("Linger", "Задержка", A.or(B), option::int(10, 0..=9).sample(5).default(3).default_of(B, 0)),
        P::option(
            "Depth",
            "Глубина",
            A.or(B),
            option::int(1, 0..=i32::MAX)
                .unit(Unit::Messages)
                .special(0, "без ограничения", "no limit")
                .matters(Matters::BeforeConnecting)
                .sample(10)
                .default(1000),
        ),
        P::option(
            "Pause",
            "Пауза",
            A,
            option::int(2, 0..=60_000)
                .unit(Unit::Milliseconds)
                .special(-1, "ждать без ограничения", "wait without end")
                .sample(500)
                .default(-1),
        ),
        P::option("Size", "Размер", A, option::int64(3, 1..=1 << 40).unit(Unit::Bytes).sample(1 << 32).default(276)),
        P::option("Span", "Срок", A, option::int(4, -5..=-1).unit(Unit::Seconds).sample(-2).default(-1)),
        P::option("Label", "Метка", B, option::text(5, 1..=20).matters(Matters::BeforeFirst).sample("ёж").default("-")),
        P::option("Salt", "Соль", B, option::bytes(6, 0..=4).sample(&[0, 255]).default(&[])),
        P::option("Pin", "Код", B, option::int(7, 1000..=9999).sample(1942).default(1000).secret()),
        P::option("Word", "Пароль", B, option::text(8, 0..=16).sample("сезам").default("").secret()),
        P::option("Model", "Модель", A.or(B), option::text(9, 0..=9).default("M1").read_only()),
    ]];

    fn close(&mut self) {}
}

static A_CLASS: ClassTable<Panel> = ClassTable::new(A, |_, _, _| Panel::default());
static B_CLASS: ClassTable<Panel> = ClassTable::new(B, |_, _, _| Panel::default());

#[test]
fn every_option_of_the_toys_is_as_its_row_says() {
    assert_eq!(check_options(&A_CLASS, Panel::connect), 7);
    assert_eq!(check_options(&B_CLASS, Panel::connect), 8);
}

fn row(name: &str) -> &'static P {
    Panel::properties().find(|row| row.name.english == name).expect(name)
}

fn refused(panel: &mut Panel, name: &str, value: Value<'_>) -> (&'static str, String, String) {
    let error = row(name).write(panel, value).expect_err(name);
    (error.code, error.russian.clone(), error.english.clone())
}

#[test]
fn the_sentences_are_whole() {
    let mut panel = Panel::default();
    for (name, value, russian, english) in [
        (
            "Depth",
            Value::Int(-1),
            "Свойство Глубина: ожидается целое число сообщений от 0 до 2147483647 (0 — без ограничения), получено: число -1.",
            "Property Depth takes a whole number of messages from 0 to 2147483647 (0: no limit), but got the number -1.",
        ),
        (
            "Pause",
            Value::Bool(true),
            "Свойство Пауза: ожидается целое число миллисекунд от 0 до 60000 или -1 (ждать без ограничения), получено: Истина.",
            "Property Pause takes a whole number of milliseconds from 0 to 60000, or -1 (wait without end), but got True.",
        ),
        (
            "Label",
            Value::Text(&[]),
            "Свойство Метка: ожидается Строка длиной от 1 до 20 байт в UTF-8, получено: Строка (0 символов).",
            "Property Label takes a String of 1 to 20 bytes in UTF-8, but got a String (0 characters).",
        ),
        (
            "Pin",
            Value::Int(42),
            "Свойство Код: ожидается целое число от 1000 до 9999, получено: Число (значение скрыто).",
            "Property Pin takes a whole number from 1000 to 9999, but got a Number (not shown).",
        ),
    ] {
        assert_eq!(refused(&mut panel, name, value), ("EINVAL", russian.to_owned(), english.to_owned()));
    }
}

#[test]
fn a_moment_that_is_past_is_told_from_one_that_comes_again() {
    let mut panel = Panel::default();
    panel.connect();
    let (code, russian, english) = refused(&mut panel, "Depth", Value::Int(5));
    assert_eq!(code, "EISCONN");
    assert!(russian.contains("Отвязать, Отключить") && english.contains("Unbind, Disconnect"), "{russian} {english}");
    let label: Vec<u16> = "x".encode_utf16().collect();
    let (code, russian, english) = refused(&mut panel, "Label", Value::Text(&label));
    assert_eq!(code, "EISCONN");
    assert!(russian.contains("новый объект") && english.contains("new object"), "{russian} {english}");
    // Wrong at any time.
    assert_eq!(refused(&mut panel, "Label", Value::Int(5)).0, "EINVAL");
    panel.connected = 0;
    assert!(row("Depth").write(&mut panel, Value::Int(5)).is_ok());
    assert_eq!(refused(&mut panel, "Label", Value::Text(&label)).0, "EISCONN");
}

#[test]
fn numbers_of_1c_are_taken_whole_and_exact() {
    let mut panel = Panel::default();
    for (value, kept) in [
        (Value::Real(5.0), Some(5)),
        (Value::Real(-0.0), None),
        (Value::Real(1e12), Some(1_000_000_000_000)),
        (Value::Int(1 << 40), Some(1 << 40)),
        (Value::Real(1e300), None),
        (Value::Real(5.5), None),
    ] {
        panel.kept.lock().unwrap()[3] = None;
        assert_eq!(row("Size").write(&mut panel, value).is_ok(), kept.is_some(), "{value:?}");
        assert_eq!(panel.kept.lock().unwrap()[3], kept.map(KeptValue::Whole), "{value:?}");
    }
}

#[test]
fn a_class_may_begin_with_a_value_of_its_own() {
    let linger = Panel::properties().position(|row| row.name.english == "Linger").unwrap();
    for (class, begins) in [(&A_CLASS, "Int(3)"), (&B_CLASS, "Int(0)")] {
        let mut kept = Kept::default();
        class.create(Surroundings::default()).get(linger, Output::to(&mut kept)).unwrap();
        assert_eq!(kept.text, begins);
    }
}

#[test]
fn the_table_of_options_tells_all_that_a_row_says() {
    let page = family("Panels", &[("A", &A_CLASS), ("B", &B_CLASS)], Language::Russian);
    for line in [
        "| `Громко`, `Loud` | Булево | Истина, Ложь |  | Ложь | в любое время |",
        "| `Задержка`, `Linger` | Число | 0…9 |  | 3; `B` — 0 | в любое время |",
        "| `Глубина`, `Depth` | Число | 0…2147483647; 0 — без ограничения | сообщения | 1000 | до `Привязать` и `Подключить` |",
        "| `Пауза`, `Pause` | Число | 0…60000; -1 — ждать без ограничения | мс | -1 | в любое время |",
        "| `Размер`, `Size` | Число | 1…1099511627776 | байты | 276 | в любое время |",
        "| `Срок`, `Span` | Число | -5…-1 | с | -1 | в любое время |",
        "| `Метка`, `Label` | Строка | 1…20 байт в UTF-8 |  | `-` | до первого `Привязать` или `Подключить` |",
        "| `Соль`, `Salt` | ДвоичныеДанные | 0…4 байт |  | пусто | в любое время |",
        "| `Модель`, `Model` | Строка | 0…9 байт в UTF-8 |  | `M1` | только чтение |",
    ] {
        assert!(page.contains(line), "no {line} in:\n{page}");
    }
    let page = family("Panels", &[("B", &B_CLASS)], Language::English);
    assert!(page.contains(
        "| `Label`, `Метка` | String | 1…20 bytes in UTF-8 |  | `-` | before the first `Bind` or `Connect` |"
    ));
    assert!(!page.contains("Pause"), "a class without it");
}
