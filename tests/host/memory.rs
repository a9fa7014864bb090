//! The host's memory manager: counts every AllocMemory and FreeMemory, knows foreign and double frees,
//! guards the end of each block, poisons what was freed and looks at it again later, and refuses on request.

use std::alloc::{Layout, alloc, dealloc};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

const GUARD: usize = 32;
const GUARD_BYTE: u8 = 0xFD;
const FRESH_BYTE: u8 = 0xCD;
const FREED_BYTE: u8 = 0xDD;
/// Freed blocks are kept this long, in bytes, before they go back to the system.
const QUARANTINE: usize = 16 << 20;

/// What the component did, as counted by the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub allocated: u64,
    pub refused: u64,
    pub freed: u64,
    pub freed_null: u64,
    /// Pointers that never came from this host.
    pub foreign: u64,
    pub freed_twice: u64,
    pub zero_sized: u64,
    /// Blocks written past their end.
    pub overrun: u64,
    /// Blocks written after they were freed.
    pub used_after_free: u64,
}

impl Counts {
    /// Misuse in words; empty when the component behaved.
    #[must_use]
    pub fn misuse(&self) -> String {
        [
            ("foreign pointers freed", self.foreign),
            ("blocks freed twice", self.freed_twice),
            ("allocations of 0 bytes", self.zero_sized),
            ("blocks written past their end", self.overrun),
            ("blocks written after they were freed", self.used_after_free),
        ]
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(what, n)| format!("{what}: {n}"))
        .collect::<Vec<_>>()
        .join(", ")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refuse {
    Never,
    /// The n-th allocation from now (1 is the next), once.
    Nth(u64),
    /// The n-th from now and all after it.
    From(u64),
}

struct State {
    live: HashMap<usize, usize>,
    freed: VecDeque<(usize, usize)>,
    freed_bytes: usize,
    counts: Counts,
    refuse: Refuse,
}

/// One host's heap.
pub struct Memory(Mutex<State>);

impl Default for Memory {
    fn default() -> Self {
        Self(Mutex::new(State {
            live: HashMap::new(),
            freed: VecDeque::new(),
            freed_bytes: 0,
            counts: Counts::default(),
            refuse: Refuse::Never,
        }))
    }
}

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes + GUARD, 16).expect("a block's layout")
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Null when refused.
    pub(crate) fn alloc(&self, bytes: usize) -> *mut u8 {
        let mut state = self.state();
        let refused = match state.refuse {
            Refuse::Never => false,
            Refuse::Nth(1) => {
                state.refuse = Refuse::Never;
                true
            }
            Refuse::Nth(n) => {
                state.refuse = Refuse::Nth(n - 1);
                false
            }
            Refuse::From(1) => true,
            Refuse::From(n) => {
                state.refuse = Refuse::From(n - 1);
                false
            }
        };
        if refused {
            state.counts.refused += 1;
            return std::ptr::null_mut();
        }
        if bytes == 0 {
            state.counts.zero_sized += 1;
        }
        // SAFETY: the layout is never empty (the guard); the writes stay inside it.
        let at = unsafe {
            let at = alloc(layout(bytes));
            assert!(!at.is_null(), "the host itself is out of memory");
            at.write_bytes(FRESH_BYTE, bytes.min(4096));
            at.add(bytes).write_bytes(GUARD_BYTE, GUARD);
            at
        };
        state.counts.allocated += 1;
        state.live.insert(at as usize, bytes);
        at
    }

    pub(crate) fn free(&self, at: *mut u8) {
        let mut state = self.state();
        if at.is_null() {
            state.counts.freed_null += 1;
            return;
        }
        let Some(bytes) = state.live.remove(&(at as usize)) else {
            if state.freed.iter().any(|&(old, _)| old == at as usize) {
                state.counts.freed_twice += 1;
            } else {
                state.counts.foreign += 1;
            }
            return;
        };
        // SAFETY: `at` is a live block of `bytes` bytes and its guard, made by `alloc` above.
        unsafe {
            let guard = std::slice::from_raw_parts(at.add(bytes), GUARD);
            if guard.iter().any(|&b| b != GUARD_BYTE) {
                state.counts.overrun += 1;
            }
            at.write_bytes(FREED_BYTE, bytes);
        }
        state.counts.freed += 1;
        state.freed.push_back((at as usize, bytes));
        state.freed_bytes += bytes;
        while state.freed_bytes > QUARANTINE {
            state.let_go();
        }
    }

    /// Whether `at` is a block that was allocated here and not freed, and of what size.
    #[must_use]
    pub fn size_of(&self, at: *const u8) -> Option<usize> {
        self.state().live.get(&(at as usize)).copied()
    }

    #[must_use]
    pub fn live(&self) -> usize {
        self.state().live.len()
    }

    /// The counts up to now; freed blocks are looked at once more first.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut state = self.state();
        while !state.freed.is_empty() {
            state.let_go();
        }
        state.counts.clone()
    }

    /// The n-th allocation from now fails (1 is the next), once.
    pub fn refuse_nth(&self, n: u64) {
        self.state().refuse = Refuse::Nth(n.max(1));
    }

    /// The n-th allocation from now and all after it fail.
    pub fn refuse_from(&self, n: u64) {
        self.state().refuse = Refuse::From(n.max(1));
    }

    pub fn refuse_all(&self) {
        self.refuse_from(1);
    }

    pub fn refuse_none(&self) {
        self.state().refuse = Refuse::Never;
    }
}

impl State {
    fn let_go(&mut self) {
        let Some((at, bytes)) = self.freed.pop_front() else {
            return;
        };
        self.freed_bytes -= bytes;
        let at = at as *mut u8;
        // SAFETY: a block of ours that nobody owns any more; it is given back exactly once.
        unsafe {
            let body = std::slice::from_raw_parts(at, bytes);
            if body.iter().any(|&b| b != FREED_BYTE) {
                self.counts.used_after_free += 1;
            }
            dealloc(at, layout(bytes));
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let state = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        while !state.freed.is_empty() {
            state.let_go();
        }
        for (at, bytes) in state.live.drain() {
            // SAFETY: as above; the component has leaked it, the tests have counted it.
            unsafe { dealloc(at as *mut u8, layout(bytes)) }
        }
    }
}
