//! Threads of the library's own, over `zmq` and `handle` alone.

mod actor;
mod keeper;
pub mod lingering;

pub use keeper::Keeper;
