//! build/glue/glue.cpp: what it does is what the calls of zmq.h do that it stands for.

use super::isolated;
use super::raw::{Ctx, LONG, Raw, Sock, errno};
use host::secs;
use std::ffi::{c_int, c_short, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{
    ZMQ_DONTWAIT, ZMQ_EVENTS, ZMQ_LINGER, ZMQ_PAIR, ZMQ_POLLIN, ZMQ_POLLOUT, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM, ZMQ_SNDHWM,
};
use zmq_sys::{ZMQ_SNDMORE, zmq_msg_t};

unsafe extern "C" {
    fn addin_zmq_send(
        socket: *mut c_void,
        msg: *mut zmq_msg_t,
        data: *const c_void,
        size: usize,
        flags: c_int,
    ) -> c_int;
    fn addin_zmq_recv(socket: *mut c_void, msg: *mut zmq_msg_t, data: *mut *const c_void, size: *mut usize) -> c_int;
    fn addin_zmq_send_copies(socket: *mut c_void, msgs: *mut zmq_msg_t, count: usize) -> usize;
    fn addin_zmq_fill(msg: *mut zmq_msg_t, data: *const c_void, size: usize) -> c_int;
    fn addin_zmq_content(msg: *mut zmq_msg_t, size: *mut usize) -> *const c_void;
    fn addin_zmq_close(msg: *mut zmq_msg_t);
    fn addin_zmq_wait(socket: *mut c_void, events: c_short, timeout: c_int) -> c_int;
}

pub const IN: u32 = ZMQ_POLLIN;
pub const OUT: u32 = ZMQ_POLLOUT;

/// ETERM.
const TERMINATED: c_int = 156_384_765;

/// A message that is closed at the end, if it must be.
struct Msg {
    raw: zmq_msg_t,
    needs_close: bool,
}

impl Msg {
    fn new() -> Self {
        let mut msg = zmq_msg_t::default();
        // SAFETY: the message is ours.
        unsafe { zmq_sys::zmq_msg_init(&raw mut msg) };
        Self { raw: msg, needs_close: true }
    }

    fn send(&mut self, socket: &Sock, data: &[u8], flags: u32) -> Raw<c_int> {
        // SAFETY: the socket, an initialised empty message and the data live through the call.
        given(unsafe {
            addin_zmq_send(socket.ptr(), &raw mut self.raw, data.as_ptr().cast(), data.len(), number(flags))
        })
    }

    fn send_again(&mut self, socket: &Sock) -> Raw<c_int> {
        // SAFETY: the socket and an initialised message live through the call.
        given(unsafe { zmq_sys::zmq_msg_send(&raw mut self.raw, socket.ptr(), number(ZMQ_DONTWAIT)) })
    }

    /// The content, and whether parts follow. What needs no close gets none.
    fn receive(&mut self, socket: &Sock) -> Raw<(Vec<u8>, bool)> {
        // It is written over, whatever it was.
        drop(std::mem::replace(self, Self::new()));
        let (mut data, mut size) = (ptr::null(), 0);
        // SAFETY: all of it lives through the call.
        let came = given(unsafe { addin_zmq_recv(socket.ptr(), &raw mut self.raw, &raw mut data, &raw mut size) })?;
        self.needs_close = came & 2 != 0;
        // SAFETY: the content of a message that is ours and was not touched since.
        Ok((unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size) }.to_vec(), came & 1 != 0))
    }

    fn size(&self) -> usize {
        // SAFETY: the message is initialised.
        unsafe { zmq_sys::zmq_msg_size(&raw const self.raw) }
    }
}

impl Drop for Msg {
    fn drop(&mut self) {
        if !self.needs_close {
            return;
        }
        // SAFETY: it is initialised and not used again.
        unsafe { zmq_sys::zmq_msg_close(&raw mut self.raw) };
    }
}

/// Whether the socket is ready for one of the events, within so many ms.
pub fn wait(socket: &Sock, events: u32, timeout: c_int) -> Raw<bool> {
    let events = c_short::try_from(events).expect("a small constant");
    // SAFETY: the socket lives through the call.
    given(unsafe { addin_zmq_wait(socket.ptr(), events, timeout) }).map(|ready| ready == 1)
}

