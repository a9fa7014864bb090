//! What a call that watches a socket sleeps on.

use crate::background::Vigil;
use crate::objects::socket::{Readable, Socket};
use crate::schema::Sleep;
use crate::zmq;
use std::sync::Arc;
use std::time::Duration;

pub struct Bed(pub Vigil<Socket>);

impl Bed {
    /// Beside the socket that shows this.
    ///
    /// # Errors
    /// Those of [`Vigil::new`].
    pub fn new(readable: &Arc<Readable>) -> zmq::Result<Self> {
        Vigil::new(readable.id, readable.clone()).map(Self)
    }
}

impl Sleep for Bed {
    fn sleep(&mut self, time: Duration) {
        self.0.sleep(time);
    }
}
