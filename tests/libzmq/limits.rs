//! Shortages made to order, for the calling process or thread only.

use std::ffi::c_int;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
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
    let answer = answer(error);
    // The number of the call stands first in what the filter sees.
    filter(&mut [load(0), unless(kernel_number(number), 1), answer, ALLOW], 0);
}

/// From now on this thread's poll(2) fails with ENOMEM where it would not wait; not where the C library calls another.
#[cfg(target_arch = "x86_64")]
pub fn refuse_looks() {
    // The third argument stands at 32.
    let (number, answer) = (kernel_number(libc::SYS_poll), answer(libc::ENOMEM));
    filter(&mut [load(0), unless(number, 3), load(32), unless(0, 1), answer, ALLOW], 0);
}

/// From now on no thread of this process can add a descriptor to an epoll.
pub fn refuse_watches(error: c_int) {
    let add = u32::try_from(libc::EPOLL_CTL_ADD).expect("an operation");
    let (number, answer) = (kernel_number(libc::SYS_epoll_ctl), answer(error));
    // The second argument stands at 24.
    filter(&mut [load(0), unless(number, 3), load(24), unless(add, 1), answer, ALLOW], libc::SECCOMP_FILTER_FLAG_TSYNC);
}

/// System calls of this thread and of those that it starts from now on, counted; they are carried out as ever.
pub struct Counted(Arc<AtomicU32>);

impl Counted {
    pub fn from_now_on(calls: &[libc::c_long]) -> Self {
        let tell = statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_USER_NOTIF, 0);
        let mut program = vec![load(0)];
        program.extend(calls.iter().flat_map(|&call| [unless(kernel_number(call), 1), tell]));
        program.push(ALLOW);
        let listener = filter(&mut program, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
        let listener = c_int::try_from(listener).expect("a descriptor");
        let count = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&count);
        // Lives as long as the process: without it the calls would fail.
        thread::spawn(move || {
            loop {
                // SAFETY: plain structs of numbers, of the sizes that the kernel knows; both live through the calls.
                unsafe {
                    let mut notice: libc::seccomp_notif = std::mem::zeroed();
                    if libc::ioctl(listener, NOTIF_RECV, &raw mut notice) == 0 {
                        counted.fetch_add(1, Ordering::SeqCst);
                        let mut answer: libc::seccomp_notif_resp = std::mem::zeroed();
                        answer.id = notice.id;
                        answer.flags = CONTINUE;
                        libc::ioctl(listener, NOTIF_SEND, &raw mut answer);
                    }
                }
            }
        });
        Self(count)
    }

    pub fn calls(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

// Of linux/seccomp.h.
const NOTIF_RECV: libc::Ioctl = 0xC050_2100;
const NOTIF_SEND: libc::Ioctl = 0xC018_2101;
const CONTINUE: u32 = 1;

/// Puts a filter before the system calls of this thread; `flags` may say: of every thread. Gives the
/// descriptor, where there is one, of whoever is to listen.
fn filter(program: &mut [libc::sock_filter], flags: libc::c_ulong) -> libc::c_long {
    let length = u16::try_from(program.len()).expect("a short filter");
    let filter = libc::sock_fprog { len: length, filter: program.as_mut_ptr() };
    // SAFETY: the filter is well formed and lives through the call; it can only take rights away.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let done = libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const filter);
        assert!(done >= 0, "seccomp: {}", std::io::Error::last_os_error());
        done
    }
}

const ALLOW: libc::sock_filter = statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0);

fn answer(error: c_int) -> libc::sock_filter {
    let errno = libc::SECCOMP_RET_ERRNO | u32::try_from(error).expect("an errno");
    statement(libc::BPF_RET | libc::BPF_K, errno, 0)
}

const fn load(offset: u32) -> libc::sock_filter {
    statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0)
}

/// Passes over `skipped` statements unless what was loaded is `value`.
const fn unless(value: u32, skipped: u8) -> libc::sock_filter {
    statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, skipped)
}

#[expect(clippy::cast_possible_truncation, reason = "codes of statements have 16 bits")]
const fn statement(code: u32, k: u32, jf: u8) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt: 0, jf, k }
}

fn kernel_number(call: libc::c_long) -> u32 {
    u32::try_from(call).expect("a system call")
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
    let pages = std::fs::read_to_string("/proc/self/statm").expect("/proc");
    let pages: u64 = pages.split(' ').next().and_then(|text| text.parse().ok()).expect("a number");
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

/// What this process has used of processors so far.
pub fn processor_time() -> Duration {
    used(libc::RUSAGE_SELF).0
}

/// What the calling thread has used of processors so far, and how often it has gone to sleep.
pub fn of_this_thread() -> (Duration, i64) {
    used(libc::RUSAGE_THREAD)
}

fn used(who: c_int) -> (Duration, i64) {
    // SAFETY: a plain struct of the C library, filled by the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(who, &raw mut usage), 0);
        usage
    };
    let of = |time: libc::timeval| {
        let seconds = Duration::from_secs(u64::try_from(time.tv_sec).expect("positive"));
        seconds + Duration::from_micros(u64::try_from(time.tv_usec).expect("positive"))
    };
    (of(usage.ru_utime) + of(usage.ru_stime), usage.ru_nvcsw)
}
