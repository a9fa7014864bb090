//! A socket that is watched: who is there, and what happens to its connections.

use super::Soak;
use host::random::Random;
use host::{Object, args};

/// Reads an event or two, not as fast as they come, and looks who is there.
pub fn look(soak: &Soak, random: &mut Random, socket: &Object) {
    for _ in 0..random.below(3) {
        match socket.call("NextEvent", args![i32::from(random.below(2) == 0)]) {
            Ok(event) if !event.is_empty() => soak.counts.happened.one(),
            Ok(_) => {}
            Err(failed) => soak.counts.fail(&failed),
        }
    }
    if let Err(failed) = socket.call("WaitConnected", args![i32::from(random.below(2) == 0)]) {
        soak.counts.fail(&failed);
    }
}
