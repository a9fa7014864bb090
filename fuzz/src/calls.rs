//! How many calls were made into the component, by kind: the measure of a run.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What was called.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Init, setMemManager, Done, locales, making and destroying.
    Life,
    /// Names, numbers, defaults.
    Question,
    /// Methods.
    Method,
    /// Properties, read or written.
    Property,
}

const KINDS: [&str; 4] = ["life cycle", "questions", "methods", "properties"];

static COUNTS: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
static SUCCEEDED: AtomicU64 = AtomicU64::new(0);
static INPUTS: AtomicU64 = AtomicU64::new(0);

/// One call.
pub fn count(kind: Kind) {
    COUNTS[kind as usize].fetch_add(1, Ordering::Relaxed);
}

/// A method that the component ran to a good end: a run of refusals alone would prove little.
pub fn succeeded() {
    SUCCEEDED.fetch_add(1, Ordering::Relaxed);
}

pub fn input() {
    // Now and then the figures, so that a run that is broken off leaves some.
    if INPUTS.fetch_add(1, Ordering::Relaxed) % 1_000 == 999 {
        tell();
    }
}

#[must_use]
pub fn total() -> u64 {
    COUNTS.iter().map(|count| count.load(Ordering::Relaxed)).sum()
}

/// The figures, for ci/fuzz to read.
pub fn tell() {
    let counts = COUNTS.each_ref().map(|count| count.load(Ordering::Relaxed));
    let by_kind: Vec<_> = KINDS.iter().zip(counts).map(|(kind, count)| format!("{kind} {count}")).collect();
    eprintln!(
        "fuzz: {} calls in {} inputs: {}; methods that succeeded {}",
        total(),
        INPUTS.load(Ordering::Relaxed),
        by_kind.join(", "),
        SUCCEEDED.load(Ordering::Relaxed)
    );
}

/// Whether every call is written down, as `ci/fuzz again` wants it.
#[must_use]
pub fn traced() -> bool {
    static TRACED: OnceLock<bool> = OnceLock::new();
    *TRACED.get_or_init(|| std::env::var_os("FUZZ_TRACE").is_some())
}
