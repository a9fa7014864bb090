//! 0030-half-sent-message: what becomes of a message of several parts when a connection goes between two of them.

use super::isolated;
use super::raw::{Ctx, LONG, Sock, settle};
use host::secs;
use std::time::Duration;
use zmq_sys::*;

/// A sender whose peer has gone after the first part of a message, and another peer.
fn left_by_its_first_peer(ctx: &Ctx) -> (Sock, Sock) {
    let (sender, first, second) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PULL));
    sender.connect(&first.bind("inproc://first"));
    sender.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
    sender.connect(&second.bind("inproc://second"));
    sender.disconnect("inproc://first");
    settle(&[&first, &sender]);
    (sender, second)
}

/// The second part, the last one or another, is refused, since the peer of the first has gone; then all of it goes to `other`.
fn nothing_went(sender: &Sock, other: &Sock, last: bool) {
    let flags = if last { ZMQ_DONTWAIT } else { ZMQ_DONTWAIT | ZMQ_SNDMORE };
    assert_eq!(sender.try_send(b"two", flags), Err(libc::EAGAIN), "accepted, but nobody gets it, or another does");
    if !last {
        sender.try_send(b"", ZMQ_DONTWAIT).expect("the end of what is dropped");
    }
    sender.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
    sender.try_send(b"two", 0).expect("the last part");
    assert_eq!(other.message(), [b"one".to_vec(), b"two".to_vec()]);
    assert_eq!(other.recv(Duration::ZERO), None);
}

/// Its peer is gone for good before the next part: the sender learns it and sends all to the other.
#[test]
fn peer_goes() {
    isolated(secs(20), || {
        for last in [false, true] {
            let ctx = Ctx::new();
            let (sender, second) = left_by_its_first_peer(&ctx);
            nothing_went(&sender, &second, last);
        }
    });
}

/// 0047-pair-half-sent: another comes in its place.
#[test]
fn peer_of_a_pair_goes() {
    isolated(secs(20), || {
        for last in [false, true] {
            let ctx = Ctx::new();
            let (sender, first, second) = (ctx.socket(ZMQ_PAIR), ctx.socket(ZMQ_PAIR), ctx.socket(ZMQ_PAIR));
            sender.connect(&first.bind("inproc://first"));
            sender.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
            sender.disconnect("inproc://first");
            settle(&[&first, &sender]);
            sender.connect(&second.bind("inproc://second"));
            nothing_went(&sender, &second, last);
        }
    });
}

/// 0047-pair-peers: nobody comes in its place, and a poller wakes the sender all the same.
#[test]
fn a_pair_whose_peer_went_says_so() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (sender, peer) = (ctx.socket(ZMQ_PAIR), ctx.socket(ZMQ_PAIR));
        let is_ready = || sender.get(ZMQ_EVENTS).cast_unsigned() & ZMQ_POLLOUT != 0;
        sender.connect(&peer.bind("inproc://only"));
        sender.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
        sender.disconnect("inproc://only");
        settle(&[&peer, &sender]);
        assert!(is_ready(), "its next part would be refused, and it is told to wait");
        assert_eq!(sender.try_send(b"two", ZMQ_DONTWAIT | ZMQ_SNDMORE), Err(libc::EAGAIN));
        assert!(is_ready(), "its next part would be dropped, and it is told to wait");
        sender.send(b"three");
        assert!(!is_ready(), "there is nobody to send another message to");
    });
}

/// A sender that blocks goes on as before: what it sends of the message is dropped.
#[test]
fn peer_goes_while_the_sender_blocks() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (sender, second) = left_by_its_first_peer(&ctx);
        sender.try_send(b"two", ZMQ_SNDMORE).expect("the second part");
        sender.send(b"three");
        sender.send(b"whole");
        assert_eq!(second.message(), [b"whole".to_vec()]);
    });
}

/// Of three peers the last is being written to when the second goes.
#[test]
fn another_peer_goes() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let sender = ctx.socket(ZMQ_PUSH);
        let receivers = [ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PULL)];
        for (number, receiver) in receivers.iter().enumerate() {
            sender.connect(&receiver.bind(&format!("inproc://{number}")));
        }
        sender.send(b"to the first");
        sender.send(b"to the second");
        sender.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
        assert_eq!(receivers[1].message(), [b"to the second".to_vec()]);
        sender.disconnect("inproc://1");
        settle(&[&receivers[1], &sender]);
        sender.send(b"two");
        assert_eq!(receivers[2].message(), [b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(receivers[0].message(), [b"to the first".to_vec()]);
        assert_eq!(receivers[0].recv(Duration::ZERO), None);
    });
}

