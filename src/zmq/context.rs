//! The process's one context: made with the first socket, never terminated.
//!
//! Termination waits for every socket (`zmq_ctx_term(3)`) and would have to run while the library is unloaded, from a
//! destructor that must not wait. The context lives as long as the process instead; the operating system ends it.

use super::error::{Error, Result};
use super::process;
use std::ffi::{c_int, c_void};
use std::sync::{Mutex, PoisonError};
use zmq_sys as sys;

/// The most that libzmq allows (`ZMQ_SOCKET_LIMIT`); its default of 1023 is what a busy server outgrows.
const MAX_SOCKETS: c_int = 65_535;

/// `ZMQ_MAX_SOCKETS` in zmq.h.
const OPTION_MAX_SOCKETS: c_int = 2;

/// What libzmq's patch 0032 tells of a context.
#[derive(Clone, Copy)]
#[repr(i32)]
pub(super) enum Figure {
    /// Sockets that were closed and have not ended.
    Closing = 431_001,
    /// How many have ended since the beginning; 31 bits, goes round.
    Ended = 431_002,
}

struct Context(*mut c_void);

// SAFETY: a context is the one thing of libzmq that any thread may use at any time (zmq_ctx_new(3)).
unsafe impl Send for Context {}

static CONTEXT: Mutex<Option<Context>> = Mutex::new(None);

/// The context, made at the first call.
///
/// # Errors
/// EMFILE: no descriptor is free for libzmq's own threads. EFORKED: this is a forked child. EINVAL: the library could not
/// be pinned in memory. ENOMEM.
pub(super) fn shared() -> Result<*mut c_void> {
    process::check_not_forked()?;
    let mut slot = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(context) = &*slot {
        return Ok(context.0);
    }
    process::prepare()?;
    process::check_descriptors()?;
    // SAFETY: no precondition.
    let context = unsafe { sys::zmq_ctx_new() };
    if context.is_null() {
        return Err(Error::NO_MEMORY);
    }
    // SAFETY: the context is live, the option and its range are those of zmq_ctx_set(3).
    unsafe { sys::zmq_ctx_set(context, OPTION_MAX_SOCKETS, MAX_SOCKETS) };
    *slot = Some(Context(context));
    Ok(context)
}

/// A figure of the context; None from a libzmq without the patch.
pub(super) fn figure(context: *mut c_void, figure: Figure) -> Option<u32> {
    // SAFETY: the context is live for as long as the process.
    u32::try_from(unsafe { sys::zmq_ctx_get(context, figure as c_int) }).ok()
}

/// The version of the libzmq that is linked in: major, minor, patch (`zmq_version(3)`).
#[must_use]
pub fn version() -> (i32, i32, i32) {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: three pointers to writable ints.
    unsafe { sys::zmq_version(&raw mut major, &raw mut minor, &raw mut patch) };
    (major, minor, patch)
}

/// Whether libzmq was built with a capability: "ipc", "curve", … (`zmq_has(3)`).
#[must_use]
pub fn has(capability: &std::ffi::CStr) -> bool {
    // SAFETY: the text ends with a NUL.
    unsafe { sys::zmq_has(capability.as_ptr()) == 1 }
}

#[cfg(test)]
mod tests {
    #[test]
    fn linked_version_is_the_declared_one() {
        let lock = include_str!("../../vendor/libzmq.lock");
        let (major, minor, patch) = super::version();
        assert!(lock.contains(&format!("{major}.{minor}.{patch}")));
        assert_eq!((major, minor, patch), (4, 3, 5));
    }

    #[test]
    fn built_with_what_is_promised() {
        assert!(super::has(c"curve"));
        assert!(super::has(c"ipc"));
        assert!(!super::has(c"draft"));
    }
}
