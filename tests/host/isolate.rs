//! Tests in processes of their own, each with a time limit: a crash or a hang fells that test and no other.

use crate::{built, process};
use std::io::Read;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

/// By what number all time limits are multiplied: emulators and sanitizers are slow.
const PATIENCE_VARIABLE: &str = "ONEC_HOST_PATIENCE";
/// Names the one test that a child process is to run.
const CHILD_VARIABLE: &str = "ONEC_HOST_ISOLATED";
const FINISHED: &str = "onec-host: the test came to its end";

#[must_use]
pub fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[must_use]
pub fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A time limit as this machine needs it.
#[must_use]
pub fn patient(limit: Duration) -> Duration {
    let Ok(factor) = std::env::var(PATIENCE_VARIABLE) else {
        return limit;
    };
    let number = factor.parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0);
    limit.mul_f64(number.unwrap_or_else(|| panic!("{PATIENCE_VARIABLE}: a number above 0, not {factor:?}")))
}

/// "file::test" from the type of a closure written in the test's function.
fn test_name<F>() -> &'static str {
    let full = std::any::type_name::<F>();
    let inside = full.split_once("::").map_or(full, |(_, rest)| rest);
    inside.split("::{{closure}}").next().unwrap_or(inside)
}

/// Runs a test's body in a child process and kills it at the limit. The library is built before, so that
/// building does not count.
#[track_caller]
pub fn isolated<F: FnOnce()>(limit: Duration, body: F) {
    if std::env::var_os(CHILD_VARIABLE).is_none() {
        let _ = built::library_file();
    }
    isolated_without_library(limit, body);
}

/// `isolated` for tests that load no library under test.
#[track_caller]
pub fn isolated_without_library<F: FnOnce()>(limit: Duration, body: F) {
    let name = test_name::<F>();
    if std::env::var(CHILD_VARIABLE).is_ok_and(|wanted| wanted == name) {
        body();
        println!("{FINISHED}");
        return;
    }
    if let Err(problem) = run_child(name, limit) {
        panic!("{name} {problem}");
    }
}

/// Like `isolated`, but gives what went wrong instead of panicking: for tests of the host itself.
pub fn isolated_outcome<F: FnOnce()>(limit: Duration, body: F) -> Result<(), String> {
    let name = test_name::<F>();
    if std::env::var(CHILD_VARIABLE).is_ok_and(|wanted| wanted == name) {
        body();
        println!("{FINISHED}");
        std::process::exit(0);
    }
    run_child(name, limit)
}

fn run_child(name: &str, limit: Duration) -> Result<(), String> {
    let limit = patient(limit);
    let own = std::env::current_exe().expect("the running test's path");
    let mut command = built::command(&own);
    command
        .args(["--exact", name, "--include-ignored", "--nocapture", "--test-threads=1"])
        .env(CHILD_VARIABLE, name)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(file) = built::known_library_file() {
        command.env(crate::library::LIBRARY_VARIABLE, file);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = process::start(&mut command).expect("the test's own child process");
    let out = collect(child.stdout.take().expect("piped"));
    let err = collect(child.stderr.take().expect("piped"));
    let status = process::wait(&mut child, limit);
    // What the test started and left behind ends with it.
    process::kill_group(&mut child);
    let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
    print!("{out}");
    eprint!("{err}");
    match status {
        None => Err(format!("was killed at its time limit of {limit:?}")),
        Some(status) if !status.success() => Err(format!("in its own process {}", process::end_in_words(status))),
        Some(_) if !out.contains(FINISHED) => Err("left its process before the test's end, with code 0".into()),
        Some(_) => Ok(()),
    }
}

fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut all = Vec::new();
        let _ = from.read_to_end(&mut all);
        String::from_utf8_lossy(&all).into_owned()
    })
}

/// Ends the whole process, naming `what`, when the guard lives longer than `limit`: for programs and tests
/// that are not isolated.
pub struct Deadline(std::sync::mpsc::Sender<()>);

impl Deadline {
    #[must_use]
    pub fn new(what: &str, limit: Duration) -> Self {
        let (alive, watched) = std::sync::mpsc::channel::<()>();
        let (what, limit) = (what.to_owned(), patient(limit));
        thread::spawn(move || {
            if watched.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                eprintln!("{what}: not done after {limit:?}, the process ends here");
                std::process::abort();
            }
        });
        Self(alive)
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}
