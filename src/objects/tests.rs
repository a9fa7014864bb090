//! The rows against the reference in docs/.

use super::classes::{COMPONENT, INFO, Names, SOCKETS};
use super::errors;
use super::registrations::{SINGLES, SOCKET_CLASSES};
use super::socket::Socket;
use crate::native_api::{Class, Language};
use crate::schema::{CATALOGUE, ClassTable, Family, Words, check_examples, reference};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn sockets() -> Vec<(&'static str, &'static ClassTable<Socket>)> {
    SOCKETS.iter().map(|class| class.names.short).zip(&SOCKET_CLASSES).collect()
}

fn page(language: Language) -> String {
    let [title, twin, note, classes, how, heading, errors, more] = match language {
        Language::Russian => [
            "Справочник по API",
            "[English](../en/reference.md)",
            "Напечатан из таблиц `src/objects/` тестом; правьте их, затем `UPDATE_REFERENCE=1 cargo test --lib reference`.",
            "Классы",
            "У каждого класса два имени: `Новый(\"AddIn.Обмен.ZeroMQ.Req\")` и, где точка в имени не годится (БСП, OneScript), \
             `Новый(\"AddIn.Обмен.ZeroMQReq\")`; «Обмен» — имя, с которым подключена компонента. Члены классов называются \
             по-русски и по-английски, регистр букв не важен. В примерах `Сокет` — такой объект, `Сведения` — объект \
             `ZeroMQ.Info`, `Ключи` — `ZeroMQ.Curve`. Параметр `Таймаут` — сколько ждать этому вызову, мс: 0 — не ждать, -1 — ждать без ограничения, -2 или не \
             указан — таймаут объекта. Примеры к обменам целиком — в [руководстве](SUMMARY.md).",
            "Сокеты",
            "Ошибки",
            "Неудачный вызов 1С:Предприятие прерывает исключением; текст ошибки отдаёт `ПоследняяОшибка`, код — `КодПоследнейОшибки`. У одного кода \
             бывает несколько причин, точную называет текст. Коды, которых здесь нет, — имена ошибок операционной системы \
             (errno); `EUNKNOWN` — ошибка без имени, её номер есть в тексте.",
        ],
        Language::English => [
            "API reference",
            "[По-русски](../ru/reference.md)",
            "Printed from the tables in `src/objects/` by a test; edit those, then `UPDATE_REFERENCE=1 cargo test --lib reference`.",
            "Classes",
            "Each class has two names: `New(\"AddIn.Exchange.ZeroMQ.Req\")` and, where a name may have no dot (БСП, OneScript), \
             `New(\"AddIn.Exchange.ZeroMQReq\")`; \"Exchange\" is the name that the component was attached with. Members have \
             English and Russian names, case does not matter. In the examples `Socket` is such an object, `Info` one of \
             `ZeroMQ.Info`, `Curve` of `ZeroMQ.Curve`. The parameter `Timeout` is how long this call may wait, ms: 0 does not wait, -1 waits without end, -2, or left \
             out, is the object's timeout. Examples of whole exchanges are in the [guide](SUMMARY.md).",
            "Sockets",
            "Errors",
            "1C:Enterprise raises an exception when a call fails; `LastError` has its text, `LastErrorCode` its code. One code may have \
             several causes, the text tells which. Codes that are not listed are names of errors of the operating system \
             (errno); `EUNKNOWN` is one without a name, its number is in the text.",
        ],
    };
    let names = |names: &Names| format!("`{}`, `{}`", names.dotted, names.plain);
    let rows = SOCKETS.iter().map(|class| (names(&class.names), class.doc));
    let of_component =
        |names: &Names| if names.plain == INFO.plain { format!(", `{COMPONENT}`") } else { String::new() };
    let rows = rows.chain(
        SINGLES.iter().map(|it| (format!("{}{}", names(&it.names), of_component(&it.names)), it.class.purpose())),
    );
    let catalogue = errors::catalogue().chain(CATALOGUE.iter().copied());
    let singles = SINGLES.iter().map(|it| it.class.print(it.names.short, it.names.dotted, language));
    [
        format!("# {title}\n\n{twin}\n\n<!-- {note} -->\n"),
        format!("## {classes}\n\n{how}\n\n{}", reference::purposes(rows, language)),
        reference::family(heading, &sockets(), language),
    ]
    .into_iter()
    .chain(singles)
    .chain([format!("## {errors}\n\n{more}\n\n{}", reference::errors(catalogue, language))])
    .collect::<Vec<_>>()
    .join("\n")
}

