//! A program on the other side of the wire: its words are heard line by line, and it ends with the test.

use host::secs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

pub struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Program {
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|e| panic!("{command:?} does not start: {e}"));
        let out = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, out }
    }

    pub fn hear(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("the program's words");
        assert!(!line.is_empty(), "the program ended silently: see its words above");
        line.trim_end().into()
    }

    pub fn finish(mut self) {
        let status = host::wait(&mut self.child, secs(30)).expect("the program does not end");
        assert!(status.success(), "the program {}", host::end_in_words(status));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What every script in Python begins with: `say` tells a line, `linger` may be set, a hung peer ends by itself.
const PREAMBLE: &str = "
import signal, sys, zmq
signal.alarm(50)
context = zmq.Context()
linger = 20000
def make(kind):
    socket = context.socket(kind)
    socket.rcvtimeo = socket.sndtimeo = 20000
    socket.linger = linger
    return socket
def say(*words):
    print(*words, flush=True)
";

/// A Python process with pyzmq that runs scripts, one after another, with these arguments.
#[allow(dead_code, reason = "not every suite that starts programs starts these")]
pub fn peer(scripts: &[&str], args: &[&str]) -> Program {
    Program::start(python().arg("-c").arg(format!("{PREAMBLE}{}", scripts.concat())).args(args))
}

/// A Python with pyzmq.
pub fn python() -> Command {
    Command::new(named("ADDIN_ZEROMQ_PYTHON", "a Python with pyzmq"))
}

/// What the environment must name; `ci/test` does.
pub fn named(variable: &str, what: &str) -> std::ffi::OsString {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: it must name {what} (ci/test does it)"))
}
