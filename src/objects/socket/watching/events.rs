//! What can happen to a socket's connections: one row each, by which events are told and the table in the guide is printed.

use crate::objects::errors::Deed;
use crate::schema::{Words, words};
use crate::zmq::What;

/// What goes with an event as a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carries {
    Nothing,
    /// An error of the system's, after this deed.
    Errno(Deed),
    /// A pause, ms.
    Pause,
    /// `ZMQ_PROTOCOL_ERROR_…` in zmq.h.
    Protocol,
    /// What the handler of ZAP answered.
    Zap,
    /// How many.
    Count,
}

/// Which of the two addresses is the socket's endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    Local,
    Remote,
    /// The local one where the socket was bound to it.
    OfSide,
}

/// An event.
#[derive(Debug)]
pub struct Event {
    pub what: What,
    /// As zmq_socket_monitor(3) has it.
    pub name: &'static str,
    pub endpoint: Endpoint,
    pub carries: Carries,
    /// When it comes, for the guide.
    #[cfg_attr(not(test), expect(dead_code, reason = "printed into the guide by a test"))]
    pub doc: Words,
}

const CONNECTING: Carries = Carries::Errno(Deed::Connect);

#[rustfmt::skip]
pub const TABLE: &[Event] = &[
    Event { what: What::Event(0x0001), name: "connected", endpoint: Endpoint::Remote, carries: Carries::Nothing,
            doc: words("соединение установлено; рукопожатие ещё впереди", "a connection was made; its handshake is still to come") },
    Event { what: What::Event(0x0002), name: "connect_delayed", endpoint: Endpoint::Remote, carries: Carries::Nothing,
            doc: words("соединение начато, ответа ещё нет", "a connection was begun, there is no answer yet") },
    Event { what: What::Event(0x0004), name: "connect_retried", endpoint: Endpoint::Remote, carries: Carries::Pause,
            doc: words("соединиться не вышло; следующая попытка через `pause`, мс", "no connection was made; the next attempt comes after `pause`, ms") },
    Event { what: What::Event(0x0008), name: "listening", endpoint: Endpoint::Local, carries: Carries::Nothing,
            doc: words("сокет привязан", "the socket is bound") },
    Event { what: What::Event(0x0010), name: "bind_failed", endpoint: Endpoint::Local, carries: Carries::Errno(Deed::Bind),
            doc: words("привязать сокет не удалось", "the socket could not be bound") },
    Event { what: What::Event(0x0020), name: "accepted", endpoint: Endpoint::Local, carries: Carries::Nothing,
            doc: words("принято соединение; рукопожатие ещё впереди", "a connection was taken up; its handshake is still to come") },
    Event { what: What::Event(0x0040), name: "accept_failed", endpoint: Endpoint::Local, carries: CONNECTING,
            doc: words("принять соединение не удалось", "a connection could not be taken up") },
    Event { what: What::Event(0x0080), name: "closed", endpoint: Endpoint::OfSide, carries: Carries::Nothing,
            doc: words("сокет больше не привязан, или попытка соединиться окончена", "the socket is bound no longer, or an attempt to connect has ended") },
    Event { what: What::Event(0x0100), name: "close_failed", endpoint: Endpoint::OfSide, carries: CONNECTING,
            doc: words("то же, но система сообщила об ошибке", "likewise, but the system told an error") },
    Event { what: What::Event(0x0200), name: "disconnected", endpoint: Endpoint::OfSide, carries: Carries::Nothing,
            doc: words("соединение окончено: собеседник ушёл, или связь прервалась", "a connection has ended: the peer went, or the link broke") },
    Event { what: What::Event(0x0400), name: "monitor_stopped", endpoint: Endpoint::Local, carries: Carries::Nothing,
            doc: words("событий больше не будет", "there will be no more events") },
    Event { what: What::Event(0x0800), name: "handshake_failed_no_detail", endpoint: Endpoint::OfSide, carries: CONNECTING,
            doc: words("рукопожатие не закончено: собеседник прервал соединение или молчал; так бывает и при разных ключах", "the handshake was not finished: the peer broke the connection, or said nothing; wrong keys may look like this, too") },
    Event { what: What::Event(0x1000), name: "handshake_succeeded", endpoint: Endpoint::OfSide, carries: Carries::Nothing,
            doc: words("собеседник на месте: можно обмениваться сообщениями", "the peer is there: messages can be exchanged") },
    Event { what: What::Event(0x2000), name: "handshake_failed_protocol", endpoint: Endpoint::OfSide, carries: Carries::Protocol,
            doc: words("собеседник говорит не на ZMTP, с другой защитой или не того типа", "the peer does not speak ZMTP, has another mechanism, or is of a type that does not fit") },
    Event { what: What::Event(0x4000), name: "handshake_failed_auth", endpoint: Endpoint::OfSide, carries: Carries::Zap,
            doc: words("проверка подлинности отказала", "the authentication refused it") },
    Event { what: What::Open, name: "insecure_endpoint", endpoint: Endpoint::Local, carries: Carries::Nothing,
            doc: words("сокет без защиты привязан к адресу, который доступен другим компьютерам: подключиться может кто угодно", "a socket without a mechanism is bound to an address that other computers reach: anybody can connect") },
    Event { what: What::Dropped, name: "events_dropped", endpoint: Endpoint::Local, carries: Carries::Count,
            doc: words("событий накопилось слишком много: `count` самых старых отброшено", "too many events had piled up: the `count` oldest were dropped") },
];

/// The row of what happened.
pub fn row(what: What) -> Option<&'static Event> {
    TABLE.iter().find(|row| row.what == what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::fs;
    use std::path::Path;

    const BEGIN: &str = "<!-- events: printed from src/objects/socket/watching/events.rs -->\n";
    const END: &str = "<!-- /events -->\n";

    /// The table in the guide is these rows.
    #[test]
    fn the_reference_of_events_is_what_the_rows_say() {
        for (folder, head) in [("ru", "| Событие | Когда приходит |"), ("en", "| Event | When it comes |")]
        {
            let rows = TABLE.iter().map(|row| {
                let doc = if folder == "ru" { row.doc.russian } else { row.doc.english };
                format!("| `{}` | {doc} |\n", row.name)
            });
            let printed = format!("\n{head}\n|---|---|\n{}\n", rows.collect::<String>());
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(folder).join("watching.md");
            let page = fs::read_to_string(&path).unwrap();
            let (before, rest) = page.split_once(BEGIN).expect(BEGIN);
            let (written, after) = rest.split_once(END).expect(END);
            if env::var_os("UPDATE_REFERENCE").is_some() {
                fs::write(&path, [before, BEGIN, &printed, END, after].concat()).unwrap();
            } else {
                assert!(written == printed, "{}: UPDATE_REFERENCE=1 cargo test --lib reference", path.display());
            }
        }
    }

    #[test]
    fn no_two_rows_are_of_one_event() {
        for (number, row) in TABLE.iter().enumerate() {
            assert!(TABLE[..number].iter().all(|other| other.what != row.what && other.name != row.name), "{row:?}");
        }
    }
}
