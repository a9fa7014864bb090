//! What libzmq answers when a call fails: an errno, and the name the manual pages use for it.

use super::errno;
use std::ffi::c_int;
use zmq_sys::errno as e;

/// An error number of libzmq (`zmq_errno(3)`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error(c_int);

/// Result of a call into libzmq.
pub type Result<T> = std::result::Result<T, Error>;

/// libzmq's own numbers start here (`ZMQ_HAUSNUMERO` in zmq.h).
const HAUSNUMERO: c_int = 156_384_712;

/// Ours, outside every platform's range: the process was forked after the context was made.
const FORKED: c_int = HAUSNUMERO - 1;

const EAFNOSUPPORT: c_int = HAUSNUMERO + 11;

/// Number and symbolic name of what libzmq itself gives. Where a platform lacks a number libzmq has a substitute: both are
/// listed. The rest are the operating system's.
const NAMES: &[(c_int, &str)] = &[
    (e::EACCES, "EACCES"),
    (e::EADDRINUSE, "EADDRINUSE"),
    (e::EADDRINUSE_ALT, "EADDRINUSE"),
    (e::EADDRNOTAVAIL, "EADDRNOTAVAIL"),
    (e::EADDRNOTAVAIL_ALT, "EADDRNOTAVAIL"),
    (EAFNOSUPPORT, "EAFNOSUPPORT"),
    (e::EAGAIN, "EAGAIN"),
    (e::EBUSY, "EBUSY"),
    (e::ECONNABORTED_ALT, "ECONNABORTED"),
    (e::ECONNREFUSED, "ECONNREFUSED"),
    (e::ECONNREFUSED_ALT, "ECONNREFUSED"),
    (e::ECONNRESET_ALT, "ECONNRESET"),
    (e::EFAULT, "EFAULT"),
    (e::EFSM, "EFSM"),
    (e::EHOSTUNREACH, "EHOSTUNREACH"),
    (e::EHOSTUNREACH_ALT, "EHOSTUNREACH"),
    (e::EINPROGRESS, "EINPROGRESS"),
    (e::EINPROGRESS_ALT, "EINPROGRESS"),
    (e::EINTR, "EINTR"),
    (e::EINVAL, "EINVAL"),
    (e::EMFILE, "EMFILE"),
    (e::EMSGSIZE, "EMSGSIZE"),
    (e::EMSGSIZE_ALT, "EMSGSIZE"),
    (e::EMTHREAD, "EMTHREAD"),
    (e::ENAMETOOLONG, "ENAMETOOLONG"),
    (e::ENETDOWN, "ENETDOWN"),
    (e::ENETDOWN_ALT, "ENETDOWN"),
    (e::ENETRESET_ALT, "ENETRESET"),
    (e::ENETUNREACH_ALT, "ENETUNREACH"),
    (e::ENOBUFS, "ENOBUFS"),
    (e::ENOBUFS_ALT, "ENOBUFS"),
    (e::ENOCOMPATPROTO, "ENOCOMPATPROTO"),
    (e::ENODEV, "ENODEV"),
    (e::ENOENT, "ENOENT"),
    (e::ENOMEM, "ENOMEM"),
    (e::ENOTCONN, "ENOTCONN"),
    (e::ENOTCONN_ALT, "ENOTCONN"),
    (e::ENOTSOCK, "ENOTSOCK"),
    (e::ENOTSOCK_ALT, "ENOTSOCK"),
    (e::ENOTSUP, "ENOTSUP"),
    (e::ENOTSUP_ALT, "ENOTSUP"),
    (e::EPROTO, "EPROTO"),
    (e::EPROTONOSUPPORT, "EPROTONOSUPPORT"),
    (e::EPROTONOSUPPORT_ALT, "EPROTONOSUPPORT"),
    (e::ETERM, "ETERM"),
    (e::ETIMEDOUT_ALT, "ETIMEDOUT"),
    (FORKED, "EFORKED"),
];

impl Error {
    /// No memory for a message (`zmq_msg_init_size(3)`).
    pub const NO_MEMORY: Self = Self(e::ENOMEM);
    /// The process was forked after its context was made; libzmq's threads do not live in the child.
    pub const FORKED: Self = Self(FORKED);
    /// The process has no descriptor left.
    #[cfg(unix)]
    pub const NO_DESCRIPTORS: Self = Self(e::EMFILE);
    /// A text holds a NUL, which ends it for libzmq.
    pub const INVALID: Self = Self(e::EINVAL);

    /// Nothing came of it yet, and may later.
    pub const AGAIN: Self = Self(e::EAGAIN);
    /// A signal came in the middle of a call.
    #[cfg(test)]
    pub(super) const INTERRUPTED: Self = Self(e::EINTR);

    pub(super) const fn from_raw(number: c_int) -> Self {
        Self(number)
    }

    /// The number itself.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The symbolic name ("EADDRINUSE"), "EUNKNOWN" for a number that neither libzmq nor the system has.
    #[must_use]
    pub fn name(self) -> &'static str {
        let own = NAMES.iter().find(|(number, _)| *number == self.0).map(|(_, name)| *name);
        own.or_else(|| errno::name(self.0)).unwrap_or("EUNKNOWN")
    }

    /// Nothing to receive, or no peer that takes a message now.
    #[must_use]
    pub const fn is_again(self) -> bool {
        self.0 == e::EAGAIN
    }

    /// No descriptor, or none of the sockets that a context may have, is left.
    pub(super) const fn is_out_of_descriptors(self) -> bool {
        self.0 == e::EMFILE
    }

    /// A signal came in the middle of a call.
    #[must_use]
    pub const fn is_interrupted(self) -> bool {
        self.0 == e::EINTR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_name() {
        for (number, name) in NAMES {
            assert_eq!(Error(*number).name(), *name, "{number} is listed twice");
        }
        assert_eq!(Error(-77).name(), "EUNKNOWN");
    }
}
