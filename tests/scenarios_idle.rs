//! Objects that nobody calls, as while a script computes: what libzmq does only inside of calls is done for them.
#![cfg(target_os = "linux")]

use host::figures::{Figures, figures, limit_descriptors, settled};
use host::zmtp::{handshake, port, tcp};
use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs, wait_until};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

/// A class that is bound, and whom it takes for a peer.
const BOUND: [(&str, &str); 11] = [
    ("ZeroMQ.Req", "REP"),
    ("ZeroMQ.Rep", "REQ"),
    ("ZeroMQ.Pub", "SUB"),
    ("ZeroMQ.Sub", "PUB"),
    ("ZeroMQ.Push", "PULL"),
    ("ZeroMQ.Pull", "PUSH"),
    ("ZeroMQ.Dealer", "DEALER"),
    ("ZeroMQ.Router", "DEALER"),
    ("ZeroMQ.Pair", "PAIR"),
    ("ZeroMQ.XPub", "SUB"),
    ("ZeroMQ.XSub", "PUB"),
];

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

fn stream(endpoint: &str) -> Box<dyn Stream> {
    match endpoint.strip_prefix("ipc://") {
        Some(path) => Box::new(UnixStream::connect(path).expect("a listener")),
        None => Box::new(tcp(endpoint)),
    }
}

/// Visitors come, shake hands, subscribe where they are subscribers, and go.
fn visit(endpoint: &str, peer: &str, count: usize) {
    for _ in 0..count {
        let mut stream = stream(endpoint);
        handshake(&mut stream, peer);
        if peer == "SUB" {
            stream.write_all(b"\x00\x06\x01topic").expect("a subscription");
        }
    }
}

/// Without the library's thread 2,000 visitors leave 72 MB behind; with it as much as those who are there at one moment.
#[test]
fn visitors_of_an_object_that_nobody_calls_leave_nothing() {
    isolated(secs(120), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            for (class, peer) in BOUND {
                let object = host.create(class);
                object.must("Bind", args![endpoints.to_bind(transport)]);
                let endpoint = object.text_of("LastEndpoint");
                visit(&endpoint, peer, 200);
                thread::sleep(millis(50));
                let before = figures().resident_kib;
                visit(&endpoint, peer, 2_000);
                let flat = || figures().resident_kib < before + 20_000;
                assert!(wait_until(secs(5), flat), "{transport:?} {class}: {before} KiB, then {:?}", figures());
            }
        }
    });
}

/// Each class is bound and idle when its peer comes over inproc, two thousand times: only the visitors are called.
#[test]
fn visitors_over_inproc_leave_nothing() {
    isolated(secs(120), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["inproc://приходят"]);
        let visit = |count| {
            for _ in 0..count {
                let push = host.create("ZeroMQ.Push");
                push.must("Connect", args!["inproc://приходят"]);
                push.must("Close", []);
            }
        };
        visit(300);
        let before = settled(figures());
        visit(2_000);
        let after = settled(before);
        host.assert_clean();
        assert!(after.descriptors <= before.descriptors + 16, "{before:?} -> {after:?}");
        assert!(after.resident_kib < before.resident_kib + 6_000, "{before:?} -> {after:?}");
    });
}

fn subscriber(host: &Host) -> Object {
    let sub = host.create("ZeroMQ.Sub");
    sub.must("Subscribe", [Value::blob("")]);
    sub.must("SetRecvTimeout", args![500]);
    sub
}

fn publish(publisher: &Object, count: u8) {
    for number in 0..count {
        publisher.must("Send", [Value::blob([number])]);
    }
}

fn heard(sub: &Object) -> Vec<u8> {
    std::iter::from_fn(|| Some(sub.must("Recv", [])).filter(|it| !it.is_empty())).map(|it| it.bytes()[0]).collect()
}

