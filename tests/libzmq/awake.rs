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

/// On two processors a hundred round trips pass without a sleep, as soon as nobody else wants both.
#[test]
fn who_answers_at_once_is_met_awake() {
    isolated(secs(60), || {
        if thread::available_parallelism().map_or(1, usize::from) < 2 {
            println!("nobody can be met awake on one processor");
            return;
        }
        let ctx = Ctx::new();
        let (one, other) = line(&ctx);
        thread::scope(|scope| {
            scope.spawn(move || {
                stay_on(1);
                while let Some(data) = other.recv(LONG).filter(|data| !data.is_empty()) {
                    other.send(&data);
                }
            });
            scope.spawn(move || {
                stay_on(0);
                let end = Instant::now() + secs(45);
                let mut fewest = i64::MAX;
                while fewest > 20 && Instant::now() < end {
                    let (_, before) = of_this_thread();
                    for _ in 0..100 {
                        one.send(b"?");
                        assert!(one.recv(LONG).is_some());
                    }
                    fewest = fewest.min(of_this_thread().1 - before);
                }
                one.send(b"");
                assert!(fewest <= 20, "100 round trips took {fewest} sleeps and more");
            });
        });
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
