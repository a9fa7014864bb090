//! Binding and connecting, and undoing both by the text that a script wrote or the address that came of it.

use super::readable::{Places, lock};
use crate::objects::address::{self, Address, Side, ipc_path};
use crate::objects::errors::{self, Deed, Refusal};
use crate::schema::{Outcome, Words};
use crate::zmq::{self, Happened, What};
use std::collections::VecDeque;
use std::sync::Arc;

/// Endpoints that an error text lists, at the most.
const LISTED: usize = 5;

/// Of so many addresses that were bound it is known still.
const REMEMBERED: usize = 100;

/// An endpoint of a socket.
pub struct Endpoint {
    /// As the script wrote it.
    written: String,
    /// As libzmq resolved it.
    resolved: String,
    /// The same for every way to write it.
    key: String,
    side: Side,
    /// What a connection of raw TCP is known by.
    identity: Option<Vec<u8>>,
    /// Whether other computers reach it, and need not show who they are.
    open: bool,
}

/// The endpoints of a socket.
#[derive(Default)]
pub struct Endpoints {
    list: Vec<Endpoint>,
    /// The list as others see it.
    places: Arc<Places>,
    /// The real address of what was bound or connected last; empty before.
    last: String,
    /// Whether there ever was an endpoint that is not inproc: what was sent there may still be on its way, whether the
    /// endpoint was undone since or not.
    went_out: bool,
    /// Where it was bound lately, as events tell it.
    bound: VecDeque<String>,
}

impl Endpoints {
    /// None yet; `places` will show them.
    pub fn shown_at(places: Arc<Places>) -> Self {
        Self { places, ..Self::default() }
    }

    /// Whether there ever was one.
    pub const fn were_there(&self) -> bool {
        !self.last.is_empty()
    }

    /// Whether there is one.
    pub const fn are_there(&self) -> bool {
        !self.list.is_empty()
    }

    /// Whether there ever was one that is not inproc.
    pub const fn went_out(&self) -> bool {
        self.went_out
    }

    /// What is left of them when the socket has gone: the last address can still be asked for.
    pub fn closed(&mut self) -> Self {
        let (last, places) = (self.last.clone(), self.places.clone());
        lock(&places).clear();
        std::mem::replace(self, Self { last, places, ..Self::default() })
    }

    /// Frees names at once; closing alone frees them only when every peer has noticed. Addresses of other kinds are freed
    /// by closing.
    pub fn release(&self, raw: &mut zmq::Socket) {
        for endpoint in self.list.iter().filter(|endpoint| endpoint.side == Side::Bind && endpoint.is_inproc()) {
            // It is bound, so this cannot fail; and if it did, closing goes on.
            let _ = raw.unbind(&endpoint.resolved);
        }
    }

    /// Names of inproc that are bound.
    pub fn names(&self) -> Vec<String> {
        let bound = self.of(Side::Bind).filter(|endpoint| endpoint.is_inproc());
        bound.map(|endpoint| endpoint.resolved.clone()).collect()
    }

    /// The real address of what was bound or connected last; empty before.
    pub fn last(&self) -> &str {
        &self.last
    }

    /// How many there are of a side.
    pub fn count(&self, side: Side) -> usize {
        self.of(side).count()
    }

