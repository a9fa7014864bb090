//! 0029-half-read-message: what becomes of a message whose first part was read when its connection goes.

use super::isolated;
use super::raw::{Ctx, LONG, Sock, settle};
use host::{secs, zmtp};
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::*;

/// Ways to bind; the system completes them.
const ENDPOINTS: [&str; 3] = ["inproc://half", "tcp://127.0.0.1:*", "ipc://*"];

/// The receiver connects to two senders, reads a part, disconnects, reads on.
#[test]
fn receiver_disconnects() {
    isolated(secs(60), || {
        let kinds = [
            (ZMQ_PULL, ZMQ_PUSH),
            (ZMQ_SUB, ZMQ_PUB),
            (ZMQ_XSUB, ZMQ_XPUB),
            (ZMQ_DEALER, ZMQ_DEALER),
            (ZMQ_ROUTER, ZMQ_DEALER),
            (ZMQ_PAIR, ZMQ_PAIR),
        ];
        for (receiving, sending) in kinds {
            for (endpoint, settled) in ENDPOINTS.iter().flat_map(|it| [(it, false), (it, true)]) {
                read_on(receiving, sending, endpoint, settled);
            }
        }
    });
}

fn read_on(receiving: u32, sending: u32, endpoint: &str, settled: bool) {
    let ctx = Ctx::new();
    let (receiver, first, second) = (ctx.socket(receiving), ctx.socket(sending), ctx.socket(sending));
    let left = first.bind(endpoint);
    receiver.connect(&left);
    if receiving == ZMQ_SUB {
        receiver.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
    } else if receiving == ZMQ_XSUB {
        receiver.send(b"\x01");
    }
    let parts: [&[u8]; 3] = [b"one", &[7; 100], b"three"];
    until_it_comes(&first, &receiver, &parts);
    if receiving == ZMQ_ROUTER {
        assert_eq!(receiver.recv(LONG).expect("the part after the id"), parts[0]);
    }
    receiver.disconnect(&left);
    if settled {
        settle(&[&receiver, &first, &receiver]);
    }
    assert_eq!(receiver.message(), parts[1..], "{receiving} {endpoint} {settled}");
    // What another sends is another message. A PAIR takes a new peer when it has lost the old one.
    settle(&[&receiver, &first, &receiver]);
    receiver.connect(&second.bind(&endpoint.replace("half", "other")));
    until_it_comes(&second, &receiver, &[b"x", b"y"]);
    assert_eq!(receiver.message().last().map(Vec::as_slice), Some(&b"y"[..]));
}

/// A publisher drops what it sends before it knows its subscriber. Takes one part: the first.
fn until_it_comes(sender: &Sock, receiver: &Sock, parts: &[&[u8]]) {
    let end = Instant::now() + LONG;
    loop {
        sender.send_message(parts);
        if receiver.recv(Duration::from_millis(50)).is_some() {
            return;
        }
        assert!(Instant::now() < end, "nothing comes");
    }
}

#[test]
fn rep_disconnects() {
    isolated(secs(60), || {
        for (endpoint, settled) in ENDPOINTS.iter().flat_map(|it| [(it, false), (it, true)]) {
            let ctx = Ctx::new();
            let (rep, req, next) = (ctx.socket(ZMQ_REP), ctx.socket(ZMQ_REQ), ctx.socket(ZMQ_REQ));
            let left = req.bind(endpoint);
            rep.connect(&left);
            req.send_message(&[b"one", b"two", b"three"]);
            assert_eq!(rep.recv(LONG).as_deref(), Some(&b"one"[..]));
            rep.disconnect(&left);
            if settled {
                settle(&[&rep, &req, &rep]);
            }
            assert_eq!(rep.message(), [b"two".to_vec(), b"three".to_vec()]);
            // To nobody, and the next one is served.
            rep.send_message(&[b"a", b"b"]);
            rep.connect(&next.bind(&endpoint.replace("half", "other")));
            next.send_message(&[b"four", b"five"]);
            assert_eq!(rep.message(), [b"four".to_vec(), b"five".to_vec()]);
            rep.send_message(&[b"c", b"d"]);
            assert_eq!(next.message(), [b"c".to_vec(), b"d".to_vec()]);
        }
    });
}

