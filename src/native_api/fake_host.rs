//! A host of the tests' own that takes events: what it hears, and what it answers, is up to the test.

use super::host::Connection;
use super::surroundings::{Events, Surroundings};
use std::ffi::c_long;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the test does with an event: true takes it.
type Hears = Box<dyn FnMut(&[String; 3]) -> bool + Send>;

/// One IAddInDefBase. It stays for as long as the process: threads may use it to the end.
#[repr(C)]
pub struct FakeHost {
    table: *const Table,
    hears: Mutex<Hears>,
    depth: Mutex<c_long>,
}

// SAFETY: the table is a static that is only read, everything else stands behind a lock.
unsafe impl Sync for FakeHost {}

#[repr(C)]
struct Table {
    destructors: [usize; if cfg!(windows) { 1 } else { 2 }],
    before: [usize; 4],
    set_event_buffer_depth: unsafe extern "system" fn(*const FakeHost, c_long) -> u8,
    get_event_buffer_depth: unsafe extern "system" fn(*const FakeHost) -> c_long,
    external_event: unsafe extern "system" fn(*const FakeHost, *const u16, *const u16, *const u16) -> u8,
    after: [usize; 4],
}

static TABLE: Table = Table {
    destructors: [0; if cfg!(windows) { 1 } else { 2 }],
    before: [0; 4],
    set_event_buffer_depth: set_depth,
    get_event_buffer_depth: get_depth,
    external_event: hear,
    after: [0; 4],
};

unsafe extern "system" fn set_depth(host: *const FakeHost, depth: c_long) -> u8 {
    // SAFETY: the test's own host, which stays.
    *lock(unsafe { &(*host).depth }) = depth;
    1
}

unsafe extern "system" fn get_depth(host: *const FakeHost) -> c_long {
    // SAFETY: the test's own host, which stays.
    *lock(unsafe { &(*host).depth })
}

unsafe extern "system" fn hear(host: *const FakeHost, a: *const u16, b: *const u16, c: *const u16) -> u8 {
    let texts = [a, b, c].map(|text| {
        // SAFETY: the component's texts end with a NUL.
        let length = (0..).take_while(|&at| unsafe { text.add(at).read() } != 0).count();
        // SAFETY: so many units were just read.
        String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(text, length) })
    });
    // SAFETY: the test's own host, which stays.
    let hears = unsafe { &(*host).hears };
    u8::from(lock(hears)(&texts))
}

impl FakeHost {
    pub fn new(hears: impl FnMut(&[String; 3]) -> bool + Send + 'static) -> &'static Self {
        Box::leak(Box::new(Self { table: &raw const TABLE, hears: Mutex::new(Box::new(hears)), depth: Mutex::new(1) }))
    }

    /// An object of this host's.
    pub fn surroundings(&self) -> Surroundings {
        let surroundings = Surroundings { source: "ZeroMQ", ..Surroundings::default() };
        self.meet(&surroundings.events);
        surroundings
    }

    pub fn meet(&self, events: &Events) {
        // SAFETY: the host stays for as long as the process.
        events.0.establish(unsafe { Connection::new(ptr::from_ref(self).cast_mut().cast()) });
    }

    /// How deep its queue was made.
    pub fn depth(&self) -> c_long {
        *lock(&self.depth)
    }

    /// Done, which waits for nobody.
    pub fn leave(events: &Events) -> bool {
        events.0.revoke(Duration::ZERO)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
