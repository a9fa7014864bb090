//! Threads of the library's own, over `zmq` alone.

mod actor;
pub mod lingering;
