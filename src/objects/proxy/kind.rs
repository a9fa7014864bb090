//! What a proxy passes on, and by which sockets.

use super::errors;
use crate::schema::{Name, Outcome};

/// A kind of proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Requests to workers, replies back.
    Queue,
    /// Publications to subscribers, subscriptions back.
    Forwarder,
    /// Tasks.
    Streamer,
}

/// A side of a proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Front,
    Back,
    Capture,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Queue, Self::Forwarder, Self::Streamer];

    /// In both languages.
    pub const fn name(self) -> Name {
        match self {
            Self::Queue => Name::new("Queue", "Очередь"),
            Self::Forwarder => Name::new("Forwarder", "Рассылка"),
            Self::Streamer => Name::new("Streamer", "Конвейер"),
        }
    }

    /// The kind of this name in either language.
    pub fn named(text: &[u16]) -> Outcome<Self> {
        let found = Self::ALL.into_iter().find(|kind| kind.name().is(text));
        found.ok_or_else(|| errors::no_kind(&String::from_utf16_lossy(&text[..text.len().min(100)])))
    }

    /// The class of the socket of a side, by its short name.
    pub const fn class(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Queue, Side::Front) => "Router",
            (Self::Queue, Side::Back) => "Dealer",
            (Self::Forwarder, Side::Front) => "XSub",
            (Self::Forwarder, Side::Back) => "XPub",
            (Self::Streamer, Side::Front) => "Pull",
            (Self::Streamer, Side::Back) | (_, Side::Capture) => "Push",
        }
    }
}

impl Side {
    pub const ALL: [Self; 3] = [Self::Front, Self::Back, Self::Capture];

    /// As JSON names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Front => "frontend",
            Self::Back => "backend",
            Self::Capture => "capture",
        }
    }

    /// As an error text names it.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Front => ("вход", "the frontend"),
            Self::Back => ("выход", "the backend"),
            Self::Capture => ("перехват", "the capture"),
        }
    }
}
