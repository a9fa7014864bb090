//! Objects that come and go faster than libzmq ends them, and objects that leave in the wrong moment.
#![cfg(target_os = "linux")]

use host::figures::{figures, limit_descriptors};
use host::job::{As, Job};
use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::thread;
use std::time::Instant;

const DESCRIPTORS: usize = 1024;

/// Two objects that meet over inproc, exchange a message and are dropped.
fn pair(host: &Host, name: &str) {
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Bind", args![name]);
    push.must("Connect", args![name]);
    assert!(push.must("Send", [Value::blob("x")]).truth());
    assert_eq!(pull.must("Recv", []), Value::blob("x"));
}

/// An object that only subscribes.
fn lonely(host: &Host) {
    host.create("ZeroMQ.Sub").must("Subscribe", [Value::blob("тема")]);
}

/// Never more than a part of what the process may have is on its way out.
fn with_room_for_others(rounds: usize, mut round: impl FnMut(usize)) {
    limit_descriptors(Some(DESCRIPTORS));
    let mut most = 0;
    for n in 0..rounds {
        round(n);
        if n % 100 == 0 {
            most = most.max(figures().descriptors);
        }
    }
    println!("{most} descriptors at the most");
    assert!(most < DESCRIPTORS / 2, "{most} of {DESCRIPTORS} descriptors");
}

#[test]
fn pairs_made_and_dropped_in_a_row() {
    isolated(secs(120), || {
        let host = Host::built();
        with_room_for_others(10_000, |n| pair(&host, &format!("inproc://пара-{n}")));
    });
}

#[test]
fn subscribers_made_and_dropped_in_a_row() {
    isolated(secs(120), || {
        let host = Host::built();
        with_room_for_others(20_000, |_| lonely(&host));
    });
}

#[test]
fn objects_made_and_dropped_by_eight_threads() {
    isolated(secs(120), || {
        limit_descriptors(Some(DESCRIPTORS));
        let host = Host::built();
        let library = host.library().clone();
        thread::scope(|scope| {
            for job in 0..8 {
                let library = &library;
                scope.spawn(move || {
                    let host = Host::new(library);
                    for n in 0..1_500 {
                        pair(&host, &format!("inproc://пара-{job}-{n}"));
                        lonely(&host);
                    }
                });
            }
        });
    });
}

/// All at once, so that what is dropped is most of what the process may have.
#[test]
fn hundreds_dropped_at_once() {
    isolated(secs(60), || {
        limit_descriptors(Some(DESCRIPTORS));
        let host = Host::built();
        for round in 0..20 {
            let mut pairs = Vec::new();
            for n in 0..400 {
                let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
                let name = format!("inproc://пара-{n}");
                pull.must("Bind", args![&name]);
                push.must("Connect", args![&name]);
                assert!(push.must("Send", [Value::blob("x")]).truth(), "round {round}");
                pairs.push((pull, push));
            }
        }
    });
}

/// Senders that wait for a peer who is not there hold nobody up: a hundred more of them, and a hundred pairs beside them.
#[test]
fn those_that_linger_are_not_waited_for() {
    isolated(secs(60), || {
        limit_descriptors(Some(DESCRIPTORS));
        let host = Host::built();
        pair(&host, "inproc://первая");
        let linger = |n: usize| {
            let push = host.create("ZeroMQ.Push");
            push.must("Connect", args![format!("inproc://никто-{n}")]);
            assert!(push.must("Send", [Value::blob("x")]).truth());
        };
        let start = Instant::now();
        (0..400).for_each(linger);
        (0..200).for_each(|n| pair(&host, &format!("inproc://пара-{n}")));
        println!("400 that linger and 200 pairs: {:?}", start.elapsed());
        assert!(start.elapsed() < secs(5), "{:?}", start.elapsed());
        // At the end of all descriptors the error is in words, and soon.
        let start = Instant::now();
        let refused = (400..2 * DESCRIPTORS).find_map(|n| {
            let push = host.create("ZeroMQ.Push");
            let refused = push.call("Connect", args![format!("inproc://никто-{n}")]).err();
            if refused.is_none() {
                assert!(push.must("Send", [Value::blob("x")]).truth());
            }
            refused
        });
        let refused = refused.expect("as many sockets as descriptors");
        println!("refused after {:?}: {refused}", start.elapsed());
        assert_eq!(refused.code, "EMFILE");
        assert!(start.elapsed() < secs(10), "{:?}", start.elapsed());
    });
}

/// The endpoint is undone before the object is dropped and the process ends: what was accepted arrives all the same.
#[test]
fn undone_before_close_and_the_process_ends() {
    const COUNT: u32 = 200;
    isolated(secs(90), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            for (binds, undoing) in [("Connect", "Disconnect"), ("Bind", "Unbind")] {
                for _ in 0..3 {
                    let pull = host.create("ZeroMQ.Pull");
                    pull.must("SetRecvTimeout", args![10_000]);
                    let mut endpoint = endpoints.to_bind(transport);
                    if binds == "Connect" {
                        pull.must("Bind", args![&endpoint]);
                        endpoint = pull.text_of("LastEndpoint");
                    }
                    let args = [binds, &endpoint, &COUNT.to_string(), "20000", undoing];
                    let job = Job::start(As::Process, &host, "Отправитель", &args);
                    if binds == "Bind" {
                        pull.must("Connect", args![job.hear(secs(20))]);
                    }
                    for n in 0..COUNT {
                        let came = pull.must("Recv", []);
                        assert!(!came.is_empty(), "{transport:?}, {undoing}: {n} of {COUNT} came");
                        assert_eq!(came.bytes()[..4], n.to_le_bytes());
                    }
                    job.finish(secs(20));
                }
            }
        }
    });
}

/// A receiver has nothing to deliver: it is closed at once, and the closed object connects to nobody.
#[test]
fn a_receiver_without_a_peer_is_gone_at_once() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for class in ["ZeroMQ.Sub", "ZeroMQ.Pull"] {
            for transport in Transport::BETWEEN {
                let mut took = Vec::new();
                for n in 0..5 {
                    let object = host.create(class);
                    let absent = match transport {
                        Transport::Tcp => deaf(),
                        _ => endpoints.ipc(&format!("никто-{n}")),
                    };
                    object.must("Connect", args![absent]);
                    subscribe(&object);
                    let start = Instant::now();
                    object.must("Close", []);
                    took.push(start.elapsed());
                }
                took.sort();
                println!("{class}, {transport:?}: {took:?}");
                assert!(took[2] < millis(250), "{class}, {transport:?}: {took:?}");
            }
            // Who comes now is not visited.
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let address = listener.local_addr().expect("its address");
            drop(listener);
            let object = host.create(class);
            object.must("Connect", args![format!("tcp://{address}")]);
            subscribe(&object);
            drop(object);
            let listener = TcpListener::bind(address).expect("the port is free again");
            listener.set_nonblocking(true).expect("a listener");
            let end = Instant::now() + millis(1500);
            while Instant::now() < end {
                match listener.accept() {
                    Ok(_) => panic!("the closed {class} still connects"),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
                }
                thread::sleep(millis(10));
            }
        }
    });
}

fn subscribe(object: &Object) {
    if object.slots().find_method("Subscribe") >= 0 {
        object.must("Subscribe", [Value::blob("тема")]);
    }
}

/// A port of ours where nobody listens any more.
fn deaf() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("tcp://{}", listener.local_addr().expect("its address"))
}
