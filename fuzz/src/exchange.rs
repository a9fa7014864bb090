//! Two objects that really are connected, and messages of several parts between them: sent and received part by part,
//! with an end of the connection anywhere between.

use crate::calls::{self, Kind};
use crate::script::Script;
use crate::values;
use host::{Object, Value};

/// Who sends to whom.
const FAMILIES: [[&str; 2]; 16] = [
    ["Push", "Pull"],
    ["Pub", "Sub"],
    ["Req", "Rep"],
    ["Rep", "Req"],
    ["Dealer", "Dealer"],
    ["Dealer", "Router"],
    ["Router", "Dealer"],
    ["Router", "Req"],
    ["Pair", "Pair"],
    ["XPub", "Sub"],
    ["Pub", "XSub"],
    ["XSub", "XPub"],
    ["Stream", "Stream"],
    ["Dealer", "Rep"],
    ["Req", "Router"],
    ["XPub", "XSub"],
];

/// Calls of one exchange.
const CALLS: usize = 16;

/// The classes of a sender and a receiver that fit.
pub fn family(script: &mut Script<'_>) -> [&'static str; 2] {
    script.pick(&FAMILIES)
}

/// A class by whichever name the object was made: "Push".
#[must_use]
pub fn is(object: &Object, class: &str) -> bool {
    object.class().to_lowercase().trim_start_matches("zeromq").trim_start_matches(['_', '.']) == class.to_lowercase()
}

/// What the two have done so far.
pub struct Exchange<'a> {
    sender: &'a Object,
    receiver: &'a Object,
    bound: &'a Object,
    connected: &'a Object,
    at: String,
    /// Whom the sender sends to, where it is to say that.
    identity: Option<Value>,
    /// Whom a Router heard last, and has not answered.
    asker: Option<Value>,
    /// Of the receiver's message: its rest must be there.
    reading: bool,
}

impl<'a> Exchange<'a> {
    /// Binds one and connects the other; None where either would not.
    #[must_use]
    pub fn new(
        script: &mut Script<'_>,
        sender: &'a Object,
        receiver: &'a Object,
        endpoint: &Value,
        secured: bool,
    ) -> Option<Self> {
        let (bound, connected) = if script.chance(3) { (receiver, sender) } else { (sender, receiver) };
        if secured && script.chance(2) {
            call(bound, "SetCurveServer", &[values::SECRET_KEY.into(), "global".into()]);
            call(connected, "SetCurveClient", &[values::PUBLIC_KEY.into(), values::SECRET_KEY.into()]);
        } else if secured {
            call(bound, "SetPlainServer", &["global".into()]);
            call(connected, "SetPlainClient", &["user".into(), "word".into()]);
        }
        if is(receiver, "Sub") || is(receiver, "XSub") {
            call(receiver, "Subscribe", &[Value::Blob(Vec::new())]);
        }
        // What is listened to is received by nobody else.
        for object in [sender, receiver] {
            call(object, "StopListening", &[]);
        }
        call(bound, "Bind", std::slice::from_ref(endpoint))?;
        let Ok(Value::Text(at)) = bound.get("LastEndpoint") else { return None };
        call(connected, "Connect", &[at.as_str().into()])?;
        Some(Self { sender, receiver, bound, connected, at, identity: None, asker: None, reading: more(receiver) })
    }

    pub fn run(&mut self, script: &mut Script<'_>) {
        if is(self.sender, "Rep") {
            // A request for the first reply.
            call(self.receiver, "Send", &[Value::blob("?")]);
            self.reading = false;
            while call(self.sender, "Recv", &[]).is_some_and(|part| !part.is_empty()) && more(self.sender) {}
        }
        if is(self.sender, "Router") || is(self.sender, "Stream") {
            // The receiver makes itself known; a connection does so by itself.
            call(self.receiver, "Send", &[Value::blob("!")]);
            call(self.sender, "RecvMultipart", &[]);
            self.identity = call(self.sender, "GetPart", &[Value::i4(0)]);
        }
        for _ in 0..CALLS {
            if script.ended() {
                return;
            }
            let part = Value::Blob(vec![script.byte(); script.below(40)]);
            match script.below(10) {
                0 => _ = call(self.sender, "SendPart", &[part]),
                8 => self.text(script),
                9 => self.batch(script),
                1 | 2 => {
                    self.envelope(script);
                    call(self.sender, "SendPart", std::slice::from_ref(&part));
                    match &self.identity {
                        Some(identity) => call(self.sender, "SendTo", &[identity.clone(), part]),
                        None => call(self.sender, "Send", &[part]),
                    };
                    self.receive();
                    // Who asks may ask again when it was answered.
                    if (is(self.sender, "Req") || is(self.receiver, "Rep")) && script.chance(2) {
                        self.answer();
                    }
                }
                3 | 4 => self.receive(),
                5 | 6 => _ = call(self.connected, "Disconnect", &[self.at.as_str().into()]),
                _ => match script.below(6) {
                    0 => _ = call(self.connected, "Connect", &[self.at.as_str().into()]),
                    1 => _ = call(self.bound, "Unbind", &[self.at.as_str().into()]),
                    2 => self.receive_multipart(),
                    3 => self.receiver.host().memory().refuse_nth(1),
                    4 => _ = call(self.sender, "DropParts", &[]),
                    _ => self.answer(),
                },
            }
        }
        self.receiver.host().memory().refuse_none();
    }

