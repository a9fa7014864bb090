//! A forked child that touches its parent's sockets. libzmq knows of forks; no patch, but a promise to keep.

use super::isolated;
use super::raw::{Ctx, LONG};
use host::{secs, wait_until};
use std::time::Duration;
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH};

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
        // SAFETY: the child calls libzmq's own functions, which are written for this, and leaves by _exit.
        let child = unsafe { libc::fork() };
        if child == 0 {
            receiver.close();
            sender.close();
            let code = i32::from(ctx.try_term() != Err(libc::EINTR));
            // SAFETY: no precondition; nothing of the parent's is run at the end.
            unsafe { libc::_exit(code) };
        }
        let mut status = 0;
        // SAFETY: the child is ours, the status lives through the call.
        let ended = || unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child;
        assert!(wait_until(Duration::from_secs(5), ended), "the child hangs");
        assert_eq!(status, 0, "wait status");
        sender.send(b"after");
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"after"[..]));
    });
}
