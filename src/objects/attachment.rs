//! Binding and connecting, and undoing both by the text that a script wrote or the address that came of it.

use super::endpoint::{self, Endpoint};
use super::problem::explain;
use super::socket::Socket;
use crate::schema::Outcome;
use crate::zmq;
use std::time::Duration;

/// How long Unbind may wait for the address to become free.
const RELEASE: Duration = Duration::from_millis(500);

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
}

impl Socket {
    pub fn bind(&mut self, endpoint: &[u16]) -> Outcome {
        self.attach(Action::Bind, endpoint, zmq::Socket::bind)
    }

    pub fn connect(&mut self, endpoint: &[u16]) -> Outcome {
        self.attach(Action::Connect, endpoint, zmq::Socket::connect)
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

    fn attach(
        &mut self,
        action: Action,
        units: &[u16],
        call: impl FnOnce(&mut zmq::Socket, &str) -> zmq::Result<()>,
    ) -> Outcome {
        let written = endpoint::text(units)?;
        endpoint::check(&written)?;
        let tried = self.tried(action, &written);
        let raw = self.open()?;
        call(raw, &written).map_err(|error| explain(tried, error))?;
        // Asked only after success, and it cannot fail then; what was written is the next best.
        let resolved = raw.last_endpoint().unwrap_or_else(|_| written.clone());
        self.last_endpoint.clone_from(&resolved);
        let bound = matches!(action, Action::Bind);
        if !bound {
            self.audience.expect_one();
        }
        self.endpoints.push(Endpoint { written, resolved, bound });
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
        let bound = matches!(action, Action::Unbind);
        let mine = |known: &Endpoint| known.bound == bound && (known.written == written || known.resolved == written);
        let index = self.endpoints.iter().rposition(mine);
        let resolved = index.map_or_else(|| written.clone(), |index| self.endpoints[index].resolved.clone());
        call(self.attached()?, &resolved).map_err(|error| explain(tried, error))?;
        if let Some(index) = index {
            self.endpoints.remove(index);
        }
        Ok(())
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