/// The subscriber's script computes for three seconds; its publisher is started again meanwhile.
#[test]
fn a_busy_subscriber_hears_all_of_a_publisher_that_restarted() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let sub = subscriber(&host);
            let first = host.create("ZeroMQ.Pub");
            first.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = first.text_of("LastEndpoint");
            sub.must("Connect", args![&endpoint]);
            let until_heard = || {
                publish(&first, 1);
                !sub.must("Recv", []).is_empty()
            };
            assert!(wait_until(secs(10), until_heard));
            // From here on nobody calls the subscriber.
            drop(first);
            thread::sleep(millis(200));
            let second = host.create("ZeroMQ.Pub");
            second.must("Bind", args![&endpoint]);
            thread::sleep(millis(2_800));
            publish(&second, 10);
            assert_eq!(heard(&sub), (0..10).collect::<Vec<_>>(), "{transport:?}");
        }
    });
}

/// The same where the subscriber is bound, and publishers come to it.
#[test]
fn a_busy_subscriber_that_is_bound_hears_publishers_that_come() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let sub = subscriber(&host);
            sub.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = sub.text_of("LastEndpoint");
            for _ in 0..2 {
                thread::sleep(millis(1_500));
                let publisher = host.create("ZeroMQ.Pub");
                publisher.must("Connect", args![&endpoint]);
                publish(&publisher, 5);
                drop(publisher);
            }
            let mut heard = heard(&sub);
            heard.sort_unstable();
            assert_eq!(heard, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], "{transport:?}");
        }
    });
}

/// More subscriptions than fit between the two: they come while the publisher's script computes, and its one message is heard.
#[test]
fn a_busy_publisher_learns_of_five_thousand_topics() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let publisher = host.create("ZeroMQ.Pub");
            publisher.must("Bind", args![endpoints.to_bind(transport)]);
            let sub = host.create("ZeroMQ.Sub");
            for number in 0..5_000 {
                sub.must("Subscribe", [Value::blob(format!("{number:04}"))]);
            }
            sub.must("Connect", args![publisher.text_of("LastEndpoint")]);
            sub.must("SetRecvTimeout", args![2_000]);
            thread::sleep(secs(2));
            publisher.must("Send", [Value::blob("4999: last")]);
            assert_eq!(sub.must("Recv", []), Value::blob("4999: last"), "{transport:?}");
        }
    });
}

/// What an owner of an inproc name did not read goes to the next one, although the sender is never called.
#[test]
fn a_busy_sender_hands_on_what_was_not_read() {
    isolated(secs(30), || {
        let host = Host::built();
        let bound = || {
            let pull = host.create("ZeroMQ.Pull");
            pull.must("Bind", args!["inproc://передано"]);
            pull.must("SetRecvTimeout", args![5_000]);
            pull
        };
        let first = bound();
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args!["inproc://передано"]);
        for number in 0..5_u8 {
            push.must("Send", [Value::blob([number])]);
        }
        assert_eq!(first.must("Recv", []), Value::blob([0]));
        drop(first);
        let second = bound();
        for number in 1..5_u8 {
            assert_eq!(second.must("Recv", []), Value::blob([number]));
        }
    });
}

/// A request that was read, and a reply that waits, are where they were after others came and went.
#[test]
fn whose_turn_it_is_does_not_change() {
    isolated(secs(60), || {
        let host = Host::built();
        let rep = host.create("ZeroMQ.Rep");
        rep.must("Bind", args!["tcp://127.0.0.1:*"]);
        let endpoint = rep.text_of("LastEndpoint");
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![&endpoint]);
        req.must("Send", [Value::blob("request")]);
        assert_eq!(rep.must("Recv", []), Value::blob("request"));
        visit(&endpoint, "REQ", 100);
        thread::sleep(millis(300));
        assert!(rep.must("Send", [Value::blob("reply")]).truth());
        // The reply lies there, unread, while the server goes and another comes.
        thread::sleep(millis(300));
        assert_eq!(req.must("Recv", []), Value::blob("reply"));
        req.must("SendPart", [Value::blob("collected")]);
        thread::sleep(millis(300));
        req.must("Send", [Value::blob("request 2")]);
        assert_eq!(rep.must("RecvMultipart", []), Value::i4(2));
        assert!(rep.must("Send", [Value::blob("reply 2")]).truth());
        assert_eq!(req.must("Recv", []), Value::blob("reply 2"));
    });
}

