//! Every row of the poller runs to its end: see `objects::row_tests`.

use super::Poller;
use super::rows::ONLY;
use crate::native_api::{Arguments, Component, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use crate::objects::registrations::{SINGLES, SOCKET_CLASSES};
use crate::schema::Family;
use std::ffi::c_long;

/// The last number that was answered.
#[derive(Default)]
struct Number(i64);

impl Sink for Number {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        if let Reply::Int(number) = reply {
            self.0 = number.into();
        }
        Ok(())
    }
}

fn run(object: &dyn Component, method: usize, values: &[Value<'_>]) {
    let given = c_long::try_from(values.len()).unwrap();
    let done = object.call(method, &Arguments::of(values, given), Output::to(&mut Number::default()));
    assert!(done.is_ok(), "{method}: {:?}", done.map_err(|failure| failure.0));
}

#[test]
fn every_row_and_its_code_agree() {
    let pull = SOCKET_CLASSES.iter().find(|class| class.doc.english.starts_with("Receives tasks")).unwrap();
    for row in Poller::methods().filter(|row| row.on.meet(ONLY)) {
        let name = row.name.english;
        let find = |class: &dyn crate::native_api::Class, name: &str| {
            class.find_method(&name.encode_utf16().collect::<Vec<_>>()).unwrap()
        };
        let socket = crate::native_api::Class::create(pull, Surroundings::default());
        let mut id = Number::default();
        let number = crate::native_api::Class::find_property(pull, &"Id".encode_utf16().collect::<Vec<_>>()).unwrap();
        assert!(socket.get(number, Output::to(&mut id)).is_ok());
        let endpoint: Vec<_> = format!("inproc://rows.poller.{name}").encode_utf16().collect();
        run(&*socket, find(pull, "Bind"), &[Value::Text(&endpoint)]);
        let class = SINGLES.iter().find(|single| single.names.short == "Poller").unwrap().class;
        let object = class.create(Surroundings::default());
        if name != "Add" {
            run(&*object, find(class, "Add"), &[Value::Int(id.0)]);
        }
        if name == "ReadyId" {
            run(&*socket, find(pull, "Close"), &[]);
            run(&*object, find(class, "Wait"), &[Value::Int(0)]);
        }
        let first = match name {
            "Wait" | "ReadyId" => 0,
            _ => id.0,
        };
        let value = |name| if name == "Events" { Value::Empty } else { Value::Int(first) };
        let values: Vec<_> = row.parameters.iter().map(|parameter| value(parameter.name.english)).collect();
        run(&*object, find(class, name), &values);
    }
}
