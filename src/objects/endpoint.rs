//! Endpoints: what a script wrote, what libzmq made of it, and binding and connecting by it.

use super::problem::explain;
use super::socket::Socket;
use crate::schema::{Error, Outcome};
use crate::zmq;
use std::time::Duration;

/// Longer than any address that a system takes.
const LONGEST: usize = 4096;

/// Only libzmq's own handler may stand here: a stranger's answers would abort the process.
const ZAP: &str = "inproc://zeromq.zap.01";

/// How long Unbind may wait for the address to become free.
const RELEASE: Duration = Duration::from_millis(500);

/// An endpoint of a socket.
pub struct Endpoint {
    written: String,
    resolved: String,
    bound: bool,
}

impl Endpoint {
    /// Between sockets of one process: what is sent lies with the peer at once.
    pub fn is_inproc(&self) -> bool {
        self.resolved.starts_with("inproc://")
    }

    /// Frees the name at once; closing alone frees it only when every peer has noticed. Addresses of other kinds are freed
    /// by closing.
    pub fn release(&self, raw: &mut zmq::Socket) {
        if self.bound && self.is_inproc() {
            // It is bound, so this cannot fail; and if it did, closing goes on.
            let _ = raw.unbind(&self.resolved);
        }
    }
}

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
        endpoint: &[u16],
        call: impl FnOnce(&mut zmq::Socket, &str) -> zmq::Result<()>,
    ) -> Outcome {
        let written = text(endpoint)?;
        if written == ZAP {
            return Err(Error::new(
                "EACCES",
                format!("Конечная точка {ZAP} принадлежит проверке подлинности ZeroMQ. Выберите другое имя."),
                format!("The endpoint {ZAP} belongs to ZeroMQ's authentication. Choose another name."),
            ));
        }
        check_ports(&written)?;
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
        endpoint: &[u16],
        call: impl FnOnce(&mut zmq::Socket, &str) -> zmq::Result<()>,
    ) -> Outcome {
        let written = text(endpoint)?;
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

/// The endpoint as libzmq takes it. Nothing that BSL can write gets past unchecked: a NUL would cut it short, half a
/// surrogate pair has no form in UTF-8.
fn text(units: &[u16]) -> Outcome<String> {
    let wrong = |russian: &str, english: &str| {
        Err(Error::new("EINVAL", format!("Конечная точка {russian}."), format!("The endpoint {english}.")))
    };
    if units.is_empty() {
        return wrong("пуста; пример: «tcp://127.0.0.1:5555»", "is empty; an example: \"tcp://127.0.0.1:5555\"");
    }
    if units.len() > LONGEST {
        return wrong(
            &format!("слишком длинная: {} символов, допустимо {LONGEST}", units.len()),
            &format!("is too long: {} characters, {LONGEST} are allowed", units.len()),
        );
    }
    if let Some(position) = units.iter().position(|&unit| unit == 0) {
        return wrong(
            &format!("содержит нулевой символ в позиции {}", position + 1),
            &format!("has a NUL at position {}", position + 1),
        );
    }
    match String::from_utf16(units) {
        Ok(text) => Ok(text),
        Err(_) => wrong(
            "содержит половину суррогатной пары UTF-16: текст испорчен",
            "has half of a UTF-16 surrogate pair: the text is broken",
        ),
    }
}

/// Ports as numbers up to 65535, or `*`: libzmq would cut a larger one and read "80x" as 80. What else is wrong with an
/// address it says itself.
fn check_ports(endpoint: &str) -> Outcome {
    let Some(addresses) = endpoint.strip_prefix("tcp://") else {
        return Ok(());
    };
    // A source address may stand before the peer's: tcp://192.168.1.1:0;192.168.1.2:5555.
    for address in addresses.split(';') {
        let port = address.rsplit_once(':').map_or("", |(_, port)| port);
        let number =
            !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok();
        if !number && port != "*" {
            let shown: String = address.chars().take(200).collect();
            return Err(Error::new(
                "EINVAL",
                format!(
                    "Конечная точка «tcp://{shown}»: порт должен быть числом от 0 до 65535 или «*», получено «{port}»."
                ),
                format!(
                    "Endpoint \"tcp://{shown}\": the port must be a number from 0 to 65535 or \"*\", but is \"{port}\"."
                ),
            ));
        }
    }
    Ok(())
}
