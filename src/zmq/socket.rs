//! One socket. Nothing in this file waits but `new`, for sockets on their way out (`backlog`).
//!
//! **Why this is sound.** libzmq's sockets may be used by any thread, by one at a time, with a full fence between two of them
//! (zmq_socket(3)). `Socket` is `Send` and not `Sync`, and every call takes `&mut self`: who has the one mutable reference is
//! alone, however many threads could get it. Where several can, the socket lies behind a lock (`handle::Gate`), whose release
//! and acquisition are the fence: the object that owns it, a visitor that found the object by its number, a thread of the
//! library's own all enter the same gate. A socket that is given to another thread for good goes through a channel or a
//! spawn, which are fences as well. It is closed once, by `Drop`, which has the socket for itself; whoever comes later finds
//! no `Socket` in the object. libzmq's own threads use what they share with a socket by libzmq's rules, on which nothing here
//! depends.

use super::error::{Error, Result};
use super::message::{Holds, Message, Room};
use super::option::{BytesOption, Events, IntOption, LongOption, Report, SocketType};
use super::{backlog, check, context, glue, process, uninterrupted};
use std::cell::LazyCell;
use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr::NonNull;
use zmq_sys as sys;

/// `ZMQ_DONTWAIT` and `ZMQ_SNDMORE` in zmq.h.
const DONT_WAIT: c_int = 1;
const SEND_MORE: c_int = 2;

/// `ZMQ_FD` in zmq.h, and its type.
const DESCRIPTOR: c_int = 14;
#[cfg(not(windows))]
type Descriptor = c_int;
#[cfg(windows)]
type Descriptor = usize;

/// `ZMQ_EVENTS` in zmq.h.
const EVENTS: c_int = 15;

/// The option of patch 0041.
const COMMANDS: c_int = 431_003;

/// The options of patch 0059.
const PEERS: c_int = 431_591;
const SUBSCRIBERS: c_int = 431_592;
const DROPPED: c_int = 431_593;

/// `ZMQ_MECHANISM` in zmq.h, and `ZMQ_NULL`.
const MECHANISM: c_int = 43;
const NO_MECHANISM: c_int = 0;

/// A ZeroMQ socket of the process's context.
pub struct Socket {
    raw: NonNull<c_void>,
}

// SAFETY: the argument at the head of this file: a socket may move from thread to thread with a fence between, which every
// way to move a value is, and `&mut self` keeps two threads from using it at once.
unsafe impl Send for Socket {}

impl Socket {
    /// Makes a socket (`zmq_socket(3)`), and the context with the first one.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left, or 65,535 sockets are open. Those of the context: EFORKED, ENOMEM, EINVAL.
    pub fn new(kind: SocketType) -> Result<Self> {
        let context = context::shared()?;
        backlog::settle(context);
        let deadline = LazyCell::new(backlog::deadline);
        let mut last = false;
        loop {
            match Self::of(context, kind) {
                Err(error) if !last && error.is_out_of_descriptors() => {
                    // Whatever comes of the wait: the last one may have ended between the refusal and our look.
                    last = !backlog::one_more(context, *deadline);
                }
                made => return made,
            }
        }
    }

    /// As `new`, without waiting for sockets that are on their way out.
    ///
    /// # Errors
    /// As `new`.
    pub fn at_once(kind: SocketType) -> Result<Self> {
        Self::of(context::shared()?, kind)
    }

    fn of(context: *mut c_void, kind: SocketType) -> Result<Self> {
        // SAFETY: the context, `context::shared`'s, is live for as long as the process.
        let raw = unsafe { sys::zmq_socket(context, kind.raw()) };
        NonNull::new(raw).map(|raw| Self { raw }).ok_or_else(super::last_error)
    }

    /// Where libzmq has it.
    pub(super) fn address(&self) -> usize {
        self.raw.as_ptr() as usize
    }

    /// Sets an option that holds an int (`zmq_setsockopt(3)`).
    ///
    /// # Errors
    /// EINVAL: out of range, or not an option of this socket type.
    pub fn set_int(&mut self, option: IntOption, value: i32) -> Result<()> {
        self.set(option.raw(), &value.to_ne_bytes())
    }

