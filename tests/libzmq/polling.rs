//! 0014-polling-failure: a poll that fails is an error of the call, not the end of the process.

use super::isolated;
use super::limits;
use super::raw::{self, Ctx, LONG};
use host::secs;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH};

/// What the C library's poll(3) calls; newer architectures have the second only.
#[cfg(not(target_arch = "aarch64"))]
const POLL: libc::c_long = libc::SYS_poll;
#[cfg(target_arch = "aarch64")]
const POLL: libc::c_long = libc::SYS_ppoll;

/// No memory for poll(2) on this thread: what waits is told, and what is there is still received.
#[test]
fn no_memory_to_wait() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        let address = receiver.bind("tcp://127.0.0.1:*");
        let receiver = thread::spawn(move || {
            limits::refuse(POLL, libc::ENOMEM);
            receiver.set(zmq_sys::ZMQ_RCVTIMEO, 100);
            assert_eq!(receiver.try_next(), Err(libc::EINTR));
            assert_eq!(raw::poll_in(&receiver, 100), Err(libc::ENOMEM));
            receiver
        })
        .join()
        .expect("the waiting thread");
        let sender = ctx.socket(ZMQ_PUSH);
        sender.connect(&address);
        sender.send(b"here");
        assert_eq!(raw::poll_in(&receiver, 1000), Ok(1));
        assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"here"[..]));
        assert_eq!(receiver.recv(Duration::ZERO), None);
    });
}
