//! Sleeping on the descriptors of sockets that others own (`ZMQ_FD`, zmq_getsockopt(3)): thousands of them cost nothing while
//! nothing happens. The system's epoll, and on Windows wepoll, which libzmq brings for its own threads.

use super::error::Result;
use super::last_error;
use super::process;
use super::socket::Socket;
use std::ffi::c_int;
use std::time::Duration;

/// What a socket is known by.
pub type Key = u64;

/// Sockets, each of which tells once that something waits for it, and is then armed anew. Any thread may use it.
pub struct Sleeper {
    epoll: platform::Epoll,
}

// SAFETY: a descriptor of the kernel's, or wepoll's handle; the calls on both may be made by any thread, at the same time
// (epoll_ctl(2); wepoll locks its port).
unsafe impl Send for Sleeper {}
// SAFETY: as above.
unsafe impl Sync for Sleeper {}

/// What is done about a socket. wepoll has other numbers than Linux.
#[derive(Clone, Copy)]
#[repr(i32)]
enum Operation {
    Add = platform::ADD,
    Remove = platform::REMOVE,
    Change = platform::CHANGE,
}

/// How many are told of at once.
pub const AT_ONCE: usize = 64;

impl Sleeper {
    /// Nobody yet.
    ///
    /// # Errors
    /// EMFILE, ENFILE: no descriptor is left. ENOMEM.
    pub fn new() -> Result<Self> {
        platform::create().map(|epoll| Self { epoll }).ok_or_else(last_error)
    }

    /// Begins to watch a socket; it is armed.
    ///
    /// # Errors
    /// ENOMEM, ENOSPC: the system watches no more. EFORKED.
    pub fn watch(&self, socket: &mut Socket, key: Key) -> Result<()> {
        self.control(Operation::Add, socket, key)
    }

    /// Arms a socket anew. What waits for it already is told at once.
    ///
    /// # Errors
    /// As `watch`.
    pub fn arm(&self, socket: &mut Socket, key: Key) -> Result<()> {
        self.control(Operation::Change, socket, key)
    }

    /// Arms a socket, watched already or not. What waits for it is told at once.
    ///
    /// # Errors
    /// As `watch`.
    pub fn watch_or_arm(&self, socket: &mut Socket, key: Key) -> Result<()> {
        self.arm(socket, key).or_else(|_| self.watch(socket, key))
    }

    /// Ends watching. Before the socket is closed: afterwards its descriptor may be another's.
    ///
    /// # Errors
    /// ENOENT: it was not watched. EFORKED.
    pub fn forget(&self, socket: &mut Socket) -> Result<()> {
        self.control(Operation::Remove, socket, 0)
    }

    fn control(&self, operation: Operation, socket: &mut Socket, key: Key) -> Result<()> {
        // The set is shared with the parent, whose sockets must stay in it.
        process::check_not_forked()?;
        let mut event = platform::event(key);
        let descriptor = socket.descriptor()?;
        // SAFETY: a live set, the descriptor of a live socket, and an event that is read during the call.
        let done = unsafe { platform::epoll_ctl(self.epoll.raw(), operation as c_int, descriptor, &raw mut event) };
        if done == 0 { Ok(()) } else { Err(last_error()) }
    }

    /// Sleeps until something waits for one of the sockets that are armed, or `time` has passed; adds their keys to `told`.
    ///
    /// # Errors
    /// EINTR.
    pub fn sleep(&self, told: &mut Vec<Key>, time: Option<Duration>) -> Result<()> {
        let mut events = [platform::event(0); AT_ONCE];
        let most = c_int::try_from(AT_ONCE).unwrap_or(c_int::MAX);
        // Rounded up: who sleeps in vain for less than a millisecond would ask again and again.
        let milliseconds = |time: Duration| c_int::try_from(time.as_micros().div_ceil(1_000)).unwrap_or(c_int::MAX);
        let milliseconds = time.map_or(-1, milliseconds);
        // SAFETY: a live set, and room for as many events as are asked for.
        let count = unsafe { platform::epoll_wait(self.epoll.raw(), events.as_mut_ptr(), most, milliseconds) };
        let count = usize::try_from(count).map_err(|_| last_error())?;
        told.extend(events.iter().take(count).map(platform::key));
        Ok(())
    }
}

#[cfg(unix)]
mod platform {
    use super::Key;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

