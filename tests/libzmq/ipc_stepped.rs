//! 0037-ipc-theft step by step: one process binds and is stopped before and after each of its system calls; there it is
//! killed, or a rival comes and it goes on afterwards. Whatever the step, one of them has the path in the end.

use super::ipc_killed::{FORKING, Forked};
use super::ipc_theft::{Folder, leave_dead, try_bind};
use super::isolated;
use super::raw::Ctx;
use host::secs;
use std::io::{PipeReader, Read, Write, pipe};
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What happens while the first binder is stopped.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meanwhile {
    /// It is killed, and a rival binds.
    Killed,
    /// A rival tries for a moment, and goes on together with the first.
    Rival,
    /// A rival tries until it is done, whoever has the lock.
    PatientRival,
    /// Somebody who does not ask, but removes what is there and listens.
    Thief,
}

/// A process that binds, tells the errno (0: none), and waits.
struct Binder {
    process: Forked,
    told: PipeReader,
}

impl Binder {
    fn new(path: &Path, traced: bool) -> Self {
        let (told, mut tell) = pipe().expect("a pipe");
        let process = Forked::new(|| {
            let ctx = Ctx::new();
            ctx.socket(zmq_sys::ZMQ_PULL).close();
            if traced {
                // SAFETY: takes numbers; this process is forked, its parent waits for the stop.
                unsafe {
                    libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0);
                    libc::raise(libc::SIGSTOP);
                }
            }
            let result = try_bind(&ctx, path);
            let error = result.as_ref().err().copied().unwrap_or(0);
            tell.write_all(&error.to_ne_bytes()).expect("the parent listens");
            thread::sleep(Duration::from_secs(120));
            i32::from(result.is_ok())
        });
        Self { process, told }
    }

    /// Up to the n-th stop; false when it was done before.
    fn step(&mut self, stops: usize) -> bool {
        self.process.stopped();
        for _ in 0..stops {
            if self.is_done(Duration::ZERO) {
                return false;
            }
            // SAFETY: a child of this thread's that is stopped.
            unsafe { libc::ptrace(libc::PTRACE_SYSCALL, self.process.id(), 0, 0) };
            self.process.stopped();
        }
        !self.is_done(Duration::ZERO)
    }

    fn go_on(&self) {
        // SAFETY: a child of this thread's that is stopped.
        unsafe { libc::ptrace(libc::PTRACE_DETACH, self.process.id(), 0, 0) };
    }

    fn is_done(&self, wait: Duration) -> bool {
        let mut item = libc::pollfd { fd: self.told.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let wait = i32::try_from(wait.as_millis()).expect("a short wait");
        // SAFETY: one item, which lives through the call.
        unsafe { libc::poll(&raw mut item, 1, wait) == 1 }
    }

    fn result(&mut self) -> i32 {
        assert!(self.is_done(Duration::from_secs(30)), "bind did not return");
        let mut number = [0; 4];
        self.told.read_exact(&mut number).expect("an errno");
        i32::from_ne_bytes(number)
    }
}

/// The process that listens at a path.
fn listener(path: &Path) -> i32 {
    let connection = UnixStream::connect(path).expect("somebody listens");
    let mut peer = libc::ucred { pid: 0, uid: 0, gid: 0 };
    let mut size = libc::socklen_t::try_from(size_of::<libc::ucred>()).expect("a small size");
    let (level, name) = (libc::SOL_SOCKET, libc::SO_PEERCRED);
    // SAFETY: room for the answer and its size, which live through the call.
    let result =
        unsafe { libc::getsockopt(connection.as_raw_fd(), level, name, (&raw mut peer).cast(), &raw mut size) };
    assert_eq!(result, 0);
    peer.pid
}

/// One case; false when the first binder makes fewer stops.
fn case(folder: &Folder, stops: usize, dead: bool, meanwhile: Meanwhile) -> bool {
    let path = folder.file(&format!("{stops}-{dead}-{meanwhile:?}"));
    if dead {
        let _forking = FORKING.lock().unwrap_or_else(PoisonError::into_inner);
        leave_dead(&path);
    }
    let mut first = Binder::new(&path, true);
    if !first.step(stops) {
        first.process.kill();
        return false;
    }
    let what = format!("{path:?}");
    if meanwhile == Meanwhile::Killed {
        first.process.kill();
        let mut rival = Binder::new(&path, false);
        assert_eq!(rival.result(), 0, "{what}");
        assert_eq!(listener(&path), rival.process.id(), "{what}");
        rival.process.kill();
        return true;
    }
    if meanwhile == Meanwhile::Thief {
        let _ = std::fs::remove_file(&path);
        let _listening = UnixListener::bind(&path).expect("bind");
        first.go_on();
        let _ = first.result();
        assert_eq!(listener(&path), i32::try_from(std::process::id()).expect("a pid"), "{what}");
        first.process.kill();
        return true;
    }
    let mut rival = Binder::new(&path, false);
    let patience = if meanwhile == Meanwhile::Rival { 30 } else { 5000 };
    rival.is_done(Duration::from_millis(patience));
    first.go_on();
    let results = (first.result(), rival.result());
    let owner = match results {
        (0, libc::EADDRINUSE) => &first,
        (libc::EADDRINUSE, 0) => &rival,
        _ => panic!("{what}: {results:?}"),
    };
    assert_eq!(listener(&path), owner.process.id(), "{what}");
    first.process.kill();
    rival.process.kill();
    true
}

/// Emulators and some containers cannot.
fn can_trace() -> bool {
    // SAFETY: takes numbers; this process is forked.
    let asked = Forked::new(|| unsafe { i32::from(libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) != 0) });
    asked.code() == 0
}

/// All steps at which something can happen, several at a time: most of it is waiting.
fn every_step(meanwhile: Meanwhile) {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("{info}");
        std::process::abort();
    }));
    if !can_trace() {
        println!("\nfigures: no process may be traced here: not tried");
        return;
    }
    let folder = Folder::new();
    for dead in [true, false] {
        let (next, most) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        let stops = next.fetch_add(1, Ordering::Relaxed);
                        if stops >= most.load(Ordering::Relaxed) {
                            return;
                        }
                        if !case(&folder, stops, dead, meanwhile) {
                            most.fetch_min(stops, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let steps = most.into_inner();
        println!("\nfigures: {meanwhile:?}: {steps} steps");
        assert!(steps > if dead { 30 } else { 8 }, "{steps} steps: not much was tried");
    }
    // What was moved aside and not removed by one that was killed: four steps, counted a little differently each time.
    let aside = folder.names().into_iter().filter(|name| name.contains('.')).count();
    assert!(aside <= if meanwhile == Meanwhile::Killed { 24 } else { 0 }, "{aside} files left aside");
}

#[test]
fn killed_at_every_step() {
    isolated(secs(60), || every_step(Meanwhile::Killed));
}

#[test]
fn a_rival_at_every_step() {
    isolated(secs(60), || every_step(Meanwhile::Rival));
}

#[test]
fn a_patient_rival_at_every_step() {
    isolated(secs(120), || every_step(Meanwhile::PatientRival));
}

#[test]
fn a_thief_at_every_step() {
    isolated(secs(60), || every_step(Meanwhile::Thief));
}
