//! 0049-type-of-service: a system that takes no IP_TOS for a socket, as Windows and macOS for those of IPv6.

use super::isolated;
use super::raw::Ctx;
use host::secs;
use libc::{c_int, c_long, c_void, socklen_t};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH, ZMQ_TOS};

static REFUSES: AtomicBool = AtomicBool::new(false);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// # Safety
/// As setsockopt(2).
#[unsafe(no_mangle)]
unsafe extern "C" fn setsockopt(
    socket: c_int,
    level: c_int,
    option: c_int,
    value: *const c_void,
    size: socklen_t,
) -> c_int {
    let is_mark =
        [(libc::IPPROTO_IP, libc::IP_TOS), (libc::IPPROTO_IPV6, libc::IPV6_TCLASS)].contains(&(level, option));
    if is_mark && REFUSES.load(Ordering::Relaxed) {
        REFUSED.fetch_add(1, Ordering::Relaxed);
        // SAFETY: errno of this thread.
        unsafe { *libc::__errno_location() = libc::ENOPROTOOPT };
        return -1;
    }
    // SAFETY: the caller's own arguments, to the system call of this name.
    let done: c_long = unsafe { libc::syscall(libc::SYS_setsockopt, socket, level, option, value, size) };
    c_int::try_from(done).unwrap_or(-1)
}

#[test]
fn a_system_that_refuses_it_is_no_reason_to_abort() {
    isolated(secs(20), || {
        REFUSES.store(true, Ordering::Relaxed);
        let ctx = Ctx::new();
        let (sender, receiver) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL));
        let endpoint = receiver.set(ZMQ_TOS, 40).bind("tcp://127.0.0.1:*");
        sender.set(ZMQ_TOS, 40).connect(&endpoint).send(b"unmarked");
        assert_eq!(receiver.recv(secs(10)), Some(b"unmarked".to_vec()));
        assert!(REFUSED.load(Ordering::Relaxed) >= 2, "nobody asked for a mark");
    });
}
