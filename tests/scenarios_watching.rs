//! Whether peers are there, who subscribes, what happens to connections. `peers_watching` has the same with pyzmq.

use host::{Endpoints, Host, Settings, Transport, args, isolated, millis, secs};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};
use watched::{bound, connected, events_until, field, is_there, names, next_event, soon, subscribers};

mod watched;

/// Over every transport: nobody, somebody, nobody, somebody again; whoever asks late is answered at once.
#[test]
fn a_peer_comes_goes_and_comes_again() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (pull, endpoint) = bound(&host, "ZeroMQ.Pull", &endpoints.to_bind(transport));
            let start = Instant::now();
            assert!(!is_there(&pull, 0) && start.elapsed() < secs(1));
            assert!(!is_there(&pull, 150) && start.elapsed() >= millis(150), "{transport:?}");
            for _ in 0..3 {
                let push = thread::scope(|scope| {
                    let waiting = scope.spawn(|| is_there(&pull, 20_000));
                    thread::sleep(millis(50));
                    assert!(!waiting.is_finished(), "{transport:?}");
                    let push = connected(&host, "ZeroMQ.Push", &endpoint);
                    assert!(waiting.join().expect("the call that waits"), "{transport:?}");
                    push
                });
                assert!(is_there(&push, 20_000), "{transport:?}");
                assert!(is_there(&pull, 0) && is_there(&push, 0), "{transport:?}");
                drop(push);
                assert!(soon(|| !is_there(&pull, 0)), "{transport:?}");
            }
        }
    });
}

/// The side that connects waits for one that is bound later, and again for the next.
#[test]
fn who_connects_first_waits_for_who_binds() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (first, endpoint) = bound(&host, "ZeroMQ.Pull", &endpoints.to_bind(transport));
            drop(first);
            let push = host.create("ZeroMQ.Push");
            push.set("ReconnectInterval", 20).expect("an option");
            push.must("Connect", args![endpoint.clone()]);
            assert!(!is_there(&push, 50), "{transport:?}");
            for _ in 0..2 {
                thread::scope(|scope| {
                    let waiting = scope.spawn(|| is_there(&push, 20_000));
                    thread::sleep(millis(50));
                    let (pull, _) = bound(&host, "ZeroMQ.Pull", &endpoint);
                    assert!(waiting.join().expect("the call that waits"), "{transport:?}");
                    drop(pull);
                });
                assert!(soon(|| !is_there(&push, 0)), "{transport:?}");
            }
        }
    });
}

#[test]
fn every_class_knows_whether_its_peer_is_there() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for (class, peer) in [
            ("Req", "Rep"),
            ("Rep", "Req"),
            ("Pub", "Sub"),
            ("Sub", "Pub"),
            ("Push", "Pull"),
            ("Pull", "Push"),
            ("Dealer", "Router"),
            ("Router", "Dealer"),
            ("Pair", "Pair"),
            ("XPub", "XSub"),
            ("XSub", "XPub"),
            ("Stream", "Stream"),
        ] {
            for transport in Transport::ALL {
                if class == "Stream" && transport != Transport::Tcp {
                    continue;
                }
                let (bound, endpoint) = bound(&host, &format!("ZeroMQ.{class}"), &endpoints.to_bind(transport));
                assert!(!is_there(&bound, 0), "{class} {transport:?}");
                let peer = connected(&host, &format!("ZeroMQ.{peer}"), &endpoint);
                assert!(is_there(&bound, 20_000) && is_there(&peer, 20_000), "{class} {transport:?}");
            }
            let unopened = host.create(&format!("ZeroMQ.{class}"));
            assert_eq!(unopened.must_fail("WaitConnected", args![0]).code, "ENOTCONN");
            unopened.must("Close", []);
            for method in ["WaitConnected", "NextEvent"] {
                assert_eq!(unopened.must_fail(method, args![0]).code, "ENOTSOCK", "{class}.{method}");
            }
        }
    });
}

