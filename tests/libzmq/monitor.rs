//! 0020-monitor-never-blocks: events wait for their reader, and nobody waits for him.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::figures::figures;
use host::{secs, wait_until, zmtp};
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_PAIR, ZMQ_PULL, ZMQ_RCVHWM};

const LISTENING: u32 = 0x0008;
const BIND_FAILED: u32 = 0x0010;
const ACCEPTED: u32 = 0x0020;
const CLOSED: u32 = 0x0080;

/// Each event has an address of its own, so that its place in the order is known.
fn happen(socket: &Sock, numbers: std::ops::Range<usize>) -> Vec<String> {
    let bound = numbers.map(|number| {
        let address = socket.bind(&format!("tcp://127.20.{}.{}:*", number / 250, number % 250 + 1));
        let text = std::ffi::CString::new(address.as_str()).expect("no NUL");
        // SAFETY: the socket lives, the text through the call.
        assert_eq!(unsafe { zmq_sys::zmq_unbind(socket.ptr(), text.as_ptr()) }, 0, "{address}");
        address
    });
    bound.collect()
}

fn reader(ctx: &Ctx, endpoint: &str) -> Sock {
    let reader = ctx.socket(ZMQ_PAIR);
    reader.connect(endpoint);
    reader
}

fn addresses(reader: &Sock, count: usize) -> Vec<String> {
    (0..count).map_while(|_| reader.report_of(LONG)).map(|(_, _, address)| address).collect()
}

#[test]
fn events_wait_for_their_reader() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let endpoint = socket.report(LISTENING);
        let happened = happen(&socket, 0..300);
        // Nothing happens, and nobody calls the socket, after the reader has come.
        let reader = reader(&ctx, &endpoint);
        assert_eq!(addresses(&reader, 300), happened);
        let next = happen(&socket, 300..301);
        assert_eq!(addresses(&reader, 1), next);
    });
}

/// Events of an I/O thread.
#[test]
fn connections_are_told_later() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let address = socket.bind("tcp://127.0.0.1:*");
        let endpoint = socket.report(ACCEPTED);
        let peers: Vec<_> = (0..5).map(|_| zmtp::tcp(&address)).collect();
        thread::sleep(Duration::from_millis(100));
        let reader = reader(&ctx, &endpoint);
        for _ in &peers {
            assert_eq!(reader.report_of(LONG).map(|(event, _, _)| event), Some(ACCEPTED));
        }
    });
}

#[test]
fn newest_events_are_kept() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let endpoint = socket.report(LISTENING);
        let happened = happen(&socket, 0..1500);
        let reader = reader(&ctx, &endpoint);
        assert_eq!(addresses(&reader, 1000), happened[500..]);
        assert_eq!(reader.recv(Duration::from_millis(50)), None, "and no more");
    });
}

/// A reader that does not keep up gets the rest by reading alone, in order.
#[test]
fn a_slow_reader_gets_all() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let endpoint = socket.report(LISTENING);
        let reader = ctx.socket(ZMQ_PAIR);
        reader.set(ZMQ_RCVHWM, 10).connect(&endpoint);
        // The pipe takes a thousand and ten.
        let happened = happen(&socket, 0..1900);
        assert_eq!(addresses(&reader, 1900), happened);
    });
}

/// Readers that come and go, one of them in the middle of an event: no event is torn.
#[test]
fn readers_come_and_go() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let endpoint = socket.report(LISTENING | CLOSED);
        let worker = thread::spawn(move || {
            for round in 0..5 {
                happen(&socket, round * 200..(round + 1) * 200);
            }
        });
        while !worker.is_finished() {
            let reader = reader(&ctx, &endpoint);
            for _ in 0..20 {
                let _ = reader.report_of(Duration::from_millis(5));
            }
            let _ = reader.recv(Duration::from_millis(5));
        }
        worker.join().expect("the socket's thread");
    });
}

/// The name of an ended monitor is free, and a new one takes it at once.
#[test]
fn monitors_in_a_row() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        for number in 0..200 {
            let endpoint = socket.report(LISTENING);
            let reader = reader(&ctx, &endpoint);
            let happened = happen(&socket, number..number + 1);
            assert_eq!(addresses(&reader, 1), happened);
        }
        socket.close();
        ctx.term();
    });
}

/// What is reported does not change the error that the call gives.
#[test]
fn a_report_leaves_the_error_alone() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let first = ctx.socket(ZMQ_PULL);
        let second = ctx.socket(ZMQ_PULL);
        second.report(BIND_FAILED | CLOSED);
        for address in ["tcp://127.0.0.1:*", "ipc://*"] {
            assert_eq!(second.try_bind(&first.bind(address)), Err(libc::EADDRINUSE), "{address}");
        }
    });
}

/// Ended monitors are gone without any other call of their socket's owner.
#[test]
fn ended_monitors_keep_no_descriptors() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PULL);
        let before = figures().descriptors;
        for round in 0..20 {
            for _ in 0..100 {
                socket.report(LISTENING);
                // SAFETY: the socket lives; without an address the monitor is ended.
                assert_eq!(unsafe { zmq_sys::zmq_socket_monitor(socket.ptr(), std::ptr::null(), 0) }, 0);
            }
            let gone = wait_until(LONG, || figures().descriptors <= before + 5);
            assert!(gone, "round {round}: {} descriptors, {before} before", figures().descriptors);
        }
        socket.close();
        ctx.term();
    });
}
