//! ФоновыеЗадания: methods of common modules in sessions of their own, in threads or processes.

mod objects;
mod process;
mod state;
mod thread;

pub use objects::{PROPERTIES, value};
pub use process::main as process_main;
pub use state::{JobState, Jobs, Outcome};

use crate::run::{Run, Session, World};
use std::sync::Arc;

/// A job that is no method of a module: in a thread, whatever the settings say.
pub fn start_body(
    world: &Arc<World>,
    title: &str,
    body: impl FnOnce(&Session) -> Run<()> + Send + 'static,
) -> Arc<JobState> {
    let job = world.jobs.add(title, "", title);
    thread::start_body(world, &job, body);
    job
}
