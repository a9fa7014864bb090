//! What happens to the connections of a proxy that runs: its thread has the sockets, the object the reports of them.

use super::kind::Side;
use super::{Proxy, errors};
use crate::background::proxy::{Progress, Reports, State};
use crate::native_api::Reply;
use crate::objects::socket::{Endpoints, told};
use crate::schema::{Call, Milliseconds, Outcome, Sleep, Turn, Waiting};
use crate::zmq::{self, Happened, Monitor, Sleeper, What};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The reports of all sides.
pub struct Watching {
    sides: Vec<Watched>,
    sleeper: Arc<Sleeper>,
}

struct Watched {
    side: Side,
    reports: Monitor,
    /// The oldest that was not told yet.
    next: Option<Happened>,
}

/// What a call sleeps on.
struct Bed(Arc<Sleeper>);

impl Sleep for Bed {
    fn sleep(&mut self, time: Duration) {
        // Woken by a signal it looks, and sleeps again.
        let _ = self.0.sleep(&mut Vec::new(), Some(time));
    }
}

impl Watching {
    /// Of what happened before, only that an endpoint is open is told.
    fn new(reports: Reports, endpoints: &[Endpoints; 3], sleeper: Sleeper) -> zmq::Result<Self> {
        let mut watching = Self { sides: Vec::new(), sleeper: Arc::new(sleeper) };
        for ((side, reports), endpoints) in Side::ALL.into_iter().zip(reports).zip(endpoints) {
            let Some(mut reports) = reports else { continue };
            endpoints.tell_open_ones(&mut reports);
            watching.sleeper.watch(reports.stream(), side as zmq::Key)?;
            watching.sides.push(Watched { side, reports, next: None });
        }
        Ok(watching)
    }

    /// What happened next, in the order of time, and on which side.
    fn next(&mut self, progress: &Progress) -> Option<(Side, Happened)> {
        for Watched { side, reports, next } in &mut self.sides {
            if next.is_none() {
                reports.count_dropped(progress.unheard[*side as usize].swap(0, Ordering::Relaxed));
                *next = reports.next();
            }
        }
        // What is ours to tell is told now of what was before, and what is older stands behind it.
        let order = |next: &Happened| (matches!(next.what, What::Event(_)), next.at);
        let with_next = self.sides.iter_mut().filter(|watched| watched.next.is_some());
        let first = with_next.min_by_key(|watched| watched.next.as_ref().map(order))?;
        Some((first.side, first.next.take()?))
    }

    /// Whatever is reported ends the next sleep.
    fn arm(&mut self) -> zmq::Result<()> {
        self.sides
            .iter_mut()
            .try_for_each(|watched| self.sleeper.arm(watched.reports.stream(), watched.side as zmq::Key))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        for watched in &mut self.sides {
            // Somebody may sleep on them. In a forked child they are the parent's.
            let _ = self.sleeper.forget(watched.reports.stream());
        }
    }
}

impl Proxy {
    /// Answers with what happened next, as JSON, or with nothing when the time has passed.
    pub fn next_event(&mut self, call: &mut Call<'_>, waiting: &mut Waiting) -> Outcome<Turn> {
        let Milliseconds(timeout) = call.argument()?;
        let cancel = self.surroundings.cancel.clone();
        // Whoever closes it ends a wait that has begun, and no other call.
        if waiting.bed::<Bed>().is_some() && cancel.requested() {
            return Err(errors::interrupted());
        }
        let progress = self.shown.progress.clone();
        let watching = self.watching()?;
        // Before the look: an end that comes later leaves what it had to tell.
        let has_ended = matches!(progress.state(), State::Stopped | State::Failed);
        if let Some((side, happened)) = watching.next(&progress) {
            let was_bound = |local: &str| self.endpoints[side as usize].was_bound(local);
            call.answer(Reply::Text(&told::json(&happened, Some(side.name()), waiting.language, was_bound)))?;
            return Ok(Turn::Done);
        }
        if has_ended {
            return Err(self.ended());
        }
        if waiting.is_over(timeout) {
            call.answer(Reply::Empty)?;
            return Ok(Turn::Done);
        }
        if cancel.requested() {
            return Err(errors::interrupted());
        }
        let watching = self.watching()?;
        waiting.bed_or(|| Ok(Bed(watching.sleeper.clone())))?;
        watching.arm().map_err(errors::not_watched)?;
        Ok(Turn::Again)
    }

    /// The reports, begun at the first call.
    fn watching(&mut self) -> Outcome<&mut Watching> {
        self.started()?;
        let watching = match self.watching.take() {
            Some(watching) => watching,
            None => self.watch()?,
        };
        Ok(self.watching.insert(watching))
    }

    fn watch(&mut self) -> Outcome<Watching> {
        let cancel = self.surroundings.cancel.clone();
        let sleeper = Sleeper::new().map_err(errors::not_watched)?;
        let heard = self.started()?.watch(|| cancel.requested());
        let reports = heard.map_err(|heard| self.unheard(heard))?.map_err(errors::not_watched)?;
        Watching::new(reports, &self.endpoints, sleeper).map_err(errors::not_watched)
    }
}
