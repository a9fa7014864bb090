//! Calls that wait for something of their object and leave it to others meanwhile: they try inside of its gate, sleep outside,
//! and try again. Others that wait inside, as Recv does, keep it to themselves.

use super::error::Outcome;
use crate::native_api::Language;
use std::any::Any;
use std::time::{Duration, Instant};

/// How long such a call may sleep without a look whether it is to stop.
const SLICE: Duration = Duration::from_millis(100);

/// What came of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// It answered.
    Done,
    /// It is to be made again after some sleep.
    Again,
}

/// What a call sleeps on.
pub trait Sleep: Any {
    /// Sleeps until another try may have success, for `time` at the most. Without any gate.
    fn sleep(&mut self, time: Duration);
}

/// The wait of one call.
pub struct Waiting {
    /// What texts for the script are written in.
    pub language: Language,
    /// When it ends; None in the inner one for no end.
    end: Option<Option<Instant>>,
    bed: Option<Box<dyn Sleep>>,
}

impl Waiting {
    pub(super) const fn new(language: Language) -> Self {
        Self { language, end: None, bed: None }
    }

    /// Whether a wait of `timeout` ms, 0 for none, -1 for no end, is over; its time begins with the first question.
    pub fn is_over(&mut self, timeout: i32) -> bool {
        let end = *self.end.get_or_insert_with(|| {
            u64::try_from(timeout).ok().map(|timeout| Instant::now() + Duration::from_millis(timeout))
        });
        end.is_some_and(|end| Instant::now() >= end)
    }

    /// What the call sleeps on, once it has slept.
    pub fn bed<B: Sleep>(&mut self) -> Option<&mut B> {
        let bed: &mut dyn Any = &mut **self.bed.as_mut()?;
        bed.downcast_mut()
    }

    /// As `bed`, made at the first call.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn bed_or<B: Sleep>(&mut self, make: impl FnOnce() -> Outcome<B>) -> Outcome<&mut B> {
        if self.bed::<B>().is_none() {
            self.bed = Some(Box::new(make()?));
        }
        Ok(self.bed().expect("just made"))
    }

    pub(super) fn sleep(&mut self) {
        let left = self.end.flatten().map(|end| end.saturating_duration_since(Instant::now()));
        let time = left.map_or(SLICE, |left| left.min(SLICE));
        if let Some(bed) = &mut self.bed {
            bed.sleep(time);
        } else {
            std::thread::sleep(time);
        }
    }
}
