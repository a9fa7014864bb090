//! What the thread of a proxy does. It sleeps on the descriptors of its sockets and of its mailbox; a message for which there is
//! no room is held, and nothing more is taken in behind it: so whoever sends feels a full receiver, as he would without us.

mod passing;

use super::progress::{Failure, Progress, State, more};
use super::side::Side;
use super::topics::Topics;
use super::{Backward, Command, Plan, Reports};
use crate::background::actor::{Mailbox, Told};
use crate::background::lingering;
use crate::zmq::{self, Events, Key, Message, Sleeper, Socket, Watched};
use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// So long nothing may come before all has come, at the end: what peers have sent may still be on its way. A tenth of the time
/// that there is, within these bounds.
const SHORTEST_QUIET: Duration = Duration::from_millis(100);
const LONGEST_QUIET: Duration = Duration::from_millis(500);

/// How long messages are counted that will not be delivered.
const COUNTS: Duration = Duration::from_millis(100);

/// How long to sleep where a socket cannot say whether there is room for what is held.
const UNSURE: Duration = Duration::from_millis(50);

/// How long reports that had to be dropped may go uncounted.
const COUNTS_UNHEARD: Duration = Duration::from_secs(1);

/// How long sockets may take to close whose messages have all left, though the time of the end is over.
const CLOSES: Duration = Duration::from_millis(50);

const BELL: Key = 0;
const FRONT: Key = 1;
const BACK: Key = 2;

/// One way through the proxy.
#[derive(Default)]
struct Way {
    /// A message that was taken in and not passed on yet; empty where there is none.
    held: Vec<Message>,
    since: Option<Instant>,
}

/// What a turn came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moved {
    Something,
    Nothing,
}

/// What the sockets say before a sleep.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Something can be done.
    Ready,
    /// Their descriptors will tell.
    Silent,
    /// As `Silent`, but one may have heard of room just now, and cannot say so.
    Unsure,
}

pub struct Carrier<'a> {
    plan: Plan,
    sleeper: Sleeper,
    progress: &'a Progress,
    forward: Way,
    backward: Way,
    /// A copy on its way to the capture.
    copy: Vec<Message>,
    topics: Topics,
    /// Those whose replies found no room for as long as one may wait: the next ones are not waited for.
    deaf: HashSet<Box<[u8]>>,
    paused: bool,
    /// When to look next how many reports were dropped; None while nobody watches.
    unheard: Option<Instant>,
    /// When all must be over.
    end: Option<Instant>,
    /// So long nothing may come before that, at the end.
    quiet: Duration,
    /// When something moved last, or the end began.
    moved: Instant,
}

impl<'a> Carrier<'a> {
    pub fn new(plan: Plan, sleeper: Sleeper, progress: &'a Progress) -> Self {
        Self {
            plan,
            sleeper,
            progress,
            forward: Way::default(),
            backward: Way::default(),
            copy: Vec::new(),
            topics: Topics::default(),
            deaf: HashSet::new(),
            paused: false,
            unheard: None,
            end: None,
            quiet: SHORTEST_QUIET,
            moved: Instant::now(),
        }
    }

    /// Until it is told to end, or cannot go on.
    pub fn run(mut self, mut mailbox: Mailbox<Command>) -> Result<(), Failure> {
        let ran = self.pass_all_on(&mut mailbox);
        if ran.is_err() {
            // What came counts as undelivered, and its names are free for another.
            self.end = Some(Instant::now());
        }
        self.finish();
        ran
    }

    fn pass_all_on(&mut self, mailbox: &mut Mailbox<Command>) -> Result<(), Failure> {
        self.sleeper.watch(&mut self.plan.front.socket, FRONT).map_err(Failure::Waiting)?;
        self.sleeper.watch(&mut self.plan.back.socket, BACK).map_err(Failure::Waiting)?;
        self.sleeper.watch(mailbox.bell(), BELL).map_err(Failure::Waiting)?;
        let mut told = Vec::new();
        loop {
            while self.hear(mailbox.next()) {}
            if self.unheard.is_some_and(|look| Instant::now() >= look) {
                self.count_unheard();
            }
            if self.turn()? == Moved::Something {
                self.moved = Instant::now();
                // A sender that goes on puts the end off, no longer than it may be.
                if self.end.is_none_or(|end| Instant::now() < end) {
                    continue;
                }
            }
            if self.is_over() {
                return Ok(());
            }
            let mut time = self.time_to_sleep();
            match self.asked() {
                Asked::Ready => continue,
                Asked::Silent => {}
                Asked::Unsure => time = Some(time.map_or(UNSURE, |time| time.min(UNSURE))),
            }
            self.sleep(mailbox, &mut told, time).map_err(Failure::Waiting)?;
        }
    }

