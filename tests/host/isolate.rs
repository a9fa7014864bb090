//! Tests in processes of their own, each with a time limit: a crash or a hang fells that test and no other.

use crate::time::patient;
use crate::{built, process};
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// Names the one test that a child process is to run.
const CHILD_VARIABLE: &str = "ONEC_HOST_ISOLATED";
const FINISHED: &str = "onec-host: the test came to its end";

/// What a test's own process left behind.
pub struct Ending {
    /// None where it was killed at its time limit.
    pub status: Option<ExitStatus>,
    /// What it wrote to standard output, then what it wrote to standard error.
    pub output: String,
}

/// "file::test" from the type of a closure written in the test's function.
fn test_name<F>() -> &'static str {
    let full = std::any::type_name::<F>();
    let inside = full.split_once("::").map_or(full, |(_, rest)| rest);
    inside.split("::{{closure}}").next().unwrap_or(inside)
}

fn is_child(name: &str) -> bool {
    std::env::var(CHILD_VARIABLE).is_ok_and(|wanted| wanted == name)
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
    isolated_behind(&[], limit, body);
}

/// `isolated_without_library`, and the process may make network namespaces: an ordinary user is root in a user namespace
/// of its own.
#[cfg(target_os = "linux")]
#[track_caller]
pub fn isolated_as_root<F: FnOnce()>(limit: Duration, body: F) {
    // SAFETY: no precondition.
    let root = unsafe { libc::geteuid() } == 0;
    isolated_behind(if root { &[] } else { &["unshare", "-Ur"] }, limit, body);
}

/// `isolated_without_library`, and the child process is started by `wrapper`, a command and its arguments.
#[track_caller]
pub fn isolated_behind<F: FnOnce()>(wrapper: &[&str], limit: Duration, body: F) {
    let name = test_name::<F>();
    if is_child(name) {
        body();
        println!("{FINISHED}");
        return;
    }
    if let Err(problem) = judge(run_child(name, limit, wrapper), limit) {
        panic!("{name} {problem}");
    }
}

/// Like `isolated`, but gives what went wrong instead of panicking: for tests of the host itself.
pub fn isolated_outcome<F: FnOnce()>(limit: Duration, body: F) -> Result<(), String> {
    let name = test_name::<F>();
    if is_child(name) {
        body();
        println!("{FINISHED}");
        std::process::exit(0);
    }
    judge(run_child(name, limit, &[]), limit)
}

/// For a body whose process is expected to die: gives what it left behind, and None in the process itself.
pub fn isolated_to_death<F: FnOnce()>(limit: Duration, body: F) -> Option<Ending> {
    let name = test_name::<F>();
    if is_child(name) {
        body();
        return None;
    }
    Some(run_child(name, limit, &[]))
}

/// Runs one test of this program in a process of its own and passes on what it wrote.
fn run_child(name: &str, limit: Duration, wrapper: &[&str]) -> Ending {
    let own = std::env::current_exe().expect("the running test's path");
    let runs = built::command(&own);
    let mut command = match wrapper {
        [] => runs,
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(runs.get_program()).args(runs.get_args());
            command
        }
    };
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
    let status = process::wait(&mut child, patient(limit));
    // What the test started and left behind ends with it.
    process::kill_group(&mut child);
    let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
    print!("{out}");
    eprint!("{err}");
    Ending { status, output: out + &err }
}

fn judge(ending: Ending, limit: Duration) -> Result<(), String> {
    match ending.status {
        None => Err(format!("was killed at its time limit of {:?}", patient(limit))),
        Some(status) if !status.success() => Err(format!("in its own process {}", process::end_in_words(status))),
        Some(_) if !ending.output.contains(FINISHED) => {
            Err("left its process before the test's end, with code 0".into())
        }
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
