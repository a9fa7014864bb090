//! 0044-one-end: the end of one socket is waited for, and no socket is made for that.

use super::isolated;
use super::raw::{Ctx, LONG, Raw, Sock};
use host::figures::figures;
use host::{millis, secs, zmtp};
use std::ffi::c_int;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH};

/// The option of the patch; zmq.h has none.
const WATCH_END: u32 = 431_004;

/// `end` is what WATCH_END gave.
fn ended(ctx: &Ctx, end: c_int, time: Duration) -> Raw<()> {
    ctx.try_set(end, c_int::try_from(time.as_millis()).expect("a short time"))
}

/// A sender whose message nobody takes until `take` does: nothing about it changes by itself.
fn held(ctx: &Ctx) -> (Sock, TcpListener) {
    let (listener, address) = zmtp::listener();
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, -1).connect(&address);
    sender.send(b"x");
    (sender, listener)
}

fn take(listener: &TcpListener) {
    let (mut peer, _) = listener.accept().expect("the sender");
    zmtp::handshake(&mut peer, "PULL");
    zmtp::read_frame(&mut peer).expect("its message");
}

#[test]
fn one_of_two() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (staying, peer) = held(&ctx);
        let stays = staying.get(WATCH_END);
        staying.close();
        assert_eq!(ended(&ctx, stays, Duration::ZERO), Err(libc::EAGAIN));

        // The other has gone whole when its end is told: the port is free, and so are the descriptors.
        thread::sleep(millis(50));
        let before = figures().descriptors;
        for _ in 0..20 {
            let bound = ctx.socket(ZMQ_PULL);
            let address = bound.bind("tcp://127.0.0.1:*");
            let end = bound.get(WATCH_END);
            assert_ne!(end, stays);
            let open = figures().descriptors;
            bound.close();
            assert_eq!(ended(&ctx, end, LONG), Ok(()));
            assert_eq!(figures().descriptors, before, "of {open} while it was open");
            let port = address.strip_prefix("tcp://").expect("an address of TCP");
            drop(TcpListener::bind(port).expect("the port is free"));
        }
        assert_eq!(ended(&ctx, stays, Duration::ZERO), Err(libc::EAGAIN));
        take(&peer);
        assert_eq!(ended(&ctx, stays, LONG), Ok(()));
        assert_eq!(ended(&ctx, stays, Duration::ZERO), Ok(()));
    });
}

/// Each end wakes everybody who waits for one; those whose socket is still there wait on, and no longer than they wanted.
#[test]
fn the_ends_of_others_shorten_no_wait() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (staying, peer) = held(&ctx);
        let stays = staying.get(WATCH_END);
        staying.close();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let start = Instant::now();
                (ended(&ctx, stays, millis(400)), start.elapsed())
            });
            for _ in 0..40 {
                let other = ctx.socket(ZMQ_PULL);
                let end = other.get(WATCH_END);
                other.close();
                assert_eq!(ended(&ctx, end, LONG), Ok(()));
                thread::sleep(millis(5));
            }
            let (result, took) = waiter.join().expect("the waiter");
            assert_eq!(result, Err(libc::EAGAIN));
            assert!((millis(400)..secs(5)).contains(&took), "{took:?}");
        });
        take(&peer);
        assert_eq!(ended(&ctx, stays, LONG), Ok(()));
    });
}

#[test]
fn a_number_that_is_no_end_is_refused() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        for option in [-1, -100_000, -0x4000_0000] {
            assert_eq!(ctx.try_set(option, 0), Err(libc::EINVAL), "{option}");
        }
    });
}
