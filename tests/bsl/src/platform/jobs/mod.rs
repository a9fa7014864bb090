//! ФоновыеЗадания: methods of common modules in sessions of their own, in threads or processes.

mod objects;
mod process;
mod state;
mod thread;

pub use objects::{PROPERTIES, value};
pub use process::main as process_main;
pub use state::{JobState, Jobs, Outcome};
