//! Sockets that were closed, were waited for in vain, and still deliver what was sent, for up to `ZMQ_LINGER`. libzmq does
//! that by itself; how many there are is known here.

use crate::zmq::End;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The ends that had not come when they were last looked at.
static AWAITED: Mutex<Vec<End>> = Mutex::new(Vec::new());

/// Counts a socket until its end comes.
pub fn watch(end: End) {
    let mut awaited = awaited();
    // With room for as many again: so it costs little, however many there are.
    if awaited.len() == awaited.capacity() {
        forget_those_that_came(&mut awaited);
        let room = awaited.len().max(16);
        awaited.reserve(room);
    }
    awaited.push(end);
}

/// How many sockets still deliver what was sent.
pub fn count() -> usize {
    let mut awaited = awaited();
    forget_those_that_came(&mut awaited);
    awaited.len()
}

fn forget_those_that_came(awaited: &mut Vec<End>) {
    awaited.retain(|end| !end.has_come(Duration::ZERO));
}

fn awaited() -> MutexGuard<'static, Vec<End>> {
    AWAITED.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// One test, for there is one count.
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
        // Who never asks how many there are keeps no more than twice what is there.
        for _ in 0..5 {
            (0..20).for_each(|_| closed_in_vain(200));
            let end = Instant::now() + Duration::from_secs(20);
            while !awaited().iter().all(|end| end.has_come(Duration::ZERO)) {
                assert!(Instant::now() < end, "one of them does not end");
                sleep(Duration::from_millis(10));
            }
        }
        assert!(awaited().capacity() <= 64, "{} are kept", awaited().len());
    }
}