    /// Binds or connects the socket that `open` gives, once the endpoint has proved to be one that may work; false where it
    /// is connected to it already: a second connection to one peer would make everything come twice.
    ///
    /// `ipv6`: the script has switched it on for all its endpoints.
    pub fn attach<'a>(
        &mut self,
        class: &str,
        side: Side,
        ipv6: bool,
        units: &[u16],
        open: impl FnOnce() -> Outcome<&'a mut zmq::Watched>,
    ) -> Outcome<bool> {
        let written = address::text(units)?;
        let full = ipc_path::full(&written);
        let deed = side.making();
        let tried = tried(class, deed, &full);
        let address = match address::read(&full, side) {
            Ok(address) => address,
            Err(refusal) => return Err(refusal.after(tried)),
        };
        let raw = open()?;
        if let Some(known) = self.list.iter().find(|known| known.key == address.key) {
            match (side, known.side) {
                (Side::Connect, Side::Connect) => {
                    self.last.clone_from(&known.resolved);
                    return Ok(false);
                }
                (Side::Bind, Side::Bind) => {}
                (_, other) => return Err(own(other).after(tried)),
            }
        }
        if let Err(refusal) = ipc_path::check(&full, side) {
            return Err(refusal.after(tried));
        }
        let made = match side {
            Side::Bind if ipv6 => raw.bind(&full),
            Side::Bind => bind(raw, &full, &address),
            Side::Connect if ipv6 => raw.connect(&full),
            Side::Connect if address.ipv6 => raw.with_ipv6(|raw| raw.connect(&full)),
            Side::Connect => raw.connect(&full),
        };
        made.map_err(|error| address::blame(deed, error, &full).after(tried))?;
        // Asked only after success, and it cannot fail then; what was asked for is the next best.
        let resolved = raw.last_endpoint().unwrap_or(full);
        self.last.clone_from(&resolved);
        let key = match side {
            Side::Bind => key_of(&resolved, side).unwrap_or(address.key),
            Side::Connect => address.key,
        };
        let endpoint = Endpoint { written, resolved, key, side, identity: None, open: false };
        self.went_out |= !endpoint.is_inproc();
        lock(&self.places).push((side, endpoint.resolved.clone()));
        if side == Side::Bind && !self.was_bound(&endpoint.resolved) {
            self.bound.truncate(REMEMBERED - 1);
            self.bound.push_front(place(&endpoint.resolved).to_owned());
        }
        self.list.push(endpoint);
        Ok(true)
    }

    /// Whether it is, or was not long ago, bound to the address of its own that an event tells.
    pub fn was_bound(&self, local: &str) -> bool {
        self.bound.iter().any(|bound| bound == place(local))
    }

    /// What was bound last, where other computers reach it and nobody has to show who he is.
    pub fn opened_last(&mut self, is_secured: impl FnOnce() -> bool) -> Option<&str> {
        let last = self.list.last_mut()?;
        last.open = address::is_public(&last.resolved) && !is_secured();
        last.open.then_some(&last.resolved)
    }

    /// Whoever begins to watch is told, before anything else, of those that other computers reach without having to show who
    /// they are.
    pub fn tell_open_ones(&self, reports: &mut zmq::Monitor) {
        let open = self.list.iter().filter(|endpoint| endpoint.open);
        open.for_each(|endpoint| reports.tell_first(Happened::now(What::Open, 0, &endpoint.resolved)));
    }

    /// Whether a socket that has one peer at a time may connect here too.
    ///
    /// # Errors
    /// EISCONN: it is connected elsewhere, and would never come to the second connection.
    pub fn check_only_one(&self, class: &str, units: &[u16]) -> Outcome {
        let written = address::text(units)?;
        let Some(other) = self.of(Side::Connect).next() else { return Ok(()) };
        if self.position(Side::Connect, &written).is_some() {
            return Ok(());
        }
        let at = address::shown(&other.resolved);
        let refusal = Refusal::new(
            "EISCONN",
            (
                format!("он уже подключён к {at}, а собеседник у него один"),
                format!("it is connected to {at}, and has one peer only"),
            ),
            (
                "Сначала вызовите Отключить или возьмите другой объект.".to_owned(),
                "Call Disconnect first, or take another object.".to_owned(),
            ),
        );
        Err(refusal.after(tried(class, Deed::Connect, &written)))
    }

    /// What was attached last is known by `identity`.
    pub fn know_last_by(&mut self, identity: Vec<u8>) {
        if let Some(last) = self.list.last_mut() {
            last.identity = Some(identity);
        }
    }

    /// The endpoint whose connection is known by `identity`.
    pub fn known_by(&self, identity: &[u8]) -> Option<usize> {
        self.list.iter().position(|known| known.identity.as_deref() == Some(identity))
    }

    /// Which endpoint a script means to undo.
    ///
    /// # Errors
    /// ENOENT: there is none, in words that tell which there are.
    pub fn find(&self, class: &str, side: Side, written: &str) -> Outcome<usize> {
        let found = self.position(side, written);
        found.ok_or_else(|| self.absent(side, written).after(tried(class, side.undoing(), written)))
    }

    /// Undoes the endpoint of this number by `call`.
    pub fn detach(&mut self, class: &str, index: usize, call: impl FnOnce(&str) -> zmq::Result<()>) -> Outcome {
        let endpoint = &self.list[index];
        match call(&endpoint.resolved) {
            // Gone by itself: an inproc peer that closed takes the connection along.
            Err(error) if error.name() != "ENOENT" => {
                let shown = address::shown(&endpoint.written);
                return Err(errors::explain(endpoint.side.undoing(), class, &shown, error));
            }
            _ => {}
        }
        self.list.remove(index);
        lock(&self.places).remove(index);
        Ok(())
    }

    fn of(&self, side: Side) -> impl Iterator<Item = &Endpoint> + Clone {
        self.list.iter().filter(move |known| known.side == side)
    }

    /// The endpoint that was bound, or connected, by this text, another way to write it, or the address that came of it.
    fn position(&self, side: Side, written: &str) -> Option<usize> {
        let key = key_of(written, side);
        let is = |known: &Endpoint| {
            known.side == side
                && (known.written == written || known.resolved == written || key.as_ref() == Some(&known.key))
        };
        self.list.iter().rposition(is)
    }

    /// Why there is nothing to undo at `written`.
    fn absent(&self, side: Side, written: &str) -> Refusal {
        if self.position(side.other(), written).is_some() {
            return match side {
                Side::Bind => Refusal::new(
                    "ENOENT",
                    ("сокет к ней подключён, а не привязан", "the socket is connected to it, not bound"),
                    ("Используйте Отключить.", "Use Disconnect."),
                ),
                Side::Connect => Refusal::new(
                    "ENOENT",
                    ("сокет к ней привязан, а не подключён", "the socket is bound to it, not connected"),
                    ("Используйте Отвязать.", "Use Unbind."),
                ),
            };
        }
        let (russian, english) = match side {
            Side::Bind => ("привязан", "bound"),
            Side::Connect => ("подключён", "connected"),
        };
        let there = self.of(side);
        let count = there.clone().count();
        let shown: Vec<String> = there.take(LISTED).map(|known| known.resolved.chars().take(100).collect()).collect();
        let (list, rest) = (shown.join(", "), count.saturating_sub(LISTED));
        let advice = match (count, rest) {
            (0, _) => (format!("Он ни к чему не {russian}."), format!("It is {english} to nothing.")),
            (_, 0) => (format!("Он {russian} к {list}."), format!("It is {english} to {list}.")),
            _ => {
                (format!("Он {russian} к {list} и ещё {rest}."), format!("It is {english} to {list} and {rest} more."))
            }
        };
        Refusal::new("ENOENT", ("такой конечной точки у сокета нет", "the socket has no such endpoint"), advice)
    }
}

