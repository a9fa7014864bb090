//! 0035-wrong-peer: whoever answers wrongly once is not the end: the right peer is found when it is there.

use super::door::Door;
use super::isolated;
use super::raw::{Ctx, LONG, Sock, curve_keys};
use host::zmtp::{command, greeting, read_frame, ready, signature};
use host::{secs, wait_until};
use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_CURVE_PUBLICKEY, ZMQ_CURVE_SECRETKEY, ZMQ_CURVE_SERVER, ZMQ_CURVE_SERVERKEY, ZMQ_DEALER};
use zmq_sys::{ZMQ_HANDSHAKE_IVL, ZMQ_LINGER, ZMQ_MAXMSGSIZE, ZMQ_PLAIN_PASSWORD, ZMQ_PLAIN_USERNAME, ZMQ_PUB};
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL, ZMQ_RECONNECT_IVL_MAX, ZMQ_REP, ZMQ_REQ, ZMQ_ROUTER, ZMQ_SUB};

/// `ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL`, `_PROTOCOL`, `_AUTH`.
const FAILED: u32 = 0x0800 | 0x2000 | 0x4000;
const DISCONNECTED: u32 = 0x0200;

/// Wrong answers: what they are, and what is said. Our own side is a PUSH without a mechanism.
fn answers() -> Vec<(&'static str, Vec<u8>)> {
    let greeted = |rest: &[u8]| [&greeting(1, "NULL")[..], rest].concat();
    let mechanism = |name| greeting(0, name);
    let signature = &signature()[..];
    vec![
        ("wrong type", greeted(&ready("PUSH"))),
        ("wrong type, ZMTP 3.0", [&greeting(0, "NULL")[..], &ready("PUB")].concat()),
        ("no such type", greeted(&ready("NONSENSE"))),
        ("junk command", greeted(&command(b"\x04JUNK"))),
        ("empty command", greeted(&command(b""))),
        ("unknown mechanism", mechanism("NOSUCH")),
        ("mechanism PLAIN", mechanism("PLAIN")),
        ("mechanism CURVE", mechanism("CURVE")),
        ("bad metadata", greeted(&command(b"\x05READY\x0bSocket-Type\xff\xff\xff\xffPULL"))),
        ("half a property", greeted(&command(b"\x05READY\x0bSock"))),
        ("ERROR with words", greeted(&command(b"\x05ERROR\x05sorry"))),
        ("ERROR with a status", greeted(&command(b"\x05ERROR\x03400"))),
        ("malformed ERROR", greeted(&command(b"\x05ERROR\xf0"))),
        ("greeting, then junk", greeted(&[0xa5; 300])),
        ("frame too large", greeted(&[6, 0, 0, 1, 0, 0, 0, 0, 0])),
        ("ZMTP 2.0, wrong type", [signature, &[1, 8]].concat()),
        ("ZMTP 1.0, no length", vec![0, 0]),
        ("ZMTP 1.0, wrong flags", [&signature[..9], &[0x7e, 1, 2, 3]].concat()),
        ("version of the future", [signature, &[9], &[0x55; 60]].concat()),
        ("HTTP", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec()),
        ("SSH", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".to_vec()),
        ("TLS alert", vec![0x15, 3, 1, 0, 2, 2, 70]),
        ("hang-up", vec![]),
        ("half a greeting", greeting(0, "NULL")[..11].to_vec()),
    ]
}

fn connecting(ctx: &Ctx, kind: u32, endpoint: &str) -> (Sock, Sock) {
    let socket = ctx.socket(kind);
    socket.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 20).set(ZMQ_RECONNECT_IVL_MAX, 100);
    socket.set_bytes(ZMQ_MAXMSGSIZE, &1000_i64.to_ne_bytes()).expect("a limit");
    if kind == ZMQ_SUB {
        socket.set_bytes(zmq_sys::ZMQ_SUBSCRIBE, b"").expect("a subscription");
    }
    let monitor = socket.monitor(ctx, FAILED | DISCONNECTED);
    socket.connect(endpoint);
    (socket, monitor)
}

/// Every encounter is reported: `times` failed handshakes.
fn reported(monitor: &Sock, times: u32, case: &str) {
    let mut seen = 0;
    while seen < times {
        match monitor.event(LONG) {
            Some(event) if event & FAILED != 0 => seen += 1,
            Some(_) => {}
            None => panic!("{case}: {seen} of {times} failures reported"),
        }
    }
}

fn on_every_transport(case: impl Fn(&str, u8) + Sync) {
    thread::scope(|scope| {
        for (transport, number) in [("tcp", 200), ("ipc", 200)] {
            let case = &case;
            scope.spawn(move || case(transport, number));
        }
    });
}

