//! What this process uses, as the system counts it.

use crate::{millis, secs};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    pub resident_kib: u64,
    pub descriptors: usize,
    pub threads: usize,
}

#[must_use]
pub fn figures() -> Figures {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident_kib = resident.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    // The folder that is read is itself a descriptor.
    Figures {
        resident_kib: resident_kib.expect("VmRSS in kB"),
        descriptors: entries("/proc/self/fd") - 1,
        threads: entries("/proc/self/task"),
    }
}

/// The figures as soon as they are no worse than `wanted`, after 3 s whatever they are: libzmq's threads let go of a
/// connection a little later.
#[must_use]
pub fn settled(wanted: Figures) -> Figures {
    let end = Instant::now() + secs(3);
    loop {
        let now = figures();
        if now.descriptors <= wanted.descriptors && now.threads <= wanted.threads || Instant::now() > end {
            return now;
        }
        thread::sleep(millis(10));
    }
}

/// What the processors have done for this process so far.
#[must_use]
pub fn processor_time() -> Duration {
    // SAFETY: a record of ours, all of whose bytes may be zero, is filled and then read.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &raw mut usage), 0);
        usage
    };
    let time = |it: libc::timeval| {
        secs(u64::try_from(it.tv_sec).unwrap_or(0)) + Duration::from_micros(u64::try_from(it.tv_usec).unwrap_or(0))
    };
    time(usage.ru_utime) + time(usage.ru_stime)
}

fn entries(folder: &str) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Sets the soft limit of open descriptors; None for as many as the system allows. Gives the limit set.
pub fn limit_descriptors(most: Option<usize>) -> usize {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a record of ours is filled and then read.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit), 0);
        limit.rlim_cur = most.map_or(limit.rlim_max, |most| most as libc::rlim_t).min(limit.rlim_max);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit), 0);
    }
    usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX)
}

/// Lets this process open just `free` more descriptors. Reads nothing but the descriptors themselves: a file under
/// /proc cannot be opened once none is left.
pub fn leave_descriptors(free: usize) {
    // SAFETY: asks for the flags of a number, whether a descriptor stands behind it or not.
    let unused = |number: &usize| unsafe { libc::fcntl(*number as libc::c_int, libc::F_GETFD) } == -1;
    let limit = (0..).filter(unused).nth(free).expect("numbers go on");
    limit_descriptors(Some(limit));
}
