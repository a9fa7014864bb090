//! A proxy, and what it says of itself.
#![allow(dead_code, reason = "each suite uses what it needs")]

use host::{Host, Object, args, millis, secs};
use std::thread;
use std::time::Instant;

/// A kind of proxy, and the classes of those who use it.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub name: &'static str,
    pub front: &'static str,
    pub back: &'static str,
}

pub const QUEUE: Kind = Kind { name: "Queue", front: "ZeroMQ.Req", back: "ZeroMQ.Rep" };
pub const FORWARDER: Kind = Kind { name: "Forwarder", front: "ZeroMQ.Pub", back: "ZeroMQ.Sub" };
pub const STREAMER: Kind = Kind { name: "Streamer", front: "ZeroMQ.Push", back: "ZeroMQ.Pull" };

/// A proxy that has nothing but its kind.
pub fn of(host: &Host, kind: Kind) -> Object {
    let proxy = host.create("ZeroMQ.Proxy");
    proxy.must("SetKind", args![kind.name]);
    proxy
}

/// A proxy that is bound on both sides.
pub fn bound(host: &Host, kind: Kind, front: &str, back: &str) -> Object {
    let proxy = of(host, kind);
    proxy.must("BindFrontend", args![front]);
    proxy.must("BindBackend", args![back]);
    proxy
}

/// As `bound`, over tcp, with so much room on each of its queues; started.
pub fn narrow(host: &Host, kind: Kind, room: i32) -> Object {
    let proxy = of(host, kind);
    proxy.must("SetFrontendOption", args!["RecvHighWaterMark", room]);
    proxy.must("SetBackendOption", args!["SendHighWaterMark", room]);
    start_over_tcp(&proxy);
    proxy
}

/// Binds both sides to loopback, and starts.
pub fn start_over_tcp(proxy: &Object) {
    for side in ["BindFrontend", "BindBackend"] {
        proxy.must(side, args!["tcp://127.0.0.1:*"]);
    }
    proxy.must("Start", []);
}

/// One of those who use it.
pub fn connected(host: &Host, class: &str, proxy: &Object, endpoint: &str) -> Object {
    let object = host.create(class);
    if class == "ZeroMQ.Sub" {
        object.must("Subscribe", args![""]);
    }
    object.must("Connect", args![proxy.text_of(endpoint)]);
    object
}

pub fn statistics(proxy: &Object) -> serde_json::Value {
    serde_json::from_str(&proxy.text_of("Statistics")).expect("JSON")
}

/// A number of the statistics: `forward/messages`.
pub fn count(proxy: &Object, path: &str) -> u64 {
    let all = statistics(proxy);
    let found = all.pointer(&format!("/{path}"));
    found.and_then(serde_json::Value::as_u64).unwrap_or_else(|| panic!("{path}: {all}"))
}

/// Until the statistics say so: what a peer has received was counted a moment later.
pub fn until(proxy: &Object, what: impl Fn(&serde_json::Value) -> bool) {
    let end = Instant::now() + secs(20);
    loop {
        let now = statistics(proxy);
        if what(&now) {
            return;
        }
        assert!(Instant::now() < end, "{now}");
        thread::sleep(millis(2));
    }
}