    /// An option that holds an int (`zmq_getsockopt(3)`): for the tests, what an object shows is what it was given.
    ///
    /// # Errors
    /// EINVAL: not an option of this socket type, or one that is only set.
    #[cfg(test)]
    pub fn get_int(&mut self, option: IntOption) -> Result<i32> {
        self.get(option.raw(), 0)
    }

    /// Sets an option that holds an int64.
    ///
    /// # Errors
    /// Those of `set_int`.
    pub fn set_long(&mut self, option: LongOption, value: i64) -> Result<()> {
        self.set(option.raw(), &value.to_ne_bytes())
    }

    /// As `get_int`, of an option that holds an int64.
    ///
    /// # Errors
    /// As `get_int`.
    #[cfg(test)]
    pub fn get_long(&mut self, option: LongOption) -> Result<i64> {
        self.get(option.raw(), 0)
    }

    /// Sets an option that holds bytes.
    ///
    /// # Errors
    /// EINVAL: not an option of this socket type.
    pub fn set_bytes(&mut self, option: BytesOption, value: &[u8]) -> Result<()> {
        self.set(option.raw(), value)
    }

    fn set(&mut self, option: c_int, value: &[u8]) -> Result<()> {
        process::check_not_forked()?;
        // Some options are emptied by a null pointer only.
        let bytes = if value.is_empty() { std::ptr::null() } else { value.as_ptr().cast() };
        // SAFETY: a live socket; libzmq reads value.len() bytes by memcpy, whatever their alignment.
        uninterrupted(|| unsafe { sys::zmq_setsockopt(self.raw.as_ptr(), option, bytes, value.len()) })
    }

    /// The endpoint last bound or connected, as libzmq resolved it (`ZMQ_LAST_ENDPOINT`); empty before the first.
    ///
    /// # Errors
    /// Those of `zmq_getsockopt(3)`.
    pub fn last_endpoint(&mut self) -> Result<String> {
        let bytes = self.get_bytes(BytesOption::LastEndpoint)?;
        let text = CStr::from_bytes_until_nul(&bytes).unwrap_or_default();
        Ok(text.to_string_lossy().into_owned())
    }

    /// An option that holds bytes; texts end with a NUL.
    ///
    /// # Errors
    /// Those of `zmq_getsockopt(3)`.
    pub fn get_bytes(&mut self, option: BytesOption) -> Result<Vec<u8>> {
        process::check_not_forked()?;
        let mut buffer = vec![0_u8; 8192];
        let mut size = buffer.len();
        // SAFETY: a live socket, a buffer of `size` writable bytes, and libzmq writes no more than that.
        uninterrupted(|| unsafe {
            sys::zmq_getsockopt(self.raw.as_ptr(), option.raw(), buffer.as_mut_ptr().cast(), &raw mut size)
        })?;
        buffer.truncate(size);
        Ok(buffer)
    }

    /// What it is known by to its peers; of a STREAM, what it knows the connection by that was made last (`ZMQ_ROUTING_ID`).
    ///
    /// # Errors
    /// Those of `zmq_getsockopt(3)`.
    pub fn routing_id(&mut self) -> Result<Vec<u8>> {
        process::check_not_forked()?;
        let mut buffer = [0_u8; 255];
        let mut size = buffer.len();
        // SAFETY: a live socket, a buffer of `size` writable bytes, and libzmq writes no more than that.
        uninterrupted(|| unsafe {
            sys::zmq_getsockopt(
                self.raw.as_ptr(),
                BytesOption::RoutingId.raw(),
                buffer.as_mut_ptr().cast(),
                &raw mut size,
            )
        })?;
        Ok(buffer[..size].to_vec())
    }

