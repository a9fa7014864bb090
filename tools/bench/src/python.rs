//! pyzmq, in a process of its own: for orientation only, another language and its own libzmq.

use crate::timing::{Case, What};
use std::process::{Command, Stdio};

/// Names a Python that has pyzmq, as for the tests.
const VARIABLE: &str = "ADDIN_ZEROMQ_PYTHON";

const SCRIPT: &str = include_str!("python.py");

fn run(words: &[String]) -> String {
    let python = std::env::var(VARIABLE).unwrap_or_else(|_| "/usr/bin/python3".into());
    let mut child = Command::new(&python);
    child.arg("-c").arg(SCRIPT).args(words).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = child.output().unwrap_or_else(|e| panic!("{python} does not start: {e}"));
    assert!(output.status.success(), "{python}: {}", output.status);
    String::from_utf8(output.stdout).expect("text").trim().into()
}

/// Versions of Python, pyzmq and the libzmq in it.
pub fn versions() -> String {
    run(&["versions".into()])
}

/// The median of so many runs, ns for each message.
pub fn measure(case: &Case, endpoint: &str, times: u64, runs: usize) -> f64 {
    let what = if case.what == What::RoundTrip { "round-trip" } else { "throughput" };
    let numbers = [case.size.to_string(), case.parts.to_string(), times.to_string(), runs.to_string()];
    let words: Vec<String> = [what.into(), endpoint.into()].into_iter().chain(numbers).collect();
    run(&words).parse().expect("a number")
}
