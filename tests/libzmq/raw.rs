//! libzmq as it is, with just enough around it for the tests to read well.

use std::ffi::{CString, c_int, c_void};
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_CURVE_PUBLICKEY, ZMQ_CURVE_SECRETKEY, ZMQ_CURVE_SERVER, ZMQ_CURVE_SERVERKEY};

/// An errno.
pub type Raw<T> = Result<T, c_int>;

pub const LONG: Duration = Duration::from_secs(10);

pub fn errno() -> c_int {
    // SAFETY: no precondition.
    unsafe { zmq_sys::zmq_errno() }
}

fn check(result: c_int) -> Raw<c_int> {
    if result < 0 { Err(errno()) } else { Ok(result) }
}

pub struct Ctx(*mut c_void);

// SAFETY: a libzmq context may be used from any thread.
unsafe impl Send for Ctx {}
// SAFETY: as above.
unsafe impl Sync for Ctx {}

impl Ctx {
    pub fn new() -> Self {
        Self::try_new().expect("a context")
    }

    pub fn try_new() -> Raw<Self> {
        // SAFETY: no precondition.
        let ctx = unsafe { zmq_sys::zmq_ctx_new() };
        if ctx.is_null() { Err(errno()) } else { Ok(Self(ctx)) }
    }

    pub fn set(&self, option: u32, value: c_int) {
        self.try_set(number(option), value).expect("a context option");
    }

    pub fn try_set(&self, option: c_int, value: c_int) -> Raw<()> {
        // SAFETY: the context lives as long as `self`.
        check(unsafe { zmq_sys::zmq_ctx_set(self.0, option, value) }).map(drop)
    }

    pub fn try_socket(&self, kind: u32) -> Raw<Sock> {
        // SAFETY: the context lives as long as `self`.
        let socket = unsafe { zmq_sys::zmq_socket(self.0, number(kind)) };
        if socket.is_null() { Err(errno()) } else { Ok(Sock(socket)) }
    }

    pub fn socket(&self, kind: u32) -> Sock {
        self.try_socket(kind).expect("a socket")
    }

    /// A socket; where those that were closed have not gone yet, a little later.
    pub fn socket_in_time(&self, kind: u32) -> Sock {
        let end = Instant::now() + LONG;
        loop {
            match self.try_socket(kind) {
                Err(libc::EMFILE) if Instant::now() < end => std::thread::sleep(Duration::from_millis(1)),
                result => return result.expect("a socket"),
            }
        }
    }

    /// zmq_ctx_term once; the context is still there when it fails.
    pub fn try_term(&self) -> Raw<()> {
        // SAFETY: the context lives as long as `self`; nobody uses `self` after success (`term` forgets it).
        check(unsafe { zmq_sys::zmq_ctx_term(self.0) }).map(drop)
    }

    pub fn term(self) {
        self.try_term().expect("zmq_ctx_term");
        std::mem::forget(self);
    }
}

impl Drop for Ctx {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.try_term().expect("zmq_ctx_term");
        }
    }
}

pub struct Sock(*mut c_void);

// SAFETY: a socket may move to another thread; a move is a full fence.
unsafe impl Send for Sock {}

impl Sock {
    pub fn ptr(&self) -> *mut c_void {
        self.0
    }

    pub fn set(&self, option: u32, value: c_int) -> &Self {
        self.set_bytes(option, &value.to_ne_bytes()).expect("a socket option");
        self
    }

    pub fn set_bytes(&self, option: u32, value: &[u8]) -> Raw<()> {
        // SAFETY: the socket lives as long as `self`; libzmq copies the value during the call.
        check(unsafe { zmq_sys::zmq_setsockopt(self.0, number(option), value.as_ptr().cast(), value.len()) }).map(drop)
    }

    pub fn endpoint(&self) -> String {
        let mut text = [0_u8; 512];
        let mut length = text.len();
        // SAFETY: the buffer and its length are ours and live through the call.
        check(unsafe {
            zmq_sys::zmq_getsockopt(
                self.0,
                number(zmq_sys::ZMQ_LAST_ENDPOINT),
                text.as_mut_ptr().cast(),
                &raw mut length,
            )
        })
        .expect("the last endpoint");
        String::from_utf8(text[..length - 1].to_vec()).expect("an endpoint in UTF-8")
    }

    pub fn try_bind(&self, endpoint: &str) -> Raw<()> {
        let text = CString::new(endpoint).expect("no NUL");
        // SAFETY: the socket lives as long as `self`, the text through the call.
        check(unsafe { zmq_sys::zmq_bind(self.0, text.as_ptr()) }).map(drop)
    }

