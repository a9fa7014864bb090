//! Calls that wait outside of the gate while another thread closes the object for good: what they stand on is freed when they
//! have come back, and not before.

use crate::handle::{Gate, Outside};
use crate::sync::{Arc, AtomicBool};
use shuttle::thread;
use std::sync::atomic::Ordering;

#[derive(Default)]
struct Object {
    gate: Gate<bool>,
    outside: Arc<Outside>,
    ends: AtomicBool,
    freed: AtomicBool,
}

impl Object {
    fn is_there(&self) {
        assert!(!self.freed.load(Ordering::SeqCst), "freed under a call that waits");
    }

    /// As `schema::instance` has it; `away` where the call has tried once already.
    fn wait<A>(&self, mut away: Option<A>, go: fn(&Arc<Outside>) -> A) {
        loop {
            self.is_there();
            let done = self.gate.enter(|closed| {
                self.is_there();
                let done = *closed || self.ends.load(Ordering::SeqCst);
                if done {
                    away = None;
                } else {
                    away.get_or_insert_with(|| go(&self.outside));
                }
                done
            });
            if done == Ok(true) {
                return;
            }
            thread::yield_now();
        }
    }

    fn close(&self) {
        self.ends.store(true, Ordering::SeqCst);
        let closed = || {
            self.gate.enter(|closed| {
                *closed = self.outside.is_empty();
                *closed
            })
        };
        while closed() == Ok(false) {
            self.outside.wait();
        }
        self.freed.store(true, Ordering::SeqCst);
    }
}

#[test]
fn nothing_is_freed_under_a_call_that_waits() {
    let model = || {
        let object = Arc::new(Object::default());
        let waits: Vec<_> = (0..2)
            .map(|_| {
                // Its first try is over: it has not left yet, or has.
                let away = object.gate.enter(|_| object.outside.go()).ok();
                let object = object.clone();
                thread::spawn(move || object.wait(away, Outside::go))
            })
            .collect();
        let closes = {
            let object = object.clone();
            thread::spawn(move || object.close())
        };
        waits.into_iter().for_each(|wait| wait.join().unwrap());
        closes.join().unwrap();
    };
    shuttle::check_random(model, 5_000);
    shuttle::check_pct(model, 5_000, 3);
}
