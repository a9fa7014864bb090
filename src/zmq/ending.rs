//! The end of one socket (patch 0044): libzmq's context knows of it, and no socket is made to hear of it.

use super::error::Result;
use super::socket::Socket;
use super::{check, context};
use std::ffi::c_int;
use std::time::Duration;
use zmq_sys as sys;

/// The option of the patch; it gives one of the context, which waits for the end.
const WATCH_END: c_int = 431_004;

/// The end of a socket, from before it is closed.
pub struct End(c_int);

impl End {
    /// That of `socket`, which is yet to be closed: else its end does not come.
    ///
    /// # Errors
    /// EFORKED. ENOMEM. EINVAL: a libzmq without the patch.
    pub(super) fn of(socket: &mut Socket) -> Result<Self> {
        socket.get_raw_int(WATCH_END).map(Self)
    }

    /// Whether the socket has ended, with its descriptors, addresses and all that it sent; waits for that, for `patience`
    /// in whole ms at the most. In a forked child, where nothing will be heard, it has.
    #[must_use]
    pub fn has_come(&self, patience: Duration) -> bool {
        let Ok(context) = context::shared() else { return true };
        let milliseconds = c_int::try_from(patience.as_millis()).unwrap_or(c_int::MAX);
        // SAFETY: the context is live for as long as the process; an option that it does not know is an error.
        let result = check(unsafe { sys::zmq_ctx_set(context, self.0, milliseconds) });
        !result.is_err_and(|error| error.is_again())
    }
}