    /// Binds and gives the real address.
    pub fn bind(&self, endpoint: &str) -> String {
        self.try_bind(endpoint).expect("zmq_bind");
        self.endpoint()
    }

    pub fn try_connect(&self, endpoint: &str) -> Raw<()> {
        let text = CString::new(endpoint).expect("no NUL");
        // SAFETY: as in `try_bind`.
        check(unsafe { zmq_sys::zmq_connect(self.0, text.as_ptr()) }).map(drop)
    }

    pub fn connect(&self, endpoint: &str) -> &Self {
        self.try_connect(endpoint).expect("zmq_connect");
        self
    }

    pub fn try_disconnect(&self, endpoint: &str) -> Raw<()> {
        let text = CString::new(endpoint).expect("no NUL");
        // SAFETY: as in `try_bind`.
        check(unsafe { zmq_sys::zmq_disconnect(self.0, text.as_ptr()) }).map(drop)
    }

    pub fn disconnect(&self, endpoint: &str) {
        self.try_disconnect(endpoint).expect("zmq_disconnect");
    }

    pub fn try_unbind(&self, endpoint: &str) -> Raw<()> {
        let text = CString::new(endpoint).expect("no NUL");
        // SAFETY: as in `try_bind`.
        check(unsafe { zmq_sys::zmq_unbind(self.0, text.as_ptr()) }).map(drop)
    }

    pub fn try_send(&self, data: &[u8], flags: u32) -> Raw<()> {
        // SAFETY: the socket lives as long as `self`; libzmq copies the data during the call.
        check(unsafe { zmq_sys::zmq_send(self.0, data.as_ptr().cast(), data.len(), number(flags)) }).map(drop)
    }

    pub fn send(&self, data: &[u8]) {
        self.try_send(data, 0).expect("zmq_send");
    }

    /// Sends all parts of a message.
    pub fn send_message(&self, parts: &[&[u8]]) {
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            self.try_send(part, if last { 0 } else { zmq_sys::ZMQ_SNDMORE }).expect("zmq_send");
        }
    }

    /// Sends a message whose release calls `release` with `hint`, on whichever thread that happens.
    pub fn send_with_release(
        &self,
        data: &'static [u8],
        flags: u32,
        release: extern "C" fn(*mut c_void, *mut c_void),
        hint: *mut c_void,
    ) {
        let mut msg = zmq_sys::zmq_msg_t::default();
        let start = data.as_ptr().cast_mut().cast();
        // SAFETY: the data is never written to and lives for ever; `release` is a plain C function and gets the
        // hint that belongs to it; the message is ours and libzmq takes it over.
        unsafe {
            let made = zmq_sys::zmq_msg_init_data(&raw mut msg, start, data.len(), Some(release), hint);
            check(made).expect("a message");
            check(zmq_sys::zmq_msg_send(&raw mut msg, self.0, number(flags))).expect("zmq_msg_send");
        }
    }

    /// One part, or None after `wait`.
    pub fn recv(&self, wait: Duration) -> Option<Vec<u8>> {
        self.set(zmq_sys::ZMQ_RCVTIMEO, c_int::try_from(wait.as_millis()).expect("a short wait"));
        self.next()
    }

    /// One part, or None after the timeout in force.
    pub fn next(&self) -> Option<Vec<u8>> {
        match self.try_next() {
            Ok(data) => Some(data),
            Err(libc::EAGAIN) => None,
            Err(error) => panic!("zmq_recv: errno {error}"),
        }
    }

    /// One part that is there already.
    pub fn recv_now(&self) -> Option<Vec<u8>> {
        self.set(zmq_sys::ZMQ_RCVTIMEO, 0);
        self.next()
    }

    pub fn try_next(&self) -> Raw<Vec<u8>> {
        let mut buffer = [0_u8; 4096];
        // SAFETY: the buffer is ours and lives through the call.
        let result = unsafe { zmq_sys::zmq_recv(self.0, buffer.as_mut_ptr().cast(), buffer.len(), 0) };
        let size = usize::try_from(check(result)?).expect("not negative").min(buffer.len());
        Ok(buffer[..size].to_vec())
    }

    /// All parts of the next message, or all that are left of one that was begun.
    pub fn message(&self) -> Vec<Vec<u8>> {
        let mut parts = Vec::new();
        loop {
            parts.push(self.recv(LONG).expect("a part"));
            if !self.more() {
                return parts;
            }
        }
    }

    pub fn get(&self, option: u32) -> c_int {
        let mut value: c_int = 0;
        let mut length = size_of::<c_int>();
        // SAFETY: the value and its length are ours and live through the call.
        check(unsafe { zmq_sys::zmq_getsockopt(self.0, number(option), (&raw mut value).cast(), &raw mut length) })
            .expect("a socket option");
        value
    }

    /// Whether the part just received has another after it.
    pub fn more(&self) -> bool {
        self.get(zmq_sys::ZMQ_RCVMORE) != 0
    }

    /// A PAIR that tells this socket's events.
    pub fn monitor(&self, ctx: &Ctx, events: u32) -> Sock {
        let endpoint = self.report(events);
        let pair = ctx.socket(zmq_sys::ZMQ_PAIR);
        pair.connect(&endpoint);
        pair
    }

    /// Reports events to whoever connects to the endpoint it gives.
    pub fn report(&self, events: u32) -> String {
        let endpoint = format!("inproc://monitor-{:p}", self.0);
        let text = CString::new(endpoint.as_str()).expect("no NUL");
        // SAFETY: the socket lives as long as `self`, the text through the call.
        check(unsafe { zmq_sys::zmq_socket_monitor(self.0, text.as_ptr(), number(events)) })
            .expect("zmq_socket_monitor");
        endpoint
    }

    /// The next event of a monitor: its number, its value, and the address it happened to.
    pub fn report_of(&self, wait: Duration) -> Option<(u32, u32, String)> {
        let first = self.recv(wait)?;
        assert!(first.len() == 6 && self.more(), "the first frame of an event: {first:?}");
        let address = self.recv(wait).expect("the second frame");
        assert!(!self.more(), "two frames");
        let value = u32::from_ne_bytes([first[2], first[3], first[4], first[5]]);
        let address = String::from_utf8(address).expect("an address in UTF-8");
        Some((u32::from(u16::from_ne_bytes([first[0], first[1]])), value, address))
    }

    /// The next event of a monitor: its number.
    pub fn event(&self, wait: Duration) -> Option<u32> {
        let first = self.recv(wait)?;
        let _address = self.recv(wait);
        Some(u32::from(u16::from_ne_bytes([first[0], first[1]])))
    }

    pub fn close(self) {
        drop(self);
    }
}

