//! Waiting for many sockets that others own, use and close meanwhile.
//!
//! Who waits sleeps on their descriptors without any lock, and asks a socket what it is ready for inside of its gate, if nobody
//! is there. A descriptor tells that libzmq's threads have told the socket something, and is silent once *anybody* worked
//! through that: a call on another thread, the keeper, another poller. So each of them tells those who watch the socket
//! before he leaves its gate ([`Watchers`]), and a socket is asked whenever its descriptor or somebody told.

use super::wake::{Ears, Wake};
use crate::handle::{Closed, Entry, Id, Registry, Watch, Watcher, Watchers};
use crate::zmq::{self, Broken, Error, Events, Key, Socket};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long it may sleep without looking whether it is to stop.
const SLICE: Duration = Duration::from_millis(100);

/// Who is inside of a gate mostly leaves at once: it is tried again so soon, and after twice the time when he does not.
const SOON: Duration = Duration::from_millis(1);

/// Objects whose sockets can be waited for.
pub trait Polled: Entry + Sized + 'static {
    /// Where they are found.
    fn open() -> &'static Registry<Self>;
    /// Those who watch one.
    fn watchers(shown: &Self::Shown) -> &Watchers<Wake>;
    /// The socket; None while there is none.
    fn socket(&mut self) -> Option<&mut Socket>;
    /// What it is ready for, asked so that its descriptor tells again from now on; None where it cannot become ready before a
    /// call of its owner.
    ///
    /// # Errors
    /// Those of libzmq.
    fn ready(&mut self) -> zmq::Result<Option<Events>>;
}

/// Sockets to wait for. None of them is kept alive, nor its object.
pub struct PollSet<T: Polled> {
    watcher: Arc<Watcher<Wake>>,
    ears: Ears,
    members: HashMap<Id, Member<T>>,
    /// Those that may be ready.
    suspects: HashSet<Id>,
    /// How many of them were found without a socket.
    unopened: usize,
    found: Vec<Found>,
    turns: u64,
    waits: u64,
}

struct Member<T: Polled> {
    watch: Arc<Watch<Wake>>,
    shown: Arc<T::Shown>,
    wanted: Events,
    /// Those who were found first go behind the others.
    turn: u64,
    /// The wait that found it last.
    found_by: u64,
    /// And what for.
    ready: Events,
    /// Whether its descriptor will tell.
    armed: bool,
    unopened: bool,
}

/// What a wait found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    pub id: Id,
    /// Those events that it is waited for; none where it was closed.
    pub ready: Events,
    turn: u64,
}

/// Why nothing is waited for.
#[derive(Debug, PartialEq, Eq)]
pub enum NotWaited {
    /// There is nobody to wait for.
    Empty,
    /// None of them is open: they cannot become ready.
    NoneOpen,
    Broken(Broken),
}

impl From<Error> for NotWaited {
    fn from(error: Error) -> Self {
        Self::Broken(Broken::Failed(error))
    }
}

/// What came of asking a socket.
enum Asked {
    Ready(Events),
    Unopened,
    /// Somebody is inside.
    Busy,
    Closed,
}

impl<T: Polled> PollSet<T> {
    /// Nobody to wait for.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left, or no socket. EFORKED, ENOMEM.
    pub fn new() -> zmq::Result<Self> {
        let (wake, ears) = Wake::new()?;
        Ok(Self {
            watcher: Arc::new(Watcher::new(wake)),
            ears,
            members: HashMap::new(),
            suspects: HashSet::new(),
            unopened: 0,
            found: Vec::new(),
            turns: 0,
            waits: 1,
        })
    }

    /// How many there are to wait for.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// Whether the socket with this number is waited for.
    pub fn has(&self, id: Id) -> bool {
        self.members.contains_key(&id)
    }

