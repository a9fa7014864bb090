//! 0010-socket-errors: the poller has no room for another descriptor (max_user_watches, memory).

use super::child;
use super::limits::processor_time;
use super::raw::Ctx;
use super::wire;
use std::ffi::c_int;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL};

/// From now on no thread of this process can add a descriptor to an epoll.
fn refuse_additions(error: c_int) {
    let statement =
        |code: u32, k: u32, jt: u8, jf: u8| libc::sock_filter { code: u16::try_from(code).expect("a code"), jt, jf, k };
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let answer = libc::BPF_RET | libc::BPF_K;
    let number = u32::try_from(libc::SYS_epoll_ctl).expect("a system call");
    let add = u32::try_from(libc::EPOLL_CTL_ADD).expect("an operation");
    let errno = libc::SECCOMP_RET_ERRNO | u32::try_from(error).expect("an errno");
    let mut program = [
        // What the filter sees: the number of the call at 0, its second argument at 24.
        statement(load, 0, 0, 0),
        statement(equal, number, 0, 3),
        statement(load, 24, 0, 0),
        statement(equal, add, 0, 1),
        statement(answer, errno, 0, 0),
        statement(answer, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let filter = libc::sock_fprog { len: 6, filter: program.as_mut_ptr() };
    // SAFETY: the filter is well formed and lives through the call; it can only take rights away.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let (mode, all) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_TSYNC);
        assert_eq!(libc::syscall(libc::SYS_seccomp, mode, all, &raw const filter), 0);
    }
}

/// Connections are tried again, listeners wait, and neither ends the process or keeps it busy.
fn lives_with(error: c_int) {
    let ctx = Ctx::new();
    let receiver = ctx.socket(ZMQ_PULL);
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 20);
    let (_listener, elsewhere) = wire::listener();
    refuse_additions(error);
    let endpoint = receiver.bind("tcp://127.0.0.1:*");
    receiver.bind("ipc://*");
    let _stranger = wire::tcp(&endpoint);
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
    child::run(no_more_watches, 20, || lives_with(libc::ENOSPC));
}

#[test]
fn no_memory_for_a_watch() {
    child::run(no_memory_for_a_watch, 20, || lives_with(libc::ENOMEM));
}
