//! What goes on while nobody calls, over `zmq` and `handle` alone.

mod actor;
mod keeper;
pub mod lingering;

pub use keeper::Keeper;
