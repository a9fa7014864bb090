//! Child processes that are waited for with a limit, and their ends in words.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// Starts a child. Wine now and then ends a process before its first line and says ERROR_INTERNAL_ERROR; Windows does
/// not, and nothing of ours has run by then: such a start is made again.
///
/// # Errors
/// As `Command::spawn`.
pub fn start(command: &mut Command) -> io::Result<Child> {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    let mut left = if cfg!(windows) { 5 } else { 0 };
    loop {
        match command.spawn() {
            Err(error) if left > 0 && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR) => left -= 1,
            started => return started,
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Waits, but not longer than `limit`; None when it still runs.
pub fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let end = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().expect("waiting for a child of ours") {
            return Some(status);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        std::thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Runs `body` in a forked child, which leaves without running its parent's destructors, and gives how it ended: 0 where `body` gave
/// true. Killed after `limit`.
///
/// # Panics
/// When there can be no child.
#[cfg(unix)]
pub fn in_forked_child(limit: Duration, body: impl FnOnce() -> bool) -> i32 {
    // SAFETY: the child runs only `body` and leaves by _exit; what threads of the parent's held is not let go in it, which is the hazard
    // that callers are after.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork");
    if child == 0 {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(false);
        // SAFETY: no precondition.
        unsafe { libc::_exit(i32::from(!done)) };
    }
    let end = Instant::now() + limit;
    loop {
        let mut status = 0;
        // SAFETY: a child of ours and a place for its status.
        if unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child {
            return status;
        }
        if Instant::now() > end {
            // SAFETY: the same child, not yet waited for.
            unsafe { libc::kill(child, libc::SIGKILL) };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Kills a child that leads its own process group, with all that it started.
pub fn kill_group(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(id) = i32::try_from(child.id()) {
        // SAFETY: the group of a child that was not waited for yet: its number is still ours.
        unsafe { libc::kill(-id, libc::SIGKILL) };
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// "left with code 3", "was killed by signal 11, a segmentation fault".
#[must_use]
pub fn end_in_words(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            let name = match signal {
                libc::SIGSEGV => "a segmentation fault",
                libc::SIGABRT => "an abort",
                libc::SIGBUS => "a bus error",
                libc::SIGILL => "an illegal instruction",
                libc::SIGFPE => "an arithmetic fault",
                libc::SIGTRAP => "a trap",
                libc::SIGPIPE => "a broken pipe",
                libc::SIGKILL => "SIGKILL",
                libc::SIGTERM => "SIGTERM",
                _ => "no fault that has a name here",
            };
            return format!("was killed by signal {signal}, {name}");
        }
    }
    match status.code() {
        // What Windows calls an exception code.
        Some(code) if code < 0 => format!("was killed by exception {code:#x}"),
        Some(code) => format!("left with code {code}"),
        None => "ended in an unknown way".into(),
    }
}
