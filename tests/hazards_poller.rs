//! Pollers over many sockets, over long times, and in a storm.
#![cfg(target_os = "linux")]

use host::figures::{figures, limit_descriptors, processor_time, settled};
use host::storm::Storm;
use host::{Host, Object, Value, args, isolated, millis, secs};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

fn id(socket: &Object) -> Value {
    socket.get("Id").expect("an id")
}

/// A number that Value's own comparison does not need.
fn key(id: &Value) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of sockets")]
    let key = id.number() as u64;
    key
}

fn add(poller: &Object, socket: &Object) {
    poller.must("Add", [id(socket)]);
}

fn bound(host: &Host, endpoint: &str) -> Object {
    let pull = host.create("ZeroMQ.Pull");
    pull.must("Bind", args![endpoint]);
    pull
}

fn many(host: &Host, count: usize, name: &str) -> Vec<Object> {
    (0..count).map(|n| bound(host, &format!("inproc://{name}.{n}"))).collect()
}

fn told(poller: &Object, timeout: i32) -> Vec<u64> {
    let count = key(&poller.must("Wait", args![timeout]));
    (0..count).map(|n| key(&poller.must("ReadyId", args![i32::try_from(n).expect("few")]))).collect()
}

/// A thousand sockets: half of them are closed or dropped while it waits, others get messages. Each is told, those that are
/// gone once, and every message is received.
#[test]
fn a_thousand_sockets_of_which_half_go() {
    isolated(secs(120), || {
        limit_descriptors(None);
        let host = Host::built();
        let mut sockets = many(&host, 1_000, "thousand");
        let poller = host.create("ZeroMQ.Poller");
        sockets.iter().for_each(|socket| add(&poller, socket));
        let stay = sockets.split_off(500);
        let going: Vec<_> = sockets.iter().map(|socket| key(&id(socket))).collect();
        let staying: HashMap<_, _> = stay.iter().map(|socket| (key(&id(socket)), socket)).collect();
        let mut gone = HashMap::new();
        let mut received = HashMap::new();
        thread::scope(|scope| {
            let host = &host;
            let going = scope.spawn(move || {
                for (n, socket) in sockets.into_iter().enumerate() {
                    if n % 2 == 0 {
                        socket.must("Close", []);
                    }
                    drop(socket);
                    if n % 50 == 0 {
                        thread::sleep(millis(5));
                    }
                }
            });
            let stay = &stay;
            let sending = scope.spawn(move || {
                for socket in stay {
                    let push = host.create("ZeroMQ.Push");
                    push.must("Connect", args![socket.text_of("LastEndpoint")]);
                    assert!(push.must("Send", [Value::blob("x")]).truth());
                }
            });
            let end = Instant::now() + secs(60);
            while gone.len() < 500 || received.len() < 500 {
                assert!(Instant::now() < end, "{} gone, {} received", gone.len(), received.len());
                for id in told(&poller, 10_000) {
                    if let Some(socket) = staying.get(&id) {
                        assert_eq!(socket.must("Recv", []), Value::blob("x"));
                        *received.entry(id).or_insert(0) += 1;
                    } else {
                        *gone.entry(id).or_insert(0) += 1;
                    }
                }
            }
            going.join().expect("those that go");
            sending.join().expect("those that send");
        });
        assert!(gone.values().chain(received.values()).all(|&times| times == 1), "told twice");
        assert!(going.iter().all(|id| gone.contains_key(id)));
        assert_eq!(poller.must("Count", []), Value::i4(500));
        assert_eq!(told(&poller, 50), []);
        host.assert_clean();
    });
}

