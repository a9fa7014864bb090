//! Every row runs to its end. In a debug build one whose code takes other parameters than the row says, or answers where it
//! should not, panics then; a call that fails on the way would show nothing, so each is prepared to succeed.

use super::classes::{Abilities, SOCKETS, SocketClass};
use super::registrations::{SINGLES, SOCKET_CLASSES};
use super::socket::Socket;
use crate::native_api::{Arguments, Class, Component, FakeHost, OutOfMemory, Output, Reply, Sink, Surroundings, Value};
use crate::schema::{ClassTable, Family, Method, Takes};
use crate::zmq::SocketType;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ffi::c_long;
use std::sync::OnceLock;

pub type Rows = &'static ClassTable<Socket>;

/// The class of this name.
pub fn named(name: &str) -> Rows {
    &SOCKET_CLASSES[SOCKETS.iter().position(|class| class.name() == name).expect(name)]
}

/// Each class and one that it exchanges messages with.
fn pairs() -> impl Iterator<Item = (&'static str, Rows, Rows)> {
    SOCKETS.iter().map(|class| (class.name(), named(class.name()), named(class.peer)))
}

/// Counts answers, and keeps the bytes of the last.
#[derive(Default)]
struct Answers {
    count: usize,
    bytes: Vec<u8>,
}

impl Sink for Answers {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        self.count += 1;
        if let Reply::Blob(bytes) = reply {
            self.bytes = bytes.to_vec();
        }
        Ok(())
    }
}

/// Keeps a text.
#[derive(Default)]
struct Text(String);

impl Sink for Text {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        if let Reply::Text(text) = reply {
            text.clone_into(&mut self.0);
        }
        Ok(())
    }
}

fn rows(class: Rows) -> impl Iterator<Item = &'static Method<Socket>> {
    Socket::methods().filter(|row| row.on.meet(class.class))
}

/// An object and what its methods are called with.
pub struct Driven {
    class: Rows,
    object: Box<dyn Component>,
    endpoint: Vec<u16>,
    /// Whom it can send to: the first part of the message that it received last.
    identity: Vec<u8>,
}

impl Driven {
    pub fn new(class: Rows, endpoint: &str) -> Self {
        static CLIENT: OnceLock<&FakeHost> = OnceLock::new();
        let client = CLIENT.get_or_init(|| FakeHost::new(|_| true));
        let object = class.create(client.surroundings());
        Self { class, object, endpoint: endpoint.encode_utf16().collect(), identity: b"row".to_vec() }
    }

    /// Calls a method with arguments of the types that its row declares.
    pub fn call(&mut self, name: &str) {
        let (method, row) = rows(self.class).enumerate().find(|(_, row)| row.name.english == name).expect(name);
        let batch: Vec<_> = self.batch().encode_utf16().collect();
        let option: Vec<u16> = "РАЗРЕШИТЬipv6".encode_utf16().collect();
        let values: Vec<_> = row
            .parameters
            .iter()
            .map(|parameter| match parameter.takes {
                Takes::Text if name == "SendBatch" => Value::Text(&batch),
                Takes::Text if parameter.name.english == "OptionName" => Value::Text(&option),
                Takes::Text => Value::Text(&self.endpoint),
                // The first part of an addressed message is the peer's identity.
                Takes::Blob if parameter.name.english == "Identity" || name == "SendPart" => {
                    Value::Blob(&self.identity)
                }
                Takes::Blob => Value::Blob(b"row"),
                // An identity is no text.
                Takes::Index if name == "GetPartText" && self.can(Abilities::ADDRESSES) => Value::Int(1),
                // What goes over tcp takes its time.
                Takes::Timeout if self.can(Abilities::STREAMS) && name != "NextEvent" => Value::Int(10_000),
                Takes::Milliseconds | Takes::Timeout | Takes::Index | Takes::Identifier => Value::Int(0),
                Takes::Whole(least, _) => Value::Int(least.into()),
                Takes::Flag => Value::Bool(true),
                Takes::TextOrBlob if parameter.name.english.ends_with("Key") => Value::Blob(&[7; 32]),
                Takes::TextOrBlob => Value::Blob(b"row"),
                Takes::Any => Value::Bool(true),
            })
            .collect();
        let given = c_long::try_from(values.len()).unwrap();
        let mut answers = Answers::default();
        let done = self.object.call(method, &Arguments::of(&values, given), Output::to(&mut answers));
        assert!(done.is_ok(), "{name}: {:?}", done.map_err(|failure| failure.0));
        if name == "GetPart" {
            self.identity = answers.bytes;
        }
    }

