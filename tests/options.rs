//! Every option through a host, as its row in the reference says: the tables that are printed from the rows are read here, so a
//! row that comes is tested when it comes.

use host::{Host, Object, Value, isolated, secs};
use std::collections::BTreeSet;

/// Compiled in: this test also runs where the project's folder is not.
const REFERENCE: &str = include_str!("../docs/en/reference.md");

/// A row of the table of options.
#[derive(Debug)]
struct Row {
    english: String,
    russian: String,
    /// The classes that have it.
    on: Vec<String>,
    takes: Takes,
    /// None where it is nothing that can be written down.
    default: Option<Value>,
    /// What the objects of one class have instead.
    own: Option<(String, Value)>,
    /// What the example gives it; None where it is only read.
    sample: Option<Value>,
    /// Whether it is refused once something is bound.
    early: bool,
}

#[derive(Debug)]
enum Takes {
    Flag,
    Whole(i64, i64, Option<i64>),
    /// Lengths in bytes.
    Text(usize, usize),
    Bytes(usize, usize),
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The lines of a table below its head, which begins with `head`.
fn table(head: &str) -> Vec<Vec<String>> {
    let (_, from) = REFERENCE.split_once(&format!("\n| {head} |")).expect(head);
    from.lines().take_while(|line| line.starts_with('|') || line.starts_with(' ')).skip(2).map(cells).collect()
}

fn classes() -> Vec<String> {
    let line = REFERENCE.lines().find(|line| line.starts_with("| Method, property |")).expect("a table of members");
    cells(line).split_off(1)
}

fn number(value: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "limits end below 2^53")]
    i32::try_from(value).map_or_else(|_| Value::R8(value as f64), Value::i4)
}

/// A value as the reference's examples give it.
fn literal(text: &str) -> Value {
    let hex = |digits: &str| -> Vec<u8> {
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")).collect()
    };
    match text {
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        _ => match text.strip_prefix("GetBinaryDataFromHexString(\"").and_then(|rest| rest.strip_suffix("\")")) {
            Some(digits) => Value::Blob(hex(digits)),
            None if text.starts_with('"') => Value::from(text.trim_matches('"')),
            None => number(text.parse().expect(text)),
        },
    }
}

fn takes(kind: &str, values: &str) -> Takes {
    if kind == "Boolean" {
        return Takes::Flag;
    }
    let (range, rest) = values.split_once([';', ' ']).unwrap_or((values, ""));
    let (least, most) = range.split_once('…').expect(values);
    let whole = |text: &str| text.parse::<i64>().expect(text);
    let length = |text: &str| text.parse::<usize>().expect(text);
    match kind {
        "Number" => {
            let special = rest.trim().split_once(" — ").map(|(number, _)| whole(number));
            Takes::Whole(whole(least), whole(most), special)
        }
        "String" => Takes::Text(length(least), length(most)),
        "BinaryData" => Takes::Bytes(length(least), length(most)),
        _ => panic!("{kind}: {values}"),
    }
}

fn rows() -> Vec<Row> {
    let (classes, members) = (classes(), table("Method, property"));
    let row = |line: Vec<String>| {
        let names: Vec<_> = line[0].split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
        let has = members.iter().find(|cells| cells[0].starts_with(&format!("[`{}`]", names[0]))).expect("a member");
        let on = classes.iter().zip(&has[1..]).filter(|(_, cell)| *cell == "✓").map(|(name, _)| name.clone()).collect();
        let example = format!("\nSocket.{} = ", names[0]);
        let sample = REFERENCE.split_once(&example).map(|(_, rest)| rest.split_once(';').expect("an example").0);
        let takes = takes(&line[1], &line[2]);
        let (common, own) = line[4].split_once("; ").unwrap_or((&line[4], ""));
        let own = own.split_once(" — ").map(|(class, value)| (class.trim_matches('`').to_owned(), literal(value)));
        let default = match (common, &takes) {
            ("", _) => None,
            ("empty", Takes::Bytes(..)) => Some(Value::blob("")),
            ("empty", _) => Some(Value::from("")),
            (text, _) => Some(literal(text)),
        };
        let early = line[5].starts_with("before");
        Row {
            english: names[0].clone(),
            russian: names[1].clone(),
            on,
            takes,
            default,
            own,
            sample: sample.map(literal),
            early,
        }
    };
    table("Property").into_iter().map(row).collect()
}

/// What the row takes beside the sample, as far as it is no name of anything.
fn others(takes: &Takes) -> Vec<Value> {
    match *takes {
        Takes::Flag => vec![Value::Bool(false), Value::Bool(true)],
        Takes::Whole(least, most, special) => [least, most].into_iter().chain(special).map(number).collect(),
        Takes::Text(..) => Vec::new(),
        Takes::Bytes(least, most) => [least, most].map(|size| Value::Blob(vec![b'x'; size])).into(),
    }
}

