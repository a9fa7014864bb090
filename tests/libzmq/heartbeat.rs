//! 0002-heartbeat-at-hwm: a receiver at its high-water mark with heartbeats on.
//!
//! Unpatched, the heartbeat after the peer has gone ends the process (`Assertion failed: !_io_error`), and a
//! receiver that pauses for longer than the heartbeat's timeout drops a healthy connection with all it holds.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{secs, zmtp};
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_HEARTBEAT_IVL, ZMQ_HEARTBEAT_TIMEOUT, ZMQ_HEARTBEAT_TTL};
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM};

/// As many as the kernel's buffer holds even where each is a packet of its own and on a busy machine a hundred PONGs lie
/// between them, and as large as leaves most of them there after the receiver's first read of 8 KiB.
const MESSAGES: u32 = 80;
const SIZE: usize = 256;

fn message(index: u32) -> Vec<u8> {
    let mut message = vec![0; SIZE];
    message[..4].copy_from_slice(&index.to_le_bytes());
    message
}

/// A receiver that can hold one message and asks after its peer every 50 ms.
fn receiver(ctx: &Ctx) -> Sock {
    let socket = ctx.socket(ZMQ_PULL);
    socket.set(ZMQ_RCVHWM, 1);
    socket.set(ZMQ_HEARTBEAT_IVL, 50).set(ZMQ_HEARTBEAT_TIMEOUT, 150);
    socket
}

fn send_all(sender: &Sock) {
    for index in 0..MESSAGES {
        sender.send(&message(index));
    }
}

fn receive_all(receiver: &Sock) {
    for index in 0..MESSAGES {
        let data = receiver.recv(LONG).unwrap_or_else(|| panic!("lost after {index}"));
        assert_eq!(data, message(index));
    }
}

#[test]
fn beat_after_the_peer_has_gone() {
    isolated(secs(20), || {
        let here = Ctx::new();
        let receiver = receiver(&here);
        let there = Ctx::new();
        let sender = there.socket(ZMQ_PUSH);
        sender.set(ZMQ_LINGER, -1).connect(&receiver.bind("ipc://*"));
        send_all(&sender);
        sender.close();
        there.term();
        thread::sleep(Duration::from_millis(400));
        receive_all(&receiver);
    });
}

/// The sender stays: only our own pause could make the silence.
#[test]
fn pause_longer_than_the_timeout() {
    isolated(secs(30), || {
        for address in ["ipc://*", "tcp://127.0.0.1:*"] {
            for ttl in [0, 200] {
                let ctx = Ctx::new();
                let receiver = receiver(&ctx);
                let sender = ctx.socket(ZMQ_PUSH);
                // The sender's own PINGs carry the time after which it wants to be given up.
                sender.set(ZMQ_HEARTBEAT_IVL, if ttl > 0 { 50 } else { 0 });
                sender.set(ZMQ_HEARTBEAT_TTL, ttl).set(ZMQ_HEARTBEAT_TIMEOUT, 60_000);
                sender.set(ZMQ_LINGER, -1).connect(&receiver.bind(address));
                thread::sleep(Duration::from_millis(200));
                send_all(&sender);
                thread::sleep(Duration::from_millis(700));
                receive_all(&receiver);
            }
        }
    });
}

/// The fix must not make a dead peer live for ever: once we read again, silence is judged again.
#[test]
fn silent_peer_is_still_given_up() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = receiver(&ctx);
        let address = receiver.bind("tcp://127.0.0.1:*");
        let disconnected = 0x0200;
        let monitor = receiver.monitor(&ctx, disconnected);
        let mut peer = zmtp::tcp(&address);
        zmtp::handshake(&mut peer, "PUSH");
        let many: Vec<u8> = (0..100).flat_map(|_| zmtp::frame(0, b"x")).collect();
        std::io::Write::write_all(&mut peer, &many).expect("100 messages");
        assert_eq!(monitor.event(Duration::from_millis(600)), None, "paused: not judged");
        for _ in 0..100 {
            receiver.recv(LONG).expect("100 messages");
        }
        assert_eq!(monitor.event(Duration::from_secs(3)), Some(disconnected));
        monitor.close();
    });
}
