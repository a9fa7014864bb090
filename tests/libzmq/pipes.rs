//! 0004-pipe-near-close: commands sent to a pipe that its own thread may already have freed.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::secs;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM, ZMQ_SNDHWM};

/// A PULL whose peer has closed and whose pipe has read its end mark, so that the other end is freed.
fn receiver_of_a_closed_peer(ctx: &Ctx) -> Sock {
    let receiver = ctx.socket(ZMQ_PULL);
    let there = Ctx::new();
    let sender = there.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, -1).connect(&receiver.bind("tcp://127.0.0.1:*"));
    sender.send(b"last");
    sender.close();
    there.term();
    assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"last"[..]));
    thread::sleep(Duration::from_millis(50));
    // Takes the end mark and acknowledges it; the I/O thread then frees its end.
    assert_eq!(receiver.recv(Duration::ZERO), None);
    thread::sleep(Duration::from_millis(50));
    receiver
}

/// Commands reach the freed pipe in the I/O thread: it must live to serve another peer.
fn still_serves(ctx: &Ctx, receiver: &Sock) {
    let sender = ctx.socket(ZMQ_PUSH);
    sender.connect(&receiver.endpoint());
    for _ in 0..100 {
        sender.send(b"more");
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"more"[..]));
    }
}

#[test]
fn water_mark_set_after_the_peer_closed() {
    isolated(secs(20), || {
        for option in [ZMQ_RCVHWM, ZMQ_SNDHWM] {
            for _ in 0..5 {
                let ctx = Ctx::new();
                let receiver = receiver_of_a_closed_peer(&ctx);
                for value in 1..20 {
                    receiver.set(option, value);
                }
                still_serves(&ctx, &receiver);
            }
        }
    });
}
