//! Waiting for many sockets that others own, use and close meanwhile.
//!
//! Who waits sleeps on their descriptors without any lock, and asks a socket what it is ready for inside of its gate, if nobody
//! is there. A descriptor tells that libzmq's threads have told the socket something, and is silent once *anybody* worked
//! through that: a call on another thread, the keeper, another poller. So each of them tells those who watch the socket
//! before he leaves its gate ([`Watchers`]), and a socket is asked whenever its descriptor or somebody told.

use super::calm::Calm;
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

/// A wait that takes no time tries so often, after 1, 2, 4 and 8 ms.
const TRIES: u32 = 4;

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
    /// What it may be ready for and no call could make use of, because a listener does.
    fn listened_for(&self) -> Events {
        Events::NONE
    }
}

/// Sockets to wait for. None of them is kept alive, nor its object.
pub struct PollSet<T: Polled> {
    watcher: Arc<Watcher<Wake>>,
    ears: Ears,
    /// Whether it is a listener who waits.
    listens: bool,
    members: HashMap<Id, Member<T>>,
    /// Those that may be ready.
    suspects: HashSet<Id>,
    /// How many of them were found without a socket.
    unopened: usize,
    /// Those that are waited for no longer, in whose gate somebody was then: their descriptors are forgotten when he has left.
    leaving: Vec<(Id, Leaving<T>)>,
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
    /// Whether its descriptor is known to who sleeps. Then its watch was there before, and whoever closes it forgets both.
    known: bool,
    calm: Calm,
    unopened: bool,
}

struct Leaving<T: Polled> {
    watch: Arc<Watch<Wake>>,
    shown: Arc<T::Shown>,
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

/// What came of asking all.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Somebody was inside of one.
    busy: bool,
    /// So soon the first of those that rest is to be asked.
    rests: Option<Duration>,
}