/// Whoever waits sleeps, however many there are, and one among them is heard at once. And the five thousandth is added as
/// quickly as the first.
#[test]
fn five_thousand_idle_sockets_cost_nothing() {
    isolated(secs(120), || {
        limit_descriptors(None);
        let host = Host::built();
        let sockets = many(&host, 5_000, "idle");
        let poller = host.create("ZeroMQ.Poller");
        let ids: Vec<_> = sockets.iter().map(id).collect();
        let added: Vec<Duration> = ids
            .chunks(1_000)
            .map(|ids| {
                let start = Instant::now();
                for id in ids {
                    poller.must("Add", [id.clone()]);
                }
                start.elapsed()
            })
            .collect();
        println!("each thousand added in {added:?}");
        assert_eq!(told(&poller, 100), []);
        let (before, start) = (processor_time(), Instant::now());
        assert_eq!(told(&poller, 2_000), []);
        let used = processor_time() - before;
        println!("waiting for {:?} took {used:?} of a processor", start.elapsed());
        assert!(used < millis(100), "{used:?}");
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args!["inproc://idle.4321"]);
        let heard = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(millis(100));
                assert!(push.must("Send", [Value::blob("x")]).truth());
            });
            told(&poller, 10_000)
        });
        assert_eq!(heard, [key(&ids[4_321])]);
        // A scan of those that are there would make the last thousand cost far more than the first.
        let quickest = added.iter().min().expect("five");
        assert!(added[4] < *quickest * 4 + millis(20), "{added:?}");
    });
}

#[test]
fn adding_and_removing_leaves_nothing() {
    isolated(secs(120), || {
        let host = Host::built();
        let sockets = many(&host, 4, "flat");
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args!["inproc://flat.0"]);
        let poller = host.create("ZeroMQ.Poller");
        let ids: Vec<_> = sockets.iter().map(id).collect();
        let round = |times: usize| {
            for n in 0..times {
                let id = &ids[n % 4];
                // Named, for a default text is memory of the host's, which it keeps for a while.
                poller.must("Add", [id.clone(), "Receive".into()]);
                if n % 5 == 0 {
                    poller.must("Wait", args![0]);
                }
                // It tells the poller, who may never listen.
                sockets[n % 4].must("SetRecvTimeout", args![0]);
                if n % 3 == 0 {
                    poller.must("Remove", [id.clone()])
                } else {
                    poller.must("Clear", [])
                };
            }
        };
        round(5_000);
        let before = figures();
        round(100_000);
        let after = settled(before);
        assert!(after.resident_kib < before.resident_kib + 1_000, "{before:?} -> {after:?}");
        assert_eq!(after.descriptors, before.descriptors);
        // Pollers come and go, and sockets that were never opened.
        let come_and_go = |times| {
            for _ in 0..times {
                let poller = host.create("ZeroMQ.Poller");
                sockets.iter().for_each(|socket| add(&poller, socket));
                add(&poller, &host.create("ZeroMQ.Sub"));
                assert_eq!(told(&poller, 0).len(), 1, "the one that was dropped");
            }
        };
        come_and_go(200);
        host.assert_clean();
        let before = figures();
        come_and_go(2_000);
        host.assert_clean();
        let after = settled(before);
        assert!(after.descriptors <= before.descriptors + 16, "{before:?} -> {after:?}");
        assert!(after.resident_kib < before.resident_kib + 4_000, "{before:?} -> {after:?}");
    });
}

#[test]
fn a_storm_of_signals_ends_no_wait() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = bound(&host, "tcp://127.0.0.1:*");
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args![pull.text_of("LastEndpoint")]);
        let poller = host.create("ZeroMQ.Poller");
        add(&poller, &pull);
        let before = Storm::caught();
        let storm = Storm::new(Duration::from_micros(200));
        let start = Instant::now();
        assert_eq!(told(&poller, 400), []);
        let took = start.elapsed();
        assert!(took >= millis(400) && took < millis(900), "{took:?}");
        for n in 0..200_u32 {
            assert!(push.must("Send", [Value::blob(n.to_le_bytes())]).truth());
            assert_eq!(told(&poller, 10_000).len(), 1);
            assert_eq!(pull.must("Recv", []), Value::blob(n.to_le_bytes()));
        }
        drop(storm);
        assert!(Storm::caught() - before > 500, "no storm");
    });
}

