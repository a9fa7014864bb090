//! A publisher that connects knows nobody until the other side has told its subscriptions, and drops what it is given
//! until then: a script that connects, publishes once and ends would publish to nobody. So the first message after
//! Connect waits, a bounded time, for a subscription from every new peer.

use super::exchange::Exchange;
use crate::objects::errors::{self, Deed};
use crate::schema::Outcome;
use crate::zmq::{self, Error, Event};

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

    /// A connection was ended; so many are left.
    pub const fn expect_at_most(&mut self, connections: usize) {
        if self.awaited > connections {
            self.awaited = connections;
        }
    }

    /// Before a message goes out.
    pub fn meet(&mut self, with: &mut Exchange<'_>) -> Outcome {
        if self.awaited > 0 {
            let timeout = with.timeout;
            with.timeout = if timeout < 0 { PATIENCE } else { timeout.min(PATIENCE) };
            let all_told = |raw: &mut zmq::Socket| {
                self.read(raw)?;
                if self.awaited > 0 { Err(Error::AGAIN) } else { Ok(()) }
            };
            let met = with.retry(Deed::Send, Event::Receivable, all_told);
            with.timeout = timeout;
            met?;
            // Whoever has not told by now is not waited for.
            self.awaited = 0;
            return Ok(());
        }
        let now = self.unread == 0;
        self.unread = (self.unread + 1) % READ_EVERY;
        let read = if now { self.read(with.raw) } else { Ok(()) };
        read.map_err(|error| errors::explain(Deed::Send, with.class.name(), "", error))
    }

    /// Before a connection ends: what its subscriber told must not be taken for another's word.
    pub fn hear(&mut self, raw: &mut zmq::Socket) -> zmq::Result<()> {
        if self.awaited > 0 { self.read(raw) } else { Ok(()) }
    }

    /// Reads what subscribers told: a byte 1 and a topic for a subscription, 0 for its end.
    pub fn read(&mut self, raw: &mut zmq::Socket) -> zmq::Result<()> {
        for _ in 0..AT_ONCE {
            match raw.receive() {
                Ok(told) if told.bytes().first() == Some(&1) => self.awaited = self.awaited.saturating_sub(1),
                Ok(_) => {}
                Err(error) if error.is_interrupted() => {}
                Err(error) if error.is_again() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        // Not everything was read: it is gone on with at the next message.
        self.unread = 0;
        Ok(())
    }
}
