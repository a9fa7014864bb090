//! Every row runs to its end. In a debug build one whose code takes other parameters than the row says, or answers where it
//! should not, panics then; a call that fails on the way would show nothing, so each is prepared to succeed.

use super::socket::Socket;
use super::{INFO_CLASS, PUB_CLASS, PULL_CLASS, PUSH_CLASS, REP_CLASS, REQ_CLASS, SUB_CLASS};
use crate::native_api::{Arguments, Cancel, Class, Component, OutOfMemory, Output, Reply, Value};
use crate::schema::{ClassTable, Family, Method, Takes};
use std::ffi::c_long;

type SocketClass = &'static ClassTable<Socket>;

/// Each class and one that it exchanges messages with.
static PAIRS: [(&str, SocketClass, SocketClass); 6] = [
    ("Req", &REQ_CLASS, &REP_CLASS),
    ("Rep", &REP_CLASS, &REQ_CLASS),
    ("Pub", &PUB_CLASS, &SUB_CLASS),
    ("Sub", &SUB_CLASS, &PUB_CLASS),
    ("Push", &PUSH_CLASS, &PULL_CLASS),
    ("Pull", &PULL_CLASS, &PUSH_CLASS),
];

/// Counts answers.
#[derive(Default)]
struct Answers(usize);

impl Output for Answers {
    fn put(&mut self, _: Reply<'_>) -> Result<(), OutOfMemory> {
        self.0 += 1;
        Ok(())
    }
}

fn rows(class: SocketClass) -> impl Iterator<Item = &'static Method<Socket>> {
    Socket::METHODS.iter().filter(|row| row.on.meet(class.class))
}

/// An object and what its methods are called with.
struct Driven {
    class: SocketClass,
    object: Box<dyn Component>,
    endpoint: Vec<u16>,
}

impl Driven {
    fn new(class: SocketClass, endpoint: &str) -> Self {
        Self { class, object: class.create(Cancel::default()), endpoint: endpoint.encode_utf16().collect() }
    }

    /// Calls a method with arguments of the types that its row declares.
    fn call(&mut self, name: &str) {
        let (method, row) = rows(self.class).enumerate().find(|(_, row)| row.name.english == name).expect(name);
        let values: Vec<_> = row
            .parameters
            .iter()
            .map(|parameter| match parameter.takes {
                Takes::Text => Value::Text(&self.endpoint),
                Takes::Blob => Value::Blob(b"row"),
                Takes::Milliseconds | Takes::Index => Value::Int(0),
            })
            .collect();
        let given = c_long::try_from(values.len()).unwrap();
        let done = self.object.call(method, Arguments { values: &values, given }, &mut Answers::default());
        assert!(done.is_ok(), "{name}: {:?}", done.map_err(|failure| failure.0));
    }

    fn is(&self, class: SocketClass) -> bool {
        std::ptr::eq(self.class, class)
    }

    /// A message on its way to `self`.
    fn is_sent_to_by(&mut self, peer: &mut Self) {
        if self.is(&SUB_CLASS) {
            // The peer learns of the subscription when it was taken up here.
            for name in ["Subscribe", "SetRecvTimeout", "Recv"] {
                self.call(name);
            }
        }
        if self.is(&REQ_CLASS) {
            self.call("Send");
            peer.call("Recv");
        }
        peer.call("Send");
    }

    /// What has to be done for a method to succeed.
    fn prepare(&mut self, name: &str, peer: &mut Self) {
        if matches!(name, "Bind" | "Connect") {
            return;
        }
        if name == "Disconnect" {
            return self.call("Connect");
        }
        self.call("Bind");
        peer.call("Connect");
        match name {
            "Send" if self.is(&REP_CLASS) => {
                self.is_sent_to_by(peer);
                self.call("Recv");
            }
            "Recv" | "RecvMultipart" => self.is_sent_to_by(peer),
            "GetPart" => {
                self.is_sent_to_by(peer);
                self.call("RecvMultipart");
            }
            _ => {}
        }
    }
}

#[test]
fn every_row_and_its_code_agree() {
    for (id, class, peer) in PAIRS {
        for row in rows(class) {
            let name = row.name.english;
            let endpoint = format!("inproc://rows.{id}.{name}");
            let (mut object, mut peer) = (Driven::new(class, &endpoint), Driven::new(peer, &endpoint));
            object.prepare(name, &mut peer);
            object.call(name);
        }
    }
    assert_eq!(INFO_CLASS.methods(), 0, "its rows want a preparation here");
}

#[test]
fn every_property_answers_once() {
    let sockets = PAIRS.map(|(id, class, _)| (id, class as &dyn Class, class.create(Cancel::default())));
    let info = ("Info", &INFO_CLASS as &dyn Class, INFO_CLASS.create(Cancel::default()));
    for (id, class, mut object) in sockets.into_iter().chain([info]) {
        for property in 0..class.properties() {
            let mut answers = Answers::default();
            assert!(object.get(property, &mut answers).is_ok(), "{id}: property {property}");
            assert_eq!(answers.0, 1, "{id}: property {property}");
        }
    }
}
