//! How long closing may keep its caller. A script that ends drops all its objects, one after another: those whose peers do
//! not read share one wait, and do not each begin another.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// The whole wait.
const FULL: Duration = Duration::from_millis(500);

/// What is left of it for those that come right after one that was waited for in vain: what can leave at once does.
const LEAST: Duration = Duration::from_millis(5);

thread_local! {
    /// When this thread last waited in vain.
    static IN_VAIN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs `wait` with as much time as there is, which grows again as fast as time passes; whatever is given back is what was
/// waited for in vain.
pub fn spend<T>(wait: impl FnOnce(Duration) -> Option<T>) -> Option<T> {
    let patience = IN_VAIN.get().map_or(FULL, |since| since.elapsed().clamp(LEAST, FULL));
    let left = wait(patience);
    if left.is_some() {
        IN_VAIN.set(Some(Instant::now()));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn given(in_vain: bool) -> Duration {
        let mut given = Duration::ZERO;
        spend(|patience| {
            given = patience;
            in_vain.then_some(())
        });
        given
    }

    #[test]
    fn those_that_come_after_one_in_vain_share_its_wait() {
        assert_eq!(given(false), FULL);
        assert_eq!(given(true), FULL);
        let next: Vec<_> = (0..3).map(|_| given(true)).collect();
        assert!(next.iter().all(|&next| next < FULL / 2), "{next:?}");
        thread::sleep(FULL / 4);
        let grown = given(false);
        assert!(grown >= FULL / 4, "{grown:?}");
        thread::sleep(FULL);
        assert_eq!(given(false), FULL);
        // Another thread has a wait of its own.
        given(true);
        assert_eq!(thread::spawn(|| given(false)).join().unwrap(), FULL);
    }
}
