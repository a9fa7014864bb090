//! What a script set of a socket's options. Set before the socket is made it is kept, and applied when it is.

use crate::objects::errors::{self, Deed};
use crate::schema::Outcome;
use crate::zmq::{self, IntOption};

/// What a script set.
#[derive(Default)]
pub struct Settings(Vec<(IntOption, i32)>);

impl Settings {
    /// Keeps a value.
    pub fn keep(&mut self, option: IntOption, value: i32) {
        self.0.retain(|&(kept, _)| kept != option);
        self.0.push((option, value));
    }

    /// What is kept.
    pub fn get(&self, option: IntOption) -> Option<i32> {
        self.0.iter().find(|&&(kept, _)| kept == option).map(|&(_, value)| value)
    }

    /// Gives a new socket what was set before there was one.
    pub fn apply(&self, class: &str, raw: &mut zmq::Socket) -> Outcome {
        self.0.iter().try_for_each(|&(option, value)| set(class, raw, option, value))
    }
}

/// Sets an option of a socket.
pub fn set(class: &str, raw: &mut zmq::Socket, option: IntOption, value: i32) -> Outcome {
    raw.set_int(option, value).map_err(|error| errors::explain(Deed::Set, class, &format!("{option:?}"), error))
}