    /// A message, for the peer that is known where it takes one.
    fn batch(&self) -> String {
        if !self.can(Abilities::ADDRESSES) {
            return r#"["row"]"#.to_owned();
        }
        let mut digits = [0; 100];
        let count = STANDARD.encode_slice(&self.identity, &mut digits).unwrap();
        let identity = str::from_utf8(&digits[..count]).unwrap();
        format!(r#"[[{{"base64":"{identity}"}},"row"]]"#)
    }

    fn last_endpoint(&self) -> Vec<u16> {
        let name: Vec<u16> = "LastEndpoint".encode_utf16().collect();
        let mut text = Text::default();
        let property = self.class.find_property(&name).unwrap();
        assert!(self.object.get(property, Output::to(&mut text)).is_ok());
        text.0.encode_utf16().collect()
    }

    /// A method that was looked up before, with any arguments; answers go to `sink`.
    pub fn call_row(&self, method: usize, values: &[Value<'_>], sink: &mut (dyn Sink + 'static)) {
        let given = c_long::try_from(values.len()).unwrap();
        assert!(self.object.call(method, &Arguments::of(values, given), Output::to(sink)).is_ok());
    }

    /// The number of a method.
    pub fn method(&self, name: &str) -> usize {
        rows(self.class).position(|row| row.name.english == name).expect(name)
    }

    fn can(&self, ability: Abilities) -> bool {
        SocketClass::of(self.class.class).can(ability)
    }

    /// Whether it speaks only when it was spoken to.
    fn replies(&self) -> bool {
        SocketClass::of(self.class.class).socket_type == SocketType::Rep
    }

    /// A message on its way to `self`.
    fn is_sent_to_by(&mut self, peer: &mut Self) {
        if peer.can(Abilities::SUBSCRIBES) && !peer.can(Abilities::SENDS) {
            return peer.call("Subscribe");
        }
        if peer.can(Abilities::STREAMS) {
            // A connection tells of itself.
            return;
        }
        if self.can(Abilities::SUBSCRIBES) {
            // The peer learns of the subscription when it was taken up here.
            for name in ["Subscribe", "SetRecvTimeout", "Recv"] {
                self.call(name);
            }
        }
        if peer.replies() {
            self.call("Send");
            peer.call("Recv");
        }
        if self.can(Abilities::SUBSCRIBES) && peer.can(Abilities::RECEIVES) {
            peer.call("Recv");
        }
        peer.call("Send");
    }

    /// What has to be done for a method to succeed.
    fn prepare(&mut self, name: &str, peer: &mut Self) {
        if name.ends_with("Peer") {
            let manual: Vec<u16> = "XPubManual".encode_utf16().collect();
            let property = self.class.find_property(&manual).unwrap();
            assert!(self.object.set(property, Value::Bool(true)).is_ok());
        }
        if matches!(name, "Connect" | "Disconnect") {
            let endpoint = String::from_utf16(&self.endpoint).unwrap();
            self.endpoint = endpoint.replace(":*", ":9").encode_utf16().collect();
        }
        // What makes it secure comes before all others.
        if matches!(name, "Bind" | "Connect") || name.starts_with("SetCurve") || name.starts_with("SetPlain") {
            return;
        }
        if name == "Disconnect" {
            return self.call("Connect");
        }
        self.call("Bind");
        peer.endpoint = self.last_endpoint();
        peer.call("Connect");
        match name {
            "Send" | "SendText" | "SendTo" | "SendBatch" if self.can(Abilities::ADDRESSES) => {
                self.is_sent_to_by(peer);
                self.call("RecvMultipart");
                self.call("GetPart");
                if matches!(name, "Send" | "SendText") {
                    self.call("SendPart");
                }
            }
            "Send" | "SendText" if self.replies() => {
                self.is_sent_to_by(peer);
                self.call("Recv");
            }
            "RecvText" if self.can(Abilities::ADDRESSES) => {
                self.is_sent_to_by(peer);
                self.call("Recv");
            }
            "SubscribePeer" => {
                peer.call("Subscribe");
                self.call("Recv");
            }
            "Recv" | "RecvText" | "RecvMultipart" | "RecvBatch" => self.is_sent_to_by(peer),
            "GetPart" | "GetPartText" => {
                self.is_sent_to_by(peer);
                self.call("RecvMultipart");
            }
            _ => {}
        }
    }
}

#[test]
fn every_row_and_its_code_agree() {
    for (id, class, peer) in pairs() {
        for row in rows(class) {
            let name = row.name.english;
            let is_stream = SocketClass::of(class.class).can(Abilities::STREAMS);
            let endpoint =
                if is_stream { "tcp://127.0.0.1:*".to_owned() } else { format!("inproc://rows.{id}.{name}") };
            let (mut object, mut peer) = (Driven::new(class, &endpoint), Driven::new(peer, &endpoint));
            object.prepare(name, &mut peer);
            object.call(name);
        }
    }
    let others: Vec<_> = SINGLES.iter().filter(|it| it.class.methods() > 0).map(|it| it.names.short).collect();
    assert_eq!(
        others,
        ["Info", "Poller", "Curve", "Auth", "Proxy"],
        "rows of others want a preparation: here, or beside them as `poller::row_tests`"
    );
}

#[test]
fn every_property_answers_once() {
    let sockets = pairs().map(|(id, class, _)| (id, class as &dyn Class, class.create(Surroundings::default())));
    let singles = SINGLES.iter().map(|it| {
        let class: &'static dyn Class = it.class;
        (it.names.short, class, class.create(Surroundings::default()))
    });
    for (id, class, object) in sockets.chain(singles) {
        for property in 0..class.properties() {
            let mut answers = Answers::default();
            assert!(object.get(property, Output::to(&mut answers)).is_ok(), "{id}: property {property}");
            assert_eq!(answers.count, 1, "{id}: property {property}");
        }
    }
}
