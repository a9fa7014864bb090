//! What `handle` has, in one order, by the system's locks. Apart from it: `tests/models` compiles those files with other locks.

use crate::handle::{Bounds, Outside, Relay, Run, Taken};
use crate::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

const PATIENT: Duration = Duration::from_secs(20);
const WIDE: Bounds = Bounds { count: 1_000, bytes: 1 << 20 };

fn next(relay: &Relay<u32>, run: Run) -> Option<Taken<u32>> {
    let mut hand = relay.take(run)?;
    let what = hand.what().map(|what| match what {
        Taken::This(item, size) => Taken::This(*item, *size),
        Taken::Lost(count) => Taken::Lost(*count),
    });
    hand.told();
    what
}

#[test]
fn what_finds_no_room_is_the_oldest_and_is_told_where_it_was() {
    let relay = Relay::default();
    let run = relay.begin(Bounds { count: 3, bytes: 100 });
    (0..5).for_each(|n| relay.put(run, n, 1).unwrap());
    assert_eq!((relay.waiting(), relay.lost()), (3, 2));
    assert_eq!(next(&relay, run), Some(Taken::Lost(2)));
    assert_eq!(next(&relay, run), Some(Taken::This(2, 1)));
    relay.put(run, 5, 99).unwrap();
    assert_eq!(next(&relay, run), Some(Taken::Lost(1)), "3, 4 and 5 have 101 bytes: 3 goes");
}

#[test]
fn one_is_let_in_however_large() {
    let relay = Relay::default();
    let run = relay.begin(Bounds { count: 3, bytes: 100 });
    relay.put(run, 1, 1_000).unwrap();
    assert_eq!(next(&relay, run), Some(Taken::This(1, 1_000)));
    relay.put(run, 2, 1_000).unwrap();
    relay.put(run, 3, 1).unwrap();
    assert_eq!(relay.lost(), 1);
    assert_eq!(next(&relay, run), Some(Taken::Lost(1)));
    assert_eq!(next(&relay, run), Some(Taken::This(3, 1)));
}

#[test]
fn what_is_refused_is_first_again() {
    let relay = Relay::default();
    let run = relay.begin(WIDE);
    (0..3).for_each(|n| relay.put(run, n, 1).unwrap());
    drop(relay.take(run));
    assert!(!relay.is_in_hand());
    assert_eq!((0..2).map(|_| next(&relay, run).unwrap()).collect::<Vec<_>>(), [Taken::This(0, 1), Taken::This(1, 1)]);
    assert_eq!(relay.end(PATIENT), [2]);
    assert_eq!(relay.put(run, 9, 1), Err(9));
    assert!(relay.take(run).is_none());
}

/// A report that the host refused is not forgotten.
#[test]
fn what_was_lost_is_told_until_it_was_heard() {
    let relay = Relay::default();
    let run = relay.begin(Bounds { count: 1, bytes: 100 });
    (0..3).for_each(|n| relay.put(run, n, 1).unwrap());
    drop(relay.take(run));
    relay.put(run, 3, 1).unwrap();
    assert_eq!(next(&relay, run), Some(Taken::Lost(3)));
    assert_eq!(relay.lost(), 3);
}

#[test]
fn a_run_that_is_complete_ends_when_all_was_told() {
    let relay = Relay::default();
    let run = relay.begin(WIDE);
    (0..3).for_each(|n| relay.put(run, n, 1).unwrap());
    relay.complete(run);
    assert_eq!(relay.put(run, 9, 1), Err(9));
    assert_eq!(next(&relay, run), Some(Taken::This(0, 1)));
    drop(relay.take(run));
    assert!(relay.is_open(), "what the host refused is told once more");
    assert_eq!((0..2).map(|_| next(&relay, run).unwrap()).collect::<Vec<_>>(), [Taken::This(1, 1), Taken::This(2, 1)]);
    assert!(relay.take(run).is_none() && !relay.is_open());
    let run = relay.begin(WIDE);
    relay.put(run, 4, 1).unwrap();
    assert_eq!(next(&relay, run), Some(Taken::This(4, 1)));
}

/// Whoever sleeps until something comes hears that nothing will.
#[test]
fn who_waits_for_more_is_told_that_there_is_none() {
    let relay = Relay::<u32>::default();
    let run = relay.begin(WIDE);
    thread::scope(|scope| {
        let taker = scope.spawn(|| relay.take(run).is_none());
        thread::sleep(Duration::from_millis(20));
        relay.complete(run);
        assert!(taker.join().unwrap());
    });
}

#[test]
fn who_has_one_in_hand_does_not_wait_for_himself() {
    let relay = Relay::default();
    let run = relay.begin(WIDE);
    (0..2).for_each(|n| relay.put(run, n, 1).unwrap());
    let hand = relay.take(run).unwrap();
    let start = Instant::now();
    assert_eq!(relay.end(PATIENT), [1]);
    assert!(start.elapsed() < PATIENT / 2);
    drop(hand);
    assert_eq!(relay.end(PATIENT), [0], "it came back after the end");
}

#[test]
fn the_end_waits_for_what_comes_back_but_not_for_ever() {
    let relay = Relay::default();
    let run = relay.begin(WIDE);
    relay.put(run, 7, 1).unwrap();
    thread::scope(|scope| {
        let (inside, entered) = std::sync::mpsc::channel();
        let relay = &relay;
        let holder = scope.spawn(move || {
            let hand = relay.take(run).unwrap();
            inside.send(()).unwrap();
            while relay.goes_on(run) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(50));
            drop(hand);
        });
        entered.recv().unwrap();
        assert!(relay.end(Duration::from_millis(1)).is_empty());
        assert_eq!(relay.end(PATIENT), [7]);
        holder.join().unwrap();
    });
}

#[test]
fn who_closes_waits_for_those_who_come_back() {
    let outside = Arc::new(Outside::default());
    assert!(outside.is_empty());
    outside.wait();
    let (first, second) = (outside.go(), outside.go());
    let start = Instant::now();
    let comes_back = thread::spawn(move || {
        drop(first);
        thread::sleep(Duration::from_millis(150));
        drop(second);
    });
    assert!(!outside.is_empty());
    outside.wait();
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert!(outside.is_empty());
    comes_back.join().unwrap();
}

#[test]
fn the_threads_of_a_parent_are_not_waited_for() {
    let outside = Arc::new(Outside::default());
    std::mem::forget(outside.go());
    outside.is_inherited();
    outside.wait();
    drop(outside.go());
    assert!(outside.is_empty());
}
