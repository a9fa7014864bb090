//! Pollers asleep on a socket's descriptor while calls, another poller and Close come between: `background::poll_set`'s
//! protocol. No sleep here ends by time, so whoever is not woken sleeps for ever, which shuttle notices.

use crate::handle::{Bell, Closed, Counters, Entry, Gate, Id, Registry, Watch, Watcher, Watchers};
use crate::sync::{Arc, AtomicUsize, Condvar, Mutex};
use crate::trying::{beside, tried};
use shuttle::thread;
use std::sync::atomic::Ordering;

/// A message is there.
const READY: usize = 1;

#[derive(Default)]
struct Object {
    id: Option<Id>,
    /// Messages that were taken in: what a call finds.
    messages: usize,
    used: Arc<AtomicUsize>,
}

type Shown = Watchers<Arc<Ears>>;

impl Entry for Object {
    type Shown = Shown;

    fn id(&self) -> Option<Id> {
        self.id
    }
}

/// The system: what libzmq's threads have told the socket, and the descriptor that says so for as long as nobody took it in.
#[derive(Default)]
struct System {
    told: Mutex<usize>,
    sleepers: Mutex<Vec<Arc<Ears>>>,
}

/// What one poller sleeps on.
#[derive(Default)]
struct Ears {
    rung: Mutex<bool>,
    woken: Condvar,
}

impl Bell for Arc<Ears> {
    fn ring(&self) {
        *self.rung.lock().unwrap() = true;
        self.woken.notify_one();
    }
}

struct World {
    open: Registry<Object>,
    gate: Arc<Gate<Object>>,
    shown: Arc<Shown>,
    system: System,
    id: Id,
}

impl World {
    fn new() -> Arc<Self> {
        let (open, gate, shown) = (Registry::new(), Arc::<Gate<Object>>::default(), Arc::<Shown>::default());
        let id = open.number();
        gate.enter(|object| object.id = Some(id)).unwrap();
        open.enter(id, Arc::downgrade(&gate), Arc::<Counters>::default(), shown.clone());
        Arc::new(Self { open, gate, shown, system: System::default(), id })
    }

    /// One of libzmq's threads brings a message: whoever sleeps on the descriptor looks whether it still says so.
    fn bring(&self) {
        *self.system.told.lock().unwrap() += 1;
        let sleepers = self.system.sleepers.lock().unwrap().clone();
        for sleeper in sleepers {
            // Taken and left: he is asleep or has not looked yet.
            drop(sleeper.rung.lock().unwrap());
            sleeper.woken.notify_one();
        }
    }

    /// Takes in what was told: afterwards the descriptor is silent. Two at once would meet here.
    fn take_in(&self, object: &mut Object) {
        assert_eq!(object.used.fetch_add(1, Ordering::SeqCst), 0, "two threads use one socket");
        object.messages += std::mem::take(&mut *self.system.told.lock().unwrap());
        assert_eq!(object.used.fetch_sub(1, Ordering::SeqCst), 1);
    }

    /// A call that takes no message, as Send: `tells` is what `Family::called` does.
    fn call(&self, tells: bool) {
        let call = |object: &mut Object| {
            self.take_in(object);
            if tells && self.shown.are_there() {
                self.shown.tell();
            }
        };
        self.gate.enter(call).unwrap();
    }

    fn close(&self) {
        let close = |object: &mut Object| {
            let id = object.id.take().expect("it is open");
            self.open.leave(id);
            self.shown.leave(|_| ());
        };
        self.gate.enter(close).unwrap();
    }

    /// As `PollSet::wait`: until a message is there, or the socket has gone.
    fn poll(&self) -> Result<(), Closed> {
        let ears = Arc::new(Ears::default());
        self.system.sleepers.lock().unwrap().push(ears.clone());
        let watcher = Arc::new(Watcher::new(ears.clone()));
        let watch = Watch::new(self.id, READY, watcher.clone());
        self.shown.add(watch.clone());
        let found = self.wait(&ears, &watcher, &watch);
        if found.is_ok() {
            self.shown.remove(&watch);
        }
        found
    }

