//! What the process owes libzmq's threads: the library stays loaded, and a forked child leaves them alone.

use super::error::{Error, Result};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether the library stays in memory from now on.
static PINNED: AtomicBool = AtomicBool::new(false);

/// Fails in a child that was forked after the context was made: libzmq's threads are not there.
pub(super) fn check_not_forked() -> Result<()> {
    if is_forked() { Err(Error::FORKED) } else { Ok(()) }
}

/// Whether this is a child that was forked after the context was made.
pub fn is_forked() -> bool {
    platform::forked()
}

/// A visitor, a thread of the library's own or a poller, is inside of an object's gate, which a child forked at this moment
/// would find locked for ever: so whoever forks waits until this is dropped.
pub struct Working(());

/// How many visitors there are, and how many threads are about to fork.
static WORKING: AtomicUsize = AtomicUsize::new(0);
static FORKING: AtomicUsize = AtomicUsize::new(0);

/// For a visitor, who stays for as long as one object is looked after; None while somebody forks: he comes again later.
pub fn working() -> Option<Working> {
    // In one order for all threads: either this one sees who forks, or he sees this one.
    WORKING.fetch_add(1, Ordering::SeqCst);
    let working = Working(());
    (FORKING.load(Ordering::SeqCst) == 0).then_some(working)
}

