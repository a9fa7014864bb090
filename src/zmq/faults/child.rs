//! A test that may crash or hang runs in a process of its own, under a time limit.

use std::any::type_name_of_val;
use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Set in the child: the path of the one test that it is to run.
const VARIABLE: &str = "ADDIN_ZEROMQ_FAULT_TEST";

/// What a child left behind.
pub struct Outcome {
    pub status: Option<ExitStatus>,
    pub output: String,
}

/// Runs `body` in a child process; panics with the child's output when it fails or outlives `seconds`.
///
/// `test` is the calling test function itself: its name tells the child what to run.
pub fn run<T: Fn()>(test: T, seconds: u64, body: impl FnOnce()) {
    let path = path_of(&test);
    if is_child(&path) {
        return body();
    }
    let seconds = stretched(seconds);
    judge(&path, seconds, spawn(&path, Duration::from_secs(seconds), &[]));
}

/// As `run`, but the child may make network namespaces: an ordinary user is root in a user namespace of its own.
pub fn run_as_root<T: Fn()>(test: T, seconds: u64, body: impl FnOnce()) {
    let path = path_of(&test);
    if is_child(&path) {
        return body();
    }
    // SAFETY: no precondition.
    let root = unsafe { libc::geteuid() } == 0;
    let seconds = stretched(seconds);
    let wrapper: &[&str] = if root { &[] } else { &["unshare", "-Ur"] };
    judge(&path, seconds, spawn(&path, Duration::from_secs(seconds), wrapper));
}

/// A sanitizer takes its time (ci/sanitizers/common.sh).
fn stretched(seconds: u64) -> u64 {
    let factor = std::env::var("ONEC_HOST_PATIENCE").ok().and_then(|factor| factor.parse::<u64>().ok());
    seconds * factor.unwrap_or(1)
}

/// Panics with the child's output unless its one test passed.
fn judge(path: &str, seconds: u64, outcome: Outcome) {
    for line in outcome.output.lines().filter(|line| line.starts_with("figures:")) {
        println!("{line}");
    }
    let passed = outcome.output.contains("test result: ok. 1 passed");
    match outcome.status {
        Some(status) if status.success() && passed => {}
        Some(status) => panic!("{path}: {status}\n{}", outcome.output),
        None => panic!("{path}: not ended after {seconds} s\n{}", outcome.output),
    }
}

/// Runs `body` in a child process that is expected to die; gives what it left behind.
pub fn run_to_death<T: Fn()>(test: T, seconds: u64, body: impl FnOnce()) -> Option<Outcome> {
    let path = path_of(&test);
    if is_child(&path) {
        body();
        return None;
    }
    Some(spawn(&path, Duration::from_secs(seconds), &[]))
}

fn path_of<T>(test: &T) -> String {
    let name = type_name_of_val(test);
    name.split_once("::").map_or(name, |(_crate, path)| path).to_owned()
}

fn is_child(path: &str) -> bool {
    std::env::var(VARIABLE).is_ok_and(|wanted| wanted == path)
}

fn spawn(path: &str, limit: Duration, wrapper: &[&str]) -> Outcome {
    let program = std::env::current_exe().expect("the test's own path");
    let words: Vec<OsString> = wrapper.iter().map(OsString::from).chain([program.into_os_string()]).collect();
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .args(["--exact", path, "--nocapture", "--include-ignored", "--test-threads=1"])
        .env(VARIABLE, path)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child process");
    let stdout = gather(child.stdout.take().expect("stdout is piped"));
    let stderr = gather(child.stderr.take().expect("stderr is piped"));
    let end = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child's status") {
            break Some(status);
        }
        if Instant::now() > end {
            child.kill().expect("the child is ours");
            child.wait().expect("the child's status");
            break None;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let output = [stdout, stderr].map(|reader| reader.join().expect("the reader")).concat();
    Outcome { status, output }
}

fn gather(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
