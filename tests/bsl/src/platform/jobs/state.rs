//! One job as all sessions see it, and all jobs of a run.

use crate::run::Error;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often one who waits looks whether he was cancelled himself.
const SLICE: Duration = Duration::from_millis(20);

#[derive(Clone, Debug)]
pub enum Outcome {
    Active,
    Completed,
    Failed(Box<Error>),
    Cancelled,
}

/// What changes while a job lives.
#[derive(Debug)]
pub(super) struct Life {
    pub outcome: Outcome,
    /// Milliseconds of ТекущаяУниверсальнаяДатаВМиллисекундах.
    pub ended: Option<i64>,
    pub said: Vec<String>,
    pub child: Option<Child>,
}

#[derive(Debug)]
pub struct JobState {
    pub(super) number: i64,
    pub(super) uuid: String,
    pub(super) method: String,
    pub(super) key: String,
    pub(super) title: String,
    pub(super) started: i64,
    pub(super) life: Mutex<Life>,
    changed: Condvar,
    cancelled: AtomicBool,
}

impl JobState {
    pub(super) fn new(number: i64, method: &str, key: &str, title: &str) -> Arc<Self> {
        Arc::new(Self {
            number,
            uuid: uuid::Uuid::new_v4().hyphenated().to_string(),
            method: method.into(),
            key: key.into(),
            title: title.into(),
            started: crate::value::date::now_in_milliseconds(),
            life: Mutex::new(Life { outcome: Outcome::Active, ended: None, said: Vec::new(), child: None }),
            changed: Condvar::new(),
            cancelled: AtomicBool::new(false),
        })
    }

    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    pub(super) fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.life().outcome.clone()
    }

    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.life().outcome, Outcome::Active)
    }

    pub fn say(&self, text: &str) {
        self.life().said.push(text.into());
    }

    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// A thread ends at its next statement, a process at once.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        if let Some(child) = self.life().child.as_mut() {
            let _ = child.kill();
        }
    }

    pub(super) fn finish(&self, outcome: Outcome) {
        let mut life = self.life();
        life.outcome = outcome;
        life.ended = Some(crate::value::date::now_in_milliseconds());
        drop(life);
        self.changed.notify_all();
    }

    /// Waits for the end; `alive` is asked now and then whether to go on. False when the time is over.
    ///
    /// # Errors
    /// What `alive` says.
    pub fn wait<E>(&self, limit: Option<Duration>, alive: impl Fn() -> Result<(), E>) -> Result<bool, E> {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut life = self.life();
        while matches!(life.outcome, Outcome::Active) {
            let left = end.map_or(SLICE, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(false);
            }
            let waited = self.changed.wait_timeout(life, left.min(SLICE));
            life = waited.unwrap_or_else(PoisonError::into_inner).0;
            alive()?;
        }
        Ok(true)
    }
}

/// A process does not outlive those who know of it.
impl Drop for JobState {
    fn drop(&mut self) {
        if let Some(child) = self.life().child.as_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[derive(Default)]
pub struct Jobs {
    all: Mutex<Vec<Arc<JobState>>>,
    /// What ended a job that is the runner's fault, not the script's: it must not pass unseen.
    faults: Mutex<Vec<String>>,
}

impl Jobs {
    #[must_use]
    pub fn all(&self) -> Vec<Arc<JobState>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn add(&self, method: &str, key: &str, title: &str) -> Arc<JobState> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let number = i64::try_from(all.len()).expect("few jobs") + 1;
        let job = JobState::new(number, method, key, title);
        all.push(job.clone());
        job
    }

    pub fn cancel_all(&self) {
        for job in self.all() {
            job.cancel();
        }
    }

    pub(crate) fn fault(&self, text: String) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
