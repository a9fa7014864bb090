//! The members of the sockets: names, who has them, what they take and give. The code they run stands beside.

mod endpoints;
mod exchange;
mod option_rows;
mod state;
mod timeouts;
mod topics;

use super::Socket;
use crate::objects::classes::{Abilities, who};
use crate::schema::{ClassSet, Family, Method, Property};

const SENDERS: ClassSet = who(Abilities::SENDS);
const RECEIVERS: ClassSet = who(Abilities::RECEIVES);

type M = Method<Socket>;
type P = Property<Socket>;

impl Family for Socket {
    const METHODS: &'static [&'static [M]] =
        &[endpoints::METHODS, exchange::METHODS, timeouts::METHODS, topics::METHODS];

    const PROPERTIES: &'static [&'static [P]] = &[state::PROPERTIES, option_rows::PROPERTIES];

    fn close(&mut self) {
        Self::close(self);
    }
}