    /// One more, which shows this and is not among them.
    pub fn add(&mut self, id: Id, shown: Arc<T::Shown>, wanted: Events) {
        let watch = Watch::new(id, wanted.bits(), self.watcher.clone());
        T::watchers(&shown).add(watch.clone());
        self.turns += 1;
        let member = Member {
            watch,
            shown,
            wanted,
            turn: self.turns,
            found_by: 0,
            ready: Events::NONE,
            armed: false,
            unopened: false,
        };
        self.members.insert(id, member);
        self.suspects.insert(id);
    }

    /// Another event is waited for; false where the socket is not among them.
    pub fn change(&mut self, id: Id, wanted: Events) -> bool {
        let Some(member) = self.members.get_mut(&id) else { return false };
        member.wanted = wanted;
        member.watch.wants(wanted.bits());
        self.suspects.insert(id);
        true
    }

    /// One less; false where it is not among them.
    pub fn remove(&mut self, id: Id) -> bool {
        // What was told is forgotten with whom it was told of.
        self.hear();
        let Some(member) = self.leave(id) else { return false };
        T::watchers(&member.shown).remove(&member.watch);
        // Where somebody is inside it stays armed: what that tells of is nobody's, and ignored.
        let _ = T::open().try_visit(id, |object| {
            if let Some(socket) = object.socket() {
                self.watcher.bell().forget(socket);
            }
        });
        true
    }

    /// None is left.
    pub fn clear(&mut self) {
        let ids: Vec<_> = self.members.keys().copied().collect();
        for id in ids {
            self.remove(id);
        }
        self.found.clear();
    }

    /// What the last wait found: who was the first last time comes behind those who were not.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// What the last wait found of one.
    pub fn found_of(&self, id: Id) -> Option<Found> {
        let member = self.members.get(&id).filter(|member| member.found_by == self.waits);
        member.map(|member| Found { id, ready: member.ready, turn: member.turn })
    }

    /// Waits until one of them is ready or closed, for `timeout` ms, -1 for no end; `stop` is asked ten times a second. Those
    /// that were closed are told once, and are waited for no longer. Gives how many were found, 0 when the time has passed.
    ///
    /// # Errors
    /// [`NotWaited`].
    pub fn wait(&mut self, timeout: i32, stop: impl Fn() -> bool) -> Result<usize, NotWaited> {
        self.found.clear();
        self.waits += 1;
        if self.members.is_empty() {
            return Err(NotWaited::Empty);
        }
        if zmq::is_forked() {
            return Err(Error::FORKED.into());
        }
        let end = u64::try_from(timeout).ok().map(|timeout| Instant::now() + Duration::from_millis(timeout));
        let (mut pause, mut last) = (SOON, false);
        loop {
            if self.hear() {
                pause = SOON;
            }
            let busy = self.ask()?;
            if !self.found.is_empty() {
                // Whoever is always ready hides nobody.
                while self.sleep(Duration::ZERO)? {}
                self.hear();
                self.ask()?;
                return Ok(self.in_turn());
            }
            if stop() {
                return Err(NotWaited::Broken(Broken::Stopped));
            }
            if self.unopened == self.members.len() {
                return Err(NotWaited::NoneOpen);
            }
            let mut time = end.map_or(SLICE, |end| end.saturating_duration_since(Instant::now()).min(SLICE));
            if time.is_zero() {
                // The keeper may have been inside for a moment.
                if !busy || last {
                    return Ok(0);
                }
                (last, time) = (true, SOON);
            }
            if busy {
                time = time.min(pause);
                pause = (pause * 2).min(SLICE);
            }
            if self.watcher.may_sleep() {
                let slept = self.sleep(time);
                self.watcher.woke();
                slept?;
            }
        }
    }

    /// Those that somebody told of may be ready; false where nobody did.
    fn hear(&mut self) -> bool {
        let mut told = Vec::new();
        self.watcher.take(&mut told);
        let members = &self.members;
        self.suspects.extend(told.iter().filter(|id| members.contains_key(id)));
        !told.is_empty()
    }