/// Of both together, user and system.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("stat");
    let after_name = stat.rsplit_once(')').expect("a name in brackets").1;
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().expect("ticks")).sum();
    millis(ticks * 10)
}

#[test]
fn five_thousand_idle_objects_cost_no_time() {
    isolated(secs(90), || {
        limit_descriptors(None);
        let host = Host::built();
        let mut idle = Vec::new();
        for number in 0..2_500 {
            let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
            let endpoint = format!("inproc://без дела {number}");
            let opened = pull.call("Bind", args![&endpoint]).and_then(|_| push.call("Connect", args![&endpoint]));
            if let Err(failed) = opened {
                assert_eq!(failed.code, "EMFILE", "{failed}");
                println!("NOT TRIED with more than {} objects: no descriptor is left", idle.len() * 2);
                break;
            }
            push.must("Send", [Value::blob("x")]);
            idle.push((pull, push));
        }
        assert!(idle.len() >= 400, "{}", idle.len());
        // Those that were in use are found idle.
        thread::sleep(millis(500));
        let before = processor_time();
        thread::sleep(secs(3));
        let spent = processor_time() - before;
        println!("{} objects: {spent:?} in 3 s", idle.len() * 2);
        assert!(spent <= millis(30), "{spent:?} in 3 s");
        assert_eq!(idle[0].0.must("Recv", []), Value::blob("x"));
    });
}

#[test]
fn the_thread_comes_with_the_first_object_and_goes_with_the_last() {
    isolated(secs(30), || {
        let host = Host::built();
        let threads = || figures().threads;
        let open = || {
            let pull = host.create("ZeroMQ.Pull");
            pull.must("Bind", args!["inproc://один"]);
            pull
        };
        drop(open());
        assert!(wait_until(secs(5), || !named("zmq-keeper")), "it stays");
        let without = level();
        for _ in 0..3 {
            let objects: Vec<_> = (0..3).map(|_| host.create("ZeroMQ.Pull")).collect();
            let one = open();
            assert!(named("zmq-keeper"));
            assert_eq!(threads(), without.threads + 1);
            drop((objects, one));
            assert!(wait_until(secs(5), || figures().threads == without.threads), "it stays");
            assert_eq!(settled(without).descriptors, without.descriptors);
        }
    });
}

/// The figures once they are the same for a while: what has ended takes its time to go, on a busy machine above all.
fn level() -> Figures {
    let mut last = figures();
    let is_level = || {
        thread::sleep(millis(300));
        let now = figures();
        let before = std::mem::replace(&mut last, now);
        (now.threads, now.descriptors) == (before.threads, before.descriptors)
    };
    assert!(wait_until(secs(10), is_level), "it is never level");
    last
}

fn named(name: &str) -> bool {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads of this process");
    tasks.flatten().any(|task| std::fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name))
}

/// Someone who connects from outside to an object in constant use is served by its calls.
#[test]
fn an_object_in_use_takes_visitors_too() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        let endpoint = pull.text_of("LastEndpoint");
        pull.must("SetRecvTimeout", args![0]);
        assert!(port(&endpoint) > 0);
        let done = std::sync::atomic::AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    pull.must("Recv", []);
                }
            });
            visit(&endpoint, "PUSH", 200);
            let before = figures().resident_kib;
            visit(&endpoint, "PUSH", 2_000);
            let flat = wait_until(secs(5), || figures().resident_kib < before + 6_000);
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(flat, "{before} KiB, then {:?}", figures());
        });
    });
}
