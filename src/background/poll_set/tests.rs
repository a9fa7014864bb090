//! What a script cannot bring about at will: somebody inside of a gate, a socket that fails, one that goes at the wrong moment.

use super::{NotWaited, PollSet, Polled};
use crate::background::wake::Wake;
use crate::handle::{Counters, Entry, Gate, Id, Registry, Watchers};
use crate::zmq::{self, Error, Events, Message, Socket, SocketType};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

static OPEN: Registry<Fake> = Registry::new();

struct Fake {
    id: Option<Id>,
    socket: Socket,
    fails: bool,
    /// How often somebody asked.
    asked: u32,
}

impl Entry for Fake {
    type Shown = Watchers<Wake>;

    fn id(&self) -> Option<Id> {
        self.id
    }
}

impl Polled for Fake {
    fn open() -> &'static Registry<Self> {
        &OPEN
    }

    fn watchers(shown: &Watchers<Wake>) -> &Watchers<Wake> {
        shown
    }

    fn socket(&mut self) -> Option<&mut Socket> {
        Some(&mut self.socket)
    }

    fn ready(&mut self) -> zmq::Result<Option<Events>> {
        self.asked += 1;
        if self.fails { Err(Error::INVALID) } else { self.socket.events().map(Some) }
    }
}

/// An object as a script would have it.
struct Object {
    id: Id,
    gate: Arc<Gate<Fake>>,
    shown: Arc<Watchers<Wake>>,
}

impl Object {
    /// A receiver, bound.
    fn new(address: &str) -> Self {
        let mut socket = Socket::new(SocketType::Pull).unwrap();
        socket.bind(address).unwrap();
        let id = OPEN.number();
        let gate = Arc::new(Gate::new(Fake { id: Some(id), socket, fails: false, asked: 0 }));
        let shown = Arc::<Watchers<Wake>>::default();
        OPEN.enter(id, Arc::downgrade(&gate), Arc::<Counters>::default(), shown.clone());
        Self { id, gate, shown }
    }

    fn close(&self) {
        self.inside(|fake| {
            fake.id = None;
            OPEN.leave(self.id);
            self.shown.leave(|wake| wake.forget(&mut fake.socket));
        });
    }

    fn inside(&self, f: impl FnOnce(&mut Fake)) {
        self.gate.enter(f).unwrap();
    }

    /// While another thread is inside.
    fn held(&self, f: impl FnOnce()) {
        thread::scope(|scope| {
            let ((inside, is_inside), (leave, may_leave)) = (mpsc::channel(), mpsc::channel::<()>());
            scope.spawn(move || {
                self.inside(|_| {
                    inside.send(()).unwrap();
                    let _ = may_leave.recv();
                });
            });
            is_inside.recv().unwrap();
            f();
            drop(leave);
        });
    }

    fn add_to(&self, set: &mut PollSet<Fake>) {
        set.add(self.id, self.shown.clone(), Events::RECEIVABLE);
    }
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
        goes.add_to(&mut set);
        fails.add_to(&mut set);
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
    object.add_to(&mut set);
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
    object.add_to(&mut set);
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
            other.add_to(&mut set);
        }
        object.add_to(&mut set);
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
    object.add_to(&mut set);
    other.add_to(&mut set);
    assert_eq!(wait(&mut set, 20), Ok(vec![]));
    object.held(|| {
        assert!(set.remove(object.id));
        object.add_to(&mut set);
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
