//! Looks after sockets that nobody calls. libzmq works for a socket only inside of its owner's calls, and a script may compute
//! for minutes between two of them: meanwhile peers that came and went would pile up, and subscriptions not be told anew to a
//! publisher that was started again.
//!
//! A thread sleeps on the descriptors of all open sockets. One that has something to do is looked into under its gate, if
//! nobody is there: whoever calls is never waited for and never kept waiting. A socket that is in use does its work itself;
//! it tells this thread of itself once, and is then looked at again now and then, until it is found idle.

use super::actor::{Actor, Mailbox, Told};
use crate::handle::{Entry, Id, Presence, Registry};
use crate::zmq::{self, Key, Sleeper, Socket};
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Whoever was called in the meantime is looked at again so soon: most calls are the last for a while.
const SOON: Duration = Duration::from_millis(2);

/// How often those in use are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// How long the thread stays when there is nothing to look after: scripts make and drop objects in a row.
const STAYS: Duration = Duration::from_millis(200);

/// What the mailbox is known by. No object has this number: they count from 1.
const BELL: Key = 0;

/// Looks after the sockets of a register.
pub struct Keeper<T: Entry + 'static> {
    open: &'static Registry<T>,
    /// Does what there is to do for an object, and gives its socket; None where it has none.
    work: fn(&mut T) -> Option<&mut Socket>,
    /// Made with the first socket, for as long as the process lives.
    sleeper: OnceLock<Sleeper>,
    presence: Presence,
    thread: Mutex<Option<Actor<()>>>,
}

impl<T: Entry + Send> Keeper<T> {
    /// Looks after nobody yet.
    #[must_use]
    pub const fn new(open: &'static Registry<T>, work: fn(&mut T) -> Option<&mut Socket>) -> Self {
        Self { open, work, sleeper: OnceLock::new(), presence: Presence::new(), thread: Mutex::new(None) }
    }

    /// Looks after a socket that was just opened, inside of its gate; false where the system has no means for that: then it
    /// lives as libzmq's sockets do.
    pub fn keep(&'static self, id: Id, socket: &mut Socket) -> bool {
        let Some(sleeper) = self.sleeper() else { return false };
        // Needed first: a thread that is about to end would take what it is told along.
        let starts = self.presence.need();
        let watched = sleeper.watch(socket, id).is_ok();
        if starts {
            match Actor::start("zmq-keeper", |mailbox| self.run(mailbox)) {
                Ok(actor) => {
                    *self.thread() = Some(actor);
                    self.tell_when_nobody_is_left();
                }
                Err(_) => self.presence.failed(),
            }
        }
        if !watched && self.presence.release() {
            self.tell_when_nobody_is_left();
        }
        watched
    }

    /// No longer looks after a socket that it kept, which is about to be closed, inside of its gate.
    pub fn release(&self, socket: &mut Socket) {
        if let Some(sleeper) = self.sleeper.get() {
            // Whatever comes of it: the system forgets what is closed.
            let _ = sleeper.forget(socket);
        }
        if self.presence.release() {
            self.tell_when_nobody_is_left();
        }
    }

    /// Else the thread would sleep on.
    fn tell_when_nobody_is_left(&self) {
        if let (false, Some(actor)) = (self.presence.is_needed(), &mut *self.thread()) {
            // It may have ended already.
            let _ = actor.tell(());
        }
    }

    fn sleeper(&self) -> Option<&Sleeper> {
        if self.sleeper.get().is_none() {
            // Another thread's may come first.
            let _ = self.sleeper.set(Sleeper::new().ok()?);
        }
        self.sleeper.get()
    }

    fn thread(&self) -> MutexGuard<'_, Option<Actor<()>>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut mailbox: Mailbox<()>) {
        let broken = Broken(&self.presence);
        let Some(sleeper) = self.sleeper.get() else { return };
        // A bell that was listened to tells when it rings.
        hear(&mut mailbox);
        if sleeper.watch(mailbox.bell(), BELL).is_err() {
            return;
        }
        let ended = self.look_after(sleeper, &mut mailbox);
        let _ = sleeper.forget(mailbox.bell());
        if ended {
            // Another may run by now.
            std::mem::forget(broken);
        }
    }

    /// Until nobody is left; false when it broke down.
    fn look_after(&self, sleeper: &Sleeper, mailbox: &mut Mailbox<()>) -> bool {
        let (mut told, mut called, mut in_use) = (Vec::new(), HashSet::new(), HashSet::new());
        let mut looked = Instant::now();
        loop {
            let pause = if !self.presence.is_needed() {
                Some(STAYS)
            } else if !called.is_empty() {
                Some(SOON)
            } else if in_use.is_empty() {
                None
            } else {
                Some(PAUSE.saturating_sub(looked.elapsed()))
            };
            match sleeper.sleep(&mut told, pause) {
                Ok(()) => {}
                Err(error) if error.is_interrupted() => continue,
                Err(_) => return false,
            }
            if told.is_empty() && !self.presence.is_needed() && self.ends() {
                return true;
            }
            if looked.elapsed() >= PAUSE {
                looked = Instant::now();
                called.extend(in_use.drain());
            }
            // Those who were called again are left alone for longer.
            in_use.extend(called.drain().filter(|&id| self.is_in_use(sleeper, id)));
            for key in told.drain(..) {
                if key == BELL {
                    hear(mailbox);
                    if sleeper.arm(mailbox.bell(), BELL).is_err() {
                        return false;
                    }
                } else if self.is_in_use(sleeper, key) {
                    called.insert(key);
                }
            }
        }
    }

    /// Whether the thread may end; then another begins with the next socket.
    fn ends(&self) -> bool {
        let mut thread = self.thread();
        let ends = self.presence.may_end();
        if ends {
            *thread = None;
        }
        ends
    }

    /// Works for an object and arms its socket, unless somebody is there.
    fn is_in_use(&self, sleeper: &Sleeper, id: Id) -> bool {
        let Some(_working) = zmq::working() else { return true };
        let looked = self.open.look(id, |object| {
            if let Some(socket) = (self.work)(object) {
                // What came meanwhile is told at once.
                let _ = sleeper.arm(socket, id);
            }
        });
        matches!(looked, Ok(None))
    }
}

/// There is nothing to be told but that somebody rang.
fn hear(mailbox: &mut Mailbox<()>) {
    while mailbox.next() == Told::This(()) {}
}

/// Dropped where the thread ends although it is needed.
struct Broken<'a>(&'a Presence);

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        self.0.failed();
    }
}