fn given(result: c_int) -> Raw<c_int> {
    if result < 0 { Err(errno()) } else { Ok(result) }
}

fn number(constant: u32) -> c_int {
    c_int::try_from(constant).expect("a small constant")
}

fn pair(ctx: &Ctx) -> (Sock, Sock) {
    let (left, right) = (ctx.socket(ZMQ_PAIR), ctx.socket(ZMQ_PAIR));
    left.bind("inproc://pair");
    right.connect("inproc://pair");
    (left, right)
}

/// Around the sizes at which libzmq keeps content elsewhere.
#[test]
fn what_is_sent_is_received() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (left, right) = pair(&ctx);
        for size in [0, 1, 3, 32, 33, 34, 1024, 70_000] {
            let data: Vec<u8> = (0..=250).cycle().take(size).collect();
            let (mut sent, mut received) = (Msg::new(), Msg::new());
            for flags in [ZMQ_SNDMORE, 0] {
                assert_eq!(sent.send(&left, &data, flags), Ok(0));
                assert_eq!(sent.size(), 0);
            }
            for more in [true, false] {
                assert_eq!(received.receive(&right), Ok((data.clone(), more)), "{size}");
            }
        }
        assert_eq!(Msg::new().receive(&right), Err(libc::EAGAIN));
    });
}

/// What is said to need no close holds nothing: neither memory for long content nor what libzmq knows of a peer on tcp.
#[test]
fn what_needs_no_close_leaks_nothing() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        for (address, size, needs_close) in
            [("inproc://plain", 3, false), ("inproc://long", 100, true), ("tcp://127.0.0.1:*", 3, true)]
        {
            let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
            push.connect(&pull.bind(address));
            let data = vec![7; size];
            assert_eq!(Msg::new().send(&push, &data, 0), Ok(0));
            assert_eq!(wait(&pull, IN, 10_000), Ok(true));
            let mut msg = Msg::new();
            assert_eq!(msg.receive(&pull), Ok((data, false)));
            assert_eq!(msg.needs_close, needs_close, "{address}, {size} bytes");
        }
    });
}

#[test]
fn what_cannot_be_sent_is_kept() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
        push.set(ZMQ_LINGER, 0).set(ZMQ_SNDHWM, 1);
        let mut msg = Msg::new();
        let data = [7; 100];
        assert_eq!(msg.send(&push, &data, ZMQ_DONTWAIT), Err(libc::EAGAIN));
        assert_eq!(msg.size(), data.len());
        pull.bind("inproc://late");
        push.connect("inproc://late");
        assert!(msg.send_again(&push).is_ok());
        assert_eq!(Msg::new().receive(&pull), Ok((data.to_vec(), false)));
        // A socket that never sends.
        assert_eq!(Msg::new().send(&pull, &data, 0), Err(libc::ENOTSUP));
    });
}

#[test]
fn what_is_no_socket_and_no_message_is_refused() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PAIR);
        let nothing: *mut c_void = ptr::null_mut();
        let mut memory = [0_u64; 1024];
        let no_socket: *mut c_void = (&raw mut memory).cast();
        let mut msg = Msg::new();
        let (mut data, mut size) = (ptr::null(), 0);
        for wrong in [nothing, no_socket] {
            // SAFETY: made to be refused; what is no socket is as large as one and says that it is none.
            unsafe {
                assert_eq!(given(addin_zmq_send(wrong, &raw mut msg.raw, nothing, 0, 0)), Err(libc::ENOTSOCK));
                let received = addin_zmq_recv(wrong, &raw mut msg.raw, &raw mut data, &raw mut size);
                assert_eq!(given(received), Err(libc::ENOTSOCK));
                assert_eq!(given(addin_zmq_wait(wrong, 1, 0)), Err(libc::ENOTSOCK));
            }
        }
        // SAFETY: made to be refused before anything is read or written.
        unsafe {
            assert_eq!(given(addin_zmq_send(socket.ptr(), ptr::null_mut(), nothing, 0, 0)), Err(libc::EFAULT));
            assert_eq!(given(addin_zmq_send(socket.ptr(), &raw mut msg.raw, nothing, 1, 0)), Err(libc::EFAULT));
            let received = addin_zmq_recv(socket.ptr(), ptr::null_mut(), &raw mut data, &raw mut size);
            assert_eq!(given(received), Err(libc::EFAULT));
        }
        // More than there is: the message is empty afterwards.
        // SAFETY: the size cannot be had, and nothing is read.
        let sent = unsafe { addin_zmq_send(socket.ptr(), &raw mut msg.raw, data_of(&size), usize::MAX / 2, 0) };
        assert_eq!(given(sent), Err(libc::ENOMEM));
        assert_eq!(msg.size(), 0);
    });
}

