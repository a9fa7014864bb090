//! What a script cannot bring about at will: somebody inside of a gate, a socket that fails, one that goes at the wrong moment.

use super::{NotWaited, PollSet};
use crate::background::fake_object::{Fake, Object};
use crate::handle::Id;
use crate::zmq::{Error, Events, Message, Socket, SocketType};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

fn add(set: &mut PollSet<Fake>, object: &Object) {
    set.add(object.id, object.shown.clone(), Events::RECEIVABLE);
}

fn wait(set: &mut PollSet<Fake>, timeout: i32) -> Result<Vec<Id>, NotWaited> {
    set.wait(timeout, || false)?;
    Ok(set.found().iter().map(|found| found.id).collect())
}

#[test]
fn what_was_found_is_told_though_another_fails() {
    for n in 0..20 {
        let [goes, fails] = ["goes", "fails"].map(|name| Object::new(&format!("inproc://poll_set.{name}.{n}")));
        let mut set = PollSet::new().unwrap();
        add(&mut set, &goes);
        add(&mut set, &fails);
        assert_eq!(wait(&mut set, 0), Ok(vec![]));
        fails.inside(|fake| fake.fails = true);
        fails.shown.tell();
        goes.close();
        // Whichever of the two is asked first.
        assert_eq!(wait(&mut set, 10_000), Ok(vec![goes.id]), "round {n}");
        assert_eq!(wait(&mut set, 10_000), Err(Error::INVALID.into()), "it is asked again");
        fails.close();
    }
}

/// A thread that uses the socket without a pause tells after each call.
#[test]
fn whoever_is_told_without_end_sleeps_all_the_same() {
    let object = Object::new("inproc://poll_set.told");
    let mut set = PollSet::new().unwrap();
    add(&mut set, &object);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                object.inside(|_| object.shown.tell());
                thread::yield_now();
            }
        });
        let found = wait(&mut set, 500);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(found, Ok(vec![]));
    });
    object.inside(|fake| assert!((1..=200).contains(&fake.asked), "asked {} times in 500 ms", fake.asked));
    object.close();
}

#[test]
fn whoever_watches_what_has_gone_leaves_no_trace() {
    let object = Object::new("inproc://poll_set.gone");
    let mut set = PollSet::new().unwrap();
    // Found, closed, added: as when another thread closes it meanwhile.
    object.close();
    add(&mut set, &object);
    assert_eq!(wait(&mut set, 0), Ok(vec![object.id]));
    assert!(!object.shown.are_there());
    assert_eq!(set.count(), 0);
}

#[test]
fn what_is_removed_while_somebody_is_inside_is_forgotten_later() {
    let [object, other] = ["removed", "stays"].map(|name| Object::new(&format!("inproc://poll_set.{name}")));
    let mut set = PollSet::new().unwrap();
    for by_close in [false, true] {
        if set.count() == 0 {
            add(&mut set, &other);
        }
        add(&mut set, &object);
        assert_eq!(wait(&mut set, 0), Ok(vec![]));
        object.held(|| {
            assert!(set.remove(object.id));
            assert!(
                object.shown.are_there(),
                "its descriptor is known still, and nobody who closes it would hear of that"
            );
            assert_eq!(wait(&mut set, 0), Ok(vec![]), "it keeps no wait");
            assert!(object.shown.are_there());
        });
        if by_close {
            object.close();
        }
        assert_eq!(wait(&mut set, 0), Ok(vec![]));
        assert!(!object.shown.are_there());
    }
    other.close();
}

#[test]
fn what_comes_back_before_it_left_is_heard() {
    let [object, other] = ["back", "beside"].map(|name| Object::new(&format!("inproc://poll_set.{name}")));
    let mut push = Socket::new(SocketType::Push).unwrap();
    push.connect("inproc://poll_set.back").unwrap();
    let mut set = PollSet::new().unwrap();
    add(&mut set, &object);
    add(&mut set, &other);
    assert_eq!(wait(&mut set, 20), Ok(vec![]));
    object.held(|| {
        assert!(set.remove(object.id));
        add(&mut set, &object);
    });
    assert_eq!(wait(&mut set, 20), Ok(vec![]));
    push.send(&mut Message::from_bytes(b"x").unwrap(), false).unwrap();
    assert_eq!(wait(&mut set, 10_000), Ok(vec![object.id]));
    // Who waits goes first: nothing of it stays with the sockets.
    object.held(|| assert!(set.remove(object.id)));
    drop(set);
    assert!(!object.shown.are_there() && !other.shown.are_there());
    object.close();
    other.close();
}
