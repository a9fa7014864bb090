//! What this build of libzmq and this machine can do.

use super::errors::{Deed, Refusal};
use crate::background::json::JsonObject;
use crate::schema::{Error, Outcome, words};
use crate::zmq;
use std::ffi::CStr;
use std::io::ErrorKind;
use std::net::{Ipv6Addr, UdpSocket};

/// How it is found out.
enum Found {
    /// libzmq was built with it (`zmq_has(3)`).
    Built(&'static CStr),
    /// The machine has IPv6.
    Ipv6,
    /// The component takes no such endpoints, whatever libzmq can do.
    No,
}

/// Names, as pyzmq's `has` and CZMQ have them.
const CAPABILITIES: &[(&str, Found)] = &[
    ("curve", Found::Built(c"curve")),
    ("ipc", Found::Built(c"ipc")),
    ("ipv6", Found::Ipv6),
    ("ws", Found::Built(c"WS")),
    ("wss", Found::Built(c"WSS")),
    ("pgm", Found::Built(c"pgm")),
    ("norm", Found::Built(c"norm")),
    ("tipc", Found::No),
    ("vmci", Found::Built(c"vmci")),
    ("gssapi", Found::Built(c"gssapi")),
    ("draft", Found::Built(c"draft")),
];

impl Found {
    /// None where it cannot be found out now.
    fn is_there(&self) -> Option<bool> {
        match self {
            Self::Built(name) => Some(zmq::has(name)),
            Self::Ipv6 => has_ipv6(),
            Self::No => Some(false),
        }
    }
}

/// Tried each time: it may be switched off while the process lives.
fn has_ipv6() -> Option<bool> {
    match UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)) {
        Ok(_) => Some(true),
        // No descriptor, no memory: that says nothing of IPv6.
        Err(error) if is_exhausted(&error) => None,
        Err(_) => Some(false),
    }
}

#[cfg(unix)]
fn is_exhausted(error: &std::io::Error) -> bool {
    let exhausted = [libc::EMFILE, libc::ENFILE, libc::ENOBUFS];
    error.kind() == ErrorKind::OutOfMemory || error.raw_os_error().is_some_and(|number| exhausted.contains(&number))
}

/// WSAEMFILE, WSAENOBUFS.
#[cfg(windows)]
fn is_exhausted(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::OutOfMemory || matches!(error.raw_os_error(), Some(10024 | 10055))
}

/// All of them, as JSON; null where it cannot be found out now.
pub fn all() -> String {
    let object = JsonObject::new();
    CAPABILITIES.iter().fold(object, |object, (name, found)| object.optional(name, found.is_there())).end()
}

/// Whether there is the one of this name, in whichever case.
///
/// # Errors
/// EINVAL: no such name. EMFILE: it cannot be found out now.
pub fn has(units: &[u16]) -> Outcome<bool> {
    let name = String::from_utf16_lossy(&units[..units.len().min(100)]);
    let known = CAPABILITIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
    let Some((_, found)) = known else { return Err(unknown()) };
    found.is_there().ok_or_else(exhausted)
}

#[cold]
fn unknown() -> Error {
    let names: Vec<_> = CAPABILITIES.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    Error::new(
        "EINVAL",
        format!("Такой возможности компонента не знает. Известные: {names}."),
        format!("The component knows no such capability. There are: {names}."),
    )
}

#[cold]
#[cfg(unix)]
fn exhausted() -> Error {
    let tried = words("Не удалось узнать, есть ли IPv6", "It could not be found out whether there is IPv6");
    Refusal::of(Deed::Open, zmq::Error::NO_DESCRIPTORS).after(tried)
}

#[cold]
#[cfg(windows)]
fn exhausted() -> Error {
    let tried = words("Не удалось узнать, есть ли IPv6", "It could not be found out whether there is IPv6");
    Refusal::of(Deed::Open, zmq::Error::NO_MEMORY).after(tried)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str) -> Result<bool, &'static str> {
        has(&name.encode_utf16().collect::<Vec<_>>()).map_err(|error| error.code)
    }

    #[test]
    fn names_are_libzmqs_and_what_is_not_built_in_is_not_there() {
        assert_eq!(asked("curve"), Ok(true));
        assert_eq!(asked(" CURVE "), Ok(true));
        assert_eq!(asked("ipc"), Ok(cfg!(unix) || zmq::has(c"ipc")));
        for name in ["ws", "wss", "pgm", "norm", "tipc", "vmci", "gssapi", "draft"] {
            assert_eq!(asked(name), Ok(false), "{name}");
        }
        for wrong in ["", "curve\0", "tls", "кривая"] {
            assert_eq!(asked(wrong), Err("EINVAL"), "{wrong}");
        }
        let all: serde_json::Value = serde_json::from_str(&all()).unwrap();
        let all = all.as_object().unwrap();
        assert_eq!(all.len(), CAPABILITIES.len());
        for (name, there) in all {
            assert_eq!(there.as_bool(), asked(name).ok(), "{name}");
        }
    }
}
