//! A socket as BSL sees it. Opened at the first Bind, Connect or Subscribe; every later call finds it or says why not.

mod defaults;
mod endpoints;
mod inbox;
#[cfg(test)]
mod option_tests;
mod options;
mod outbox;
mod rows;
mod stage;
mod subscribers;
mod subscriptions;
mod topics;
#[cfg(test)]
mod visit_tests;

use super::classes::SocketClass;
use super::errors;
use crate::handle::{Cancel, Entry, Id, Registry};
use crate::native_api::Surroundings;
use crate::schema::{ClassSet, Inside, Me, Outcome};
use crate::zmq;
use defaults::TIMEOUT;
use endpoints::Endpoints;
use inbox::Inbox;
use options::Settings;
use outbox::Outbox;
use stage::Stage;
use subscribers::Subscribers;
use topics::Topics;

/// The sockets that are open in this process: where others find them by number.
pub static OPEN: Registry<Inside<Socket>> = Registry::new();

/// An object of one of the classes of sockets.
pub struct Socket {
    class: &'static SocketClass,
    stage: Stage,
    settings: Settings,
    receive_timeout: i32,
    send_timeout: i32,
    inbox: Inbox,
    outbox: Outbox,
    endpoints: Endpoints,
    subscribers: Subscribers,
    topics: Topics,
    cancel: Cancel,
    me: Me<Self>,
}

impl Socket {
    pub fn new(class: ClassSet, surroundings: Surroundings, me: Me<Self>) -> Self {
        Self {
            class: SocketClass::of(class),
            stage: Stage::Unopened,
            settings: Settings::default(),
            receive_timeout: TIMEOUT,
            send_timeout: TIMEOUT,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            endpoints: Endpoints::default(),
            subscribers: Subscribers::default(),
            topics: Topics::default(),
            cancel: surroundings.cancel,
            me,
        }
    }

    /// The socket, made at the first call.
    fn open(&mut self) -> Outcome<&mut zmq::Watched> {
        self.stage.open(self.class, &self.settings, &self.me)
    }

    /// The socket, if it was ever bound or connected: without a peer in sight every exchange would only time out.
    fn attached(&mut self) -> Outcome<&mut zmq::Watched> {
        self.stage.attached(self.class, &self.endpoints)
    }

    /// Closes the socket; waits a bounded time for what was sent to leave.
    pub fn close(&mut self) {
        self.outbox = Outbox::default();
        self.inbox = Inbox::default();
        self.topics = Topics::default();
        let endpoints = std::mem::take(&mut self.endpoints);
        self.stage.close(&endpoints);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.close();
    }
}

impl Entry for Inside<Socket> {
    fn id(&self) -> Option<Id> {
        self.object.stage.id()
    }
}
