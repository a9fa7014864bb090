//! ZeroMQ.Proxy: passes messages on between two sides in a thread of the library's own.

mod errors;
mod kind;
mod report;
#[cfg(test)]
mod row_tests;
mod rows;
mod security_rows;
mod shown;
mod watching;

use super::socket::{Endpoints, Given, Socket, spend_patience};
use crate::background::proxy::{self, Backward, Heard, Plan, State};
use crate::native_api::{Reply, Surroundings, Value};
use crate::schema::{ClassSet, Me, Outcome};
use crate::zmq::{self, IntOption};
use kind::{Kind, Side};
use shown::Shown;
use std::sync::Arc;
use std::time::Duration;
use watching::Watching;

#[cfg(test)]
pub use errors::CATALOGUE;
pub use rows::ONLY;

/// How long a client that does not read its replies may hold the others up, ms, until a script sets SendTimeout of the front.
const SLOW_CLIENT: i32 = 1_000;

/// What would break messages into their parts, or have a script answer to subscriptions.
const UNFIT: [IntOption; 4] =
    [IntOption::Conflate, IntOption::XPubManual, IntOption::XPubVerbose, IntOption::XPubVerboser];

/// How long a proxy that is closed, not stopped, may take in what has come.
const CLOSING: Duration = Duration::from_millis(500);

/// A proxy as BSL sees it.
pub struct Proxy {
    stage: Stage,
    kind: Option<Kind>,
    /// Until the start; in the order of `Side::ALL`.
    sides: [Option<Socket>; 3],
    /// What they were bound and connected to, since the start.
    endpoints: [Endpoints; 3],
    /// Since a script asked first what happens to them.
    watching: Option<Watching>,
    shown: Arc<Shown>,
    surroundings: Surroundings,
}

/// How far it has come.
enum Stage {
    Setting,
    /// Started, whatever has become of its thread since.
    Started(proxy::Proxy),
    Closed,
}

impl Proxy {
    pub fn new(_: ClassSet, surroundings: Surroundings, _: Me<Self>) -> Self {
        Self {
            stage: Stage::Setting,
            kind: None,
            sides: [const { None }; 3],
            endpoints: Default::default(),
            watching: None,
            shown: Arc::default(),
            surroundings,
        }
    }

    /// What it passes on.
    pub fn set_kind(&mut self, name: &[u16]) -> Outcome {
        self.check_setting()?;
        let kind = Kind::named(name)?;
        if self.kind != Some(kind) {
            if self.sides.iter().any(Option::is_some) {
                return Err(errors::kind_is_late());
            }
            self.kind = Some(kind);
            self.shown.set_kind(kind);
        }
        Ok(())
    }

    pub fn bind(&mut self, side: Side, endpoint: &[u16]) -> Outcome {
        self.attach(side, |socket| socket.bind(endpoint))
    }

    pub fn connect(&mut self, side: Side, endpoint: &[u16]) -> Outcome {
        self.attach(side, |socket| socket.connect(endpoint))
    }

    fn attach(&mut self, side: Side, attach: impl FnOnce(&mut Socket) -> Outcome) -> Outcome {
        let endpoint = self.change(side, |socket| {
            attach(socket)?;
            Ok(socket.endpoint().to_owned())
        })?;
        self.shown.attached(side, endpoint);
        Ok(())
    }

    /// Does something to a side. One that is there only for what failed goes again: else a capture that could not be bound
    /// would be missed at the start.
    fn change<T>(&mut self, side: Side, change: impl FnOnce(&mut Socket) -> Outcome<T>) -> Outcome<T> {
        let was_there = self.sides[side as usize].is_some();
        let changed = change(self.side(side)?);
        if changed.is_err() && !was_there {
            self.sides[side as usize] = None;
        }
        changed
    }

    pub fn set_option(&mut self, side: Side, name: &[u16], value: Value<'_>) -> Outcome {
        self.change(side, |socket| socket.set_named(name, value))
    }