    /// Binds or connects with IPv6 (`ZMQ_IPV6`). What is made keeps the options of this moment; for the next endpoint it is
    /// off again, since with it `tcp://*:5555` would be `tcp://[::]:5555` and a name's IPv4 address not be tried.
    ///
    /// # Errors
    /// Those of `call`.
    pub fn with_ipv6<T>(&mut self, call: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.set_int(IntOption::Ipv6, 1)?;
        let done = call(self);
        self.set_int(IntOption::Ipv6, 0)?;
        done
    }

    /// Starts to accept connections (`zmq_bind(3)`).
    ///
    /// # Errors
    /// EINVAL, EPROTONOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, ENODEV and whatever the operating system gives.
    pub fn bind(&mut self, endpoint: &str) -> Result<()> {
        self.with_endpoint(endpoint, sys::zmq_bind)
    }

    /// Connects, in the background (`zmq_connect(3)`).
    ///
    /// # Errors
    /// EINVAL, EPROTONOSUPPORT, EMTHREAD.
    pub fn connect(&mut self, endpoint: &str) -> Result<()> {
        self.with_endpoint(endpoint, sys::zmq_connect)
    }

    /// Undoes `bind` for the endpoint as libzmq resolved it (`zmq_unbind(3)`).
    ///
    /// # Errors
    /// ENOENT: not bound to it.
    pub fn unbind(&mut self, endpoint: &str) -> Result<()> {
        self.with_endpoint(endpoint, sys::zmq_unbind)
    }

    /// Undoes `connect` (`zmq_disconnect(3)`).
    ///
    /// # Errors
    /// ENOENT: not connected to it.
    pub fn disconnect(&mut self, endpoint: &str) -> Result<()> {
        self.with_endpoint(endpoint, sys::zmq_disconnect)
    }

    fn with_endpoint(
        &mut self,
        endpoint: &str,
        call: unsafe extern "C" fn(*mut c_void, *const std::ffi::c_char) -> c_int,
    ) -> Result<()> {
        process::check_not_forked()?;
        let endpoint = CString::new(endpoint).map_err(|_| Error::INVALID)?;
        // SAFETY: a live socket and a text that ends with a NUL; `call` is one of libzmq's four with this signature.
        uninterrupted(|| unsafe { call(self.raw.as_ptr(), endpoint.as_ptr()) })
    }

    /// Sends one part without waiting (`zmq_msg_send(3)`); `more` says that others of the same message follow. The
    /// message is empty afterwards; on failure it is as it was.
    ///
    /// # Errors
    /// EAGAIN: no peer takes a message now. EFSM: not this socket's turn. EINTR.
    pub fn send(&mut self, message: &mut Message, more: bool) -> Result<()> {
        process::check_not_forked()?;
        let flags = if more { DONT_WAIT | SEND_MORE } else { DONT_WAIT };
        // SAFETY: a live socket and an initialised message.
        check(unsafe { sys::zmq_msg_send(message.raw(), self.raw.as_ptr(), flags) })
    }

    /// Sends a copy of `bytes` as a message of one part, without waiting.
    ///
    /// # Errors
    /// [`NotSent`].
    #[inline]
    pub fn send_copy(&mut self, bytes: &[u8]) -> std::result::Result<(), NotSent> {
        if process::is_forked() {
            return Err(NotSent::Again(Message::new()));
        }
        let mut room = Room::new();
        let (data, size) = (bytes.as_ptr().cast(), bytes.len());
        // SAFETY: a live socket, room for a message that holds none, and `size` readable bytes, which are copied.
        let sent = unsafe { glue::addin_zmq_send(self.raw.as_ptr(), room.empty(), data, size, 0) };
        // What is sent leaves an empty message, which needs no close.
        if sent == 0 { Ok(()) } else { Err(not_sent(room)) }
    }

    /// Sends copies of all `parts`, which share their content, as one message, without waiting.
    ///
    /// # Errors
    /// How many parts went before it, and as `send`, but never EINTR.
    pub fn send_copies(&mut self, parts: &mut [Message]) -> std::result::Result<(), (usize, Error)> {
        process::check_not_forked().map_err(|error| (0, error))?;
        let count = parts.len();
        // SAFETY: a live socket and so many initialised messages, which are nothing but a zmq_msg_t each.
        let sent = unsafe { glue::addin_zmq_send_copies(self.raw.as_ptr(), parts.as_mut_ptr().cast(), count) };
        if sent == count { Ok(()) } else { Err((sent, super::last_error())) }
    }

