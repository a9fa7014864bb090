//! Every row of the proxy runs to its end: see `objects::row_tests`.

use super::Proxy;
use super::rows::ONLY;
use crate::native_api::{Arguments, Class, Component, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use crate::objects::registrations::SINGLES;
use crate::schema::{Family, Takes};
use std::ffi::c_long;

/// Answers go nowhere.
struct Nowhere;

impl Sink for Nowhere {
    fn put(&mut self, _: Reply<'_>) -> Result<(), OutOfMemory> {
        Ok(())
    }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn run(class: &dyn Class, object: &dyn Component, name: &str, values: &[Value<'_>]) {
    let given = c_long::try_from(values.len()).unwrap();
    let method = class.find_method(&units(name)).unwrap();
    let done = object.call(method, &Arguments::of(values, given), Output::to(&mut Nowhere));
    assert!(done.is_ok(), "{name}: {:?}", done.map_err(|failure| failure.0));
}

#[test]
fn every_row_and_its_code_agree() {
    let class = SINGLES.iter().find(|single| single.names.short == "Proxy").unwrap().class;
    for (number, row) in Proxy::methods().filter(|row| row.on.meet(ONLY)).enumerate() {
        let name = row.name.english;
        let object = class.create(Surroundings::default());
        let call = |name: &str, values: &[Value<'_>]| run(class, &*object, name, values);
        let endpoint = |side: &str| units(&format!("inproc://rows.proxy.{number}.{side}"));
        if name != "SetKind" {
            call("SetKind", &[Value::Text(&units("очередь"))]);
        }
        if matches!(name, "Start" | "Pause" | "Resume" | "Stop" | "NextEvent" | "Close") {
            call("BindFrontend", &[Value::Text(&endpoint("front"))]);
            call("BindBackend", &[Value::Text(&endpoint("back"))]);
            if name != "Start" {
                call("Start", &[]);
            }
        }
        let (endpoint, kind, option) = (endpoint("row"), units("Queue"), units("linger"));
        let (key, text) = (units(&"0".repeat(40)), units("text"));
        let values: Vec<_> = row
            .parameters
            .iter()
            .map(|parameter| match (parameter.name.english, parameter.takes) {
                ("Endpoint", _) => Value::Text(&endpoint),
                ("SecretKey" | "ServerKey", _) => Value::Text(&key),
                ("User" | "Password" | "Domain", _) => Value::Text(&text),
                ("Kind", _) => Value::Text(&kind),
                ("OptionName", _) => Value::Text(&option),
                ("Value", _) | (_, Takes::Whole(..) | Takes::Milliseconds) => Value::Int(10),
                other => panic!("{name}: {other:?} is not known here"),
            })
            .collect();
        call(name, &values);
    }
}
