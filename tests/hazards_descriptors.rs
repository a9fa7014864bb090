//! A process without descriptors: every call fails in words, none ends the process, and with descriptors free again
//! all is well.
#![cfg(target_os = "linux")]

use host::figures::{figures, leave_descriptors, limit_descriptors};
use host::{CallFailed, Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

const CLASSES: [&str; 6] = ["ZeroMQ.Req", "ZeroMQ.Rep", "ZeroMQ.Pub", "ZeroMQ.Sub", "ZeroMQ.Push", "ZeroMQ.Pull"];

fn exchange(host: &Host, endpoints: &Endpoints) {
    for transport in Transport::ALL {
        let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        pull.must("Bind", args![endpoints.to_bind(transport)]);
        push.must("Connect", args![pull.text_of("LastEndpoint")]);
        assert!(push.must("Send", [Value::blob("x")]).truth());
        assert_eq!(pull.must("Recv", []), Value::blob("x"), "{transport:?}");
    }
}

fn refused(failed: &CallFailed) {
    // A full process cannot load what a name look-up or a socket file needs either.
    assert!(["EMFILE", "ENFILE"].contains(&&*failed.code), "{failed}");
    assert!(failed.last_error.contains("дескриптор"), "{failed}");
}

/// The very first socket, with 0, 1, 2 … descriptors left, until it succeeds.
fn first_socket(transport: Transport) {
    let (host, endpoints) = (Host::built(), Endpoints::new());
    // Loaded beforehand, as a host has long done: introducing opens nothing.
    let object = host.create("ZeroMQ.Pull");
    let mut free = 0;
    loop {
        leave_descriptors(free);
        let start = Instant::now();
        match object.call("Bind", args![endpoints.to_bind(transport)]) {
            Ok(_) => break,
            Err(failed) => refused(&failed),
        }
        assert!(start.elapsed() < secs(3), "{:?} with {free} descriptors", start.elapsed());
        free += 1;
        assert!(free < 64, "{free} descriptors are not enough for one socket");
    }
    assert!(free > 0, "a socket without a descriptor");
    limit_descriptors(None);
    let push = host.create("ZeroMQ.Push");
    push.must("Connect", args![object.text_of("LastEndpoint")]);
    assert!(push.must("Send", [Value::blob("x")]).truth());
    assert_eq!(object.must("Recv", []), Value::blob("x"));
    exchange(&host, &endpoints);
}

#[test]
fn the_first_socket_over_inproc() {
    isolated(secs(30), || first_socket(Transport::Inproc));
}

#[test]
fn the_first_socket_over_ipc() {
    isolated(secs(30), || first_socket(Transport::Ipc));
}

#[test]
fn the_first_socket_over_tcp() {
    isolated(secs(30), || first_socket(Transport::Tcp));
}

/// Later sockets of every class, bound and connected, with 0 to 8 descriptors left.
#[test]
fn later_sockets() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        exchange(&host, &endpoints);
        for transport in Transport::ALL {
            for free in 0..=8 {
                let target = host.create("ZeroMQ.Rep");
                target.must("Bind", args![endpoints.to_bind(transport)]);
                let to = target.text_of("LastEndpoint");
                thread::sleep(millis(20));
                leave_descriptors(free);
                let mut objects: Vec<Object> = Vec::new();
                for class in CLASSES {
                    for (method, endpoint) in [("Bind", endpoints.to_bind(transport)), ("Connect", to.clone())] {
                        let object = host.create(class);
                        if let Err(failed) = object.call(method, args![endpoint]) {
                            refused(&failed);
                        }
                        objects.push(object);
                    }
                }
                // They are used and closed while the shortage lasts.
                for object in &objects {
                    if object.slots().find_method("Send") >= 0 {
                        object.must("SetSendTimeout", args![10]);
                        let _ = object.call("Send", [Value::blob("x")]);
                    }
                }
                drop(objects);
                limit_descriptors(None);
            }
            exchange(&host, &endpoints);
        }
    });
}

/// Peers knock while nothing is left to accept them with; afterwards they get in by themselves.
#[test]
fn peers_that_could_not_be_accepted_come_in_later() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
            pull.must("Bind", args![endpoints.to_bind(transport)]);
            pull.must("SetRecvTimeout", args![100]);
            let endpoint = pull.text_of("LastEndpoint");
            // The sender gets its socket and its end of the connection; the other end finds nothing left.
            let open = |object: &Object| object.call("Connect", args![&endpoint]);
            leave_descriptors(2);
            open(&push).unwrap_or_else(|failed| panic!("{failed}"));
            push.must("SetSendTimeout", args![0]);
            push.must("Send", [Value::blob("x")]);
            thread::sleep(millis(300));
            let early = pull.must("Recv", []);
            limit_descriptors(None);
            pull.must("SetRecvTimeout", args![10_000]);
            if early.is_empty() {
                assert_eq!(pull.must("Recv", []), Value::blob("x"), "{transport:?}");
            }
            push.must("Send", [Value::blob("y")]);
            assert_eq!(pull.must("Recv", []), Value::blob("y"), "{transport:?}");
        }
        exchange(&host, &endpoints);
    });
}

/// Closing waits for what was sent, and takes no descriptor for that: it waits as well where there is none.
#[test]
fn closing_needs_none() {
    isolated(secs(60), || {
        let host = Host::built();
        // A peer that is let in by the system and says nothing: what was sent waits, and nothing changes by itself.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("tcp://{}", silent.local_addr().expect("its address"));
        let held = || {
            let push = host.create("ZeroMQ.Push");
            push.must("Connect", args![&endpoint]);
            assert!(push.must("Send", [Value::blob("x")]).truth());
            thread::sleep(millis(600));
            push
        };
        let close = |push: &Object| {
            let start = Instant::now();
            push.must("Close", []);
            assert!((millis(450)..secs(5)).contains(&start.elapsed()), "closed after {:?}", start.elapsed());
        };

        let push = held();
        let (before, closed) = (figures().descriptors, AtomicBool::new(false));
        let (most, looks) = thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let (mut most, mut looks) = (0, 0);
                while !closed.load(Ordering::Relaxed) {
                    most = most.max(figures().descriptors);
                    looks += 1;
                    thread::sleep(millis(1));
                }
                (most, looks)
            });
            close(&push);
            closed.store(true, Ordering::Relaxed);
            watcher.join().expect("the watcher")
        });
        assert!(looks > 10, "{looks} looks");
        assert!(most <= before, "{before} descriptors, {most} while one was closed");

        // One that stays open keeps the library's own threads, and their descriptors.
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["inproc://stays"]);
        let push = held();
        leave_descriptors(0);
        close(&push);
        let another = host.create("ZeroMQ.Pull");
        let failed = another.call("Bind", args!["inproc://another"]).expect_err("no descriptor is left");
        refused(&failed);
        limit_descriptors(None);
        let counted = "(открыто: 1, ещё доставляют отправленное: 2)";
        assert!(failed.last_error.contains(counted), "{failed}");
    });
}