/// Messages that are the parts of one.
struct Parts(Vec<zmq_msg_t>);

impl Parts {
    fn of(datas: &[Vec<u8>]) -> Self {
        let mut parts = Self(vec![zmq_msg_t::default(); datas.len()]);
        for (msg, data) in parts.0.iter_mut().zip(datas) {
            // SAFETY: room for a message, and data that are copied.
            assert_eq!(unsafe { addin_zmq_fill(msg, data.as_ptr().cast(), data.len()) }, 0);
        }
        parts
    }

    fn send_copies(&mut self, socket: &Sock) -> usize {
        // SAFETY: the socket and so many initialised messages live through the call.
        unsafe { addin_zmq_send_copies(socket.ptr(), self.0.as_mut_ptr(), self.0.len()) }
    }

    fn datas(&mut self) -> Vec<Vec<u8>> {
        let content = |msg: &mut zmq_msg_t| {
            let mut size = 0;
            // SAFETY: an initialised message, whose content is copied while nobody touches it.
            unsafe {
                let data = addin_zmq_content(msg, &raw mut size);
                std::slice::from_raw_parts(data.cast::<u8>(), size).to_vec()
            }
        };
        self.0.iter_mut().map(content).collect()
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        // SAFETY: each is initialised, and closed once.
        self.0.iter_mut().for_each(|msg| unsafe { addin_zmq_close(msg) });
    }
}

fn datas(sizes: &[usize]) -> Vec<Vec<u8>> {
    let counting = |(part, size): (usize, &usize)| (0..=250).cycle().skip(part).take(*size).collect();
    sizes.iter().enumerate().map(counting).collect()
}

/// As often as one likes, for the parts stay what they are; and none goes where there is no room for the first.
#[test]
fn copies_go_and_the_parts_stay() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
        for datas in [datas(&[0, 1, 33, 34, 1024, 4096]), datas(&[100]), datas(&[])] {
            let mut parts = Parts::of(&datas);
            if !datas.is_empty() && push.endpoint().is_empty() {
                assert_eq!((parts.send_copies(&push), errno()), (0, libc::EAGAIN));
                pull.set(ZMQ_RCVHWM, 1).bind("inproc://copies");
                push.set(ZMQ_SNDHWM, 1).connect("inproc://copies");
            }
            for _ in 0..3 {
                for _ in 0..2 {
                    assert_eq!(parts.send_copies(&push), datas.len());
                }
                if !datas.is_empty() {
                    assert_eq!((parts.send_copies(&push), errno()), (0, libc::EAGAIN));
                    for _ in 0..2 {
                        let came = pull.message();
                        assert!(came == datas, "{:?}", came.iter().map(Vec::len).collect::<Vec<_>>());
                    }
                    push.get(ZMQ_EVENTS);
                }
                assert!(parts.datas() == datas, "the parts are others now");
            }
        }
        let mut parts = Parts::of(&datas(&[100]));
        assert_eq!((parts.send_copies(&pull), errno()), (0, libc::ENOTSUP));
        // SAFETY: made to be refused.
        let sent = unsafe { addin_zmq_send_copies(ptr::null_mut(), parts.0.as_mut_ptr(), 1) };
        assert_eq!((sent, errno()), (0, libc::ENOTSOCK));
    });
}