impl Drop for Sock {
    fn drop(&mut self) {
        // SAFETY: the socket is ours and is not used again.
        unsafe { zmq_sys::zmq_close(self.0) };
    }
}

/// zmq_poll for input on one socket.
pub fn poll_in(socket: &Sock, milliseconds: std::ffi::c_long) -> Raw<c_int> {
    poll(socket, zmq_sys::ZMQ_POLLIN, milliseconds)
}

/// zmq_poll for output on one socket.
pub fn poll_out(socket: &Sock, milliseconds: std::ffi::c_long) -> Raw<c_int> {
    poll(socket, zmq_sys::ZMQ_POLLOUT, milliseconds)
}

fn poll(socket: &Sock, events: u32, milliseconds: std::ffi::c_long) -> Raw<c_int> {
    let events = i16::try_from(events).expect("a small constant");
    let mut item = zmq_sys::zmq_pollitem_t { socket: socket.0, fd: 0, events, revents: 0 };
    // SAFETY: the item is ours and lives through the call, and so does the socket.
    check(unsafe { zmq_sys::zmq_poll(&raw mut item, 1, milliseconds) })
}

/// Time for the other threads, then the sockets work through what these told them.
pub fn settle(sockets: &[&Sock]) {
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(10));
        for socket in sockets {
            socket.get(zmq_sys::ZMQ_EVENTS);
        }
    }
}

/// The client proves to the server who it is, by CURVE.
pub fn secure(server: &Sock, client: &Sock) {
    let (public, secret) = curve_keys();
    server.set(ZMQ_CURVE_SERVER, 1).set_bytes(ZMQ_CURVE_SECRETKEY, &secret).expect("a key");
    client.set_bytes(ZMQ_CURVE_SERVERKEY, &public).expect("a key");
    let (public, secret) = curve_keys();
    client.set_bytes(ZMQ_CURVE_PUBLICKEY, &public).expect("a key");
    client.set_bytes(ZMQ_CURVE_SECRETKEY, &secret).expect("a key");
}

/// A public and a secret key, each with its closing NUL.
pub fn curve_keys() -> ([u8; 41], [u8; 41]) {
    let (mut public, mut secret) = ([0_u8; 41], [0_u8; 41]);
    // SAFETY: both have room for 40 characters and a NUL (zmq_curve_keypair(3)).
    let done = unsafe { zmq_sys::zmq_curve_keypair(public.as_mut_ptr().cast(), secret.as_mut_ptr().cast()) };
    assert_eq!(done, 0, "CURVE is built in");
    (public, secret)
}

fn number(constant: u32) -> c_int {
    c_int::try_from(constant).expect("a small constant")
}
