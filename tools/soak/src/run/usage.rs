//! What the process uses, and whether that is more than before.

use host::figures::{Figures, figures};
use std::thread;
use std::time::Duration;

/// How many KiB more may be taken from malloc in the end than in the beginning: no load runs at either time.
const TAKEN_KIB: u64 = 8 << 10;

/// How many KiB more may be resident in the end, after malloc gave back what it can, than while the loads ran.
const RESIDENT_KIB: u64 = 24 << 10;

/// A look at it.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub figures: Figures,
    /// Taken from malloc and not given back. What malloc keeps for itself is not in it: that grows with the number of threads
    /// that took memory at one time, so with how busy the machine is.
    pub taken_kib: u64,
}

impl Usage {
    fn now() -> Self {
        // SAFETY: has no precondition; malloc locks its arenas for it.
        let malloc = unsafe { libc::mallinfo2() };
        Self { figures: figures(), taken_kib: (malloc.uordblks as u64 + malloc.hblkhd as u64) >> 10 }
    }

    /// The least of some looks: peers come and go all the time.
    pub fn at_rest() -> Self {
        let mut least = Self::now();
        for _ in 0..40 {
            thread::sleep(Duration::from_millis(50));
            let now = Self::now();
            least.taken_kib = least.taken_kib.min(now.taken_kib);
            let (least, now) = (&mut least.figures, now.figures);
            least.resident_kib = least.resident_kib.min(now.resident_kib);
            least.descriptors = least.descriptors.min(now.descriptors);
            least.threads = least.threads.min(now.threads);
        }
        least
    }

    /// As `at_rest`, after malloc has given back what it can: what is resident then is in use, or lies between what is.
    pub fn trimmed() -> Self {
        // SAFETY: has no precondition; malloc locks its arenas for it.
        unsafe { libc::malloc_trim(0) };
        Self::at_rest()
    }
}

/// Looks in the order of time.
pub struct Course {
    /// Before any load.
    pub before: Usage,
    /// While they run: warmed up, and at each quarter of the time that was left.
    pub during: Vec<Usage>,
    /// When all of them have ended.
    pub after: Usage,
}

impl Course {
    /// Whether the process uses no more in the end than it did.
    pub fn is_flat(&self) -> bool {
        let (warm, after) = (self.during.first().unwrap_or(&self.before).figures, self.after.figures);
        self.after.taken_kib <= self.before.taken_kib + TAKEN_KIB
            && after.resident_kib <= warm.resident_kib + RESIDENT_KIB
            && after.descriptors <= warm.descriptors + 16
            && after.threads <= warm.threads + 2
    }

    /// One figure of each look, in the order of time.
    pub fn of(&self, figure: fn(&Usage) -> String) -> String {
        let looks = [&self.before].into_iter().chain(&self.during).chain([&self.after]);
        looks.map(figure).collect::<Vec<_>>().join(" → ")
    }
}