    fn wait(&self, ears: &Ears, watcher: &Watcher<Arc<Ears>>, watch: &Arc<Watch<Arc<Ears>>>) -> Result<(), Closed> {
        let (mut suspect, mut known) = (true, false);
        loop {
            let mut told = Vec::new();
            watcher.take(&mut told);
            suspect |= !told.is_empty();
            if std::mem::take(&mut suspect) {
                watch.looks();
                let asked = self.open.try_visit(self.id, |object| {
                    self.take_in(object);
                    object.messages > 0
                });
                if asked == Err(Closed) && !known {
                    // Whoever closes had been there before.
                    self.shown.remove(watch);
                }
                known |= asked.as_ref().is_ok_and(Option::is_some);
                match asked? {
                    Some(true) => {
                        self.shown.tell_others(watch, READY);
                        return Ok(());
                    }
                    Some(false) => {}
                    None => {
                        // A moment passes.
                        thread::yield_now();
                        suspect = true;
                        continue;
                    }
                }
            }
            if watcher.may_sleep() {
                let mut rung = ears.rung.lock().unwrap();
                // The descriptor is looked at by whoever it woke: silent by then, it woke nobody.
                while !*rung && *self.system.told.lock().unwrap() == 0 {
                    rung = ears.woken.wait(rung).unwrap();
                }
                suspect |= !std::mem::take(&mut *rung);
                drop(rung);
                watcher.woke();
            }
        }
    }
}

/// A message comes, a call takes in that it came, and the poller finds it all the same.
fn brought_and_called(tells: bool) {
    let world = World::new();
    let poller = beside(&world, |world| assert!(world.poll().is_ok()));
    let brought = beside(&world, World::bring);
    let called = beside(&world, move |world| (0..2).for_each(|_| world.call(tells)));
    for thread in [brought, called, poller] {
        thread.join().unwrap();
    }
}

#[test]
fn a_call_hides_no_message() {
    tried(|| brought_and_called(true));
}

#[test]
#[should_panic(expected = "deadlock")]
fn a_call_that_does_not_tell_is_found_out() {
    tried(|| brought_and_called(false));
}

/// Whoever begins to watch while the object goes hears of that, or of what comes after.
#[test]
fn whoever_begins_to_watch_at_the_end_is_not_overlooked() {
    tried(|| {
        let (shown, watcher) = (Arc::<Shown>::default(), Arc::new(Watcher::new(Arc::<Ears>::default())));
        let watch = Watch::new(1, READY, watcher.clone());
        let leaving = shown.clone();
        let leaves = thread::spawn(move || leaving.leave(|_| ()));
        shown.add(watch);
        leaves.join().unwrap();
        let mut told = Vec::new();
        watcher.take(&mut told);
        assert!(shown.are_there() != told.contains(&1), "neither told nor there, or both");
    });
}

/// Two pollers on one descriptor: whoever is first tells the other.
#[test]
fn two_pollers_find_one_message() {
    tried(|| {
        let world = World::new();
        let pollers = [(); 2].map(|()| beside(&world, |world| assert!(world.poll().is_ok())));
        let brought = beside(&world, World::bring);
        brought.join().unwrap();
        pollers.into_iter().for_each(|poller| poller.join().unwrap());
    });
}

/// The socket goes while somebody sleeps on it, somebody begins to, and somebody calls.
#[test]
fn whoever_sleeps_hears_of_the_end() {
    tried(|| {
        let world = World::new();
        let pollers = [(); 2].map(|()| beside(&world, |world| assert_eq!(world.poll(), Err(Closed))));
        let called = beside(&world, |world| world.call(true));
        world.close();
        called.join().unwrap();
        pollers.into_iter().for_each(|poller| poller.join().unwrap());
        assert!(!world.shown.are_there(), "somebody still watches");
    });
}
