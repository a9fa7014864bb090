//! 0043-content-kept, 0050-fewer-turns: how often the I/O thread asks the system for each message.

use super::content::take;
use super::isolated;
use super::limits::Counted;
use super::raw::Ctx;
use host::secs;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_PULL, ZMQ_PUSH};

const MESSAGES: u32 = 30;

/// Calls of `counted` for each message of `size` bytes that is sent to a connection at rest, by tcp and by ipc.
fn calls_per_message(counted: &[libc::c_long], size: usize) -> [f64; 2] {
    let counted = Counted::from_now_on(counted);
    ["tcp://127.0.0.1:*", "ipc://*"].map(|endpoint| {
        let ctx = Ctx::new();
        let (pull, push) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
        push.connect(&pull.bind(endpoint));
        let data = vec![7; size];
        let mut before = 0;
        for message in 0..=MESSAGES {
            push.send(&data);
            take(&pull, size);
            thread::sleep(Duration::from_millis(4));
            if message == 0 {
                before = counted.calls();
            }
        }
        let each = f64::from(counted.calls() - before) / f64::from(MESSAGES);
        println!("{endpoint}, {size} bytes: {each:.2} calls a message");
        each
    })
}

/// One change of what is watched, or rather of nothing, asks whether the descriptor is what it was.
#[test]
fn who_can_write_at_once_changes_no_watch() {
    isolated(secs(60), || {
        for each in calls_per_message(&[libc::SYS_epoll_ctl], 3) {
            assert!((0.9..1.3).contains(&each), "{each:.2} changes of a watch a message");
        }
    });
}

/// The poller tells of the command, of the beginning and of the end of what came: no turn for the rest of the message.
#[test]
fn a_long_message_takes_no_more_turns_than_a_short_one() {
    isolated(secs(60), || {
        #[cfg(target_arch = "x86_64")]
        let waits = [libc::SYS_epoll_wait, libc::SYS_epoll_pwait];
        #[cfg(not(target_arch = "x86_64"))]
        let waits = [libc::SYS_epoll_pwait];
        for each in calls_per_message(&waits, 64 << 10) {
            assert!((0.9..2.5).contains(&each), "{each:.2} turns of the poller a message");
        }
    });
}

/// Header and body.
#[test]
fn a_long_message_is_written_by_one_call() {
    isolated(secs(60), || {
        for each in calls_per_message(&[libc::SYS_sendto], 64 << 10) {
            assert!((0.9..1.3).contains(&each), "{each:.2} writes a message");
        }
    });
}
