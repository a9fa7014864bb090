//! Holds libzmq's I/O thread at a known place: inside the release of a message that it has just taken.

use super::raw::Sock;
use host::wait_until;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What a gate's message is made of.
pub const BYTE: u8 = 7;

static DATA: [u8; 100] = [BYTE; 100];

pub struct Gate {
    reached: AtomicBool,
    open: AtomicBool,
}

impl Gate {
    /// Sends a message whose release, in the I/O thread, waits until the gate is opened.
    pub fn send_through(socket: &Sock) -> &'static Self {
        let gate: &'static Self =
            Box::leak(Box::new(Self { reached: AtomicBool::new(false), open: AtomicBool::new(false) }));
        socket.send_with_release(&DATA, 0, hold, std::ptr::from_ref(gate).cast_mut().cast());
        gate
    }

    /// Waits until the I/O thread stands at the gate; false after `limit`.
    pub fn wait(&self, limit: Duration) -> bool {
        wait_until(limit, || self.reached.load(Ordering::SeqCst))
    }

    pub fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

/// Called by the I/O thread when it has copied the message into its batch.
extern "C" fn hold(_data: *mut c_void, hint: *mut c_void) {
    // SAFETY: the hint is a gate, which is never freed.
    let gate = unsafe { &*hint.cast::<Gate>() };
    gate.reached.store(true, Ordering::SeqCst);
    while !gate.open.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(1));
    }
}
