//! The steps of a walk, and what each must give.

use crate::part::Part;
use crate::seat::{Attachment, Kind, Seat};
use host::random::Random;
use host::{Endpoints, Host, Transport, Value};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const STEPS: u32 = 150;

pub struct Walk {
    random: Random,
    host: Host,
    place: Endpoints,
    seats: Vec<Seat>,
    next: u64,
    /// Only sockets that fit meet each other; then what they receive can be told.
    fitting: bool,
    /// Nobody disconnects or leaves: then nothing may be lost.
    calm: bool,
    kinds: Vec<Kind>,
    /// Messages that a Send took: sender and number.
    accepted: Vec<(u64, u64)>,
    received: HashSet<(u64, u64, usize)>,
}

impl Walk {
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (fitting, calm) = (random.below(4) > 0, random.below(3) == 0);
        let kind = random.pick(&Kind::ALL);
        let mut kinds = vec![kind, kind.fitting()];
        kinds.extend((0..=random.below(3)).map(|_| if random.below(2) == 0 { kind } else { kind.fitting() }));
        let seats = kinds.len();
        eprintln!("walk {seed}: fitting {fitting}, calm {calm}, {kinds:?}");
        if !fitting {
            kinds.extend(Kind::ALL);
        }
        let (host, place) = (Host::built(), Endpoints::new());
        let mut walk = Self {
            random,
            host,
            place,
            seats: Vec::new(),
            next: 0,
            fitting,
            calm,
            kinds,
            accepted: Vec::new(),
            received: HashSet::new(),
        };
        for seat in 0..seats {
            let new = walk.sit(walk.kinds[seat]);
            walk.seats.push(new);
            walk.attach(seat);
            if walk.seats[seat].kind == Kind::Sub {
                walk.subscribe(seat);
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
        while !self.seats.is_empty() {
            let seat = self.below(self.seats.len());
            self.seats.swap_remove(seat);
        }
        STEPS
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    fn sit(&mut self, kind: Kind) -> Seat {
        self.next += 1;
        let object = self.host.create(&format!("ZeroMQ.{kind:?}"));
        let seat = Seat::new(object, kind, self.next);
        for (name, has) in [("SetRecvTimeout", kind.receives()), ("SetSendTimeout", kind.sends())] {
            if has {
                seat.call(name, &[Value::i4(0)]).expect(name);
            }
        }
        seat
    }

    fn step(&mut self) {
        let seat = self.below(self.seats.len());
        let Seat { kind, closed, attached, .. } = self.seats[seat];
        match self.random.below(100) {
            0..=29 if closed => self.leave(seat),
            0..=29 if attached == 0 => self.attach(seat),
            0..=3 => self.attach(seat),
            4..=9 if !self.calm => self.detach(seat),
            // What the middle of a message bears is the question.
            31..=60 if !self.calm && self.seats[seat].reading.is_some() => self.detach(seat),
            10 if !self.calm => self.close(seat),
            11 if !self.calm => self.leave(seat),
            12..=14 => std::thread::sleep(Duration::from_millis(1 + self.random.below(3))),
            15 | 16 => self.time(seat),
            17..=24 if kind == Kind::Sub => self.subscribe(seat),
            17 if kind.sends() => self.drop_parts(seat),
            18..=30 if kind.sends() => self.send_part(seat),
            31..=60 if kind.sends() => self.send_parts(seat),
            61..=65 if kind.receives() => self.get_part(seat),
            66..=70 if kind.receives() => self.receive_multipart(seat),
            _ if kind.receives() => _ = self.receive(seat),
            _ => self.send_parts(seat),
        }
        let seat = &self.seats[seat];
        if seat.kind.receives() {
            assert_eq!(seat.more(), seat.reading.is_some(), "RecvMore");
        }
    }

    fn attach(&mut self, seat: usize) {
        let kind = self.seats[seat].kind;
        let known: Vec<String> = self
            .seats
            .iter()
            .filter(|other| !self.fitting || other.kind == kind.fitting())
            .flat_map(|other| &other.attachments)
            .filter(|attachment| attachment.bound)
            .map(|attachment| attachment.at.clone())
            .collect();
        // A calm walk makes one connection of two sockets at the most: nothing comes out of order, or twice.
        if self.calm && self.seats[seat].attached > 0 {
            return;
        }
        let bound = known.is_empty() || self.random.below(3) == 0;
        let at = if bound {
            let transport = [Transport::Inproc, Transport::Inproc, Transport::Ipc, Transport::Tcp][self.below(4)];
            self.place.to_bind(transport)
        } else {
            known[self.below(known.len())].clone()
        };
        let seat = &mut self.seats[seat];
        if seat.call(if bound { "Bind" } else { "Connect" }, &[at.as_str().into()]).is_ok() {
            seat.attached += 1;
            let at = seat.object.text_of("LastEndpoint");
            seat.attachments.push(Attachment { at, bound });
        }
    }

    fn detach(&mut self, seat: usize) {
        let count = self.seats[seat].attachments.len();
        if count == 0 {
            return;
        }
        let index = self.below(count);
        let seat = &mut self.seats[seat];
        let Attachment { at, bound } = seat.attachments.swap_remove(index);
        let _ = seat.call(if bound { "Unbind" } else { "Disconnect" }, &[at.into()]);
    }

    fn subscribe(&mut self, seat: usize) {
        let topic = [&b""[..], b"a", b"b"][self.below(3)].to_vec();
        let undo = self.random.below(4) == 0;
        let seat = &mut self.seats[seat];
        if seat.call(if undo { "Unsubscribe" } else { "Subscribe" }, &[Value::blob(&topic)]).is_err() {
            return;
        }
        match seat.subscriptions.iter().position(|it| *it == topic) {
            Some(index) if undo => _ = seat.subscriptions.remove(index),
            _ if undo => {}
            _ => seat.subscriptions.push(topic),
        }
    }

    fn close(&mut self, seat: usize) {
        let seat = &mut self.seats[seat];
        seat.call("Close", &[]).expect("Close");
        seat.closed = true;
        seat.attachments.clear();
        (seat.reading, seat.owed) = (None, false);
        seat.gathered.clear();
        seat.next_message();
    }

    /// Another object takes its place.
    fn leave(&mut self, seat: usize) {
        let any = self.below(self.kinds.len());
        let kind = if self.fitting { self.seats[seat].kind } else { self.kinds[any] };
        eprintln!("{:?} {} leaves", self.seats[seat].kind, self.seats[seat].id);
        let new = self.sit(kind);
        self.seats[seat] = new;
    }

    fn time(&mut self, seat: usize) {
        let ms = Value::i4([0, 0, 3][self.below(3)]);
        let seat = &self.seats[seat];
        if seat.kind.receives() {
            seat.call("SetRecvTimeout", std::slice::from_ref(&ms)).expect("SetRecvTimeout");
        }
        if seat.kind.sends() {
            seat.call("SetSendTimeout", &[ms]).expect("SetSendTimeout");
        }
    }

    fn part(&mut self, seat: usize, more: bool) -> Value {
        let seat = &mut self.seats[seat];
        if seat.collected == 0 {
            seat.topic = if self.random.below(2) == 0 { b'a' } else { b'b' };
        }
        let part = Part {
            topic: seat.topic,
            sender: seat.id,
            message: seat.message,
            index: seat.collected,
            more,
            answers: seat.request.filter(|_| seat.kind == Kind::Rep),
        };
        Value::Blob(part.bytes(&mut self.random))
    }

    fn send_part(&mut self, seat: usize) {
        let part = self.part(seat, true);
        let seat = &mut self.seats[seat];
        if seat.call("SendPart", &[part]).is_ok() {
            seat.collected += 1;
        }
    }

    /// A whole message, and whoever may have got it looks.
    fn send_parts(&mut self, seat: usize) {
        for _ in 0..self.random.below(3) {
            self.send_part(seat);
        }
        if self.send(seat) {
            if self.random.below(2) == 0 {
                std::thread::sleep(Duration::from_micros(300));
            }
            for other in 0..self.seats.len() {
                if other != seat && self.seats[other].kind.receives() {
                    self.receive(other);
                }
            }
        }
    }

    fn drop_parts(&mut self, seat: usize) {
        let seat = &mut self.seats[seat];
        seat.call("DropParts", &[]).expect("DropParts");
        seat.next_message();
    }

    fn send(&mut self, seat: usize) -> bool {
        // A reply names its request in every part: those collected before it came would name another.
        if self.seats[seat].kind == Kind::Rep && self.seats[seat].collected > 0 && self.random.below(2) == 0 {
            self.drop_parts(seat);
        }
        let last = self.part(seat, false);
        let seat = &mut self.seats[seat];
        let sent = match seat.call("Send", &[last]) {
            Ok(sent) => sent.truth(),
            Err(failed) if ["ENOTCONN", "ENOTSOCK"].contains(&failed.code.as_str()) => return false,
            Err(_) => {
                seat.next_message();
                false
            }
        };
        if seat.kind.takes_turns() {
            (seat.reading, seat.owed) = (None, false);
            seat.request = (sent && seat.kind == Kind::Req).then_some((seat.id, seat.message));
        }
        if sent {
            self.accepted.push((seat.id, seat.message));
            seat.next_message();
        }
        sent
    }

    /// Now and then the host has no memory for the answer.
    fn ask(&mut self, seat: usize, name: &str, args: &[Value]) -> Result<Value, String> {
        if self.random.below(6) == 0 {
            self.seats[seat].call_without_memory(name, args)
        } else {
            self.seats[seat].call(name, args).map_err(|failed| failed.code)
        }
    }

    /// False when there was nothing.
    fn receive(&mut self, seat: usize) -> bool {
        match self.ask(seat, "Recv", &[]) {
            Ok(value) if value.is_empty() => {
                self.nothing_came(seat);
                false
            }
            Ok(value) => {
                let more = self.seats[seat].more();
                self.hear(seat, value.bytes(), more);
                true
            }
            Err(code) => {
                self.seats[seat].owed |= code == "ENOMEM";
                code == "ENOMEM"
            }
        }
    }

    fn receive_multipart(&mut self, seat: usize) {
        let answer = self.ask(seat, "RecvMultipart", &[]);
        self.seats[seat].gathered.clear();
        match answer {
            Ok(value) if value.is_empty() => self.nothing_came(seat),
            Ok(value) => {
                #[allow(clippy::cast_possible_truncation)]
                let count = value.number() as i32;
                for number in 0..count {
                    let part = self.seats[seat].call("GetPart", &[Value::i4(number)]).expect("a part");
                    self.hear(seat, part.bytes(), number + 1 < count);
                    self.seats[seat].gathered.push(part.bytes().to_vec());
                }
            }
            Err(code) => self.seats[seat].owed |= code == "ENOMEM",
        }
    }

    fn get_part(&mut self, seat: usize) {
        let number = self.below(3);
        let answer = self.ask(seat, "GetPart", &[Value::i4(i32::try_from(number).expect("small"))]);
        match (answer, self.seats[seat].gathered.get(number)) {
            (Ok(value), Some(part)) => assert_eq!(value.bytes(), part),
            (Ok(value), None) => panic!("GetPart {number} gave {}", value.brief()),
            (Err(code), Some(_)) => assert_eq!(code, "ENOMEM"),
            (Err(code), None) => assert!(["EINVAL", "ENOTSOCK"].contains(&code.as_str()), "{code}"),
        }
    }

    fn nothing_came(&self, seat: usize) {
        let seat = &self.seats[seat];
        assert!(seat.reading.is_none(), "the rest of a message is not there");
        assert!(!seat.owed, "what the host had no memory for is lost");
    }

    /// A part came: it belongs where it stands.
    fn hear(&mut self, seat: usize, bytes: &[u8], more: bool) {
        let part = Part::read(bytes);
        let lone = self.seats.iter().all(|it| it.attached <= 1);
        let seat = &mut self.seats[seat];
        let before = seat.reading.take();
        let owed = std::mem::take(&mut seat.owed);
        if more {
            seat.reading = Some(part.clone());
        }
        if !self.fitting {
            return;
        }
        let part = part.expect("a part that an object of this walk sent");
        assert_eq!(part.more, more, "more parts than were sent, or fewer: {part:?}");
        if let Some(before) = before {
            let before = before.expect("one of ours");
            let expected = Part { index: before.index + 1, more, answers: part.answers, ..before };
            assert_eq!(part, expected, "a part of another message");
        } else {
            assert_eq!(part.index, 0, "a message that has lost its beginning: {part:?}");
            let last = seat.heard.insert(part.sender, part.message);
            assert!(!lone || last.is_none_or(|last| last < part.message), "out of order: {part:?} after {last:?}");
        }
        match seat.kind {
            Kind::Sub => {
                let wanted = owed || part.index > 0 || seat.subscriptions.iter().any(|it| [part.topic].starts_with(it));
                assert!(wanted, "nobody subscribed to {part:?}");
            }
            Kind::Req if !more => {
                assert!(part.answers.is_none() || part.answers == seat.request, "an answer to another: {part:?}");
            }
            Kind::Rep => seat.request = Some((part.sender, part.message)),
            _ => {}
        }
        let first = self.received.insert((part.sender, part.message, part.index));
        assert!(first || seat.kind == Kind::Sub, "it came twice: {part:?}");
    }

    /// Every message that a Push took was received, whole, once.
    fn nothing_was_lost(&mut self) {
        let attached: Vec<_> = self.seats.iter().filter(|it| it.attached > 0).map(|it| it.kind).collect();
        if !attached.contains(&Kind::Pull) {
            return;
        }
        let end = Instant::now() + Duration::from_secs(20);
        let all = |walk: &Self| walk.accepted.iter().all(|&(id, number)| walk.received.contains(&(id, number, 0)));
        while !all(self) || self.seats.iter().any(|it| it.reading.is_some()) {
            for seat in 0..self.seats.len() {
                if self.seats[seat].kind == Kind::Pull {
                    while self.receive(seat) {}
                }
            }
            assert!(Instant::now() < end, "messages are lost");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
