//! The steps of a walk, and what each must give.

use crate::part::Part;
use crate::walker::{Attachment, Kind, Walker};
use host::random::Random;
use host::{Endpoints, Host, Transport, Value};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const STEPS: u32 = 150;

pub struct Walk {
    pub random: Random,
    pub host: Host,
    pub endpoints: Endpoints,
    pub walkers: Vec<Walker>,
    pub next: u64,
    /// Only sockets that fit meet each other; then what they receive can be told.
    pub fitting: bool,
    /// Nobody disconnects or leaves: then nothing may be lost.
    pub calm: bool,
    pub kinds: Vec<Kind>,
    /// Messages that a Send took: sender and number.
    pub accepted: Vec<(u64, u64)>,
    pub received: HashSet<(u64, u64, usize)>,
}

impl Walk {
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (fitting, calm) = (random.below(4) > 0, random.below(3) == 0);
        let kind = random.pick(&Kind::ALL);
        // Bytes come in other pieces than they were sent in.
        let fitting = fitting && kind != Kind::Stream;
        let mut kinds = vec![kind, kind.fitting()];
        kinds.extend((0..=random.below(3)).map(|_| if random.below(2) == 0 { kind } else { kind.fitting() }));
        let walkers = kinds.len();
        eprintln!("walk {seed}: fitting {fitting}, calm {calm}, {kinds:?}");
        if !fitting {
            kinds.extend(Kind::ALL);
        }
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let mut walk = Self {
            random,
            host,
            endpoints,
            walkers: Vec::new(),
            next: 0,
            fitting,
            calm,
            kinds,
            accepted: Vec::new(),
            received: HashSet::new(),
        };
        for walker in 0..walkers {
            let new = walk.join(walk.kinds[walker]);
            walk.walkers.push(new);
            walk.attach(walker);
            if walk.walkers[walker].kind.subscribes() {
                walk.subscribe(walker);
            }
        }
        walk
    }

    /// To the end; gives the number of steps.
    pub fn go(mut self) -> u32 {
        for _ in 0..STEPS {
            self.step();
        }
        if self.fitting && self.calm && self.kinds.contains(&Kind::Push) {
            self.nothing_was_lost();
        }
        while !self.walkers.is_empty() {
            let walker = self.below(self.walkers.len());
            self.walkers.swap_remove(walker);
        }
        STEPS
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    fn join(&mut self, kind: Kind) -> Walker {
        self.next += 1;
        let object = self.host.create(&format!("ZeroMQ.{kind:?}"));
        let walker = Walker::new(object, kind, self.next);
        for (name, has) in [("SetRecvTimeout", kind.receives()), ("SetSendTimeout", kind.sends())] {
            if has {
                walker.call(name, &[Value::i4(0)]).expect(name);
            }
        }
        walker
    }

    fn step(&mut self) {
        let walker = self.below(self.walkers.len());
        let Walker { kind, closed, attached, .. } = self.walkers[walker];
        if self.below(16) == 0 {
            self.watch(walker);
        }
        match self.random.below(100) {
            0..=29 if closed => self.leave(walker),
            0..=29 if attached == 0 => self.attach(walker),
            0..=3 => self.attach(walker),
            4..=9 if !self.calm => self.detach(walker),
            // What the middle of a message bears is the question.
            31..=60 if !self.calm && self.walkers[walker].reading.is_some() => self.detach(walker),
            10 if !self.calm => self.close(walker),
            11 if !self.calm => self.leave(walker),
            12..=14 => std::thread::sleep(Duration::from_millis(1 + self.random.below(3))),
            15 | 16 => self.time(walker),
            17..=24 if kind.subscribes() => self.subscribe(walker),
            17 if kind.sends() => self.drop_parts(walker),
            18..=30 if kind.sends() => self.send_part(walker),
            31..=60 if kind.sends() => self.send_parts(walker),
            61..=63 if kind == Kind::Req => self.request(walker),
            61..=63 if kind.sends() && kind.batches() => self.send_batch(walker),
            61..=65 if kind.receives() => self.get_part(walker),
            66..=70 if kind.receives() => self.receive_multipart(walker),
            71..=76 if kind.receives() && kind.batches() => self.receive_batch(walker),
            _ if kind.receives() => _ = self.receive(walker),
            _ => self.send_parts(walker),
        }
        let walker = &self.walkers[walker];
        if walker.kind.receives() {
            assert_eq!(walker.more(), walker.reading.is_some(), "RecvMore");
        }
    }

    fn attach(&mut self, walker: usize) {
        let kind = self.walkers[walker].kind;
        let known: Vec<String> = self
            .walkers
            .iter()
            .filter(|other| !self.fitting || other.kind == kind.fitting())
            .flat_map(|other| &other.attachments)
            .filter(|attachment| attachment.bound)
            .map(|attachment| attachment.at.clone())
            .collect();
        // A calm walk makes one connection of two sockets at the most: nothing comes out of order, or twice.
        if self.calm && self.walkers[walker].attached > 0 {
            return;
        }
        let bound = known.is_empty() || self.random.below(3) == 0;
        let at = if bound {
            let transport = [Transport::Inproc, Transport::Inproc, Transport::Ipc, Transport::Tcp][self.below(4)];
            self.endpoints.to_bind(transport)
        } else {
            known[self.below(known.len())].clone()
        };
        let walker = &mut self.walkers[walker];
        if walker.call(if bound { "Bind" } else { "Connect" }, &[at.as_str().into()]).is_ok() {
            walker.attached += 1;
            let at = walker.object.text_of("LastEndpoint");
            walker.attachments.push(Attachment { at, bound });
        }
    }

    fn detach(&mut self, walker: usize) {
        let count = self.walkers[walker].attachments.len();
        if count == 0 {
            return;
        }
        let index = self.below(count);
        let walker = &mut self.walkers[walker];
        let Attachment { at, bound } = walker.attachments.swap_remove(index);
        let _ = walker.call(if bound { "Unbind" } else { "Disconnect" }, &[at.into()]);
    }

    fn subscribe(&mut self, walker: usize) {
        let topic = [&b""[..], b"a", b"b"][self.below(3)].to_vec();
        let undo = self.random.below(4) == 0;
        let walker = &mut self.walkers[walker];
        if walker.call(if undo { "Unsubscribe" } else { "Subscribe" }, &[Value::blob(&topic)]).is_err() {
            return;
        }
        match walker.subscriptions.iter().position(|it| *it == topic) {
            Some(index) if undo => _ = walker.subscriptions.remove(index),
            _ if undo => {}
            _ => walker.subscriptions.push(topic),
        }
    }

    fn close(&mut self, walker: usize) {
        let walker = &mut self.walkers[walker];
        walker.call("Close", &[]).expect("Close");
        walker.closed = true;
        walker.attachments.clear();
        (walker.reading, walker.owed) = (None, false);
        walker.gathered.clear();
        walker.next_message();
    }

    /// Another object takes its place.
    fn leave(&mut self, walker: usize) {
        let any = self.below(self.kinds.len());
        let kind = if self.fitting { self.walkers[walker].kind } else { self.kinds[any] };
        eprintln!("{:?} {} leaves", self.walkers[walker].kind, self.walkers[walker].id);
        let new = self.join(kind);
        self.walkers[walker] = new;
    }

    fn time(&mut self, walker: usize) {
        let ms = Value::i4([0, 0, 3][self.below(3)]);
        let walker = &self.walkers[walker];
        if walker.kind.receives() {
            walker.call("SetRecvTimeout", std::slice::from_ref(&ms)).expect("SetRecvTimeout");
        }
        if walker.kind.sends() {
            walker.call("SetSendTimeout", &[ms]).expect("SetSendTimeout");
        }
    }

    /// Looks who is there and what happened, which changes nothing.
    fn watch(&mut self, walker: usize) {
        let timeout = Value::i4([0, 0, 2][self.below(3)]);
        let Walker { kind, closed, attached, .. } = self.walkers[walker];
        let walker = &self.walkers[walker];
        let answer = walker.call("NextEvent", std::slice::from_ref(&timeout));
        assert_eq!(answer.is_err(), closed, "{answer:?}");
        let answer = walker.call("WaitConnected", std::slice::from_ref(&timeout));
        assert!(answer.is_ok() || closed || attached == 0, "{answer:?}");
        if matches!(kind, Kind::Pub | Kind::XPub) {
            let answer = walker.call("WaitSubscribers", &[Value::i4(1), timeout]);
            assert!(answer.is_ok() || closed || attached == 0, "{answer:?}");
        }
    }

    pub fn nothing_came(&self, walker: usize) {
        let walker = &self.walkers[walker];
        assert!(walker.reading.is_none(), "the rest of a message is not there");
        assert!(!walker.owed, "what the host had no memory for is lost");
    }

    /// A part came: it belongs where it stands.
    pub fn hear(&mut self, walker: usize, bytes: &[u8], more: bool) {
        let part = Part::read(bytes);
        let lone = self.walkers.iter().all(|it| it.attached <= 1);
        let walker = &mut self.walkers[walker];
        let before = walker.reading.take();
        let owed = std::mem::take(&mut walker.owed);
        if more {
            walker.reading = Some(part.clone());
        }
        if walker.kind.addresses() && before.is_none() {
            assert!(more, "an identity alone");
            walker.peer = Some(bytes.to_vec());
            return;
        }
        if !self.fitting || (walker.kind == Kind::XPub && matches!(bytes.first(), Some(0 | 1))) {
            return;
        }
        let before = before.filter(|before| walker.kind != Kind::Router || before.is_some());
        let part = part.expect("a part that an object of this walk sent");
        assert_eq!(part.more, more, "more parts than were sent, or fewer: {part:?}");
        if let Some(before) = before {
            let before = before.expect("one of ours");
            let expected = Part { index: before.index + 1, more, answers: part.answers, ..before };
            assert_eq!(part, expected, "a part of another message");
        } else {
            assert_eq!(part.index, 0, "a message that has lost its beginning: {part:?}");
            let last = walker.heard.insert(part.sender, part.message);
            assert!(!lone || last.is_none_or(|last| last < part.message), "out of order: {part:?} after {last:?}");
        }
        match walker.kind {
            Kind::Sub => {
                let wanted =
                    owed || part.index > 0 || walker.subscriptions.iter().any(|it| [part.topic].starts_with(it));
                assert!(wanted, "nobody subscribed to {part:?}");
            }
            Kind::Req if !more => {
                let expected = [None, walker.request, walker.earlier].contains(&part.answers);
                assert!(expected, "an answer to another: {part:?}");
            }
            Kind::Rep => walker.request = Some((part.sender, part.message)),
            _ => {}
        }
        let first = self.received.insert((part.sender, part.message, part.index));
        assert!(first || walker.kind.repeats(), "it came twice: {part:?}");
    }

    /// Every message that a Push took was received, whole, once.
    fn nothing_was_lost(&mut self) {
        let attached: Vec<_> = self.walkers.iter().filter(|it| it.attached > 0).map(|it| it.kind).collect();
        if !attached.contains(&Kind::Pull) {
            return;
        }
        let end = Instant::now() + Duration::from_secs(20);
        let all = |walk: &Self| walk.accepted.iter().all(|&(id, number)| walk.received.contains(&(id, number, 0)));
        while !all(self) || self.walkers.iter().any(|it| it.reading.is_some()) {
            for walker in 0..self.walkers.len() {
                if self.walkers[walker].kind == Kind::Pull {
                    while self.receive(walker) {}
                }
            }
            assert!(Instant::now() < end, "messages are lost");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
