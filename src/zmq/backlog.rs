//! Sockets that were closed and have not ended. `zmq_close(3)` hands a socket to one thread of libzmq's; who makes and
//! drops sockets in a row is quicker than that thread, and each socket keeps its descriptors until its end. So a new
//! socket waits, a bounded time, until the number on their way out is small again.
//!
//! Some do not end by themselves: they wait for a peer that is not there, or does not look. They are told from the others
//! by a pause in which none ends, and not waited for again.

use super::context::{self, Figure};
use super::process;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a new socket may wait in all, and how many looks without seeing one end: counted, not timed, for on a busy
/// machine libzmq's thread has to wait as we do.
const PATIENCE: Duration = Duration::from_secs(1);
const QUIET: u32 = 200;

/// The same where libzmq has refused a socket: then the alternative is an error.
const LAST_PATIENCE: Duration = Duration::from_secs(5);
const LAST_QUIET: u32 = 1_000;

/// How often those that were not waited for are looked at again.
const AGAIN: Duration = Duration::from_secs(1);
const LAST_AGAIN: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_micros(200);

/// So few are never waited for, whatever the limit of descriptors.
const FEW: u32 = 8;
const MANY: u32 = 256;

struct Held {
    /// How many were on their way out when none of them ended any more.
    count: u32,
    looked: Option<Instant>,
    /// When a socket was refused because of them.
    refused: Option<Instant>,
}

static HELD: Mutex<Held> = Mutex::new(Held { count: 0, looked: None, refused: None });

/// How a wait ended.
#[derive(PartialEq, Eq)]
enum End {
    Few,
    Quiet,
    Late,
}

/// Waits until few sockets are on their way out. Before a socket is made.
pub(super) fn settle(context: *mut c_void) {
    let Some(closing) = context::figure(context, Figure::Closing).filter(|&closing| closing > FEW) else {
        return;
    };
    let bound = process::descriptor_limit().map_or(MANY, |limit| (limit / 16).clamp(FEW, MANY));
    let goal = {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        held.count = held.count.min(closing);
        // The more are held up the rarer it is looked whether they still are.
        if closing <= held.count + bound.max(held.count.min(2 * bound)) {
            return;
        }
        let now = Instant::now();
        let all = held.looked.is_none_or(|looked| now.duration_since(looked) >= AGAIN);
        if all {
            held.looked = Some(now);
        }
        if all { bound / 2 } else { held.count + bound / 2 }
    };
    if wait(context, goal) == End::Quiet {
        let closing = context::figure(context, Figure::Closing).unwrap_or(0);
        HELD.lock().unwrap_or_else(PoisonError::into_inner).count = closing;
    }
}

/// Waits until one socket more has ended; false when there is none to wait for. After a refusal for want of descriptors.
pub(super) fn one_more(context: *mut c_void, deadline: Instant) -> bool {
    let closing = || context::figure(context, Figure::Closing).unwrap_or(0);
    let before = context::figure(context, Figure::Ended);
    {
        let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = held.refused.is_some_and(|refused| refused.elapsed() < LAST_AGAIN);
        if lately && closing() <= held.count {
            return false;
        }
    }
    for _ in 0..LAST_QUIET {
        if closing() == 0 || Instant::now() >= deadline {
            return false;
        }
        thread::sleep(PAUSE);
        if context::figure(context, Figure::Ended) != before {
            return true;
        }
    }
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    (held.count, held.refused) = (closing(), Some(Instant::now()));
    false
}

/// When `one_more` gives up.
pub(super) fn deadline() -> Instant {
    Instant::now() + LAST_PATIENCE
}

fn wait(context: *mut c_void, goal: u32) -> End {
    let deadline = Instant::now() + PATIENCE;
    let mut ended = None;
    let mut looks = 0;
    loop {
        if context::figure(context, Figure::Closing).is_none_or(|closing| closing <= goal) {
            return End::Few;
        }
        let figure = context::figure(context, Figure::Ended);
        looks = if figure == ended { looks + 1 } else { 0 };
        ended = figure;
        if looks >= QUIET {
            return End::Quiet;
        }
        if Instant::now() >= deadline {
            return End::Late;
        }
        thread::sleep(PAUSE);
    }
}
