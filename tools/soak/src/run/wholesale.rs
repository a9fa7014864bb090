//! Calls that do the work of many: batches, texts, requests, each with a timeout of its own.

use super::Soak;
use super::loads::{PATIENCE, Victim, mark, socket};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use host::random::Random;
use host::{Host, Object, Transport, Value, args};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::time::Instant;

/// Messages in a batch, at the most.
const MOST: usize = 300;

/// The longest timeout of a call, ms.
const LONGEST: u64 = 300;

/// A message that says whose it is and which; all of it follows from that. Every fourth is data beside the text, every fourth
/// two texts.
#[must_use]
fn parts(sender: u64, number: usize) -> Vec<Part> {
    let first = Part::Text(format!("soak {sender} {number} {}", "щ".repeat(number % 40)));
    match number % 4 {
        2 => vec![first, Part::Data([&[0xff], &number.to_le_bytes()[..]].concat())],
        3 => vec![first, Part::Text("ы".repeat(number % 7))],
        _ => vec![first],
    }
}

/// As a batch, or a call for one, gives it.
#[derive(Clone, PartialEq)]
enum Part {
    Text(String),
    Data(Vec<u8>),
}

impl Part {
    fn json(&self) -> Json {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Data(data) => json!({ "base64": STANDARD.encode(data) }),
        }
    }

    fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::String(text) => Some(Self::Text(text.clone())),
            Json::Object(_) => STANDARD.decode(json["base64"].as_str()?).ok().map(Self::Data),
            _ => None,
        }
    }

    fn of_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(Self::Text(text)),
            Value::Blob(data) => Some(Self::Data(data)),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Data(data) => Value::blob(data),
        }
    }
}

fn batch(sender: u64, numbers: std::ops::Range<usize>) -> String {
    let message = |number| {
        let mut parts: Vec<_> = parts(sender, number).iter().map(Part::json).collect();
        if parts.len() == 1 { parts.remove(0) } else { parts.into() }
    };
    Json::from(numbers.map(message).collect::<Vec<_>>()).to_string()
}

/// Data as a batch of one message each.
pub fn batch_of(messages: &[Vec<u8>]) -> String {
    Json::from(messages.iter().map(|data| json!({ "base64": STANDARD.encode(data) })).collect::<Vec<_>>()).to_string()
}