    /// Receives one part without waiting (`zmq_msg_recv(3)`).
    ///
    /// # Errors
    /// EAGAIN: nothing has come. EFSM: not this socket's turn. EINTR.
    pub fn receive(&mut self) -> Result<Message> {
        let mut message = Message::new();
        self.receive_into(&mut message)?;
        Ok(message)
    }

    /// As `receive`, in place of what `message` held, which on failure may be gone or not.
    ///
    /// # Errors
    /// As `receive`.
    pub fn receive_into(&mut self, message: &mut Message) -> Result<()> {
        process::check_not_forked()?;
        // SAFETY: a live socket and an initialised message, which libzmq closes before it fills it.
        check(unsafe { sys::zmq_msg_recv(message.raw(), self.raw.as_ptr(), DONT_WAIT) })
    }

    /// Receives one part without waiting to the end of `parts`; gives whether others follow.
    ///
    /// # Errors
    /// As `receive`.
    pub fn receive_to(&mut self, parts: &mut Vec<Message>) -> Result<bool> {
        process::check_not_forked()?;
        Message::add(parts, |room| {
            let (mut data, mut size) = (std::ptr::null(), 0);
            // SAFETY: a live socket, room for a message that holds none, and for the two answers.
            let came = unsafe {
                glue::addin_zmq_recv(self.raw.as_ptr(), room.as_mut_ptr().cast(), &raw mut data, &raw mut size)
            };
            check(came)?;
            Ok(came & glue::MORE != 0)
        })
    }