    pub fn get_option(&mut self, side: Side, name: &[u16], answer: impl FnOnce(Reply<'_>) -> Outcome) -> Outcome {
        let was_there = self.sides[side as usize].is_some();
        let got = self.side(side)?.get_named(name, answer);
        if !was_there {
            // Whoever only looks does not ask for a side.
            self.sides[side as usize] = None;
        }
        got
    }

    /// The socket of a side as long as the proxy is not started: whatever sockets have may be set here.
    fn side(&mut self, side: Side) -> Outcome<&mut Socket> {
        self.check_setting()?;
        let kind = self.kind.ok_or_else(errors::kind_is_missing)?;
        let surroundings = &self.surroundings;
        Ok(self.sides[side as usize].get_or_insert_with(|| {
            let mut socket = Socket::lent(kind.class(side), surroundings.clone());
            if (kind, side) == (Kind::Queue, Side::Front) {
                socket.keep_timeout(IntOption::SendTimeout, SLOW_CLIENT);
            }
            socket
        }))
    }

    /// Begins to pass messages on.
    pub fn start(&mut self) -> Outcome {
        self.check_not_closed()?;
        if matches!(self.stage, Stage::Started(_)) {
            return Err(errors::started(self.shown.progress.state()));
        }
        let kind = self.kind.ok_or_else(errors::kind_is_missing)?;
        for (side, socket) in Side::ALL.into_iter().zip(&self.sides) {
            let attached = socket.as_ref().is_some_and(Socket::is_attached);
            if let Some(option) = UNFIT.into_iter().find(|&it| socket.as_ref().is_some_and(|socket| socket.is_on(it))) {
                return Err(errors::unfit(option));
            }
            // A capture of which only options were set was forgotten.
            if !attached && (side != Side::Capture || socket.is_some()) {
                return Err(errors::side_is_missing(side));
            }
        }
        let [front, back, capture] = [0, 1, 2].map(|side| self.sides[side].as_mut().and_then(Socket::give));
        self.sides = [const { None }; 3];
        let (Some(front), Some(back)) = (front, back) else { return Err(errors::not_started(None)) };
        let backward = match kind {
            Kind::Queue => Backward::Replies(u64::try_from(front.send_timeout).ok().map(Duration::from_millis)),
            Kind::Forwarder => Backward::Subscriptions,
            Kind::Streamer => Backward::Nothing,
        };
        let mut side = |side: Side, given: Given| {
            let Given { parting, raw, endpoints, .. } = given;
            let (names, goes_out) = (endpoints.names(), endpoints.went_out());
            self.endpoints[side as usize] = endpoints;
            proxy::Side { parting, socket: raw, names, goes_out }
        };
        let (front, back) = (side(Side::Front, front), side(Side::Back, back));
        let plan = Plan { front, back, capture: capture.map(|given| side(Side::Capture, given)), backward };
        match proxy::Proxy::start(plan, self.shown.progress.clone()) {
            Ok(proxy) => {
                self.stage = Stage::Started(proxy);
                Ok(())
            }
            Err(error) => {
                // Its sockets are closed: whatever was refused, a new object begins anew.
                self.stage = Stage::Closed;
                Err(errors::not_started(error))
            }
        }
    }

    /// Takes nothing in from now on.
    pub fn pause(&mut self) -> Outcome {
        let cancel = self.surroundings.cancel.clone();
        let heard = self.started()?.pause(|| cancel.requested());
        self.obeyed(heard)
    }

    /// Goes on after a pause.
    pub fn resume(&mut self) -> Outcome {
        let cancel = self.surroundings.cancel.clone();
        let heard = self.started()?.resume(|| cancel.requested());
        self.obeyed(heard)
    }

    fn obeyed(&self, heard: Result<(), Heard>) -> Outcome {
        heard.map_err(|heard| self.unheard(heard))?;
        match self.shown.progress.state() {
            State::Running | State::Paused => Ok(()),
            _ => Err(self.ended()),
        }
    }

    /// Why its thread did not answer.
    fn unheard(&self, heard: Heard) -> crate::schema::Error {
        match heard {
            Heard::Ended => self.ended(),
            Heard::Stopped => errors::interrupted(),
            Heard::Nothing => errors::silent(),
        }
    }

    /// Takes in what has come, passes it on and ends, within `time` ms; whether all of it was delivered.
    pub fn stop(&mut self, time: i32) -> Outcome<bool> {
        let cancel = self.surroundings.cancel.clone();
        let time = Duration::from_millis(u64::try_from(time).unwrap_or(0));
        let heard = self.started()?.stop(time, || cancel.requested());
        heard.map_err(|heard| self.unheard(heard))?;
        if self.shown.progress.failure().is_some() {
            return Err(self.ended());
        }
        Ok(self.shown.progress.is_all_delivered())
    }

    /// Why it no longer does what it is told.
    fn ended(&self) -> crate::schema::Error {
        match (self.shown.progress.failure(), self.kind) {
            (Some(failure), Some(kind)) => errors::failed(kind, &failure),
            _ => errors::stopped(),
        }
    }

    pub fn close(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::Closed);
        self.sides = [const { None }; 3];
        self.watching = None;
        // In a forked child its thread is not there.
        if let (Stage::Started(proxy), false) = (stage, zmq::is_forked()) {
            spend_patience(|patience| (!proxy.close(CLOSING, patience)).then_some(()));
        }
    }

    fn started(&mut self) -> Outcome<&mut proxy::Proxy> {
        self.check_not_closed()?;
        match &mut self.stage {
            Stage::Started(proxy) => Ok(proxy),
            Stage::Setting | Stage::Closed => Err(errors::not_running()),
        }
    }

    fn check_setting(&self) -> Outcome {
        self.check_not_closed()?;
        match self.stage {
            Stage::Started(_) => Err(errors::setting_is_late()),
            Stage::Setting | Stage::Closed => Ok(()),
        }
    }

    fn check_not_closed(&self) -> Outcome {
        if zmq::is_forked() {
            return Err(errors::not_started(Some(zmq::Error::FORKED)));
        }
        if matches!(self.stage, Stage::Closed) { Err(errors::closed()) } else { Ok(()) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.close();
    }
}
