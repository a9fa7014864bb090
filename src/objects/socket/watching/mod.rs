//! Watching a socket: whether peers are there, who subscribes, what happens to its connections. All of it waits outside of the
//! socket's gate, so that others send and receive meanwhile.

mod bed;
mod events;
pub mod told;

use super::stage::Open;
use super::{Socket, open};
use crate::native_api::Reply;
use crate::objects::classes::{Abilities, SocketClass};
use crate::objects::errors::{self, Deed};
use crate::schema::{Call, Error, Outcome, Timeout, Turn, Waiting, Whole};
use crate::zmq::{self, Broken, Happened, What};
use bed::Bed;

/// How many subscribers may be waited for.
pub type Count = Whole<0, { i32::MAX }>;

impl Socket {
    /// Waits until a peer is there.
    pub fn wait_connected(&mut self, call: &mut Call<'_>, waiting: &mut Waiting) -> Outcome<Turn> {
        let timeout = self.patience(call.argument()?);
        self.wait_for(timeout, call, waiting, |_, peers| Ok(peers > 0))
    }

    /// Waits until so many peers subscribe.
    pub fn wait_subscribers(&mut self, call: &mut Call<'_>, waiting: &mut Waiting) -> Outcome<Turn> {
        let (Whole(wanted), timeout) = (call.argument::<Count>()?, self.patience(call.argument()?));
        let wanted = usize::try_from(wanted).unwrap_or_default();
        self.wait_for(timeout, call, waiting, |raw, _| Ok(raw.subscribers()? >= wanted))
    }

    /// One try: answers whether it is so, where it is or the time has passed.
    fn wait_for(
        &mut self,
        timeout: i32,
        call: &mut Call<'_>,
        waiting: &mut Waiting,
        is_so: impl FnOnce(&mut zmq::Socket, usize) -> zmq::Result<bool>,
    ) -> Outcome<Turn> {
        self.check_goes_on(waiting)?;
        let Self { class, stage, readable, endpoints, cancel, .. } = self;
        let Open { raw, .. } = stage.attached(class, endpoints.were_there())?;
        if let Some(Bed(vigil)) = waiting.bed() {
            vigil.looks();
        }
        let refused = |error| refused(class, error);
        let peers = raw.peers().map_err(refused)?;
        if peers.worked {
            match waiting.bed() {
                Some(Bed(vigil)) => vigil.tell_others(),
                None => readable.tell_watchers(),
            }
        }
        let is_so = is_so(raw, peers.count).map_err(refused)?;
        if is_so || waiting.is_over(timeout) {
            call.answer(Reply::Bool(is_so))?;
            return Ok(Turn::Done);
        }
        if cancel.requested() {
            return Err(stopped(class));
        }
        let Bed(vigil) = waiting.bed_or(|| Bed::new(readable).map_err(refused))?;
        vigil.arm(raw).map_err(refused)?;
        Ok(Turn::Again)
    }

    /// Answers with what happened next, as JSON, or with nothing when the time has passed.
    pub fn next_event(&mut self, call: &mut Call<'_>, waiting: &mut Waiting) -> Outcome<Turn> {
        let timeout = self.patience(call.argument()?);
        self.check_goes_on(waiting)?;
        let Self { class, stage, readable, counters, endpoints, cancel, .. } = self;
        let raw = stage.open(class, || open(class, readable, counters))?;
        let refused = |error| refused(class, error);
        if let Some(Bed(vigil)) = waiting.bed() {
            vigil.looks();
        }
        if !raw.is_watched() {
            endpoints.tell_open_ones(raw.watch().map_err(refused)?);
        }
        if let Some(happened) = raw.next_report() {
            let json = told::json(&happened, None, waiting.language, |local| endpoints.was_bound(local));
            call.answer(Reply::Text(&json))?;
            return Ok(Turn::Done);
        }
        if waiting.is_over(timeout) {
            call.answer(Reply::Empty)?;
            return Ok(Turn::Done);
        }
        if cancel.requested() {
            return Err(stopped(class));
        }
        let Bed(vigil) = waiting.bed_or(|| Bed::new(readable).map_err(refused))?;
        vigil.arm(raw.watch().map_err(refused)?.stream()).map_err(refused)?;
        Ok(Turn::Again)
    }

    /// How long a call waits, ms.
    fn patience(&self, timeout: Timeout) -> i32 {
        let receives = self.class.can(Abilities::RECEIVES);
        timeout.or(if receives { self.receive_timeout } else { self.send_timeout })
    }

    /// Whoever closes the socket ends a wait that has begun, and no other call.
    fn check_goes_on(&self, waiting: &mut Waiting) -> Outcome {
        if waiting.bed::<Bed>().is_some() && self.cancel.requested() { Err(stopped(self.class)) } else { Ok(()) }
    }
}

/// What was bound is open to other computers: whoever watches is told.
pub fn tell_open(raw: &mut zmq::Watched, endpoint: &str) {
    if raw.is_watched()
        && let Ok(monitor) = raw.watch()
    {
        monitor.tell(Happened::now(What::Open, 0, endpoint));
    }
}

#[cold]
fn refused(class: &SocketClass, error: zmq::Error) -> Error {
    errors::explain(Deed::Watch, class.name(), "", error)
}

#[cold]
fn stopped(class: &SocketClass) -> Error {
    errors::broken(Deed::Watch, class.name(), Broken::Stopped)
}
