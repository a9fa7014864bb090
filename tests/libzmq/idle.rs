//! 0041-commands-alone: what libzmq's threads tell a socket is worked through without a message being taken.

use super::isolated;
use super::raw::{Ctx, LONG};
use host::{secs, wait_until};
use zmq_sys::{ZMQ_EVENTS, ZMQ_RCVHWM, ZMQ_SNDHWM, ZMQ_SUB, ZMQ_SUBSCRIBE, ZMQ_XPUB};

/// The number of the patch; zmq.h has none.
const COMMANDS: u32 = 431_003;

/// How many of ten messages a subscriber holds who is asked for `option` before each.
fn held(option: u32) -> usize {
    let ctx = Ctx::new();
    let (publisher, subscriber) = (ctx.socket(ZMQ_XPUB), ctx.socket(ZMQ_SUB));
    publisher.set(ZMQ_SNDHWM, 1).bind("inproc://one");
    subscriber.set(ZMQ_RCVHWM, 1).connect("inproc://one");
    subscriber.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
    assert_eq!(publisher.recv(LONG).as_deref(), Some(&b"\x01"[..]));
    for _ in 0..10 {
        // It learns that there is room again.
        publisher.get(ZMQ_EVENTS);
        publisher.send(b"message");
        subscriber.get(option);
    }
    (0..20).filter(|_| subscriber.recv_now().is_some()).count()
}

#[test]
fn commands_are_worked_through_and_no_message_is_taken() {
    isolated(secs(30), || {
        // Over inproc both marks add up.
        assert_eq!(held(COMMANDS), 2);
        assert_eq!(held(ZMQ_EVENTS), 3, "libzmq takes none any more: is the patch still wanted?");
    });
}

/// The publisher is never called but by this, and a subscriber that comes is known to it.
#[test]
fn a_peer_that_comes_is_taken_up() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let publisher = ctx.socket(ZMQ_XPUB);
        let address = publisher.bind("tcp://127.0.0.1:*");
        let subscriber = ctx.socket(ZMQ_SUB);
        subscriber.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
        subscriber.connect(&address);
        let told = || {
            publisher.get(COMMANDS);
            publisher.send(b"message");
            subscriber.recv_now().is_some()
        };
        assert!(wait_until(LONG, told));
    });
}
