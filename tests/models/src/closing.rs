//! An object that is closed while others visit it.

use crate::handle::{Closed, Counters, Entry, Gate, Id, Registry};
use crate::sync::{Arc, Mutex, Weak};
use shuttle::thread;

/// What stands for an object with a socket: a socket is used by one thread at a time, and not after its end.
#[derive(Default)]
struct Object {
    id: Option<Id>,
    socket: Option<Socket>,
}

#[derive(Default)]
struct Socket {
    inside: Arc<Mutex<bool>>,
}

impl Socket {
    /// Two at once would meet here.
    fn used(&mut self) {
        assert!(!std::mem::replace(&mut *self.inside.lock().unwrap(), true), "two threads use one socket");
        thread::yield_now();
        *self.inside.lock().unwrap() = false;
    }
}

impl Entry for Object {
    type Shown = ();

    fn id(&self) -> Option<Id> {
        self.id
    }
}

struct World {
    open: Registry<Object>,
    gate: Arc<Gate<Object>>,
}

impl World {
    fn new() -> (Arc<Self>, Id) {
        let world = Arc::new(Self { open: Registry::new(), gate: Arc::default() });
        let id = world.opened();
        (world, id)
    }

    fn opened(&self) -> Id {
        let me = Arc::downgrade(&self.gate);
        let open = |object: &mut Object| {
            object.socket = Some(Socket::default());
            let id = *object.id.insert(self.open.number());
            self.open.enter(id, me, Arc::<Counters>::default(), Arc::new(()));
            self.open.opened(id);
            id
        };
        self.gate.enter(open).unwrap()
    }

    /// As `Stage::close`: inside of the gate, out of the register first.
    fn close(&self) {
        let close = |object: &mut Object| {
            if let Some(id) = object.id.take() {
                self.open.leave(id);
            }
            object.socket = None;
        };
        self.gate.enter(close).unwrap();
    }
}

fn used(object: &mut Object) {
    object.socket.as_mut().expect("what is in the register is open").used();
}

fn visits_and_closing() {
    let (world, id) = World::new();
    let visitors: Vec<_> = (0..2)
        .map(|_| {
            let world = world.clone();
            thread::spawn(move || (0..3).all(|_| world.open.visit(id, used) == Ok(())))
        })
        .collect();
    let caller = {
        let world = world.clone();
        thread::spawn(move || {
            let _ = world.gate.enter(|object| object.socket.as_mut().map(Socket::used));
        })
    };
    world.close();
    caller.join().unwrap();
    visitors.into_iter().for_each(|visitor| assert!(matches!(visitor.join(), Ok(true | false))));
    assert_eq!((world.open.visit(id, used), world.open.count()), (Err(Closed), 0));
}

#[test]
fn a_socket_is_used_by_one_and_never_after_its_end() {
    shuttle::check_random(visits_and_closing, 500);
    shuttle::check_pct(visits_and_closing, 200, 3);
}

/// A second life of the same object has another number: a visitor of the first is told.
#[test]
fn a_visitor_of_an_earlier_life_is_told() {
    let run = || {
        let (world, first) = World::new();
        let renewed = {
            let world = world.clone();
            thread::spawn(move || {
                world.close();
                world.opened()
            })
        };
        let seen = world.open.visit(first, |object| object.id);
        assert!(seen == Ok(Some(first)) || seen == Err(Closed), "{seen:?}");
        let second = renewed.join().unwrap();
        assert_ne!(first, second);
        assert_eq!(world.open.visit(first, |_| ()), Err(Closed));
        assert_eq!(world.open.visit(second, |object| object.id), Ok(Some(second)));
    };
    shuttle::check_dfs(run, Some(4_000));
}

/// The host drops the object while somebody looks at it.
#[test]
fn an_object_that_is_dropped_is_gone_for_its_visitors() {
    let run = || {
        let open = Arc::new(Registry::<Object>::new());
        let gate = Arc::new(Gate::new(Object::default()));
        let me: Weak<_> = Arc::downgrade(&gate);
        let id = gate.enter(|object| *object.id.insert(open.number())).unwrap();
        open.enter(id, me, Arc::default(), Arc::new(()));
        let visitor = {
            let open = open.clone();
            thread::spawn(move || open.visit(id, |_| ()))
        };
        drop(gate);
        let visited = visitor.join().unwrap();
        assert!(matches!(visited, Ok(()) | Err(Closed)));
        assert_eq!(open.visit(id, |_| ()), Err(Closed));
    };
    shuttle::check_dfs(run, Some(4_000));
}

/// Why the order of locks is what it is: a visitor who kept the register while he entered a gate would meet whoever closes.
#[test]
#[should_panic(expected = "deadlock")]
fn the_reversed_order_is_found_out() {
    let run = || {
        let register = Arc::new(Mutex::new(()));
        let gate = Arc::new(Gate::new(()));
        let visitor = {
            let (register, gate) = (register.clone(), gate.clone());
            thread::spawn(move || {
                let _kept = register.lock().unwrap();
                gate.enter(|()| ()).unwrap();
            })
        };
        gate.enter(|()| *register.lock().unwrap()).unwrap();
        visitor.join().unwrap();
    };
    shuttle::check_dfs(run, None);
}
