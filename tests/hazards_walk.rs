//! Random walks through everything that a few sockets can be told, with messages of several parts between them: nothing
//! ends the process, no message is mixed with another's, and one that was begun is read to its end.
//!
//! `ADDIN_ZEROMQ_WALK_SEED=7` walks that seed alone; `ADDIN_ZEROMQ_WALK_SECONDS=600` walks new ones for so long.
#![cfg(target_os = "linux")]

#[path = "walk/part.rs"]
mod part;
#[path = "walk/seat.rs"]
mod seat;
#[path = "walk/steps.rs"]
mod steps;

use host::{isolated, secs};
use std::time::{Duration, Instant};
use steps::Walk;

/// Walks without an order of others; a slow machine takes fewer.
const WALKS: u64 = 60;
const FEWEST: u64 = 12;
const ENOUGH: Duration = Duration::from_secs(7);

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}: a number")))
}

#[test]
fn sockets_are_told_everything_at_random() {
    let seconds = number("ADDIN_ZEROMQ_WALK_SECONDS").unwrap_or(0);
    isolated(secs(60 + seconds), || {
        let start = Instant::now();
        let mut steps = 0;
        if let Some(seed) = number("ADDIN_ZEROMQ_WALK_SEED") {
            steps += Walk::new(seed).go();
        } else if seconds > 0 {
            let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
            let mut seed = clock.as_secs() << 20;
            while start.elapsed() < secs(seconds) {
                steps += Walk::new(seed).go();
                seed += 1;
            }
        } else {
            for seed in 0..WALKS {
                if seed < FEWEST || start.elapsed() < ENOUGH {
                    steps += Walk::new(seed).go();
                }
            }
        }
        println!("{steps} steps in {:?}", start.elapsed());
    });
}
