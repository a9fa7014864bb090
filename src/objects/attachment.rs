//! Binding and connecting, and undoing both by the text that a script wrote or the address that came of it.

use super::endpoint::{self, Address, Endpoint, Side};
use super::errors::{Refusal, explain};
use super::ipc_path;
use super::socket::Socket;
use crate::schema::Outcome;
use crate::zmq;
use std::time::Duration;

/// How long Unbind may wait for the address to become free.
const RELEASE: Duration = Duration::from_millis(500);

/// Endpoints that an error text lists, at the most.
const LISTED: usize = 5;

/// What is done with an endpoint, as an error text says it.
#[derive(Clone, Copy)]
enum Action {
    Bind,
    Unbind,
    Connect,
    Disconnect,
}

impl Action {
    const fn words(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Bind => ("привязать сокет", "к", "bind the", "to"),
            Self::Unbind => ("отвязать сокет", "от", "unbind the", "from"),
            Self::Connect => ("подключить сокет", "к", "connect the", "to"),
            Self::Disconnect => ("отключить сокет", "от", "disconnect the", "from"),
        }
    }

    /// What is done, or undone.
    const fn side(self) -> Side {
        match self {
            Self::Bind | Self::Unbind => Side::Bind,
            Self::Connect | Self::Disconnect => Side::Connect,
        }
    }
}

impl Socket {
    pub fn bind(&mut self, endpoint: &[u16]) -> Outcome {
        self.attach(Action::Bind, endpoint)
    }

    /// Once to each endpoint: a second connection to one peer would make everything come twice.
    pub fn connect(&mut self, endpoint: &[u16]) -> Outcome {
        self.attach(Action::Connect, endpoint)
    }

    pub fn unbind(&mut self, endpoint: &[u16]) -> Outcome {
        self.detach(Action::Unbind, endpoint, |raw, endpoint| zmq::unbind(raw, endpoint, RELEASE))
    }

    pub fn disconnect(&mut self, endpoint: &[u16]) -> Outcome {
        self.detach(Action::Disconnect, endpoint, zmq::Socket::disconnect)
    }

    /// The real address of what was bound or connected last; empty before.
    pub fn last_endpoint(&self) -> &str {
        &self.last_endpoint
    }

    fn attach(&mut self, action: Action, units: &[u16]) -> Outcome {
        let written = endpoint::text(units)?;
        let full = ipc_path::full(&written);
        let tried = self.tried(action, &full);
        let side = action.side();
        let address = match endpoint::read(&full, side) {
            Ok(address) => address,
            Err(refusal) => return Err(refusal.after(tried)),
        };
        self.open()?;
        if let Some(known) = self.endpoints.iter().find(|known| known.key == address.key) {
            match (side, known.bound) {
                (Side::Connect, false) => {
                    self.last_endpoint.clone_from(&known.resolved);
                    return Ok(());
                }
                (Side::Bind, true) => {}
                (_, bound) => return Err(own(bound).after(tried)),
            }
        }
        if let Err(refusal) = ipc_path::check(&full, side) {
            return Err(refusal.after(tried));
        }
        let raw = self.open()?;
        let made = match side {
            Side::Bind => bind(raw, &full, &address),
            Side::Connect if address.ipv6 => raw.with_ipv6(|raw| raw.connect(&full)),
            Side::Connect => raw.connect(&full),
        };
        made.map_err(|error| endpoint::blame(error, &full).after(tried))?;
        // Asked only after success, and it cannot fail then; what was asked for is the next best.
        let resolved = raw.last_endpoint().unwrap_or(full);
        self.last_endpoint.clone_from(&resolved);
        let bound = side == Side::Bind;
        if !bound {
            self.audience.expect_one();
        }
        let key = if bound { key_of(&resolved, side).unwrap_or(address.key) } else { address.key };
        let endpoint = Endpoint { written, resolved, key, bound };
        self.went_out |= !endpoint.is_inproc();
        self.endpoints.push(endpoint);
        Ok(())
    }

    fn detach(
        &mut self,
        action: Action,
        units: &[u16],
        call: impl FnOnce(&mut zmq::Socket, &str) -> zmq::Result<()>,
    ) -> Outcome {
        let written = endpoint::text(units)?;
        let tried = self.tried(action, &written);
        self.attached()?;
        let Some(index) = self.position(action.side(), &written) else {
            return Err(self.absent(action.side(), &written).after(tried));
        };
        self.hear_subscribers()?;
        let resolved = self.endpoints[index].resolved.clone();
        match call(self.attached()?, &resolved) {
            // Gone by itself: an inproc peer that closed takes the connection along.
            Err(error) if error.name() != "ENOENT" => return Err(explain(tried, error)),
            _ => {}
        }
        self.endpoints.remove(index);
        let connected = self.endpoints.iter().filter(|known| !known.bound).count();
        self.audience.expect_at_most(connected);
        Ok(())
    }

    /// The endpoint that was bound, or connected, by this text, another way to write it, or the address that came of it.
    fn position(&self, side: Side, written: &str) -> Option<usize> {
        let key = key_of(written, side);
        let is = |known: &Endpoint| {
            known.bound == (side == Side::Bind)
                && (known.written == written || known.resolved == written || key.as_ref() == Some(&known.key))
        };
        self.endpoints.iter().rposition(is)
    }

    /// Why there is nothing to undo at `written`.
    fn absent(&self, side: Side, written: &str) -> Refusal {
        let other = if side == Side::Bind { Side::Connect } else { Side::Bind };
        if self.position(other, written).is_some() {
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
        let there = self.endpoints.iter().filter(|known| known.bound == (side == Side::Bind));
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

    fn tried(&self, action: Action, endpoint: &str) -> (String, String) {
        let (russian, to, english, to_english) = action.words();
        let kind = self.kind;
        let shown: String = endpoint.chars().take(200).collect();
        (
            format!("Не удалось {russian} {kind:?} {to} «{shown}»"),
            format!("Could not {english} {kind:?} socket {to_english} \"{shown}\""),
        )
    }
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
    endpoint::read(&ipc_path::full(written), side).ok().map(|address| address.key)
}

/// Nothing could come of it: no socket speaks to its own kind. And libzmq, which calls both by the same name, would end
/// both with one call.
fn own(bound: bool) -> Refusal {
    let wrong = if bound {
        ("к ней привязан этот же объект", "this very object is bound to it")
    } else {
        ("к ней подключён этот же объект", "this very object is connected to it")
    };
    Refusal::new(
        "EADDRINUSE",
        wrong,
        ("Для другой стороны нужен другой объект.", "The other side takes another object."),
    )
}
