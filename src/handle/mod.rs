//! What threads share of an object: its gate, with what the gate locks; a handle by which others find and count it; a latch
//! that ends waits; a link that is revoked; a relay between who receives and who is told; whether a thread is there for those
//! who need it; who watches it. Generic, free of unsafe, and without an import of ours but `sync`, so that `tests/models` can
//! try the orders in which threads may meet.
//!
//! **The order of locks**, said here for the whole library: a thread takes the [`Gate`] of an object, inside of it the one
//! through which the same object is seen (`schema::seen`), and inside of either any of the leaves: a [`Registry`]'s map, a
//! [`Life`], a [`Link`], a [`Relay`], a [`Presence`] and its thread, who is [`Outside`], what a socket shows, the queue of the log,
//! what `native_api::object` notes of the host, and those of `zmq` (context, backlog). A leaf is left before anything else is taken:
//! never a gate inside of a leaf. Between gates
//! and leaves stands one more, `background::lingering`'s, under which `zmq` is asked; and the list of an object's [`Watchers`],
//! under which each is told, and what a [`Watcher`] heard, under which his bell rings. A visitor who holds a gate of his own may
//! take one other, of an object that never visits; a poller is such a one, and never waits for the other. Who looks after idle
//! sockets holds none and never waits for one. No lock is held while the host's code runs but the gates, which refuse to be
//! entered by a thread that is inside of either.

mod cancel;
mod counters;
mod gate;
mod link;
mod outside;
mod presence;
mod registry;
mod relay;
mod watching;

pub use cancel::{Cancel, Life};
pub use counters::Counters;
pub use gate::Closed;
pub use gate::{Gate, Reentered};
pub use link::Link;
pub use outside::Outside;
pub use presence::Presence;
pub use registry::{Entry, Id, Registry};
pub use relay::{Bounds, Relay, Run, Taken};
pub use watching::{ANY_LOOK, Bell, Watch, Watcher, Watchers};
