//! An event as a script reads it: JSON.

use super::events::{self, Carries, Endpoint};
use crate::background::json::JsonObject;
use crate::background::utc;
use crate::native_api::Language;
use crate::objects::errors;
use crate::schema::Words;
use crate::zmq::{Happened, What};
use std::time::{Duration, UNIX_EPOCH};

/// The event as JSON. `side` is which socket of an object's it happened to, where that has several; `was_bound` tells whether the
/// socket was bound to an address.
pub fn json(happened: &Happened, side: Option<&str>, language: Language, was_bound: impl Fn(&str) -> bool) -> String {
    let Happened { what, value, local, remote, at } = happened;
    let row = events::row(*what);
    let is_local = match row.map_or(Endpoint::OfSide, |row| row.endpoint) {
        Endpoint::Local => true,
        Endpoint::Remote => false,
        Endpoint::OfSide => remote.is_empty() || was_bound(local),
    };
    let json = JsonObject::new();
    let json = match (row, what) {
        (Some(row), _) => json.text("event", row.name),
        // A libzmq that knows more than its zmq.h of today.
        (None, What::Event(number)) => json.text("event", &format!("event_{number}")),
        (None, _) => json,
    };
    let json = match side {
        Some(side) => json.text("side", side),
        None => json,
    };
    let json = if is_local {
        address(address(json, "endpoint", local), "peer", remote)
    } else {
        address(json, "endpoint", remote)
    };
    let json = match row.map_or(Carries::Nothing, |row| row.carries) {
        Carries::Nothing => json,
        // Where nothing is known there is no error.
        Carries::Errno(_) if *value == 0 => json,
        Carries::Errno(deed) => {
            let (code, wrong) = errors::wrong(deed, happened.error());
            error(json, code, wrong, language)
        }
        Carries::Protocol => error(json, &format!("0x{value:08X}"), protocol(*value), language),
        Carries::Zap => error(json, &value.to_string(), zap(*value), language),
        Carries::Pause => json.value("pause", value),
        Carries::Count => json.value("count", value),
    };
    json.text("time", &utc(UNIX_EPOCH + Duration::from_millis(*at))).end()
}

fn error(json: JsonObject, code: &str, wrong: Words<String>, language: Language) -> JsonObject {
    let wrong = match language {
        Language::Russian => wrong.russian,
        Language::English => wrong.english,
    };
    json.text("code", code).text("error", &wrong)
}

/// An unnamed socket of the system's has none.
fn address(json: JsonObject, name: &str, text: &str) -> JsonObject {
    if matches!(text, "" | "ipc://" | "ipc://@") { json } else { json.text(name, text) }
}

/// What a handshake failed by (`ZMQ_PROTOCOL_ERROR_…` in zmq.h).
fn protocol(code: i32) -> Words<String> {
    let (russian, english) = match code {
        0x1100_0001 => {
            ("ключи или шифрование сторон не подходят друг другу", "the keys or the ciphers of both sides do not fit")
        }
        0x1100_0002 => ("механизмы защиты сторон различаются", "the mechanisms of both sides differ"),
        code if code >> 28 == 2 => {
            ("ответ обработчика ZAP составлен неверно", "the answer of the handler of ZAP is malformed")
        }
        _ => (
            "собеседник нарушил протокол ZMTP, или его тип не подходит",
            "the peer broke the protocol ZMTP, or its type does not fit",
        ),
    };
    (russian.to_owned(), english.to_owned()).into()
}

/// What the handler of ZAP answered.
fn zap(status: i32) -> Words<String> {
    let (russian, english) = match status {
        300 => ("проверка подлинности сейчас невозможна", "the authentication is not possible now"),
        400 => {
            ("ключ, имя, пароль или адрес не допущены", "the key, the user, the password or the address is not let in")
        }
        500 => ("в обработчике проверки подлинности ошибка", "the handler of the authentication failed"),
        _ => ("проверка подлинности отказала", "the authentication refused"),
    };
    (russian.to_owned(), english.to_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happened(what: u16, value: i32) -> Happened {
        Happened {
            what: What::Event(what),
            value,
            local: "tcp://127.0.0.1:5555".to_owned(),
            remote: "tcp://127.0.0.1:40000".to_owned(),
            at: 1_709_210_096_007,
        }
    }

    #[test]
    fn an_event_tells_what_is_known_and_no_more() {
        let told = |what, value, language, bound| json(&happened(what, value), None, language, |_| bound);
        let russian = Language::Russian;
        assert_eq!(
            told(0x20, 17, russian, true),
            r#"{"event":"accepted","endpoint":"tcp://127.0.0.1:5555","peer":"tcp://127.0.0.1:40000","time":"2024-02-29T12:34:56.007Z"}"#
        );
        assert_eq!(
            told(0x1000, 0, russian, false),
            r#"{"event":"handshake_succeeded","endpoint":"tcp://127.0.0.1:40000","time":"2024-02-29T12:34:56.007Z"}"#
        );
        assert!(told(4, 250, russian, false).contains(r#""pause":250"#));
        let failed = told(0x800, libc::ECONNRESET, russian, true);
        assert!(failed.contains(r#""code":"ECONNRESET","error":"другая сторона разорвала соединение""#), "{failed}");
        let failed = told(0x800, libc::ECONNRESET, Language::English, true);
        assert!(failed.contains(r#""error":"the peer broke the connection""#), "{failed}");
        assert!(!told(0x800, 0, russian, true).contains("error"));
        let refused = told(0x4000, 400, Language::English, true);
        assert!(refused.contains(r#""code":"400","error":"the key, the user"#), "{refused}");
        assert!(
            told(0x2000, 0x1100_0002, Language::English, true).contains(r#""code":"0x11000002","error":"the mech"#)
        );
        let dropped = json(&Happened::now(What::Dropped, 7, ""), Some("frontend"), russian, |_| true);
        assert!(dropped.starts_with(r#"{"event":"events_dropped","side":"frontend","count":7,"time":""#), "{dropped}");
    }

    #[test]
    fn every_event_is_json_whatever_it_says() {
        for row in events::TABLE {
            let happened = Happened { what: row.what, local: "ipc://\"\\\u{1}".to_owned(), ..happened(1, -1) };
            let read: serde_json::Value =
                serde_json::from_str(&json(&happened, None, Language::Russian, |_| true)).unwrap();
            assert_eq!(read["event"], row.name);
        }
    }
}
