//! What a process does that is killed, or that survives beside one: the six sockets at work, noted in a journal.
//! `soak ROLE JOURNAL LANE VERB ENDPOINT SIZE PATIENCE`; the first line told is where the socket really is.

use super::journal::{Journal, Number};
use host::{CallFailed, Host, Object, Value, args, command, library_file, program};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub type Role = fn(&Work);

/// Every role there is.
pub const ROLES: &[(&str, Role)] =
    &[("push", push), ("pull", pull), ("req", req), ("rep", rep), ("pub", publish), ("sub", subscribe)];

/// What lies before the padding of a message: lane, attempt or sending process, number.
const HEAD: usize = 10;

/// How often a wait looks whether the end is called, ms.
const LOOK: i32 = 500;

/// How far a publisher may be ahead of the subscriber that it waits for.
const AHEAD: u64 = 400;

pub struct Work {
    pub host: Host,
    pub journal: Journal,
    pub lane: usize,
    pub verb: String,
    pub endpoint: String,
    pub size: usize,
    /// How long a request waits for its answer before it is made again, and a publisher for its subscriber before it
    /// goes on, ms.
    pub patience: i32,
    /// Which process of all that had a role: a restarted sender is another one than before.
    pub born: u8,
}

/// A message that says whose it is and which, and whose padding follows from that.
#[must_use]
pub fn message(lane: usize, attempt: u8, number: usize, size: usize) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(lane).expect("few lanes"), attempt];
    bytes.extend_from_slice(&(number as u64).to_le_bytes());
    bytes.resize(size.max(HEAD), padding(number));
    bytes
}

fn padding(number: usize) -> u8 {
    number.to_le_bytes()[0] ^ 0x5A
}

/// Lane, attempt or process, and number; None for what no role ever sent.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<(usize, u8, usize)> {
    let number = u64::from_le_bytes(bytes.get(2..HEAD)?.try_into().ok()?);
    let number = usize::try_from(number).ok()?;
    let whole = bytes[HEAD..].iter().all(|&byte| byte == padding(number));
    whole.then_some((bytes[0].into(), bytes[1], number))
}

impl Work {
    fn socket(&self, class: &str) -> Object {
        let object = self.host.create(class);
        if object.slots().find_method("Subscribe") >= 0 {
            object.must("Subscribe", [Value::blob("")]);
        }
        let mut tries = 0;
        // A process that was killed leaves its port to the system for a moment.
        while let Err(failed) = object.call(&self.verb, args![&self.endpoint]) {
            tries += 1;
            assert!(failed.code == "EADDRINUSE" && tries < 500, "{failed}");
            thread::sleep(Duration::from_millis(10));
        }
        for name in ["SetRecvTimeout", "SetSendTimeout"] {
            if object.slots().find_method(name) >= 0 {
                let patience = if class == "ZeroMQ.Req" { self.patience } else { LOOK };
                object.must(name, args![patience]);
            }
        }
        println!("{}", object.text_of("LastEndpoint"));
        let _ = std::io::stdout().flush();
        object
    }

    fn failed(&self, failed: &CallFailed) {
        self.journal.count(Number::Failed);
        eprintln!("{failed}");
    }

    /// What comes, until the end is called and nothing comes any more.
    fn each_message(&self, socket: &Object, mut take: impl FnMut(&[u8])) {
        loop {
            match socket.call("Recv", []) {
                Ok(Value::Blob(bytes)) => take(&bytes),
                Ok(_) if self.journal.stopped() => return,
                Ok(_) => {}
                Err(failed) => {
                    self.failed(&failed);
                    return;
                }
            }
        }
    }

    /// The numbers that this lane has still to send; a process that was killed left off somewhere.
    fn each_number(&self, send: impl FnMut(usize)) {
        self.each_number_of(self.lane, send);
    }

    fn each_number_of(&self, lane: usize, mut send: impl FnMut(usize)) {
        let end = self.journal.messages();
        loop {
            let number = usize::try_from(self.journal.count(Number::Begun(lane))).expect("a number");
            if number >= end || self.journal.stopped() {
                return;
            }
            send(number);
        }
    }

