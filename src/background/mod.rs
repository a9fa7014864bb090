//! What goes on while nobody calls, over `zmq` and `handle` alone.

mod actor;
mod calm;
#[cfg(test)]
mod fake_object;
pub mod json;
mod keeper;
pub mod lingering;
mod listener;
pub mod log;
mod poll_set;
pub mod proxy;
mod running;
mod utc;
mod vigil;
#[cfg(test)]
mod vigil_tests;
mod wake;
mod zap;

pub use keeper::Keeper;
pub use listener::{Handed, Listened, Listener};
pub use poll_set::{NotWaited, PollSet, Polled};
pub use utc::utc;
pub use vigil::Vigil;
pub use wake::Wake;
pub use zap::{Question, ZapHandler};
