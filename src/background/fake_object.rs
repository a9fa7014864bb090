//! An object whose socket is waited for, without a script.

use super::poll_set::Polled;
use super::wake::Wake;
use crate::handle::{Counters, Entry, Gate, Id, Registry, Watchers};
use crate::zmq::{self, Error, Events, Socket, SocketType};
use std::sync::{Arc, mpsc};
use std::thread;

static OPEN: Registry<Fake> = Registry::new();

pub struct Fake {
    id: Option<Id>,
    pub socket: Socket,
    pub fails: bool,
    /// How often somebody asked.
    pub asked: u32,
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
pub struct Object {
    pub id: Id,
    gate: Arc<Gate<Fake>>,
    pub shown: Arc<Watchers<Wake>>,
}

impl Object {
    /// A receiver, bound.
    pub fn new(address: &str) -> Self {
        Self::of(SocketType::Pull, address)
    }

    /// A socket of this type, bound.
    pub fn of(kind: SocketType, address: &str) -> Self {
        let mut socket = Socket::new(kind).unwrap();
        socket.bind(address).unwrap();
        let id = OPEN.number();
        let gate = Arc::new(Gate::new(Fake { id: Some(id), socket, fails: false, asked: 0 }));
        let shown = Arc::<Watchers<Wake>>::default();
        OPEN.enter(id, Arc::downgrade(&gate), Arc::<Counters>::default(), shown.clone());
        Self { id, gate, shown }
    }

    pub fn close(&self) {
        self.inside(|fake| {
            fake.id = None;
            OPEN.leave(self.id);
            self.shown.leave(|wake| wake.forget(&mut fake.socket));
        });
    }

    pub fn inside<T>(&self, f: impl FnOnce(&mut Fake) -> T) -> T {
        self.gate.enter(f).unwrap()
    }

    /// While another thread is inside.
    pub fn held(&self, f: impl FnOnce()) {
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
}