/// What it does not take.
fn wrong(takes: &Takes) -> Vec<Value> {
    let mut all = vec![Value::Empty, Value::Null, Value::R8(0.5), Value::R8(f64::NAN)];
    match *takes {
        Takes::Flag => all.extend([Value::i4(1), Value::from("1"), Value::blob("1")]),
        Takes::Whole(least, most, special) => {
            let outside = [least - 1, most + 1].into_iter().filter(|number| Some(*number) != special);
            all.extend(outside.map(number));
            all.extend([Value::Bool(true), Value::from("1"), Value::blob("1")]);
        }
        Takes::Text(least, most) => {
            all.extend([Value::i4(1), Value::blob("1"), Value::from("x".repeat(most + 1))]);
            all.extend((least > 0).then(|| Value::from("")));
        }
        Takes::Bytes(least, most) => {
            all.extend([Value::i4(1), Value::from("1"), Value::Blob(vec![b'x'; most + 1])]);
            all.extend((least > 0).then(|| Value::blob("")));
        }
    }
    all
}

/// Writes as a property, or by name; reads both ways.
fn write(object: &Object, by_name: bool, name: &str, value: Value) -> Result<(), host::CallFailed> {
    if by_name { object.call("SetOption", [name.into(), value]).map(drop) } else { object.set(name, value) }
}

fn read(object: &Object, name: &str) -> Value {
    let value = object.get(name).expect(name);
    assert_eq!(object.must("GetOption", [name.into()]), value, "{name}: GetOption differs from the property");
    value
}

fn bind(object: &Object) {
    // Raw connections have no names of their own.
    let raw = object.class().ends_with("Stream");
    let name = format!("inproc://option.{:p}", std::ptr::from_ref(object));
    object.must("Bind", [if raw { "tcp://127.0.0.1:*".into() } else { name.into() }]);
}

