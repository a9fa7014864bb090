//! The rows against their code and against the reference in docs/.

use super::socket::Socket;
use super::{INFO_CLASS, OFFERS, PUB_CLASS, PULL_CLASS, PUSH_CLASS, REP_CLASS, REQ_CLASS, SUB_CLASS};
use crate::native_api::{Arguments, Cancel, Language, OutOfMemory, Output, Reply, Value};
use crate::schema::{ClassTable, Family, Kind, reference};
use std::env;
use std::ffi::c_long;
use std::fmt::Write;
use std::fs;
use std::path::Path;

struct Nowhere;

impl Output for Nowhere {
    fn put(&mut self, _: Reply<'_>) -> Result<(), OutOfMemory> {
        Ok(())
    }
}

/// In a debug build a row whose code takes other parameters than the row says, or answers where it should not, panics.
#[test]
fn every_row_and_its_code_agree() {
    for offer in OFFERS {
        for method in 0..offer.class.methods() {
            let mut object = offer.class.create(Cancel::default());
            let endpoint: Vec<u16> = "inproc://rows".encode_utf16().collect();
            let arguments: Vec<_> = kinds(offer.id, method)
                .into_iter()
                .map(|kind| match kind {
                    Kind::Text => Value::Text(&endpoint),
                    Kind::Blob => Value::Blob(b"row"),
                    Kind::Milliseconds | Kind::Index => Value::Int(0),
                })
                .collect();
            let given = c_long::try_from(arguments.len()).unwrap();
            // The outcome is the code's own affair: without a peer most exchanges fail.
            let _ = object.call(method, Arguments { values: &arguments, given }, &mut Nowhere);
        }
    }
}

fn kinds(id: &str, method: usize) -> Vec<Kind> {
    fn of(class: &ClassTable<Socket>, method: usize) -> Vec<Kind> {
        let row = Socket::METHODS.iter().filter(|row| row.on.meet(class.member)).nth(method);
        row.unwrap().parameters.iter().map(|parameter| parameter.kind).collect()
    }
    match id.trim_start_matches("ZeroMQ").trim_start_matches('_') {
        "Req" => of(&REQ_CLASS, method),
        "Rep" => of(&REP_CLASS, method),
        "Pub" => of(&PUB_CLASS, method),
        "Sub" => of(&SUB_CLASS, method),
        "Push" => of(&PUSH_CLASS, method),
        _ => of(&PULL_CLASS, method),
    }
}

fn page(language: Language) -> String {
    let (title, note) = match language {
        Language::Russian => (
            "Справочник по API",
            "Напечатан из таблиц `src/objects/` тестом; правьте их, затем `UPDATE_REFERENCE=1 cargo test --lib reference`.",
        ),
        Language::English => (
            "API reference",
            "Printed from the tables in `src/objects/` by a test; edit those, then `UPDATE_REFERENCE=1 cargo test --lib reference`.",
        ),
    };
    let mut page = format!("# {title}\n\n<!-- {note} -->\n");
    let sockets = [
        ("Req", &REQ_CLASS),
        ("Rep", &REP_CLASS),
        ("Pub", &PUB_CLASS),
        ("Sub", &SUB_CLASS),
        ("Push", &PUSH_CLASS),
        ("Pull", &PULL_CLASS),
    ];
    for (name, class) in sockets {
        let _ = write!(page, "\n{}", reference(&title_of(name), class, language));
    }
    let _ = write!(page, "\n{}", reference(&title_of("Info"), &INFO_CLASS, language));
    page
}

fn title_of(name: &str) -> String {
    format!("ZeroMQ.{name} (ZeroMQ{name})")
}

#[test]
fn the_reference_in_docs_is_what_the_rows_say() {
    for (language, folder) in [(Language::Russian, "ru"), (Language::English, "en")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(folder).join("reference.md");
        let printed = page(language);
        if env::var_os("UPDATE_REFERENCE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &printed).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == printed,
            "{} differs from the rows: UPDATE_REFERENCE=1 cargo test --lib reference",
            path.display()
        );
    }
}
