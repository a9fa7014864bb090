//! Hears of handshakes and of connections that end, of every socket of the process (patch 0060), beside the one stream of
//! reports that a socket has.

use super::error::Error;
use super::glue;
use super::socket::Socket;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::catch_unwind;
use std::sync::OnceLock;

/// What happened to a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Connection {
    /// The handshake succeeded: messages may go.
    Ready,
    /// It ended.
    Lost,
    /// Nobody could be let in, by the system's reason.
    NotAccepted(Error),
    /// The handshake failed, by the system's reason; EPIPE and 0 where the peer left.
    Broken(Error),
    /// The peer does not speak as it should: one of `ZMQ_PROTOCOL_ERROR_…` in zmq.h.
    Unintelligible(i32),
    /// The peer may not come in: the status that it was answered with.
    Refused(i32),
}

/// One connection of one socket.
#[derive(Debug)]
pub struct Witnessed<'a> {
    /// The socket: see `address_of`.
    pub socket: usize,
    pub what: Connection,
    pub endpoint: &'a str,
    pub peer: &'a str,
}

type Hears = fn(&Witnessed<'_>);

static HEARS: OnceLock<Hears> = OnceLock::new();

/// From now on `hears` is told of connections, on libzmq's own threads, which it must not keep. The first one stays. The
/// library must stay in memory: see `stay`.
pub fn witness(hears: Hears) {
    if HEARS.set(hears).is_ok() {
        // SAFETY: a function without state of its own, in a library that stays.
        unsafe { glue::addin_zmq_set_witness(witnessed) };
    }
}

/// Tells sockets apart while they live.
pub fn address_of(socket: &Socket) -> usize {
    socket.address()
}

extern "C" fn witnessed(
    socket: *const c_void,
    event: c_int,
    value: c_int,
    endpoint: *const c_char,
    peer: *const c_char,
) {
    // Nothing of ours may end a thread of libzmq's.
    let _ = catch_unwind(|| {
        let (Some(hears), Some(what)) = (HEARS.get(), read(event, value)) else { return };
        // SAFETY: texts of libzmq's, which end with a NUL and live through this call.
        let (endpoint, peer) = unsafe { (CStr::from_ptr(endpoint), CStr::from_ptr(peer)) };
        let (endpoint, peer) = (endpoint.to_string_lossy(), peer.to_string_lossy());
        hears(&Witnessed { socket: socket as usize, what, endpoint: &endpoint, peer: &peer });
    });
}

/// Of `ZMQ_EVENT_…` in zmq.h.
const fn read(event: c_int, value: c_int) -> Option<Connection> {
    Some(match event {
        0x0040 => Connection::NotAccepted(Error::from_raw(value)),
        0x0200 => Connection::Lost,
        0x0800 => Connection::Broken(Error::from_raw(value)),
        0x1000 => Connection::Ready,
        0x2000 => Connection::Unintelligible(value),
        0x4000 => Connection::Refused(value),
        _ => return None,
    })
}