/// Over inproc, and with a publisher that connects.
#[test]
fn subscribers_of_ours_are_waited_for() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (publisher, endpoint) = bound(&host, "ZeroMQ.Pub", &endpoints.to_bind(transport));
            thread::scope(|scope| {
                let waiting = scope.spawn(|| subscribers(&publisher, 2, 20_000));
                let subs: Vec<_> = (0..2)
                    .map(|_| {
                        let sub = connected(&host, "ZeroMQ.Sub", &endpoint);
                        thread::sleep(millis(30));
                        assert!(!waiting.is_finished());
                        sub.must("Subscribe", args![""]);
                        sub
                    })
                    .collect();
                assert!(waiting.join().expect("the call that waits"), "{transport:?}");
                publisher.must("SendText", args!["first"]);
                for sub in &subs {
                    assert_eq!(sub.must("RecvText", []).text(), "first", "{transport:?}");
                    sub.must("Unsubscribe", args![""]);
                }
                assert!(soon(|| !subscribers(&publisher, 1, 0)), "{transport:?}");
            });
            let (sub, endpoint) = bound(&host, "ZeroMQ.Sub", &endpoints.to_bind(transport));
            sub.must("Subscribe", args![""]);
            let publisher = connected(&host, "ZeroMQ.Pub", &endpoint);
            assert!(subscribers(&publisher, 1, 20_000), "{transport:?}");
        }
        let pull = host.create("ZeroMQ.Pull");
        assert!(pull.call("WaitSubscribers", args![1, 0]).is_err(), "who does not publish has no subscribers");
    });
}

/// While one thread waits, another sends and receives: nobody keeps the socket.
#[test]
fn others_use_the_socket_meanwhile() {
    isolated(secs(60), || {
        let host = Host::built();
        let (dealer, endpoint) = bound(&host, "ZeroMQ.Dealer", "tcp://127.0.0.1:*");
        let other = connected(&host, "ZeroMQ.Dealer", &endpoint);
        let (publisher, at) = bound(&host, "ZeroMQ.XPub", "inproc://meanwhile");
        next_event(&dealer, 0);
        thread::scope(|scope| {
            let events = scope.spawn(|| {
                let start = Instant::now();
                while next_event(&dealer, 1_000).is_some() {}
                start.elapsed()
            });
            let counting = scope.spawn(|| subscribers(&publisher, 2, 1_000));
            let sub = connected(&host, "ZeroMQ.Sub", &at);
            sub.must("Subscribe", args![""]);
            assert_eq!(publisher.must("Recv", []).bytes(), b"\x01");
            let start = Instant::now();
            for n in 0..1_000 {
                other.must("SendText", args![n.to_string()]);
                assert_eq!(dealer.must("RecvText", []).text(), n.to_string());
                publisher.must("SendText", args!["news"]);
                assert_eq!(sub.must("RecvText", []).text(), "news");
            }
            let took = start.elapsed();
            assert!(!counting.join().expect("a wait"), "there is one");
            assert!(events.join().expect("another wait") >= millis(1_000));
            println!("a thousand of each beside two waits: {took:?}");
            assert!(took < secs(10), "{took:?}");
        });
    });
}

/// A thousand connections that come and go, and a script that reads nothing meanwhile: what is kept is bounded, and what had
/// to go is told and counted, so that all that happened is accounted for.
#[test]
fn a_thousand_flapping_connections() {
    isolated(secs(120), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        next_event(&pull, 0);
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        let endpoint = pull.text_of("LastEndpoint");
        const FLAPS: usize = 2_000;
        for n in 0..FLAPS {
            let push = connected(&host, "ZeroMQ.Push", &endpoint);
            assert!(is_there(&push, 20_000), "{n}");
        }
        // It listens for its own Unbind as well, and what it passes over is kept likewise.
        pull.must("Unbind", args![endpoint]);
        let mut counts = BTreeMap::<String, usize>::new();
        let accounted = |counts: &BTreeMap<String, usize>| counts.values().sum::<usize>();
        let whole = 3 * FLAPS + 2;
        while accounted(&counts) < whole {
            let event = next_event(&pull, 5_000).unwrap_or_else(|| panic!("{whole} in {counts:?}"));
            let name = field(&event, "event").expect("a name");
            let count = field(&event, "count").map_or(1, |count| count.parse().expect("a number"));
            *counts.entry(name).or_default() += count;
        }
        println!("{counts:?}");
        assert_eq!(accounted(&counts), whole, "{counts:?}");
        let dropped = counts["events_dropped"];
        assert!(whole - dropped <= 4_000, "{counts:?}");
        assert!(dropped > 0 && next_event(&pull, 100).is_none(), "{counts:?}");
    });
}

#[test]
fn a_stranger_is_told_in_the_language_of_the_script() {
    isolated(secs(60), || {
        let russian = Host::built();
        let english = Host::built_with(Settings { ui_language: Some("en".into()), ..Settings::default() });
        for (host, words) in [(&russian, "нарушил протокол"), (&english, "broke the protocol")] {
            let pull = host.create("ZeroMQ.Pull");
            next_event(&pull, 0);
            pull.must("Bind", args!["tcp://127.0.0.1:*"]);
            let endpoint = pull.text_of("LastEndpoint");
            let mut stranger = TcpStream::connect(endpoint.trim_start_matches("tcp://")).expect("a connection");
            // A greeting of ZMTP 3.0, and a command that is none of the handshake's.
            let mut greeting = [0_u8; 64];
            (greeting[0], greeting[9], greeting[10]) = (0xff, 0x7f, 3);
            greeting[12..16].copy_from_slice(b"NULL");
            stranger.write_all(&greeting).expect("sent");
            stranger.write_all(b"\x04\x05\x04JUNK").expect("sent");
            let event = events_until(&pull, "handshake_failed_protocol").pop().expect("one");
            assert!(field(&event, "code").is_some_and(|code| code.starts_with("0x")), "{event}");
            assert!(field(&event, "error").is_some_and(|text| text.contains(words)), "{event}");
            assert!(!is_there(&pull, 0));
            let _ = stranger.read(&mut [0; 8]);
        }
    });
}

