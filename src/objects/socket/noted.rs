//! What the log hears of a socket: see `background::log`. Codes of errors, never their texts, and endpoints as errors show
//! them: nothing that a script passed by mistake is written.

use super::readable::Readable;
use super::stage::Open;
use super::{Socket, address};
use crate::background::log::{self, Entry};
use crate::objects::address::Side;
use crate::schema::{Error, Outcome};

/// Those that have a line of their own, with the endpoint.
const WITH_LINES_OF_THEIR_OWN: [&str; 4] = ["Bind", "Unbind", "Connect", "Disconnect"];

/// The code of an internal error.
const BROKE_DOWN: &str = "EFAULT";

/// A socket was opened, or could not be.
pub fn opened(readable: &Readable, made: &Outcome<Open>) {
    if log::is_on() {
        log::note(&Entry { event: "open", error: code(made), ..whose(readable) });
        if let Ok(open) = made {
            log::know(&open.raw, readable.id, readable.class().name());
        }
    }
}

/// A Stream's connection was ended by a message.
pub fn ended(readable: &Readable, endpoint: &str) {
    if log::is_on() {
        log::note(&Entry { event: "disconnect", endpoint: &address::shown(endpoint), ..whose(readable) });
    }
}

impl Socket {
    pub(super) fn attach_and_note(&mut self, side: Side, endpoint: &[u16]) -> Outcome<bool> {
        let attached = self.attach(side, endpoint);
        // Nothing was done where it is connected there already.
        if log::is_on() && !matches!(attached, Ok(false)) {
            let event = if side == Side::Bind { "bind" } else { "connect" };
            let real = address::shown(self.endpoints.last());
            let endpoint = if attached.is_ok() { real } else { written(endpoint) };
            log::note(&Entry { event, endpoint: &endpoint, error: code(&attached), ..whose(&self.readable) });
        }
        attached
    }

    pub(super) fn note_detached(&self, side: Side, endpoint: &[u16], detached: &Outcome) {
        if log::is_on() {
            let event = if side == Side::Bind { "unbind" } else { "disconnect" };
            let endpoint = written(endpoint);
            log::note(&Entry { event, endpoint: &endpoint, error: code(detached), ..whose(&self.readable) });
        }
    }

    pub(super) fn note_closed(&self, open: &Open) {
        if log::is_on() {
            log::forget(&open.raw);
            let counters = &self.readable.counters;
            let traffic = Some((counters.sent.messages(), counters.received.messages()));
            log::note(&Entry { event: "close", traffic, ..whose(&self.readable) });
        }
    }

    #[cold]
    pub(super) fn note_failed(&self, member: &'static str, error: &Error) {
        let told = WITH_LINES_OF_THEIR_OWN.contains(&member);
        // A call that broke down has told nothing.
        if !told || error.code == BROKE_DOWN {
            log::note_failed(self.class.name(), Some(self.readable.id), member, error.code);
        }
    }
}

fn whose(readable: &Readable) -> Entry<'static> {
    Entry { class: readable.class().name(), socket: Some(readable.id), ..Entry::default() }
}

fn code<T>(done: &Outcome<T>) -> &'static str {
    done.as_ref().err().map_or("", |error| error.code)
}

/// As the script wrote it; what is no text at all is none.
fn written(units: &[u16]) -> String {
    address::shown(&String::from_utf16_lossy(&units[..units.len().min(1_000)]))
}
