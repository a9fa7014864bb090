//! The wait itself: those that may be ready are asked, and while none of them is, it is slept.

use super::member::{Member, State};
use super::{Found, NotWaited, PollSet, Polled};
use crate::handle::Id;
use crate::zmq::{self, Broken, Error, Events, Key};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long it may sleep without looking whether it is to stop.
const SLICE: Duration = Duration::from_millis(100);

/// Who is inside of a gate mostly leaves at once: it is tried again so soon, and after twice the time when he does not.
const SOON: Duration = Duration::from_millis(1);

/// A wait that takes no time tries so often, after 1, 2, 4 and 8 ms.
const TRIES: u32 = 4;

/// What came of asking all.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Somebody was inside of one.
    busy: bool,
    /// So soon the first of those that rest is to be asked.
    rests: Option<Duration>,
}

impl<T: Polled> PollSet<T> {
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
    pub(super) fn hear(&mut self) -> bool {
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
                        member.told();
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
                    if let Some(member) = self.leave(id) {
                        member.has_gone();
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
        let was_unopened = member.unopened;
        let state = member.ask(id, self.watcher.bell(), self.listens);
        self.unopened = self.unopened + usize::from(member.unopened) - usize::from(was_unopened);
        state
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
}

fn disturb<T: Polled>(members: &mut HashMap<Id, Member<T>>, id: Id) {
    if let Some(member) = members.get_mut(&id) {
        member.calm.disturb();
    }
}
