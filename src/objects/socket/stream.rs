//! Raw TCP: bytes for a connection, not messages.

use super::endpoints::Endpoints;
use super::exchange::Exchange;
use super::noted;
use super::outbox::{Outbox, take};
use super::readable::Readable;
use crate::objects::address::{self, Side};
use crate::objects::errors::{Deed, Refusal};
use crate::schema::{Error, Outcome};
use crate::zmq::{self, Message};

/// A transport that has no bytes without messages is refused; whatever else is wrong with an endpoint is told later.
pub fn check(class: &str, side: Side, endpoint: &[u16]) -> Outcome {
    let written = address::text(endpoint)?;
    if !written.starts_with("ipc://") && !written.starts_with("inproc://") {
        return Ok(());
    }
    let refusal = Refusal::new(
        "ENOCOMPATPROTO",
        ("этот класс работает только по tcp", "this class works over tcp only"),
        ("Пример: `tcp://127.0.0.1:5555`.", "An example: `tcp://127.0.0.1:5555`."),
    );
    Err(refusal.after(side.making().tried(class, &address::shown(&written))))
}

/// Remembers what the connection that was just begun is known by.
pub fn connected(class: &str, raw: &mut zmq::Socket, endpoints: &mut Endpoints) -> Outcome {
    let identity = raw.routing_id();
    let last = endpoints.last().to_owned();
    let identity =
        identity.map_err(|error| Refusal::of(Deed::Connect, error).after(Deed::Connect.tried(class, &last)))?;
    endpoints.know_last_by(identity);
    Ok(())
}

/// Sends all that was collected, from part number `from`, and `data` as one piece to the connection of this identity; false
/// when the timeout passed. Nothing at all closes the connection.
pub fn send(
    outbox: &mut Outbox,
    endpoints: &mut Endpoints,
    with: Exchange<'_>,
    readable: &Readable,
    identity: Message,
    from: usize,
    data: &[u8],
) -> Outcome<bool> {
    let class = with.class.name();
    let bytes = join(class, &outbox.parts()[from..], data)?;
    if bytes.bytes().is_empty()
        && let Some(index) = endpoints.known_by(identity.bytes())
    {
        // A connection of ours would be made anew, and its endpoint be in the way of another.
        let mut ended = String::new();
        endpoints.detach(class, index, |resolved| {
            resolved.clone_into(&mut ended);
            with.raw.disconnect(resolved)
        })?;
        noted::ended(readable, &ended);
        outbox.clear();
        return Ok(true);
    }
    let size = bytes.bytes().len();
    let mut whole = Outbox::of(identity);
    let sent = whole.send(with, bytes, size)?;
    if sent {
        outbox.clear();
    }
    Ok(sent)
}

fn join(class: &str, parts: &[Message], data: &[u8]) -> Outcome<Message> {
    if parts.is_empty() {
        return take(class, data);
    }
    let size = parts.iter().fold(data.len(), |size, part| size + part.bytes().len());
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(size).is_err() {
        return Err(no_memory(class, size));
    }
    parts.iter().map(Message::bytes).chain([data]).for_each(|part| bytes.extend_from_slice(part));
    take(class, &bytes)
}

#[cold]
fn no_memory(class: &str, size: usize) -> Error {
    Refusal::of(Deed::Take, zmq::Error::NO_MEMORY).after(Deed::Take.tried(class, &size.to_string()))
}