impl Drop for Working {
    fn drop(&mut self) {
        WORKING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A number that is this thread's alone while it runs, neither 0 nor 1.
#[inline]
pub fn this_thread() -> usize {
    platform::this_thread()
}

/// Makes this library stay in memory for as long as the process lives, and watches for forks.
/// libzmq's threads run its code whether the host unloads it or not; and a lock that a thread may hold while another forks is
/// not to be taken before.
///
/// # Errors
/// EINVAL: the system's loader does not know the library.
pub fn prepare() -> Result<()> {
    static WATCH: Once = Once::new();
    WATCH.call_once(platform::watch_forks);
    stay()
}

/// Makes this library stay in memory for as long as the process lives: a thread of its own runs its code.
///
/// # Errors
/// EINVAL: the system's loader does not know it.
pub fn stay() -> Result<()> {
    platform::pin()?;
    PINNED.store(true, Ordering::Relaxed);
    Ok(())
}

/// libstdc++ keeps memory for exceptions that are thrown when there is none left. Linked into a library that is unloaded
/// it would stay behind, 73 KB for each load. Freed when the loader lets go of us; never once libzmq's threads run, which
/// also need the library to stay.
#[cfg(all(static_libstdcxx, not(test)))]
mod leaving {
    use super::PINNED;
    use std::sync::atomic::Ordering;

    unsafe extern "C" {
        #[link_name = "_ZN9__gnu_cxx9__freeresEv"]
        fn free_emergency_pool();
    }

    extern "C" fn leave() {
        if !PINNED.load(Ordering::Relaxed) {
            // SAFETY: made for this moment (libsupc++, eh_alloc.cc); without a context no C++ of ours runs any more.
            unsafe { free_emergency_pool() };
        }
    }

    #[used]
    // SAFETY: the section holds pointers to functions without parameters, which is what this is.
    #[unsafe(link_section = ".fini_array")]
    static LEAVE: extern "C" fn() = leave;
}

#[cfg(unix)]
mod platform {
    use super::{Error, FORKING, Result, WORKING};
    use std::mem::MaybeUninit;
    use std::sync::atomic::{AtomicBool, Ordering};

    static FORKED: AtomicBool = AtomicBool::new(false);

    /// Open descriptors that a context needs at once: two per thread for epoll and the mailbox, one for a socket.
    const NEEDED_DESCRIPTORS: usize = 16;

    pub(super) fn forked() -> bool {
        FORKED.load(Ordering::Relaxed)
    }

    pub(super) fn this_thread() -> usize {
        // SAFETY: no precondition.
        let thread = unsafe { libc::pthread_self() };
        // A pointer in truth.
        usize::try_from(thread).unwrap_or(usize::MAX)
    }

    extern "C" fn before_fork() {
        FORKING.fetch_add(1, Ordering::SeqCst);
        // For as long as one object is looked after.
        while WORKING.load(Ordering::SeqCst) > 0 {
            std::thread::yield_now();
        }
    }

    extern "C" fn in_parent() {
        FORKING.fetch_sub(1, Ordering::SeqCst);
    }

    extern "C" fn in_child() {
        FORKED.store(true, Ordering::Relaxed);
        FORKING.store(0, Ordering::SeqCst);
        // A visitor who was refused may not have said yet that he has gone, and is not here to say it.
        WORKING.store(0, Ordering::SeqCst);
    }

    pub(super) fn watch_forks() {
        // SAFETY: the handlers touch static atomics and yield, and the library is pinned right after, so they stay mapped.
        unsafe { libc::pthread_atfork(Some(before_fork), Some(in_parent), Some(in_child)) };
    }

    pub(super) fn pin() -> Result<()> {
        let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
        // SAFETY: the address is of a function of ours, and dladdr writes a Dl_info.
        let found = unsafe { libc::dladdr(in_child as *const libc::c_void, info.as_mut_ptr()) };
        if found == 0 {
            return Err(Error::INVALID);
        }
        // SAFETY: zeroed memory is a valid Dl_info, and dladdr filled it.
        let name = unsafe { info.assume_init() }.dli_fname;
        // SAFETY: `name` is the loader's own text for a library that is loaded (this one), so RTLD_NOLOAD finds it by
        // name without opening a file; the handle is kept on purpose.
        let handle = unsafe { libc::dlopen(name, libc::RTLD_NOLOAD | libc::RTLD_NODELETE | libc::RTLD_LAZY) };
        // A program that links this code into itself (unit tests) is not a library and cannot be unloaded.
        if handle.is_null() && !cfg!(test) {
            return Err(Error::INVALID);
        }
        Ok(())
    }

    /// How many descriptors the process may have; None where there is no limit.
    pub(in crate::zmq) fn descriptor_limit() -> Option<u32> {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: writes one rlimit.
        let result = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
        if result == 0 { u32::try_from(limit.rlim_cur).ok() } else { None }
    }

    /// Whether a first context can be made: libzmq aborts where it finds no descriptor for its own threads.
    pub(in crate::zmq) fn check_descriptors() -> Result<()> {
        let mut opened = Vec::with_capacity(NEEDED_DESCRIPTORS);
        for _ in 0..NEEDED_DESCRIPTORS {
            opened.push(std::fs::File::open("/dev/null").map_err(|_| Error::NO_DESCRIPTORS)?);
        }
        Ok(())
    }
}

#[cfg(windows)]
mod platform {
    use super::{Error, Result};
    use std::ffi::c_void;
    use std::ptr;

    const FROM_ADDRESS: u32 = 4;
    const PIN: u32 = 1;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentThreadId() -> u32;
        fn GetModuleHandleExW(flags: u32, name: *const u16, module: *mut *mut c_void) -> i32;
    }

    pub(super) const fn forked() -> bool {
        false
    }

    /// Multiples of four, from 4 on.
    pub(super) fn this_thread() -> usize {
        // SAFETY: no precondition.
        unsafe { GetCurrentThreadId() as usize }
    }

    pub(super) const fn watch_forks() {}

    pub(super) fn pin() -> Result<()> {
        let mut module = ptr::null_mut();
        // SAFETY: with FROM_ADDRESS the name is any address inside the module: that of a function of ours.
        let done = unsafe { GetModuleHandleExW(FROM_ADDRESS | PIN, pin as *const u16, &raw mut module) };
        if done == 0 { Err(Error::INVALID) } else { Ok(()) }
    }

    pub(in crate::zmq) const fn check_descriptors() -> Result<()> {
        Ok(())
    }

    pub(in crate::zmq) const fn descriptor_limit() -> Option<u32> {
        None
    }
}

pub(super) use platform::check_descriptors;

/// How many descriptors the process may have; None where there is no limit.
pub fn descriptor_limit() -> Option<u32> {
    platform::descriptor_limit()
}