    /// Texts; what is none stays for who takes data.
    fn text(&mut self, script: &mut Script<'_>) {
        self.envelope(script);
        call(self.sender, if script.chance(3) { "SendPartText" } else { "SendText" }, &[values::text(script)]);
        let came = call(self.receiver, "RecvText", &[values::own_timeout(script)]);
        if came.is_none() && self.receiver.last_error_code() == "EILSEQ" {
            assert!(call(self.receiver, "Recv", &[]).is_some_and(|part| !part.is_empty()), "what was no text is lost");
        }
        self.reading = more(self.receiver);
    }

    /// Many at once, where requests and replies do not alternate; a Req asks in one call.
    fn batch(&mut self, script: &mut Script<'_>) {
        if is(self.sender, "Req") {
            call(self.sender, "RequestText", &["?".into(), Value::i4(0), Value::i4(script.int() % 3)]);
            return;
        }
        if is(self.receiver, "Req") || is(self.receiver, "Rep") {
            return;
        }
        call(self.sender, "SendBatch", &[values::batch(script), values::own_timeout(script)]);
        let came = call(self.receiver, "RecvBatch", &[Value::i4(1 + i32::from(script.byte()))]);
        assert!(!self.reading || came != Some(Value::Empty), "the rest of a message is not there");
        self.reading = more(self.receiver);
    }

    /// The empty part that a Req writes, and that it and a Rep read, by itself: without it nothing is a question, nor an answer.
    fn envelope(&self, script: &mut Script<'_>) {
        let asks = is(self.sender, "Dealer") && is(self.receiver, "Rep");
        let answers = is(self.sender, "Router") && is(self.receiver, "Req");
        if (asks || answers) && !script.chance(4) {
            call(self.sender, "SendPart", &[Value::blob("")]);
        }
    }

    /// Back to the sender, who takes it where it can. A Req or a Rep that sends gives up what it was receiving, a Router answers
    /// who asked last.
    fn answer(&mut self) {
        let is_of = |classes: &[&str], object: &Object| classes.iter().any(|class| is(object, class));
        if is(self.sender, "Req") && is(self.receiver, "Router") {
            if self.asker.is_none() {
                self.receive();
            }
            let Some(asker) = self.asker.take() else { return };
            call(self.receiver, "SendPart", &[Value::blob("")]);
            call(self.receiver, "SendTo", &[asker, Value::blob("!")]);
        } else if is_of(&["Rep", "Req", "XSub"], self.receiver) {
            call(self.receiver, "Send", &[Value::blob("!")]);
            self.reading = more(self.receiver);
        } else {
            return;
        }
        if is_of(&["Req", "Dealer", "XPub"], self.sender) {
            call(self.sender, "RecvMultipart", &[]);
        }
    }

    fn receive(&mut self) {
        let part = call(self.receiver, "Recv", &[]);
        assert!(!self.reading || part != Some(Value::Empty), "the rest of a message is not there");
        if !self.reading && is(self.receiver, "Router") {
            self.asker = part.filter(|part| !part.is_empty());
        }
        self.reading = more(self.receiver);
    }

    fn receive_multipart(&mut self) {
        let count = call(self.receiver, "RecvMultipart", &[]);
        assert!(!self.reading || count != Some(Value::Empty), "the rest of a message is not there");
        if let Some(Value::Whole(_, count)) = count {
            let last = i32::try_from(count - 1).expect("few");
            call(self.receiver, "GetPart", &[Value::i4(last)]);
        } else {
            assert_eq!(call(self.receiver, "GetPart", &[Value::i4(0)]), None, "a part of an older message");
        }
        self.reading = more(self.receiver);
    }
}

fn more(object: &Object) -> bool {
    calls::count(Kind::Property);
    matches!(object.get("RecvMore"), Ok(Value::Bool(true)))
}

/// None where it failed.
pub fn call(object: &Object, name: &str, args: &[Value]) -> Option<Value> {
    calls::count(Kind::Method);
    let answer = object.call(name, args);
    if calls::traced() {
        eprintln!("{}.{name}: {answer:?}", object.class());
    }
    answer.is_ok().then(calls::succeeded);
    answer.ok()
}
