//! What a script set of a socket's options. Set before the socket is made it is kept, and applied when it is.

use super::Socket;
use super::options::Key;
use crate::objects::address;
use crate::objects::errors::{Deed, Refusal};
use crate::schema::{Error, KeptValue, Outcome, Words, name_of};
use crate::zmq::{self, BytesOption, IntOption};

/// What a script set.
#[derive(Default)]
pub struct Settings(Vec<(Key, KeptValue)>);

impl Settings {
    /// Keeps a value.
    pub fn keep(&mut self, option: Key, value: KeptValue) {
        self.forget(option);
        self.0.push((option, value));
    }

    /// The option is again what it was before it was set.
    pub fn forget(&mut self, option: Key) {
        self.0.retain(|&(kept, _)| kept != option);
    }

    /// What is kept.
    pub fn get(&self, option: Key) -> Option<&KeptValue> {
        self.0.iter().find(|&&(kept, _)| kept == option).map(|(_, value)| value)
    }

    /// Whether a flag is set, which is off until then.
    pub fn is_on(&self, option: IntOption) -> bool {
        self.get(Key::Int(option)) == Some(&KeptValue::Bool(true))
    }

    /// Whether a flag is off that is on until then.
    pub fn is_off(&self, option: IntOption) -> bool {
        self.get(Key::Int(option)) == Some(&KeptValue::Bool(false))
    }

    /// Gives a new socket what was set before there was one.
    pub fn apply(&self, class: &str, raw: &mut zmq::Socket) -> Outcome {
        self.0.iter().try_for_each(|(option, value)| set(class, raw, *option, value))?;
        let told = self.0.iter().any(|&(option, _)| is_of_subscriptions(option));
        if told { self.tell_of_subscriptions(class, raw) } else { Ok(()) }
    }

    /// Whether what is set lets the socket connect here: a connection that has no queue until it is made cannot be given a
    /// routing id, and libzmq would keep that for another. Within the process every connection is made at once.
    ///
    /// # Errors
    /// EINVAL: the next peer was given one.
    pub fn check_connection(&self, class: &str, units: &[u16]) -> Outcome {
        if !self.is_on(IntOption::Immediate) || self.get(NEXT_PEER).is_none() {
            return Ok(());
        }
        let written = address::text(units)?;
        if written.starts_with("inproc://") {
            return Ok(());
        }
        let refusal = Refusal::new(
            "EINVAL",
            (
                "ИдентификаторПодключаемого не действует вместе с ТолькоУстановленныеСоединения",
                "ConnectRoutingId has no effect together with Immediate",
            ),
            (
                "Выключите ТолькоУстановленныеСоединения или возьмите для этого подключения другой Router.",
                "Switch Immediate off, or take another Router for this connection.",
            ),
        );
        Err(refusal.after(Deed::Connect.tried(class, &address::shown(&written))))
    }

    /// What an XPUB is told of subscriptions is two options that change each other in libzmq: whatever the order in which they
    /// were set, both are to hold.
    pub fn tell_of_subscriptions(&self, class: &str, raw: &mut zmq::Socket) -> Outcome {
        let (all, ends) = (IntOption::XPubVerbose, IntOption::XPubVerboser);
        let option = if self.is_on(ends) { ends } else { all };
        set(class, raw, Key::Int(option), &KeptValue::Bool(self.is_on(option)))
    }
}

/// Whether it is one of the two options of what an XPUB is told of subscriptions.
pub const fn is_of_subscriptions(option: Key) -> bool {
    matches!(option, Key::Int(IntOption::XPubVerbose | IntOption::XPubVerboser))
}

/// Sets an option of a socket.
pub fn set(class: &str, raw: &mut zmq::Socket, option: Key, value: &KeptValue) -> Outcome {
    let done = match (option, value) {
        (Key::Int(of), KeptValue::Bool(value)) => raw.set_int(of, i32::from(*value)),
        (Key::Int(of), KeptValue::Whole(number)) => match i32::try_from(*number) {
            Ok(number) => raw.set_int(of, number),
            Err(_) => return Err(misfit(option)),
        },
        (Key::Long(of), KeptValue::Whole(number)) => raw.set_long(of, *number),
        // Who has a domain asks, and lets nobody in without an answer.
        (DOMAIN, KeptValue::Text(domain)) => raw.ask_zap(domain),
        (Key::Bytes(of), KeptValue::Text(text)) => raw.set_bytes(of, text.as_bytes()),
        (Key::Bytes(of), KeptValue::Bytes(bytes)) => raw.set_bytes(of, bytes),
        _ => return Err(misfit(option)),
    };
    done.map_err(|error| refused(class, option, error))
}

#[cold]
fn refused(class: &str, option: Key, error: zmq::Error) -> Error {
    let name = name(option);
    Refusal::of(Deed::Set, error).after(Words {
        russian: Deed::Set.tried(class, &name.russian).russian,
        english: Deed::Set.tried(class, &name.english).english,
    })
}

/// A row whose type is not its option's does not get past its own test.
#[cold]
fn misfit(option: Key) -> Error {
    let Words { russian, english } = name(option);
    Error::new("EINVAL", format!("{russian}: значение другого типа."), format!("{english}: a value of another type."))
}

/// As scripts name it.
fn name(option: Key) -> Words<String> {
    match name_of::<Socket>(option) {
        Some(name) => (name.russian, name.english).into(),
        // One that no script sets.
        None => (format!("{option:?}"), format!("{option:?}")).into(),
    }
}

/// Where whoever comes in is asked about.
pub const DOMAIN: Key = Key::Bytes(BytesOption::ZapDomain);

/// The routing id that the next connection gives its peer: one connection has it, and the next one another.
pub const NEXT_PEER: Key = Key::Bytes(BytesOption::ConnectRoutingId);
