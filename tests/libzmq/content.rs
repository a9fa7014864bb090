//! 0043-content-kept: the memory of long messages is kept for the next ones, for a while and up to a limit.

use super::isolated;
use super::raw::{Ctx, LONG, Sock, secure};
use host::figures::figures;
use host::{secs, wait_until};
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM, ZMQ_SNDHWM};

/// The most that is kept, KiB (`content_kept_max`).
const KEPT_KIB: u64 = if size_of::<usize>() > 4 { 256 << 10 } else { 64 << 10 };

/// What the rest of the process may come to in the meantime, KiB.
const SLACK_KIB: u64 = 8 << 10;

fn pair(ctx: &Ctx, endpoint: &str) -> (Sock, Sock) {
    let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
    pull.set(ZMQ_RCVHWM, 0);
    push.set(ZMQ_SNDHWM, 0);
    let endpoint = pull.bind(endpoint);
    push.connect(&endpoint);
    (push, pull)
}

fn resident() -> u64 {
    figures().resident_kib
}

/// Page faults of this process that cost no reading.
fn faults() -> i64 {
    // SAFETY: a record of plain numbers is filled and then read.
    unsafe {
        let mut usage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &raw mut usage), 0);
        usage.ru_minflt
    }
}

/// Receives a message and looks at its bytes where they are; gives that address.
pub fn take(pull: &Sock, size: usize) -> usize {
    // SAFETY: the message is initialised, received into, read within its size, and closed.
    unsafe {
        let mut message = std::mem::zeroed();
        assert_eq!(zmq_sys::zmq_msg_init(&raw mut message), 0);
        let got = zmq_sys::zmq_msg_recv(&raw mut message, pull.ptr(), 0);
        assert_eq!(usize::try_from(got), Ok(size));
        let data = zmq_sys::zmq_msg_data(&raw mut message).cast::<u8>();
        let bytes = std::slice::from_raw_parts(data, size);
        assert!(bytes.iter().step_by(4000).all(|&byte| byte == bytes[0]), "what was sent");
        assert_eq!(zmq_sys::zmq_msg_close(&raw mut message), 0);
        data.addr()
    }
}

/// Faults per message in a row of them, eight under way at a time, and whether all began at a cache line's edge. How many
/// blocks are in use at a time is up to the scheduler, and one more than ever before costs its pages once: the best row of
/// a few tells what a message costs.
fn faults_per_message(endpoint: &str, size: usize) -> (f64, bool) {
    const ROUNDS: u8 = 40;
    let ctx = Ctx::new();
    let (push, pull) = pair(&ctx, endpoint);
    let mut data = vec![0; size];
    let (mut best, mut aligned) = (f64::INFINITY, true);
    for row in 0..6 {
        let before = faults();
        for round in 0..ROUNDS {
            data.fill(round);
            for _ in 0..8 {
                push.send(&data);
            }
            for _ in 0..8 {
                aligned &= take(&pull, size).is_multiple_of(64);
            }
        }
        let each = (faults() - before) as f64 / f64::from(ROUNDS) / 8.0;
        // The first row makes the blocks.
        best = if row == 0 { best } else { each.min(best) };
        if best < 0.5 {
            break;
        }
    }
    (best, aligned)
}

#[test]
fn long_messages_cost_no_page_faults() {
    isolated(secs(60), || {
        for endpoint in ["tcp://127.0.0.1:*", "ipc://*", "inproc://one"] {
            for size in [1 << 20, 64 << 10] {
                let (each, aligned) = faults_per_message(endpoint, size);
                println!("{endpoint}, {size} bytes: {each:.2} page faults a message");
                assert!(each < 0.5, "{endpoint}, {size} bytes: {each:.2} page faults a message");
                assert!(aligned, "{endpoint}, {size} bytes: not at a cache line's edge");
            }
        }
    });
}

