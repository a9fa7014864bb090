//! What threads share of an object: its gate, with what the gate locks; a handle by which others find and count it; a latch
//! that ends waits; a link that is revoked. Generic, free of unsafe, and without an import of ours but `sync`, so that
//! `tests/models` can try the orders in which threads may meet.
//!
//! **The order of locks**, said here for the whole library: a thread takes one [`Gate`] and, inside of it, any of the leaves:
//! a [`Registry`]'s map, a [`Life`], a [`Link`], what `native_api::object` notes of the host, and those of `zmq` (context,
//! backlog). A leaf is left before anything else is taken: never a gate inside of a leaf. Between gate and leaves stands one
//! more, `background::lingering`'s, under which a thread is started and sockets are made; nobody waits for it. A visitor who holds
//! a gate of his own may take one other, of an object that never visits. No lock is held while the host's code runs but the
//! gate, which refuses to be entered twice by one thread.

mod cancel;
mod counters;
mod gate;
mod link;
mod presence;
mod registry;

pub use cancel::{Cancel, Life};
pub use counters::Counters;
#[cfg_attr(not(test), expect(unused_imports, reason = "pollers come later"))]
pub use gate::Closed;
pub use gate::{Gate, Reentered};
pub use link::Link;
pub use presence::Presence;
pub use registry::{Entry, Id, Registry};
