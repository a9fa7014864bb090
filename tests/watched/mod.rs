//! Sockets that are watched, and what is told of them.
#![allow(dead_code, reason = "each suite uses what it needs")]

use host::{Host, Object, args, secs};

/// As `Host::bound`, and where.
pub fn bound(host: &Host, class: &str, endpoint: &str) -> (Object, String) {
    let object = host.bound(class, endpoint);
    let endpoint = object.text_of("LastEndpoint");
    (object, endpoint)
}

pub fn connected(host: &Host, class: &str, endpoint: &str) -> Object {
    let object = host.create(class);
    object.must("Connect", args![endpoint]);
    object
}

pub fn is_there(object: &Object, timeout: i32) -> bool {
    object.must("WaitConnected", args![timeout]).truth()
}

pub fn subscribers(object: &Object, count: i32, timeout: i32) -> bool {
    object.must("WaitSubscribers", args![count, timeout]).truth()
}

/// Asks again until it is so: for what goes, which nothing waits for.
pub fn soon(mut is_so: impl FnMut() -> bool) -> bool {
    host::wait_until(secs(20), &mut is_so)
}

/// A field of a flat object of JSON.
pub fn field(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    match rest.strip_prefix('"') {
        Some(text) => text.split_once('"').map(|(text, _)| text.to_owned()),
        None => rest.split([',', '}']).next().map(str::to_owned),
    }
}

/// The next event; None when the time has passed.
pub fn next_event(object: &Object, timeout: i32) -> Option<String> {
    let event = object.must("NextEvent", args![timeout]);
    (!event.is_empty()).then(|| event.text().to_owned())
}

/// Events until one of this name comes; the last is that one.
pub fn events_until(object: &Object, name: &str) -> Vec<String> {
    let mut events = Vec::new();
    loop {
        let event = next_event(object, 20_000).unwrap_or_else(|| panic!("no {name} after {events:#?}"));
        let found = field(&event, "event").as_deref() == Some(name);
        events.push(event);
        if found {
            return events;
        }
    }
}

pub fn names(events: &[String]) -> Vec<String> {
    events.iter().map(|event| field(event, "event").expect("a name")).collect()
}
