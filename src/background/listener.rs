//! Receives for a socket whose script does something else, and tells of what came: two threads, because whoever is told may
//! keep the one who tells for as long as he likes, and meanwhile messages go on coming.
//!
//! The one who receives waits as a poller does, takes what came inside of the socket's gate if nobody is there, and puts it
//! into the socket's [`Relay`]. The one who tells takes it from there and holds no lock while he tells. Neither needs a
//! mailbox: both look whether their run goes on, and end when it does not.

use super::poll_set::{NotWaited, PollSet, Polled};
use super::running::Running;
use crate::handle::{Id, Relay, Run};
use crate::zmq::{self, Events};
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// After as much as is taken at once the gate is left for so long: whoever calls comes to his turn.
const REST: Duration = Duration::from_millis(1);

/// Objects whose sockets can be listened to.
pub trait Listened: Polled {
    /// What it hands over.
    type Item: Send + 'static;
    /// Where it hands it over.
    fn relay(shown: &Self::Shown) -> &Relay<Self::Item>;
    /// Takes what came, up to a bound, and puts it into the relay.
    fn hand_over(&mut self, run: Run) -> Handed;
}

/// What came of handing over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handed {
    /// All that was there.
    All,
    /// There is more.
    Some,
    /// Nothing any more: the run has ended, or the socket cannot be received from.
    Ended,
}

/// The two threads of a run. Dropped, they end by themselves when the run does.
pub struct Listener {
    receives: Running,
    tells: Running,
}

impl Listener {
    /// Receives for the object with this number, and runs `tell` with the relay, until the run has ended. What fails or panics
    /// breaks the run off and nothing else.
    ///
    /// # Errors
    /// The system gives no thread; the run is broken off.
    pub fn start<T: Listened>(
        id: Id,
        shown: &Arc<T::Shown>,
        mut set: PollSet<T>,
        run: Run,
        tell: impl FnOnce(&Relay<T::Item>) + Send + 'static,
    ) -> io::Result<Self> {
        // Else a panic would leave the other half waiting for this one.
        let ends = |half| Ends::<T> { shown: shown.clone(), run, half };
        let (received, told) = (ends(Half::Receives), ends(Half::Tells));
        set.add(id, shown.clone(), Events::RECEIVABLE);
        let tells = Running::start("zmq-events", move || tell(T::relay(&told.shown)))?;
        let receives = Running::start("zmq-listener", move || receive(id, set, T::relay(&received.shown), run))?;
        Ok(Self { receives, tells })
    }

    /// Waits until both have ended, each for `patience` at the most; neither waits for itself.
    pub fn wait(mut self, patience: Duration) {
        self.receives.wait(patience);
        self.tells.wait(patience);
    }
}

/// A thread of a run has ended, or could not begin: dropped, it tells the other.
struct Ends<T: Listened> {
    shown: Arc<T::Shown>,
    run: Run,
    half: Half,
}

#[derive(Clone, Copy)]
enum Half {
    Receives,
    Tells,
}

impl<T: Listened> Drop for Ends<T> {
    fn drop(&mut self) {
        // In a forked child another thread of the parent's may hold the relay for ever.
        if zmq::is_forked() {
            return;
        }
        let relay = T::relay(&self.shown);
        match self.half {
            // What was received is told of all the same.
            Half::Receives => relay.complete(self.run),
            Half::Tells => {
                relay.break_off(self.run);
                // What nobody was told of can be received by a call, from now on.
                T::watchers(&self.shown).tell();
            }
        }
    }
}

fn receive<T: Listened>(id: Id, mut set: PollSet<T>, relay: &Relay<T::Item>, run: Run) {
    loop {
        match set.wait(-1, || !relay.goes_on(run)) {
            Ok(_) => {}
            // It has ended, or there is nothing to receive with.
            Err(NotWaited::Broken(_) | NotWaited::Empty | NotWaited::NoneOpen) => return,
        }
        if set.found_of(id).is_none_or(|found| found.ready == Events::NONE) {
            // Closed.
            return;
        }
        // None: somebody forks.
        let Some(working) = zmq::working() else {
            thread::sleep(REST);
            continue;
        };
        let handed = T::open().try_visit(id, |object| object.hand_over(run));
        drop(working);
        match handed {
            // Somebody is inside: the next wait waits for him too.
            Ok(None | Some(Handed::All)) => {}
            Ok(Some(Handed::Some)) => thread::sleep(REST),
            Ok(Some(Handed::Ended)) | Err(_) => return,
        }
    }
}
