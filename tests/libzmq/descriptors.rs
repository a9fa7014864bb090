//! 0009-no-descriptors: the first socket of a process that has no descriptor or no thread left.

use super::isolated;
use super::limits::{self, Descriptors};
use super::raw::{Ctx, LONG};
use host::secs;
use zmq_sys::{ZMQ_IO_THREADS, ZMQ_LINGER, ZMQ_MAX_SOCKETS, ZMQ_PULL, ZMQ_PUSH};

const EMTHREAD: i32 = zmq_sys::errno::EMTHREAD;

/// A message over tcp: all the threads run.
fn works(ctx: &Ctx) {
    let (receiver, sender) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
    sender.connect(&receiver.bind("tcp://127.0.0.1:*"));
    sender.send(b"here");
    assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"here"[..]));
}

/// Every step of starting a context fails once for want of one descriptor more.
#[test]
fn first_socket_at_every_shortage() {
    isolated(secs(30), || {
        for io_threads in [1, 3] {
            let ctx = Ctx::new();
            ctx.set(ZMQ_IO_THREADS, io_threads);
            let mut taken = Descriptors::take_all();
            let mut refusals = 0;
            let socket = loop {
                match ctx.try_socket(ZMQ_PULL) {
                    Ok(socket) => break socket,
                    Err(error) => assert_eq!(error, libc::EMFILE),
                }
                refusals += 1;
                assert!(refusals < 20, "no socket although {refusals} descriptors are free");
                taken.give_back_one();
            };
            println!("figures: {io_threads} I/O threads: {refusals} refusals, then a socket");
            // Two per thread, the reaper's among them, and one for the socket itself.
            assert_eq!(refusals, 2 * (io_threads + 1) + 1);
            drop(taken);
            socket.close();
            works(&ctx);
            ctx.term();
        }
    });
}

#[test]
fn context_without_a_descriptor() {
    isolated(secs(20), || {
        let taken = Descriptors::take_all();
        assert_eq!(Ctx::try_new().err(), Some(libc::EMFILE));
        drop(taken);
        works(&Ctx::new());
    });
}

/// The system has `allowed` threads to give, one less than needed or worse.
fn first_socket_with_threads(allowed: u64) {
    let ctx = Ctx::new();
    ctx.set(ZMQ_IO_THREADS, 2);
    limits::refuse_threads_after(allowed);
    let error = ctx.try_socket(ZMQ_PULL).err();
    limits::allow_threads();
    assert_eq!(error, Some(EMTHREAD));
    works(&ctx);
    ctx.term();
}

// In processes of their own: a thread that has ended leaves its stack for the next one.

#[test]
fn no_thread_for_the_reaper() {
    isolated(secs(20), || first_socket_with_threads(0));
}

#[test]
fn no_thread_for_the_first_io_thread() {
    isolated(secs(20), || first_socket_with_threads(1));
}

#[test]
fn no_thread_for_the_last_io_thread() {
    isolated(secs(20), || first_socket_with_threads(2));
}

/// A connection to an inproc address that nobody binds is answered by a socket of the context's own.
#[test]
fn term_with_a_pending_connection_and_no_descriptor() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let sender = ctx.socket(ZMQ_PUSH);
        sender.set(ZMQ_LINGER, -1).connect("inproc://nobody");
        // Something waits for whoever binds the name: the connection stays when its socket is closed.
        sender.send(b"wait");
        let taken = Descriptors::take_all();
        sender.close();
        assert_eq!(ctx.try_term(), Err(libc::EMFILE));
        drop(taken);
        ctx.term();
    });
}

/// The same when it is the context's own limit.
#[test]
fn term_with_a_pending_connection_and_no_socket_left() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        ctx.set(ZMQ_MAX_SOCKETS, 1);
        let sender = ctx.socket(ZMQ_PUSH);
        sender.set(ZMQ_LINGER, 0).connect("inproc://nobody");
        assert_eq!(ctx.try_term(), Err(libc::EMFILE), "refused rather than felled");
        std::mem::forget((sender, ctx));
    });
}
