//! 0055-corked-sender: whoever sends much at once wakes nobody for each message, and leaves nobody asleep.

use super::glue::{OUT, wait};
use super::isolated;
use super::limits::Counted;
use super::raw::{Ctx, LONG, Sock, poll_out, settle};
use host::secs;
use std::ffi::{c_int, c_void};
use std::thread;
use std::time::Duration;
use zmq_sys::{
    ZMQ_CONFLATE, ZMQ_DEALER, ZMQ_DONTWAIT, ZMQ_EVENTS, ZMQ_POLLOUT, ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM,
    ZMQ_ROUTER, ZMQ_ROUTING_ID, ZMQ_SNDHWM, ZMQ_SNDMORE, ZMQ_SNDTIMEO, ZMQ_SUB, ZMQ_SUBSCRIBE,
};

unsafe extern "C" {
    fn addin_zmq_cork(socket: *mut c_void, corked: c_int);
}

fn cork(socket: &Sock, corked: bool) {
    // SAFETY: the socket lives through the call.
    unsafe { addin_zmq_cork(socket.ptr(), c_int::from(corked)) };
}

const TRANSPORTS: [&str; 3] = ["inproc://corked", "ipc://*", "tcp://127.0.0.1:*"];

/// Two sockets over which one message has gone, and whose threads sleep again.
fn line(ctx: &Ctx, address: &str) -> (Sock, Sock) {
    let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
    push.connect(&pull.bind(address));
    push.send(b"first");
    assert_eq!(pull.recv(LONG).as_deref(), Some(&b"first"[..]));
    asleep(&pull);
    (pull, push)
}

/// Nothing has come, and all that could be done is.
fn asleep(socket: &Sock) {
    thread::sleep(Duration::from_millis(30));
    assert_eq!(socket.recv_now(), None);
}

fn number(number: u32) -> [u8; 4] {
    number.to_ne_bytes()
}

#[test]
fn who_sleeps_is_woken_when_all_is_there() {
    isolated(secs(20), || {
        for address in TRANSPORTS {
            let ctx = Ctx::new();
            let (pull, push) = line(&ctx, address);
            for _ in 0..2 {
                cork(&push, true);
                for sent in 0..100 {
                    push.send(&number(sent));
                }
                asleep(&pull);
                cork(&push, false);
                for sent in 0..100 {
                    assert_eq!(pull.recv(LONG), Some(number(sent).to_vec()), "{address}");
                }
                asleep(&pull);
            }
        }
    });
}

/// Wakings of the thread that writes to the connection, and its writes.
#[test]
fn many_messages_take_few_writes() {
    isolated(secs(20), || {
        let counted = Counted::from_now_on(&[libc::SYS_write, libc::SYS_sendto]);
        for address in TRANSPORTS {
            let ctx = Ctx::new();
            let (pull, push) = line(&ctx, address);
            let before = counted.calls();
            cork(&push, true);
            for sent in 0..100 {
                push.send(&number(sent));
                // As long as it takes to write one, and sleep.
                thread::sleep(Duration::from_millis(2));
            }
            cork(&push, false);
            for sent in 0..100 {
                assert_eq!(pull.recv(LONG), Some(number(sent).to_vec()));
            }
            let calls = counted.calls() - before;
            assert!(calls < 10, "{calls} writes by {address}");
        }
    });
}

/// The reader that is to make room may be the one that sleeps.
#[test]
fn whoever_waits_wakes_the_others_first() {
    isolated(secs(60), || {
        let waits: [fn(&Sock) -> bool; 4] = [
            |push| wait(push, OUT, 10_000) == Ok(true),
            |push| poll_out(push, 10_000) == Ok(1),
            |push| push.try_send(b"more", 0).is_ok(),
            // Not a wait: an event loop asks for the events, and sleeps where there are none.
            |push| {
                for _ in 0..1000 {
                    if push.get(ZMQ_EVENTS).cast_unsigned() & ZMQ_POLLOUT != 0 {
                        return true;
                    }
                    thread::sleep(Duration::from_millis(10));
                }
                false
            },
        ];
        for (kind, room) in waits.into_iter().enumerate() {
            let ctx = Ctx::new();
            let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
            push.set(ZMQ_SNDHWM, 5).set(ZMQ_SNDTIMEO, 10_000);
            push.connect(&pull.bind("tcp://127.0.0.1:*"));
            push.send(b"first");
            assert!(pull.recv(LONG).is_some());
            asleep(&pull);
            settle(&[&push]);
            cork(&push, true);
            let mut sent = 0;
            while push.try_send(b"fills", ZMQ_DONTWAIT).is_ok() {
                sent += 1;
                assert!(sent < 10, "somebody takes them");
            }
            assert!(room(&push), "wait {kind}");
            // Still corked.
            asleep_after(&pull, sent);
            cork(&push, false);
        }
    });
}

