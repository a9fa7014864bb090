//! 0010-socket-errors: somebody else in the process closes a socket of ours, and perhaps gets its number.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::secs;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL};

const CONNECTED: u32 = 0x0001;
const LISTENING: u32 = 0x0008;
const CLOSE_FAILED: u32 = 0x0100;
const DISCONNECTED: u32 = 0x0200;
const ADDRESSES: [&str; 2] = ["ipc://*", "tcp://127.0.0.1:*"];

/// A stranger's connection: both ends. One of them takes the number over.
struct Stranger {
    near: UnixStream,
    far: UnixStream,
}

impl Stranger {
    /// The number is his now; what it was is closed.
    fn takes(number: i32) -> Self {
        let (near, far) = UnixStream::pair().expect("a pair");
        // SAFETY: no memory is involved; that the number is not ours is what is tested.
        let done = unsafe { libc::dup2(near.as_raw_fd(), number) };
        assert_eq!(done, number);
        far.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
        Self { near, far }
    }

    /// Nothing was written to the number, and it is still his.
    fn left_alone(mut self, number: i32) {
        let mut heard = [0; 64];
        let error = self.far.read(&mut heard).map(|size| heard[..size].to_vec()).expect_err("written to a stranger");
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "the stranger's connection was closed");
        drop(self.near);
        // SAFETY: the buffer lives through the call.
        let written = unsafe { libc::write(number, b"his".as_ptr().cast(), 3) };
        assert_eq!(written, 3, "the stranger's descriptor was closed");
        self.far.read_exact(&mut heard[..3]).expect("what he wrote himself");
        // SAFETY: it is ours again, and nobody uses it any more.
        unsafe { libc::close(number) };
    }
}

fn close(number: i32) {
    // SAFETY: no memory is involved; that the number is not ours is what is tested.
    assert_eq!(unsafe { libc::close(number) }, 0);
}

/// A sender, the descriptor of its connection, and its monitor. Sockets close before their context ends.
struct Connected {
    receiver: Sock,
    sender: Sock,
    monitor: Sock,
    number: i32,
    ctx: Ctx,
}

fn connected(address: &str) -> Connected {
    let ctx = Ctx::new();
    let receiver = ctx.socket(ZMQ_PULL);
    receiver.bind(address);
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10);
    let monitor = sender.monitor(&ctx, CONNECTED | DISCONNECTED);
    sender.connect(&receiver.endpoint());
    sender.send(b"before");
    assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"before"[..]));
    let (event, number, _) = monitor.report_of(LONG).expect("an event");
    assert_eq!(event, CONNECTED);
    thread::sleep(Duration::from_millis(50));
    Connected { receiver, sender, monitor, number: i32::try_from(number).expect("a descriptor"), ctx }
}

#[test]
fn idle_connection_is_closed() {
    isolated(secs(30), || {
        for address in ADDRESSES {
            let Connected { ctx: _ctx, receiver, sender, monitor, number } = connected(address);
            close(number);
            sender.send(b"after");
            assert_eq!(monitor.report_of(LONG).map(|(event, ..)| event), Some(DISCONNECTED), "{address}");
            assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"after"[..]), "{address}");
        }
    });
}

#[test]
fn idle_connection_is_taken_over() {
    isolated(secs(30), || {
        for address in ADDRESSES {
            let Connected { ctx: _ctx, receiver, sender, monitor, number } = connected(address);
            let stranger = Stranger::takes(number);
            sender.send(b"after");
            assert_eq!(monitor.report_of(LONG).map(|(event, ..)| event), Some(DISCONNECTED), "{address}");
            assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"after"[..]), "{address}");
            stranger.left_alone(number);
        }
    });
}

#[test]
fn connection_is_taken_over_and_the_socket_closed() {
    isolated(secs(30), || {
        for address in ADDRESSES {
            let Connected { ctx, receiver, sender, monitor, number } = connected(address);
            let stranger = Stranger::takes(number);
            sender.close();
            monitor.close();
            receiver.close();
            ctx.term();
            stranger.left_alone(number);
        }
    });
}

/// Between one message and the next, again and again.
#[test]
fn working_connection_is_closed() {
    isolated(secs(60), || {
        for address in ADDRESSES {
            let Connected { ctx: _ctx, receiver, sender, monitor, mut number } = connected(address);
            let sending = thread::spawn(move || {
                for _ in 0..500 {
                    sender.send(&[1; 500]);
                    thread::sleep(Duration::from_millis(1));
                }
                sender.send(b"last");
                sender
            });
            for _ in 0..3 {
                thread::sleep(Duration::from_millis(50));
                close(number);
                assert_eq!(monitor.report_of(LONG).map(|(event, ..)| event), Some(DISCONNECTED), "{address}");
                let (event, next, _) = monitor.report_of(LONG).expect("an event");
                assert_eq!(event, CONNECTED, "{address}");
                number = i32::try_from(next).expect("a descriptor");
            }
            while receiver.recv(LONG).expect("the last message") != b"last" {}
            sending.join().expect("the sender").close();
        }
    });
}

#[test]
fn listener_is_taken_over() {
    isolated(secs(30), || {
        for address in ADDRESSES {
            let ctx = Ctx::new();
            let socket = ctx.socket(ZMQ_PULL);
            let monitor = socket.monitor(&ctx, LISTENING | CLOSE_FAILED);
            socket.bind(address);
            let (_, number, _) = monitor.report_of(LONG).expect("an event");
            let number = i32::try_from(number).expect("a descriptor");
            thread::sleep(Duration::from_millis(50));
            let stranger = Stranger::takes(number);
            socket.close();
            assert_eq!(monitor.report_of(LONG).map(|(event, ..)| event), Some(CLOSE_FAILED), "{address}");
            monitor.close();
            ctx.term();
            stranger.left_alone(number);
        }
    });
}
