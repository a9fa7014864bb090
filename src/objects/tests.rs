//! The rows against the reference in docs/.

use super::classes::{INFO, INFO_CLASS, Names, SOCKET_CLASSES, SOCKETS};
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
    for (row, class) in SOCKETS.iter().zip(&SOCKET_CLASSES) {
        let _ = write!(page, "\n{}", reference(&title_of(&row.names), class, language));
    }
    let _ = write!(page, "\n{}", reference(&title_of(&INFO), &INFO_CLASS, language));
    page
}

fn title_of(names: &Names) -> String {
    format!("{} ({})", names.dotted, names.plain)
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