    /// Whether there may be more to hear.
    fn hear(&mut self, told: Told<Command>) -> bool {
        let command = match told {
            Told::This(command) => command,
            Told::Nothing => return false,
            Told::End => {
                // Whoever was told a time keeps it.
                if self.end.is_none() {
                    self.stop(Instant::now());
                }
                return false;
            }
        };
        match command {
            Command::Pause(done) => {
                self.pause(true);
                // Whoever asked may have gone.
                let _ = done.send(());
            }
            Command::Resume(done) => {
                self.pause(false);
                let _ = done.send(());
            }
            Command::Watch(answer) => {
                let reports = self.watch();
                let failed = reports.is_err();
                if answer.send(reports).is_err() || failed {
                    self.watch_no_more();
                }
            }
            Command::Stop(end) => self.stop(end),
            #[cfg(test)]
            Command::Panic => panic!("on purpose"),
        }
        true
    }

    fn pause(&mut self, paused: bool) {
        // At the end nothing is held back.
        if self.end.is_none() {
            self.paused = paused;
            self.progress.set_state(if paused { State::Paused } else { State::Running });
            // The time of the pause is nobody's fault.
            for way in [&mut self.forward, &mut self.backward] {
                way.since = way.since.map(|_| Instant::now());
            }
        }
    }

    fn stop(&mut self, end: Instant) {
        let now = Instant::now();
        if self.end.is_none() {
            self.moved = now;
        }
        let end = self.end.map_or(end, |before| before.min(end));
        self.quiet = (end.saturating_duration_since(now) / 10).clamp(SHORTEST_QUIET, LONGEST_QUIET);
        self.end = Some(end);
        self.paused = false;
        self.progress.set_state(State::Stopping);
    }

    /// Begins to have it reported what happens to the connections.
    fn watch(&mut self) -> zmq::Result<Reports> {
        let mut reports = [const { None }; 3];
        for (place, socket) in reports.iter_mut().zip(self.sockets()) {
            let Some(socket) = socket else { continue };
            // What went while nobody watched is nobody's.
            socket.dropped_reports();
            *place = Some(socket.give_reports()?);
        }
        self.unheard = Some(Instant::now() + COUNTS_UNHEARD);
        Ok(reports)
    }

    fn watch_no_more(&mut self) {
        self.sockets().into_iter().flatten().for_each(|socket| socket.report_nothing());
        self.unheard = None;
    }

    /// Those of the front, the back and the capture.
    fn sockets(&mut self) -> [Option<&mut Watched>; 3] {
        let Plan { front, back, capture, .. } = &mut self.plan;
        [Some(front), Some(back), capture.as_mut()].map(|side| side.map(|side| &mut side.socket))
    }

    /// Tells whoever reads the reports how many he missed.
    fn count_unheard(&mut self) {
        let progress = self.progress;
        for (count, socket) in progress.unheard.iter().zip(self.sockets()) {
            count.fetch_add(socket.map_or(0, |socket| socket.dropped_reports()), Ordering::Relaxed);
        }
        self.unheard = Some(Instant::now() + COUNTS_UNHEARD);
    }

    /// How long nothing needs to be done unless something is told; None where that is without end.
    fn time_to_sleep(&self) -> Option<Duration> {
        let unheard = self.unheard.map(|look| look.saturating_duration_since(Instant::now()));
        let reply = match (self.plan.backward, self.backward.since) {
            (Backward::Replies(Some(patience)), Some(since)) if !self.paused => {
                Some(patience.saturating_sub(since.elapsed()))
            }
            _ => None,
        };
        [unheard, reply, self.until_end()].into_iter().flatten().min()
    }

