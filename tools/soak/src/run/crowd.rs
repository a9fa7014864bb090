//! A poller over one socket that matters and others that come and go.

use super::Soak;
use host::random::Random;
use host::{Host, Object, args};

/// So many come and go at a time.
const PASSERS: usize = 16;

pub struct Crowd {
    host: Host,
    poller: Object,
    passers: Vec<Object>,
}

impl Crowd {
    /// Waits for `socket`, among others.
    pub fn new(host: Host, socket: &Object) -> Self {
        let poller = host.create("ZeroMQ.Poller");
        poller.must("Add", [socket.get("Id").expect("an id")]);
        Self { host, poller, passers: Vec::new() }
    }

    /// Waits until somebody is ready; meanwhile some come and some go, closed or dropped.
    pub fn wait(&mut self, soak: &Soak, random: &mut Random, timeout: i32) {
        match random.below(4) {
            0 if self.passers.len() < PASSERS => {
                let passer = self.host.create("ZeroMQ.Pull");
                let _ = passer.call("Bind", args!["inproc://*"]);
                match passer.get("Id").and_then(|id| self.poller.call("Add", [id])) {
                    Ok(_) => self.passers.push(passer),
                    Err(failed) => soak.counts.fail(&failed),
                }
            }
            1 if !self.passers.is_empty() => {
                let passer = self.passers.swap_remove(random.below(self.passers.len()));
                if random.below(2) == 0 {
                    passer.must("Close", []);
                }
            }
            _ => {}
        }
        match self.poller.call("Wait", args![timeout]) {
            Ok(_) => soak.counts.polls.one(),
            Err(failed) => soak.counts.fail(&failed),
        }
    }
}
