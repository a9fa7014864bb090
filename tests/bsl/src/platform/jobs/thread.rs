//! A job in a thread of this process.

use crate::platform::jobs::state::{JobState, Outcome};
use crate::run::{Args, Fail, Session, World};
use crate::value::plain::Plain;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

/// A session's stack: a tree walker needs much of it.
pub const STACK: usize = 256 << 20;

pub fn start(world: &Arc<World>, job: &Arc<JobState>, args: Vec<Plain>) {
    let (world, job) = (world.clone(), job.clone());
    let body = move || {
        let outcome = run(&world, &job, args);
        job.finish(outcome);
    };
    thread::Builder::new().name("bsl-job".into()).stack_size(STACK).spawn(body).expect("a thread for the job");
}

/// Runs the job's method here and tells how it ended.
pub fn run(world: &Arc<World>, job: &Arc<JobState>, args: Vec<Plain>) -> Outcome {
    let called = catch_unwind(AssertUnwindSafe(|| {
        let session = Session::new(world, Some(job.clone()));
        let values = args.into_iter().map(Plain::into_value).collect();
        session.call_by_path(job.method(), &Args::of_values(job.method(), values))
    }));
    match called {
        Ok(Ok(_)) => Outcome::Completed,
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
