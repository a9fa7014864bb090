//! 0010-socket-errors: the poller has no room for another descriptor (max_user_watches, memory).

use super::isolated;
use super::limits::{processor_time, refuse_watches};
use super::raw::Ctx;
use host::{secs, zmtp};
use std::ffi::c_int;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL};

/// Connections are tried again, listeners wait, and neither ends the process or keeps it busy.
fn lives_with(error: c_int) {
    let ctx = Ctx::new();
    let receiver = ctx.socket(ZMQ_PULL);
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 20);
    let (_listener, elsewhere) = zmtp::listener();
    refuse_watches(error);
    let endpoint = receiver.bind("tcp://127.0.0.1:*");
    receiver.bind("ipc://*");
    let _stranger = zmtp::tcp(&endpoint);
    sender.connect(&elsewhere).connect(&endpoint);
    let before = processor_time();
    thread::sleep(Duration::from_millis(500));
    let spent = processor_time() - before;
    assert!(spent < Duration::from_millis(150), "{spent:?} of 500 ms");
    // A socket's end needs the poller too: for its mailbox there must be room.
    std::mem::forget((sender, receiver, ctx));
}

#[test]
fn no_more_watches() {
    isolated(secs(20), || lives_with(libc::ENOSPC));
}

#[test]
fn no_memory_for_a_watch() {
    isolated(secs(20), || lives_with(libc::ENOMEM));
}
