//! What every socket starts with, where libzmq's own defaults hang, lose or expose.

use super::errors::of_socket;
use super::kind::Kind;
use crate::schema::Outcome;
use crate::zmq::{self, IntOption, SocketType};
use std::time::Duration;

/// Receive and send timeouts until a script sets them, ms.
pub const TIMEOUT: i32 = 60_000;

/// How long closing may keep its caller.
pub const CLOSE_PATIENCE: Duration = Duration::from_millis(500);

/// How long what was sent may wait for its peer after closing, in the background, ms. libzmq's own default is for ever.
const LINGER: i32 = 30_000;

/// The same for those that send nothing: their subscriptions are of no use to anybody without them.
const LINGER_OF_RECEIVERS: i32 = 0;

/// A 1C blob counts its bytes in 32 bits; a peer that announces more is cut off.
const MAX_MESSAGE_SIZE: i64 = u32::MAX as i64;

/// Option, value, the one type that has it (None: every type).
const OPTIONS: &[(IntOption, i32, Option<SocketType>)] = &[
    (IntOption::Linger, LINGER, None),
    // A peer whose computer is gone without a word is noticed in 30 s: on an idle connection by the system's own probes,
    // with data on its way by patch 0036, which takes its time from these. Not by ZMTP's heartbeats: a receiver at its
    // water mark reads nothing, so it answers none, and a sender that waits for them would cut off a worker that is only
    // busy, with all that lies on the way to it.
    (IntOption::TcpKeepalive, 1, None),
    (IntOption::TcpKeepaliveIdle, 15, None),
    (IntOption::TcpKeepaliveInterval, 5, None),
    (IntOption::TcpKeepaliveCount, 3, None),
    // A link that breaks is tried again soon, and again.
    (IntOption::ConnectTimeout, 10_000, None),
    (IntOption::ReconnectInterval, 100, None),
    (IntOption::ReconnectIntervalMax, 1_000, None),
    // After a timeout a new request may be sent, and a late answer to the old one is not taken for its answer.
    (IntOption::ReqRelaxed, 1, Some(SocketType::Req)),
    (IntOption::ReqCorrelate, 1, Some(SocketType::Req)),
    (IntOption::XPubVerbose, 1, Some(SocketType::XPub)),
    (IntOption::Linger, LINGER_OF_RECEIVERS, Some(SocketType::Sub)),
    (IntOption::Linger, LINGER_OF_RECEIVERS, Some(SocketType::Pull)),
];

/// A socket with these options.
pub fn open(kind: Kind) -> Outcome<zmq::Socket> {
    let socket_type = kind.socket_type();
    let build = || {
        let mut socket = zmq::Socket::new(socket_type)?;
        socket.set_max_message_size(MAX_MESSAGE_SIZE)?;
        for &(option, value, only) in OPTIONS {
            if only.is_none_or(|only| only == socket_type) {
                socket.set_int(option, value)?;
            }
        }
        Ok(socket)
    };
    build().map_err(|error| of_socket(kind, error))
}
