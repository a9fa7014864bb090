//! Closing in the background: sockets that were closed, were waited for in vain, and still deliver what was sent, for up to
//! `ZMQ_LINGER`. libzmq does it by itself; a thread here hears of their ends, so that how many there are is known. It starts
//! with the first of them and ends with the last.

use super::actor::{Actor, Mailbox, Told};
use crate::zmq::{Monitor, Report};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

/// A socket on its way out.
struct Lingering(Monitor);

static COUNT: AtomicUsize = AtomicUsize::new(0);
static WATCHER: Mutex<Option<Actor<Lingering>>> = Mutex::new(None);

/// As many are heard of, at the most: each costs a socket until it ends.
const MOST: usize = 256;

/// How often it is looked whether everything has ended, ms: a report wakes it anyway.
const SLICE: u16 = 1_000;

impl Lingering {
    fn new(monitor: Monitor) -> Self {
        COUNT.fetch_add(1, Ordering::Relaxed);
        Self(monitor)
    }

    fn has_ended(&mut self) -> bool {
        self.0.hear(Report::End, None, Duration::ZERO)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Hears the end of the socket whose monitor this is, whenever it comes. Where there is no thread for it, or there are enough
/// of them, the socket ends unheard: whoever closes is kept by nothing here.
pub fn watch(monitor: Monitor) {
    if count() >= MOST {
        return;
    }
    let mut lingering = Lingering::new(monitor);
    let mut watcher = match WATCHER.try_lock() {
        Ok(watcher) => watcher,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return,
    };
    if let Some(actor) = &mut *watcher {
        match actor.tell(lingering) {
            Ok(()) => return,
            Err(refused) => lingering = refused,
        }
    }
    *watcher = Actor::start("zmq-lingering", |mailbox| hear_ends(mailbox, lingering)).ok();
}

/// How many sockets still deliver what was sent, as far as they are heard of.
pub fn count() -> usize {
    COUNT.load(Ordering::Relaxed)
}

fn hear_ends(mut mailbox: Mailbox<Lingering>, first: Lingering) {
    let mut all = vec![first];
    loop {
        match mailbox.next() {
            Told::This(lingering) => {
                all.push(lingering);
                continue;
            }
            Told::Nothing => {}
            Told::End => return,
        }
        all.retain_mut(|lingering| !lingering.has_ended());
        if all.is_empty() {
            // Told nothing under the lock, it will not be told anything more: the next one finds no thread, and starts one.
            let mut watcher = watcher();
            match mailbox.next() {
                Told::This(lingering) => all.push(lingering),
                Told::Nothing | Told::End => {
                    *watcher = None;
                    return;
                }
            }
        }
        mailbox.sleep(all.iter_mut().map(|lingering| lingering.0.stream()), SLICE);
    }
}

fn watcher() -> MutexGuard<'static, Option<Actor<Lingering>>> {
    WATCHER.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{self, IntOption, Message, Socket, SocketType, Watched};
    use std::thread::sleep;
    use std::time::Instant;

    fn closed_in_vain(linger: i32) {
        let mut lonely = Watched::new(Socket::new(SocketType::Push).unwrap());
        lonely.set_int(IntOption::Linger, linger).unwrap();
        lonely.connect("tcp://127.0.0.1:9").unwrap();
        lonely.send(&mut Message::from_bytes(b"never read").unwrap(), false).unwrap();
        watch(zmq::close(lonely, Duration::ZERO).expect("it cannot have been delivered"));
    }

    /// One test, for there is one count. Another thread follows the first, which ended when there was nothing left.
    #[test]
    fn their_number_is_known_until_they_end() {
        for _ in 0..2 {
            closed_in_vain(700);
            closed_in_vain(300);
            assert_eq!(count(), 2);
            let end = Instant::now() + Duration::from_secs(20);
            while count() > 0 {
                assert!(Instant::now() < end, "{} are still there", count());
                sleep(Duration::from_millis(10));
            }
        }
    }
}