/// For ever: sends messages in every way there is.
pub fn send(host: &Host, endpoint: &str, sender: u64) {
    let push = socket(host, "ZeroMQ.Push", "Connect", endpoint);
    let mut random = Random::by_clock("пакеты");
    let mut number = 0;
    loop {
        let timeout = i32::try_from(random.below(LONGEST)).expect("short");
        if random.below(2) == 0 {
            let until = number + 1 + random.below(MOST);
            let sent = push.must("SendBatch", args![batch(sender, number..until), timeout]);
            let Value::Whole(_, sent) = sent else { panic!("{sent:?}") };
            number += usize::try_from(sent).expect("a number");
        } else {
            let parts = parts(sender, number);
            let (last, before) = parts.split_last().expect("a part");
            for part in before {
                push.must(if let Part::Text(_) = part { "SendPartText" } else { "SendPart" }, [part.value()]);
            }
            let send = if let Part::Text(_) = last { "SendText" } else { "Send" };
            if push.must(send, [last.value(), timeout.into()]).truth() {
                number += 1;
            } else {
                push.must("DropParts", []);
            }
        }
        if random.below(8) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

/// Two processes send, one of them is killed; what each sent must come whole, in order, without a gap.
pub fn taking(soak: &Soak, mut random: Random) {
    let pull = socket(&soak.host(), "ZeroMQ.Pull", "Bind", "tcp://127.0.0.1:*");
    let tcp = pull.text_of("LastEndpoint");
    let ipc = soak.endpoints.to_bind(Transport::Ipc);
    pull.must("Bind", args![&ipc]);
    let _survivor = Victim::start(&["batches", &pull.text_of("LastEndpoint")]);
    let mut victim = Victim::start(&["batches", &tcp]);
    let (mut next, mut last) = (HashMap::<u64, usize>::new(), Instant::now());
    while !soak.counts.over() {
        victim.look(soak, &mut random);
        let came = take(soak, &pull, &mut random);
        if !came.is_empty() {
            last = Instant::now();
        } else if last.elapsed() > PATIENCE {
            soak.counts.fail(&format!("пакеты: ничего за {PATIENCE:?}"));
            last = Instant::now();
        }
        for message in came {
            let Some((sender, number)) = whose(&message) else {
                soak.counts.broken.one();
                continue;
            };
            if message != parts(sender, number) {
                soak.counts.broken.one();
            }
            let expected = next.insert(sender, number + 1).unwrap_or(0);
            if number > expected {
                soak.counts.lose((number - expected) as u64, &format!("пакеты, отправитель {sender}"));
            } else if number < expected {
                soak.counts.doubled.one();
            }
        }
    }
}

fn whose(message: &[Part]) -> Option<(u64, usize)> {
    let Part::Text(text) = message.first()? else { return None };
    let mut words = text.strip_prefix("soak ")?.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// What comes by one way of receiving or another.
fn take(soak: &Soak, pull: &Object, random: &mut Random) -> Vec<Vec<Part>> {
    let timeout = i32::try_from(random.below(LONGEST)).expect("short");
    match random.below(3) {
        0 => {
            let most = i32::try_from(1 + random.below(MOST)).expect("few");
            let Some(Value::Text(json)) = call(soak, pull, random, "RecvBatch", &args![most, timeout]) else {
                return Vec::new();
            };
            let messages: Vec<Json> = serde_json::from_str(&json).unwrap_or_else(|error| {
                soak.counts.fail(&error);
                Vec::new()
            });
            soak.counts.batched.add(messages.len() as u64);
            // What is none of ours is told as broken.
            let parts = |message: &Json| match message {
                Json::Array(parts) => parts.iter().map_while(Part::of_json).collect(),
                part => Part::of_json(part).into_iter().collect(),
            };
            messages.iter().map(parts).collect()
        }
        1 => {
            let count = call(soak, pull, random, "RecvMultipart", &args![timeout]);
            let Some(Value::Whole(_, count)) = count else { return Vec::new() };
            if count == 0 {
                return Vec::new();
            }
            let message = (0..i32::try_from(count).expect("few")).map_while(|index| {
                let data = index == 1 && random.below(2) == 0;
                let part = call(soak, pull, random, if data { "GetPart" } else { "GetPartText" }, &args![index]);
                // What is no text, and a text as data.
                match part.and_then(Part::of_value) {
                    Some(Part::Data(data)) => {
                        Some(String::from_utf8(data).map_or_else(|e| Part::Data(e.into_bytes()), Part::Text))
                    }
                    part => part,
                }
            });
            let message: Vec<_> = message.collect();
            soak.counts.texts.one();
            vec![message]
        }
        _ => {
            let Some(Value::Text(first)) = call(soak, pull, random, "RecvText", &args![timeout]) else {
                return Vec::new();
            };
            let mut message = vec![Part::Text(first)];
            while matches!(pull.get("RecvMore"), Ok(Value::Bool(true))) {
                let Some(Value::Blob(data)) = call(soak, pull, random, "Recv", &[]) else { break };
                message.push(String::from_utf8(data).map_or_else(|e| Part::Data(e.into_bytes()), Part::Text));
            }
            soak.counts.texts.one();
            vec![message]
        }
    }
}

/// A call, with the host's memory refused now and then: it is made anew then, and gives what it would have given.
fn call(soak: &Soak, object: &Object, random: &mut Random, method: &str, arguments: &[Value]) -> Option<Value> {
    let memory = object.host().memory();
    let refuse = random.below(50) == 0;
    if refuse {
        memory.refuse_nth(1);
    }
    let mut given = object.call(method, arguments);
    if refuse {
        memory.refuse_none();
        let _ = memory.counts();
    }
    if refuse && given.as_ref().is_err_and(|failed| failed.code == "ENOMEM") {
        soak.counts.refusals.one();
        given = object.call(method, arguments);
        if matches!(given, Ok(Value::Empty)) {
            soak.counts.lose(1, &format_args!("то, для чего не было памяти: {method}"));
        }
    }
    // A part that is no text is taken as what it is.
    if method == "GetPartText" && given.as_ref().is_err_and(|failed| failed.code == "EILSEQ") {
        given = object.call("GetPart", arguments);
    }
    given.map_err(|failed| soak.counts.fail(&failed)).ok()
}

/// Asks the server of `loads::requests`, each question by one call: every answer is its own.
pub fn asking(soak: &Soak, mut random: Random) {
    let request = socket(&soak.host(), "ZeroMQ.Req", "Connect", &soak.server());
    let mut number = 0;
    while !soak.counts.over() {
        number += 1;
        let (method, question) = if random.below(2) == 0 {
            ("RequestText", Value::from(format!("вопрос {number}")))
        } else {
            ("Request", Value::Blob(mark(1, number, random.below(2000))))
        };
        let (timeout, retries) = (200 + random.below(800), random.below(4));
        let [timeout, retries] = [timeout, retries].map(|number: usize| i32::try_from(number).expect("small"));
        let asked = Instant::now();
        while !soak.counts.over() {
            match request.call(method, &[question.clone(), timeout.into(), retries.into()]) {
                Ok(answer) if answer == question => {
                    soak.counts.asked.one();
                    break;
                }
                Ok(Value::Empty) if asked.elapsed() < PATIENCE => {}
                Ok(Value::Empty) => {
                    soak.counts.lose(1, &"вопрос, заданный одним вызовом, без ответа");
                    break;
                }
                Ok(_) => {
                    soak.counts.broken.one();
                    break;
                }
                Err(failed) => {
                    soak.counts.fail(&failed);
                    break;
                }
            }
        }
    }
}
