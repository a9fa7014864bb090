//! What was received for somebody who is told of it later: one thread puts, another takes, and whoever stops both gets back
//! what nobody was told of. There is a bound; beyond it the oldest are lost, and whoever takes is told how many, in the place
//! where they were.

use crate::sync::{AtomicBool, AtomicU64, Condvar, Mutex, MutexGuard, this_thread};
use std::collections::VecDeque;
use std::mem;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The number of a run, from `begin` to its end; never given twice by one relay.
pub type Run = u64;

/// What waits to be told. Its lock is a leaf.
#[derive(Debug)]
pub struct Relay<T> {
    now: Mutex<Now<T>>,
    changed: Condvar,
    /// Both for who looks without the lock.
    waiting: AtomicU64,
    lost: AtomicU64,
    open: AtomicBool,
}

#[derive(Debug)]
struct Now<T> {
    run: Run,
    open: bool,
    /// Nothing more is put: the run ends when all of it was told.
    complete: bool,
    bounds: Bounds,
    waiting: VecDeque<(T, usize)>,
    bytes: usize,
    /// So many were lost since whoever takes was told.
    lost: u64,
    /// The thread that has something in hand, which comes back or does not.
    in_hand: Option<usize>,
}

/// How much may wait: one is let in however large it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    pub count: usize,
    pub bytes: usize,
}

/// What is taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken<T> {
    This(T, usize),
    /// So many are missing here.
    Lost(u64),
}

impl<T> Default for Relay<T> {
    fn default() -> Self {
        let now = Now {
            run: 0,
            open: false,
            complete: false,
            bounds: Bounds { count: 0, bytes: 0 },
            waiting: VecDeque::new(),
            bytes: 0,
            lost: 0,
            in_hand: None,
        };
        Self {
            now: Mutex::new(now),
            changed: Condvar::new(),
            waiting: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            open: AtomicBool::new(false),
        }
    }
}

impl<T> Relay<T> {
    /// Begins a run. What an earlier one left comes first.
    pub fn begin(&self, bounds: Bounds) -> Run {
        let mut now = self.now();
        now.run += 1;
        (now.open, now.complete, now.bounds) = (true, false, bounds);
        self.open.store(true, Ordering::Relaxed);
        now.run
    }

    /// One more; given back where the run has ended. The oldest are lost where there is no room.
    ///
    /// # Errors
    /// `item` itself.
    pub fn put(&self, run: Run, item: T, size: usize) -> Result<(), T> {
        let mut now = self.now();
        if !now.is(run) || now.complete {
            return Err(item);
        }
        now.bytes += size;
        now.waiting.push_back((item, size));
        let lost = self.trim(&mut now);
        self.changed.notify_all();
        drop(now);
        // No business of the lock's.
        drop(lost);
        Ok(())
    }

    /// The next in the order in which they came; waits for it. None when the run has ended.
    pub fn take(&self, run: Run) -> Option<InHand<'_, T>> {
        let mut now = self.now();
        while now.is(run) {
            // Whoever has one in hand, of this run or of the one before, may bring it back: it comes first.
            if now.in_hand.is_none() {
                if let Some(taken) = now.next() {
                    now.in_hand = Some(this_thread());
                    self.publish(&now);
                    return Some(InHand { relay: self, taken: Some(taken) });
                }
                if now.complete {
                    self.close(&mut now);
                    return None;
                }
            }
            now = self.changed.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Waits for as long as the run goes on, `time` at the most.
    pub fn pause(&self, run: Run, time: Duration) {
        let end = Instant::now() + time;
        let mut now = self.now();
        while now.is(run) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            now = self.changed.wait_timeout(now, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends the run, whichever it is, and gives what waits, in order. What somebody else has in hand is waited for, for
    /// `patience` at the most: it may come back. The thread that has it does not wait for itself.
    pub fn end(&self, patience: Duration) -> Vec<T> {
        let (me, end) = (this_thread(), Instant::now() + patience);
        let mut now = self.now();
        self.close(&mut now);
        while now.in_hand.is_some_and(|thread| thread != me) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            now = self.changed.wait_timeout(now, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        now.bytes = 0;
        let waiting = mem::take(&mut now.waiting);
        self.publish(&now);
        drop(now);
        waiting.into_iter().map(|(item, _)| item).collect()
    }

    /// Ends this run and leaves what waits: whoever puts or takes cannot go on.
    pub fn break_off(&self, run: Run) {
        let mut now = self.now();
        if now.is(run) {
            self.close(&mut now);
        }
    }

    /// Nothing more is put in this run: it ends as soon as whoever takes has told of what is there.
    pub fn complete(&self, run: Run) {
        let mut now = self.now();
        if now.is(run) {
            now.complete = true;
            self.changed.notify_all();
        }
    }

    /// Whether this run goes on.
    pub fn goes_on(&self, run: Run) -> bool {
        self.now().is(run)
    }

    /// Whether somebody has one in hand, which may come back.
    pub fn is_in_hand(&self) -> bool {
        self.now().in_hand.is_some()
    }

    /// Whether a run goes on; without the lock, as the next two.
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    /// How many wait.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many were lost in all runs.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn close(&self, now: &mut Now<T>) {
        now.open = false;
        self.open.store(false, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// Gives up the oldest beyond the bounds.
    fn trim(&self, now: &mut Now<T>) -> Vec<T> {
        let mut lost = Vec::new();
        // After the end nothing is lost that comes back.
        while now.open && now.waiting.len() > 1 && !now.fits() {
            let Some((item, size)) = now.waiting.pop_front() else { break };
            now.bytes -= size;
            lost.push(item);
        }
        let count = u64::try_from(lost.len()).unwrap_or(u64::MAX);
        now.lost += count;
        self.lost.fetch_add(count, Ordering::Relaxed);
        self.publish(now);
        lost
    }

    fn publish(&self, now: &Now<T>) {
        self.waiting.store(u64::try_from(now.waiting.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn now(&self) -> MutexGuard<'_, Now<T>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Now<T> {
    fn is(&self, run: Run) -> bool {
        self.open && self.run == run
    }

    fn fits(&self) -> bool {
        self.waiting.len() <= self.bounds.count && self.bytes <= self.bounds.bytes
    }

    fn next(&mut self) -> Option<Taken<T>> {
        if self.lost > 0 {
            return Some(Taken::Lost(mem::take(&mut self.lost)));
        }
        let (item, size) = self.waiting.pop_front()?;
        self.bytes -= size;
        Some(Taken::This(item, size))
    }
}

/// What was taken and is being told. Dropped, as by a panic, it comes back and is first again.
#[must_use]
pub struct InHand<'a, T> {
    relay: &'a Relay<T>,
    taken: Option<Taken<T>>,
}

impl<T> InHand<'_, T> {
    /// What it is.
    pub const fn what(&mut self) -> Option<&mut Taken<T>> {
        self.taken.as_mut()
    }

    /// It was told.
    pub fn told(mut self) {
        self.taken = None;
    }
}

impl<T> Drop for InHand<'_, T> {
    fn drop(&mut self) {
        let mut now = self.relay.now();
        now.in_hand = None;
        let mut lost = Vec::new();
        match self.taken.take() {
            Some(Taken::This(item, size)) => {
                now.bytes += size;
                now.waiting.push_front((item, size));
                lost = self.relay.trim(&mut now);
            }
            Some(Taken::Lost(count)) => now.lost += count,
            None => {}
        }
        self.relay.changed.notify_all();
        drop(now);
        drop(lost);
    }
}
