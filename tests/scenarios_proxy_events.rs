//! What a proxy tells of its connections: who comes and goes on which side, who is refused, what is open to anybody.

#[cfg(target_os = "linux")]
use host::figures::{leave_descriptors, limit_descriptors};
use host::{Host, Object, args, isolated, millis, secs};
use proxy::{FORWARDER, QUEUE, STREAMER, connected, start_over_tcp, until};
use std::net::TcpStream;
use std::thread;
use std::time::Instant;
use watched::{events_until, field, names, next_event, soon};

mod proxy;
mod watched;

fn started(host: &Host, kind: proxy::Kind) -> Object {
    let proxy = proxy::of(host, kind);
    start_over_tcp(&proxy);
    proxy
}

/// The name of an event, its side and its endpoint.
fn told(event: &str) -> [Option<String>; 3] {
    ["event", "side", "endpoint"].map(|name| field(event, name))
}

fn some(texts: [&str; 3]) -> [Option<String>; 3] {
    texts.map(|text| Some(text.to_owned()))
}

/// Of every kind, on both sides, in the order of time; as many events as there are, and no more.
#[test]
fn who_comes_and_goes_is_told_with_the_side() {
    isolated(secs(60), || {
        let host = Host::built();
        for kind in [QUEUE, FORWARDER, STREAMER] {
            let proxy = started(&host, kind);
            assert_eq!(next_event(&proxy, 0), None, "{kind:?}");
            let sides = [("frontend", "FrontendEndpoint", kind.front), ("backend", "BackendEndpoint", kind.back)];
            for (side, property, class) in sides {
                let endpoint = proxy.text_of(property);
                let peer = connected(&host, class, &proxy, property);
                let mut events = events_until(&proxy, "handshake_succeeded");
                drop(peer);
                events.extend(events_until(&proxy, "disconnected"));
                let wanted = ["accepted", "handshake_succeeded", "disconnected"];
                assert_eq!(names(&events), wanted, "{kind:?} {events:?}");
                for (event, name) in events.iter().zip(wanted) {
                    assert_eq!(told(event), some([name, side, &endpoint]), "{kind:?} {event}");
                }
                let peers = events.iter().map(|event| field(event, "peer"));
                assert!(peers.flatten().all(|peer| peer.starts_with("tcp://127.0.0.1:")), "{events:?}");
            }
            assert_eq!(next_event(&proxy, 50), None, "{kind:?}");
        }
        host.assert_clean();
    });
}

/// What others reach without showing who they are, each side for itself; a side that asks is not open, nor is loopback.
#[test]
fn open_sides_are_told_first() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = proxy::of(&host, STREAMER);
        proxy.must("SetBackendPlainServer", []);
        proxy.must("BindFrontend", args!["tcp://*:*"]);
        proxy.must("BindBackend", args!["tcp://*:*"]);
        proxy.must("BindCapture", args!["tcp://0.0.0.0:*"]);
        let early = proxy.must_fail("NextEvent", args![0]);
        assert_eq!(early.code, "ENOTCONN", "{early}");
        let front = proxy.text_of("FrontendEndpoint");
        proxy.must("Start", []);
        let open: Vec<_> = std::iter::from_fn(|| next_event(&proxy, 0)).collect();
        assert_eq!(names(&open), ["insecure_endpoint", "insecure_endpoint"], "{open:?}");
        assert_eq!(told(&open[0]), some(["insecure_endpoint", "frontend", &front]));
        assert_eq!(field(&open[1], "side").as_deref(), Some("capture"), "{open:?}");
    });
}

/// Who knows no password, and who does not speak ZeroMQ at all.
#[test]
fn who_is_refused_is_told_with_the_reason() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = proxy::of(&host, QUEUE);
        proxy.must("SetFrontendPlainServer", []);
        start_over_tcp(&proxy);
        assert_eq!(next_event(&proxy, 0), None);
        let client = host.create("ZeroMQ.Dealer");
        client.must("SetPlainClient", args!["user", "wrong"]);
        client.must("Connect", args![proxy.text_of("FrontendEndpoint")]);
        let event = events_until(&proxy, "handshake_failed_auth").pop().expect("one");
        assert_eq!(field(&event, "side").as_deref(), Some("frontend"), "{event}");
        assert_eq!(field(&event, "code").as_deref(), Some("400"), "{event}");
        assert!(field(&event, "error").is_some_and(|text| !text.is_empty()) && !event.contains("wrong"), "{event}");
        client.must("Close", []);
        let at = proxy.text_of("BackendEndpoint");
        drop(TcpStream::connect(at.trim_start_matches("tcp://")).expect("the backend listens"));
        // A try of the client that was under way fails like this, too.
        while field(events_until(&proxy, "handshake_failed_no_detail").last().expect("one"), "side").as_deref()
            != Some("backend")
        {}
    });
}

