//! Threads beside the one that looks, in many orders.

use crate::sync::Arc;
use shuttle::thread;

/// Does something to the world in a thread of its own.
pub fn beside<W: Send + Sync + 'static>(
    world: &Arc<W>,
    what: impl FnOnce(&W) + Send + 'static,
) -> thread::JoinHandle<()> {
    let world = world.clone();
    thread::spawn(move || what(&world))
}

/// Runs a model in orders by chance, and in such that change rarely.
pub fn tried(run: fn()) {
    shuttle::check_random(run, 3_000);
    shuttle::check_pct(run, 1_000, 3);
}
