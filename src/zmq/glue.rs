//! Calls of ours that are compiled as a part of libzmq (build/glue/glue.cpp), where each takes the place of several of zmq.h's.

use std::ffi::{c_char, c_int, c_short, c_void};
use zmq_sys as sys;

/// Parts follow.
pub(super) const MORE: c_int = 1;
/// The message holds something that lies elsewhere, and must be closed; without this it needs no close.
pub(super) const HOLDS: c_int = 2;

unsafe extern "C" {
    /// `zmq_msg_init_size`, memcpy, `zmq_msg_send` with `ZMQ_DONTWAIT`. The message is written over, whatever it was; it is an
    /// empty one afterwards, unless this gives -1 with another errno than ENOMEM: then it is the message, not sent.
    pub(super) fn addin_zmq_send(
        socket: *mut c_void,
        message: *mut sys::zmq_msg_t,
        data: *const c_void,
        size: usize,
        flags: c_int,
    ) -> c_int;

    /// `zmq_msg_init`, `zmq_msg_recv` with `ZMQ_DONTWAIT`, and where the content lies, which stays the message's: -1 with an
    /// errno, else the sum of [`MORE`] and [`HOLDS`]. The message is written over, whatever it was; it is one afterwards in
    /// every case.
    pub(super) fn addin_zmq_recv(
        socket: *mut c_void,
        message: *mut sys::zmq_msg_t,
        data: *mut *const c_void,
        size: *mut usize,
    ) -> c_int;

    /// `zmq_msg_copy` and `zmq_msg_send` with `ZMQ_DONTWAIT` of so many initialised messages, as the parts of one; they stay
    /// as they are. Gives how many were taken; where that is not all, errno tells why not the next: never EINTR.
    pub(super) fn addin_zmq_send_copies(socket: *mut c_void, messages: *mut sys::zmq_msg_t, count: usize) -> usize;

    /// `zmq_msg_init_size`, memcpy. The message is written over, whatever it was; it is empty after -1, which is ENOMEM.
    pub(super) fn addin_zmq_fill(message: *mut sys::zmq_msg_t, data: *const c_void, size: usize) -> c_int;

    /// `zmq_msg_data` and `zmq_msg_size` of an initialised message, which is only read.
    pub(super) fn addin_zmq_content(message: *mut sys::zmq_msg_t, size: *mut usize) -> *const c_void;

    /// `zmq_msg_close` of an initialised message.
    pub(super) fn addin_zmq_close(message: *mut sys::zmq_msg_t);

    /// Whether what is sent from now on wakes nobody. Whoever was not woken is woken by the next call, whatever it says, and
    /// before any wait for this socket.
    pub(super) fn addin_zmq_cork(socket: *mut c_void, corked: c_int);
    /// `zmq_socket_monitor_versioned` of zmq_draft.h: the second version, on a PAIR.
    pub(super) fn addin_zmq_monitor(socket: *mut c_void, address: *const c_char, events: u64) -> c_int;

    /// `zmq_poll` for one socket: 1 when it is ready for one of the events, 0 when the ms are over, -1 with an errno.
    pub(super) fn addin_zmq_wait(socket: *mut c_void, events: c_short, milliseconds: c_int) -> c_int;

    /// From now on the function hears of handshakes and disconnects of every socket. 0 where libzmq is without patch 0060.
    pub(super) fn addin_zmq_set_witness(witness: Witness) -> c_int;
}

/// A socket's address, an event and its value, an endpoint, the peer's address; the texts end with a NUL and live through the
/// call.
pub(super) type Witness = extern "C" fn(*const c_void, c_int, c_int, *const c_char, *const c_char);