    /// Whether the end has come.
    fn is_over(&self) -> bool {
        self.end.is_some() && self.until_end().is_some_and(|time| time.is_zero())
    }

    /// How long until the end, if nothing comes: all may be over as soon as nothing is held and nothing came for a while.
    fn until_end(&self) -> Option<Duration> {
        let end = self.end?;
        let holds = !self.forward.held.is_empty() || !self.backward.held.is_empty();
        let end = if holds { end } else { end.min(self.moved + self.quiet) };
        Some(end.saturating_duration_since(Instant::now()))
    }

    /// Asks both sockets, each once and as the last call before a sleep: what they were told until then is in the answer, and
    /// of what they are told later their descriptors tell.
    fn asked(&mut self) -> Asked {
        let mut asked = Asked::Silent;
        for front in [true, false] {
            let takes = self.takes(front) && self.way(front).held.is_empty();
            let gives = self.takes(!front) && !self.way(!front).held.is_empty();
            // Where it is up to the message whether there is room, that there is room for some says nothing.
            let exact = self.plan.backward != Backward::Subscriptions && !(front && self.replies());
            let side = if front { &mut self.plan.front } else { &mut self.plan.back };
            // Whoever cannot be asked is told when it is used.
            let Ok(events) = side.socket.events() else { return Asked::Ready };
            if takes && events.meet(Events::RECEIVABLE) || gives && exact && events.meet(Events::SENDABLE) {
                return Asked::Ready;
            }
            if gives && !exact {
                asked = Asked::Unsure;
            }
        }
        asked
    }

    const fn replies(&self) -> bool {
        matches!(self.plan.backward, Backward::Replies(_))
    }

    /// Sleeps until a socket or the mailbox tells something, or `time` has passed. All of them were worked through before, by
    /// the calls that found nothing, or are here.
    fn sleep(
        &mut self,
        mailbox: &mut Mailbox<Command>,
        told: &mut Vec<Key>,
        time: Option<Duration>,
    ) -> zmq::Result<()> {
        told.clear();
        match self.sleeper.sleep(told, time) {
            Err(error) if error.is_interrupted() => return Ok(()),
            slept => slept?,
        }
        for &key in &*told {
            let socket: &mut Socket = match key {
                FRONT => &mut self.plan.front.socket,
                BACK => &mut self.plan.back.socket,
                _ => mailbox.bell(),
            };
            if key != BELL {
                // Whoever is not received from, in a pause or at a full peer, would tell without end.
                socket.work()?;
            }
            self.sleeper.arm(socket, key)?;
        }
        Ok(())
    }

    /// Counts what is left and closes the sockets.
    fn finish(mut self) {
        if self.unheard.is_some() {
            self.count_unheard();
        }
        let end = self.end.unwrap_or_else(Instant::now);
        let counted = Instant::now() + COUNTS;
        let replies = self.replies();
        for front in [true, false] {
            let from = if front { &mut self.plan.front } else { &mut self.plan.back };
            let way = if front { &mut self.forward } else { &mut self.backward };
            if !front && !replies {
                continue;
            }
            let mut left = u64::from(!way.held.is_empty());
            way.held.clear();
            while Instant::now() < counted && from.receive(&mut way.held).is_ok_and(|came| came) {
                way.held.clear();
                left += 1;
            }
            more(&self.progress.undelivered, left);
        }
        // What nobody is to be waited for takes its time too.
        let end = end.max(Instant::now() + CLOSES);
        let Plan { front, back, capture, .. } = self.plan;
        let sides = [(Some(front), replies), (Some(back), true), (capture, true)];
        // All of them first: what one delivers no other waits for.
        let ends = sides.map(|(side, delivers)| (side.and_then(Side::close), delivers));
        for (rest, delivers) in ends {
            let left = end.saturating_duration_since(Instant::now());
            if let Some(rest) = rest.filter(|rest| !rest.has_come(left)) {
                lingering::watch(rest);
                if delivers {
                    self.progress.lingering.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}
