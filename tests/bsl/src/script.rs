//! Whole runs: one session in a thread of its own, with a limit of time.

use crate::platform::jobs::Outcome;
use crate::run::{Instance, Session, World};
use crate::syntax::{Names, Source, Target, module};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// A session's stack: a tree walker needs much of it.
const STACK: usize = 256 << 20;

/// How the text of a run begins whose time was over.
pub const TIMEOUT: &str = "не закончено за";

/// Runs `body` in a thread with the stack that BSL needs.
///
/// # Errors
/// What `body` says, and that the time is over.
pub fn within<T: Send + 'static>(
    limit: Duration,
    world: &Arc<World>,
    body: impl FnOnce(&Arc<World>) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = channel();
    let inside = world.clone();
    let run = move || {
        let _ = sender.send(body(&inside));
    };
    let thread = thread::Builder::new().name("bsl".into()).stack_size(STACK).spawn(run).expect("a thread");
    let result = match receiver.recv_timeout(host::patient(limit)) {
        Ok(result) => {
            // All that is left of it is to return.
            let _ = thread.join();
            result
        }
        Err(RecvTimeoutError::Disconnected) => Err(match thread.join() {
            Err(panic) => panic_text(panic.as_ref()),
            Ok(()) => "прогон ничего не сказал".into(),
        }),
        Err(RecvTimeoutError::Timeout) => {
            world.stop();
            // A call of the component may wait on; whoever is in it ends at the next statement.
            let _ = receiver.recv_timeout(Duration::from_secs(5));
            Err(format!("{TIMEOUT} {} с", limit.as_secs()))
        }
    };
    let faults = world.jobs.faults();
    if faults.is_empty() { result } else { Err(faults.join("\n")) }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned().or(panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
    format!("паника: {}", text.unwrap_or_default())
}

/// Jobs that the script left running are cancelled and waited for.
pub fn finish_jobs(world: &World, limit: Duration) -> Result<(), String> {
    world.jobs.cancel_all();
    for job in world.jobs.all() {
        if !job.wait(Some(limit), || Ok::<(), ()>(())).unwrap_or(false) {
            return Err(format!("задание {} не закончилось за {} с", job.method(), limit.as_secs()));
        }
    }
    Ok(())
}

/// One text from its first to its last statement.
///
/// # Errors
/// Why it did not get there.
pub fn run_text(world: &Arc<World>, file: &str, text: &str) -> Result<(), String> {
    let session = Session::new(world, None);
    let source = Source { name: file, file, text, target: Target::Server };
    let made = module(&source, &mut Names::default()).map_err(|errors| in_lines(&errors))?;
    let instance = Rc::new(Instance::new(Arc::new(made)));
    let end = session.body(&instance).map_err(|fail| fail.to_string());
    drop(instance);
    drop(session);
    end
}

/// Words for how a job ended badly; None when it did not.
#[must_use]
pub fn failure(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Completed => None,
        Outcome::Active => Some("ещё выполняется".into()),
        Outcome::Cancelled => Some("отменено".into()),
        Outcome::Failed(error) => Some(error.to_string()),
    }
}

pub fn in_lines<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