/// One of two peers goes at any moment, also between two parts: then the parts are there for the other, which gets no half.
#[test]
fn a_peer_that_goes_between_parts_leaves_them_whole() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let datas = datas(&[200; 64]);
        let (push, stays) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL));
        push.set(ZMQ_SNDHWM, 0).connect(&stays.set(ZMQ_RCVHWM, 0).bind("inproc://stays"));
        let (start, mut halves) = (Instant::now(), 0);
        while halves < 5 && start.elapsed() < Duration::from_secs(5) {
            let goes = ctx.socket(ZMQ_PULL);
            goes.bind("inproc://goes");
            push.connect("inproc://goes");
            let going = thread::spawn(move || goes.close());
            let mut parts = Parts::of(&datas);
            for _ in 0..20 {
                let sent = parts.send_copies(&push);
                if sent < datas.len() {
                    assert_eq!(errno(), libc::EAGAIN);
                    assert!(sent > 0, "no peer");
                    halves += 1;
                    if sent + 1 < datas.len() {
                        push.send(b"");
                    }
                }
                assert!(parts.datas() == datas, "the parts are others now");
            }
            going.join().expect("who goes");
            push.disconnect("inproc://goes");
        }
        drop(push);
        while let Some(first) = stays.recv(Duration::from_millis(200)) {
            assert!(first == datas[0], "half a message");
            for data in &datas[1..] {
                assert!(stays.more());
                assert!(stays.recv_now().as_ref() == Some(data), "half a message");
            }
            assert!(!stays.more());
        }
    });
}

fn data_of(size: &usize) -> *const c_void {
    ptr::from_ref(size).cast()
}

#[test]
fn a_wait_sees_what_zmq_poll_sees() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (left, right) = pair(&ctx);
        assert_eq!(wait(&left, OUT, 0), Ok(true));
        assert_eq!(wait(&left, IN | OUT, -1), Ok(true));
        assert_eq!(wait(&left, IN, 0), Ok(false));
        // For whatever it is told: here for nothing.
        let start = Instant::now();
        assert_eq!(wait(&left, 0, 20), Ok(true));
        assert!(start.elapsed() >= Duration::from_millis(20));
        let late = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            right.send(b"late");
            right
        });
        assert_eq!(wait(&left, IN, -1), Ok(true));
        assert_eq!(wait(&left, IN, 0), Ok(true));
        assert_eq!(left.recv(Duration::ZERO).as_deref(), Some(&b"late"[..]));
        let right = late.join().expect("the sender");
        // The context goes while somebody waits.
        let waiting = thread::spawn(move || [wait(&left, IN, -1), wait(&left, IN, 0)]);
        thread::sleep(Duration::from_millis(50));
        right.close();
        ctx.term();
        assert_eq!(waiting.join().expect("the waiting thread"), [Err(TERMINATED); 2]);
    });
}

/// Never before its time, though commands that bring no message wake it again and again; and not long after it.
#[test]
fn a_wait_ends_in_its_time() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let pull = ctx.socket(ZMQ_PULL);
        pull.bind("inproc://visited");
        let kept = |timeout: c_int| {
            let start = Instant::now();
            assert_eq!(wait(&pull, IN, timeout), Ok(false), "{timeout} ms");
            let wanted = Duration::from_millis(u64::try_from(timeout).expect("positive"));
            start.elapsed().checked_sub(wanted).expect("no earlier")
        };
        for timeout in [1, 20, 150] {
            let late = (0..10).map(|_| kept(timeout)).min().expect("ten");
            assert!(late < Duration::from_millis(2), "{timeout} ms and {late:?}");
        }
        let ended = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    if let Ok(visitor) = ctx.try_socket(ZMQ_PUSH) {
                        visitor.connect("inproc://visited");
                    }
                }
            });
            for _ in 0..8 {
                let late = kept(100);
                assert!(late < LONG, "{late:?}");
            }
            ended.store(true, Ordering::Relaxed);
        });
    });
}
