//! 0012-returning-peer: what a peer says first when it comes back, or says too short.

use super::isolated;
use super::raw::{Ctx, LONG};
use host::figures::figures;
use host::{secs, zmtp};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PUB, ZMQ_PULL, ZMQ_RCVHWM, ZMQ_RECONNECT_IVL, ZMQ_REP};

const PAUSE: Duration = Duration::from_millis(50);
/// ZMTP 2.0's number of a socket type.
const DEALER: u8 = 5;

/// A request as DEALER sends it to REP.
fn request() -> Vec<u8> {
    [zmtp::frame(1, b""), zmtp::frame(0, b"ask")].concat()
}

/// libzmq 3.x behind a REP whose queue is full: unpatched, its coming back ends the process.
#[test]
fn old_peer_returns_to_a_full_queue() {
    isolated(secs(20), || {
        let (listener, address) = zmtp::listener();
        let ctx = Ctx::new();
        let server = ctx.socket(ZMQ_REP);
        server.set(ZMQ_RCVHWM, 1).set(ZMQ_RECONNECT_IVL, 10).connect(&address);
        for round in 0..3 {
            let (mut peer, _) = listener.accept().expect("the server");
            zmtp::greet_as_zmtp_2(&mut peer, DEALER);
            peer.write_all(&zmtp::frame(0, b"")).expect("an identity");
            // One fills the queue; with more to take in, the end of the connection would not be noticed.
            if round == 0 {
                peer.write_all(&request()).expect("a request");
            }
            thread::sleep(PAUSE);
            drop(peer);
        }
        assert_eq!(server.recv(LONG).as_deref(), Some(&b"ask"[..]));
    });
}

/// A publisher that takes no notice of subscriptions, and a subscriber of ZMTP 1.0 (libzmq 2.x), which sends none and
/// comes again and again.
#[test]
fn old_subscriber_returns() {
    isolated(secs(20), || {
        let (listener, address) = zmtp::listener();
        let ctx = Ctx::new();
        let publisher = ctx.socket(ZMQ_PUB);
        publisher.set(ZMQ_RCVHWM, 1).set(ZMQ_RECONNECT_IVL, 10).connect(&address);
        for _ in 0..4 {
            let (mut peer, _) = listener.accept().expect("the publisher");
            peer.write_all(&[1, 0]).expect("no identity");
            thread::sleep(PAUSE);
        }
    });
}

/// A peer of today: unpatched it could not introduce itself to the full queue, the connection failed as a
/// breach of protocol, and there was no other.
#[test]
fn peer_returns_to_a_full_queue() {
    isolated(secs(20), || {
        let (listener, address) = zmtp::listener();
        let ctx = Ctx::new();
        let server = ctx.socket(ZMQ_REP);
        // The second answer may still be on its way when the test has what it wants.
        server.set(ZMQ_LINGER, 0);
        server.set(ZMQ_RCVHWM, 1).set(ZMQ_RECONNECT_IVL, 10).connect(&address);
        let (mut peer, _) = listener.accept().expect("the server");
        zmtp::handshake(&mut peer, "DEALER");
        peer.write_all(&request()).expect("a request");
        thread::sleep(PAUSE);
        drop(peer);
        let (mut peer, _) = listener.accept().expect("the server again");
        zmtp::handshake(&mut peer, "DEALER");
        peer.write_all(&request()).expect("a request");
        thread::sleep(PAUSE);
        for _ in 0..2 {
            assert_eq!(server.recv(LONG).as_deref(), Some(&b"ask"[..]));
            server.send(b"answer");
        }
        assert_eq!(zmtp::read_frame(&mut peer), Some((1, Vec::new())));
        assert_eq!(zmtp::read_frame(&mut peer), Some((0, b"answer".to_vec())));
    });
}

/// Whatever a peer says first, however long, waits once only: its coming back a million times fills no memory.
#[test]
fn peer_returns_for_ever_to_a_full_queue() {
    isolated(secs(60), || {
        const SIZE: usize = 64 << 10;
        let mut identity = vec![2];
        identity.extend(u64::try_from(SIZE).expect("a size").to_be_bytes());
        identity.resize(identity.len() + SIZE, b'i');
        let (listener, address) = zmtp::listener();
        let ctx = Ctx::new();
        let server = ctx.socket(ZMQ_REP);
        server.set(ZMQ_RCVHWM, 1).set(ZMQ_RECONNECT_IVL, 1).connect(&address);
        let mut before = 0;
        for round in 0..400 {
            if round == 50 {
                before = figures().resident_kib;
            }
            let (mut peer, _) = listener.accept().expect("the server");
            zmtp::greet_as_zmtp_2(&mut peer, DEALER);
            peer.write_all(&identity).expect("an identity");
            if round == 0 {
                peer.write_all(&request()).expect("a request");
                thread::sleep(PAUSE);
            }
            // It has read all that when it answers the end.
            peer.shutdown(Shutdown::Write).expect("an end");
            let _ = peer.read_to_end(&mut Vec::new());
        }
        let after = figures().resident_kib;
        println!("figures: {before} KiB after 50 rounds, {after} after 400");
        assert!(after < before + 8 * 1024, "{before} KiB -> {after} KiB");
        assert_eq!(server.recv(LONG).as_deref(), Some(&b"ask"[..]));
    });
}

/// The first message of an old peer is its identity, whatever flags it has.
#[test]
fn identity_with_flags() {
    isolated(secs(20), || {
        for flags in [0, 1, 4, 5] {
            let ctx = Ctx::new();
            let server = ctx.socket(ZMQ_REP);
            let mut peer = zmtp::tcp(&server.bind("tcp://127.0.0.1:*"));
            zmtp::greet_as_zmtp_2(&mut peer, DEALER);
            peer.write_all(&zmtp::frame(flags, b"identity")).expect("an identity");
            peer.write_all(&request()).expect("a request");
            assert_eq!(server.recv(LONG).as_deref(), Some(&b"ask"[..]), "flags {flags}");
        }
    });
}

/// A PING without its time to live was answered with sixteen bytes of our memory.
#[test]
fn short_ping() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        let mut peer = zmtp::tcp(&receiver.bind("tcp://127.0.0.1:*"));
        zmtp::handshake(&mut peer, "PUSH");
        for length in 5..7 {
            peer.write_all(&zmtp::command(&b"\x04PING\0"[..length])).expect("a short PING");
        }
        peer.write_all(&zmtp::command(b"\x04PING\0\0context")).expect("a PING");
        assert_eq!(zmtp::read_frame(&mut peer), Some((4, b"\x04PONGcontext".to_vec())));
    });
}
