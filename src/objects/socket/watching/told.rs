//! An event as a script reads it: JSON.

use super::events::{self, Carries, Endpoint};
use crate::native_api::Language;
use crate::objects::errors;
use crate::schema::Words;
use crate::zmq::{Happened, What};
use std::fmt::Write as _;

/// The event as JSON. `was_bound` tells whether the socket was bound to an address.
pub fn json(happened: &Happened, language: Language, was_bound: impl Fn(&str) -> bool) -> String {
    let Happened { what, value, local, remote, at } = happened;
    let row = events::row(*what);
    let is_local = match row.map_or(Endpoint::OfSide, |row| row.endpoint) {
        Endpoint::Local => true,
        Endpoint::Remote => false,
        Endpoint::OfSide => remote.is_empty() || was_bound(local),
    };
    let mut json = Json::default();
    match (row, what) {
        (Some(row), _) => json.text("event", row.name),
        // A libzmq that knows more than its zmq.h of today.
        (None, What::Event(number)) => json.text("event", &format!("event_{number}")),
        (None, _) => {}
    }
    let (endpoint, peer) = if is_local { (local, Some(remote)) } else { (remote, None) };
    for (name, address) in [("endpoint", Some(endpoint)), ("peer", peer)] {
        if let Some(address) = address.filter(|address| is_address(address)) {
            json.text(name, address);
        }
    }
    match row.map_or(Carries::Nothing, |row| row.carries) {
        Carries::Nothing => {}
        // Where nothing is known there is no error.
        Carries::Errno(_) if *value == 0 => {}
        Carries::Errno(deed) => {
            let (code, wrong) = errors::wrong(deed, happened.error());
            json.error(code, wrong, language);
        }
        Carries::Protocol => json.error(&format!("0x{value:08X}"), protocol(*value), language),
        Carries::Zap => json.error(&value.to_string(), zap(*value), language),
        Carries::Pause => json.number("pause", *value),
        Carries::Count => json.number("count", *value),
    }
    json.text("time", &time(*at));
    json.end()
}

/// An unnamed socket of the system's has none.
fn is_address(text: &str) -> bool {
    !text.is_empty() && text != "ipc://" && text != "ipc://@"
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

/// ISO 8601, UTC, of ms since 1970.
fn time(at: u64) -> String {
    let (days, ms) = (at / 86_400_000, at % 86_400_000);
    // Days of eras of 400 years that begin with a March, so that a leap day is a year's last.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let day = day - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hours, minutes, seconds, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z")
}

/// An object being written.
#[derive(Default)]
struct Json(String);

impl Json {
    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        let _ = write!(self.0, "\"{name}\":");
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.0.push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    fn number(&mut self, name: &str, number: i32) {
        self.name(name);
        let _ = write!(self.0, "{number}");
    }

    fn error(&mut self, code: &str, wrong: Words<String>, language: Language) {
        self.text("code", code);
        self.text(
            "error",
            match language {
                Language::Russian => &wrong.russian,
                Language::English => &wrong.english,
            },
        );
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
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
        let told = |what, value, language, bound| json(&happened(what, value), language, |_| bound);
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
        let dropped = json(&Happened::now(What::Dropped, 7, ""), russian, |_| true);
        assert!(dropped.starts_with(r#"{"event":"events_dropped","count":7,"time":""#), "{dropped}");
    }

    #[test]
    fn every_event_is_json_whatever_it_says() {
        for row in events::TABLE {
            let happened = Happened { what: row.what, local: "ipc://\"\\\u{1}".to_owned(), ..happened(1, -1) };
            let read: serde_json::Value = serde_json::from_str(&json(&happened, Language::Russian, |_| true)).unwrap();
            assert_eq!(read["event"], row.name);
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (at, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_798_761_599_000, "2026-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(time(at), expected);
        }
    }
}
