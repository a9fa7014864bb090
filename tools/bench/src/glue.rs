//! The C++ loops (`cpp/loops.cpp`) and libzmq as it comes, loaded with its symbols kept to itself.

use host::Object;
use libloading::os::unix as os;
use std::ffi::{CStr, CString, c_char, c_int, c_long, c_uint, c_ulong, c_void};
use std::path::Path;
use std::ptr;

/// What a thread does, again and again; the order is that of `cpp/loops.cpp`.
#[derive(Clone, Copy, Debug)]
#[repr(i32)]
pub enum Loop {
    /// Sends messages from `from`.
    Send,
    /// Receives them at `to`.
    Receive,
    /// Sends a request from `from` and receives the answer.
    Ask,
    /// Receives at `to` and sends the same back.
    Answer,
    /// Sends from `from` and receives at `to`, on one thread.
    Pass,
    /// Calls the method that does nothing (DropParts).
    Empty,
    /// Reads LastError.
    Property,
}

/// libzmq's functions as the loops want them.
#[repr(C)]
struct Table([*const c_void; 7]);

/// A socket of either side, as the loops want it.
#[repr(C)]
pub struct End {
    socket: *mut c_void,
    libzmq: *const Table,
    memory: *mut c_void,
    members: [c_long; 11],
}

// SAFETY: a socket goes from thread to thread, never used by two at once: `times` below is called by one thread for
// `from` and by one for `to`, and threads are joined before others begin.
unsafe impl Sync for End {}

unsafe extern "C" {
    fn bench_loop(
        which: c_int,
        from: *const End,
        to: *const End,
        data: *const u8,
        size: c_uint,
        parts: c_uint,
        times: c_ulong,
    ) -> c_ulong;
    fn bench_texts(
        end: *const End,
        sends: bool,
        text: *const u16,
        units: c_uint,
        times: c_ulong,
        pause: c_ulong,
    ) -> c_ulong;
    fn bench_send_batch(end: *const End, json: *const u16, units: c_uint, times: c_ulong, pause: c_ulong) -> c_ulong;
    fn bench_receive_batch(end: *const End, times: c_ulong, pause: c_ulong) -> c_ulong;
    fn bench_memory() -> *mut c_void;
    fn bench_give_memory(object: *mut c_void) -> bool;
}

/// Does it so many times. `data` is what the host sends.
pub fn times(which: Loop, from: &End, to: &End, data: &[u8], parts: u32, times: u64) {
    let size = c_uint::try_from(data.len()).expect("a blob below 4 GiB");
    // SAFETY: both ends are alive, `data` lies there for the call and is only read.
    let done = unsafe { bench_loop(which as c_int, from, to, data.as_ptr(), size, parts, times) };
    assert_eq!(done, times, "{which:?} of {parts} × {size} bytes failed");
}

/// Texts by one call each, or all in one, for each of which an interpreter takes `pause` ns.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    pub text: &'a [u16],
    pub times: u64,
    pub pause: u64,
}

impl Texts<'_> {
    fn units(&self) -> c_uint {
        c_uint::try_from(self.text.len()).expect("a short text")
    }

    /// How many calls it took.
    pub fn send_each(&self, end: &End) -> u64 {
        self.each(end, true)
    }

    /// How many calls it took.
    pub fn receive_each(&self, end: &End) -> u64 {
        self.each(end, false)
    }

    fn each(&self, end: &End, sends: bool) -> u64 {
        // SAFETY: the end is alive, the text lies there for the call and is only read.
        let done = unsafe { bench_texts(end, sends, self.text.as_ptr(), self.units(), self.times, self.pause) };
        assert_eq!(done, self.times, "a text was refused or did not come");
        done
    }

    /// The text is JSON; how many calls it took.
    pub fn send_batch(&self, end: &End) -> u64 {
        // SAFETY: as above.
        let calls = unsafe { bench_send_batch(end, self.text.as_ptr(), self.units(), self.times, self.pause) };
        assert!(calls > 0, "the batch was refused");
        calls
    }

    /// How many calls it took.
    pub fn receive_batch(&self, end: &End) -> u64 {
        // SAFETY: the end is alive.
        let calls = unsafe { bench_receive_batch(end, self.times, self.pause) };
        assert!(calls > 0, "a batch did not come");
        calls
    }
}

/// An object of the component's, from now on with the allocator of the loops.
pub fn component(object: &Object) -> End {
    let slots = object.slots();
    let method = |name: &str| slots.find_method(name) as c_long;
    let members = [
        method("Send"),
        method("SendPart"),
        method("Recv"),
        method("RecvMultipart"),
        method("GetPart"),
        method("DropParts"),
        slots.find_prop("LastError") as c_long,
        method("SendText"),
        method("RecvText"),
        method("SendBatch"),
        method("RecvBatch"),
    ];
    let socket = object.raw().cast();
    // SAFETY: the object is alive, and the allocator lives as long as the process.
    unsafe {
        assert!(bench_give_memory(socket), "setMemManager");
        End { socket, libzmq: ptr::null(), memory: bench_memory(), members }
    }
}

/// libzmq as its own CMake builds it, and one context.
pub struct Libzmq {
    table: Box<Table>,
    context: *mut c_void,
    library: os::Library,
}

// SAFETY: a context may be used by any thread, the rest is never written.
unsafe impl Sync for Libzmq {}
// SAFETY: as above.
unsafe impl Send for Libzmq {}

