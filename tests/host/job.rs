//! Background jobs, as ФоновыеЗадания.Выполнить starts them: a named function in a thread of this process
//! or in a process of its own (`onec-job`), which loads the library for itself.

use crate::host::{Host, Settings};
use crate::library::LIBRARY_VARIABLE;
use crate::{built, jobs, patient, process};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    Thread,
    Process,
}

/// What a job function gets: a host session of its own, its arguments, a way to tell its starter something.
pub struct Context {
    pub host: Host,
    pub args: Vec<String>,
    told: Told,
}

enum Told {
    Channel(Sender<String>),
    Stdout,
}

impl Context {
    /// The i-th argument.
    #[must_use]
    #[track_caller]
    pub fn arg(&self, i: usize) -> &str {
        self.args.get(i).unwrap_or_else(|| panic!("the job needs argument {i}"))
    }

    /// A line for the starter's `Job::hear`.
    pub fn tell(&self, line: &str) {
        match &self.told {
            Told::Channel(sender) => {
                let _ = sender.send(line.into());
            }
            Told::Stdout => {
                let mut out = std::io::stdout().lock();
                let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            }
        }
    }
}

/// A running job; dropping the handle of a process kills it.
pub struct Job {
    name: String,
    run: Run,
    heard: Receiver<String>,
}

enum Run {
    Thread(Option<JoinHandle<()>>),
    Process(Child),
}

impl Job {
    /// Starts a function of `jobs::TABLE`.
    #[track_caller]
    pub fn start<S: AsRef<str>>(how: As, host: &Host, name: &str, args: &[S]) -> Self {
        let function = jobs::find(name).unwrap_or_else(|| panic!("no job is called {name}"));
        let args: Vec<String> = args.iter().map(|a| a.as_ref().to_owned()).collect();
        let (sender, heard) = channel();
        let run = match how {
            As::Thread => {
                let library = host.library().clone();
                let settings = host.settings().clone();
                let body = move || {
                    function(&Context { host: Host::with(&library, settings), args, told: Told::Channel(sender) });
                };
                let thread = thread::Builder::new().name(name.into()).spawn(body);
                Run::Thread(Some(thread.expect("a thread for the job")))
            }
            As::Process => {
                let mut command = built::command(&built::program("onec-job"));
                command
                    .arg(name)
                    .args(&args)
                    .env(LIBRARY_VARIABLE, host.library().file())
                    .stdin(Stdio::null())
                    .stdout(Stdio::piped());
                let mut child = process::start(&mut command).expect("a process for the job");
                let out = child.stdout.take().expect("piped");
                thread::spawn(move || {
                    for line in BufReader::new(out).lines().map_while(Result::ok) {
                        if sender.send(line).is_err() {
                            break;
                        }
                    }
                });
                Run::Process(child)
            }
        };
        Self { name: name.into(), run, heard }
    }

    /// The next line that the job tells; panics when none comes within the limit.
    #[track_caller]
    pub fn hear(&self, limit: Duration) -> String {
        match self.heard.recv_timeout(patient(limit)) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => panic!("job {}: silent for {limit:?}", self.name),
            Err(RecvTimeoutError::Disconnected) => panic!("job {}: ended silently", self.name),
        }
    }

    /// The next line that the job tells, if one comes within the limit.
    #[must_use]
    pub fn hear_or_not(&self, limit: Duration) -> Option<String> {
        self.heard.recv_timeout(limit).ok()
    }

    /// Waits for the job's end; panics when it takes longer than the limit or ends badly. Gives what the
    /// job told and nobody heard.
    #[track_caller]
    pub fn finish(mut self, limit: Duration) -> Vec<String> {
        let limit = patient(limit);
        let end = Instant::now() + limit;
        match &mut self.run {
            Run::Thread(thread) => {
                while !thread.as_ref().is_some_and(JoinHandle::is_finished) {
                    assert!(Instant::now() < end, "job {}: runs after {limit:?}", self.name);
                    thread::sleep(Duration::from_millis(1));
                }
                let joined = thread.take().expect("joined once").join();
                assert!(joined.is_ok(), "job {} failed", self.name);
            }
            Run::Process(child) => match process::wait(child, limit) {
                None => panic!("job {}: runs after {limit:?}", self.name),
                Some(status) => assert!(status.success(), "job {} {}", self.name, process::end_in_words(status)),
            },
        }
        let mut told = Vec::new();
        while let Ok(line) = self.heard.recv_timeout(Duration::from_secs(5)) {
            told.push(line);
        }
        told
    }

    /// The process id, for signals; None for a thread.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        match &self.run {
            Run::Thread(_) => None,
            Run::Process(child) => Some(child.id()),
        }
    }

    /// Kills a process job at once (SIGKILL). A thread cannot be killed.
    #[track_caller]
    pub fn kill(&mut self) -> ExitStatus {
        match &mut self.run {
            Run::Thread(_) => panic!("job {}: a thread cannot be killed", self.name),
            Run::Process(child) => {
                let _ = child.kill();
                child.wait().expect("a child of ours")
            }
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if let Run::Process(child) = &mut self.run {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// `onec-job <name> <args…>`: runs one job in this process.
pub fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().expect("usage: onec-job NAME [ARGUMENT…]");
    let function = jobs::find(&name).unwrap_or_else(|| panic!("no job is called {name}"));
    function(&Context {
        host: Host::with(&crate::Library::built(), Settings::default()),
        args: args.collect(),
        told: Told::Stdout,
    });
}
