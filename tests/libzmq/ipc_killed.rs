//! 0037-ipc-theft among processes that are killed: whoever is next has the path, and never two at once.

use super::ipc_theft::{Folder, hears, inode, try_bind};
use super::isolated;
use super::raw::Ctx;
use host::secs;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Held while a process is forked: it would inherit a socket that another thread is about to close.
pub static FORKING: Mutex<()> = Mutex::new(());

/// A forked child that runs `body`, which never returns.
pub struct Forked(libc::pid_t);

impl Forked {
    pub fn new(body: impl FnOnce() -> i32) -> Self {
        let forking = FORKING.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: no context exists yet, and no other thread holds a lock that the child needs.
        let process = unsafe { libc::fork() };
        assert!(process >= 0, "fork");
        drop(forking);
        if process == 0 {
            // Nobody else would end it.
            // SAFETY: takes numbers.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            let code = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(9);
            // SAFETY: takes a number.
            unsafe { libc::_exit(code) };
        }
        Self(process)
    }

    pub fn id(&self) -> libc::pid_t {
        self.0
    }

    /// Waits until a child that is traced stops.
    pub fn stopped(&self) {
        let mut status = 0;
        // SAFETY: a child of ours that nobody else waits for.
        assert_eq!(unsafe { libc::waitpid(self.0, &raw mut status, libc::__WALL) }, self.0);
        assert!(libc::WIFSTOPPED(status), "status {status:#x}");
    }

    /// With what it ends.
    pub fn code(self) -> i32 {
        let mut status = 0;
        // SAFETY: a child of ours that nobody else waits for.
        assert_eq!(unsafe { libc::waitpid(self.0, &raw mut status, 0) }, self.0);
        libc::WEXITSTATUS(status)
    }

    /// kill -9; panics when it had ended by itself.
    pub fn kill(self) {
        let mut status = 0;
        // SAFETY: a child of ours that nobody else waits for.
        unsafe {
            libc::kill(self.0, libc::SIGKILL);
            assert_eq!(libc::waitpid(self.0, &raw mut status, 0), self.0);
        }
        assert!(libc::WIFSIGNALED(status), "ended with code {}", libc::WEXITSTATUS(status));
    }
}

/// Binds, says so, and waits to be killed.
fn hold(path: &Path, mut tell: PipeWriter) -> i32 {
    let ctx = Ctx::new();
    match try_bind(&ctx, path) {
        Ok(_socket) => {
            tell.write_all(b"!").expect("the parent listens");
            thread::sleep(Duration::from_secs(60));
            1
        }
        Err(error) => error,
    }
}

#[test]
fn a_thousand_owners_are_killed() {
    isolated(secs(120), || {
        let folder = Folder::new();
        let path = folder.file("s");
        for _ in 0..1000 {
            let (heard, tell): (PipeReader, PipeWriter) = pipe().expect("a pipe");
            let owner = Forked::new(|| hold(&path, tell));
            let mut said = [0];
            let _ = { heard }.read_exact(&mut said);
            owner.kill();
            assert_eq!(&said, b"!");
        }
        assert_eq!(folder.names(), ["s"]);
    });
}

/// Binds and lets go, over and over; gives a number when the path was not this process's while it was bound.
fn contend(path: &Path) -> i32 {
    let ctx = Ctx::new();
    let mut seed = std::process::id();
    loop {
        match try_bind(&ctx, path) {
            Err(libc::EADDRINUSE) => thread::sleep(Duration::from_micros(20)),
            Err(error) => return 100 + error,
            Ok(socket) => {
                let Some(made) = inode(path) else { return 1 };
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                thread::sleep(Duration::from_micros(u64::from(seed >> 22)));
                if UnixStream::connect(path).is_err() {
                    return 2;
                }
                if inode(path) != Some(made) {
                    return 3;
                }
                socket.close();
            }
        }
    }
}

#[test]
fn owners_are_killed_at_any_moment() {
    isolated(secs(60), || {
        let folder = Folder::new();
        let path = folder.file("s");
        let mut rivals: Vec<Forked> = (0..4).map(|_| Forked::new(|| contend(&path))).collect();
        let (end, mut kills) = (Instant::now() + Duration::from_secs(4), 0_u64);
        while Instant::now() < end {
            thread::sleep(Duration::from_micros(1500 + kills * 37 % 4000));
            rivals.remove(0).kill();
            rivals.push(Forked::new(|| contend(&path)));
            kills += 1;
        }
        rivals.into_iter().for_each(Forked::kill);
        let left = folder.names();
        println!("figures: {kills} kills, {} files left", left.len());
        // One that was killed between moving a dead file aside and removing it leaves that behind.
        assert!(left.len() <= 1 + usize::try_from(kills / 10).expect("a small number"), "{left:?}");
        let ctx = Ctx::new();
        let owner = try_bind(&ctx, &path).expect("bind");
        hears(&ctx, &owner, &path);
    });
}
