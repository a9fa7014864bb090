//! One object of a walk, and what it was promised.

use crate::part::Part;
use host::{CallFailed, Object, Value, Variants};
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Req,
    Rep,
    Pub,
    Sub,
    Push,
    Pull,
    Dealer,
    Router,
    Pair,
    XPub,
    XSub,
    Stream,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Req,
        Self::Rep,
        Self::Pub,
        Self::Sub,
        Self::Push,
        Self::Pull,
        Self::Dealer,
        Self::Router,
        Self::Pair,
        Self::XPub,
        Self::XSub,
        Self::Stream,
    ];

    pub const fn fitting(self) -> Self {
        match self {
            Self::Req => Self::Rep,
            Self::Rep => Self::Req,
            Self::Pub => Self::Sub,
            Self::Sub => Self::Pub,
            Self::Push => Self::Pull,
            Self::Pull => Self::Push,
            Self::Dealer => Self::Router,
            Self::Router => Self::Dealer,
            Self::Pair => Self::Pair,
            Self::XPub => Self::XSub,
            Self::XSub => Self::XPub,
            Self::Stream => Self::Stream,
        }
    }

    pub const fn sends(self) -> bool {
        !matches!(self, Self::Sub | Self::Pull)
    }

    pub const fn receives(self) -> bool {
        !matches!(self, Self::Pub | Self::Push)
    }

    /// Every subscriber gets a message, or every publisher.
    pub const fn repeats(self) -> bool {
        matches!(self, Self::Sub | Self::XSub | Self::XPub)
    }

    pub const fn subscribes(self) -> bool {
        matches!(self, Self::Sub | Self::XSub)
    }

    /// What is received begins with the peer's identity.
    pub const fn addresses(self) -> bool {
        matches!(self, Self::Router | Self::Stream)
    }

    /// Takes and gives many messages in one call. Those of addresses would have to name a peer each, and what an XPub hears
    /// is no text when a subscription ends.
    pub const fn batches(self) -> bool {
        !self.takes_turns() && !self.addresses() && !matches!(self, Self::XPub)
    }

    /// A send ends what was being received.
    pub const fn takes_turns(self) -> bool {
        matches!(self, Self::Req | Self::Rep)
    }
}

/// What became of the place where an object is attached.
pub struct Attachment {
    pub at: String,
    pub bound: bool,
}

pub struct Walker {
    pub object: Object,
    pub kind: Kind,
    pub id: u64,
    pub closed: bool,
    pub attachments: Vec<Attachment>,
    /// Ever bound or connected, how often.
    pub attached: u32,
    /// Of the message being put together.
    pub topic: u8,
    pub message: u64,
    pub collected: usize,
    /// The part that Recv gave last, when others follow; None within where it was not one of ours.
    pub reading: Option<Option<Part>>,
    /// What RecvMultipart received last.
    pub gathered: Vec<Vec<u8>>,
    /// The host had no memory for what had come: it must come again.
    pub owed: bool,
    pub subscriptions: Vec<Vec<u8>>,
    /// Whose message came last.
    pub peer: Option<Vec<u8>>,
    /// By sender, the number of the last message.
    pub heard: HashMap<u64, u64>,
    /// A Req's last request, or the request that a Rep is to answer.
    pub request: Option<(u64, u64)>,
    /// The one before it, where the last may not have been sent: Request gives nothing in either case.
    pub earlier: Option<(u64, u64)>,
}

impl Walker {
    pub fn new(object: Object, kind: Kind, id: u64) -> Self {
        Self {
            object,
            kind,
            id,
            closed: false,
            attachments: Vec::new(),
            attached: 0,
            topic: b'a',
            message: 0,
            collected: 0,
            reading: None,
            gathered: Vec::new(),
            owed: false,
            subscriptions: Vec::new(),
            peer: None,
            heard: HashMap::new(),
            request: None,
            earlier: None,
        }
    }

    /// A call; what it answers is told, and an error must be one that scripts can make sense of.
    pub fn call(&self, name: &str, args: &[Value]) -> Result<Value, CallFailed> {
        self.tell(name, args);
        let answer = self.object.call(name, args);
        match &answer {
            Ok(value) => eprintln!(": {}", value.brief()),
            Err(failed) => self.judge(&failed.code, &failed.to_string()),
        }
        answer
    }

    /// A call of a function whose answer the host has no memory for; the code of its error.
    pub fn call_without_memory(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        self.tell(name, args);
        let (slots, memory) = (self.object.slots(), self.object.host().memory());
        let number = i32::try_from(slots.find_method(name)).expect("a method");
        let (count, mut args) = (i32::try_from(args.len()).expect("few"), Variants::of(args));
        memory.refuse_nth(1);
        let (done, value) = slots.call_as_func(number, Some(&mut args), count);
        memory.refuse_none();
        args.expire();
        if done {
            eprintln!(", no memory: {}", value.brief());
            return Ok(value);
        }
        let code = self.object.last_error_code();
        eprint!(", no memory");
        self.judge(&code, &self.object.last_error());
        Err(code)
    }

    fn tell(&self, name: &str, args: &[Value]) {
        let shown: Vec<_> = args.iter().map(Value::brief).collect();
        eprint!("{:?} {}.{name} {shown:?}", self.kind, self.id);
    }

    fn judge(&self, code: &str, what: &str) {
        eprintln!(": {code}");
        assert!(!["", "EFAULT", "EUNKNOWN", "EAGAIN"].contains(&code), "{what}");
        assert_eq!(code == "ENOTSOCK", self.closed, "{what}");
    }

    pub fn more(&self) -> bool {
        self.object.get("RecvMore").expect("RecvMore").truth()
    }

    /// The message being put together is over, sent or not.
    pub fn next_message(&mut self) {
        self.message += 1;
        self.collected = 0;
    }
}