    /// Lives on after its last message: what is still under way goes on only as long as the process lives.
    fn stay(&self) {
        while !self.journal.stopped() {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn push(work: &Work) {
    let socket = work.socket("ZeroMQ.Push");
    work.each_number(|number| {
        let message = Value::Blob(message(work.lane, work.born, number, work.size));
        loop {
            match socket.call("Send", std::slice::from_ref(&message)) {
                Ok(Value::Bool(true)) => break,
                Ok(_) if work.journal.stopped() => return,
                Ok(_) => {
                    work.journal.count(Number::Repeated);
                }
                Err(failed) => return work.failed(&failed),
            }
        }
        work.journal.count(Number::Accepted(work.lane));
    });
    work.stay();
}

/// Takes the messages of all lanes; the lane of a message is its sender's.
fn pull(work: &Work) {
    let socket = work.socket("ZeroMQ.Pull");
    let mut last = HashMap::new();
    work.each_message(&socket, |bytes| {
        let Some((lane, born, number)) = parse(bytes) else {
            work.journal.count(Number::Broken);
            return;
        };
        work.journal.came(lane, number);
        // What a killed sender had under way may well come after what its successor sends.
        if last.insert(born, number) > Some(number) {
            work.journal.count(Number::Disordered);
        }
    });
}

/// Makes each request until it is answered; the answer must be to this very attempt.
fn req(work: &Work) {
    let socket = work.socket("ZeroMQ.Req");
    work.each_number(|number| {
        for attempt in 1..=u8::MAX {
            let request = Value::Blob(message(work.lane, attempt, number, work.size));
            match socket.call("Send", [request.clone()]) {
                Ok(Value::Bool(true)) => {}
                Ok(_) => continue,
                Err(failed) => return work.failed(&failed),
            }
            match socket.call("Recv", []) {
                Ok(answer) if answer == request => {
                    work.journal.count(Number::Accepted(work.lane));
                    return;
                }
                Ok(Value::Blob(_)) => {
                    work.journal.count(Number::Stale);
                }
                Ok(_) if work.journal.stopped() => return,
                Ok(_) => {
                    work.journal.count(Number::Repeated);
                }
                Err(failed) => return work.failed(&failed),
            }
        }
        work.journal.count(Number::Failed);
    });
    work.stay();
}

/// Answers; no attempt of a request may be asked twice.
fn rep(work: &Work) {
    let socket = work.socket("ZeroMQ.Rep");
    work.each_message(&socket, |bytes| {
        match parse(bytes) {
            Some((lane, attempt, number)) => {
                work.journal.count(Number::Came(lane));
                if work.journal.swap(lane, number, attempt) >= attempt {
                    work.journal.count(Number::Doubled);
                }
            }
            None => _ = work.journal.count(Number::Broken),
        }
        match socket.call("Send", [Value::blob(bytes)]) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => _ = work.journal.count(Number::Repeated),
            Err(failed) => work.failed(&failed),
        }
    });
}

/// Publishes; with lane 0 no faster than the subscriber of lane 0 takes it, with lane 1 as fast as it can.
fn publish(work: &Work) {
    let socket = work.socket("ZeroMQ.Pub");
    let waits = work.lane == 0;
    work.each_number_of(0, |number| {
        match socket.call("Send", [Value::Blob(message(0, work.born, number, work.size))]) {
            Ok(_) => _ = work.journal.count(Number::Accepted(0)),
            Err(failed) => work.failed(&failed),
        }
        if waits {
            wait_for_subscriber(work);
        }
    });
    work.stay();
}

/// What a killed process took with it never comes: after a while without news it counts as gone.
fn wait_for_subscriber(work: &Work) {
    let journal = &work.journal;
    let patience = Duration::from_millis(u64::try_from(work.patience).expect("a time"));
    if journal.get(Number::Came(0)) == 0 {
        // It has not joined yet, and misses these.
        thread::sleep(Duration::from_millis(1));
        return;
    }
    let early = journal.first(0) as u64;
    let (mut before, mut since) = (journal.get(Number::Came(0)), Instant::now());
    while !journal.stopped() {
        let came = journal.get(Number::Came(0));
        let under_way = journal.get(Number::Begun(0)).saturating_sub(early + came);
        if under_way <= AHEAD + journal.get(Number::Gone) {
            return;
        }
        if came != before {
            (before, since) = (came, Instant::now());
        } else if since.elapsed() > patience {
            journal.set(Number::Gone, under_way);
            return;
        }
        thread::sleep(Duration::from_micros(100));
    }
}

/// Its lane is its own: every subscriber gets every message.
fn subscribe(work: &Work) {
    let socket = work.socket("ZeroMQ.Sub");
    let mut last = HashMap::new();
    work.each_message(&socket, |bytes| {
        let Some((_, born, number)) = parse(bytes) else {
            work.journal.count(Number::Broken);
            return;
        };
        work.journal.came(work.lane, number);
        if last.insert(born, number) > Some(number) {
            work.journal.count(Number::Disordered);
        }
    });
}

/// A role in a process of its own.
pub struct Peer {
    child: Child,
    words: Vec<String>,
    /// Where its socket really is.
    pub endpoint: String,
}

impl Peer {
    #[must_use]
    #[track_caller]
    pub fn start(words: &[String]) -> Self {
        let (child, endpoint) = launch(words);
        Self { child, words: words.to_vec(), endpoint }
    }

    /// Kills it with SIGKILL and starts it again where it was.
    #[track_caller]
    pub fn kill_and_restart(&mut self) {
        self.child.kill().expect("a child of ours");
        let _ = self.child.wait();
        self.words[4].clone_from(&self.endpoint);
        (self.child, self.endpoint) = launch(&self.words);
    }

    /// Waits for its end, which must be a good one.
    #[track_caller]
    pub fn finish(mut self) {
        let status = host::wait(&mut self.child, Duration::from_secs(20));
        let status = status.unwrap_or_else(|| panic!("{:?} hangs", self.words));
        assert!(status.success(), "{:?} {}", self.words, host::end_in_words(status));
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn launch(words: &[String]) -> (Child, String) {
    let mut command = command(&program("soak"));
    command.args(words).env(host::LIBRARY_VARIABLE, library_file());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("a process for the role");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("its endpoint");
    assert!(line.contains("://"), "{words:?} told {line:?}");
    (child, line.trim_end().to_owned())
}

/// `soak ROLE …`: does what the role says; false when the first word is none.
pub fn run(words: &[String]) -> bool {
    let Some((_, role)) = ROLES.iter().find(|(name, _)| words.first().is_some_and(|word| word == name)) else {
        return false;
    };
    let [_, journal, lane, verb, endpoint, size, patience] = words else {
        panic!("soak ROLE JOURNAL LANE VERB ENDPOINT SIZE PATIENCE");
    };
    let journal = Journal::open(journal.as_ref());
    role(&Work {
        host: Host::built(),
        born: journal.count(Number::Born).to_le_bytes()[0],
        journal,
        lane: lane.parse().expect("a lane"),
        verb: verb.clone(),
        endpoint: endpoint.clone(),
        size: size.parse().expect("a size"),
        patience: patience.parse().expect("ms"),
    });
    true
}
