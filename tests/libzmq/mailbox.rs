//! 0042-fewer-system-calls: who looks whether something has come asks the system for nothing, and who sleeps is woken.

use super::glue::{IN, wait};
use super::raw::{Ctx, LONG, Sock};
use super::{isolated, limits};
use host::secs;
use std::ffi::c_int;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_EVENTS, ZMQ_FD, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM, ZMQ_SNDHWM};

/// The number of patch 0041.
const COMMANDS: u32 = 431_003;

fn line(ctx: &Ctx, address: &str) -> (Sock, Sock) {
    let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
    pull.set(ZMQ_RCVHWM, 0).bind(address);
    push.set(ZMQ_SNDHWM, 0).connect(address);
    pull.get(ZMQ_EVENTS);
    (pull, push)
}

/// On a thread to which getpid, poll, read and write are refused.
#[test]
fn a_look_asks_the_system_for_nothing() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (pull, push) = line(&ctx, "inproc://looked-at");
        thread::spawn(move || {
            for call in [libc::SYS_getpid, libc::SYS_ppoll, libc::SYS_read, libc::SYS_write] {
                limits::refuse(call, libc::EPERM);
            }
            #[cfg(target_arch = "x86_64")]
            limits::refuse(libc::SYS_poll, libc::EPERM);
            for _ in 0..200 {
                assert_eq!(pull.recv_now(), None);
                assert_eq!(pull.get(ZMQ_EVENTS), 0);
                assert_eq!(pull.get(COMMANDS), 0);
                assert_eq!(wait(&pull, IN, 0), Ok(false));
            }
            pull
        })
        .join()
        .expect("who looks")
        .close();
        push.close();
    });
}

/// How many reads the calling thread has asked the system for.
fn reads() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/io").expect("/proc");
    let line = text.lines().find_map(|line| line.strip_prefix("syscr: ")).expect("a count");
    line.parse().expect("a number")
}

/// A wake-up costs whoever waits one poll and one read, which takes the signal.
#[test]
fn a_wait_is_one_sleep() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (pull, push) = line(&ctx, "inproc://waited-for");
        let (turn, turns) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                for () in turns {
                    // The other sleeps by now, most often.
                    thread::sleep(Duration::from_millis(1));
                    push.send(b"wake up");
                }
            });
            scope.spawn(move || {
                limits::refuse(libc::SYS_getpid, libc::EPERM);
                #[cfg(target_arch = "x86_64")]
                limits::refuse_looks();
                let start = reads();
                let own = reads() - start;
                for waits in [true, false].repeat(50) {
                    turn.send(()).expect("the sender");
                    if waits {
                        assert_eq!(wait(&pull, IN, 10_000), Ok(true));
                        assert!(pull.recv_now().is_some());
                    } else {
                        assert!(pull.recv(LONG).is_some());
                    }
                }
                let asked = reads() - start - 2 * own;
                assert!(asked <= 110, "{asked} reads for 100 messages");
            });
        });
    });
}

/// Sleeps on the socket's own descriptor; false when nobody woke it for so long that nobody will.
fn woken(socket: &Sock) -> bool {
    let mut item = libc::pollfd { fd: socket.get(ZMQ_FD), events: libc::POLLIN, revents: 0 };
    // SAFETY: one item, which lives through the call.
    unsafe { libc::poll(&raw mut item, 1, 5_000) == 1 }
}

/// Gives what has come, if anything has.
type Way = fn(&Sock) -> Option<Vec<u8>>;

/// Every way to find a socket empty leaves it so that the next message wakes whoever sleeps on the descriptor.
#[test]
fn who_sleeps_on_the_descriptor_is_woken() {
    isolated(secs(60), || {
        let ways: [Way; 4] = [
            Sock::recv_now,
            |pull| if pull.get(ZMQ_EVENTS) == 0 { None } else { pull.recv_now() },
            |pull| if wait(pull, IN, 0) == Ok(false) { None } else { pull.recv_now() },
            |pull| {
                pull.get(COMMANDS);
                pull.recv_now()
            },
        ];
        let messages = 20_000_u32;
        for (number, next) in ways.iter().enumerate() {
            let ctx = Ctx::new();
            let (pull, push) = line(&ctx, &format!("inproc://slept-on-{number}"));
            let sender = thread::spawn(move || {
                for message in 0..messages {
                    push.send(&message.to_ne_bytes());
                    // Now in the middle of the other's look, now before it and now after.
                    for _ in 0..(message.wrapping_mul(2_654_435_761) >> 22) {
                        std::hint::spin_loop();
                    }
                    if message % 64 == 0 {
                        thread::yield_now();
                    }
                }
                push
            });
            let mut received = 0;
            while received < messages {
                if let Some(message) = next(&pull) {
                    assert_eq!(message, received.to_ne_bytes());
                    received += 1;
                } else {
                    assert!(woken(&pull), "asleep for ever after {received} messages, way {number}");
                }
            }
            sender.join().expect("the sender").close();
        }
    });
}

/// As src/background/keeper.rs does it: one thread sleeps on the descriptor by an epoll that tells once, and works through
/// the commands of the socket whenever its owner is away. What the owner took meanwhile must not leave it blind.
#[test]
fn who_looks_after_an_idle_socket_is_woken() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (pull, push) = line(&ctx, "inproc://looked-after");
        let descriptor = pull.get(ZMQ_FD);
        let (gate, looked, ended) = (Mutex::new(pull), AtomicU32::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| look_after(descriptor, &gate, &looked, &ended));
            for round in 0..2_000_u32 {
                // The owner's calls, which may take the signal before the other sees it.
                for _ in 0..round % 4 {
                    push.send(b"taken by the owner");
                    assert!(gate.lock().expect("the gate").recv(LONG).is_some());
                }
                while gate.lock().expect("the gate").recv_now().is_some() {}
                let before = looked.load(Ordering::Acquire);
                push.send(b"for whoever looks");
                let end = Instant::now() + Duration::from_secs(5);
                while looked.load(Ordering::Acquire) == before {
                    assert!(Instant::now() < end, "blind in round {round}");
                    thread::yield_now();
                }
            }
            ended.store(true, Ordering::Release);
            push.send(b"the end");
        });
    });
}

fn look_after(descriptor: c_int, gate: &Mutex<Sock>, looked: &AtomicU32, ended: &AtomicBool) {
    let wanted = (libc::EPOLLIN | libc::EPOLLONESHOT).cast_unsigned();
    let mut event = libc::epoll_event { events: wanted, u64: 0 };
    // SAFETY: a set of its own, the descriptor of a socket that lives on, and an event that lives through the calls.
    unsafe {
        let set = libc::epoll_create1(libc::EPOLL_CLOEXEC);
        assert_eq!(libc::epoll_ctl(set, libc::EPOLL_CTL_ADD, descriptor, &raw mut event), 0);
        while !ended.load(Ordering::Acquire) {
            if libc::epoll_wait(set, &raw mut event, 1, 10_000) == 1 {
                let pull = gate.lock().expect("the gate");
                assert_eq!(pull.get(COMMANDS), 0);
                event.events = wanted;
                assert_eq!(libc::epoll_ctl(set, libc::EPOLL_CTL_MOD, descriptor, &raw mut event), 0);
                looked.fetch_add(1, Ordering::Release);
            }
        }
        libc::close(set);
    }
}
