//! 0051-short-way: whoever sends is told what has been read when it matters to it, and of nothing else.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::secs;
use zmq_sys::{ZMQ_CONFLATE, ZMQ_DONTWAIT, ZMQ_EVENTS, ZMQ_FD, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM, ZMQ_SNDHWM};

fn line(ctx: &Ctx, room: [i32; 2], address: &str) -> (Sock, Sock) {
    let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
    pull.set(ZMQ_RCVHWM, room[0]).bind(address);
    push.set(ZMQ_SNDHWM, room[1]).connect(address);
    pull.get(ZMQ_EVENTS);
    (pull, push)
}

/// Whether one of libzmq's threads has told the socket anything that it has not worked through.
fn told(socket: &Sock) -> bool {
    let mut item = libc::pollfd { fd: socket.get(ZMQ_FD), events: libc::POLLIN, revents: 0 };
    // SAFETY: one item, which lives through the call.
    unsafe { libc::poll(&raw mut item, 1, 0) == 1 }
}

/// Parts that are no whole message make no room; of them nobody is told.
#[test]
fn reading_parts_tells_nobody() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (pull, push) = line(&ctx, [500, 500], "inproc://parts");
        push.send_message(&[b"one", b"two", b"three", b"four"]);
        push.get(ZMQ_EVENTS);
        assert!(!told(&push));
        for part in [&b"one"[..], b"two", b"three", b"four"] {
            assert_eq!(pull.recv(LONG).as_deref(), Some(part));
            assert!(!told(&push), "{part:?}");
        }
    });
}

/// Whatever the limits were before. That of inproc is the sum of what both had at first and one has now.
#[test]
fn a_full_pipe_takes_more_when_half_is_read() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (pull, push) = line(&ctx, [5, 5], "inproc://full");
        let (mut sent, mut read) = (0_u32, 0_u32);
        let fill = |sent: &mut u32| {
            // A send that does not wait hears of what it was told once a millisecond.
            push.get(ZMQ_EVENTS);
            while push.try_send(&sent.to_ne_bytes(), ZMQ_DONTWAIT).is_ok() {
                *sent += 1;
            }
            *sent
        };
        let take = |read: &mut u32| {
            assert_eq!(pull.recv_now(), Some(read.to_ne_bytes().to_vec()), "full, though empty");
            *read += 1;
        };
        for mark in [5, 8, 15, 40] {
            while read < sent {
                take(&mut read);
            }
            for (socket, option) in [(&pull, ZMQ_RCVHWM), (&push, ZMQ_SNDHWM)] {
                socket.set(option, mark);
            }
            // Each has told the other.
            for socket in [&pull, &push] {
                socket.get(ZMQ_EVENTS);
            }
            let room = 5 + u32::try_from(mark).expect("positive");
            for _ in 0..5 {
                let full = fill(&mut sent);
                assert!(full - read <= room, "{full} and {read} of {room}");
                let before = read;
                while fill(&mut sent) == full {
                    take(&mut read);
                }
                assert!(read - before <= room.div_ceil(2), "{before} and {read} of {room}");
            }
        }
    });
}

/// The kind of pipe that keeps the newest message alone.
#[test]
fn of_several_messages_the_newest_is_kept() {
    isolated(secs(20), || {
        for transport in ["inproc://newest", "tcp://127.0.0.1:*"] {
            let ctx = Ctx::new();
            let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
            push.set(ZMQ_CONFLATE, 1);
            let address = pull.set(ZMQ_CONFLATE, 1).bind(transport);
            push.connect(&address);
            for number in 0..1000_u32 {
                push.send(&number.to_ne_bytes());
            }
            let mut last = pull.recv(LONG);
            while last.as_deref() != Some(&999_u32.to_ne_bytes()) {
                last = Some(pull.recv(LONG).expect("the last one"));
            }
            assert_eq!(pull.recv_now(), None);
        }
    });
}
