//! A small safe wrapper over zmq-sys: what the objects need of libzmq, and no more.
//!
//! One of the two modules where `unsafe` may stand. It knows nothing of 1C and imports nothing of ours.
#![allow(unsafe_code)]

mod backlog;
mod closing;
mod context;
mod corked;
mod ending;
mod errno;
mod error;
mod glue;
mod message;
mod monitor;
mod option;
mod poll;
mod process;
mod security;
mod sleeper;
mod socket;
mod surroundings;
mod wait;
mod watched;
mod witness;

#[cfg(test)]
mod curve_tests;
#[cfg(test)]
mod topic_tests;

pub use closing::{close, unbind};
pub use context::{has, version};
pub use ending::End;
pub use error::{Error, Result};
pub use message::{Message, Room};
pub use monitor::{Happened, Monitor, What};
pub use option::{BytesOption, Event, Events, IntOption, LongOption, SocketType};
pub use poll::any_receivable;
#[cfg(test)]
pub use poll::poll;
pub use process::{descriptor_limit, is_forked, prepare, stay, this_thread, working};
pub use security::{CurveKey, new_secret_key, public_key};
pub use sleeper::{AT_ONCE, Key, Sleeper};
pub use socket::{NotSent, Socket};
pub use surroundings::{at_exit, descriptors, library_folder, thread_number};
pub use wait::{Broken, Wait};
pub use watched::Watched;
pub use witness::{Connection, Witnessed, address_of, witness};

use std::ffi::c_int;

/// What libzmq says of the failure just now, on this thread.
fn last_error() -> Error {
    // SAFETY: no precondition.
    Error::from_raw(unsafe { zmq_sys::zmq_errno() })
}

/// Repeats a call that a signal broke off. Only for calls that libzmq breaks off before they have done anything: all that
/// never wait look into the socket's mailbox first, and that is where a signal finds them.
fn uninterrupted(mut call: impl FnMut() -> c_int) -> Result<()> {
    loop {
        match check(call()) {
            Err(error) if error.is_interrupted() => {}
            result => return result,
        }
    }
}

/// libzmq's way to report failure: a negative result and an errno.
fn check(result: c_int) -> Result<()> {
    if result < 0 { Err(last_error()) } else { Ok(()) }
}
