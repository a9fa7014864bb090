//! How far a socket has come: not opened yet, open, closed.

use super::defaults::{self, CLOSE_PATIENCE};
use super::endpoints::Endpoints;
use super::options::Settings;
use super::{OPEN, Socket, errors};
use crate::background::lingering;
use crate::handle::{Counters, Id};
use crate::objects::classes::SocketClass;
use crate::schema::{Me, Outcome};
use crate::zmq;
use std::mem;
use std::sync::Arc;

pub enum Stage {
    /// Options and timeouts may be set, nothing of libzmq's is there.
    Unopened,
    Open {
        raw: zmq::Watched,
        /// Its number among those that are open.
        id: Id,
        counters: Arc<Counters>,
    },
    /// Nothing is left.
    Closed,
}

impl Stage {
    /// The socket, made at the first call.
    pub fn open(
        &mut self,
        class: &'static SocketClass,
        settings: &Settings,
        me: &Me<Socket>,
    ) -> Outcome<&mut zmq::Watched> {
        if matches!(self, Self::Unopened) {
            let mut raw = zmq::Watched::new(defaults::open(class)?);
            settings.apply(class, &mut raw)?;
            let counters = Arc::<Counters>::default();
            *self = Self::Open { raw, id: OPEN.enter(me.clone(), counters.clone()), counters };
        }
        match self {
            Self::Open { raw, .. } => Ok(raw),
            Self::Unopened | Self::Closed => Err(errors::closed(class)),
        }
    }

    /// The socket, if it has or had an endpoint.
    #[inline]
    pub fn attached(&mut self, class: &'static SocketClass, endpoints: &Endpoints) -> Outcome<&mut zmq::Watched> {
        match self {
            Self::Open { .. } if !endpoints.were_there() => Err(errors::not_attached(class)),
            Self::Open { raw, .. } => Ok(raw),
            Self::Unopened => Err(errors::not_attached(class)),
            Self::Closed => Err(errors::closed(class)),
        }
    }

    /// Nothing is left of a socket that was closed.
    pub fn check_not_closed(&self, class: &'static SocketClass) -> Outcome {
        if matches!(self, Self::Closed) { Err(errors::closed(class)) } else { Ok(()) }
    }

    /// The number among those that are open.
    pub const fn id(&self) -> Option<Id> {
        match self {
            Self::Open { id, .. } => Some(*id),
            Self::Unopened | Self::Closed => None,
        }
    }

    /// Counts what went through the socket.
    pub fn count(&self, count: impl FnOnce(&Counters)) {
        if let Self::Open { counters, .. } = self {
            count(counters);
        }
    }

    /// Ends the socket. What is not delivered when the patience ends is watched from the background.
    pub fn close(&mut self, endpoints: &Endpoints) {
        if let Self::Open { mut raw, id, .. } = mem::replace(self, Self::Closed) {
            OPEN.leave(id);
            endpoints.release(&mut raw);
            if endpoints.went_out() {
                if let Some(monitor) = zmq::close(raw, CLOSE_PATIENCE) {
                    lingering::watch(monitor);
                }
            }
        }
    }
}
