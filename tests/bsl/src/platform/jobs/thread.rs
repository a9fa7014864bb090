//! A job in a thread of this process.

use crate::platform::jobs::state::{JobState, Outcome};
use crate::run::{Args, Fail, Run, Session, World};
use crate::value::plain::Plain;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

/// A session's stack: a tree walker needs much of it.
pub const STACK: usize = 256 << 20;

pub fn start(world: &Arc<World>, job: &Arc<JobState>, args: Vec<Plain>) {
    start_body(world, job, by_method(job, args));
}

/// A job whose session runs `body`.
pub fn start_body(world: &Arc<World>, job: &Arc<JobState>, body: impl FnOnce(&Session) -> Run<()> + Send + 'static) {
    let (world, job) = (world.clone(), job.clone());
    let run = move || {
        let outcome = run_body(&world, &job, body);
        job.finish(outcome);
    };
    thread::Builder::new().name("bsl-job".into()).stack_size(STACK).spawn(run).expect("a thread for the job");
}

/// Runs the job's method here and tells how it ended.
pub fn run(world: &Arc<World>, job: &Arc<JobState>, args: Vec<Plain>) -> Outcome {
    run_body(world, job, by_method(job, args))
}

fn by_method(job: &Arc<JobState>, args: Vec<Plain>) -> impl FnOnce(&Session) -> Run<()> + Send + 'static {
    let method = job.method().to_owned();
    move |session| {
        let values = args.into_iter().map(Plain::into_value).collect();
        session.call_by_path(&method, &Args::of_values(&method, values)).map(drop)
    }
}

fn run_body(world: &Arc<World>, job: &Arc<JobState>, body: impl FnOnce(&Session) -> Run<()>) -> Outcome {
    let called = catch_unwind(AssertUnwindSafe(|| body(&Session::new(world, Some(job.clone())))));
    match called {
        Ok(Ok(())) => Outcome::Completed,
        Ok(Err(Fail::Cancelled)) => Outcome::Cancelled,
        Ok(Err(Fail::Raised(error))) => Outcome::Failed(error),
        Ok(Err(unknown @ Fail::Unknown { .. })) => fault(world, job, unknown.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            fault(world, job, format!("паника: {}", text.unwrap_or("без текста")))
        }
    }
}

fn fault(world: &Arc<World>, job: &Arc<JobState>, text: String) -> Outcome {
    world.jobs.fault(format!("задание {}: {text}", job.method()));
    Outcome::Failed(Box::new(crate::run::Error::new(text)))
}
