//! Random numbers that a seed repeats (xorshift64*): a finding must be seen twice.

use crate::secs;
use std::ops::Range;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub struct Random(u64);

impl Random {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Seeded by the clock; the seed is printed.
    #[must_use]
    pub fn by_clock(what: &str) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seed = since.map_or(1, |time| u64::from(time.subsec_nanos()) ^ time.as_secs());
        println!("{what}: seed {seed}");
        Self::new(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below `end`, which is not 0.
    pub fn below<N: TryFrom<u64> + TryInto<u64>>(&mut self, end: N) -> N {
        let end = end.try_into().ok().expect("not negative");
        N::try_from(self.draw() % end).ok().expect("below a number of this type")
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub fn byte(&mut self) -> u8 {
        self.draw().to_le_bytes()[3]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }
}

/// What is asked of random walks: `ADDIN_ZEROMQ_WALK_SEED=7` walks that seed alone, `ADDIN_ZEROMQ_WALK_SECONDS=600` new
/// ones for so long.
pub struct Walks {
    seed: Option<u64>,
    seconds: Option<u64>,
}

impl Walks {
    #[must_use]
    pub fn asked_for() -> Self {
        let number = |variable: &str| {
            let text = std::env::var(variable).ok()?;
            Some(text.parse().unwrap_or_else(|_| panic!("{variable}: a number")))
        };
        Self { seed: number("ADDIN_ZEROMQ_WALK_SEED"), seconds: number("ADDIN_ZEROMQ_WALK_SECONDS") }
    }

    /// How much longer than without an order it takes.
    #[must_use]
    pub fn time(&self) -> Duration {
        secs(self.seconds.unwrap_or(0))
    }

    /// Without an order: the seeds up to `counts.start`, and on to `counts.end` until it was `enough`. Gives their number.
    pub fn run(&self, counts: Range<u64>, enough: Duration, mut walk: impl FnMut(u64)) -> u64 {
        if let Some(seed) = self.seed {
            walk(seed);
            return 1;
        }
        let (first, counts, enough) = match self.seconds {
            Some(seconds) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
                (now.as_secs() << 20, 0..u64::MAX, secs(seconds))
            }
            None => (0, counts, enough),
        };
        let (start, mut count) = (Instant::now(), 0);
        while count < counts.start || (count < counts.end && start.elapsed() < enough) {
            walk(first + count);
            count += 1;
        }
        count
    }
}
