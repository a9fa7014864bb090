//! What another process keeps from us for a moment: on Windows locks bind everybody, and a file whose name changes is nobody's.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// How long another process may keep the file from us, where locks and names that change do so.
const KEPT: Duration = Duration::from_millis(200);

/// Tries until it is done, it failed for another reason, or the time is over.
pub fn patiently(mut act: impl FnMut() -> io::Result<()>, is_passing: impl Fn(&io::Error) -> bool) -> io::Result<()> {
    let end = Instant::now() + KEPT;
    loop {
        match act() {
            Err(error) if is_passing(&error) && Instant::now() < end => thread::sleep(Duration::from_millis(5)),
            done => return done,
        }
    }
}

/// No lock of another keeps whoever does not ask for one.
#[cfg(unix)]
pub const fn keeps_us_out(_: &io::Error) -> bool {
    false
}

/// Who puts the file away locks all of it, for a moment; a name that changes is refused to others just then.
#[cfg(windows)]
pub fn keeps_us_out(error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION | LOCK_VIOLATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_keeps_for_a_moment_is_waited_for_and_nothing_else_is() {
        let tried = |times: usize, passing: bool| {
            let mut left = times;
            let mut act = || {
                left -= 1;
                if left == 0 { Ok(()) } else { Err(io::Error::other("kept")) }
            };
            let done = patiently(&mut act, |_| passing).is_ok();
            (done, times - left)
        };
        assert_eq!((tried(3, true), tried(3, false)), ((true, 3), (false, 1)));
        let start = Instant::now();
        assert!(!tried(1_000_000, true).0, "without end");
        assert!(start.elapsed() >= KEPT);
    }
}
