//! Closing that waits a little. `zmq_close(3)` returns at once and leaves what was sent, the listening port and the
//! `inproc` name to a thread of libzmq's. A script that drops its socket and ends, or binds the same address in its next
//! line, would lose the race; so closing waits until that thread is done, for a bounded time.

use super::option::{Event, IntOption, SocketType};
use super::socket::Socket;
use std::ffi::CString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Closes `socket` and waits until all that it sent has left the process and its addresses are free, for `patience` at
/// the most. False when the time passed: the rest goes on in the background for up to `ZMQ_LINGER`.
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