/// What others reach without showing who they are is told when it is bound, or when somebody begins to watch.
#[test]
fn an_open_endpoint_is_told() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["tcp://*:*"]);
        let first = pull.text_of("LastEndpoint");
        let event = next_event(&pull, 0).expect("what was bound before");
        assert_eq!(field(&event, "event").as_deref(), Some("insecure_endpoint"), "{event}");
        assert_eq!(field(&event, "endpoint"), Some(first), "{event}");
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        pull.must("Bind", args!["inproc://closed"]);
        pull.must("Bind", args!["tcp://0.0.0.0:*"]);
        let second = pull.text_of("LastEndpoint");
        let events = events_until(&pull, "insecure_endpoint");
        assert_eq!(names(&events), ["listening", "listening", "insecure_endpoint"]);
        assert_eq!(field(&events[2], "endpoint"), Some(second));
        assert_eq!(next_event(&pull, 50), None);
        // Whoever lets in by keys or passwords is not open.
        for server in ["SetCurveServer", "SetPlainServer"] {
            let pull = host.create("ZeroMQ.Pull");
            let secret = host.create("ZeroMQ.Curve").must("NewSecretKey", []);
            pull.must(server, if server == "SetCurveServer" { vec![secret] } else { Vec::new() });
            next_event(&pull, 0);
            pull.must("Bind", args!["tcp://*:*"]);
            assert_eq!(names(&events_until(&pull, "listening")), ["listening"]);
            assert_eq!(next_event(&pull, 50), None, "{server}");
        }
    });
}

/// Whoever goes ends the waits, within their slices; nothing is told to those that come later.
#[test]
fn closing_ends_every_wait() {
    isolated(secs(60), || {
        let host = Host::built();
        for done in [false, true] {
            let (publisher, _) = bound(&host, "ZeroMQ.Pub", "tcp://127.0.0.1:*");
            next_event(&publisher, 0);
            thread::scope(|scope| {
                let calls = [
                    ("WaitConnected", args![-1].to_vec()),
                    ("WaitConnected", args![-1].to_vec()),
                    ("WaitSubscribers", args![1, -1].to_vec()),
                    ("NextEvent", args![-1].to_vec()),
                ];
                let publisher = &publisher;
                let calls = calls.map(|(name, args)| {
                    scope.spawn(move || {
                        let ended = publisher.call(name, args);
                        (name, ended.is_err(), Instant::now())
                    })
                });
                thread::sleep(millis(100));
                assert!(calls.iter().all(|call| !call.is_finished()));
                let start = Instant::now();
                if done {
                    publisher.slots().done();
                } else {
                    publisher.must("Close", []);
                }
                let took = start.elapsed();
                for call in calls {
                    let (name, failed, at) = call.join().expect("a call that waited");
                    assert!(failed, "{name} gave something");
                    assert!(at.saturating_duration_since(start) < secs(2), "{name}");
                    if done {
                        assert!(at <= start + took + millis(500), "{name} came back after Done");
                    }
                }
                assert!(took < secs(2), "{took:?}");
            });
        }
    });
}

/// Objects are destroyed while threads come and go through their waits.
#[test]
fn waits_that_end_and_begin_without_a_pause() {
    isolated(secs(60), || {
        let host = Host::built();
        let (push, endpoint) = bound(&host, "ZeroMQ.Push", "inproc://restless");
        let end = Instant::now() + Duration::from_secs(2);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while Instant::now() < end {
                        is_there(&push, 1);
                        next_event(&push, 1);
                    }
                });
            }
            scope.spawn(|| {
                while Instant::now() < end {
                    let pull = connected(&host, "ZeroMQ.Pull", &endpoint);
                    thread::scope(|scope| {
                        scope.spawn(|| pull.call("NextEvent", args![-1]));
                        // Done may be quicker.
                        scope.spawn(|| pull.call("WaitConnected", args![-1]));
                        assert!(is_there(&pull, 20_000));
                        thread::sleep(millis(5));
                        pull.slots().done();
                    });
                }
            });
        });
    });
}
