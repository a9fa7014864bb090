//! Who a socket says it is, and whom it lets in. libzmq is told at once and keeps the secrets; the object keeps none.

use super::Socket;
use super::settings;
use crate::objects::address::Side;
use crate::objects::auth;
use crate::objects::classes::SocketClass;
use crate::objects::errors::{self, Deed, Refusal};
use crate::objects::{address, keys};
use crate::schema::{Error, KeptValue, Outcome, TextOrBlob};
use crate::zmq::{self, CurveKey};
use zeroize::Zeroizing;

/// How peers prove who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Mechanism {
    Null,
    Plain,
    /// The client's side of it, which tells a password to whoever takes it.
    PlainClient,
    Curve,
}

impl Mechanism {
    /// As the wire names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Plain | Self::PlainClient => "PLAIN",
            Self::Curve => "CURVE",
        }
    }
}

impl Socket {
    /// Clients must know its public key, and be let in to the domain by an Auth.
    pub fn be_curve_server(&mut self, secret: TextOrBlob<'_>, domain: Option<&[u16]>) -> Outcome {
        let mut key = Zeroizing::new(CurveKey::default());
        keys::read(keys::SECRET_KEY, secret, &mut key)?;
        let domain = keys::domain(domain)?;
        self.secure(Mechanism::Curve, Some(domain), |raw| raw.be_curve_server(&key))
    }

    /// The server must own this public key; it is told ours.
    pub fn be_curve_client(&mut self, server: TextOrBlob<'_>, secret: TextOrBlob<'_>) -> Outcome {
        let mut public = CurveKey::default();
        keys::read(keys::SERVER_KEY, server, &mut public)?;
        let mut key = Zeroizing::new(CurveKey::default());
        keys::read(keys::SECRET_KEY, secret, &mut key)?;
        self.secure(Mechanism::Curve, None, |raw| raw.be_curve_client(&public, &key))
    }

    /// Clients must be let in to the domain by an Auth, with their names and passwords.
    pub fn be_plain_server(&mut self, domain: Option<&[u16]>) -> Outcome {
        let domain = keys::domain(domain)?;
        self.secure(Mechanism::Plain, Some(domain), |raw| raw.be_plain_server())
    }

    /// The server is told this name and this password.
    pub fn be_plain_client(&mut self, user: &[u16], password: &[u16]) -> Outcome {
        let user = keys::short_text(keys::USER, user)?;
        let password = keys::short_text(keys::PASSWORD, password)?;
        self.secure(Mechanism::PlainClient, None, |raw| raw.be_plain_client(user.as_bytes(), password.as_bytes()))
    }

    fn secure(
        &mut self,
        mechanism: Mechanism,
        domain: Option<String>,
        make: impl FnOnce(&mut zmq::Socket) -> zmq::Result<()>,
    ) -> Outcome {
        let Self { class, stage, readable, counters, endpoints, .. } = self;
        stage.check_not_closed(class)?;
        if endpoints.are_there() {
            return Err(too_late(class));
        }
        let raw = stage.open(class, || super::open(class, readable, counters))?;
        // First: whatever fails afterwards, nobody gets in unasked.
        if let Some(domain) = domain {
            let domain = KeptValue::Text(domain);
            settings::set(class.name(), raw, settings::DOMAIN, &domain)?;
            readable.settings().keep(settings::DOMAIN, domain);
        }
        make(raw).map_err(|error| errors::explain(Deed::Set, class.name(), mechanism.name(), error))?;
        readable.secured(mechanism);
        Ok(())
    }

    /// Before the socket is bound or connected: whoever comes in is asked about, and no way leads around that.
    pub(super) fn prepare_to_ask(&self, deed: Deed, endpoint: &[u16]) -> Outcome {
        let asks = self.readable.settings().get(settings::DOMAIN).is_some();
        let mechanism = self.readable.mechanism();
        if !asks && mechanism == Mechanism::Null {
            return Ok(());
        }
        let written = address::text(endpoint)?;
        if mechanism != Mechanism::Null && written.starts_with("inproc://") {
            return Err(unprotected(self.class, deed, mechanism, &written));
        }
        if mechanism == Mechanism::PlainClient && deed == Side::Bind.making() {
            return Err(tells_everybody(self.class, deed, &written));
        }
        if asks { auth::stand() } else { Ok(()) }
    }
}

/// What is secured is not secured otherwise while peers may be there.
#[cold]
fn too_late(class: &SocketClass) -> Error {
    let class = class.name();
    Error::new(
        "EISCONN",
        format!(
            "Сокет {class}: задавать защиту поздно, он уже привязан или подключён. Задайте её до Привязать и Подключить или сначала отмените их: Отвязать, Отключить."
        ),
        format!(
            "{class} socket: too late for its security, it is bound or connected already. Set it before Bind and Connect, or undo them first: Unbind, Disconnect."
        ),
    )
}

/// libzmq asks nobody about a server that comes to a client of PLAIN.
#[cold]
fn tells_everybody(class: &SocketClass, deed: Deed, endpoint: &str) -> Error {
    Refusal::new(
        "ENOCOMPATPROTO",
        (
            "клиент PLAIN назвал бы пароль любому, кто подключится".to_owned(),
            "a client of PLAIN would tell its password to whoever connects".to_owned(),
        ),
        (
            "Привяжите другую сторону, сервер PLAIN, а эту подключите; или возьмите CURVE.",
            "Bind the other side, the server of PLAIN, and connect this one; or take CURVE.",
        ),
    )
    .after(deed.tried(class.name(), &address::shown(endpoint)))
}

/// Within the process libzmq asks nobody.
#[cold]
fn unprotected(class: &SocketClass, deed: Deed, mechanism: Mechanism, endpoint: &str) -> Error {
    let name = mechanism.name();
    Refusal::new(
        "ENOCOMPATPROTO",
        (
            format!("{name} внутри процесса не действует, впустили бы любого"),
            format!("{name} has no effect within a process, and anybody would be let in"),
        ),
        (
            "Возьмите tcp или ipc, а для inproc — другой сокет, без защиты.",
            "Take tcp or ipc, and for inproc another socket without security.",
        ),
    )
    .after(deed.tried(class.name(), &address::shown(endpoint)))
}
