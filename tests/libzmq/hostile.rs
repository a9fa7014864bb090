//! Peers that say anything at all on a bound port: the process lives and goes on serving a real peer.
//!
//! No patch of its own: it looks for the next fault, by talk that is nearly ZMTP.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::random::Random;
use host::{secs, zmtp};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_DEALER, ZMQ_LINGER, ZMQ_PAIR, ZMQ_PLAIN_SERVER, ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_REP, ZMQ_REQ};
use zmq_sys::{ZMQ_DONTWAIT, ZMQ_HEARTBEAT_IVL, ZMQ_RCVHWM, ZMQ_RCVTIMEO, ZMQ_ROUTER, ZMQ_SUB, ZMQ_SUBSCRIBE};
use zmq_sys::{ZMQ_XPUB, ZMQ_XSUB};

const KINDS: [(u32, &str); 11] = [
    (ZMQ_REP, "REQ"),
    (ZMQ_REQ, "REP"),
    (ZMQ_ROUTER, "DEALER"),
    (ZMQ_DEALER, "ROUTER"),
    (ZMQ_PULL, "PUSH"),
    (ZMQ_PUSH, "PULL"),
    (ZMQ_PUB, "SUB"),
    (ZMQ_XPUB, "XSUB"),
    (ZMQ_SUB, "PUB"),
    (ZMQ_XSUB, "XPUB"),
    (ZMQ_PAIR, "PAIR"),
];

/// What a peer might begin with: ZMTP 3.1, 3.0, 2.0, 1.0, or nothing like it.
fn greeting(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0..3 => zmtp::greeting(0, "NULL"),
        3 => zmtp::greeting(1, "NULL"),
        4 => zmtp::greeting(0, "PLAIN"),
        5 => [&zmtp::signature()[..], &[1, random.byte() % 12]].concat(),
        6 => [&[1, 0][..], &zmtp::frame(random.byte() % 2, b"x")].concat(),
        _ => random.bytes(80),
    }
}

fn utterance(random: &mut Random, socket_type: &str) -> Vec<u8> {
    let names: [&[u8]; 9] = [
        b"\x04PING\0\x01",
        b"\x04PONG",
        b"\x09SUBSCRIBE",
        b"\x06CANCEL",
        b"\x05READY",
        b"\x05ERROR",
        b"\x05HELLO",
        b"\x08INITIATE",
        b"",
    ];
    let mut bytes = match random.below(7) {
        0 | 1 => zmtp::ready(socket_type),
        2 => {
            let name = names[random.below(names.len())];
            zmtp::command(&[name, &random.bytes(24)].concat())
        }
        3 | 4 => zmtp::frame(random.byte() % 2, &random.bytes(40)),
        5 => {
            // A claim of any length.
            zmtp::claim(random.byte() % 2, random.draw() >> random.below(60))
        }
        _ => random.bytes(30),
    };
    if random.below(6) == 0 && !bytes.is_empty() {
        let place = random.below(bytes.len());
        bytes[place] = random.byte();
    }
    if random.below(12) == 0 {
        bytes.truncate(random.below(bytes.len() + 1));
    }
    bytes
}

/// One conversation; the other side may hang up at any time.
fn talk(random: &mut Random, endpoint: &str, socket_type: &str) {
    let mut peer: TcpStream = zmtp::tcp(endpoint);
    peer.set_read_timeout(Some(Duration::from_millis(2))).expect("a timeout");
    let mut heard = [0_u8; 512];
    let mut say = greeting(random);
    for _ in 0..random.below(12) {
        if peer.write_all(&say).is_err() {
            return;
        }
        if random.below(3) == 0 {
            let _ = peer.read(&mut heard);
        }
        say = utterance(random, socket_type);
    }
}

fn bound(ctx: &Ctx, kind: u32, plain: bool, heartbeat: i32) -> (Sock, String) {
    let socket = ctx.socket(kind);
    socket.set(ZMQ_LINGER, 0).set(ZMQ_RCVTIMEO, 0).set(ZMQ_RCVHWM, 2).set(ZMQ_HEARTBEAT_IVL, heartbeat);
    if plain {
        socket.set(ZMQ_PLAIN_SERVER, 1);
    }
    if kind == ZMQ_SUB {
        socket.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
    }
    let endpoint = socket.bind("tcp://127.0.0.1:*");
    (socket, endpoint)
}

fn converse(mut random: Random, time: Duration) {
    let ctx = Ctx::new();
    let sockets: Vec<_> =
        KINDS.iter().map(|(kind, peer)| (bound(&ctx, *kind, random.below(4) == 0, 20), *peer)).collect();
    // Without heartbeats: on a busy machine a pause of 20 ms breaks the connection, with a message on its way.
    let (honest, address) = bound(&ctx, ZMQ_PULL, false, 0);
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, 0).connect(&address);
    let end = Instant::now() + time;
    let mut count = 0_u32;
    while Instant::now() < end {
        let ((socket, endpoint), peer) = &sockets[random.below(sockets.len())];
        talk(&mut random, endpoint, peer);
        let _ = socket.try_next();
        let _ = socket.try_send(b"answer", ZMQ_DONTWAIT);
        sender.send(&count.to_le_bytes());
        assert_eq!(honest.recv(LONG).as_deref(), Some(&count.to_le_bytes()[..]), "the honest peer");
        count += 1;
    }
    println!("figures: {count} conversations");
}

#[test]
fn any_talk_on_a_bound_port() {
    isolated(secs(60), || converse(Random::new(0x5eed_1234_5678_9abc), Duration::from_secs(3)));
}

/// For ten minutes, another course each time.
#[test]
#[ignore = "ten minutes; for a search"]
fn any_talk_for_long() {
    isolated(secs(900), || {
        converse(Random::by_clock("any talk"), Duration::from_secs(600));
    });
}
