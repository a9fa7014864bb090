//! A small safe wrapper over zmq-sys: what the objects need of libzmq, and no more.
//!
//! One of the two modules where `unsafe` may stand. It knows nothing of 1C and imports nothing of ours.
#![allow(unsafe_code)]

mod closing;
mod context;
mod error;
mod message;
mod option;
mod process;
mod socket;

#[cfg(test)]
mod curve_tests;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod topic_tests;

pub use closing::{close, unbind};
pub use context::version;
pub use error::{Error, Result};
pub use message::Message;
pub use option::{BytesOption, Event, IntOption, SocketType};
pub use socket::Socket;

use std::ffi::c_int;

/// What libzmq says of the failure just now, on this thread.
fn last_error() -> Error {
    // SAFETY: no precondition.
    Error::from_raw(unsafe { zmq_sys::zmq_errno() })
}

/// libzmq's way to report failure: a negative result and an errno.
fn check(result: c_int) -> Result<()> {
    if result < 0 { Err(last_error()) } else { Ok(()) }
}
