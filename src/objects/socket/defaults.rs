//! What every socket starts with, where libzmq's own defaults hang, lose or expose.

use crate::objects::classes::SocketClass;
use crate::zmq::{self, IntOption, LongOption};

/// Receive and send timeouts until a script sets them, ms.
pub const TIMEOUT: i32 = 60_000;

/// How long what was sent may wait for its peer after closing, in the background, ms. libzmq's own default is for ever.
pub const LINGER: i32 = 30_000;

/// A 1C blob counts its bytes in 32 bits; a peer that announces more is cut off.
pub const MAX_MESSAGE_SIZE: i64 = u32::MAX as i64;

/// Probes of idle connections: whether, silence before the first and pause between them, s, how many.
pub const KEEPALIVE: (i32, i32, i32, i32) = (1, 15, 5, 3);

/// How long a TCP connection may take, ms.
pub const CONNECT_TIMEOUT: i32 = 10_000;

/// First and longest pause before connecting anew, ms.
pub const RECONNECT: (i32, i32) = (100, 1_000);

/// What every socket has beside the options of its class.
const OPTIONS: &[(IntOption, i32)] = &[
    (IntOption::Linger, LINGER),
    // A peer whose computer is gone without a word is noticed in 30 s: on an idle connection by the system's own probes,
    // with data on its way by patch 0036, which takes its time from these. Not by ZMTP's heartbeats: a receiver at its
    // water mark reads nothing, so it answers none, and a sender that waits for them would cut off a worker that is only
    // busy, with all that lies on the way to it.
    (IntOption::TcpKeepalive, KEEPALIVE.0),
    (IntOption::TcpKeepaliveIdle, KEEPALIVE.1),
    (IntOption::TcpKeepaliveInterval, KEEPALIVE.2),
    (IntOption::TcpKeepaliveCount, KEEPALIVE.3),
    // A link that breaks is tried again soon, and again.
    (IntOption::ConnectTimeout, CONNECT_TIMEOUT),
    (IntOption::ReconnectInterval, RECONNECT.0),
    (IntOption::ReconnectIntervalMax, RECONNECT.1),
];

/// A socket with these options.
pub fn open(class: &SocketClass) -> zmq::Result<zmq::Socket> {
    let mut socket = zmq::Socket::new(class.socket_type)?;
    socket.set_long(LongOption::MaxMessageSize, MAX_MESSAGE_SIZE)?;
    for &(option, value) in OPTIONS.iter().chain(class.options) {
        socket.set_int(option, value)?;
    }
    Ok(socket)
}