const CONTEXT_MAX_SOCKETS: c_int = 2;
const MAX_SOCKETS: c_int = 65_535;
const LAST_ENDPOINT: c_int = 32;

impl Libzmq {
    /// Loads the file.
    pub fn load(file: &Path) -> Self {
        // SAFETY: the file is libzmq, whose functions have the types that zmq.h gives them.
        unsafe {
            let library = os::Library::open(Some(file), os::RTLD_NOW | os::RTLD_LOCAL)
                .unwrap_or_else(|e| panic!("{}: {e:?}", file.display()));
            let find = |name: &CStr| -> *const c_void {
                let found = library.get::<*const c_void>(name.to_bytes_with_nul());
                found.unwrap_or_else(|e| panic!("{name:?}: {e:?}")).into_raw().cast_const()
            };
            let table = [
                c"zmq_send",
                c"zmq_msg_init",
                c"zmq_msg_recv",
                c"zmq_msg_data",
                c"zmq_msg_size",
                c"zmq_msg_more",
                c"zmq_msg_close",
            ]
            .map(find);
            let mut libzmq = Self { table: Box::new(Table(table)), context: ptr::null_mut(), library };
            let context: unsafe extern "C" fn() -> *mut c_void = libzmq.function(c"zmq_ctx_new");
            libzmq.context = context();
            let set: unsafe extern "C" fn(*mut c_void, c_int, c_int) -> c_int = libzmq.function(c"zmq_ctx_set");
            assert_eq!(set(libzmq.context, CONTEXT_MAX_SOCKETS, MAX_SOCKETS), 0);
            libzmq
        }
    }

    /// # Safety
    /// `F` is the type of that function in zmq.h.
    unsafe fn function<F: Copy>(&self, name: &CStr) -> F {
        // SAFETY: by the caller.
        *unsafe { self.library.get::<F>(name.to_bytes_with_nul()) }.unwrap_or_else(|e| panic!("{name:?}: {e:?}"))
    }

    /// "4.3.5".
    pub fn version(&self) -> String {
        let mut parts: [c_int; 3] = [0; 3];
        let [major, minor, patch] = &mut parts;
        // SAFETY: the type is that of zmq.h; three ints are filled.
        unsafe {
            self.function::<unsafe extern "C" fn(*mut c_int, *mut c_int, *mut c_int)>(c"zmq_version")(
                major, minor, patch,
            );
        }
        parts.map(|part| part.to_string()).join(".")
    }

    /// A socket with these int options.
    pub fn socket(&self, kind: c_int, options: &[(c_int, c_int)]) -> Socket<'_> {
        // SAFETY: the types are those of zmq.h, the context is alive, an option's value is read during the call.
        unsafe {
            let new: unsafe extern "C" fn(*mut c_void, c_int) -> *mut c_void = self.function(c"zmq_socket");
            let set: unsafe extern "C" fn(*mut c_void, c_int, *const c_int, usize) -> c_int =
                self.function(c"zmq_setsockopt");
            let raw = new(self.context, kind);
            assert!(!raw.is_null(), "zmq_socket: {}", std::io::Error::last_os_error());
            for (option, value) in options {
                assert_eq!(set(raw, *option, value, size_of::<c_int>()), 0, "option {option}");
            }
            Socket { raw, libzmq: self }
        }
    }
}

/// A socket of libzmq as it comes.
pub struct Socket<'a> {
    raw: *mut c_void,
    libzmq: &'a Libzmq,
}

impl Socket<'_> {
    pub fn end(&self) -> End {
        // SAFETY: gives the address of an object that lives as long as the process.
        let memory = unsafe { bench_memory() };
        End { socket: self.raw, libzmq: &raw const *self.libzmq.table, memory, members: [0; 11] }
    }

    pub fn bind(&self, endpoint: &str) {
        self.attach(c"zmq_bind", endpoint);
    }

    pub fn connect(&self, endpoint: &str) {
        self.attach(c"zmq_connect", endpoint);
    }

    fn attach(&self, function: &CStr, endpoint: &str) {
        let text = CString::new(endpoint).expect("no NUL");
        // SAFETY: both functions have this type in zmq.h; the socket is alive.
        let done = unsafe {
            self.libzmq.function::<unsafe extern "C" fn(*mut c_void, *const c_char) -> c_int>(function)(
                self.raw,
                text.as_ptr(),
            )
        };
        assert_eq!(done, 0, "{function:?} {endpoint}: {}", std::io::Error::last_os_error());
    }

    pub fn last_endpoint(&self) -> String {
        let (mut text, mut size) = ([0_u8; 256], 256_usize);
        // SAFETY: the type is that of zmq.h; no more than `size` bytes are written.
        let done =
            unsafe {
                self.libzmq.function::<unsafe extern "C" fn(*mut c_void, c_int, *mut u8, *mut usize) -> c_int>(
                    c"zmq_getsockopt",
                )(self.raw, LAST_ENDPOINT, text.as_mut_ptr(), &raw mut size)
            };
        assert_eq!(done, 0, "ZMQ_LAST_ENDPOINT");
        CStr::from_bytes_until_nul(&text).expect("a text").to_str().expect("ASCII").into()
    }
}

impl Drop for Socket<'_> {
    fn drop(&mut self) {
        // SAFETY: the type is that of zmq.h; nobody uses the socket any more.
        unsafe { self.libzmq.function::<unsafe extern "C" fn(*mut c_void) -> c_int>(c"zmq_close")(self.raw) };
    }
}
