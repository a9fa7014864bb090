//! One socket of those that are waited for, and one that is waited for no longer.

use super::Polled;
use crate::background::calm::Calm;
use crate::background::wake::Wake;
use crate::handle::{Closed, Id, Watch, Watcher};
use crate::zmq::{self, Events};
use std::sync::Arc;

/// A socket that is waited for.
pub struct Member<T: Polled> {
    watch: Arc<Watch<Wake>>,
    shown: Arc<T::Shown>,
    wanted: Events,
    /// Those who were found first go behind the others.
    pub turn: u64,
    /// The wait that found it last.
    pub found_by: u64,
    /// And what for.
    pub ready: Events,
    /// Whether its descriptor will tell.
    armed: bool,
    /// Whether its descriptor is known to who sleeps. Then its watch was there before, and whoever closes it forgets both.
    pub known: bool,
    /// Whether it is to be asked now.
    pub calm: Calm,
    /// Whether it was found without a socket.
    pub unopened: bool,
}

/// What came of asking a socket.
pub enum State {
    Ready(Events),
    Unopened,
    /// Somebody is inside.
    Busy,
    Closed,
}

impl<T: Polled> Member<T> {
    /// The object that shows this is watched from now on; its descriptor is not known yet.
    pub fn new(id: Id, shown: Arc<T::Shown>, wanted: Events, watcher: Arc<Watcher<Wake>>, turn: u64) -> Self {
        let watch = Watch::new(id, wanted.bits(), watcher);
        T::watchers(&shown).add(watch.clone());
        Self {
            watch,
            shown,
            wanted,
            turn,
            found_by: 0,
            ready: Events::NONE,
            armed: false,
            known: false,
            calm: Calm::default(),
            unopened: false,
        }
    }

    /// It is waited for something else from now on.
    pub fn wants(&mut self, wanted: Events) {
        self.wanted = wanted;
        self.watch.wants(wanted.bits());
    }

    /// Its descriptor told, and is silent until it is asked.
    pub fn told(&mut self) {
        self.armed = false;
        self.calm.disturb();
    }

    /// Asks what it is ready for of that which is waited for, and has its descriptor wake who sleeps where that is nothing.
    /// `listens`: it is a listener who asks.
    ///
    /// # Errors
    /// Those of libzmq.
    pub fn ask(&mut self, id: Id, wake: &Wake, listens: bool) -> zmq::Result<State> {
        self.watch.looks();
        let Self { watch, shown, wanted, armed, known, unopened, .. } = self;
        // None: somebody forks.
        let Some(_working) = zmq::working() else { return Ok(State::Busy) };
        let asked = T::open().try_visit(id, |object| {
            let Some(ready) = object.ready()? else { return Ok(None) };
            let of_use = if listens { ready } else { ready.without(object.listened_for()) };
            if let (false, false, Some(socket)) = (of_use.meet(*wanted), *armed, object.socket()) {
                wake.arm(socket, id)?;
                (*armed, *known) = (true, true);
            }
            Ok(Some((ready, of_use)))
        });
        let asked = match asked {
            Err(Closed) => return Ok(State::Closed),
            Ok(None) => return Ok(State::Busy),
            Ok(Some(asked)) => asked?,
        };
        *unopened = asked.is_none();
        let Some((ready, of_use)) = asked else { return Ok(State::Unopened) };
        // What woke this one wakes no other who sleeps on the same descriptor.
        T::watchers(shown).tell_others(watch, ready.bits());
        Ok(State::Ready(of_use.and(*wanted)))
    }

    /// Nobody waits for it any more; what is left where its descriptor is known.
    pub fn leave(self) -> Option<Leaving<T>> {
        let Self { watch, shown, known, .. } = self;
        if !known {
            T::watchers(&shown).remove(&watch);
            return None;
        }
        watch.wants(Events::NONE.bits());
        Some(Leaving { watch, shown })
    }

    /// It was closed.
    pub fn has_gone(self) {
        if !self.known {
            // It may have come when whoever closed the socket had been there.
            T::watchers(&self.shown).remove(&self.watch);
        }
    }
}

/// A socket that is waited for no longer, of which somebody may be inside: its descriptor is forgotten when he has left.
pub struct Leaving<T: Polled> {
    watch: Arc<Watch<Wake>>,
    shown: Arc<T::Shown>,
}

impl<T: Polled> Leaving<T> {
    /// Forgets its descriptor and who watches it; false where somebody is inside.
    pub fn is_forgotten(&self, id: Id, wake: &Wake) -> bool {
        let Some(_working) = zmq::working() else { return false };
        let forgotten = T::open().try_visit(id, |object| {
            if let Some(socket) = object.socket() {
                wake.forget(socket);
            }
        });
        match forgotten {
            Ok(None) => false,
            Ok(Some(())) => {
                T::watchers(&self.shown).remove(&self.watch);
                true
            }
            // Whoever closes it finds the watch, and forgets both.
            Err(Closed) => true,
        }
    }

    /// Its descriptor stays known; false where whoever closed it has forgotten it.
    pub fn stay(self) -> bool {
        T::watchers(&self.shown).remove(&self.watch)
    }
}
