//! Waiting for several sockets at once (`zmq_poll(3)`).

use super::error::Result;
use super::option::Event;
use super::socket::Socket;
use super::{check, glue, process};
use std::ffi::{c_int, c_long, c_void};
use zmq_sys as sys;

/// zmq-sys declares the descriptor as an int; on Windows it is a SOCKET, as wide as a pointer.
#[repr(C)]
struct PollItem {
    socket: *mut c_void,
    #[cfg(windows)]
    descriptor: usize,
    #[cfg(not(windows))]
    descriptor: c_int,
    events: i16,
    returned: i16,
}

impl PollItem {
    fn new(socket: &mut Socket, event: Event) -> Self {
        Self { socket: socket.raw(), descriptor: 0, events: event.raw(), returned: 0 }
    }
}

/// Waits until `event`, for `timeout` ms at the most; false when the time passed without it.
///
/// # Errors
/// EINTR: a signal came; how much time is left is the caller's to know.
pub fn poll(socket: &mut Socket, event: Event, timeout: u16) -> Result<bool> {
    process::check_not_forked()?;
    // SAFETY: a live socket, which the caller's mutable reference keeps alone.
    let ready = unsafe { glue::addin_zmq_wait(socket.raw(), event.raw(), c_int::from(timeout)) };
    check(ready)?;
    Ok(ready > 0)
}

/// Waits until one of the sockets has something to receive, for `timeout` ms at the most; false when the time passed.
///
/// # Errors
/// As `poll`.
pub fn any_receivable<'a>(sockets: impl Iterator<Item = &'a mut Socket>, timeout: u16) -> Result<bool> {
    let mut items: Vec<_> = sockets.map(|socket| PollItem::new(socket, Event::Receivable)).collect();
    poll_items(&mut items, timeout)
}

fn poll_items(items: &mut [PollItem], timeout: u16) -> Result<bool> {
    process::check_not_forked()?;
    let count = c_int::try_from(items.len()).unwrap_or(c_int::MAX);
    // SAFETY: `count` items, laid out as zmq.h lays out zmq_pollitem_t on this platform, around live sockets: each was made of
    // a mutable reference that this function's caller still holds.
    let ready = unsafe { sys::zmq_poll(items.as_mut_ptr().cast(), count, c_long::from(timeout)) };
    check(ready)?;
    Ok(ready > 0)
}
