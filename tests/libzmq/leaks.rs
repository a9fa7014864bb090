//! 0038-lost-references: content that nobody owned any more and nobody freed.

use super::isolated;
use super::raw::{Ctx, LONG, Sock, poll_in};
use host::figures::figures;
use host::{secs, wait_until};
use zmq_sys::{ZMQ_EVENTS, ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_SNDMORE, ZMQ_SNDTIMEO, ZMQ_XPUB, ZMQ_XSUB};

const ROUNDS: usize = 400;
const SIZE: usize = 40_000;

/// What a leak of one message a round would come to is 16 MB.
fn stays_flat(mut round: impl FnMut()) {
    (0..ROUNDS / 10).for_each(|_| round());
    let before = figures().resident_kib;
    (0..ROUNDS).for_each(|_| round());
    let grown = figures().resident_kib.saturating_sub(before);
    assert!(grown < 5_000, "{grown} KiB in {ROUNDS} rounds");
}

fn socket(ctx: &Ctx, kind: u32) -> Sock {
    let socket = ctx.socket(kind);
    socket.set(ZMQ_LINGER, 0).set(ZMQ_SNDTIMEO, 0);
    socket
}

#[test]
fn parts_before_the_peer_left() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (sender, peer) = (socket(&ctx, ZMQ_PUSH), socket(&ctx, ZMQ_PULL));
        sender.bind("inproc://part");
        stays_flat(|| {
            peer.connect("inproc://part");
            assert!(wait_until(LONG, || sender.try_send(&[1; SIZE], ZMQ_SNDMORE).is_ok()), "a peer is there");
            peer.disconnect("inproc://part");
            // The sender learns of it before it goes on, gives the message up, and the peer hears that.
            sender.get(ZMQ_EVENTS);
            assert!(wait_until(LONG, || sender.try_send(b"", 0).is_err()), "nobody is there any more");
            poll_in(&peer, 0).expect("a look");
        });
        drop((sender, peer));
        ctx.term();
    });
}

#[test]
fn one_message_to_two_publishers() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let subscriber = socket(&ctx, ZMQ_XSUB);
        let publishers = ["inproc://one", "inproc://two"].map(|name| {
            let publisher = socket(&ctx, ZMQ_XPUB);
            publisher.bind(name);
            subscriber.connect(name);
            publisher
        });
        stays_flat(|| {
            subscriber.send(&[2; SIZE]);
            for publisher in &publishers {
                publisher.recv(LONG).expect("the message");
            }
            poll_in(&subscriber, 0).expect("a look");
        });
        drop(publishers);
        drop(subscriber);
        ctx.term();
    });
}
