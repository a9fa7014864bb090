//! Who waits for a socket is woken, and takes from nobody what he is woken by.

use super::fake_object::{Fake, Object};
use super::{PollSet, Vigil};
use crate::zmq::{Events, Message, Socket, SocketType};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any test may take: whoever sleeps so long was not woken.
const LONG: Duration = Duration::from_secs(20);

fn vigil(object: &Object) -> Vigil<Fake> {
    Vigil::new(object.id, object.shown.clone()).unwrap()
}

/// Looks until it is so, as a script's wait does, and sleeps in between until somebody wakes it.
fn wait(object: &Object, vigil: &mut Vigil<Fake>, is_so: fn(&mut Socket, usize) -> bool) {
    let begun = Instant::now();
    let look = |fake: &mut Fake, vigil: &mut Vigil<Fake>| {
        vigil.looks();
        let peers = fake.socket.peers().unwrap();
        if peers.worked {
            vigil.tell_others();
        }
        vigil.arm(&mut fake.socket).unwrap();
        is_so(&mut fake.socket, peers.count)
    };
    while !object.inside(|fake| look(fake, vigil)) {
        vigil.sleep(LONG);
    }
    assert!(begun.elapsed() < LONG / 2, "nobody woke it");
}

/// Two of them: each works through what the other waits for.
#[test]
fn a_peer_that_comes_wakes_all_who_wait_for_it() {
    for address in ["tcp://127.0.0.1:*", "inproc://vigil.comes"] {
        let object = Object::of(SocketType::XPub, address);
        let endpoint = object.inside(|fake| fake.socket.last_endpoint().unwrap());
        let mut peer = Socket::new(SocketType::XSub).unwrap();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut vigil = vigil(&object);
                    wait(&object, &mut vigil, |_, peers| peers > 0);
                    wait(&object, &mut vigil, |socket, _| socket.subscribers().unwrap() > 0);
                });
            }
            thread::sleep(Duration::from_millis(50));
            peer.connect(&endpoint).unwrap();
            thread::sleep(Duration::from_millis(50));
            peer.send(&mut Message::from_bytes(b"\x01topic").unwrap(), false).unwrap();
        });
        object.close();
    }
}

#[test]
fn whoever_closes_the_socket_wakes_who_waits() {
    let object = Object::new("inproc://vigil.closed");
    let mut vigil = vigil(&object);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(50));
            object.close();
        });
        let begun = Instant::now();
        object.inside(|fake| vigil.arm(&mut fake.socket).unwrap());
        vigil.sleep(LONG);
        assert!(begun.elapsed() < LONG / 2, "nobody woke it");
    });
}

/// It works through what has come, and the descriptor that a poller sleeps on is silent then.
#[test]
fn a_poller_hears_of_what_a_look_has_worked_through() {
    let object = Object::new("inproc://vigil.beside");
    let mut push = Socket::new(SocketType::Push).unwrap();
    push.connect("inproc://vigil.beside").unwrap();
    let (mut set, vigil) = (PollSet::<Fake>::new().unwrap(), vigil(&object));
    set.add(object.id, object.shown.clone(), Events::RECEIVABLE);
    assert_eq!(set.wait(20, || false), Ok(0));
    push.send(&mut Message::from_bytes(b"x").unwrap(), false).unwrap();
    let peers = object.inside(|fake| {
        vigil.looks();
        let peers = fake.socket.peers().unwrap();
        vigil.tell_others();
        peers
    });
    assert!(peers.worked, "the message was told of");
    assert_eq!(set.wait(5_000, || false), Ok(1));
    object.close();
}
