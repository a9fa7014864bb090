//! A forked child that touches its parent's sockets. libzmq knows of forks; no patch, but a promise to keep.

use super::glue::{self, IN};
use super::isolated;
use super::raw::{Ctx, LONG, poll_in};
use host::{secs, wait_until};
use std::time::Duration;
use zmq_sys::{ZMQ_FD, ZMQ_PAIR, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVTIMEO};

/// Closing in the child ends at once, zmq_ctx_term says EINTR rather than wait, and the parent goes on.
#[test]
fn close_and_term_in_the_child() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        let address = receiver.bind("ipc://*");
        let sender = ctx.socket(ZMQ_PUSH);
        sender.connect(&address);
        sender.send(b"before");
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"before"[..]));
        in_child(|| {
            for socket in [&receiver, &sender] {
                // SAFETY: the child's own copy, which it does not use again.
                unsafe { zmq_sys::zmq_close(socket.ptr()) };
            }
            i32::from(ctx.try_term() != Err(libc::EINTR))
        });
        sender.send(b"after");
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"after"[..]));
    });
}

/// In the child a wait is interrupted and a message wakes nobody, not even the parent. What the child makes itself works,
/// and is foreign to its own child in turn.
#[test]
fn a_child_neither_waits_nor_wakes() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (left, right) = (ctx.socket(ZMQ_PAIR), ctx.socket(ZMQ_PAIR));
        left.bind("inproc://pair");
        right.connect("inproc://pair");
        let is_empty = left.recv_now().is_none() && right.recv_now().is_none();
        assert!(is_empty);
        let foreign = |left: &super::raw::Sock| {
            let looks = [0, 100].map(|timeout| left.set(ZMQ_RCVTIMEO, timeout).try_next());
            looks == [Err(libc::EINTR), Err(libc::EINTR)]
                && glue::wait(left, IN, 0) == Err(libc::EINTR)
                && glue::wait(left, IN, -1) == Err(libc::EINTR)
        };
        in_child(|| {
            // Longer than a sender goes without a look.
            std::thread::sleep(Duration::from_millis(20));
            let refused = right.try_send(b"from the child", 0) == Err(libc::EINTR);
            let own = Ctx::new();
            let (one, other) = (own.socket(ZMQ_PAIR), own.socket(ZMQ_PAIR));
            one.bind("inproc://pair");
            other.connect("inproc://pair");
            other.send(b"within the child");
            let works = one.recv(LONG).as_deref() == Some(b"within the child");
            in_child(|| i32::from(!foreign(&one) || !foreign(&left)));
            i32::from(!foreign(&left) || !refused || !works)
        });
        let mut item = libc::pollfd { fd: left.get(ZMQ_FD), events: libc::POLLIN, revents: 0 };
        // SAFETY: one item, which lives through the call.
        assert_eq!(unsafe { libc::poll(&raw mut item, 1, 50) }, 0, "the child woke its parent");
        assert_eq!(poll_in(&left, 0), Ok(0));
        right.send(b"after");
        assert_eq!(left.recv(LONG).as_deref(), Some(&b"after"[..]));
    });
}

/// Runs `body` in a forked child, which is to give 0 in time.
fn in_child(body: impl FnOnce() -> i32) {
    // SAFETY: the child calls libzmq's own functions, which are written for this, and leaves by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let code = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(1);
        // SAFETY: no precondition; nothing of the parent's is run at the end.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: the child is ours, the status lives through the call.
    let ended = || unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child;
    assert!(wait_until(Duration::from_secs(5), ended), "the child hangs");
    assert_eq!(status, 0, "wait status");
}
