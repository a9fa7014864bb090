//! When a socket that others use without a pause is asked again: each call of theirs tells whoever watches it, and asking after
//! each would keep a processor busy for nothing.

use std::time::{Duration, Instant};

/// So often within a wait whoever told is answered at once.
const FREE: u32 = 4;

/// How long the first rest lasts; each is twice as long as the one before.
const FIRST: Duration = Duration::from_millis(1);

/// The longest rest: so late a message may be found which a call of another thread's took in.
const LONGEST: Duration = Duration::from_millis(10);

/// What is known of one socket within a wait.
#[derive(Debug, Default)]
pub struct Calm {
    wait: u64,
    told: u32,
    until: Option<Instant>,
}

impl Calm {
    /// A call told of the socket in the wait with this number; gives whether it is asked at once.
    pub fn told(&mut self, wait: u64, now: Instant) -> bool {
        if self.wait != wait {
            *self = Self { wait, ..Self::default() };
        }
        self.told = self.told.saturating_add(1);
        if self.told > FREE {
            let doubled = 2_u32.saturating_pow(self.told - FREE - 1);
            self.until = Some(now + FIRST.saturating_mul(doubled).min(LONGEST));
        }
        self.until.is_none()
    }

    /// Its descriptor told, or a wait begins or ends: it is asked at once.
    pub const fn disturb(&mut self) {
        self.until = None;
    }

    /// How much of its rest is left; None where it is asked at once.
    pub fn rests(&self, wait: u64, now: Instant) -> Option<Duration> {
        let until = self.until.filter(|_| self.wait == wait)?;
        Some(until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_tells_without_end_is_heard_less_and_less_within_one_wait() {
        let (mut calm, start) = (Calm::default(), Instant::now());
        let ms = Duration::from_millis;
        assert_eq!([(); 4].map(|()| calm.told(1, start)), [true; 4]);
        assert_eq!(calm.rests(1, start), None);
        for rest in [1, 2, 4, 8, 10, 10] {
            assert!(!calm.told(1, start));
            assert_eq!(calm.rests(1, start), Some(ms(rest)));
            assert_eq!(calm.rests(1, start + ms(rest)), None);
        }
        assert_eq!(calm.rests(2, start), None, "a wait begins without a rest");
        calm.disturb();
        assert_eq!(calm.rests(1, start), None);
        assert!(calm.told(2, start));
        assert_eq!((0..100).filter(|_| calm.told(2, start)).count(), 3, "no end overflows");
    }
}