/// A queue of 384 MiB, sent by one thread and received by another, both gone since.
fn burst(ctx: &Ctx, size: usize) -> u64 {
    let (push, pull) = pair(ctx, "inproc://burst");
    let count = (384 << 20) / size;
    let push = thread::spawn(move || {
        let data = vec![7; size];
        (0..count).for_each(|_| push.send(&data));
        push
    });
    let push = push.join().expect("sent");
    let queued = resident();
    thread::spawn(move || {
        (0..count).for_each(|_| {
            take(&pull, size);
        })
    })
    .join()
    .expect("received");
    push.close();
    queued
}

#[test]
fn what_a_burst_took_goes_back() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        ctx.socket(ZMQ_PULL).close();
        for size in [20_000, 64 << 10, 1 << 20, 40 << 20] {
            let before = resident();
            let queued = burst(&ctx, size);
            let after = resident();
            assert!(queued > before + (300 << 10), "{size}: {before} -> {queued}: was it all there?");
            assert!(after < before + KEPT_KIB + SLACK_KIB, "{size}: {before} -> {queued} -> {after}");
            let back = wait_until(Duration::from_secs(8), || resident() < before + SLACK_KIB);
            println!("{size}: {before} -> {queued} -> {after} -> {} KiB", resident());
            assert!(back, "{size}: {} KiB is still there, {before} before", resident());
        }
    });
}

/// Whichever context kept it: the last one that ends gives everything back, at once.
#[test]
fn nothing_is_kept_without_a_context() {
    isolated(secs(60), || {
        let before = {
            let ctx = Ctx::new();
            ctx.socket(ZMQ_PULL).close();
            resident()
        };
        for _ in 0..3 {
            let (one, other) = (Ctx::new(), Ctx::new());
            other.socket(ZMQ_PULL).close();
            burst(&one, 1 << 20);
            assert!(resident() > before + KEPT_KIB / 2, "it was kept");
            one.term();
            assert!(resident() > before + KEPT_KIB / 2, "the other context keeps it");
            other.term();
            assert!(resident() < before + SLACK_KIB, "{before} -> {} KiB", resident());
        }
    });
}

/// The context that looked after what is kept ends; the one that stays goes on with it.
#[test]
fn the_context_that_stays_takes_over() {
    isolated(secs(60), || {
        let stays = Ctx::new();
        stays.socket(ZMQ_PULL).close();
        let before = resident();
        let goes = Ctx::new();
        burst(&goes, 1 << 20);
        goes.term();
        assert!(resident() > before + KEPT_KIB / 2, "it was kept");
        assert!(wait_until(Duration::from_secs(8), || resident() < before + SLACK_KIB), "{} KiB", resident());
    });
}

/// A child that is forked while threads are at it sends long messages of its own, and closes the parent's.
#[test]
fn a_forked_child_goes_on() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (push, pull) = pair(&ctx, "inproc://parent");
        let busy = thread::spawn(move || {
            let data = vec![1; 100_000];
            for _ in 0..3000 {
                push.send(&data);
                take(&pull, data.len());
            }
        });
        for _ in 0..20 {
            // SAFETY: the child calls libzmq's own functions and leaves by _exit.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let own = Ctx::new();
                let (push, pull) = pair(&own, "inproc://child");
                for _ in 0..20 {
                    push.send(&[2; 100_000]);
                    take(&pull, 100_000);
                }
                // SAFETY: no precondition; nothing of the parent's is run at the end.
                unsafe { libc::_exit(0) };
            }
            let mut status = 0;
            // SAFETY: the child is ours, the status lives through the call.
            let ended = || unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child;
            assert!(wait_until(LONG, ended), "the child hangs");
            assert_eq!(status, 0, "wait status");
        }
        busy.join().expect("the parent goes on");
    });
}

/// CURVE receives a message in a block for more and shrinks it: here just across the size from which blocks are kept.
#[test]
fn a_message_that_was_shrunk_is_freed_as_it_was_made() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (push, pull) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL));
        secure(&pull, &push);
        let address = pull.bind("tcp://127.0.0.1:*");
        push.connect(&address);
        for size in (16_200..16_400).step_by(3).chain([20_000, 65_500, 1 << 20]) {
            push.send(&vec![3; size]);
            take(&pull, size);
        }
    });
}
