//! 0024-inproc-without-peer, 0025-inproc-disconnected-before-bind, 0031-inproc-anew: names inside the process whose owner
//! is late, goes, or is replaced.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::figures::figures;
use host::{secs, wait_until};
use std::ffi::CString;
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{
    ZMQ_CONNECT_ROUTING_ID, ZMQ_DEALER, ZMQ_DONTWAIT, ZMQ_LINGER, ZMQ_PAIR, ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL,
    ZMQ_REP, ZMQ_REQ, ZMQ_REQ_CORRELATE, ZMQ_REQ_RELAXED, ZMQ_ROUTER, ZMQ_ROUTING_ID, ZMQ_SNDMORE,
};

const SHORT: Duration = Duration::from_millis(100);

fn disconnect(socket: &Sock, endpoint: &str) {
    let text = CString::new(endpoint).expect("no NUL");
    // SAFETY: a live socket and a text that ends with a NUL.
    assert_eq!(unsafe { zmq_sys::zmq_disconnect(socket.ptr(), text.as_ptr()) }, 0);
}

fn bound(ctx: &Ctx, kind: u32, name: &str) -> Sock {
    let socket = ctx.socket(kind);
    socket.bind(name);
    socket
}

/// Whether something comes to the next owner of the name.
fn comes(ctx: &Ctx, name: &str) -> bool {
    bound(ctx, ZMQ_PULL, name).recv(SHORT).is_some()
}

#[test]
fn left_with_a_message_before_it_was_bound() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let router = ctx.socket(ZMQ_ROUTER);
        router.set_bytes(ZMQ_CONNECT_ROUTING_ID, b"later").expect("an id");
        router.connect("inproc://later");
        router.try_send(b"later", ZMQ_SNDMORE).expect("its address");
        router.send(b"hello");
        disconnect(&router, "inproc://later");
        let dealer = bound(&ctx, ZMQ_DEALER, "inproc://later");
        assert_eq!(dealer.recv(LONG).as_deref(), Some(&b"hello"[..]));
    });
}

#[test]
fn linger_is_for_names_without_owner_too() {
    isolated(secs(40), || {
        let ctx = Ctx::new();
        for disconnects in [false, true] {
            for (linger, arrives) in [(-1, true), (60_000, true), (0, false)] {
                let push = ctx.socket(ZMQ_PUSH);
                push.set(ZMQ_LINGER, linger).connect("inproc://x");
                push.send(b"1");
                if disconnects {
                    disconnect(&push, "inproc://x");
                }
                push.close();
                assert_eq!(comes(&ctx, "inproc://x"), arrives, "linger {linger}, disconnects {disconnects}");
            }
            // Until the time is over, and then no socket is left behind: there is place for one only.
            let narrow = Ctx::new();
            narrow.set(zmq_sys::ZMQ_MAX_SOCKETS, 1);
            let push = narrow.socket(ZMQ_PUSH);
            push.set(ZMQ_LINGER, 300).connect("inproc://x");
            push.send(b"1");
            if disconnects {
                disconnect(&push, "inproc://x");
            }
            push.close();
            let end = Instant::now() + LONG;
            let next = loop {
                match narrow.try_socket(ZMQ_PULL) {
                    Ok(socket) => break socket,
                    Err(error) => assert!(error == libc::EMFILE && Instant::now() < end, "errno {error}"),
                }
                thread::sleep(Duration::from_millis(10));
            };
            next.bind("inproc://x");
            assert_eq!(next.recv(SHORT), None);
        }
    });
}

#[test]
fn term_with_what_waits_for_a_name() {
    isolated(secs(20), || {
        for linger in [-1, 60_000] {
            let ctx = Ctx::new();
            for n in 0..10 {
                let push = ctx.socket(ZMQ_PUSH);
                push.set(ZMQ_LINGER, linger).connect("inproc://x").connect(&format!("inproc://{n}"));
                push.send(b"1");
                push.send(b"2");
                if n % 2 == 0 {
                    disconnect(&push, "inproc://x");
                }
            }
            ctx.term();
        }
    });
}

