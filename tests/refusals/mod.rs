//! Clients that are not let in: seen by their own events, however long that takes on a busy machine, before anybody says that
//! nothing comes through.

use host::{Object, args, secs, wait_until};

/// To be called before the client connects: its events are kept from now on.
pub fn watch(client: &Object) {
    client.must("NextEvent", args![0]);
}

/// Forgets what happened so far: the next refusal is a new one.
#[allow(dead_code, reason = "not every suite changes its mind about a client")]
pub fn forget(client: &Object) {
    while !client.must("NextEvent", args![0]).is_empty() {}
}

/// Waits until a watched client was refused, or could not make itself understood.
#[track_caller]
pub fn wait_for_refusal(client: &Object) {
    let mut told = Vec::new();
    let refused = wait_until(secs(20), || {
        let event = client.must("NextEvent", args![100]);
        if event.is_empty() {
            return false;
        }
        told.push(event.text().to_owned());
        event.text().contains("\"handshake_failed_")
    });
    assert!(refused, "it was not refused: {told:?}");
}
