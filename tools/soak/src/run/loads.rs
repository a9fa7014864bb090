//! The work that must go on: each load has a peer that survives, whose messages are all accounted for, and one that is
//! killed again and again.

use super::crowd::Crowd;
use super::watching;
use super::{Soak, wholesale};
use crate::peers::{message, parse};
use host::random::Random;
use host::{Host, Object, Transport, Value, args, command, library_file, program};
use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

const TIMEOUT: i32 = 300;

/// How long a surviving peer's answer or message may take, in this crowd.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A child that sends, asks or listens for ever: killed and started again at random.
pub struct Victim {
    words: Vec<String>,
    child: Child,
    until: Instant,
}

impl Victim {
    pub fn start(words: &[&str]) -> Self {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let child = Self::launch(&words);
        Self { words, child, until: Instant::now() + Duration::from_secs(1) }
    }

    fn launch(words: &[String]) -> Child {
        let mut command = command(&program("soak"));
        command.arg("for-ever").args(words).env(host::LIBRARY_VARIABLE, library_file());
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.spawn().expect("a process that will be killed")
    }

    /// Kills it when its time has come.
    pub fn look(&mut self, soak: &Soak, random: &mut Random) {
        if Instant::now() < self.until {
            return;
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        soak.counts.kills.one();
        self.child = Self::launch(&self.words);
        self.until = Instant::now() + Duration::from_millis(300 + random.below(2500));
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn socket(host: &Host, class: &str, verb: &str, endpoint: &str) -> Object {
    let object = host.create(class);
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        if object.slots().find_method(name) >= 0 {
            object.must(name, args![TIMEOUT]);
        }
    }
    if object.slots().find_method("Subscribe") >= 0 {
        object.must("Subscribe", [Value::blob("")]);
    }
    object.must(verb, args![endpoint]);
    object
}

/// Receives, with the host's memory refused now and then; what was refused comes at the next call.
pub fn receive(soak: &Soak, socket: &Object, random: &mut Random) -> Option<Vec<u8>> {
    let memory = socket.host().memory();
    let refuse = random.below(50) == 0;
    if refuse {
        memory.refuse_nth(1);
    }
    let first = socket.call("Recv", []);
    if refuse {
        memory.refuse_none();
        // The host's own books of freed blocks are not to grow.
        let _ = memory.counts();
    }
    match first {
        Ok(Value::Blob(bytes)) => Some(bytes),
        Ok(_) => None,
        Err(failed) if refuse && failed.code == "ENOMEM" => {
            soak.counts.refusals.one();
            match socket.call("Recv", []) {
                Ok(Value::Blob(bytes)) => return Some(bytes),
                Ok(_) => soak.counts.lose(1, &"сообщение, для которого не было памяти"),
                Err(failed) => soak.counts.fail(&failed),
            }
            None
        }
        Err(failed) => {
            soak.counts.fail(&failed);
            None
        }
    }
}

pub fn tasks_over_tcp(soak: &Soak, random: Random) {
    tasks(soak, random, Transport::Tcp);
}

pub fn tasks_over_ipc(soak: &Soak, random: Random) {
    tasks(soak, random, Transport::Ipc);
}

/// Two processes send tasks, one of them is killed; those of each sender must come without a gap.
fn tasks(soak: &Soak, mut random: Random, transport: Transport) {
    let pull = socket(&soak.host(), "ZeroMQ.Pull", "Bind", &soak.endpoints.to_bind(transport));
    let mut crowd = Crowd::new(soak.host(), &pull);
    let endpoint = pull.text_of("LastEndpoint");
    soak.note(&endpoint, "PUSH");
    let _survivor = Victim::start(&["push", &endpoint]);
    let mut victim = Victim::start(&["push", &endpoint]);
    let mut next = HashMap::<u64, usize>::new();
    let (mut last, mut silent) = (Instant::now(), false);
    while !soak.counts.over() {
        victim.look(soak, &mut random);
        if random.below(2) == 0 {
            crowd.wait(soak, &mut random, TIMEOUT);
        }
        if random.below(8) == 0 {
            watching::look(soak, &mut random, &pull);
        }
        let Some(bytes) = receive(soak, &pull, &mut random) else {
            if last.elapsed() > PATIENCE && !silent {
                silent = true;
                soak.counts.fail(&format!("{endpoint}: ни одного задания за {PATIENCE:?}"));
            }
            continue;
        };
        last = Instant::now();
        // A stranger's message has no mark.
        let Some((sender, number)) = marked(&bytes) else { continue };
        soak.counts.tasks.one();
        let expected = next.insert(sender, number + 1).unwrap_or(0);
        if number > expected {
            soak.counts.lose((number - expected) as u64, &format!("{endpoint}, отправитель {sender}"));
        } else if number < expected {
            soak.counts.doubled.one();
        }
        if next.len() > 4096 {
            // Senders that were killed long ago send nothing any more.
            next.retain(|&old, _| old == sender);
        }
    }
}

/// Mark of our own messages, then a number of the process that sends, in front of what `message` makes.
const MARK: &[u8] = b"soak";

pub fn marked(bytes: &[u8]) -> Option<(u64, usize)> {
    let rest = bytes.strip_prefix(MARK)?;
    let sender = u64::from_le_bytes(rest.get(..8)?.try_into().ok()?);
    parse(&rest[8..]).map(|(_, _, number)| (sender, number))
}

pub fn mark(sender: u64, number: usize, size: usize) -> Vec<u8> {
    let mut bytes = MARK.to_vec();
    bytes.extend_from_slice(&sender.to_le_bytes());
    bytes.extend_from_slice(&message(0, 0, number, size));
    bytes
}

/// This process serves requests of a client that is killed, and of strangers.
pub fn requests(soak: &Soak, mut random: Random) {
    let reply = socket(&soak.host(), "ZeroMQ.Rep", "Bind", "tcp://127.0.0.1:*");
    let endpoint = reply.text_of("LastEndpoint");
    soak.note(&endpoint, "REQ");
    soak.offer_server(&endpoint);
    let mut victim = Victim::start(&["req", &endpoint]);
    while !soak.counts.over() {
        victim.look(soak, &mut random);
        let Some(bytes) = receive(soak, &reply, &mut random) else { continue };
        if marked(&bytes).is_some() {
            soak.counts.requests.one();
        }
        match reply.call("Send", [Value::Blob(bytes)]) {
            Ok(Value::Bool(true)) => {}
            // Half of a stranger's message of several parts: the rest must be read first.
            Err(failed) if failed.code == "EFSM" => {}
            Ok(value) => soak.counts.fail(&format!("ответ не ушёл: {}", value.brief())),
            Err(failed) => soak.counts.fail(&failed),
        }
    }
}

/// The surviving client, which disconnects and connects again now and then: every request has its own answer.
pub fn answers(soak: &Soak, mut random: Random) {
    let endpoint = soak.server();
    let request = socket(&soak.host(), "ZeroMQ.Req", "Connect", &endpoint);
    let mut number = 0;
    while !soak.counts.over() {
        let question = mark(0, number, random.below(2000));
        number += 1;
        match request.call("Send", [Value::blob(&question)]) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => {
                soak.counts.fail(&"запрос некому отправить");
                continue;
            }
            Err(failed) => {
                soak.counts.fail(&failed);
                continue;
            }
        }
        let asked = Instant::now();
        let answer = loop {
            let answer = receive(soak, &request, &mut random);
            if answer.is_some() || asked.elapsed() > PATIENCE || soak.counts.over() {
                break answer;
            }
        };
        match answer {
            Some(answer) if answer == question => soak.counts.answers.one(),
            Some(_) => soak.counts.broken.one(),
            None if soak.counts.over() => {}
            None => soak.counts.lose(1, &"запрос без ответа"),
        }
        if random.below(500) == 0 {
            for verb in ["Disconnect", "Connect"] {
                if let Err(failed) = request.call(verb, args![&endpoint]) {
                    soak.counts.fail(&failed);
                }
            }
            soak.counts.reconnects.one();
        }
        soak.counts.nap(Duration::from_micros(random.below(300)));
    }
}

/// Publishes to a subscriber in this process, no faster than it takes, and to one that is killed.
pub fn publishing(soak: &Soak, mut random: Random) {
    let publisher = socket(&soak.host(), "ZeroMQ.Pub", "Bind", "tcp://127.0.0.1:*");
    let endpoint = publisher.text_of("LastEndpoint");
    soak.note(&endpoint, "SUB");
    soak.offer_publisher(&endpoint);
    let mut victim = Victim::start(&["sub", &endpoint]);
    let mut number = 0;
    while !soak.counts.over() {
        victim.look(soak, &mut random);
        if random.below(200) == 0
            && let Err(failed) = publisher.call("WaitSubscribers", args![1, random.below(3)])
        {
            soak.counts.fail(&failed);
        }
        let many = if random.below(4) == 0 { 1 + random.below(60) } else { 1 };
        let messages: Vec<_> = (number..number + many).map(|number| mark(0, number, 100)).collect();
        let sent = match messages.as_slice() {
            [one] => publisher.call("Send", [Value::blob(one)]),
            all => publisher.call("SendBatch", args![wholesale::batch_of(all)]),
        };
        match sent {
            Ok(_) => soak.counts.published.add(many as u64),
            Err(failed) => soak.counts.fail(&failed),
        }
        number += many;
        let since = Instant::now();
        while number as u64 > soak.heard() + 400 && since.elapsed() < PATIENCE && !soak.counts.over() {
            soak.counts.nap(Duration::from_millis(1));
        }
    }
}

/// The subscriber that survives: from the first publication on it gets every one, in order.
pub fn subscribing(soak: &Soak, mut random: Random) {
    let subscriber = socket(&soak.host(), "ZeroMQ.Sub", "Connect", &soak.publisher());
    let mut next = None;
    while !soak.counts.over() {
        let Some((_, number)) = receive(soak, &subscriber, &mut random).as_deref().and_then(marked) else { continue };
        soak.counts.subscribed.one();
        let expected = next.replace(number + 1).unwrap_or(number);
        if number > expected {
            soak.counts.lose((number - expected) as u64, &"публикации");
        } else if number < expected {
            soak.counts.doubled.one();
        }
        soak.hear(number as u64 + 1);
    }
}

/// `soak for-ever ROLE ENDPOINT`: the other side of a load, in a process of its own.
pub fn for_ever(role: &str, endpoint: &str) {
    let host = Host::built();
    // Not the process's number: the system gives that to another sooner or later.
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock that is set");
    let sender = u64::try_from(since.as_nanos()).expect("nanoseconds until 2554");
    let numbers = (0..).map(|number: usize| Value::Blob(mark(sender, number, 40 + number % 700)));
    match role {
        "push" => {
            let push = socket(&host, "ZeroMQ.Push", "Connect", endpoint);
            for (n, message) in numbers.enumerate() {
                while !push.must("Send", [message.clone()]).truth() {}
                if n % 64 == 0 {
                    std::thread::sleep(Duration::from_millis(2));
                }
            }
        }
        "batches" => wholesale::send(&host, endpoint, sender),
        "req" => {
            let request = socket(&host, "ZeroMQ.Req", "Connect", endpoint);
            for message in numbers {
                request.must("Send", [message]);
                let _ = request.must("Recv", []);
            }
        }
        "dealer" => {
            let dealer = socket(&host, "ZeroMQ.Dealer", "Connect", endpoint);
            for message in numbers {
                dealer.must("Send", [message]);
                let _ = dealer.must("Recv", []);
            }
        }
        "sub" => {
            let subscriber = socket(&host, "ZeroMQ.Sub", "Connect", endpoint);
            loop {
                let _ = subscriber.must("Recv", []);
            }
        }
        other => panic!("no role is called {other}"),
    }
}
