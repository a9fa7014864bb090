//! What addresses of every kind have in common.

use crate::objects::errors::{Deed, Refusal};
use crate::schema::Words;

/// What is done at an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Bind,
    Connect,
}

/// An endpoint that may work.
#[derive(Debug)]
pub struct Address {
    /// The same for every way to write it.
    pub key: String,
    /// Whether libzmq must speak IPv6 to read it.
    pub ipv6: bool,
    /// Whether the system is asked what its host means.
    pub named: bool,
}

impl Side {
    /// What a script tries when it makes an endpoint of this side.
    pub const fn making(self) -> Deed {
        match self {
            Self::Bind => Deed::Bind,
            Self::Connect => Deed::Connect,
        }
    }

    /// What it tries when it undoes one.
    pub const fn undoing(self) -> Deed {
        match self {
            Self::Bind => Deed::Unbind,
            Self::Connect => Deed::Disconnect,
        }
    }

    pub const fn other(self) -> Self {
        match self {
            Self::Bind => Self::Connect,
            Self::Connect => Self::Bind,
        }
    }
}

pub const EXAMPLES: (&str, &str) = (
    "Примеры: `tcp://127.0.0.1:5555`, `tcp://имя.компании.ru:5555`, `tcp://[::1]:5555`.",
    "Examples: `tcp://127.0.0.1:5555`, `tcp://name.example.com:5555`, `tcp://[::1]:5555`.",
);

pub type Read<T> = Result<T, Refusal>;

/// Whose address it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Ours, to listen on.
    Bound,
    /// Ours, to connect from.
    Source,
    /// The peer's.
    Target,
}

pub fn wrong(wrong: impl Into<Words<String>>, advice: impl Into<Words<String>>) -> Refusal {
    Refusal::new("EINVAL", wrong, advice)
}

pub fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}
