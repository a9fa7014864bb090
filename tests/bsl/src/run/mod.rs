//! Executing a module.

mod args;
mod error;
mod evaluate;
mod execute;
mod session;
mod world;

pub use args::{Arg, Args};
pub use error::{ComponentError, Error, Fail, Run, raise};
pub use execute::{Flow, Frame};
pub use session::{Instance, Session};
pub use world::{Said, Settings, World};