    /// Sleeps until a descriptor tells; gives whether others may have more to tell.
    fn sleep(&mut self, time: Duration) -> zmq::Result<bool> {
        let mut told: Vec<Key> = Vec::new();
        match self.watcher.bell().sleep(&mut self.ears, &mut told, time) {
            Ok(more) => {
                for id in told {
                    if let Some(member) = self.members.get_mut(&id) {
                        member.armed = false;
                        self.suspects.insert(id);
                    }
                }
                Ok(more)
            }
            Err(error) if error.is_interrupted() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Asks all that may be ready, once each in a wait: those that are stay so until the next. Gives whether somebody was
    /// inside of one.
    fn ask(&mut self) -> zmq::Result<bool> {
        let mut busy = false;
        for id in std::mem::take(&mut self.suspects) {
            match self.ask_one(id) {
                Ok(Asked::Ready(Events::NONE)) => {}
                Ok(Asked::Ready(ready)) => self.find(id, ready),
                Ok(Asked::Unopened) => {}
                Ok(Asked::Busy) => {
                    busy = true;
                    self.suspects.insert(id);
                }
                Ok(Asked::Closed) => {
                    self.find(id, Events::NONE);
                    self.leave(id);
                }
                Err(error) => {
                    // Whoever was not asked is asked next time.
                    self.suspects.extend(self.members.keys());
                    return Err(error);
                }
            }
        }
        Ok(busy)
    }

    fn ask_one(&mut self, id: Id) -> zmq::Result<Asked> {
        let member = self.members.get_mut(&id).filter(|member| member.found_by != self.waits);
        let Some(member) = member else { return Ok(Asked::Ready(Events::NONE)) };
        member.watch.looks();
        let (wanted, armed, wake) = (member.wanted, &mut member.armed, self.watcher.bell());
        // None: somebody forks.
        let Some(_working) = zmq::working() else { return Ok(Asked::Busy) };
        let asked = T::open().try_visit(id, |object| {
            let Some(ready) = object.ready()? else { return Ok(None) };
            if let (false, false, Some(socket)) = (ready.meet(wanted), *armed, object.socket()) {
                wake.arm(socket, id)?;
                *armed = true;
            }
            Ok(Some(ready))
        });
        let asked = match asked {
            Err(Closed) => return Ok(Asked::Closed),
            Ok(None) => return Ok(Asked::Busy),
            Ok(Some(asked)) => asked?,
        };
        self.unopened -= usize::from(member.unopened);
        member.unopened = asked.is_none();
        self.unopened += usize::from(member.unopened);
        let Some(ready) = asked else { return Ok(Asked::Unopened) };
        // What woke this one wakes no other who sleeps on the same descriptor.
        T::watchers(&member.shown).tell_others(&member.watch, ready.bits());
        Ok(Asked::Ready(ready.and(wanted)))
    }

    fn find(&mut self, id: Id, ready: Events) {
        if let Some(member) = self.members.get_mut(&id) {
            (member.found_by, member.ready) = (self.waits, ready);
            self.found.push(Found { id, ready, turn: member.turn });
        }
    }

    /// Whoever waits longest comes first, and waits from now on.
    fn in_turn(&mut self) -> usize {
        self.found.sort_unstable_by_key(|found| found.turn);
        self.turns += 1;
        let first = self.found.iter().map(|found| found.id).find(|&id| self.has(id));
        if let Some(first) = first.and_then(|id| self.members.get_mut(&id)) {
            first.turn = self.turns;
        }
        // What is ready tells nothing, and stays so until somebody makes use of it.
        let members = &self.members;
        self.suspects.extend(self.found.iter().map(|found| found.id).filter(|id| members.contains_key(id)));
        self.found.len()
    }

    fn leave(&mut self, id: Id) -> Option<Member<T>> {
        let member = self.members.remove(&id)?;
        self.unopened -= usize::from(member.unopened);
        self.suspects.remove(&id);
        Some(member)
    }
}

impl<T: Polled> Drop for PollSet<T> {
    fn drop(&mut self) {
        // In a forked child another thread of the parent's may hold any of the locks for ever.
        if !zmq::is_forked() {
            self.clear();
        }
    }
}
