//! Shortages made to order, for the calling process or thread only.

use std::ffi::c_int;
use std::fs::File;
use std::time::Duration;

/// Every descriptor that this process may still have.
pub struct Descriptors(Vec<File>);

impl Descriptors {
    pub fn take_all() -> Self {
        let few = libc::rlimit { rlim_cur: 256, rlim_max: 256 };
        // SAFETY: a plain struct of the C library, read by the call.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const few) }, 0);
        let mut files = Vec::with_capacity(256);
        while let Ok(file) = File::open("/dev/null") {
            files.push(file);
        }
        Self(files)
    }

    pub fn give_back_one(&mut self) {
        self.0.pop().expect("some are left");
    }
}

/// From now on this thread's system call `number` fails with `error`.
pub fn refuse(number: libc::c_long, error: c_int) {
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let answer = libc::BPF_RET | libc::BPF_K;
    let number = u32::try_from(number).expect("a system call");
    let errno = libc::SECCOMP_RET_ERRNO | u32::try_from(error).expect("an errno");
    let mut program = [
        // The number of the call stands first in what the filter sees.
        statement(load, 0, 0, 0),
        statement(equal, number, 0, 1),
        statement(answer, errno, 0, 0),
        statement(answer, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let filter = libc::sock_fprog { len: 4, filter: program.as_mut_ptr() };
    // SAFETY: the filter is well formed and lives through the call; it can only take rights away.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let filter = &raw const filter;
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, filter), 0);
    }
}

fn statement(code: u32, k: u32, jt: u8, jf: u8) -> libc::sock_filter {
    libc::sock_filter { code: u16::try_from(code).expect("a code"), jt, jf, k }
}

/// From now on this process can make `allowed` threads more: there is no room for another stack.
pub fn refuse_threads_after(allowed: u64) {
    let stack = default_stack();
    let limit = address_space() + allowed * stack + stack / 2;
    set_address_space_limit(limit as libc::rlim_t);
}

/// Takes the limit back.
pub fn allow_threads() {
    set_address_space_limit(libc::RLIM_INFINITY);
}

fn set_address_space_limit(bytes: libc::rlim_t) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: a plain struct of the C library, read by the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) }, 0);
}

fn address_space() -> u64 {
    memory(0)
}

/// What this process holds in memory.
pub fn resident_kib() -> u64 {
    memory(1) / 1024
}

/// A column of /proc/self/statm, bytes.
fn memory(column: usize) -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("/proc");
    let pages: u64 = pages.split(' ').nth(column).and_then(|text| text.parse().ok()).expect("a number");
    // SAFETY: no precondition.
    pages * u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).expect("a page size")
}

fn default_stack() -> u64 {
    // SAFETY: a plain struct of the C library, made by the first call and read by the second.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        let mut size = 0;
        assert_eq!(libc::pthread_attr_init(&raw mut attributes), 0);
        assert_eq!(libc::pthread_attr_getstacksize(&raw const attributes, &raw mut size), 0);
        u64::try_from(size).expect("a size")
    }
}

pub fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").expect("/proc").count()
}

/// What this process has used so far.
pub fn processor_time() -> Duration {
    // SAFETY: a plain struct of the C library, filled by the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &raw mut usage), 0);
        usage
    };
    let of = |time: libc::timeval| {
        let seconds = Duration::from_secs(u64::try_from(time.tv_sec).expect("positive"));
        seconds + Duration::from_micros(u64::try_from(time.tv_usec).expect("positive"))
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}
