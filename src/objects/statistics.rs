//! What goes on in the process, as JSON: read without entering any socket's gate, so that nobody waits for a call.

use super::address::Side;
use super::errors::{Deed, Refusal};
use super::socket::{OPEN, Readable, places_of};
use crate::background::json::JsonObject;
use crate::background::{lingering, log};
use crate::schema::{Error, Outcome, words};
use crate::zmq;
use std::fmt::Write;
use std::process;

/// One socket.
pub fn of(socket: &Readable) -> String {
    let counters = &socket.counters;
    let object = JsonObject::new()
        .value("id", socket.id)
        .text("class", socket.class().name())
        .text("state", socket.state().name())
        // In a forked child another thread of the parent's may hold the register for ever.
        .value("busy", !zmq::is_forked() && OPEN.is_entered(socket.id));
    let object = {
        let places = socket.places();
        let object = object.texts("bound", places_of(&places, Side::Bind));
        object.texts("connected", places_of(&places, Side::Connect))
    };
    object
        .value("sentMessages", counters.sent.messages())
        .value("sentBytes", counters.sent.bytes())
        .value("receivedMessages", counters.received.messages())
        .value("receivedBytes", counters.received.bytes())
        .end()
}

/// All sockets of the process that are not closed, and the process itself.
///
/// # Errors
/// EFORKED.
pub fn all() -> Outcome<String> {
    check_not_forked()?;
    let mut sockets = String::from("[");
    // Each by itself: whoever is made or closed meanwhile is there or not.
    for socket in OPEN.ids().into_iter().filter_map(|id| OPEN.shown(id).ok()) {
        // A String takes whatever is written.
        let _ = write!(sockets, "{}{}", if sockets.len() > 1 { "," } else { "" }, of(&socket));
    }
    sockets.push(']');
    let object = JsonObject::new()
        .value("process", process::id())
        .value("openSockets", OPEN.count())
        .value("delivering", lingering::count())
        .optional("descriptors", zmq::descriptors())
        .optional("descriptorLimit", zmq::descriptor_limit())
        .value("log", log::state())
        .value("sockets", sockets);
    Ok(object.end())
}

/// How many sockets are open.
///
/// # Errors
/// EFORKED.
pub fn open_sockets() -> Outcome<u64> {
    check_not_forked()?;
    Ok(u64::try_from(OPEN.count()).unwrap_or(u64::MAX))
}

/// Another thread of the parent's may hold the register for ever.
fn check_not_forked() -> Outcome {
    if zmq::is_forked() { Err(forked()) } else { Ok(()) }
}

#[cold]
fn forked() -> Error {
    let tried = words("Не удалось собрать сведения о сокетах", "The sockets could not be looked at");
    Refusal::of(Deed::Open, zmq::Error::FORKED).after(tried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::row_tests::{Driven, named};
    use serde_json::Value;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::{Duration, Instant};

    fn at(endpoint: &str) -> Vec<Value> {
        let all: Value = serde_json::from_str(&all().unwrap()).unwrap();
        let is = |socket: &&Value| ["bound", "connected"].iter().any(|side| socket[side][0] == endpoint);
        all["sockets"].as_array().unwrap().iter().filter(is).cloned().collect()
    }

    #[test]
    fn what_sockets_do_is_seen_and_what_is_closed_is_not() {
        let endpoint = "inproc://statistics";
        let (mut pull, mut push) = (Driven::new(named("Pull"), endpoint), Driven::new(named("Push"), endpoint));
        pull.call("Bind");
        push.call("Connect");
        for _ in 0..3 {
            push.call("Send");
        }
        pull.call("Recv");
        let seen = at(endpoint);
        assert_eq!(seen.len(), 2);
        let counted = |socket: &Value| {
            ["sentMessages", "sentBytes", "receivedMessages", "receivedBytes"]
                .map(|name| socket[name].as_u64().unwrap())
        };
        assert_eq!((&seen[0]["class"], counted(&seen[0])), (&"Pull".into(), [0, 0, 1, 3]));
        assert_eq!((&seen[1]["class"], counted(&seen[1])), (&"Push".into(), [3, 9, 0, 0]));
        assert!(seen.iter().all(|socket| socket["state"] == "open"));
        push.call("Disconnect");
        assert_eq!(at(endpoint).len(), 1);
        pull.call("Close");
        assert!(at(endpoint).is_empty());
    }

    /// Whoever looks waits for nobody: also not for a visitor who stays inside of a socket's gate.
    #[test]
    fn a_socket_that_is_used_is_seen_to_be_busy() {
        let endpoint = "inproc://statistics.busy";
        let mut pull = Driven::new(named("Pull"), endpoint);
        pull.call("Bind");
        let id = at(endpoint)[0]["id"].as_u64().unwrap();
        let ((inside, is_inside), (leave, may_leave)) = (channel(), channel::<()>());
        thread::scope(|scope| {
            scope.spawn(move || {
                OPEN.visit(id, |_| {
                    inside.send(()).unwrap();
                    may_leave.recv_timeout(Duration::from_secs(20)).unwrap();
                })
            });
            is_inside.recv_timeout(Duration::from_secs(20)).unwrap();
            assert_eq!(at(endpoint)[0]["busy"], true);
            leave.send(()).unwrap();
        });
        // Who looks after idle sockets may be there for a moment.
        let end = Instant::now() + Duration::from_secs(20);
        while at(endpoint)[0]["busy"] == true {
            assert!(Instant::now() < end, "nobody leaves");
        }
    }
}
