//! Closing that waits a little. `zmq_close(3)` returns at once and leaves what was sent and the listening port to threads
//! of libzmq's. A script that drops its socket and ends, or binds the same address in its next line, would lose the race;
//! so closing waits until those threads are done, for a bounded time.

use super::option::{Event, IntOption, SocketType};
use super::socket::Socket;
use std::ffi::CString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Closes `socket` and waits until all that it sent has left the process and its addresses are free, for `patience` at
/// the most. False when the time passed: the rest goes on in the background for up to `ZMQ_LINGER`.
///
/// Not for a socket with `inproc` peers only: what it sent lies with them already, and its end waits for them to look.
pub fn close(mut socket: Socket, patience: Duration) -> bool {
    let watcher = watch(&mut socket);
    drop(socket);
    let Some(mut watcher) = watcher else {
        return false;
    };
    let deadline = Instant::now() + patience;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let slice = u16::try_from(left.as_millis()).unwrap_or(u16::MAX);
        match watcher.poll(Event::Receivable, slice) {
            Ok(true) => return true,
            Ok(false) if slice < u16::MAX => return false,
            Ok(false) => {}
            Err(error) if error.is_interrupted() => {}
            Err(_) => return false,
        }
    }
}

/// A PAIR socket that hears of the end of `socket`. None where there is no descriptor for it.
fn watch(socket: &mut Socket) -> Option<Socket> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let address = CString::new(format!("inproc://addin-zeromq.closing.{number}")).ok()?;
    let mut watcher = Socket::new(SocketType::Pair).ok()?;
    watcher.set_int(IntOption::Linger, 0).ok()?;
    socket.announce_end(&address).ok()?;
    watcher.connect(address.to_str().ok()?).ok()?;
    Some(watcher)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::Message;

    const PATIENT: Duration = Duration::from_secs(10);

    /// A sender whose peer never comes, closed with little patience.
    fn give_up() {
        let mut lonely = Socket::new(SocketType::Push).unwrap();
        lonely.set_int(IntOption::Linger, 300).unwrap();
        lonely.connect("tcp://127.0.0.1:9").unwrap();
        lonely.send(&mut Message::from_bytes(b"never read").unwrap(), false).unwrap();
        assert!(!close(lonely, Duration::from_millis(50)));
    }

    #[test]
    fn a_watcher_that_gave_up_stops_nobody() {
        give_up();
        std::thread::sleep(Duration::from_millis(400));
        let mut bound = Socket::new(SocketType::Pull).unwrap();
        bound.bind("tcp://127.0.0.1:*").unwrap();
        let address = bound.last_endpoint().unwrap();
        assert!(close(bound, PATIENT), "the thread that ends sockets is stuck");
        Socket::new(SocketType::Pull).unwrap().bind(&address).unwrap();
    }

    #[test]
    fn closing_ends_as_soon_as_the_last_message_has_left() {
        let mut receiver = Socket::new(SocketType::Pull).unwrap();
        receiver.bind("tcp://127.0.0.1:*").unwrap();
        let mut sender = Socket::new(SocketType::Push).unwrap();
        sender.connect(&receiver.last_endpoint().unwrap()).unwrap();
        sender.send(&mut Message::from_bytes(b"last").unwrap(), false).unwrap();
        assert!(close(sender, PATIENT));
        assert!(receiver.poll(Event::Receivable, 10_000).unwrap());
        assert_eq!(receiver.receive().unwrap().bytes(), b"last");
    }
}