/// A request that was given up at its last part, and the next one.
#[test]
fn req_begins_anew() {
    isolated(secs(20), || {
        for settled in [false, true] {
            let ctx = Ctx::new();
            let (req, first, second) = (ctx.socket(ZMQ_REQ), ctx.socket(ZMQ_REP), ctx.socket(ZMQ_REP));
            req.set(ZMQ_REQ_RELAXED, 1).set(ZMQ_REQ_CORRELATE, 1);
            req.connect(&first.bind("inproc://first"));
            req.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
            req.disconnect("inproc://first");
            if settled {
                settle(&[&first, &req]);
            }
            assert_eq!(req.try_send(b"two", ZMQ_DONTWAIT), Err(libc::EAGAIN));
            req.connect(&second.bind("inproc://second"));
            req.send(b"three");
            assert_eq!(second.message(), [b"three".to_vec()]);
            second.send(b"reply");
            assert_eq!(req.message(), [b"reply".to_vec()]);
        }
    });
}

/// Its peer has left without its knowing: the sender meets the end mark between the envelope and the request.
#[test]
fn peer_of_req_has_left() {
    isolated(secs(30), || {
        for _ in 0..200 {
            let ctx = Ctx::new();
            let (req, first, second) = (ctx.socket(ZMQ_REQ), ctx.socket(ZMQ_REP), ctx.socket(ZMQ_REP));
            req.set(ZMQ_REQ_RELAXED, 1).set(ZMQ_REQ_CORRELATE, 1);
            req.connect(&first.bind("inproc://first")).connect(&second.bind("inproc://second"));
            // Not long ago the socket looked for news; so it does not, when it sends.
            req.try_send(b"to the first", ZMQ_DONTWAIT).expect("zmq_send");
            req.try_send(b"to the second", ZMQ_DONTWAIT).expect("zmq_send");
            first.close();
            let start = std::time::Instant::now();
            while req.try_send(b"again", ZMQ_DONTWAIT).is_err() {
                assert!(start.elapsed() < LONG, "nobody takes it");
            }
            second.set(ZMQ_RCVTIMEO, 10_000);
            assert_eq!(second.message(), [b"to the second".to_vec()]);
            second.send(b"late");
        }
    });
}

/// The pipe is full all at once, inside a message, and has room again.
#[test]
fn water_mark_falls_inside_a_message() {
    isolated(secs(20), || {
        for (sending, receiving) in [(ZMQ_PUSH, ZMQ_PULL), (ZMQ_XPUB, ZMQ_SUB)] {
            let ctx = Ctx::new();
            let (sender, receiver) = (ctx.socket(sending), ctx.socket(receiving));
            receiver.set(ZMQ_RCVHWM, 1).bind("inproc://receiver");
            sender.set(ZMQ_SNDHWM, 1).connect("inproc://receiver");
            if receiving == ZMQ_SUB {
                receiver.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
                receiver.get(ZMQ_EVENTS);
                assert_eq!(sender.recv(LONG).as_deref(), Some(&b"\x01"[..]));
            }
            for _ in 0..1000 {
                sender.set(ZMQ_SNDHWM, 1000);
                sender.send(b"whole");
                sender.send(b"whole");
                sender.try_send(b"one", ZMQ_SNDMORE).expect("the first part");
                sender.set(ZMQ_SNDHWM, 1);
                // A PUSH is told, a publisher drops what finds no room.
                let told = sender.try_send(b"two", ZMQ_DONTWAIT);
                assert_eq!(told, if sending == ZMQ_PUSH { Err(libc::EAGAIN) } else { Ok(()) });
                // The receiver learns of the new mark, and tells the sender of room accordingly.
                receiver.get(ZMQ_EVENTS);
                for _ in 0..2 {
                    assert_eq!(receiver.message(), [b"whole".to_vec()]);
                }
                assert_eq!(receiver.recv(Duration::ZERO), None);
                sender.get(ZMQ_EVENTS);
            }
        }
    });
}
