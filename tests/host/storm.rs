//! A storm of signals, as profilers, timers and garbage collectors of a host send them: SIGUSR1 breaks a
//! system call off, SIGALRM lets it be restarted where the system can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

static CAUGHT: AtomicU64 = AtomicU64::new(0);

extern "C" fn catch(_: libc::c_int) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

fn install(signal: libc::c_int, flags: libc::c_int) {
    // SAFETY: the handler only adds to a static atomic; the record is filled before use.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = catch as *const () as usize;
        action.sa_flags = flags;
        libc::sigemptyset(&raw mut action.sa_mask);
        assert_eq!(libc::sigaction(signal, &raw const action, std::ptr::null_mut()), 0);
    }
}

fn thread_id() -> libc::c_long {
    // SAFETY: no arguments, no failure.
    unsafe { libc::syscall(libc::SYS_gettid) }
}

/// While it lives, every thread of this process but its own is hit by both signals, `pause` apart.
pub struct Storm {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Storm {
    #[must_use]
    pub fn new(pause: Duration) -> Self {
        install(libc::SIGUSR1, 0);
        install(libc::SIGALRM, libc::SA_RESTART);
        let over = Arc::new(AtomicBool::new(false));
        let stop = over.clone();
        let thread = thread::spawn(move || {
            let own = thread_id();
            // SAFETY: no arguments.
            let process = unsafe { libc::getpid() };
            while !stop.load(Ordering::Relaxed) {
                let tasks = std::fs::read_dir("/proc/self/task").expect("the threads of this process");
                let ids = tasks.filter_map(|task| task.ok()?.file_name().to_str()?.parse::<libc::c_long>().ok());
                for id in ids.filter(|&id| id != own) {
                    for signal in [libc::SIGUSR1, libc::SIGALRM] {
                        // SAFETY: a thread that has ended meanwhile gives ESRCH; the signals have handlers.
                        unsafe { libc::syscall(libc::SYS_tgkill, process, id, signal) };
                    }
                }
                thread::sleep(pause);
            }
        });
        Self { over, thread: Some(thread) }
    }

    /// How many signals were caught in this process up to now.
    #[must_use]
    pub fn caught() -> u64 {
        CAUGHT.load(Ordering::Relaxed)
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
