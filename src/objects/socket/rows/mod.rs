//! The members of the sockets: names, who has them, what they take and give. The code they run stands beside.

mod addressed;
mod batches;
mod by_name;
mod endpoints;
mod exchange;
mod listening;
mod option_rows;
mod pattern_options;
mod requests;
mod security;
mod state;
mod texts;
mod timeouts;
mod topics;
mod watching;

use super::Socket;
use super::options::Key;
use crate::objects::classes::{Abilities, who};
use crate::schema::option::{self, Setting};
use crate::schema::{ClassSet, Error, Family, Method, Property};
use crate::zmq::{BytesOption, IntOption};
use std::ops::RangeInclusive;

const SENDERS: ClassSet = who(Abilities::SENDS);
const RECEIVERS: ClassSet = who(Abilities::RECEIVES);
const IN_TURNS: ClassSet = who(Abilities::TAKES_TURNS);

type M = Method<Socket>;
type P = Property<Socket>;

/// A number in an option of libzmq's.
const fn int(number: IntOption, range: RangeInclusive<i32>) -> Setting<Key, i64> {
    option::int(Key::Int(number), range)
}

/// A flag in an option of libzmq's.
const fn flag(flag: IntOption) -> Setting<Key, bool> {
    option::flag(Key::Int(flag))
}

/// A text in an option of libzmq's.
const fn text(text: BytesOption, lengths: RangeInclusive<u16>) -> Setting<Key, &'static str> {
    option::text(Key::Bytes(text), lengths)
}

/// Bytes in an option of libzmq's.
const fn bytes(bytes: BytesOption, lengths: RangeInclusive<u16>) -> Setting<Key, &'static [u8]> {
    option::bytes(Key::Bytes(bytes), lengths)
}

impl Family for Socket {
    const METHODS: &'static [&'static [M]] = &[
        endpoints::METHODS,
        exchange::METHODS,
        addressed::METHODS,
        texts::METHODS,
        requests::METHODS,
        batches::METHODS,
        timeouts::METHODS,
        topics::METHODS,
        security::METHODS,
        watching::METHODS,
        by_name::METHODS,
        listening::METHODS,
    ];

    const PROPERTIES: &'static [&'static [P]] = &[
        state::PROPERTIES,
        timeouts::PROPERTIES,
        option_rows::PROPERTIES,
        pattern_options::PROPERTIES,
        listening::PROPERTIES,
    ];

    fn close(&mut self) {
        Self::close(self);
    }

    fn failed(&self, member: &'static str, error: &Error) {
        self.note_failed(member, error);
    }

    #[inline]
    fn called(&self) {
        self.readable.tell_watchers();
    }
}
