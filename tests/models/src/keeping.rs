//! The thread that looks after idle sockets, calls of the same object, and Done: `background::keeper`'s protocol over what
//! stands for the system's descriptors.

use crate::handle::{Closed, Counters, Entry, Gate, Id, Presence, Registry};
use crate::sync::{Arc, AtomicUsize, Condvar, Mutex};
use shuttle::thread;
use std::sync::atomic::Ordering;

/// What libzmq's threads have told a socket and nobody worked through yet, and whether that wakes the sleeper: once for each
/// time that it is armed.
#[derive(Default)]
struct Descriptor {
    waiting: usize,
    armed: bool,
}

#[derive(Default)]
struct Object {
    id: Option<Id>,
    used: Arc<AtomicUsize>,
}

impl Entry for Object {
    type Shown = ();

    fn id(&self) -> Option<Id> {
        self.id
    }
}

#[derive(Default)]
struct System {
    descriptor: Descriptor,
    told: bool,
    rung: bool,
}

struct World {
    open: Registry<Object>,
    gate: Arc<Gate<Object>>,
    presence: Presence,
    system: Mutex<System>,
    woken: Condvar,
    running: AtomicUsize,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            open: Registry::new(),
            gate: Arc::default(),
            presence: Presence::new(),
            system: Mutex::default(),
            woken: Condvar::new(),
            running: AtomicUsize::new(0),
        })
    }

    /// Opens the socket; the thread, where this call had to start it.
    fn open(self: &Arc<Self>) -> Option<thread::JoinHandle<()>> {
        let me = Arc::downgrade(&self.gate);
        let enter = |object: &mut Object| {
            let id = *object.id.insert(self.open.number());
            self.open.enter(id, me, Arc::<Counters>::default(), Arc::new(()));
            self.open.opened(id);
            self.arm();
            self.presence.need()
        };
        let starts = self.gate.enter(enter).unwrap();
        let world = self.clone();
        starts.then(|| thread::spawn(move || world.look_after()))
    }

    fn close(&self) {
        let last = self.gate.enter(|object| {
            let id = object.id.take().expect("it is open");
            self.open.leave(id);
            self.system.lock().unwrap().descriptor = Descriptor::default();
            self.presence.release()
        });
        if last.unwrap() {
            self.system.lock().unwrap().rung = true;
            self.woken.notify_one();
        }
    }

    /// One of libzmq's threads tells the socket something.
    fn tell(&self) {
        let mut system = self.system.lock().unwrap();
        system.descriptor.waiting += 1;
        if std::mem::take(&mut system.descriptor.armed) {
            system.told = true;
            self.woken.notify_one();
        }
    }

    fn arm(&self) {
        let mut system = self.system.lock().unwrap();
        system.told |= system.descriptor.waiting > 0;
        system.descriptor.armed = system.descriptor.waiting == 0;
    }

    /// Works through what was told. Two at once would meet here.
    fn work(&self, object: &Object) {
        assert_eq!(object.used.fetch_add(1, Ordering::SeqCst), 0, "two threads use one socket");
        thread::yield_now();
        self.system.lock().unwrap().descriptor.waiting = 0;
        assert_eq!(object.used.fetch_sub(1, Ordering::SeqCst), 1);
    }

    fn call(&self) {
        self.gate.enter(|object| self.work(object)).unwrap();
    }

    /// As `Keeper::look_after`: the times that it sleeps for pass at any moment.
    fn look_after(&self) {
        assert_eq!(self.running.fetch_add(1, Ordering::SeqCst), 0, "two threads look after sockets");
        let mut in_use = false;
        loop {
            let told = {
                let mut system = self.system.lock().unwrap();
                while !in_use && !system.told && !system.rung && self.presence.is_needed() {
                    system = self.woken.wait(system).unwrap();
                }
                system.rung = false;
                std::mem::take(&mut system.told)
            };
            if !told && !self.presence.is_needed() {
                // Counted before it ends: the next may begin at once.
                self.running.fetch_sub(1, Ordering::SeqCst);
                if self.presence.may_end() {
                    return;
                }
                self.running.fetch_add(1, Ordering::SeqCst);
            }
            if told || in_use {
                in_use = self.is_in_use();
                thread::yield_now();
            }
        }
    }

    fn is_in_use(&self) -> bool {
        let Some(id) = self.open.ids().first().copied() else { return false };
        let look = |object: &mut Object| {
            self.work(object);
            self.arm();
        };
        match self.open.look(id, look) {
            Ok(None) => true,
            Ok(Some(())) | Err(Closed) => false,
        }
    }

    fn waiting(&self) -> usize {
        self.system.lock().unwrap().descriptor.waiting
    }
}

/// What is told is worked through, whoever calls or not; whoever calls is never met inside; after Done the thread is gone.
fn told_called_and_closed() {
    let world = World::new();
    let keeper = world.open().expect("the first");
    let told = {
        let world = world.clone();
        thread::spawn(move || (0..3).for_each(|_| world.tell()))
    };
    let called = {
        let world = world.clone();
        thread::spawn(move || (0..2).for_each(|_| world.call()))
    };
    told.join().unwrap();
    called.join().unwrap();
    // Nobody calls any more.
    while world.waiting() > 0 {
        thread::yield_now();
    }
    world.close();
    keeper.join().unwrap();
    assert_eq!((world.running.load(Ordering::SeqCst), world.open.count()), (0, 0));
}

#[test]
fn an_idle_socket_is_worked_for() {
    shuttle::check_random(told_called_and_closed, 1_000);
    shuttle::check_pct(told_called_and_closed, 300, 3);
}

/// Done comes while the socket is told things, and another life begins as the thread ends: there is always one thread for it.
#[test]
fn the_thread_ends_and_begins_with_what_it_looks_after() {
    let run = || {
        let world = World::new();
        let mut keepers = vec![world.open()];
        let told = {
            let world = world.clone();
            thread::spawn(move || (0..2).for_each(|_| world.tell()))
        };
        world.close();
        keepers.push(world.open());
        told.join().unwrap();
        while world.waiting() > 0 {
            thread::yield_now();
        }
        world.close();
        keepers.into_iter().flatten().for_each(|keeper| keeper.join().unwrap());
        assert_eq!(world.running.load(Ordering::SeqCst), 0);
    };
    shuttle::check_random(run, 1_000);
    shuttle::check_pct(run, 300, 3);
}

/// Whoever is inside, or was since the last look, is left alone.
#[test]
fn a_look_disturbs_nobody() {
    let run = || {
        let gate = Arc::new(Gate::new(0));
        let caller = {
            let gate = gate.clone();
            thread::spawn(move || gate.enter(|calls| *calls += 1).unwrap())
        };
        let first = gate.look(|calls| *calls);
        caller.join().unwrap();
        let second = gate.look(|calls| *calls);
        let third = gate.look(|calls| *calls);
        // The call may have come and gone while the first look began.
        assert!(first != Some(0) || second.is_none(), "the call was not noticed");
        assert_eq!(third, Some(1), "it was looked at twice since the call");
    };
    shuttle::check_dfs(run, Some(10_000));
}