impl Endpoint {
    /// Between sockets of one process: what is sent lies with the peer at once.
    fn is_inproc(&self) -> bool {
        self.resolved.starts_with("inproc://")
    }
}

/// Where a socket is bound to all addresses, a connection tells its own: the port is the same.
fn place(resolved: &str) -> &str {
    let port = resolved.strip_prefix("tcp://").and_then(|address| address.rsplit_once(':'));
    port.map_or(resolved, |(_, port)| port)
}

fn tried(class: &str, deed: Deed, endpoint: &str) -> Words<String> {
    deed.tried(class, &address::shown(endpoint))
}

/// A name may stand for an address of IPv6 only; IPv4 goes first.
fn bind(raw: &mut zmq::Socket, endpoint: &str, address: &Address) -> zmq::Result<()> {
    if address.ipv6 {
        return raw.with_ipv6(|raw| raw.bind(endpoint));
    }
    let first = raw.bind(endpoint);
    let unknown = |made: &zmq::Result<()>| made.is_err_and(|error| error.name() == "ENODEV");
    if !address.named || !unknown(&first) {
        return first;
    }
    let second = raw.with_ipv6(|raw| raw.bind(endpoint));
    if unknown(&second) { first } else { second }
}

fn key_of(written: &str, side: Side) -> Option<String> {
    address::read(&ipc_path::full(written), side).ok().map(|address| address.key)
}

/// Nothing could come of it: whoever speaks to its own kind has nothing to say to itself. And libzmq, which calls both by
/// the same name, would end both with one call.
fn own(side: Side) -> Refusal {
    let wrong = match side {
        Side::Bind => ("к ней привязан этот же объект", "this very object is bound to it"),
        Side::Connect => ("к ней подключён этот же объект", "this very object is connected to it"),
    };
    Refusal::new(
        "EADDRINUSE",
        wrong,
        ("Для другой стороны нужен другой объект.", "The other side takes another object."),
    )
}