#[test]
fn every_option_is_what_its_row_in_the_reference_says() {
    isolated(secs(120), || {
        let host = Host::built();
        let rows = rows();
        assert!(rows.len() > 30, "{}", rows.len());
        for class in classes() {
            let own: Vec<_> = rows.iter().filter(|row| row.on.contains(&class)).collect();
            assert!(own.len() > 15, "{class}: {}", own.len());
            let fresh = || host.create(&format!("ZeroMQ.{class}"));
            for (number, row) in own.iter().enumerate() {
                let what = format!("{class}.{}", row.english);
                let object = fresh();
                let slots = object.slots();
                let found = [slots.find_prop(&row.english), slots.find_prop(&row.russian)];
                assert!(found[0] >= 0 && found[0] == found[1], "{what}: {found:?}");
                let writable = slots.prop_writable(found[0].try_into().expect("a small number"));
                assert_eq!(writable, row.sample.is_some(), "{what}");
                let begins = read(&object, &row.english);
                let own = row.own.as_ref().filter(|(of, _)| *of == class).map(|(_, value)| value);
                if let Some(default) = own.or(row.default.as_ref()) {
                    assert_eq!(begins, *default, "{what}");
                }
                let Some(sample) = row.sample.clone() else {
                    let refused = object.must_fail("SetOption", [row.russian.as_str().into(), Value::Bool(true)]);
                    assert_eq!(refused.code, "EACCES", "{what}");
                    continue;
                };
                // By either way and either name in turn.
                let ways = [(false, &row.english), (true, &row.russian), (true, &row.english), (false, &row.russian)];
                let way = |index: usize| ways[(number + index) % ways.len()];
                for (index, value) in wrong(&row.takes).into_iter().enumerate() {
                    let (by_name, name) = way(index);
                    let refused = write(&object, by_name, name, value.clone()).expect_err(&what);
                    assert_eq!(refused.code, "EINVAL", "{what} = {value:?}: {refused}");
                    assert!(refused.last_error.contains(&row.russian), "{what}: {refused}");
                    assert_eq!(read(&object, &row.russian), begins, "{what}: refused, and yet changed");
                }
                for (index, value) in [vec![sample.clone()], others(&row.takes)].concat().into_iter().enumerate() {
                    let object = fresh();
                    let (by_name, name) = way(index);
                    write(&object, by_name, name, value.clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
                    assert_eq!(read(&object, &row.russian), value, "{what}");
                    bind(&object);
                    assert_eq!(read(&object, &row.english), value, "{what}: lost when the socket was made");
                }
                bind(&object);
                let (by_name, name) = way(0);
                let late = write(&object, by_name, name, sample.clone());
                match late {
                    Ok(()) => {
                        assert!(!row.early && read(&object, name) == sample, "{what}: nobody says that it is too late")
                    }
                    Err(error) => assert!(row.early && error.code == "EISCONN", "{what}: {error}"),
                }
            }
        }
    });
}

#[test]
fn a_name_that_no_option_has_is_told_what_there_is() {
    isolated(secs(30), || {
        let host = Host::built();
        let push = host.create("ZeroMQ.Push");
        let told = |object: &Object, name: &str| {
            let refused = object.must_fail("GetOption", [name.into()]);
            let of_set = object.must_fail("SetOption", [name.into(), Value::i4(1)]);
            assert_eq!((&of_set.last_error, &of_set.code), (&refused.last_error, &refused.code), "{name}");
            assert_eq!(refused.code, "ENOENT", "{refused}");
            refused.last_error
        };
        // Near ones, in the language of whoever reads the error.
        assert!(told(&push, "SendHighWatermarks").contains("Похожие: ПределОтправки"), "{}", push.last_error());
        assert!(told(&push, "ZMQ_LINGER").contains("ДоставкаПослеЗакрытия"), "{}", push.last_error());
        assert!(told(&push, "ИнтервалПерепадключения").contains("ИнтервалПереподключения"), "{}", push.last_error());
        // Nothing near: all of them, and not a word of what was given, which may be anything.
        for name in ["", "пароль1942", "x", "Send", "LastError"] {
            let text = told(&push, name);
            assert!(name.len() < 4 || !text.contains(name) || text.contains("Похожие"), "{text}");
        }
        assert!(told(&push, "пароль1942").contains("ОчередьПодключений"), "{}", push.last_error());
        // Nor where a short name is a part of it.
        for secret in ["prototype-1942", "ipv6Secret", "типаПароль"] {
            assert!(!told(&push, secret).contains(secret), "{}", push.last_error());
        }
        assert!(told(&push, "TheType").contains("Похожие: Тип"), "{}", push.last_error());
        // Another class has it.
        let text = told(&push, "ReqRelaxed");
        assert!(text.contains("ПовторЗапроса") && text.contains("Она есть у: Req."), "{text}");
        let wide = Value::Wide(vec![0xD800; 70_000]);
        assert_eq!(push.must_fail("GetOption", [wide]).code, "ENOENT");
        assert_eq!(push.must_fail("GetOption", [Value::i4(1)]).code, "EINVAL");
        push.must("Close", []);
        assert_eq!(push.must_fail("SetOption", ["Linger".into(), Value::i4(1)]).code, "ENOTSOCK");
        assert_eq!(
            push.must("GetOption", ["Linger".into()]),
            Value::i4(30_000),
            "what a closed socket had can be read"
        );
    });
}

/// Names in the table are the names that a host finds, and no property can be written that is not there.
#[test]
fn the_table_has_every_property_that_can_be_written() {
    isolated(secs(30), || {
        let host = Host::built();
        let rows = rows();
        for class in classes() {
            let object = host.create(&format!("ZeroMQ.{class}"));
            let slots = object.slots();
            let count = i32::try_from(slots.n_props()).expect("a small number");
            let written: BTreeSet<_> = (0..count)
                .filter(|&n| slots.prop_writable(n))
                .map(|n| slots.prop_name(n, 0).expect("a name"))
                .collect();
            let told = rows.iter().filter(|row| row.on.contains(&class) && row.sample.is_some());
            assert_eq!(written, told.map(|row| row.english.clone()).collect(), "{class}");
        }
    });
}

/// Whatever an option is set to within its limits, an exchange over tcp bears it: no connection fails for it, and nothing of
/// libzmq's or the system's ends the process.
#[test]
fn every_value_within_the_limits_lets_a_message_through() {
    isolated(secs(240), || {
        let host = Host::built();
        let mut count = 0;
        for row in rows() {
            let both = ["Push", "Pull"].map(|class| row.on.iter().any(|on| on == class));
            // A proxy that is not there carries nothing.
            let Some(sample) = row.sample.clone().filter(|_| both.contains(&true) && row.english != "SocksProxy")
            else {
                continue;
            };
            // Who has a domain asks.
            let auth = (row.english == "ZapDomain").then(|| host.create("ZeroMQ.Auth"));
            for value in [vec![sample], others(&row.takes)].concat() {
                if let Some(auth) = &auth {
                    auth.must("AllowAny", [value.clone()]);
                }
                let [push, pull] = ["Push", "Pull"].map(|class| {
                    let object = host.create(&format!("ZeroMQ.{class}"));
                    if row.on.iter().any(|on| on == class) {
                        object.set(&row.english, value.clone()).unwrap_or_else(|error| panic!("{error}"));
                    }
                    object
                });
                pull.must("SetRecvTimeout", [Value::i4(20_000)]);
                pull.must("Bind", ["tcp://127.0.0.1:*".into()]);
                push.must("Connect", [pull.text_of("LastEndpoint").into()]);
                assert!(push.must("Send", [Value::blob("x")]).truth());
                assert_eq!(pull.must("Recv", []), Value::blob("x"), "{} = {value:?}", row.english);
                count += 1;
            }
        }
        assert!(count > 60, "{count}");
    });
}
