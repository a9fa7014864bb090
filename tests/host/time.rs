//! Time limits, and waiting for what others do.

use std::thread;
use std::time::{Duration, Instant};

/// By what number all time limits are multiplied: emulators and sanitizers are slow.
const PATIENCE_VARIABLE: &str = "ONEC_HOST_PATIENCE";

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

/// Waits until `done` says so; false after `limit`.
pub fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !done() {
        if Instant::now() > end {
            return false;
        }
        thread::sleep(millis(5));
    }
    true
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