#[test]
fn right_peer_comes_after_a_wrong_one() {
    isolated(secs(60), || {
        thread::scope(|scope| {
            for transport in ["tcp", "ipc"] {
                for (number, (name, answer)) in answers().into_iter().enumerate() {
                    scope.spawn(move || {
                        let case = format!("{name} over {transport}");
                        let ctx = Ctx::new();
                        let door = Door::open(transport, u8::try_from(number).expect("few"));
                        let endpoint = door.endpoint();
                        let (sender, monitor) = connecting(&ctx, ZMQ_PUSH, &endpoint);
                        for message in [b"1", b"2", b"3"] {
                            sender.send(message);
                        }
                        for _ in 0..2 {
                            door.answer(&answer, !matches!(name, "hang-up" | "half a greeting"));
                        }
                        drop(door);
                        let receiver = ctx.socket(ZMQ_PULL);
                        receiver.bind(&endpoint);
                        for message in [b"1", b"2", b"3"] {
                            assert_eq!(receiver.recv(LONG).as_deref(), Some(&message[..]), "{case}");
                        }
                        reported(&monitor, 2, &case);
                    });
                }
            }
        });
    });
}

/// The other classes: what each of them asks or tells its peer reaches the right one.
#[test]
fn every_class_finds_its_peer() {
    isolated(secs(60), || {
        let pairs = [(ZMQ_REQ, ZMQ_REP), (ZMQ_SUB, ZMQ_PUB), (ZMQ_DEALER, ZMQ_ROUTER), (ZMQ_PULL, ZMQ_PUSH)];
        thread::scope(|scope| {
            for transport in ["tcp", "ipc"] {
                for (number, (kind, peer)) in (100..).zip(pairs) {
                    scope.spawn(move || {
                        let ctx = Ctx::new();
                        let door = Door::open(transport, number);
                        let endpoint = door.endpoint();
                        let (socket, monitor) = connecting(&ctx, kind, &endpoint);
                        if matches!(kind, ZMQ_REQ | ZMQ_DEALER) {
                            socket.send(b"asked");
                        }
                        for _ in 0..2 {
                            door.answer(&[&greeting(1, "NULL")[..], &ready("PAIR")].concat(), true);
                        }
                        drop(door);
                        let right = ctx.socket(peer);
                        right.set(ZMQ_LINGER, 0).bind(&endpoint);
                        if matches!(kind, ZMQ_REQ | ZMQ_DEALER) {
                            assert!(right.recv(LONG).is_some(), "{peer} over {transport}");
                        } else {
                            let end = Instant::now() + LONG;
                            while socket.recv(Duration::from_millis(20)).is_none() {
                                assert!(Instant::now() < end, "{kind} over {transport}");
                                let _ = right.try_send(b"told", zmq_sys::ZMQ_DONTWAIT);
                            }
                        }
                        reported(&monitor, 2, "wrong type");
                    });
                }
            }
        });
    });
}

/// A peer that was right until it broke the protocol.
#[test]
fn protocol_broken_after_the_handshake() {
    isolated(secs(60), || {
        on_every_transport(|transport, number| {
            let ctx = Ctx::new();
            let door = Door::open(transport, number);
            let endpoint = door.endpoint();
            let (socket, monitor) = connecting(&ctx, ZMQ_PULL, &endpoint);
            let large = [2, 0, 0, 0, 0, 0, 1, 0, 0];
            for answer in [&large[..], &[0, 5, 1, 2, 3, 4, 5, 2, 0xff, 0, 0, 0, 0, 0, 0, 0]] {
                door.answer_later("PUSH", answer);
            }
            drop(door);
            assert_eq!(socket.recv(LONG).as_deref(), Some(&[1, 2, 3, 4, 5][..]), "what came before the junk");
            assert_eq!(monitor.event(LONG), Some(DISCONNECTED));
            let right = ctx.socket(ZMQ_PUSH);
            right.bind(&endpoint);
            right.send(b"here");
            assert_eq!(socket.recv(LONG).as_deref(), Some(&b"here"[..]), "over {transport}");
        });
    });
}

/// A socket that never handshakes: the handshake's own time limit ends each attempt.
#[test]
fn silence() {
    isolated(secs(60), || {
        on_every_transport(|transport, number| {
            let ctx = Ctx::new();
            let door = Door::open(transport, number);
            let endpoint = door.endpoint();
            let sender = ctx.socket(ZMQ_PUSH);
            sender.set(ZMQ_RECONNECT_IVL, 20).set(ZMQ_HANDSHAKE_IVL, 100);
            let monitor = sender.monitor(&ctx, FAILED);
            sender.connect(&endpoint);
            sender.send(b"kept");
            for _ in 0..2 {
                door.answer(b"", true);
            }
            drop(door);
            let receiver = ctx.socket(ZMQ_PULL);
            receiver.bind(&endpoint);
            assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"kept"[..]), "over {transport}");
            reported(&monitor, 2, "silence");
        });
    });
}

