//! 0059-who-is-there: a socket can be asked how many peers are there, and an XPUB how many of them subscribe.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{secs, wait_until, zmtp};
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH, ZMQ_STREAM, ZMQ_SUB, ZMQ_SUBSCRIBE, ZMQ_UNSUBSCRIBE, ZMQ_XPUB};

/// The numbers of the patch; zmq.h has none.
const PEERS: u32 = 431_591;
const SUBSCRIBERS: u32 = 431_592;

fn peers(socket: &Sock) -> i32 {
    socket.get(PEERS) / 2
}

fn has(socket: &Sock, count: i32) -> bool {
    wait_until(LONG, || peers(socket) == count)
}

#[test]
fn peers_are_counted_over_every_transport() {
    isolated(secs(60), || {
        for endpoint in ["tcp://127.0.0.1:*", "ipc://*", "inproc://who"] {
            let ctx = Ctx::new();
            let pull = ctx.socket(ZMQ_PULL);
            let address = pull.bind(endpoint);
            assert_eq!(peers(&pull), 0, "{endpoint}");
            for _ in 0..3 {
                let (first, second) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PUSH));
                first.connect(&address);
                assert!(has(&first, 1) && has(&pull, 1), "{endpoint}");
                second.connect(&address);
                assert!(has(&second, 1) && has(&pull, 2), "{endpoint}");
                first.close();
                assert!(has(&pull, 1), "{endpoint}");
                second.close();
                assert!(has(&pull, 0), "{endpoint}");
            }
        }
        // Whoever connects and shows nothing of a handshake is nobody; a STREAM has none to wait for.
        let ctx = Ctx::new();
        let (pull, stream) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_STREAM));
        let silent = zmtp::tcp(&pull.bind("tcp://127.0.0.1:*"));
        let raw = zmtp::tcp(&stream.bind("tcp://127.0.0.1:*"));
        assert!(has(&stream, 1));
        thread::sleep(Duration::from_millis(50));
        assert_eq!(peers(&pull), 0);
        drop((silent, raw));
        assert!(has(&stream, 0));
    });
}

#[test]
fn a_connection_before_its_name_is_no_peer() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let push = ctx.socket(ZMQ_PUSH);
        push.connect("inproc://later");
        assert_eq!(peers(&push), 0);
        for _ in 0..3 {
            let pull = ctx.socket(ZMQ_PULL);
            pull.bind("inproc://later");
            assert!(has(&push, 1) && has(&pull, 1));
            pull.close();
            assert!(has(&push, 0));
        }
        for endpoint in ["tcp://127.0.0.1:9", "ipc:///tmp/who-is-there-nobody"] {
            let push = ctx.socket(ZMQ_PUSH);
            push.connect(endpoint);
            thread::sleep(Duration::from_millis(50));
            assert_eq!(peers(&push), 0, "{endpoint}");
        }
    });
}

/// From the first question on the descriptor tells of whoever comes; commands for nobody are worked through once.
#[test]
fn whoever_comes_is_told() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
        let address = {
            let first = ctx.socket(ZMQ_PULL);
            let address = first.bind("tcp://127.0.0.1:*");
            first.close();
            address
        };
        push.connect(&address);
        while push.get(PEERS) != 0 {}
        assert!(wait_until(LONG, || pull.try_bind(&address).is_ok()));
        let told = || {
            let told = push.get(PEERS);
            (told != 0).then_some(told)
        };
        let end = std::time::Instant::now() + LONG;
        let first = loop {
            if let Some(told) = told() {
                break told;
            }
            assert!(std::time::Instant::now() < end);
            thread::sleep(Duration::from_millis(1));
        };
        assert!(first == 3 || first == 1, "{first}: somebody came, and commands with him");
        assert!(wait_until(LONG, || push.get(PEERS) == 2), "there, and nothing to be worked through");
    });
}

#[test]
fn subscribers_are_counted_once_each() {
    isolated(secs(60), || {
        for endpoint in ["tcp://127.0.0.1:*", "inproc://subscribers"] {
            let ctx = Ctx::new();
            let publisher = ctx.socket(ZMQ_XPUB);
            let address = publisher.bind(endpoint);
            let count =
                |expected| wait_until(LONG, || peers(&publisher) >= 0 && publisher.get(SUBSCRIBERS) == expected);
            let (first, second) = (ctx.socket(ZMQ_SUB), ctx.socket(ZMQ_SUB));
            first.connect(&address);
            second.connect(&address);
            assert!(has(&publisher, 2) && count(0), "{endpoint}: who hears nothing is no subscriber");
            for topic in [b"one", b"two"] {
                first.set_bytes(ZMQ_SUBSCRIBE, topic).expect("a subscription");
            }
            assert!(count(1), "{endpoint}");
            second.set_bytes(ZMQ_SUBSCRIBE, b"one").expect("a subscription");
            assert!(count(2), "{endpoint}");
            first.set_bytes(ZMQ_UNSUBSCRIBE, b"one").expect("its end");
            thread::sleep(Duration::from_millis(20));
            assert!(count(2), "{endpoint}");
            first.set_bytes(ZMQ_UNSUBSCRIBE, b"two").expect("its end");
            assert!(count(1), "{endpoint}");
            second.close();
            assert!(count(0), "{endpoint}");
            // None of it took what is to be received.
            assert_eq!(publisher.recv(LONG).as_deref(), Some(&b"\x01one"[..]));
        }
    });
}
