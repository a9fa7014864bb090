//! Временное хранилище: values under addresses that other sessions, in other processes too, can use.

use crate::platform::table::Function;
use crate::run::{Args, Run, Session, raise};
use crate::value::Value;
use crate::value::plain::Plain;
use std::fs;
use std::path::PathBuf;

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "ПоместитьВоВременноеХранилище", en: "PutToTempStorage", least: 1, most: 2, run: put
    },
    Function {
        ru: "ПолучитьИзВременногоХранилища",
        en: "GetFromTempStorage",
        least: 1,
        most: 1,
        run: |s, a| {
            let file = file(s, &a.text(0)?)?;
            let plain = fs::read_to_string(file).ok().and_then(|text| Plain::decode(&text));
            Ok(plain.map_or(Value::Undefined, Plain::into_value))
        },
    },
    Function {
        ru: "УдалитьИзВременногоХранилища",
        en: "DeleteFromTempStorage",
        least: 1,
        most: 1,
        run: |s, a| {
            let _ = fs::remove_file(file(s, &a.text(0)?)?);
            Ok(Value::Undefined)
        },
    },
    Function {
        ru: "ЭтоАдресВременногоХранилища",
        en: "IsTempStorageURL",
        least: 1,
        most: 1,
        run: |_, a| Ok(a.text(0)?.starts_with(PREFIX).into()),
    },
];

const PREFIX: &str = "e1cib/tempstorage/";

fn file(session: &Session, address: &str) -> Run<PathBuf> {
    match address.strip_prefix(PREFIX) {
        Some(id) if id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') => {
            Ok(session.world.storage().join(format!("{id}.value")))
        }
        _ => raise("Неверный адрес временного хранилища"),
    }
}

/// A value and nothing, the form's identifier, or an address that there is already: which the value then replaces.
fn put(session: &Session, args: &Args) -> Run<Value> {
    let plain = Plain::of(&args.value(0)?)?;
    let given = args.given(1).map(|given| given.present());
    let address = match given {
        Some(address) if address.starts_with(PREFIX) => address.to_string(),
        _ => format!("{PREFIX}{}", uuid::Uuid::new_v4().hyphenated()),
    };
    let file = file(session, &address)?;
    let written = file.with_extension("new");
    // Another session sees the old value or the new one, never a part.
    let done = fs::write(&written, plain.encode()).and_then(|()| fs::rename(&written, &file));
    match done {
        Ok(()) => Ok(address.into()),
        Err(e) => raise(format!("Временное хранилище: {e}")),
    }
}