    /// Receives one part without waiting into `room`; gives its content and whether parts follow.
    ///
    /// # Errors
    /// As `receive`.
    #[inline]
    pub fn receive_part<'m>(&mut self, room: &'m mut Room) -> Result<(&'m [u8], bool)> {
        process::check_not_forked()?;
        let (mut data, mut size) = (std::ptr::null(), 0);
        // SAFETY: a live socket, room for a message that holds none, and for the two answers.
        let came = unsafe { glue::addin_zmq_recv(self.raw.as_ptr(), room.empty(), &raw mut data, &raw mut size) };
        check(came)?;
        // SAFETY: the call filled it, and said with what.
        unsafe { room.filled(if came & glue::HOLDS == 0 { Holds::Plain } else { Holds::Message }) };
        let bytes = if size == 0 {
            &[]
        } else {
            // SAFETY: the message's content: `size` bytes at `data`, not null then, which stay while the room is borrowed.
            unsafe { std::slice::from_raw_parts(data.cast(), size) }
        };
        Ok((bytes, came & glue::MORE != 0))
    }

    /// Works through what libzmq's threads have told the socket meanwhile: peers that came and went, subscriptions that are to
    /// be told anew. Takes no message (patch 0041).
    ///
    /// # Errors
    /// EFORKED.
    pub fn work(&mut self) -> Result<()> {
        self.get(COMMANDS, 0).map(drop)
    }

    /// How many peers are there now, after it worked through what libzmq's threads have told it; from the first question on its
    /// descriptor tells of each that comes.
    ///
    /// # Errors
    /// EFORKED.
    pub fn peers(&mut self) -> Result<Peers> {
        let told = self.get(PEERS, 0)?;
        Ok(Peers { count: usize::try_from(told / 2).unwrap_or_default(), worked: told % 2 != 0 })
    }

    /// How many of the peers of an XPUB subscribe, as far as it has worked through what was told.
    ///
    /// # Errors
    /// EINVAL: not an XPUB. EFORKED.
    pub fn subscribers(&mut self) -> Result<usize> {
        self.get(SUBSCRIBERS, 0).map(|count: c_int| usize::try_from(count).unwrap_or_default())
    }

    /// How many reports libzmq has dropped since the last question.
    pub fn dropped_reports(&mut self) -> usize {
        let count: c_int = self.get(DROPPED, 0).unwrap_or_default();
        usize::try_from(count).unwrap_or_default()
    }

    /// Whether whoever connects has to show who he is (`ZMQ_MECHANISM`).
    ///
    /// # Errors
    /// EFORKED.
    pub fn is_secured(&mut self) -> Result<bool> {
        self.get(MECHANISM, NO_MECHANISM).map(|mechanism| mechanism != NO_MECHANISM)
    }

    /// What the socket is ready for (`ZMQ_EVENTS`), after it worked through what libzmq's threads have told it: its descriptor
    /// tells again from now on.
    ///
    /// # Errors
    /// EFORKED.
    pub fn events(&mut self) -> Result<Events> {
        self.get(EVENTS, 0).map(Events::of_raw)
    }

    /// What becomes readable when something waits for the socket (`ZMQ_FD`): a descriptor, on Windows a SOCKET.
    pub(super) fn descriptor(&mut self) -> Result<Descriptor> {
        self.get(DESCRIPTOR, Descriptor::default())
    }

    /// An option of the size of `value`.
    fn get<T: Copy>(&mut self, option: c_int, mut value: T) -> Result<T> {
        process::check_not_forked()?;
        let mut size = size_of::<T>();
        // SAFETY: a live socket, and room for `size` bytes, more than which libzmq does not write; it refuses another size.
        uninterrupted(|| unsafe {
            sys::zmq_getsockopt(self.raw.as_ptr(), option, (&raw mut value).cast(), &raw mut size)
        })?;
        Ok(value)
    }

    pub(super) const fn raw(&mut self) -> *mut c_void {
        self.raw.as_ptr()
    }

    pub(super) fn set_raw(&mut self, option: c_int, value: &[u8]) -> Result<()> {
        self.set(option, value)
    }

    pub(super) fn get_raw_int(&mut self, option: c_int) -> Result<c_int> {
        self.get(option, 0)
    }

    /// Has something reported on `address`, an inproc endpoint (`zmq_socket_monitor_versioned(3)`): in the second version, with
    /// both addresses and the time.
    pub(super) fn report(&mut self, report: Report, address: &CStr) -> Result<()> {
        let events = u64::from((report as c_int).unsigned_abs());
        // SAFETY: a live socket and a text that ends with a NUL.
        check(unsafe { glue::addin_zmq_monitor(self.raw.as_ptr(), address.as_ptr(), events) })
    }

    /// Ends what `report` began.
    pub fn report_nothing(&mut self) {
        // SAFETY: a live socket; a null address ends the reports and cannot fail.
        unsafe { sys::zmq_socket_monitor(self.raw.as_ptr(), std::ptr::null(), 0) };
    }
}

/// Who is there.
#[derive(Clone, Copy, Debug)]
pub struct Peers {
    /// So many of whom the handshake has succeeded, or within the process both ends.
    pub count: usize,
    /// Whether something had been told, of which nobody else will hear now.
    pub worked: bool,
}

/// Why a copy was not sent.
pub enum NotSent {
    /// There is no memory for it.
    NoMemory(Error),
    /// Not at once: here it is, to be sent again, which will tell.
    Again(Message),
}

#[cold]
fn not_sent(mut room: Room) -> NotSent {
    if super::last_error() == Error::NO_MEMORY {
        return NotSent::NoMemory(Error::NO_MEMORY);
    }
    // SAFETY: whatever else is told, the call left the message there.
    unsafe { room.filled(Holds::Message) };
    NotSent::Again(room.into_message())
}

impl Drop for Socket {
    fn drop(&mut self) {
        // In a forked child the socket belongs to the parent's threads: leave it.
        if process::check_not_forked().is_ok() {
            // SAFETY: a live socket, closed once; libzmq's own thread delivers what is left for up to ZMQ_LINGER.
            unsafe { sys::zmq_close(self.raw.as_ptr()) };
        }
    }
}
