//! A file shared by processes as memory: what a process wrote into it outlives the process's kill -9. It holds
//! numbers, and one byte for each message of each lane: how often it came.

use std::fs::OpenOptions;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// Numbers of a journal. Those of a lane are one for each sender or receiver.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Lanes,
    Messages,
    /// 1 when the roles are to come to their end.
    Stop,
    /// Messages that came a second time.
    Doubled,
    /// Messages that came after one that was sent later by the same sender.
    Disordered,
    /// Messages whose content was not what was sent.
    Broken,
    /// Calls that failed.
    Failed,
    /// Answers that belong to another request.
    Stale,
    /// Calls that timed out and were made again.
    Repeated,
    /// Published messages that nobody waits for any more.
    Gone,
    /// Processes that have taken a role.
    Born,
    /// How many messages of a lane were begun to be sent.
    Begun(usize),
    /// How many were accepted by Send.
    Accepted(usize),
    /// How many came on a lane.
    Came(usize),
}

const HEADER: usize = 64;

impl Number {
    const fn index(self) -> usize {
        match self {
            Self::Lanes => 0,
            Self::Messages => 1,
            Self::Stop => 2,
            Self::Doubled => 3,
            Self::Disordered => 4,
            Self::Broken => 5,
            Self::Failed => 6,
            Self::Stale => 7,
            Self::Repeated => 8,
            Self::Gone => 9,
            Self::Born => 10,
            Self::Begun(lane) => 11 + lane * 3,
            Self::Accepted(lane) => 12 + lane * 3,
            Self::Came(lane) => 13 + lane * 3,
        }
    }
}

pub struct Journal {
    at: NonNull<u8>,
    size: usize,
    lanes: usize,
    messages: usize,
}

// SAFETY: all access to the memory goes through atomics.
unsafe impl Send for Journal {}
// SAFETY: as above.
unsafe impl Sync for Journal {}

impl Journal {
    /// A new one, all zero.
    #[must_use]
    pub fn create(file: &Path, lanes: usize, messages: usize) -> Self {
        assert!(Number::Came(lanes - 1).index() < HEADER, "too many lanes");
        let mut journal = Self::map(file, HEADER * 8 + lanes * messages, true);
        journal.set(Number::Lanes, lanes as u64);
        journal.set(Number::Messages, messages as u64);
        (journal.lanes, journal.messages) = (lanes, messages);
        journal
    }

    #[must_use]
    pub fn open(file: &Path) -> Self {
        let size = std::fs::metadata(file).expect("the journal").len();
        let mut journal = Self::map(file, usize::try_from(size).expect("a size"), false);
        let get = |journal: &Self, number| usize::try_from(journal.get(number)).expect("a count");
        let (lanes, messages) = (get(&journal, Number::Lanes), get(&journal, Number::Messages));
        (journal.lanes, journal.messages) = (lanes, messages);
        journal
    }

    fn map(file: &Path, size: usize, create: bool) -> Self {
        let file = OpenOptions::new().read(true).write(true).create(create).truncate(false).open(file);
        let file = file.expect("the journal's file");
        if create {
            file.set_len(size as u64).expect("room for the journal");
        }
        // SAFETY: a fresh shared mapping of a file of that size; it outlives the descriptor.
        let at = unsafe {
            let access = libc::PROT_READ | libc::PROT_WRITE;
            libc::mmap(std::ptr::null_mut(), size, access, libc::MAP_SHARED, file.as_raw_fd(), 0)
        };
        assert!(at != libc::MAP_FAILED, "the journal cannot be mapped");
        Self { at: NonNull::new(at.cast()).expect("not null"), size, lanes: 0, messages: 0 }
    }

    #[must_use]
    pub const fn messages(&self) -> usize {
        self.messages
    }

    fn number(&self, number: Number) -> &AtomicU64 {
        // SAFETY: the header lies inside the mapping, whose start is aligned to a page.
        unsafe { self.at.cast::<AtomicU64>().add(number.index()).as_ref() }
    }

    fn byte(&self, lane: usize, message: usize) -> &AtomicU8 {
        assert!(lane < self.lanes && message < self.messages, "message {message} of lane {lane}");
        // SAFETY: inside the mapping, checked above.
        unsafe { self.at.cast::<AtomicU8>().add(HEADER * 8 + lane * self.messages + message).as_ref() }
    }

    #[must_use]
    pub fn get(&self, number: Number) -> u64 {
        self.number(number).load(Ordering::SeqCst)
    }

    pub fn set(&self, number: Number, value: u64) {
        self.number(number).store(value, Ordering::SeqCst);
    }

    /// Adds one; gives what was there before.
    pub fn count(&self, number: Number) -> u64 {
        self.number(number).fetch_add(1, Ordering::SeqCst)
    }

    /// Message `message` came on `lane`: counted, and noted when it came before.
    pub fn came(&self, lane: usize, message: usize) {
        self.count(Number::Came(lane));
        if self.byte(lane, message).fetch_add(1, Ordering::SeqCst) > 0 {
            self.count(Number::Doubled);
        }
    }

    /// Puts a byte for a message; gives the one before.
    pub fn swap(&self, lane: usize, message: usize, byte: u8) -> u8 {
        self.byte(lane, message).swap(byte, Ordering::SeqCst)
    }

    /// The first message of a lane that came.
    #[must_use]
    pub fn first(&self, lane: usize) -> usize {
        (0..self.messages).find(|&message| self.byte(lane, message).load(Ordering::SeqCst) > 0).unwrap_or(self.messages)
    }

    /// How many messages of a lane, from one to another, never came.
    #[must_use]
    pub fn missing(&self, lane: usize, from: usize, until: usize) -> usize {
        (from..until).filter(|&message| self.byte(lane, message).load(Ordering::SeqCst) == 0).count()
    }

    #[must_use]
    pub fn stopped(&self) -> bool {
        self.get(Number::Stop) != 0
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // SAFETY: the mapping made in `map`, unmapped once; nobody borrows from it any more.
        unsafe { libc::munmap(self.at.as_ptr().cast(), self.size) };
    }
}
