//! Closing that waits a little. `zmq_close(3)` returns at once and leaves what was sent and the listening port to threads
//! of libzmq's. A script that drops its socket and ends, or binds the same address in its next line, would lose the race;
//! so closing waits until those threads are done, for a bounded time.

use super::ending::End;
use super::error::Result;
use super::option::Report;
use super::process;
use super::watched::Watched;
use std::time::Duration;

/// Closes `socket` and waits until all that it sent has left the process and its addresses are free, for `patience` at
/// the most. When the time passed the rest goes on in the background for up to `ZMQ_LINGER`: the end that has not come is
/// given back then.
///
/// Not for a socket with `inproc` peers only: what it sent lies with them already, and its end waits for them to look.
pub fn close(socket: Watched, patience: Duration) -> Option<End> {
    // In a forked child nothing will ever be heard.
    process::check_not_forked().ok()?;
    socket.close().filter(|end| !end.has_come(patience))
}

/// Unbinds `endpoint`, as libzmq resolved it, and waits until the address is free, for `patience` at the most.
///
/// # Errors
/// ENOENT: not bound to it (`zmq_unbind(3)`).
pub fn unbind(socket: &mut Watched, endpoint: &str, patience: Duration) -> Result<()> {
    // An inproc name is free at once, and nothing is reported of it.
    if endpoint.starts_with("inproc://") {
        return socket.unbind(endpoint);
    }
    socket.hear_of(|socket| socket.unbind(endpoint), Report::Closed, endpoint, patience)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{Event, IntOption, Message, Socket, SocketType, poll};

    fn new(kind: SocketType) -> Watched {
        Watched::new(Socket::new(kind).unwrap())
    }

    const PATIENT: Duration = Duration::from_secs(10);

    /// A sender whose peer never comes, closed with little patience; whether the socket lived longer.
    fn give_up() -> bool {
        let mut lonely = new(SocketType::Push);
        lonely.set_int(IntOption::Linger, 300).unwrap();
        lonely.connect("tcp://127.0.0.1:9").unwrap();
        lonely.send(&mut Message::from_bytes(b"never read").unwrap(), false).unwrap();
        close(lonely, Duration::from_millis(50)).is_some()
    }

    #[test]
    fn a_watcher_that_gave_up_stops_nobody() {
        // On a busy machine the socket may have ended before anybody looked.
        assert!((0..20).any(|_| give_up()), "it is waited for without patience");
        std::thread::sleep(Duration::from_millis(400));
        let mut bound = new(SocketType::Pull);
        bound.bind("tcp://127.0.0.1:*").unwrap();
        let address = bound.last_endpoint().unwrap();
        assert!(close(bound, PATIENT).is_none(), "the thread that ends sockets is stuck");
        new(SocketType::Pull).bind(&address).unwrap();
    }

    #[test]
    fn an_address_is_free_when_it_was_unbound() {
        for endpoint in ["tcp://127.0.0.1:*", "ipc://*", "inproc://unbound"] {
            if endpoint.starts_with("ipc") && !crate::zmq::context::has(c"ipc") {
                continue;
            }
            let mut first = new(SocketType::Pull);
            first.bind(endpoint).unwrap();
            let address = first.last_endpoint().unwrap();
            unbind(&mut first, &address, PATIENT).unwrap();
            assert!(unbind(&mut first, &address, PATIENT).is_err(), "{endpoint}");
            if !endpoint.starts_with("ipc") {
                new(SocketType::Pull).bind(&address).unwrap();
            }
        }
    }

    #[test]
    fn closing_ends_as_soon_as_the_last_message_has_left() {
        for watched in [false, true] {
            let mut receiver = new(SocketType::Pull);
            receiver.bind("tcp://127.0.0.1:*").unwrap();
            let mut sender = new(SocketType::Push);
            if watched {
                sender.watch().unwrap();
            }
            sender.connect(&receiver.last_endpoint().unwrap()).unwrap();
            sender.send(&mut Message::from_bytes(b"last").unwrap(), false).unwrap();
            assert!(close(sender, PATIENT).is_none());
            assert!(poll(&mut receiver, Event::Receivable, 10_000).unwrap());
            assert_eq!(receiver.receive().unwrap().bytes(), b"last");
        }
    }
}