/// No descriptor is left: Add says so, what was there works on, and Add works when there is one again.
#[test]
fn without_descriptors_it_says_so() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = bound(&host, "inproc://no descriptors");
        let (mut pollers, mut calm) = (Vec::new(), figures());
        for free in 0..3 {
            // What the last try made is closed in libzmq's own time.
            assert!(settled(calm).descriptors <= calm.descriptors);
            host::figures::leave_descriptors(free);
            let poller = host.create("ZeroMQ.Poller");
            let failed = poller.must_fail("Add", [id(&pull)]);
            assert_eq!(failed.code, "EMFILE", "{free} free: {}", failed.last_error);
            limit_descriptors(None);
            add(&poller, &pull);
            assert_eq!(told(&poller, 0), []);
            pollers.push(poller);
            calm = figures();
        }
        host.assert_clean();
    });
}

/// Pollers made and dropped in a row use up no descriptors that others are about to give back.
#[test]
fn pollers_in_a_row_wait_for_descriptors() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = bound(&host, "inproc://in a row");
        limit_descriptors(Some(figures().descriptors + 40));
        for n in 0..500 {
            let poller = host.create("ZeroMQ.Poller");
            let added = poller.call("Add", [id(&pull)]);
            assert!(added.is_ok(), "round {n}: {}", poller.last_error());
            assert_eq!(told(&poller, 0), []);
        }
        host.assert_clean();
    });
}

/// A thread forks while others ask a socket whether it is ready: the child finds the socket's gate open, is refused by it, and
/// forks in its turn.
#[test]
fn a_child_forked_beside_pollers_hangs_on_no_socket() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = bound(&host, "inproc://forked beside");
        let pollers = [(); 2].map(|()| host.create("ZeroMQ.Poller"));
        pollers.iter().for_each(|poller| add(poller, &pull));
        let number = i32::try_from(pull.slots().find_method("Recv")).expect("a method");
        let (stop, socket) = (AtomicBool::new(false), id(&pull));
        thread::scope(|scope| {
            for poller in &pollers {
                let (stop, socket) = (&stop, &socket);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        // It is asked anew each time.
                        poller.must("Change", [socket.clone(), "Receive".into()]);
                        assert_eq!(told(poller, 0), []);
                    }
                });
            }
            let mut ends = Vec::new();
            for _ in 0..300 {
                // SAFETY: the child calls the library, forks, and leaves by _exit.
                let child = unsafe { libc::fork() };
                if child == 0 {
                    // SAFETY: no precondition. Whoever hangs is ended.
                    unsafe { libc::alarm(5) };
                    let mut timeout = host::Variants::of(&[Value::i4(0)]);
                    let (done, _) = pull.slots().call_as_func(number, Some(&mut timeout), 1);
                    let refused = !done && pull.last_error_code() == "EFORKED";
                    // SAFETY: the grandchild leaves at once.
                    unsafe {
                        let grandchild = libc::fork();
                        if grandchild > 0 {
                            libc::waitpid(grandchild, std::ptr::null_mut(), 0);
                        }
                        libc::_exit(i32::from(!refused));
                    }
                }
                let mut status = 0;
                // SAFETY: a number of ours is filled.
                assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
                ends.push(status);
                if status != 0 {
                    break;
                }
            }
            stop.store(true, Ordering::Relaxed);
            assert!(ends.iter().all(|&status| status == 0), "round {}: {:?}", ends.len(), ends.last());
        });
    });
}

/// A child of fork is told, and ends without a word to its parent's sockets.
#[test]
fn a_forked_child_is_refused() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = bound(&host, "inproc://forked");
        let poller = host.create("ZeroMQ.Poller");
        add(&poller, &pull);
        assert_eq!(told(&poller, 0), []);
        let status = host::in_forked_child(secs(10), || {
            let refused = |method: &str, argument: &Value| {
                let number = i32::try_from(poller.slots().find_method(method)).expect("a method");
                let mut arguments = host::Variants::of(std::slice::from_ref(argument));
                let (done, _) = poller.slots().call_as_func(number, Some(&mut arguments), 1);
                !done && poller.last_error_code() == "EFORKED"
            };
            let right = ["Wait", "Remove", "CanRecv", "IsOpen"].iter().all(|method| refused(method, &id(&pull)));
            poller.slots().done();
            right
        });
        assert_eq!(status, 0, "the child hung, or was not refused");
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args!["inproc://forked"]);
        assert!(push.must("Send", [Value::blob("x")]).truth());
        assert_eq!(told(&poller, 10_000).len(), 1);
    });
}
