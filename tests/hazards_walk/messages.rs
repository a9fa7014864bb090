//! The steps that send and receive: part by part, whole, as texts and data, in batches.

use crate::part::Part;
use crate::steps::Walk;
use crate::walker::Kind;
use host::{CallFailed, Value};
use std::time::Duration;

impl Walk {
    fn part(&mut self, walker: usize, more: bool) -> Vec<u8> {
        let walker = &mut self.walkers[walker];
        if walker.collected == 0 {
            walker.topic = if self.random.below(2) == 0 { b'a' } else { b'b' };
        }
        let part = Part {
            topic: walker.topic,
            sender: walker.id,
            message: walker.message,
            index: walker.collected,
            more,
            answers: walker.request.filter(|_| walker.kind == Kind::Rep),
        };
        part.bytes(&mut self.random)
    }

    /// Sends it as data or as the text that it is; `name` is of data.
    fn give(&mut self, walker: usize, name: &str, part: Vec<u8>) -> Result<Value, CallFailed> {
        let name = if self.random.below(2) == 0 { name.to_owned() } else { format!("{name}Text") };
        let part = if name.ends_with("Text") {
            Value::Text(String::from_utf8(part).expect("parts are texts"))
        } else {
            Value::Blob(part)
        };
        let timeout = if name.starts_with("SendPart") { vec![] } else { self.timeout() };
        self.walkers[walker].call(&name, &[vec![part], timeout].concat())
    }

    /// Sends it to whoever's message came last.
    fn answer(&mut self, walker: usize, part: Vec<u8>) -> Result<Value, CallFailed> {
        let Some(peer) = self.walkers[walker].peer.clone() else { return self.give(walker, "Send", part) };
        let arguments = [vec![Value::Blob(peer), Value::Blob(part)], self.timeout()].concat();
        self.walkers[walker].call("SendTo", &arguments)
    }

    /// That of the object, or one for the call.
    fn timeout(&mut self) -> Vec<Value> {
        self.random.pick(&[None, None, Some(-2), Some(0), Some(2)]).map(Value::i4).into_iter().collect()
    }

    pub fn send_part(&mut self, walker: usize) {
        let part = self.part(walker, true);
        if self.give(walker, "SendPart", part).is_ok() {
            self.walkers[walker].collected += 1;
        }
    }

    /// A whole message, and whoever may have got it looks.
    pub fn send_parts(&mut self, walker: usize) {
        for _ in 0..self.random.below(3) {
            self.send_part(walker);
        }
        if self.send(walker) {
            if self.random.below(2) == 0 {
                std::thread::sleep(Duration::from_micros(300));
            }
            for other in 0..self.walkers.len() {
                if other != walker && self.walkers[other].kind.receives() {
                    self.receive(other);
                }
            }
        }
    }

    pub fn drop_parts(&mut self, walker: usize) {
        let walker = &mut self.walkers[walker];
        walker.call("DropParts", &[]).expect("DropParts");
        walker.next_message();
    }

    fn send(&mut self, walker: usize) -> bool {
        // A reply names its request in every part: those collected before it came would name another.
        if self.walkers[walker].kind == Kind::Rep && self.walkers[walker].collected > 0 && self.random.below(2) == 0 {
            self.drop_parts(walker);
        }
        let last = self.part(walker, false);
        let answer = self.answer(walker, last);
        let walker = &mut self.walkers[walker];
        let sent = match answer {
            Ok(sent) => sent.truth(),
            Err(failed) if ["ENOTCONN", "ENOTSOCK"].contains(&failed.code.as_str()) => return false,
            // Whoever has gone, or was not named, leaves what was collected for another.
            Err(_) if walker.kind.addresses() => {
                walker.peer = None;
                return false;
            }
            Err(_) => {
                walker.next_message();
                false
            }
        };
        if walker.kind.takes_turns() {
            (walker.reading, walker.owed) = (None, false);
            walker.request = (sent && walker.kind == Kind::Req).then_some((walker.id, walker.message));
            walker.earlier = None;
        }
        if sent {
            self.accepted.push((walker.id, walker.message));
            walker.next_message();
        }
        sent
    }

    /// A request and its reply in one call, never anew: what comes twice would be taken for a fault.
    pub fn request(&mut self, walker: usize) {
        let data = self.part(walker, false);
        let timeout = Value::i4([0, 3][self.below(2)]);
        let (id, message) = (self.walkers[walker].id, self.walkers[walker].message);
        let answer = self.ask(walker, "Request", &[Value::Blob(data), timeout, Value::i4(0)]);
        let refused = matches!(&answer, Err(code) if ["ENOTCONN", "ENOTSOCK"].contains(&code.as_str()));
        let at = &mut self.walkers[walker];
        if refused {
            return;
        }
        (at.reading, at.owed) = (None, false);
        at.earlier = at.request.replace((id, message));
        // With no reply the parts wait for another try.
        if answer == Ok(Value::Empty) {
            at.call("DropParts", &[]).expect("DropParts");
        }
        at.next_message();
        match answer {
            Ok(Value::Empty) => {}
            Ok(value) => {
                at.earlier = None;
                let more = at.more();
                self.hear(walker, value.bytes(), more);
            }
            Err(code) => at.owed = code == "ENOMEM",
        }
    }