    pub use libc::{EPOLL_CTL_ADD as ADD, EPOLL_CTL_DEL as REMOVE, EPOLL_CTL_MOD as CHANGE};
    pub use libc::{epoll_ctl, epoll_event as Event, epoll_wait};

    pub struct Epoll(OwnedFd);

    impl Epoll {
        pub fn raw(&self) -> i32 {
            self.0.as_raw_fd()
        }
    }

    pub fn create() -> Option<Epoll> {
        // SAFETY: no precondition.
        let descriptor = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        // SAFETY: a descriptor that was just made is nobody else's.
        (descriptor >= 0).then(|| Epoll(unsafe { OwnedFd::from_raw_fd(descriptor) }))
    }

    pub fn event(key: Key) -> Event {
        let wanted = libc::EPOLLIN | libc::EPOLLONESHOT;
        Event { events: wanted.cast_unsigned(), u64: key }
    }

    pub const fn key(event: &Event) -> Key {
        event.u64
    }
}

#[cfg(windows)]
mod platform {
    use super::Key;
    use std::ffi::{c_int, c_void};
    use std::ptr::NonNull;

    /// As wepoll.h has it: `struct epoll_event`, a mask and a union of eight bytes.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct Event {
        events: u32,
        data: u64,
    }

    pub const ADD: c_int = 1;
    pub const CHANGE: c_int = 2;
    pub const REMOVE: c_int = 3;
    const IN: u32 = 1;
    const ONESHOT: u32 = 1 << 31;

    unsafe extern "C" {
        fn epoll_create1(flags: c_int) -> *mut c_void;
        fn epoll_close(epoll: *mut c_void) -> c_int;
        pub fn epoll_ctl(epoll: *mut c_void, operation: c_int, socket: usize, event: *mut Event) -> c_int;
        pub fn epoll_wait(epoll: *mut c_void, events: *mut Event, most: c_int, milliseconds: c_int) -> c_int;
    }

    pub struct Epoll(NonNull<c_void>);

    impl Epoll {
        pub const fn raw(&self) -> *mut c_void {
            self.0.as_ptr()
        }
    }

    impl Drop for Epoll {
        fn drop(&mut self) {
            // SAFETY: made by epoll_create1, closed once.
            unsafe { epoll_close(self.raw()) };
        }
    }

    pub fn create() -> Option<Epoll> {
        // SAFETY: no precondition.
        NonNull::new(unsafe { epoll_create1(0) }).map(Epoll)
    }

    pub const fn event(key: Key) -> Event {
        Event { events: IN | ONESHOT, data: key }
    }

    pub const fn key(event: &Event) -> Key {
        event.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zmq::{Message, SocketType};

    const SOON: Option<Duration> = Some(Duration::from_secs(10));

    fn told(sleeper: &Sleeper, time: Option<Duration>) -> Vec<Key> {
        let mut told = Vec::new();
        sleeper.sleep(&mut told, time).unwrap();
        told
    }

    #[test]
    fn a_socket_tells_once_until_it_is_armed_anew() {
        let sleeper = Sleeper::new().unwrap();
        let mut pull = Socket::new(SocketType::Pull).unwrap();
        pull.bind("inproc://sleeper.once").unwrap();
        pull.work().unwrap();
        sleeper.watch(&mut pull, 7).unwrap();
        assert!(told(&sleeper, Some(Duration::from_millis(20))).is_empty());
        let mut push = Socket::new(SocketType::Push).unwrap();
        push.connect("inproc://sleeper.once").unwrap();
        assert_eq!(told(&sleeper, SOON), [7]);
        assert!(told(&sleeper, Some(Duration::ZERO)).is_empty(), "told twice");
        // It was not worked through: whoever arms it is told at once.
        sleeper.arm(&mut pull, 8).unwrap();
        assert_eq!(told(&sleeper, SOON), [8]);
        // A pipe that was found empty tells when it is no longer.
        assert!(pull.receive().is_err());
        sleeper.arm(&mut pull, 9).unwrap();
        assert!(told(&sleeper, Some(Duration::from_millis(20))).is_empty());
        push.send(&mut Message::from_bytes(b"x").unwrap(), false).unwrap();
        assert_eq!(told(&sleeper, SOON), [9]);
        pull.work().unwrap();
        assert_eq!(pull.receive().unwrap().bytes(), b"x");
        sleeper.forget(&mut pull).unwrap();
        assert!(sleeper.forget(&mut pull).is_err());
        assert!(sleeper.arm(&mut pull, 1).is_err());
    }
}