#[test]
fn req_disconnects() {
    isolated(secs(60), || {
        for (endpoint, way) in ENDPOINTS.iter().flat_map(|it| (0..4).map(move |way| (it, way))) {
            let ctx = Ctx::new();
            let (req, rep, next) = (ctx.socket(ZMQ_REQ), ctx.socket(ZMQ_REP), ctx.socket(ZMQ_REP));
            req.set(ZMQ_REQ_RELAXED, 1).set(ZMQ_REQ_CORRELATE, 1);
            let left = rep.bind(endpoint);
            req.connect(&left);
            req.send(b"request");
            assert_eq!(rep.recv(LONG).as_deref(), Some(&b"request"[..]));
            rep.send_message(&[b"one", b"two", b"three"]);
            assert_eq!(req.recv(LONG).as_deref(), Some(&b"one"[..]));
            req.disconnect(&left);
            if way & 1 != 0 {
                settle(&[&req, &rep, &req]);
            }
            // Either reads on or gives the reply up.
            if way & 2 != 0 {
                assert_eq!(req.message(), [b"two".to_vec(), b"three".to_vec()]);
            }
            req.connect(&next.bind(&endpoint.replace("half", "other")));
            req.send(b"again");
            assert_eq!(next.recv(LONG).as_deref(), Some(&b"again"[..]));
            next.send_message(&[b"a", b"b"]);
            assert_eq!(req.message(), [b"a".to_vec(), b"b".to_vec()]);
        }
    });
}

/// Of three peers the last is being read when the second goes.
#[test]
fn another_peer_goes() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let senders = [ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PUSH)];
        let receiver = ctx.socket(ZMQ_PULL);
        for (number, sender) in senders.iter().enumerate() {
            receiver.connect(&sender.bind(&format!("inproc://{number}")));
        }
        for sender in &senders {
            for _ in 0..2 {
                sender.send_message(&[b"first", b"second"]);
            }
        }
        settle(&[&receiver]);
        for _ in 0..2 {
            assert_eq!(receiver.message().len(), 2);
        }
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"first"[..]));
        receiver.disconnect("inproc://1");
        settle(&[&senders[1], &receiver]);
        assert_eq!(receiver.message(), [b"second".to_vec()], "of the same message");
        for _ in 0..2 {
            assert_eq!(receiver.message(), [b"first".to_vec(), b"second".to_vec()]);
        }
    });
}

/// With ZMQ_IMMEDIATE a lost connection takes its pipe along.
#[test]
fn connection_is_lost() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        let there = Ctx::new();
        let sender = there.socket(ZMQ_PUSH);
        receiver.set(ZMQ_IMMEDIATE, 1).connect(&sender.bind("tcp://127.0.0.1:*"));
        sender.send_message(&[b"one", b"two", b"three"]);
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"one"[..]));
        sender.close();
        there.term();
        settle(&[&receiver, &receiver]);
        assert_eq!(receiver.message(), [b"two".to_vec(), b"three".to_vec()]);
    });
}

/// The I/O thread has taken a part of a long message when the linger passes, and then the peer hangs up.
#[test]
fn linger_passes_inside_a_message() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (listener, address) = zmtp::listener();
        let sender = ctx.socket(ZMQ_PUSH);
        sender.set(ZMQ_LINGER, 100).set(ZMQ_SNDBUF, 8192).connect(&address);
        let (mut peer, _) = listener.accept().expect("the sender");
        zmtp::handshake(&mut peer, "PULL");
        let part = [7_u8; 8000];
        sender.send_message(&[&part[..]; 3000]);
        settle(&[&sender]);
        sender.disconnect(&address);
        thread::sleep(Duration::from_millis(300));
        // The socket has not yet heard that the other end of the pipe is closing.
        drop(peer);
        thread::sleep(Duration::from_millis(200));
        settle(&[&sender]);
    });
}

/// A receiver that keeps the last message alone gives each part as a message, and a stranger decides what it is sent.
#[test]
fn conflating_receiver() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        let address = receiver.set(ZMQ_CONFLATE, 1).bind("tcp://127.0.0.1:*");
        let mut stranger = zmtp::tcp(&address);
        zmtp::handshake(&mut stranger, "PUSH");
        for part in [&b"one"[..], b"two"] {
            stranger.write_all(&zmtp::frame(1, part)).expect("a part, and more to come");
            assert_eq!(receiver.recv(LONG).as_deref(), Some(part));
            assert!(!receiver.more());
            assert_eq!(receiver.recv(Duration::from_millis(20)), None);
        }
    });
}
