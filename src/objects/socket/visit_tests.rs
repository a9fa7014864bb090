//! A thread of the library's own reaches the socket of an object by its number.

use super::OPEN;
use crate::handle::{Closed, Id};
use crate::objects::row_tests::{Driven, named};
use crate::zmq::{Event, poll};
use std::thread;
use std::time::{Duration, Instant};

fn driven(name: &str, endpoint: &str) -> Driven {
    Driven::new(named(name), endpoint)
}

/// The number of the open socket of a class whose endpoint this is.
fn number(name: &str, endpoint: &str) -> Option<Id> {
    let is = |id: &Id| {
        let fits = OPEN.visit(*id, |socket| socket.class.name() == name && socket.endpoints.last() == endpoint);
        fits == Ok(true)
    };
    OPEN.ids().into_iter().find(is)
}

#[test]
fn a_visitor_sees_what_waits_and_that_the_socket_has_gone() {
    let (mut pull, mut push) = (driven("Pull", "inproc://visited"), driven("Push", "inproc://visited"));
    assert_eq!(number("Pull", "inproc://visited"), None);
    pull.call("Bind");
    let id = number("Pull", "inproc://visited").unwrap();
    push.call("Connect");
    let readable =
        || OPEN.visit(id, |socket| poll(&mut socket.stage.opened().unwrap().raw, Event::Receivable, 0).unwrap());
    let from_a_thread = || thread::scope(|scope| scope.spawn(readable).join().unwrap());
    assert_eq!(from_a_thread(), Ok(false));
    push.call("Send");
    let end = Instant::now() + Duration::from_secs(10);
    while from_a_thread() != Ok(true) {
        assert!(Instant::now() < end, "the message is never seen");
    }
    pull.call("Recv");
    assert_eq!(from_a_thread(), Ok(false));
    let counters = OPEN.counters(id).unwrap();
    assert_eq!((counters.received.messages(), counters.received.bytes()), (1, 3));
    assert_eq!((counters.sent.messages(), counters.sent.bytes()), (0, 0));
    pull.call("Close");
    assert_eq!(from_a_thread(), Err(Closed));
    assert!(OPEN.counters(id).is_err());
}

/// Parts count once as a message, with all their bytes; a part that was given counts as what was received.
#[test]
fn what_goes_through_is_counted() {
    let (mut pull, mut push) = (driven("Pull", "inproc://counted"), driven("Push", "inproc://counted"));
    pull.call("Bind");
    let receiver = number("Pull", "inproc://counted").unwrap();
    push.call("Connect");
    let sender = number("Push", "inproc://counted").unwrap();
    for _ in 0..2 {
        push.call("SendPart");
    }
    push.call("Send");
    push.call("Send");
    pull.call("Recv");
    let received = || {
        let counters = OPEN.counters(receiver).unwrap();
        (counters.received.messages(), counters.received.bytes())
    };
    assert_eq!(received(), (0, 3));
    pull.call("RecvMultipart");
    assert_eq!(received(), (1, 9));
    pull.call("Recv");
    assert_eq!(received(), (2, 12));
    let counters = OPEN.counters(sender).unwrap();
    assert_eq!((counters.sent.messages(), counters.sent.bytes()), (2, 12));
}

/// The host destroys an object that nobody closed.
#[test]
fn what_the_host_destroyed_has_gone() {
    let mut pull = driven("Pull", "inproc://destroyed");
    pull.call("Bind");
    let id = number("Pull", "inproc://destroyed").unwrap();
    assert!(OPEN.counters(id).is_ok());
    drop(pull);
    assert_eq!(OPEN.visit(id, |_| ()), Err(Closed));
}
