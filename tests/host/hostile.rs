//! Strangers on a TCP port that speak ZMTP badly, on purpose.

use crate::random::Random;
use crate::zmtp::{self, COMMAND, greeting, long_frame, ready, signature};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Ways to be a bad peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Bytes that mean nothing.
    Noise,
    /// A greeting that breaks off anywhere.
    HalfGreeting,
    /// The greetings of ZMTP 1.0 and 2.0, then noise.
    OldVersion,
    /// A READY that lies about the lengths inside it.
    BrokenReady,
    /// After a good handshake: a frame that claims to be huge.
    HugeClaim,
    /// After a good handshake: frames with every flag, commands that do not exist, PINGs that are too long.
    BadFrames,
    /// After a good handshake: a subscription of a megabyte, and its end.
    LongTopic,
    /// One byte now and then, and silence.
    SlowLoris,
}

impl Attack {
    pub const ALL: [Self; 8] = [
        Self::Noise,
        Self::HalfGreeting,
        Self::OldVersion,
        Self::BrokenReady,
        Self::HugeClaim,
        Self::BadFrames,
        Self::LongTopic,
        Self::SlowLoris,
    ];
}

/// Says and forgets: the other end may hang up at any time.
fn say(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

/// A peer of the type given that the other end takes for real.
fn shake_hands(stream: &mut TcpStream, socket_type: &str) {
    say(stream, &greeting(1, "NULL"));
    let mut theirs = [0; 64];
    let _ = stream.read_exact(&mut theirs);
    say(stream, &ready(socket_type));
    let mut some = [0; 64];
    let _ = stream.read(&mut some);
}

/// A subscriber that says the same again and again until it is over.
pub fn talk_without_end(mut stream: TcpStream, what: &[u8], over: &AtomicBool) {
    shake_hands(&mut stream, "SUB");
    stream.set_write_timeout(Some(Duration::from_millis(50))).expect("a timeout");
    let talk = what.repeat(20_000);
    let mut said = 0;
    while !over.load(Ordering::Relaxed) {
        said += stream.write(&talk[said % talk.len()..]).unwrap_or(0);
    }
}

/// One connection to the port, misused; `socket_type` is what the attacker claims to be ("PUSH").
pub fn attack(attack: Attack, port: u16, socket_type: &str, random: &mut Random) {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
    let _ = stream.set_write_timeout(Some(Duration::from_millis(500)));
    let some: usize = random.below(300);
    match attack {
        Attack::Noise => say(&mut stream, &random.bytes(some * 7 + 1)),
        Attack::HalfGreeting => say(&mut stream, &greeting(1, "NULL")[..some % 64]),
        Attack::OldVersion => {
            let old: &[u8] = match random.below(4) {
                // 1.0: a length and flags, then a message; a length of 8 bytes at its utmost; no identity.
                0 => &[1, 0, 5, 0, b'x', b'x', b'x', b'x'],
                1 => &[0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0],
                2 => &[&signature()[..], &[1, 8, 0, 0]].concat(),
                _ => &[&signature()[..], &[0, 7, 0, 0]].concat(),
            };
            say(&mut stream, old);
            say(&mut stream, &random.bytes(some));
        }
        Attack::BrokenReady => {
            say(&mut stream, &greeting(1, "NULL"));
            let mut body = b"\x05READY\x0bSocket-Type".to_vec();
            body.extend_from_slice(&[0xFF, 0xFF, 0xFF, 0xF0]);
            body.extend_from_slice(&random.bytes(some));
            say(&mut stream, &long_frame(COMMAND, &body));
        }
        Attack::HugeClaim => {
            shake_hands(&mut stream, socket_type);
            let claims = [u64::MAX, i64::MAX.cast_unsigned(), 1 << 40, 1 << 32, (1 << 32) - 1, 1 << 31, 0x4000_0000];
            let claim = random.pick(&claims);
            let flags = random.pick(&[2, 3, 6]);
            let mut frame = zmtp::claim(flags, claim);
            frame.extend_from_slice(&random.bytes(some));
            say(&mut stream, &frame);
        }
        Attack::BadFrames => {
            shake_hands(&mut stream, socket_type);
            for _ in 0..20 {
                let count = random.below(200_u8);
                let flags = random.byte();
                say(&mut stream, &[flags, count]);
                say(&mut stream, &random.bytes(count.into()));
            }
            for body in [&b"\x04PING\xFF\xFF"[..], b"\x04PING", b"\x04PONG", b"\x09SUBSCRIBE", b"\x06CANCEL", b"\xFFX"]
            {
                let mut body = body.to_vec();
                body.extend_from_slice(&random.bytes(some));
                say(&mut stream, &long_frame(COMMAND, &body));
            }
            say(&mut stream, &long_frame(COMMAND, b"\x05ERROR\xFFshort"));
            say(&mut stream, &long_frame(COMMAND, b""));
        }
        Attack::LongTopic => {
            shake_hands(&mut stream, socket_type);
            let mut topic = vec![b'y'; 1 << 20];
            for first in [1, 0] {
                topic[0] = first;
                say(&mut stream, &long_frame(0, &topic));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Attack::SlowLoris => {
            for byte in greeting(1, "NULL").iter().take(12) {
                say(&mut stream, &[*byte]);
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
    // Half of them hang up with a reset, half politely.
    if random.below(2) == 0 {
        let mut rest = [0; 256];
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read(&mut rest);
    }
}
