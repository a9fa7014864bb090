//! A publisher that connects knows nobody until the other side has told its subscriptions, and drops what it is given
//! until then: a script that connects, publishes once and ends would publish to nobody. So the first message after
//! Connect waits, a bounded time, for a subscription from every new peer.

use super::kind::Kind;
use super::socket::{Socket, deadline};
use crate::schema::Outcome;
use crate::zmq::Event;
use std::time::Instant;

/// How long the first message after Connect may wait for subscriptions, ms.
const PATIENCE: i32 = 500;

/// How many are read before a message goes out: more than libzmq keeps of them and takes in meanwhile (patch 0021), and
/// no more, so that whoever subscribes without end stops no publisher.
const AT_ONCE: usize = 20_000;

impl Socket {
    /// Before a message goes out. For a socket that does not publish there is nothing to do.
    pub(super) fn meet_subscribers(&mut self) -> Outcome {
        if self.kind != Kind::Pub {
            return Ok(());
        }
        if self.audience.is_awaited() {
            self.await_subscribers()
        } else if self.audience.is_to_be_read() {
            self.read_subscriptions()
        } else {
            Ok(())
        }
    }

    /// Before a connection ends: what its subscriber told must not be taken for another's word.
    pub(super) fn hear_subscribers(&mut self) -> Outcome {
        if self.audience.is_awaited() && self.kind == Kind::Pub { self.read_subscriptions() } else { Ok(()) }
    }

    fn await_subscribers(&mut self) -> Outcome {
        let patience = if self.send_timeout < 0 { PATIENCE } else { self.send_timeout.min(PATIENCE) };
        let end = deadline(patience);
        loop {
            self.read_subscriptions()?;
            let late = end.is_some_and(|end| Instant::now() >= end);
            if !self.audience.is_awaited() || late || !self.wait(Event::Receivable, end)? {
                self.audience.expect_no_more();
                return Ok(());
            }
        }
    }

    /// Reads what subscribers told: a byte 1 and a topic for a subscription, 0 for its end.
    fn read_subscriptions(&mut self) -> Outcome {
        for _ in 0..AT_ONCE {
            match self.attached()?.receive() {
                Ok(told) if told.bytes().first() == Some(&1) => self.audience.one_came(),
                Ok(_) => {}
                Err(error) if error.is_interrupted() => {}
                Err(error) if error.is_again() => return Ok(()),
                Err(error) => return Err(self.send_failed(error)),
            }
        }
        self.audience.there_is_more();
        Ok(())
    }
}
