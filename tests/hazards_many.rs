//! Many objects, and one object in many hands.
#![cfg(target_os = "linux")]

use host::figures::{figures, limit_descriptors};
use host::{Host, Object, SOCKET_CLASSES, Value, args, isolated, millis, secs};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

#[test]
fn twenty_thousand_objects() {
    const OBJECTS: usize = 20_000;
    isolated(secs(60), || {
        let host = Host::built();
        let classes = SOCKET_CLASSES.into_iter().chain(["ZeroMQ.Info"]);
        let ids: Vec<_> = classes.map(|name| host.library().id_of(name).expect("a class")).collect();
        let mut before = figures();
        for round in 0..2 {
            let objects: Vec<_> =
                (0..OBJECTS).map(|n| host.create_by_id(&ids[n % ids.len()]).expect("an object")).collect();
            for object in &objects {
                assert!(object.last_error().is_empty());
            }
            drop(objects);
            // Freed blocks that the host keeps to look at are given back before it is measured.
            host.assert_clean();
            if round == 0 {
                before = figures();
            }
        }
        let after = figures();
        assert_eq!((before.descriptors, before.threads), (after.descriptors, after.threads));
        assert!(after.resident_kib < before.resident_kib + 4096, "{before:?} -> {after:?}");
    });
}

/// Pairs over inproc until the objects or the descriptors are at their end: each socket costs one descriptor. The
/// refusal comes in words, and what lives goes on.
#[test]
fn twenty_thousand_sockets_or_as_many_as_there_are_descriptors() {
    const PAIRS: usize = 10_000;
    isolated(secs(90), || {
        let limit = limit_descriptors(None);
        let host = Host::built();
        let mut pairs: Vec<(Object, Object)> = Vec::new();
        let mut refused = None;
        for n in 0..PAIRS {
            let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
            let endpoint = format!("inproc://пара-{n}");
            let opened = pull.call("Bind", args![&endpoint]).and_then(|_| push.call("Connect", args![&endpoint]));
            if let Err(failed) = opened {
                refused = Some(failed);
                break;
            }
            assert!(push.must("Send", [Value::blob(n.to_le_bytes())]).truth());
            pairs.push((pull, push));
        }
        println!("{} pairs of {PAIRS}, {limit} descriptors, then {refused:?}", pairs.len());
        if let Some(failed) = refused {
            assert_eq!(failed.code, "EMFILE", "{failed}");
            assert!(pairs.len() * 2 + 100 > limit, "refused after {} pairs with {limit} descriptors", pairs.len());
        }
        // Room for closing, which watches each end through a socket of its own.
        for (n, (pull, push)) in pairs.iter().enumerate() {
            assert_eq!(pull.must("Recv", []), Value::blob(n.to_le_bytes()));
            push.must("Send", [Value::blob("x")]);
            assert_eq!(pull.must("Recv", []), Value::blob("x"));
        }
        drop(pairs);
        // libzmq's own thread gives the descriptors back, a little later.
        let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        let end = Instant::now() + secs(5);
        while let Err(failed) = pull.call("Bind", args!["inproc://пара-0"]) {
            assert!(failed.code == "EMFILE" && Instant::now() < end, "{failed}");
            thread::sleep(millis(5));
        }
        push.must("Connect", args!["inproc://пара-0"]);
        push.must("Send", [Value::blob("x")]);
        assert_eq!(pull.must("Recv", []), Value::blob("x"));
    });
}

/// Numbers that two threads send through one object and two others receive through one object.
fn shared(endpoint: &str, each: u32) {
    let host = Host::built();
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Bind", args![endpoint]);
    push.must("Connect", args![pull.text_of("LastEndpoint")]);
    pull.must("SetRecvTimeout", args![20_000]);
    let (push, pull) = (&push, &pull);
    let received = thread::scope(|scope| {
        for sender in 0..2 {
            scope.spawn(move || {
                for n in sender * each..(sender + 1) * each {
                    assert!(push.must("Send", [Value::blob(n.to_le_bytes())]).truth());
                }
            });
        }
        let take = |_| u32::from_le_bytes(pull.must("Recv", []).bytes().try_into().expect("4 bytes"));
        let receivers = [0, 1].map(|_| scope.spawn(move || (0..each).map(take).collect::<Vec<_>>()));
        receivers.map(|receiver| receiver.join().expect("a receiver")).concat()
    });
    let mut seen = vec![false; 2 * each as usize];
    for n in received {
        assert!(!std::mem::replace(&mut seen[n as usize], true), "{n} came twice");
    }
    assert!(seen.iter().all(|&seen| seen), "something was lost");
}

#[test]
fn one_object_called_by_two_threads_at_once() {
    isolated(secs(90), || shared("inproc://на двоих", 200_000));
}

#[test]
fn one_object_called_by_two_threads_at_once_over_tcp() {
    isolated(secs(60), || shared("tcp://127.0.0.1:*", 20_000));
}

/// Names, properties and errors asked by other threads while a call waits: none of them waits with it but those that
/// need the object, and all answers are whole.
#[test]
fn everything_is_asked_by_four_threads_at_once() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["inproc://четверо"]);
        pull.must("SetRecvTimeout", args![1]);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let slots = pull.slots();
                    for round in 0..500 {
                        assert_eq!(slots.find_method("получить"), slots.find_method("RECV"));
                        assert_eq!(slots.method_name(0, 0), slots.method_name(0, 0));
                        pull.must("Recv", []);
                        let error = pull.last_error();
                        assert!(error.is_empty() || error.contains("inproc://четверо"), "{error}");
                        if round % 50 == 0 {
                            let _ = pull.call("Bind", args!["inproc://четверо"]);
                            slots.set_locale(Some("en_US"));
                        }
                    }
                });
            }
        });
    });
}

/// Objects are made, bound, used and destroyed each time by another thread than before; their makers have ended.
#[test]
fn objects_go_from_thread_to_thread() {
    const OBJECTS: usize = 200;
    const STAGES: usize = 6;
    isolated(secs(60), || {
        let host = Host::built();
        let (first, mut next) = mpsc::channel::<(usize, Object, Object)>();
        let mut threads = Vec::new();
        for stage in 0..STAGES {
            let (sender, receiver) = mpsc::channel();
            let from = std::mem::replace(&mut next, receiver);
            threads.push(thread::spawn(move || {
                for (n, pull, push) in from {
                    let endpoint = format!("inproc://из рук в руки {n}");
                    match stage {
                        0 => drop(pull.must("Bind", args![&endpoint])),
                        1 => drop(push.must("Connect", args![&endpoint])),
                        2 | 4 => assert!(push.must("Send", [Value::blob(n.to_le_bytes())]).truth()),
                        _ => assert_eq!(pull.must("Recv", []), Value::blob(n.to_le_bytes())),
                    }
                    if sender.send((n, pull, push)).is_err() {
                        return;
                    }
                }
            }));
        }
        for n in 0..OBJECTS {
            let host = host.clone();
            let made = thread::spawn(move || (n, host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push")));
            first.send(made.join().expect("a maker")).expect("the first stage");
        }
        drop(first);
        let mut count = 0;
        for (_, pull, push) in next {
            count += 1;
            thread::spawn(move || drop((push, pull))).join().expect("a destroyer");
        }
        assert_eq!(count, OBJECTS);
        for thread in threads {
            thread.join().expect("a stage");
        }
        host.assert_clean();
    });
}