/// So many messages, at least, have come.
fn asleep_after(pull: &Sock, sent: usize) {
    for _ in 0..sent {
        assert_eq!(pull.recv(LONG).as_deref(), Some(&b"fills"[..]));
    }
}

#[test]
fn what_was_sent_before_the_end_arrives() {
    isolated(secs(20), || {
        for address in TRANSPORTS {
            for closes in [false, true] {
                let ctx = Ctx::new();
                let (pull, push) = line(&ctx, address);
                let endpoint = pull.endpoint();
                cork(&push, true);
                for sent in 0..10 {
                    push.send(&number(sent));
                }
                let rest = if closes {
                    push.close();
                    None
                } else {
                    push.disconnect(&endpoint);
                    Some(push)
                };
                for sent in 0..10 {
                    assert_eq!(pull.recv(LONG), Some(number(sent).to_vec()), "{address}, closes: {closes}");
                }
                drop(rest);
            }
        }
    });
}

/// Both take turns until one has gone; the other gets all of its own, and all after that.
#[test]
fn a_peer_that_goes_meanwhile_takes_nothing_along() {
    isolated(secs(20), || {
        for hears in [true, false] {
            let ctx = Ctx::new();
            let push = ctx.socket(ZMQ_PUSH);
            push.bind("inproc://goes");
            let pulls: [Sock; 2] = [0, 1].map(|_| ctx.socket(ZMQ_PULL));
            for pull in &pulls {
                pull.set(ZMQ_RCVHWM, 0).connect("inproc://goes");
            }
            settle(&[&push, &pulls[0], &pulls[1]]);
            let [stays, goes] = pulls;
            cork(&push, true);
            push.send(&number(0));
            push.send(&number(1));
            goes.close();
            if hears {
                settle(&[&push]);
            } else {
                thread::sleep(Duration::from_millis(20));
            }
            for sent in 2..10 {
                push.send(&number(sent));
            }
            settle(&[&push]);
            for sent in 10..20 {
                push.send(&number(sent));
            }
            cork(&push, false);
            let mut came = Vec::new();
            while let Some(next) = stays.recv(Duration::from_millis(300)) {
                came.push(u32::from_ne_bytes(next.try_into().expect("a number")));
            }
            assert!(came.is_sorted(), "{came:?}");
            // Of the first two one was the other's.
            let least = if hears { 2 } else { 10 };
            assert!((least..20).all(|sent| came.contains(&sent)), "{came:?}");
        }
    });
}

#[test]
fn each_of_many_peers_is_woken() {
    isolated(secs(20), || {
        for address in TRANSPORTS {
            for (sends, receives) in [(ZMQ_PUSH, ZMQ_PULL), (ZMQ_PUB, ZMQ_SUB), (ZMQ_ROUTER, ZMQ_DEALER)] {
                let ctx = Ctx::new();
                let from = ctx.socket(sends);
                let endpoint = from.bind(address);
                let to: Vec<Sock> = (0..5_u8).map(|_| ctx.socket(receives)).collect();
                for (index, socket) in to.iter().enumerate() {
                    let name = [b'0' + u8::try_from(index).expect("few")];
                    if receives == ZMQ_SUB {
                        socket.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
                    }
                    if receives == ZMQ_DEALER {
                        socket.set_bytes(ZMQ_ROUTING_ID, &name).expect("a name");
                    }
                    socket.connect(&endpoint);
                }
                settle(&[&from]);
                settle(&[&from]);
                to.iter().for_each(asleep);
                cork(&from, true);
                for name in b"0123401234" {
                    if sends == ZMQ_ROUTER {
                        from.try_send(&[*name], ZMQ_SNDMORE).expect("a peer");
                    }
                    from.send(b"for you");
                }
                to.iter().for_each(asleep);
                cork(&from, false);
                let expected = if sends == ZMQ_PUB { 10 } else { 2 };
                for socket in &to {
                    for _ in 0..expected {
                        assert_eq!(socket.recv(LONG).as_deref(), Some(&b"for you"[..]), "{address}");
                    }
                    asleep(socket);
                }
            }
        }
    });
}

/// Such a pipe tells at each message that its reader sleeps.
#[test]
fn of_what_only_the_newest_is_kept_it_is_the_newest() {
    isolated(secs(20), || {
        for address in TRANSPORTS {
            let ctx = Ctx::new();
            let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
            push.set(ZMQ_CONFLATE, 1);
            push.connect(&pull.set(ZMQ_CONFLATE, 1).bind(address));
            push.send(b"first");
            assert!(pull.recv(LONG).is_some());
            asleep(&pull);
            cork(&push, true);
            for sent in 0..100 {
                push.send(&number(sent));
            }
            asleep(&pull);
            cork(&push, false);
            assert_eq!(pull.recv(LONG), Some(number(99).to_vec()), "{address}");
            asleep(&pull);
        }
    });
}