/// A DEALER and a ROUTER that connect, and peers with routing ids: each new owner is met, once.
#[test]
fn owners_with_routing_ids() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (dealer, router) = (ctx.socket(ZMQ_DEALER), ctx.socket(ZMQ_ROUTER));
        dealer.set_bytes(ZMQ_ROUTING_ID, b"me").expect("an id");
        dealer.connect("inproc://router");
        router.connect("inproc://dealer");
        for _ in 0..10 {
            let owner = bound(&ctx, ZMQ_ROUTER, "inproc://router");
            dealer.send(b"question");
            assert_eq!(owner.recv(LONG).as_deref(), Some(&b"me"[..]));
            assert_eq!(owner.recv(LONG).as_deref(), Some(&b"question"[..]));
            owner.try_send(b"me", ZMQ_SNDMORE).expect("its address");
            owner.send(b"answer");
            // The answer that came before the owner went is still there.
            owner.close();
            assert_eq!(dealer.recv(LONG).as_deref(), Some(&b"answer"[..]));

            let owner = ctx.socket(ZMQ_DEALER);
            owner.set_bytes(ZMQ_ROUTING_ID, b"always the same").expect("an id");
            owner.bind("inproc://dealer");
            // A receiver learns of the change when it is called.
            assert_eq!(router.recv(SHORT), None);
            owner.send(b"question");
            assert_eq!(router.recv(LONG).as_deref(), Some(&b"always the same"[..]));
            assert_eq!(router.recv(LONG).as_deref(), Some(&b"question"[..]));
        }
    });
}

/// Where there is no reconnection for other transports either there is none here.
#[test]
fn where_no_connection_is_made_anew() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let push = ctx.socket(ZMQ_PUSH);
        push.set(ZMQ_RECONNECT_IVL, -1).connect("inproc://push");
        let pair = ctx.socket(ZMQ_PAIR);
        pair.connect("inproc://pair");
        let first = [bound(&ctx, ZMQ_PULL, "inproc://push"), bound(&ctx, ZMQ_PAIR, "inproc://pair")];
        // Who is sent away by an owner that has a peer already does not come back again and again.
        let refused = ctx.socket(ZMQ_PAIR);
        refused.connect("inproc://pair");
        assert_eq!(first[1].recv(SHORT), None);
        assert_eq!(refused.recv(SHORT), None);
        drop(first);
        let _second = [bound(&ctx, ZMQ_PULL, "inproc://push"), bound(&ctx, ZMQ_PAIR, "inproc://pair")];
        for socket in [&push, &pair, &refused] {
            let _ = socket.try_send(b"x", ZMQ_DONTWAIT);
            thread::sleep(Duration::from_millis(5));
            assert_eq!(socket.try_send(b"x", ZMQ_DONTWAIT), Err(libc::EAGAIN));
            socket.set(ZMQ_LINGER, 0);
        }
    });
}

/// A request is sent in three writes, and the owner may leave between any two of them.
#[test]
fn owner_leaves_while_a_request_is_sent() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let req = ctx.socket(ZMQ_REQ);
        req.set(ZMQ_REQ_RELAXED, 1).set(ZMQ_REQ_CORRELATE, 1).set(ZMQ_LINGER, 0).connect("inproc://x");
        thread::scope(|scope| {
            let owners = scope.spawn(|| {
                // Of tens of thousands one leaves at the wrong moment: this finds a fault now and then, and proves none.
                let end = Instant::now() + secs(4);
                while Instant::now() < end {
                    let rep = ctx.socket_in_time(ZMQ_REP);
                    rep.set(ZMQ_LINGER, 0);
                    while rep.try_bind("inproc://x").is_err() {
                        thread::yield_now();
                    }
                    for _ in 0..20 {
                        if rep.recv_now().is_some() {
                            _ = rep.try_send(b"answer", ZMQ_DONTWAIT);
                        }
                    }
                    rep.close();
                }
            });
            while !owners.is_finished() {
                _ = req.try_send(b"request", ZMQ_DONTWAIT);
            }
        });
        req.close();
        ctx.term();
    });
}

/// Nothing stays of an owner that left, also where nobody reads: a DEALER that only sends.
#[test]
fn owners_of_one_that_never_reads() {
    const OWNERS: usize = 200;
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let dealer = ctx.socket(ZMQ_DEALER);
        dealer.set(ZMQ_LINGER, 0).connect("inproc://x");
        for _ in 0..OWNERS {
            let owner = ctx.socket(ZMQ_ROUTER);
            owner.set(ZMQ_LINGER, 0);
            assert!(wait_until(LONG, || owner.try_bind("inproc://x").is_ok()), "the name is free again");
            dealer.send(b"task");
            assert!(owner.recv(LONG).is_some(), "the task came");
            owner.close();
            // It learns that the owner has left, and the next one gets this too.
            _ = dealer.try_send(b"task", ZMQ_DONTWAIT);
        }
        let few = || figures().descriptors < OWNERS / 2;
        assert!(wait_until(LONG, few), "{} descriptors", figures().descriptors);
        dealer.close();
        ctx.term();
    });
}
