//! The rows against the reference in docs/.

use super::{INFO_CLASS, PUB_CLASS, PULL_CLASS, PUSH_CLASS, REP_CLASS, REQ_CLASS, SUB_CLASS};
use crate::native_api::Language;
use crate::schema::reference;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

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
