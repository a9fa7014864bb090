//! Messages on their way through: taken in, copied for the capture, passed on or held.

use super::{Carrier, Moved, Way};
use crate::background::proxy::Backward;
use crate::background::proxy::progress::{Failure, Flow, more};
use crate::background::proxy::side::{Sent, size_of};
use crate::background::proxy::topics::Subscription;
use crate::zmq::Message;
use std::time::Instant;

/// Messages that go one way before the other has its turn, and the mailbox.
const TURN: usize = 256;

/// Peers that did not read, at the most: whoever comes beyond them is waited for anew.
const DEAF: usize = 10_000;

impl<'a> Carrier<'a> {
    /// Passes on what there is, as much as one turn may.
    pub(super) fn turn(&mut self) -> Result<Moved, Failure> {
        let mut moved = Moved::Nothing;
        // First what can be taken in: receiving works through what a socket was told, and the other way may wait for that.
        for front in [true, false] {
            if self.takes(front) && self.way(front).held.is_empty() && self.carry(front)? {
                moved = Moved::Something;
            }
        }
        for front in [true, false] {
            if self.takes(front) && !self.way(front).held.is_empty() {
                let into = if front { &mut self.plan.back } else { &mut self.plan.front };
                // Whatever it says is said again by sending.
                let _ = into.socket.work();
                if self.pass_on(front)? {
                    moved = Moved::Something;
                }
            }
        }
        Ok(moved)
    }

    /// Whether anything goes this way now. Subscriptions go on in a pause: they are no messages.
    pub(super) fn takes(&self, front: bool) -> bool {
        match (front, self.plan.backward) {
            (false, Backward::Nothing) => false,
            (false, Backward::Subscriptions) => true,
            _ => !self.paused,
        }
    }

    pub(super) const fn way(&mut self, front: bool) -> &mut Way {
        if front { &mut self.forward } else { &mut self.backward }
    }

    const fn flow(&self, front: bool) -> &'a Flow {
        if front { &self.progress.forward } else { &self.progress.backward }
    }

    /// Takes in and passes on message after message; whether there was one.
    fn carry(&mut self, front: bool) -> Result<bool, Failure> {
        for count in 0..TURN {
            let from = if front { &mut self.plan.front } else { &mut self.plan.back };
            let way = if front { &mut self.forward } else { &mut self.backward };
            let came = from.receive(&mut way.held);
            if !came.map_err(|error| Failure::Socket { front, receiving: true, error })? {
                return Ok(count > 0);
            }
            if self.is_subscription(front) {
                if self.hear_subscription() && !self.pass_on(front)? {
                    break;
                }
                continue;
            }
            self.capture(front);
            if !self.pass_on(front)? {
                break;
            }
        }
        Ok(true)
    }

    /// Takes notice of the subscription that is held; whether publishers are to be told, else it is done with.
    fn hear_subscription(&mut self) -> bool {
        let Some((first, topic)) = self.backward.held.first().and_then(|part| part.bytes().split_first()) else {
            return false;
        };
        let heard = self.topics.hear(*first == 1, topic);
        if heard == Subscription::Refuse {
            more(&self.progress.backward.dropped, 1);
        }
        if heard != Subscription::Tell {
            self.backward.held.clear();
        }
        heard == Subscription::Tell
    }

    /// Gives the capture a copy of what is held. It never waits: a copy for which there is no room is counted.
    fn capture(&mut self, front: bool) {
        let Some(capture) = &mut self.plan.capture else { return };
        let way = if front { &mut self.forward } else { &mut self.backward };
        let size = size_of(&way.held);
        self.copy.clear();
        let copied = way.held.iter_mut().try_for_each(|part| part.share().map(|copy| self.copy.push(copy)));
        match copied.and_then(|()| capture.send(&mut self.copy)) {
            Ok(Sent::Gone) => self.progress.captured.add(size),
            Ok(Sent::Full | Sent::Nobody) | Err(_) => more(&self.progress.captured.dropped, 1),
        }
        self.copy.clear();
    }

    fn is_subscription(&self, front: bool) -> bool {
        let begins = || self.backward.held.first().and_then(|part| part.bytes().first().copied());
        !front && self.plan.backward == Backward::Subscriptions && matches!(begins(), Some(0 | 1))
    }

    /// Passes on what is held; false where it must still be held.
    fn pass_on(&mut self, front: bool) -> Result<bool, Failure> {
        let subscription = self.is_subscription(front);
        let replies = !front && self.replies();
        // Who had been given up reads again.
        let peer = if replies && !self.deaf.is_empty() { self.backward.held.first() } else { None };
        let peer: Option<Box<[u8]>> = peer.map(|peer| peer.bytes().into());
        let (into, way) =
            if front { (&mut self.plan.back, &mut self.forward) } else { (&mut self.plan.front, &mut self.backward) };
        let size = size_of(&way.held);
        // A ROUTER would drop what has no more than an identity, without a word.
        let sent = if replies && way.held.len() < 2 { Ok(Sent::Nobody) } else { into.send(&mut way.held) };
        match sent.map_err(|error| Failure::Socket { front: !front, receiving: false, error })? {
            Sent::Gone if subscription => more(&self.progress.subscriptions, 1),
            Sent::Gone => {
                self.flow(front).add(size);
                if let Some(peer) = peer {
                    self.deaf.remove(&peer);
                }
            }
            Sent::Nobody => self.drop_held(front),
            Sent::Full if replies && self.is_deaf() => self.drop_held(front),
            Sent::Full => {
                self.way(front).since.get_or_insert_with(Instant::now);
                return Ok(false);
            }
        }
        self.way(front).since = None;
        Ok(true)
    }

    fn drop_held(&mut self, front: bool) {
        self.way(front).held.clear();
        more(&self.flow(front).dropped, 1);
    }

    /// Whether the one whose reply found no room is no longer waited for.
    fn is_deaf(&mut self) -> bool {
        let Backward::Replies(Some(patience)) = self.plan.backward else { return false };
        let Some(peer) = self.backward.held.first().map(Message::bytes) else { return false };
        if self.deaf.contains(peer) {
            return true;
        }
        if self.backward.since.is_none_or(|since| since.elapsed() < patience) {
            return false;
        }
        if self.deaf.len() >= DEAF {
            self.deaf.clear();
        }
        self.deaf.insert(peer.into());
        true
    }
}
