//! A proxy: a thread that passes messages on between two sockets, both ways. `zmq_proxy_steerable(3)` cannot be told to end
//! without losing what has come, and knows nothing of what it drops.

mod carrier;
mod progress;
mod side;
#[cfg(test)]
mod tests;
mod topics;

pub use progress::{Failure, Flow, Progress, State};
pub use side::Side;

use super::actor::Actor;
use crate::zmq::{self, Monitor, Sleeper};
use carrier::Carrier;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How long a wait may go without looking whether it is to stop.
const SLICE: Duration = Duration::from_millis(50);

/// How long its thread may take to answer, or to end after its time, on a machine that is busy.
const ANSWERS: Duration = Duration::from_secs(10);

/// What goes back from the back to the front.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backward {
    Nothing,
    /// Replies, each to the peer that its first part names. Who does not read his holds the others up for this long, once.
    Replies(Option<Duration>),
    /// Subscriptions.
    Subscriptions,
}

/// What a proxy is made of.
pub struct Plan {
    pub front: Side,
    pub back: Side,
    /// Whoever has a copy of every message.
    pub capture: Option<Side>,
    pub backward: Backward,
}

/// What is reported of the sockets: of the front, the back and the capture.
pub type Reports = [Option<Monitor>; 3];

/// What its thread is told. Whoever waits for the answer hears a sign, or that the thread has ended.
enum Command {
    Pause(Sender<()>),
    Resume(Sender<()>),
    /// To have it reported what happens to the connections.
    Watch(Sender<zmq::Result<Reports>>),
    /// To end, by that moment.
    Stop(Instant),
    #[cfg(test)]
    Panic,
}

/// A proxy that runs, as others have it. Dropped, it ends at once, or in the time that it was told before.
pub struct Proxy(Actor<Command>);

/// Why a wait for the thread heard no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// The thread has ended, by itself or because it was told to.
    Ended,
    /// Whoever may stop the wait did.
    Stopped,
    /// It did not answer in its time.
    Nothing,
}

impl Proxy {
    /// Starts it. What became of that is in its progress too.
    ///
    /// # Errors
    /// What the system refused; None: it gave no thread, or no socket to speak with it. The sockets are closed then.
    pub fn start(plan: Plan, progress: Arc<Progress>) -> Result<Self, Option<zmq::Error>> {
        let refused = |error, progress: &Progress| {
            progress.fail(Failure::NotStarted(error));
            Err(error)
        };
        let sleeper = match Sleeper::new() {
            Ok(sleeper) => sleeper,
            Err(error) => return refused(Some(error), &progress),
        };
        progress.set_state(State::Running);
        let told = progress.clone();
        let started = Actor::start("zmq-proxy", move |mailbox| {
            let run = catch_unwind(AssertUnwindSafe(|| Carrier::new(plan, sleeper, &told).run(mailbox)));
            match run {
                Ok(Ok(())) => told.set_state(State::Stopped),
                Ok(Err(failure)) => told.fail(failure),
                Err(panic) => {
                    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
                    told.fail(Failure::Panic(text.unwrap_or_default()));
                }
            }
        });
        started.map(Self).or_else(|_| refused(None, &progress))
    }

    /// Takes nothing in from now on; what was taken in waits. It holds when this returns.
    ///
    /// # Errors
    /// Why the thread did not answer.
    pub fn pause(&mut self, stop: impl Fn() -> bool) -> Result<(), Heard> {
        self.ask(Command::Pause, stop)
    }

    /// Goes on after `pause`.
    ///
    /// # Errors
    /// As `pause`.
    pub fn resume(&mut self, stop: impl Fn() -> bool) -> Result<(), Heard> {
        self.ask(Command::Resume, stop)
    }

    /// Has it reported from now on what happens to the connections. An earlier watch hears no more.
    ///
    /// # Errors
    /// As `pause`. In the inner one EMFILE: no descriptor is left.
    pub fn watch(&mut self, stop: impl Fn() -> bool) -> Result<zmq::Result<Reports>, Heard> {
        self.ask(Command::Watch, stop)
    }

    fn ask<T>(&mut self, command: impl FnOnce(Sender<T>) -> Command, stop: impl Fn() -> bool) -> Result<T, Heard> {
        let (sender, answer) = channel();
        if self.0.tell(command(sender)).is_err() {
            return Err(Heard::Ended);
        }
        wait(&answer, ANSWERS, stop)
    }

    /// Takes in what has come, passes it on and ends, within `time`; what is left then is counted.
    ///
    /// # Errors
    /// As `pause`, but that the thread has ended is none.
    pub fn stop(&mut self, time: Duration, stop: impl Fn() -> bool) -> Result<(), Heard> {
        // Whatever comes of it: the thread may have ended.
        let _ = self.0.tell(Command::Stop(Instant::now() + time));
        match wait(self.0.alive(), time.saturating_add(ANSWERS), stop) {
            Err(Heard::Ended) => Ok(()),
            other => other,
        }
    }

    /// As `stop`, when the object goes: its thread has `time`, and ends by itself; it is waited for as long as `patience`.
    /// Whether it has ended.
    pub fn close(mut self, time: Duration, patience: Duration) -> bool {
        let _ = self.0.tell(Command::Stop(Instant::now() + time));
        self.0.stop(patience)
    }

    #[cfg(test)]
    fn panic(&mut self) {
        let _ = self.0.tell(Command::Panic);
    }
}

/// Waits for an answer.
fn wait<T>(answer: &Receiver<T>, time: Duration, stop: impl Fn() -> bool) -> Result<T, Heard> {
    let end = Instant::now() + time;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match answer.recv_timeout(left.min(SLICE)) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Disconnected) => return Err(Heard::Ended),
            Err(RecvTimeoutError::Timeout) if stop() => return Err(Heard::Stopped),
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(Heard::Nothing),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
