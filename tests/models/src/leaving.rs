//! Done, Init and calls that wait, on three threads.

use crate::handle::{Cancel, Gate, Life};
use crate::sync::Arc;
use shuttle::thread;

struct Object {
    cancel: Cancel,
    closed: bool,
}

struct World {
    life: Life,
    gate: Gate<Object>,
}

impl World {
    fn new() -> Arc<Self> {
        let life = Life::default();
        let gate = Gate::new(Object { cancel: life.cancel(), closed: false });
        Arc::new(Self { life, gate })
    }

    /// A call without a time limit: it ends only because somebody wants the object back.
    fn wait_for_ever(&self) {
        let wait = |object: &mut Object| {
            while !object.closed && !object.cancel.requested() {
                thread::yield_now();
            }
        };
        self.gate.enter(wait).unwrap();
    }

    /// As `native_api::Object::close`.
    fn done(&self) {
        let _leaving = self.life.leave();
        self.gate.enter(|object| object.closed = true).unwrap();
    }

    /// As `native_api::Object::open` after a Done.
    fn init(&self) {
        let cancel = self.life.renew();
        self.gate.enter(|object| *object = Object { cancel, closed: false }).unwrap();
    }
}

/// A thread of the library's own waits outside of the gate, and looks now and then: a pulse would be missed.
#[test]
fn who_looks_late_still_sees_it() {
    let run = || {
        let world = World::new();
        let cancel = world.life.cancel();
        let ours = thread::spawn(move || {
            while !cancel.requested() {
                thread::yield_now();
            }
        });
        world.done();
        ours.join().unwrap();
    };
    shuttle::check_random(run, 500);
    shuttle::check_pct(run, 200, 3);
}

#[test]
fn every_wait_ends_with_done() {
    let run = || {
        let world = World::new();
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let world = world.clone();
                thread::spawn(move || world.wait_for_ever())
            })
            .collect();
        world.done();
        waiting.into_iter().for_each(|thread| thread.join().unwrap());
    };
    shuttle::check_random(run, 500);
    shuttle::check_pct(run, 200, 3);
}

/// An Init that comes while Done waits for the gate begins a life whose waits would keep Done.
#[test]
fn a_life_that_begins_while_done_waits_ends_too() {
    let run = || {
        let world = World::new();
        world.done();
        let again = {
            let world = world.clone();
            thread::spawn(move || world.init())
        };
        let waiting = {
            let world = world.clone();
            thread::spawn(move || world.wait_for_ever())
        };
        world.done();
        again.join().unwrap();
        // The new life may have begun after that Done; then this one ends it.
        world.done();
        waiting.join().unwrap();
    };
    shuttle::check_random(run, 500);
    shuttle::check_pct(run, 200, 3);
}
