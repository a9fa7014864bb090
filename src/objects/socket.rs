//! A socket as BSL sees it. Opened at the first Bind, Connect or Subscribe; every later call finds it or says why not.

use super::audience::Audience;
use super::defaults::{self, CLOSE_PATIENCE, TIMEOUT};
use super::endpoint::Endpoint;
use super::errors::{closed, explain, interrupted, not_attached};
use super::kind::Kind;
use super::topics::{self, Topics};
use crate::native_api::Cancel;
use crate::schema::Outcome;
use crate::zmq::{self, BytesOption, Event, Message};
use std::collections::VecDeque;
use std::mem;
use std::time::{Duration, Instant};

/// How long a wait may go without looking whether the host wants the object back, ms.
const SLICE: u16 = 100;

/// One of the six sockets.
pub struct Socket {
    pub(super) kind: Kind,
    pub(super) receive_timeout: i32,
    pub(super) send_timeout: i32,
    /// Whether parts of the message that Recv began are still to come.
    pub(super) more: bool,
    /// Parts that SendPart collected.
    pub(super) outgoing: Vec<Message>,
    /// Received, but not given to the host, which had no memory for it: comes first in the next Recv or RecvMultipart.
    pub(super) kept: VecDeque<Message>,
    /// The message that RecvMultipart received last.
    pub(super) parts: Vec<Message>,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) last_endpoint: String,
    pub(super) audience: Audience,
    topics: Topics,
    /// Whether there ever was an endpoint that is not inproc: what was sent there may still be on its way, whether the
    /// endpoint was undone since or not.
    pub(super) went_out: bool,
    raw: Option<zmq::Socket>,
    closed: bool,
    cancel: Cancel,
}

impl Socket {
    fn new(kind: Kind, cancel: Cancel) -> Self {
        Self {
            kind,
            receive_timeout: TIMEOUT,
            send_timeout: TIMEOUT,
            more: false,
            outgoing: Vec::new(),
            kept: VecDeque::new(),
            parts: Vec::new(),
            endpoints: Vec::new(),
            last_endpoint: String::new(),
            audience: Audience::default(),
            topics: Topics::default(),
            went_out: false,
            raw: None,
            closed: false,
            cancel,
        }
    }

    pub fn req(cancel: Cancel) -> Self {
        Self::new(Kind::Req, cancel)
    }

    pub fn rep(cancel: Cancel) -> Self {
        Self::new(Kind::Rep, cancel)
    }

    pub fn publisher(cancel: Cancel) -> Self {
        Self::new(Kind::Pub, cancel)
    }

    pub fn subscriber(cancel: Cancel) -> Self {
        Self::new(Kind::Sub, cancel)
    }

    pub fn push(cancel: Cancel) -> Self {
        Self::new(Kind::Push, cancel)
    }

    pub fn pull(cancel: Cancel) -> Self {
        Self::new(Kind::Pull, cancel)
    }

    /// The socket, made at the first call.
    pub(super) fn open(&mut self) -> Outcome<&mut zmq::Socket> {
        if self.closed {
            return Err(closed(self.kind));
        }
        if self.raw.is_none() {
            self.raw = Some(defaults::open(self.kind)?);
        }
        self.raw.as_mut().ok_or_else(|| closed(self.kind))
    }

    /// Nothing is left of a socket that was closed.
    pub(super) fn check_not_closed(&self) -> Outcome {
        if self.closed { Err(closed(self.kind)) } else { Ok(()) }
    }

    /// The socket, if it was ever bound or connected: without a peer in sight every exchange would only time out.
    pub(super) fn attached(&mut self) -> Outcome<&mut zmq::Socket> {
        if self.closed {
            return Err(closed(self.kind));
        }
        let attached = !self.last_endpoint.is_empty();
        self.raw.as_mut().filter(|_| attached).ok_or_else(|| not_attached(self.kind))
    }

    /// The socket and the parts to be sent, borrowed apart.
    pub(super) fn raw_and_parts(&mut self) -> Option<(&mut zmq::Socket, &mut [Message])> {
        self.raw.as_mut().map(|raw| (raw, self.outgoing.as_mut_slice()))
    }

    pub fn subscribe(&mut self, topic: &[u8]) -> Outcome {
        self.topics.check(topic)?;
        self.set_subscription(BytesOption::Subscribe, topic, ("подписаться", "subscribe to"))?;
        self.topics.begun(topic);
        Ok(())
    }

    pub fn unsubscribe(&mut self, topic: &[u8]) -> Outcome {
        topics::check_length(topic)?;
        self.set_subscription(BytesOption::Unsubscribe, topic, ("отписаться от темы", "unsubscribe from"))?;
        self.topics.ended(topic);
        Ok(())
    }

    fn set_subscription(&mut self, option: BytesOption, topic: &[u8], words: (&str, &str)) -> Outcome {
        let size = topic.len();
        self.open()?.set_bytes(option, topic).map_err(|error| {
            let tried = (
                format!("Не удалось {} ({size} байт)", words.0),
                format!("Could not {} a topic ({size} bytes)", words.1),
            );
            explain(tried, error)
        })
    }

    /// Waits for `event` until `deadline` (None: without end); false when the time has passed.
    pub(super) fn wait(&mut self, event: Event, deadline: Option<Instant>) -> Outcome<bool> {
        loop {
            if self.cancel.requested() {
                return Err(interrupted(self.kind));
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let slice = left.map_or(SLICE, slice_of);
            match self.attached()?.poll(event, slice) {
                Ok(true) => return Ok(true),
                Ok(false) if left.is_some_and(|left| left.is_zero()) => return Ok(false),
                Ok(false) => {}
                Err(error) if error.is_interrupted() => {}
                Err(error) => {
                    let tried = ("Ожидание не удалось".to_owned(), "The wait failed".to_owned());
                    return Err(explain(tried, error));
                }
            }
        }
    }

    /// Closes the socket; waits a bounded time for what was sent to leave.
    pub fn close(&mut self) {
        self.closed = true;
        self.outgoing.clear();
        self.parts.clear();
        self.kept.clear();
        self.topics = Topics::default();
        self.more = false;
        let endpoints = mem::take(&mut self.endpoints);
        if let Some(mut raw) = self.raw.take() {
            endpoints.iter().for_each(|endpoint| endpoint.release(&mut raw));
            if self.went_out {
                zmq::close(raw, CLOSE_PATIENCE);
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.close();
    }
}

/// The moment at which a wait of `timeout` ms ends; None for -1, without end.
pub(super) fn deadline(timeout: i32) -> Option<Instant> {
    let timeout = u64::try_from(timeout).ok()?;
    Some(Instant::now() + Duration::from_millis(timeout))
}

/// Rounded up: a wait ends after its time, never a fraction of a millisecond before it.
fn slice_of(left: Duration) -> u16 {
    let milliseconds = left.as_micros().div_ceil(1000);
    u16::try_from(milliseconds).map_or(SLICE, |milliseconds| milliseconds.min(SLICE))
}
