//! Random walks through everything that a few sockets can be told, with messages of several parts between them: nothing
//! ends the process, no message is mixed with another's, and one that was begun is read to its end.
//!
//! `ADDIN_ZEROMQ_WALK_SEED=7` walks that seed alone; `ADDIN_ZEROMQ_WALK_SECONDS=600` walks new ones for so long.
#![cfg(target_os = "linux")]

mod messages;
mod part;
mod steps;
mod walker;

use host::random::Walks;
use host::{isolated, secs};
use std::time::{Duration, Instant};
use steps::Walk;

/// Walks without an order of others; a slow machine takes fewer.
const WALKS: u64 = 60;
const FEWEST: u64 = 12;
const ENOUGH: Duration = Duration::from_secs(7);

#[test]
fn sockets_are_told_everything_at_random() {
    let walks = Walks::asked_for();
    isolated(secs(60) + walks.time(), || {
        let (start, mut steps) = (Instant::now(), 0);
        walks.run(FEWEST..WALKS, ENOUGH, |seed| steps += Walk::new(seed).go());
        println!("{steps} steps in {:?}", start.elapsed());
    });
}