fn pages() -> [(Language, &'static str, String); 2] {
    [(Language::Russian, "ru"), (Language::English, "en")].map(|(language, folder)| (language, folder, page(language)))
}

#[test]
fn the_reference_in_docs_is_what_the_rows_say() {
    for (_, folder, printed) in pages() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(folder).join("reference.md");
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

/// The cells of a line of a table, without what is Markdown in them.
fn cells(line: &str) -> Vec<String> {
    let cells = line.trim_matches('|').split('|');
    cells.map(|cell| cell.split('`').nth(1).unwrap_or_else(|| cell.trim()).to_owned()).collect()
}

/// What a host finds is what the table says, and each member is described once.
#[test]
fn the_reference_says_once_who_has_what() {
    for (language, _, page) in pages() {
        let section = page.split("\n## ").nth(2).unwrap();
        let table: Vec<_> = section.lines().skip(2).take_while(|line| line.starts_with('|')).map(cells).collect();
        let classes = sockets();
        let names: Vec<_> = classes.iter().map(|(name, _)| *name).collect();
        assert_eq!(table[0][1..], names);
        let mut count = 0;
        for line in &table[2..] {
            let units: Vec<u16> = line[0].encode_utf16().collect();
            for ((name, class), cell) in classes.iter().zip(&line[1..]) {
                let has = class.find_method(&units).is_some() || class.find_property(&units).is_some();
                assert_eq!(cell == "✓", has, "{name}.{}", line[0]);
                count += usize::from(has);
            }
            let times = section.matches(&format!("\n### {}\n", line[0])).count();
            assert_eq!(times, 1, "{} is described {times} times", line[0]);
        }
        let members = classes.iter().map(|(_, class)| class.methods() + class.properties());
        assert_eq!(count, members.sum::<usize>(), "a member is not in the table");
        for single in &SINGLES {
            let head = format!("## {}\n", single.names.dotted);
            let (_, section) = page.split_once(&head).expect(&head);
            let section = section.split_once("\n## ").unwrap().0;
            let class = single.class;
            let methods = (0..class.methods()).map(|method| class.method_name(method, language).unwrap());
            let properties = (0..class.properties()).map(|property| class.property_name(property, language).unwrap());
            for name in methods.chain(properties) {
                assert_eq!(section.matches(&format!("\n### {name}\n")).count(), 1, "{head}{name}");
            }
        }
    }
}

#[test]
fn every_member_has_an_example_that_can_run() {
    // Those of options are made of their samples.
    let properties = Socket::properties().filter(|row| !row.example.russian.is_empty()).count();
    let keys = SINGLES.iter().find(|it| it.names.short == "Curve").unwrap();
    let keys: (Words, &'static dyn Class) = (keys.example, keys.class);
    assert_eq!(
        check_examples(&sockets(), reference::SOCKET, &[keys]),
        2 * (Socket::methods().count() + properties),
        "two languages"
    );
    for single in &SINGLES {
        let socket = (reference::SOCKET, &SOCKET_CLASSES[0] as &'static dyn Class);
        let class = single.class;
        let beside = [socket, keys];
        let others = if single.names.short == "Curve" { &beside[..1] } else { &beside };
        let checked = class.check_examples(single.names.short, single.example, others);
        assert_eq!(checked, 2 * (class.methods() + class.properties()), "{}: two languages", single.names.short);
    }
}

/// Codes that stand in the sources of these folders, not in tests.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            codes(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && !name.ends_with("checks.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let is_code = |word: &&str| {
                word.len() > 3
                    && word.starts_with('E')
                    && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            };
            found.extend(text.split('"').filter(is_code).map(str::to_owned));
        }
    }
}

#[test]
fn every_code_of_ours_is_in_the_catalogue() {
    let mut found = BTreeSet::new();
    for folder in ["src/objects", "src/schema"] {
        codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    assert!(found.len() > 15, "{found:?}");
    for (_, folder, page) in pages() {
        for code in &found {
            assert!(
                page.contains(&format!("\n| `{code}` | ")),
                "{code} is not explained in docs/{folder}/reference.md"
            );
        }
    }
}
