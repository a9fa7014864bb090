//! A publisher that connects knows nobody until the other side has told its subscriptions, and drops what it is given
//! until then: a script that connects, publishes once and ends would publish to nobody. So the first message after
//! Connect waits, a bounded time, for a subscription from every new peer.

use super::{Socket, errors};
use crate::objects::classes::Abilities;
use crate::objects::errors::Deed;
use crate::schema::Outcome;
use crate::zmq::{self, Error, Event, Wait};

/// How long the first message after Connect may wait for subscriptions, ms.
const PATIENCE: i32 = 500;

/// How many are read before a message goes out: more than libzmq keeps of them and takes in meanwhile (patch 0021), and
/// no more, so that whoever subscribes without end stops no publisher.
const AT_ONCE: usize = 20_000;

/// Subscriptions are read, lest they pile up, each time as many messages were sent.
const READ_EVERY: u8 = 64;

/// The subscribers of a socket.
#[derive(Default)]
pub struct Subscribers {
    /// Connections whose subscriptions have not come.
    awaited: usize,
    /// Messages until subscriptions are read again.
    unread: u8,
}

impl Subscribers {
    /// A connection was made.
    pub const fn expect_one(&mut self) {
        self.awaited += 1;
    }

    /// A subscription came, from one of those awaited or from another.
    pub const fn one_came(&mut self) {
        self.awaited = self.awaited.saturating_sub(1);
    }

    /// A connection was ended; so many are left.
    pub const fn expect_at_most(&mut self, connections: usize) {
        if self.awaited > connections {
            self.awaited = connections;
        }
    }

    /// Whoever has not told by now is not waited for.
    pub const fn expect_no_more(&mut self) {
        self.awaited = 0;
    }

    /// Whether a new connection has not told its subscriptions.
    pub const fn is_awaited(&self) -> bool {
        self.awaited > 0
    }

    /// Not everything was read: it is to be gone on with at the next message.
    pub const fn there_is_more(&mut self) {
        self.unread = 0;
    }

    /// Asked once before each message: whether subscriptions should be read now.
    pub const fn is_to_be_read(&mut self) -> bool {
        let now = self.unread == 0;
        self.unread = (self.unread + 1) % READ_EVERY;
        now
    }

    /// Reads what subscribers told: a byte 1 and a topic for a subscription, 0 for its end.
    fn read(&mut self, raw: &mut zmq::Socket) -> zmq::Result<()> {
        for _ in 0..AT_ONCE {
            match raw.receive() {
                Ok(told) if told.bytes().first() == Some(&1) => self.one_came(),
                Ok(_) => {}
                Err(error) if error.is_interrupted() => {}
                Err(error) if error.is_again() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.there_is_more();
        Ok(())
    }
}

impl Socket {
    /// Before a message goes out. For a socket that does not publish there is nothing to do.
    pub(super) fn meet_subscribers(&mut self) -> Outcome {
        if !self.class.can(Abilities::PUBLISHES) {
            return Ok(());
        }
        if self.subscribers.is_awaited() {
            self.await_subscribers()
        } else if self.subscribers.is_to_be_read() {
            self.read_subscriptions()
        } else {
            Ok(())
        }
    }

    /// Before a connection ends: what its subscriber told must not be taken for another's word.
    pub(super) fn hear_subscribers(&mut self) -> Outcome {
        if self.subscribers.is_awaited() && self.class.can(Abilities::PUBLISHES) {
            self.read_subscriptions()
        } else {
            Ok(())
        }
    }

    fn await_subscribers(&mut self) -> Outcome {
        let patience = if self.send_timeout < 0 { PATIENCE } else { self.send_timeout.min(PATIENCE) };
        let (subscribers, class) = (&mut self.subscribers, self.class);
        let raw = self.stage.attached(class, &self.endpoints)?;
        let all_told = |raw: &mut zmq::Socket| {
            subscribers.read(raw)?;
            if subscribers.is_awaited() { Err(Error::AGAIN) } else { Ok(()) }
        };
        Wait::milliseconds(patience, || self.cancel.requested())
            .retry(raw, Event::Receivable, all_told)
            .map_err(|broken| errors::broken(Deed::Send, class, broken))?;
        self.subscribers.expect_no_more();
        Ok(())
    }

    fn read_subscriptions(&mut self) -> Outcome {
        let raw = self.stage.attached(self.class, &self.endpoints)?;
        self.subscribers.read(raw).map_err(|error| errors::explain(Deed::Send, self.class, "", error))
    }
}