    /// Some messages in one call; collected parts are left alone.
    pub fn send_batch(&mut self, walker: usize) {
        if self.walkers[walker].collected > 0 {
            return;
        }
        let (mut numbers, mut messages) = (Vec::new(), Vec::new());
        for _ in 0..=self.below(3) {
            numbers.push(self.walkers[walker].message);
            let last = self.below(3);
            let parts: Vec<_> = (0..=last)
                .map(|index| {
                    let part = self.part(walker, index < last);
                    self.walkers[walker].collected += 1;
                    serde_json::Value::from(String::from_utf8(part).expect("parts are texts"))
                })
                .collect();
            messages.push(if last == 0 { parts[0].clone() } else { parts.into() });
            self.walkers[walker].next_message();
        }
        let json = serde_json::Value::from(messages).to_string();
        let arguments = [vec![Value::Text(json)], self.timeout()].concat();
        let walker = &self.walkers[walker];
        if let Ok(sent) = walker.call("SendBatch", &arguments) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let sent = sent.number() as usize;
            self.accepted.extend(numbers[..sent].iter().map(|&number| (walker.id, number)));
        }
    }

    pub fn receive_batch(&mut self, walker: usize) {
        let most = i32::try_from(1 + self.below(5)).expect("small");
        let arguments = [vec![Value::i4(most)], self.timeout()].concat();
        match self.ask(walker, "RecvBatch", &arguments) {
            Ok(value) if value.is_empty() => self.nothing_came(walker),
            Ok(value) => {
                let messages: Vec<serde_json::Value> = serde_json::from_str(value.text()).expect("an array of JSON");
                assert!((1..=most as usize).contains(&messages.len()));
                for message in messages {
                    let parts = message.as_array().cloned().unwrap_or_else(|| vec![message]);
                    for (index, part) in parts.iter().enumerate() {
                        // What is no text is none of ours.
                        let text = part.as_str().unwrap_or_default();
                        self.hear(walker, text.as_bytes(), index + 1 < parts.len());
                    }
                }
            }
            Err(code) => self.walkers[walker].owed |= code == "ENOMEM",
        }
    }

    /// Now and then the host has no memory for the answer.
    fn ask(&mut self, walker: usize, name: &str, args: &[Value]) -> Result<Value, String> {
        if self.random.below(6) == 0 {
            self.walkers[walker].call_without_memory(name, args)
        } else {
            self.walkers[walker].call(name, args).map_err(|failed| failed.code)
        }
    }

    /// False when there was nothing.
    pub fn receive(&mut self, walker: usize) -> bool {
        let (name, timeout) = (["Recv", "RecvText"][self.below(2)], self.timeout());
        match self.ask(walker, name, &timeout) {
            Ok(value) if value.is_empty() => {
                self.nothing_came(walker);
                false
            }
            Ok(value) => {
                let more = self.walkers[walker].more();
                let bytes = if let Value::Text(text) = &value { text.as_bytes() } else { value.bytes() };
                self.hear(walker, bytes, more);
                true
            }
            Err(code) => {
                // What is no text comes again, and whatever is not ours may be none: an identity, the end of a subscription.
                let kind = self.walkers[walker].kind;
                let texts = self.fitting && !kind.addresses() && kind != Kind::XPub;
                assert!(code != "EILSEQ" || !texts, "every part of ours is a text");
                let kept = ["ENOMEM", "EILSEQ"].contains(&code.as_str());
                self.walkers[walker].owed |= kept;
                kept
            }
        }
    }

    pub fn receive_multipart(&mut self, walker: usize) {
        let answer = self.ask(walker, "RecvMultipart", &[]);
        self.walkers[walker].gathered.clear();
        match answer {
            Ok(value) if value.is_empty() => self.nothing_came(walker),
            Ok(value) => {
                #[allow(clippy::cast_possible_truncation)]
                let count = value.number() as i32;
                for number in 0..count {
                    let part = self.walkers[walker].call("GetPart", &[Value::i4(number)]).expect("a part");
                    self.hear(walker, part.bytes(), number + 1 < count);
                    self.walkers[walker].gathered.push(part.bytes().to_vec());
                }
            }
            Err(code) => self.walkers[walker].owed |= code == "ENOMEM",
        }
    }

    pub fn get_part(&mut self, walker: usize) {
        let number = self.below(3);
        let answer = self.ask(walker, "GetPart", &[Value::i4(i32::try_from(number).expect("small"))]);
        match (answer, self.walkers[walker].gathered.get(number)) {
            (Ok(value), Some(part)) => assert_eq!(value.bytes(), part),
            (Ok(value), None) => panic!("GetPart {number} gave {}", value.brief()),
            (Err(code), Some(_)) => assert_eq!(code, "ENOMEM"),
            (Err(code), None) => assert!(["EINVAL", "ENOTSOCK"].contains(&code.as_str()), "{code}"),
        }
    }
}
