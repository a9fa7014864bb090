//! 0015-abort-report: what still ends the process says what and where before it does.

use super::raw::Ctx;
use host::{isolated_to_death, secs};
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;
use zmq_sys::{ZMQ_FD, ZMQ_PULL};

/// Somebody else in the process closes descriptors that are not his.
#[test]
fn descriptor_closed_by_a_stranger() {
    let outcome = isolated_to_death(secs(20), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let descriptor = socket.get(ZMQ_FD);
        // SAFETY: closing a descriptor breaks no memory; that it is not ours is what is tested.
        unsafe { libc::close(descriptor) };
        socket.recv(Duration::from_secs(1));
    });
    let Some(outcome) = outcome else { return };
    let signal = outcome.status.expect("it ends at once").signal();
    assert_eq!(signal, Some(libc::SIGABRT), "{}", outcome.output);
    // One line, whole, with the file's name but not where it was built.
    let said = "libzmq: Assertion failed: pfd.revents & POLLIN (signaler.cpp:";
    assert!(outcome.output.lines().any(|line| line.contains(said) && line.ends_with(')')), "{}", outcome.output);
}
