//! Socket types and options by libzmq's own numbers (zmq.h), typed.

use std::ffi::c_int;

/// What a socket is (`zmq_socket(3)`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum SocketType {
    Pair = 0,
    Sub = 2,
    Req = 3,
    Rep = 4,
    Dealer = 5,
    Router = 6,
    Pull = 7,
    Push = 8,
    XPub = 9,
    XSub = 10,
    Stream = 11,
}

impl SocketType {
    pub(super) const fn raw(self) -> c_int {
        self as c_int
    }
}

/// A socket option that holds an int (`zmq_setsockopt(3)`). Times are in ms where nothing else is said; flags are 0 and 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum IntOption {
    /// `ZMQ_SNDBUF`: the system's buffer of a connection, bytes; -1 for its own choice.
    SendBufferSize = 11,
    /// `ZMQ_RCVBUF`, likewise.
    ReceiveBufferSize = 12,
    /// How long what was sent may wait for its peer after the socket is closed.
    Linger = 17,
    /// First pause before connecting anew; -1 never connects anew.
    ReconnectInterval = 18,
    /// Connections that wait to be taken up.
    Backlog = 19,
    /// Longest pause before connecting anew.
    ReconnectIntervalMax = 21,
    /// `ZMQ_SNDHWM`: messages that may wait for one peer on their way out; 0 is no limit.
    SendHighWaterMark = 23,
    /// `ZMQ_RCVHWM`: messages from one peer that may wait to be received; 0 is no limit.
    ReceiveHighWaterMark = 24,
    /// `ZMQ_RCVTIMEO`: how long receiving may wait, ms; -1 is no end. Calls of ours never wait inside libzmq.
    ReceiveTimeout = 27,
    /// `ZMQ_SNDTIMEO`, likewise.
    SendTimeout = 28,
    /// ROUTER: a message for a peer that is not there is an error.
    RouterMandatory = 33,
    TcpKeepalive = 34,
    /// Probes without an answer after which the connection is given up.
    TcpKeepaliveCount = 35,
    /// Silence before the first probe, s.
    TcpKeepaliveIdle = 36,
    /// Pause between probes, s.
    TcpKeepaliveInterval = 37,
    /// A connection takes messages only once it is made.
    Immediate = 39,
    /// XPUB: tell of every subscription, also to what others subscribe to already.
    XPubVerbose = 40,
    /// Whether addresses of IPv6 are read, and `*` means those too.
    Ipv6 = 42,
    /// Send an empty message when a connection is made.
    ProbeRouter = 51,
    /// REQ: number requests and drop answers to others.
    ReqCorrelate = 52,
    /// REQ: a new request may follow an unanswered one.
    ReqRelaxed = 53,
    /// Keep the last message only.
    Conflate = 54,
    /// ROUTER: a peer that comes with the routing id of another takes its place.
    RouterHandover = 56,
    /// `ZMQ_TOS`: the byte of IP.
    TypeOfService = 57,
    /// How long ZMTP's handshake may take.
    HandshakeInterval = 66,
    /// XPUB: a subscriber at its water mark keeps the sender waiting.
    XPubNoDrop = 69,
    /// XPUB: the user subscribes in a subscriber's place.
    XPubManual = 71,
    /// STREAM: an empty message tells that a peer came or went.
    StreamNotify = 73,
    /// Messages that fit no subscription pass.
    InvertMatching = 74,
    /// Pause between ZMTP's heartbeats; 0 sends none.
    HeartbeatInterval = 75,
    /// How long the peer is to wait for a heartbeat; counts tenths of a second.
    HeartbeatTimeToLive = 76,
    /// How long to wait for an answer to a heartbeat.
    HeartbeatTimeout = 77,
    /// XPUB: tell of every end of a subscription too.
    XPubVerboser = 78,
    /// How long a TCP connection may take.
    ConnectTimeout = 79,
    /// `ZMQ_TCP_MAXRT`: how long what was sent may lie unacknowledged.
    TcpMaxRetransmitTimeout = 80,
}

/// A socket option that holds an int64.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum LongOption {
    /// `ZMQ_MAXMSGSIZE`: the largest message taken from a peer, bytes; who sends a larger one is cut off.
    MaxMessageSize = 22,
}

/// A socket option that holds bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum BytesOption {
    /// What a ROUTER knows the socket by; of a STREAM, what it knows the last connection by.
    RoutingId = 5,
    Subscribe = 6,
    Unsubscribe = 7,
    /// Read only: the last endpoint bound or connected, as libzmq resolved it; ends with a NUL.
    LastEndpoint = 32,
    /// What the handler of ZAP is told of where a peer comes in.
    ZapDomain = 55,
    /// ROUTER and STREAM: the routing id of the peer that is connected to next.
    ConnectRoutingId = 61,
    /// Host and port.
    SocksProxy = 68,
    /// XPUB: what every new subscriber is sent.
    XPubWelcomeMessage = 72,
    /// `ZMQ_BINDTODEVICE`: the name of a network interface.
    BindToDevice = 92,
}

impl IntOption {
    pub(super) const fn raw(self) -> c_int {
        self as c_int
    }
}

impl LongOption {
    pub(super) const fn raw(self) -> c_int {
        self as c_int
    }
}

impl BytesOption {
    pub(super) const fn raw(self) -> c_int {
        self as c_int
    }
}

/// What libzmq reports of a socket (`zmq_socket_monitor(3)`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum Report {
    /// `ZMQ_EVENT_ALL`.
    Everything = 0xffff,
    /// `ZMQ_EVENT_LISTENING`: an address was bound.
    #[cfg(test)]
    Listening = 0x0008,
    /// `ZMQ_EVENT_CLOSED` and `ZMQ_EVENT_CLOSE_FAILED`: a listener or a connection has gone.
    Closed = 0x0080 | 0x0100,
}

/// What to wait for (`zmq_poll(3)`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// `ZMQ_POLLIN`: a message can be received.
    Receivable,
    /// `ZMQ_POLLOUT`: a message can be sent.
    Sendable,
    /// libzmq's threads told the socket something: a peer came, went, or has room again. What was told before the wait
    /// began does not count, so whoever waits for this works through it first (`Socket::work`).
    Told,
}

impl Event {
    pub(super) const fn raw(self) -> i16 {
        match self {
            Self::Receivable => 1,
            Self::Sendable => 2,
            Self::Told => 0,
        }
    }
}

/// A set of events: what a socket is ready for, or what somebody waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Events(u8);

impl Events {
    /// No event.
    pub const NONE: Self = Self(0);
    /// A message can be received.
    pub const RECEIVABLE: Self = Self(1);
    /// A message can be sent.
    pub const SENDABLE: Self = Self(2);

    /// Those of zmq.h's that are known here.
    pub(super) const fn of_raw(raw: c_int) -> Self {
        let (receivable, sendable) = (raw & 1 != 0, raw & 2 != 0);
        Self(receivable as u8 | (sendable as u8) << 1)
    }

    /// Those of either set.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of both sets.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of this set that are not in the other.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether any event is in both sets.
    pub const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set as bits.
    pub const fn bits(self) -> usize {
        self.0 as usize
    }
}
