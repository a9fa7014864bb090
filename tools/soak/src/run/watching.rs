//! Sockets and proxies that are watched: who is there, and what happens to their connections.

use super::Soak;
use host::random::Random;
use host::{Object, args};

/// Reads an event or two, not as fast as they come.
pub fn read(soak: &Soak, random: &mut Random, watched: &Object) {
    for _ in 0..random.below(3) {
        match watched.call("NextEvent", args![i32::from(random.below(2) == 0)]) {
            Ok(event) if !event.is_empty() => soak.counts.happened.one(),
            Ok(_) => {}
            Err(failed) => soak.counts.fail(&failed),
        }
    }
}

/// As `read`, and looks who is there.
pub fn look(soak: &Soak, random: &mut Random, socket: &Object) {
    read(soak, random, socket);
    if let Err(failed) = socket.call("WaitConnected", args![i32::from(random.below(2) == 0)]) {
        soak.counts.fail(&failed);
    }
}
