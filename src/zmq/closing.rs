//! Closing that waits a little. `zmq_close(3)` returns at once and leaves what was sent and the listening port to threads
//! of libzmq's. A script that drops its socket and ends, or binds the same address in its next line, would lose the race;
//! so closing waits until those threads are done, for a bounded time.

use super::error::Result;
use super::option::{Event, IntOption, Report, SocketType};
use super::socket::Socket;
use std::ffi::CString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Closes `socket` and waits until all that it sent has left the process and its addresses are free, for `patience` at
/// the most. False when the time passed: the rest goes on in the background for up to `ZMQ_LINGER`.
///
/// Not for a socket with `inproc` peers only: what it sent lies with them already, and its end waits for them to look.
pub fn close(mut socket: Socket, patience: Duration) -> bool {
    let watcher = watch(&mut socket, Report::End);
    drop(socket);
    watcher.is_some_and(|watcher| heard(watcher, patience, None))
}

/// Unbinds `endpoint`, as libzmq resolved it, and waits until the address is free, for `patience` at the most.
///
/// # Errors
/// ENOENT: not bound to it (`zmq_unbind(3)`).
pub fn unbind(socket: &mut Socket, endpoint: &str, patience: Duration) -> Result<()> {
    let watcher = watch(socket, Report::Closed);
    let done = socket.unbind(endpoint);
    if let Some(watcher) = watcher {
        // An inproc name is free at once, and nothing is reported of it.
        if done.is_ok() && !endpoint.starts_with("inproc://") {
            heard(watcher, patience, Some(endpoint));
        }
        socket.report_nothing();
    }
    done
}

/// Waits for a report, of `endpoint` where one is given. A report is two parts: the event, and what it happened to.
fn heard(mut watcher: Socket, patience: Duration, endpoint: Option<&str>) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        match watcher.receive() {
            Ok(part) if part.more() => {}
            Ok(part) if endpoint.is_none_or(|endpoint| part.bytes() == endpoint.as_bytes()) => return true,
            Ok(_) => {}
            Err(error) if error.is_interrupted() => {}
            Err(error) if error.is_again() => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                let slice = u16::try_from(left.as_millis().saturating_add(1)).unwrap_or(u16::MAX);
                // Whatever comes of it, the next look at the watcher and the clock decides.
                let _ = watcher.poll(Event::Receivable, slice);
            }
            Err(_) => return false,
        }
    }
}

/// A PAIR socket that hears what is reported of `socket`. None where there is no descriptor for it.
fn watch(socket: &mut Socket, report: Report) -> Option<Socket> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let address = CString::new(format!("inproc://addin-zeromq.closing.{number}")).ok()?;
    let mut watcher = Socket::new(SocketType::Pair).ok()?;
    watcher.set_int(IntOption::Linger, 0).ok()?;
    // The reports end with the socket; nobody else will give any at this address.
    watcher.set_int(IntOption::ReconnectInterval, -1).ok()?;
    socket.report(report, &address).ok()?;
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
    fn an_address_is_free_when_it_was_unbound() {
        for endpoint in ["tcp://127.0.0.1:*", "ipc://*", "inproc://unbound"] {
            if endpoint.starts_with("ipc") && !crate::zmq::context::has(c"ipc") {
                continue;
            }
            let mut first = Socket::new(SocketType::Pull).unwrap();
            first.bind(endpoint).unwrap();
            let address = first.last_endpoint().unwrap();
            unbind(&mut first, &address, PATIENT).unwrap();
            assert!(unbind(&mut first, &address, PATIENT).is_err(), "{endpoint}");
            if !endpoint.starts_with("ipc") {
                Socket::new(SocketType::Pull).unwrap().bind(&address).unwrap();
            }
        }
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
