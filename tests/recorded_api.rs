//! The API as a host sees it, compared with what is recorded in `recorded_api.txt`: scripts are written against it, so it
//! may grow and never lose anything. `RECORD_API=1 cargo test -p addin-zeromq-tests --test recorded_api` adds what is new.

use host::{Host, Object, Value, isolated, secs};
use std::collections::BTreeSet;
use std::{env, fs};

/// Compiled in: this test also runs where the project's folder is not.
const RECORD: &str = include_str!("recorded_api.txt");

fn number(count: i64) -> i32 {
    i32::try_from(count).expect("a small count")
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Empty => "Undefined",
        Value::Bool(_) => "Boolean",
        Value::Whole(..) | Value::R8(_) => "Number",
        Value::Text(_) => "String",
        Value::Blob(_) => "BinaryData",
        _ => "what no script can read",
    }
}

/// What stands at both names of a member: `Recv/Получить`.
fn both(names: [Option<String>; 2]) -> String {
    names.map(|name| name.expect("a name")).join("/")
}

/// One line for each fact about a class, none of which depends on another's being there.
fn members(id: &str, object: &Object) -> Vec<String> {
    let slots = object.slots();
    let mut lines = Vec::new();
    for n in 0..number(slots.n_methods()) {
        let name = both([0, 1].map(|alias| slots.method_name(n, alias)));
        let kind = if slots.has_ret_val(n) { "function" } else { "procedure" };
        lines.push(format!("{id}.{name} {kind}"));
        for p in 0..number(slots.n_params(n)) {
            let default = slots.param_default(n, p);
            let default = default.map_or("required".into(), |value| format!("default {value:?}"));
            lines.push(format!("{id}.{name} parameter {}: {default}", p + 1));
        }
    }
    for n in 0..number(slots.n_props()) {
        let name = both([0, 1].map(|alias| slots.prop_name(n, alias)));
        let (read, value) = slots.get_prop(n);
        assert!(read && slots.prop_readable(n), "{id}.{name} cannot be read");
        let written = if slots.prop_writable(n) { ", written" } else { "" };
        lines.push(format!("{id}.{name} property: {}{written}", type_of(&value)));
    }
    lines
}

/// The whole API, in the order of GetClassNames.
fn api() -> Vec<String> {
    let host = Host::built();
    let mut lines = Vec::new();
    for id in host.library().class_names() {
        let object = host.create_by_id(&id).expect("an object of an offered class");
        let extension = object.slots().register_extension_as().expect("an extension name");
        lines.push(format!("{id} registers {extension}"));
        lines.extend(members(&id, &object));
    }
    lines
}

/// What must not happen to a recorded API: lines that are gone, and a parameter that old scripts do not pass.
fn broken<'a>(recorded: &BTreeSet<&'a str>, now: &'a [String]) -> Vec<String> {
    let have: BTreeSet<&str> = now.iter().map(String::as_str).collect();
    let mut broken: Vec<String> = recorded.difference(&have).map(|line| format!("gone: {line}")).collect();
    for line in have.difference(recorded).filter(|line| line.ends_with(": required")) {
        let member = line.split(" parameter ").next().unwrap_or_default();
        if recorded.iter().any(|old| old.strip_prefix(member).is_some_and(|rest| rest.starts_with(' '))) {
            broken.push(format!("old scripts do not pass it: {line}"));
        }
    }
    broken
}

#[test]
fn the_api_has_all_that_was_ever_recorded() {
    isolated(secs(30), || {
        let now = api();
        let recorded: BTreeSet<&str> = RECORD.lines().filter(|line| !line.starts_with('#')).collect();
        let broken = broken(&recorded, &now);
        assert!(broken.is_empty(), "scripts that ran do not run any more:\n{}", broken.join("\n"));
        if env::var_os("RECORD_API").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded_api.txt");
            return fs::write(file, format!("{HEAD}\n{}\n", now.join("\n"))).expect("the record is written");
        }
        let new: Vec<_> = now.iter().filter(|line| !recorded.contains(line.as_str())).map(String::as_str).collect();
        assert!(new.is_empty(), "not recorded (RECORD_API=1 does it):\n{}", new.join("\n"));
    });
}

const HEAD: &str = "# The API as a host sees it; recorded_api.rs compares. Lines are only ever added.";

#[test]
fn a_loss_and_a_new_required_parameter_are_noticed() {
    let recorded = BTreeSet::from(["A registers A", "A.F/Ф function", "A.F/Ф parameter 1: default Bool(true)"]);
    let lines = |all: &[&str]| all.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
    let same = ["A registers A", "A.F/Ф function", "A.F/Ф parameter 1: default Bool(true)"];
    let grown = [&same[..], &["A.F/Ф parameter 2: default Whole(3, 0)", "A.FF/ФФ parameter 1: required"]].concat();
    assert!(broken(&recorded, &lines(&grown)).is_empty());
    for (worse, sign) in [
        (lines(&same[1..]), "gone: A registers A"),
        (lines(&[same[0], same[1], "A.F/Ф parameter 1: required"]), "gone: A.F/Ф parameter 1"),
        (lines(&[same[0], "A.F/Ф procedure", same[2]]), "gone: A.F/Ф function"),
        (lines(&[&same[..], &["A.F/Ф parameter 2: required"]].concat()), "do not pass it: A.F/Ф parameter 2"),
    ] {
        let found = broken(&recorded, &worse).join("\n");
        assert!(found.contains(sign), "{found}");
    }
}
