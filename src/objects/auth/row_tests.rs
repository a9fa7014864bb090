//! Every row of an Auth and of a Curve runs to its end: see `objects::row_tests`.

use super::Auth;
use super::rows::ONLY;
use crate::native_api::{Arguments, Class, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use crate::objects::registrations::SINGLES;
use crate::schema::Family;
use std::ffi::c_long;

struct Nothing;

impl Sink for Nothing {
    fn put(&mut self, _: Reply<'_>) -> Result<(), OutOfMemory> {
        Ok(())
    }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn class(name: &str) -> &'static dyn Class {
    SINGLES.iter().find(|single| single.names.short == name).unwrap().class
}

#[test]
fn every_row_and_its_code_agree() {
    let domain = units("rows.auth");
    for row in Auth::methods().filter(|row| row.on.meet(ONLY)) {
        let (name, class) = (row.name.english, class("Auth"));
        let object = class.create(Surroundings::default());
        let address = units("10.0.0.0/8");
        let value = |name| match name {
            "Key" => Value::Blob(&[7; 32]),
            "Address" => Value::Text(&address),
            "Most" => Value::Int(1000),
            _ => Value::Text(&domain),
        };
        let values: Vec<_> = row.parameters.iter().map(|parameter| value(parameter.name.english)).collect();
        let given = c_long::try_from(values.len()).unwrap();
        let method = class.find_method(&units(name)).unwrap();
        let done = object.call(method, &Arguments::of(&values, given), Output::to(&mut Nothing));
        assert!(done.is_ok(), "{name}: {:?}", done.map_err(|failure| failure.0));
    }
}

#[test]
fn every_row_of_curve_and_its_code_agree() {
    let class = class("Curve");
    let object = class.create(Surroundings::default());
    for (name, values) in [("NewSecretKey", &[][..]), ("PublicKey", &[Value::Blob(&[7; 32])])] {
        let method = class.find_method(&units(name)).unwrap();
        let given = c_long::try_from(values.len()).unwrap();
        let done = object.call(method, &Arguments::of(values, given), Output::to(&mut Nothing));
        assert!(done.is_ok(), "{name}: {:?}", done.map_err(|failure| failure.0));
    }
    assert_eq!(class.methods(), 2);
}
