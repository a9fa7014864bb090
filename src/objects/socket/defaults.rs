//! What every socket starts with, where libzmq's own defaults hang, lose or expose.

use crate::objects::classes::SocketClass;
use crate::zmq::{self, IntOption};

/// Receive and send timeouts until a script sets them, ms.
pub const TIMEOUT: i32 = 60_000;

/// How long what was sent may wait for its peer after closing, in the background, ms. libzmq's own default is for ever.
const LINGER: i32 = 30_000;

/// A 1C blob counts its bytes in 32 bits; a peer that announces more is cut off.
const MAX_MESSAGE_SIZE: i64 = u32::MAX as i64;

/// What every socket has beside the options of its class.
const OPTIONS: &[(IntOption, i32)] = &[
    (IntOption::Linger, LINGER),
    // A peer whose computer is gone without a word is noticed in 30 s: on an idle connection by the system's own probes,
    // with data on its way by patch 0036, which takes its time from these. Not by ZMTP's heartbeats: a receiver at its
    // water mark reads nothing, so it answers none, and a sender that waits for them would cut off a worker that is only
    // busy, with all that lies on the way to it.
    (IntOption::TcpKeepalive, 1),
    (IntOption::TcpKeepaliveIdle, 15),
    (IntOption::TcpKeepaliveInterval, 5),
    (IntOption::TcpKeepaliveCount, 3),
    // A link that breaks is tried again soon, and again.
    (IntOption::ConnectTimeout, 10_000),
    (IntOption::ReconnectInterval, 100),
    (IntOption::ReconnectIntervalMax, 1_000),
];

/// A socket with these options.
pub fn open(class: &SocketClass) -> zmq::Result<zmq::Socket> {
    let mut socket = zmq::Socket::new(class.socket_type)?;
    socket.set_max_message_size(MAX_MESSAGE_SIZE)?;
    for &(option, value) in OPTIONS.iter().chain(class.options) {
        socket.set_int(option, value)?;
    }
    Ok(socket)
}
