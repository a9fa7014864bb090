//! What is received in the background on its way to the client, while somebody stops that, closes, begins anew:
//! `background::listener`'s protocol. No sleep here ends by time, so whoever is not woken sleeps for ever, which shuttle
//! notices.

use crate::handle::{Bounds, Gate, Relay, Run, Taken};
use crate::sync::{Arc, Mutex};
use crate::trying::{beside, tried};
use shuttle::thread;
use std::time::Duration;

/// shuttle knows no time: whoever is waited for comes back.
const PATIENT: Duration = Duration::from_secs(3_600);

const WIDE: Bounds = Bounds { count: 100, bytes: 1_000 };

#[derive(Default)]
struct World {
    relay: Relay<u32>,
    /// The socket: what came and was not received.
    gate: Gate<Vec<u32>>,
    /// What the client was told.
    told: Mutex<Vec<u32>>,
    lost: Mutex<u64>,
}

impl World {
    /// The one who receives: takes what is there, inside of the gate.
    fn receive(&self, run: Run) {
        while self.relay.goes_on(run) {
            let all = self.gate.enter(|messages| {
                while let Some(message) = messages.pop() {
                    if let Err(message) = self.relay.put(run, message, 1) {
                        messages.push(message);
                        return true;
                    }
                }
                true
            });
            if all.is_ok() {
                // The next would wait for another message.
                return;
            }
        }
    }

    /// The one who tells; a host that `refuses` does so once for each message.
    fn tell(&self, run: Run, refuses: bool) {
        let mut refused = None;
        while let Some(mut hand) = self.relay.take(run) {
            match hand.what() {
                Some(&mut Taken::This(message, _)) => {
                    // The host runs, without a lock of ours.
                    thread::yield_now();
                    if refuses && refused != Some(message) {
                        refused = Some(message);
                        drop(hand);
                        thread::yield_now();
                        continue;
                    }
                    self.told.lock().unwrap().push(message);
                    hand.told();
                }
                Some(Taken::Lost(count)) => {
                    *self.lost.lock().unwrap() += *count;
                    hand.told();
                }
                None => hand.told(),
            }
        }
    }

    /// As StopListening: inside of the gate, what comes back is received first.
    fn stop(&self) {
        self.gate
            .enter(|messages| {
                let back = self.relay.end(PATIENT);
                messages.extend(back.into_iter().rev());
            })
            .unwrap();
    }
}

/// Told and received together are all that came, each once and in order.
fn stopped_while_it_goes_on(refuses: bool) {
    let world = Arc::new(World::default());
    world.gate.enter(|messages| messages.extend([4, 3, 2, 1])).unwrap();
    let run = world.relay.begin(WIDE);
    let receives = beside(&world, move |world| world.receive(run));
    let tells = beside(&world, move |world| world.tell(run, refuses));
    let stops = beside(&world, World::stop);
    for thread in [stops, receives, tells] {
        thread.join().unwrap();
    }
    // Whoever receives next finds them before what has not been received yet.
    let mut seen = world.told.lock().unwrap().clone();
    world.gate.enter(|messages| seen.extend(messages.drain(..).rev())).unwrap();
    assert_eq!(seen, [1, 2, 3, 4]);
    assert_eq!(world.relay.waiting(), 0);
}

#[test]
fn nothing_is_lost_by_stopping() {
    tried(|| stopped_while_it_goes_on(false));
}

#[test]
fn nothing_is_lost_by_stopping_while_the_host_refuses() {
    tried(|| stopped_while_it_goes_on(true));
}

/// A run begins while the one who told in the last is still with the host: he comes back, and the order is kept.
#[test]
fn one_run_after_another_keeps_the_order() {
    tried(|| {
        let world = Arc::new(World::default());
        let first = world.relay.begin(WIDE);
        (1..4).for_each(|n| world.relay.put(first, n, 1).unwrap());
        let tells = beside(&world, move |world| world.tell(first, true));
        // Nobody is waited for.
        let back = world.relay.end(Duration::ZERO);
        let second = world.relay.begin(WIDE);
        back.into_iter().for_each(|n| world.relay.put(second, n, 1).unwrap());
        world.relay.put(second, 4, 1).unwrap();
        let tells_again = beside(&world, move |world| world.tell(second, false));
        tells.join().unwrap();
        while world.told.lock().unwrap().len() < 4 {
            thread::yield_now();
        }
        assert_eq!(*world.told.lock().unwrap(), [1, 2, 3, 4]);
        world.relay.end(Duration::ZERO);
        tells_again.join().unwrap();
    });
}

/// What is told and what is told to be lost is all there was, whoever is faster.
#[test]
fn what_is_lost_is_counted() {
    tried(|| {
        let world = Arc::new(World::default());
        let run = world.relay.begin(Bounds { count: 2, bytes: 1_000 });
        let tells = beside(&world, move |world| world.tell(run, true));
        (1..7).for_each(|n| world.relay.put(run, n, 1).unwrap());
        while world.told.lock().unwrap().last() != Some(&6) {
            thread::yield_now();
        }
        let (told, lost) = (world.told.lock().unwrap().clone(), *world.lost.lock().unwrap());
        assert!(told.is_sorted());
        assert_eq!(told.len() as u64 + lost, 6);
        assert_eq!(lost, world.relay.lost());
        world.relay.end(PATIENT);
        tells.join().unwrap();
    });
}

/// Whoever waits for a message hears of the end, also where it is the other half that broke down.
#[test]
fn whoever_waits_hears_of_the_end() {
    tried(|| {
        let world = Arc::new(World::default());
        let run = world.relay.begin(WIDE);
        let tells = beside(&world, move |world| world.tell(run, false));
        let breaks = beside(&world, move |world| world.relay.break_off(run));
        let pauses = beside(&world, move |world| world.relay.pause(run, PATIENT));
        for thread in [breaks, tells, pauses] {
            thread.join().unwrap();
        }
        assert_eq!(world.relay.put(run, 1, 1), Err(1));
    });
}
