//! The members of the sockets: names, who has them, what they take and give. The code they run stands beside.

mod addressed;
mod batches;
mod endpoints;
mod exchange;
mod option_rows;
mod requests;
mod state;
mod texts;
mod timeouts;
mod topics;

use super::Socket;
use crate::objects::classes::{Abilities, who};
use crate::schema::{ClassSet, Family, Method, Property};

const SENDERS: ClassSet = who(Abilities::SENDS);
const RECEIVERS: ClassSet = who(Abilities::RECEIVES);
const IN_TURNS: ClassSet = who(Abilities::TAKES_TURNS);

type M = Method<Socket>;
type P = Property<Socket>;

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
    ];

    const PROPERTIES: &'static [&'static [P]] = &[state::PROPERTIES, option_rows::PROPERTIES];

    fn close(&mut self) {
        Self::close(self);
    }
}