/// A wait holds nobody up, hears what comes, and ends with its object, however that ends.
#[test]
fn a_wait_leaves_the_proxy_to_others_and_ends_with_it() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = started(&host, STREAMER);
        assert_eq!(next_event(&proxy, 0), None);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| next_event(&proxy, -1).expect("without an end"));
            thread::sleep(millis(50));
            proxy.must("Pause", []);
            proxy.must("Resume", []);
            assert!(!waiting.is_finished());
            let _push = connected(&host, "ZeroMQ.Push", &proxy, "FrontendEndpoint");
            let event = waiting.join().expect("no panic");
            assert_eq!(field(&event, "event").as_deref(), Some("accepted"), "{event}");
        });
        for done in [false, true] {
            let proxy = started(&host, STREAMER);
            assert_eq!(next_event(&proxy, 0), None);
            thread::scope(|scope| {
                let waits: Vec<_> = (0..2).map(|_| scope.spawn(|| proxy.call("NextEvent", args![-1]))).collect();
                thread::sleep(millis(50));
                let start = Instant::now();
                if done {
                    proxy.slots().done();
                } else {
                    proxy.must("Close", []);
                }
                for waiting in waits {
                    let failed = waiting.join().expect("no panic").expect_err("it was ended");
                    // One who came late finds it closed.
                    assert!(done || ["ECANCELED", "ENOTSOCK"].contains(&&*failed.code), "{failed}");
                }
                assert!(start.elapsed() < secs(3), "{:?}", start.elapsed());
            });
            if !done {
                assert_eq!(proxy.must_fail("NextEvent", args![0]).code, "ENOTSOCK");
            }
        }
        host.assert_clean();
    });
}

/// What was told before the end is there after it; then a wait without end says that nothing will come.
#[test]
fn after_the_end_the_rest_is_told_and_then_that_there_is_none() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = started(&host, STREAMER);
        assert_eq!(next_event(&proxy, 0), None);
        let push = connected(&host, "ZeroMQ.Push", &proxy, "FrontendEndpoint");
        push.must("SendText", args!["one"]);
        let _pull = connected(&host, "ZeroMQ.Pull", &proxy, "BackendEndpoint");
        until(&proxy, |all| all["forward"]["messages"] == 1);
        proxy.must("Stop", args![5_000]);
        let mut rest = Vec::new();
        let ended = loop {
            match proxy.call("NextEvent", args![-1]) {
                Ok(event) => rest.push(event.text().to_owned()),
                Err(ended) => break ended,
            }
        };
        assert_eq!(ended.code, "ENOTSOCK", "{ended}");
        let names = names(&rest);
        for name in ["accepted", "handshake_succeeded", "monitor_stopped"] {
            assert_eq!(names.iter().filter(|it| *it == name).count(), 2, "{name}: {rest:#?}");
        }
        // Who begins to watch then is told the same.
        let proxy = started(&host, STREAMER);
        proxy.must("Stop", args![100]);
        assert_eq!(proxy.must_fail("NextEvent", args![-1]).code, "ENOTSOCK");
    });
}

/// A process that has hardly a descriptor left: the call tells so, and once there are some the next one watches.
#[test]
#[cfg(target_os = "linux")]
fn without_descriptors_nothing_is_watched_yet() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut failures = 0;
        for free in 0..12 {
            let proxy = started(&host, STREAMER);
            leave_descriptors(free);
            let told = proxy.call("NextEvent", args![0]);
            limit_descriptors(None);
            if let Err(failed) = told {
                failures += 1;
                assert_eq!(failed.code, "EMFILE", "{free}: {failed}");
                assert_eq!(next_event(&proxy, 0), None, "{free}");
            }
            let push = connected(&host, "ZeroMQ.Push", &proxy, "FrontendEndpoint");
            let events = events_until(&proxy, "handshake_succeeded");
            assert_eq!(names(&events), ["accepted", "handshake_succeeded"], "{free}: {events:?}");
            drop(push);
        }
        assert!(failures > 3, "{failures}");
        host.assert_clean();
    });
}

/// A reader that comes late has the newest events, and the number of those that had to go. Elsewhere strangers that are gone at
/// once make another number of events.
#[test]
#[cfg(target_os = "linux")]
fn what_nobody_reads_is_bounded_and_counted() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = proxy::of(&host, STREAMER);
        // Whoever finds no place in the backlog tries again a second later.
        proxy.must("SetFrontendOption", args!["Backlog", 2_000]);
        start_over_tcp(&proxy);
        assert_eq!(next_event(&proxy, 0), None);
        let at = proxy.text_of("FrontendEndpoint");
        let at = at.trim_start_matches("tcp://");
        // Three events each: accepted, its handshake failed, disconnected.
        const STRANGERS: u64 = 1_300;
        // And two of each peer.
        const ALL: u64 = 3 * STRANGERS + 4;
        for _ in 0..STRANGERS {
            drop(TcpStream::connect(at).expect("the frontend listens"));
        }
        // Whoever comes after them is taken up after them.
        let push = connected(&host, "ZeroMQ.Push", &proxy, "FrontendEndpoint");
        let _pull = connected(&host, "ZeroMQ.Pull", &proxy, "BackendEndpoint");
        push.must("SendText", args!["one"]);
        until(&proxy, |all| all["forward"]["messages"] == 1);
        let (mut heard, mut dropped) = (0, 0);
        let all = soon(|| {
            while let Some(event) = next_event(&proxy, 0) {
                match field(&event, "count") {
                    Some(count) => dropped += count.parse::<u64>().expect("a number"),
                    None => heard += 1,
                }
            }
            heard + dropped >= ALL
        });
        assert!(all && heard + dropped == ALL, "{heard} heard, {dropped} dropped");
        assert!(dropped > 0 && heard <= 3_100, "{heard} heard, {dropped} dropped");
    });
}