/// What came of asking a socket.
enum State {
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
            listens: false,
            members: HashMap::new(),
            suspects: HashSet::new(),
            unopened: 0,
            leaving: Vec::new(),
            found: Vec::new(),
            turns: 0,
            waits: 1,
        })
    }

    /// As `new`, for a listener.
    ///
    /// # Errors
    /// As `new`.
    pub fn of_listener() -> zmq::Result<Self> {
        let mut set = Self::new()?;
        set.listens = true;
        Ok(set)
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
        // It comes back: the descriptor is known still, unless the socket was closed before.
        let known = self.stay(id);
        self.turns += 1;
        let member = Member {
            watch,
            shown,
            wanted,
            turn: self.turns,
            found_by: 0,
            ready: Events::NONE,
            armed: false,
            known,
            calm: Calm::default(),
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
        let Some(Member { watch, shown, known, .. }) = self.leave(id) else { return false };
        if !known {
            T::watchers(&shown).remove(&watch);
            return true;
        }
        watch.wants(Events::NONE.bits());
        let leaving = Leaving { watch, shown };
        if !self.forget(id, &leaving) {
            self.leaving.push((id, leaving));
        }
        true
    }

    /// Forgets a descriptor and who watches it; false where somebody is inside.
    fn forget(&self, id: Id, Leaving { watch, shown }: &Leaving<T>) -> bool {
        let Some(_working) = zmq::working() else { return false };
        let forgotten = T::open().try_visit(id, |object| {
            if let Some(socket) = object.socket() {
                self.watcher.bell().forget(socket);
            }
        });
        match forgotten {
            Ok(None) => false,
            Ok(Some(())) => {
                T::watchers(shown).remove(watch);
                true
            }
            // Whoever closes it finds the watch, and forgets both.
            Err(Closed) => true,
        }
    }

    /// Whether one that leaves is there still; it does not leave.
    fn stay(&mut self, id: Id) -> bool {
        let Some(place) = self.leaving.iter().position(|(leaving, _)| *leaving == id) else { return false };
        let (_, Leaving { watch, shown }) = self.leaving.swap_remove(place);
        T::watchers(&shown).remove(&watch)
    }

    /// Forgets those in whose gates nobody is any more.
    fn forget_those_who_leave(&mut self) {
        let mut leaving = std::mem::take(&mut self.leaving);
        leaving.retain(|(id, leaving)| !self.forget(*id, leaving));
        self.leaving = leaving;
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
        self.forget_those_who_leave();
        let waited = self.wait_for_one(timeout, stop);
        if waited.is_err() {
            // Whoever was not asked, or found and not told of, is asked next time.
            self.suspects.extend(self.members.keys());
        }
        waited
    }

    fn wait_for_one(&mut self, timeout: i32, stop: impl Fn() -> bool) -> Result<usize, NotWaited> {
        let end = u64::try_from(timeout).ok().map(|timeout| Instant::now() + Duration::from_millis(timeout));
        let (mut pause, mut tries, mut looked) = (SOON, 0, false);
        // What was told before the wait began is no reason to rest.
        self.hear();
        self.suspects.iter().for_each(|id| disturb(&mut self.members, *id));
        loop {
            let asked = self.ask();
            if !self.found.is_empty() {
                // Whoever is always ready hides nobody. What was found is told, whatever fails: the next wait fails again.
                if asked.and_then(|_| self.look_at_all()).and_then(|()| self.ask()).is_err() {
                    self.suspects.extend(self.members.keys());
                }
                return Ok(self.in_turn());
            }
            let Asked { busy, rests } = asked?;
            if stop() {
                return Err(NotWaited::Broken(Broken::Stopped));
            }
            if self.unopened == self.members.len() {
                return Err(NotWaited::NoneOpen);
            }
            let mut time = end.map_or(SLICE, |end| end.saturating_duration_since(Instant::now()).min(SLICE));
            if time.is_zero() && !looked {
                // What came is found, however short the wait.
                looked = true;
                self.look_at_all()?;
                continue;
            }
            if time.is_zero() {
                // The keeper may be inside for a moment, and somebody else may have its processor meanwhile.
                if !busy || tries == TRIES {
                    return Ok(0);
                }
                (tries, looked, time) = (tries + 1, false, SOON * (1 << tries));
            }
            if busy {
                time = time.min(pause);
                pause = (pause * 2).min(SLICE);
            }
            if let Some(rests) = rests {
                time = time.min(rests);
            }
            if self.watcher.may_sleep() {
                let slept = self.sleep(time);
                self.watcher.woke();
                slept?;
            }
            if self.hear() {
                pause = SOON;
            }
        }
    }

    /// Hears all that descriptors and others have told until now.
    fn look_at_all(&mut self) -> zmq::Result<()> {
        while self.sleep(Duration::ZERO)? {}
        self.hear();
        self.suspects.iter().for_each(|id| disturb(&mut self.members, *id));
        Ok(())
    }

    /// Those that somebody told of may be ready; gives whether one of them is to be asked at once.
    fn hear(&mut self) -> bool {
        let mut told = Vec::new();
        self.watcher.take(&mut told);
        if told.is_empty() {
            return false;
        }
        let (mut at_once, now) = (false, Instant::now());
        for id in told {
            if let Some(member) = self.members.get_mut(&id) {
                at_once |= member.calm.told(self.waits, now);
                self.suspects.insert(id);
            }
        }
        at_once
    }

    /// Sleeps until a descriptor tells; gives whether others may have more to tell.
    fn sleep(&mut self, time: Duration) -> zmq::Result<bool> {
        let mut told: Vec<Key> = Vec::new();
        match self.watcher.bell().sleep(&mut self.ears, &mut told, time) {
            Ok(more) => {
                for id in told {
                    if let Some(member) = self.members.get_mut(&id) {
                        member.armed = false;
                        member.calm.disturb();
                        self.suspects.insert(id);
                    }
                }
                Ok(more)
            }
            Err(error) if error.is_interrupted() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Asks all that may be ready and do not rest, once each in a wait: those that are stay so until the next.
    fn ask(&mut self) -> zmq::Result<Asked> {
        let mut asked = Asked::default();
        let (mut now, mut failed) = (None, Ok(()));
        for id in std::mem::take(&mut self.suspects) {
            if let Some(calm) = self.members.get(&id).map(|member| &member.calm)
                && let Some(left) = calm.rests(self.waits, *now.get_or_insert_with(Instant::now))
            {
                asked.rests = Some(asked.rests.map_or(left, |rests| rests.min(left)));
                self.suspects.insert(id);
                continue;
            }
            match self.ask_one(id) {
                Ok(State::Ready(Events::NONE) | State::Unopened) => {}
                Ok(State::Ready(ready)) => self.find(id, ready),
                Ok(State::Busy) => {
                    asked.busy = true;
                    self.suspects.insert(id);
                }
                Ok(State::Closed) => {
                    self.find(id, Events::NONE);
                    if let Some(Member { watch, shown, known: false, .. }) = self.leave(id) {
                        // It may have come when whoever closed the socket had been there.
                        T::watchers(&shown).remove(&watch);
                    }
                }
                // The others are asked all the same.
                Err(error) => {
                    failed = Err(error);
                    self.suspects.insert(id);
                }
            }
        }
        failed.map(|()| asked)
    }

    fn ask_one(&mut self, id: Id) -> zmq::Result<State> {
        let member = self.members.get_mut(&id).filter(|member| member.found_by != self.waits);
        let Some(member) = member else { return Ok(State::Ready(Events::NONE)) };
        member.watch.looks();
        let (wanted, armed, known) = (member.wanted, &mut member.armed, &mut member.known);
        let (wake, listens) = (self.watcher.bell(), self.listens);
        // None: somebody forks.
        let Some(_working) = zmq::working() else { return Ok(State::Busy) };
        let asked = T::open().try_visit(id, |object| {
            let Some(ready) = object.ready()? else { return Ok(None) };
            let of_use = if listens { ready } else { ready.without(object.listened_for()) };
            if let (false, false, Some(socket)) = (of_use.meet(wanted), *armed, object.socket()) {
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
        self.unopened -= usize::from(member.unopened);
        member.unopened = asked.is_none();
        self.unopened += usize::from(member.unopened);
        let Some((ready, of_use)) = asked else { return Ok(State::Unopened) };
        // What woke this one wakes no other who sleeps on the same descriptor.
        T::watchers(&member.shown).tell_others(&member.watch, ready.bits());
        Ok(State::Ready(of_use.and(wanted)))
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
            // The descriptors are forgotten with who sleeps on them, unless somebody holds him.
            self.leaving.drain(..).for_each(|(_, leaving)| {
                T::watchers(&leaving.shown).remove(&leaving.watch);
            });
        }
    }
}

fn disturb<T: Polled>(members: &mut HashMap<Id, Member<T>>, id: Id) {
    if let Some(member) = members.get_mut(&id) {
        member.calm.disturb();
    }
}