/// Ours is PLAIN; the first to answer knows no mechanism, or none that has one.
#[test]
fn plain_meets_null() {
    isolated(secs(60), || {
        on_every_transport(|transport, number| {
            let ctx = Ctx::new();
            let door = Door::open(transport, number);
            let sender = ctx.socket(ZMQ_PUSH);
            sender.set_bytes(ZMQ_PLAIN_USERNAME, b"user").expect("a name");
            sender.set_bytes(ZMQ_PLAIN_PASSWORD, b"word").expect("a word");
            sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 20);
            let monitor = sender.monitor(&ctx, FAILED);
            sender.connect(&door.endpoint());
            sender.send(b"kept");
            let old = [&signature()[..], &[1, 7]].concat();
            for answer in [&greeting(1, "NULL"), &old, &b"\x01\x00".to_vec()] {
                door.answer(answer, true);
            }
            reported(&monitor, 3, "no mechanism");
            let mut line = door.accept();
            let mut plain = greeting(1, "PLAIN");
            plain[32] = 1;
            line.write_all(&plain).expect("greeting");
            line.read_exact(&mut [0; 64]).expect("their greeting");
            read_frame(&mut line).expect("HELLO");
            line.write_all(&command(b"\x07WELCOME")).expect("WELCOME");
            read_frame(&mut line).expect("INITIATE");
            line.write_all(&ready("PULL")).expect("READY");
            assert_eq!(read_frame(&mut line), Some((0, b"kept".to_vec())), "over {transport}");
        });
    });
}

/// Ours expects a server's key; the first to answer knows no mechanism, the second has another key.
#[test]
fn curve_meets_another_key() {
    isolated(secs(60), || {
        on_every_transport(|transport, number| {
            let ctx = Ctx::new();
            let door = Door::open(transport, number);
            let endpoint = door.endpoint();
            let [(public, secret), (wrong_public, wrong_secret), (own_public, own_secret)] =
                [(); 3].map(|()| curve_keys());
            assert_ne!(public, wrong_public);
            let sender = ctx.socket(ZMQ_PUSH);
            sender.set_bytes(ZMQ_CURVE_SERVERKEY, &public).expect("a key");
            sender.set_bytes(ZMQ_CURVE_PUBLICKEY, &own_public).expect("a key");
            sender.set_bytes(ZMQ_CURVE_SECRETKEY, &own_secret).expect("a key");
            sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 20).set(ZMQ_RECONNECT_IVL_MAX, 200);
            let monitor = sender.monitor(&ctx, FAILED);
            sender.connect(&endpoint);
            sender.send(b"kept");
            door.answer(&greeting(1, "NULL"), true);
            drop(door);
            for (secret, right) in [(wrong_secret, false), (secret, true)] {
                let receiver = ctx.socket(ZMQ_PULL);
                receiver.set(ZMQ_CURVE_SERVER, 1);
                receiver.set_bytes(ZMQ_CURVE_SECRETKEY, &secret).expect("a key");
                assert!(wait_until(LONG, || receiver.try_bind(&endpoint).is_ok()), "the address is free");
                if right {
                    assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"kept"[..]), "over {transport}");
                } else {
                    reported(&monitor, 3, "another key");
                }
            }
        });
    });
}

/// Pauses grow from one encounter to the next: 0, 100, 300, 700, 1500, 2500 ms…
#[test]
fn no_storm() {
    isolated(secs(60), || {
        let wrong_type = [&greeting(1, "NULL")[..], &ready("PUSH")].concat();
        let too_large = vec![2, 0, 0, 0, 0, 0, 1, 0, 0];
        let answers = [wrong_type, b"HTTP/1.1 400\r\n".to_vec(), vec![], too_large];
        thread::scope(|scope| {
            for (number, answer) in answers.into_iter().enumerate() {
                scope.spawn(move || {
                    let ctx = Ctx::new();
                    let door = Door::open("tcp", 150 + u8::try_from(number).expect("few"));
                    let (socket, monitor) = connecting(&ctx, ZMQ_PUSH, "inproc://nobody");
                    socket.set(ZMQ_RECONNECT_IVL, 100).set(ZMQ_RECONNECT_IVL_MAX, 1000).connect(&door.endpoint());
                    let (start, mut times) = (Instant::now(), Vec::new());
                    while start.elapsed() < Duration::from_secs(3) {
                        if number == 3 {
                            door.answer_later("PULL", &answer);
                        } else {
                            door.answer(&answer, !answer.is_empty());
                        }
                        times.push(start.elapsed().as_millis());
                    }
                    println!("figures: case {number}: {times:?} ms");
                    assert!((3..=8).contains(&times.len()), "case {number}: {times:?}");
                    drop(monitor);
                });
            }
        });
    });
}
