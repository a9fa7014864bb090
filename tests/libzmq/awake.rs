//! 0054-awake: a peer within the process that answers at once is met awake, and nobody waits awake for long.

use super::isolated;
use super::limits::of_this_thread;
use super::raw::{Ctx, LONG, Sock};
use host::secs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::ZMQ_PAIR;

fn line(ctx: &Ctx) -> (Sock, Sock) {
    let (one, other) = (ctx.socket(ZMQ_PAIR), ctx.socket(ZMQ_PAIR));
    one.bind("inproc://awake");
    other.connect("inproc://awake");
    (one, other)
}

/// This thread runs on that one of the processors it may use.
fn stay_on(number: usize) {
    // SAFETY: plain sets of the C library, which live through the calls.
    unsafe {
        let mut all: libc::cpu_set_t = std::mem::zeroed();
        assert_eq!(libc::sched_getaffinity(0, size_of_val(&all), &raw mut all), 0);
        let ours = (0..1024).filter(|&processor| libc::CPU_ISSET(processor, &all)).nth(number).expect("a processor");
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(ours, &mut one);
        assert_eq!(libc::sched_setaffinity(0, size_of_val(&one), &raw const one), 0);
    }
}

/// How often this side slept in each hundred questions, as long as `more` are wanted; each is of these parts and answered by so
/// many messages of as many.
fn sleeps(parts: usize, answers: usize, more: impl Fn(&[i64]) -> bool + Send) -> Vec<i64> {
    if thread::available_parallelism().map_or(1, usize::from) < 2 {
        println!("nobody can be met awake on one processor");
        return Vec::new();
    }
    let ctx = Ctx::new();
    let (one, other) = line(&ctx);
    let message: Vec<&[u8]> = vec![b"?"; parts];
    let asked = &message;
    thread::scope(|scope| {
        scope.spawn(move || {
            stay_on(1);
            while other.message() != [b""] {
                for _ in 0..answers {
                    other.send_message(asked);
                }
            }
        });
        let asks = scope.spawn(move || {
            stay_on(0);
            let ask = |times| {
                let (_, before) = of_this_thread();
                for _ in 0..times {
                    one.send_message(asked);
                    for _ in 0..answers {
                        assert_eq!(one.message().len(), parts);
                    }
                }
                of_this_thread().1 - before
            };
            // More waits than the longest rest after a spin in vain: the other side has just begun.
            ask(3_000 / answers);
            let mut slept = Vec::new();
            while more(&slept) {
                slept.push(ask(100));
            }
            one.send(b"");
            slept
        });
        asks.join().expect("an end")
    })
}

/// On two processors a hundred round trips pass without a sleep, as soon as nobody else wants both.
#[test]
fn who_answers_at_once_is_met_awake() {
    isolated(secs(120), || {
        for parts in [1, 20] {
            let end = Instant::now() + secs(45);
            let more = |slept: &[i64]| Instant::now() < end && slept.last().is_none_or(|&last| last > 20);
            let slept = sleeps(parts, 1, more);
            let fewest = slept.iter().min().copied();
            assert!(fewest.is_none_or(|fewest| fewest <= 20), "100 round trips of {parts} parts: {fewest:?} sleeps");
        }
    });
}

/// What comes together is not waited for awake.
#[test]
fn a_stream_is_met_asleep() {
    isolated(secs(60), || {
        let mut slept = sleeps(1, 60, |slept| slept.len() < 20);
        slept.sort_unstable();
        let middle = slept.get(slept.len() / 2).copied();
        assert!(middle.is_none_or(|middle| middle >= 50), "100 answers of sixty messages each took {slept:?} sleeps");
    });
}

/// Messages come too late for a spin, which is given up at last.
#[test]
fn what_comes_late_is_waited_for_asleep() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (one, other) = line(&ctx);
        let ended = &AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_micros(150));
                    other.send(b"late");
                }
            });
            let wait = |messages: u32| {
                let (before, _) = of_this_thread();
                for _ in 0..messages {
                    assert!(one.recv(LONG).is_some());
                }
                (of_this_thread().0 - before) / messages
            };
            // Learns first.
            wait(500);
            let each = (0..20).map(|_| wait(100)).min().expect("some");
            ended.store(true, Ordering::Relaxed);
            println!("{each:?} of a processor for each message");
            assert!(each < Duration::from_micros(40), "{each:?} of a processor for each message");
        });
    });
}
