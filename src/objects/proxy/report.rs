//! What a proxy has done, as JSON.

use super::errors;
use super::kind::Side;
use super::shown::Shown;
use crate::background::proxy::{Flow, State};
use crate::native_api::Language;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// The name of a state.
pub const fn state_name(state: State) -> &'static str {
    match state {
        State::New => "New",
        State::Running => "Running",
        State::Paused => "Paused",
        State::Stopping => "Stopping",
        State::Stopped => "Stopped",
        State::Failed => "Failed",
    }
}

/// Why it ended by itself; empty as long as it did not.
pub fn failure(shown: &Shown, language: Language) -> String {
    match (shown.progress.failure(), shown.kind()) {
        (Some(failure), Some(kind)) => errors::failed(kind, &failure).text(language).to_owned(),
        _ => String::new(),
    }
}

/// All of it.
pub fn statistics(shown: &Shown, language: Language) -> String {
    // The state first: whatever was counted before it is seen.
    let progress = &shown.progress;
    let state = state_name(progress.state());
    json!({
        "kind": shown.kind().map(|kind| kind.name().english),
        "state": state,
        "failure": failure(shown, language),
        "frontend": shown.endpoint(Side::Front),
        "backend": shown.endpoint(Side::Back),
        "forward": flow(&progress.forward, "dropped"),
        "backward": flow(&progress.backward, "dropped"),
        "capture": flow(&progress.captured, "missed"),
        "subscriptions": read(&progress.subscriptions),
        "undelivered": read(&progress.undelivered),
        "lingering": progress.lingering.load(Ordering::Relaxed),
    })
    .to_string()
}

fn flow(flow: &Flow, dropped: &str) -> Value {
    json!({
        "messages": read(&flow.messages),
        "parts": read(&flow.parts),
        "bytes": read(&flow.bytes),
        dropped: read(&flow.dropped),
    })
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
