//! 0028-endless-message: ZMQ_MAXMSGSIZE bounds a message as a whole, however many parts it has.

use super::isolated;
use super::raw::{Ctx, LONG, Sock, secure};
use host::{secs, zmtp};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_LINGER, ZMQ_MAXMSGSIZE, ZMQ_PULL, ZMQ_PUSH, ZMQ_SNDMORE};

const MIB: usize = 1 << 20;

/// How long a message that has been cut off is waited for.
const SHORT: Duration = Duration::from_millis(200);

fn bounded(ctx: &Ctx, kind: u32, limit: usize) -> Sock {
    let socket = ctx.socket(kind);
    let limit = i64::try_from(limit).expect("a small limit");
    socket.set(ZMQ_LINGER, 0).set_bytes(ZMQ_MAXMSGSIZE, &limit.to_ne_bytes()).expect("a limit");
    socket
}

/// ZMTP 3.0, 2.0 and 1.0: how it says PUSH, and a frame that has another after it.
#[derive(Clone, Copy, Debug)]
enum Version {
    Three,
    Two,
    One,
}

impl Version {
    fn greet(self, stream: &mut TcpStream) {
        match self {
            Self::Three => zmtp::handshake(stream, "PUSH"),
            Self::Two => {
                zmtp::greet_as_zmtp_2(stream, 8);
                stream.write_all(&zmtp::frame(0, b"")).expect("no identity");
            }
            Self::One => stream.write_all(&[1, 0]).expect("no identity"),
        }
    }

    fn part(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::Three | Self::Two => zmtp::frame(1, body),
            // The length counts the flags.
            Self::One => [&[u8::try_from(body.len() + 1).expect("short"), 1], body].concat(),
        }
    }
}

/// Says the same part again and again; true when the other end hung up before `most` bytes were said.
fn cut_off(stream: &mut TcpStream, part: &[u8], most: usize) -> bool {
    let many = part.repeat(MIB / 16 / part.len());
    let mut said = 0;
    while said < most {
        if stream.write_all(&many).is_err() {
            return true;
        }
        said += many.len();
    }
    // What lies in the kernel's buffers was said without being heard.
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout");
    let end = Instant::now() + Duration::from_secs(5);
    let mut heard = [0_u8; 256];
    while Instant::now() < end {
        match stream.read(&mut heard) {
            Ok(0) => return true,
            Err(error) if !matches!(error.kind(), std::io::ErrorKind::WouldBlock) => return true,
            _ => {}
        }
    }
    false
}

fn stranger_is_cut_off(body: &[u8], most: usize) {
    for version in [Version::Three, Version::Two, Version::One] {
        let ctx = Ctx::new();
        let receiver = bounded(&ctx, ZMQ_PULL, MIB);
        let address = receiver.bind("tcp://127.0.0.1:*");
        let mut stranger = zmtp::tcp(&address);
        version.greet(&mut stranger);
        assert!(cut_off(&mut stranger, &version.part(body), most), "{version:?}");
        let honest = ctx.socket(ZMQ_PUSH);
        honest.set(ZMQ_LINGER, 0).connect(&address);
        honest.send(b"short");
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"short"[..]), "{version:?}");
    }
}

#[test]
fn parts_without_end() {
    isolated(secs(60), || stranger_is_cut_off(&[7; 200], 16 * MIB));
}

/// Two bytes on the wire, 64 in memory.
#[test]
fn empty_parts_without_end() {
    isolated(secs(60), || stranger_is_cut_off(b"", MIB));
}

fn send_parts(sender: &Sock, count: usize, size: usize) {
    let part = vec![7; size];
    for index in 1..=count {
        sender.try_send(&part, if index < count { ZMQ_SNDMORE } else { 0 }).expect("a part");
    }
}

/// The number of parts of the message that came, or None when none came.
fn receive_parts(receiver: &Sock, wait: Duration) -> Option<usize> {
    receiver.recv(wait)?;
    let mut count = 1;
    while receiver.more() {
        receiver.recv(LONG).expect("the rest");
        count += 1;
    }
    Some(count)
}

fn pair(ctx: &Ctx, limit: Option<usize>) -> (Sock, Sock) {
    let receiver = limit.map_or_else(|| ctx.socket(ZMQ_PULL), |limit| bounded(ctx, ZMQ_PULL, limit));
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, 0).connect(&receiver.bind("tcp://127.0.0.1:*"));
    (receiver, sender)
}

#[test]
fn messages_up_to_the_bound_arrive() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        // Each message counts from nothing.
        let (receiver, sender) = pair(&ctx, Some(MIB));
        for _ in 0..20 {
            send_parts(&sender, 16, MIB / 16);
            assert_eq!(receive_parts(&receiver, LONG), Some(16));
        }
        send_parts(&sender, 1, MIB);
        assert_eq!(receive_parts(&receiver, LONG), Some(1));
        // An envelope of empty parts passes the least of bounds that lets a handshake pass.
        let (receiver, sender) = pair(&ctx, Some(276));
        send_parts(&sender, 1000, 0);
        assert_eq!(receive_parts(&receiver, LONG), Some(1000));
        // No bound: no bound.
        let (receiver, sender) = pair(&ctx, None);
        send_parts(&sender, 100_000, 0);
        assert_eq!(receive_parts(&receiver, LONG), Some(100_000));
        send_parts(&sender, 5, 20 * MIB);
        assert_eq!(receive_parts(&receiver, LONG), Some(5));
    });
}

/// A sender that offends comes back by itself, and what it says then counts from nothing.
#[test]
fn offender_comes_back() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (receiver, sender) = pair(&ctx, Some(MIB));
        send_parts(&sender, 17, MIB / 16);
        assert_eq!(receive_parts(&receiver, SHORT), None);
        // What is sent before the sender has noticed is gone.
        let arrives = || {
            send_parts(&sender, 16, MIB / 16);
            receive_parts(&receiver, Duration::from_secs(1)) == Some(16)
        };
        assert!((0..10).any(|_| arrives()));
    });
}

/// Under CURVE the flag is hidden from whoever reads frames alone.
#[test]
fn curve_hides_nothing() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let receiver = bounded(&ctx, ZMQ_PULL, MIB);
        let sender = ctx.socket(ZMQ_PUSH);
        secure(&receiver, &sender);
        sender.set(ZMQ_LINGER, 0).connect(&receiver.bind("tcp://127.0.0.1:*"));
        send_parts(&sender, 15, MIB / 16);
        assert_eq!(receive_parts(&receiver, LONG), Some(15));
        send_parts(&sender, 17, MIB / 16);
        assert_eq!(receive_parts(&receiver, SHORT), None);
    });
}
