//! A storm of signals during every blocking call: waits last as long as they were asked to, and nothing fails.
#![cfg(target_os = "linux")]

use host::storm::Storm;
use host::{Endpoints, Host, Object, Transport, Value, args, isolated, secs};
use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_micros(200);
const WAIT: Duration = Duration::from_millis(400);
const LATE: Duration = Duration::from_millis(900);

fn storm_over(what: impl FnOnce()) {
    let before = Storm::caught();
    let storm = Storm::new(PAUSE);
    what();
    drop(storm);
    let caught = Storm::caught() - before;
    assert!(caught > 500, "only {caught} signals came");
    println!("{caught} signals");
}

/// The call waits for its whole timeout and gives up then, without an error.
fn waits_its_time(object: &Object, method: &str, args: &[Value]) {
    let start = Instant::now();
    let given = object.must(method, args);
    let took = start.elapsed();
    assert!(given.is_empty() || given == Value::Bool(false), "{}.{method} gave {}", object.class(), given.brief());
    assert!(took >= WAIT && took < LATE, "{}.{method} took {took:?} of {WAIT:?}", object.class());
}

fn with_timeouts(host: &Host, class: &str) -> Object {
    let object = host.create(class);
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        if object.slots().find_method(name) >= 0 {
            object.must(name, args![i32::try_from(WAIT.as_millis()).expect("ms")]);
        }
    }
    object
}

#[test]
fn waits_without_a_peer_last_their_time() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        storm_over(|| {
            for transport in Transport::ALL {
                let bound = |class: &str| {
                    let object = with_timeouts(&host, class);
                    object.must("Bind", args![endpoints.to_bind(transport)]);
                    object
                };
                let (pull, rep, push) = (bound("ZeroMQ.Pull"), bound("ZeroMQ.Rep"), bound("ZeroMQ.Push"));
                let request = bound("ZeroMQ.Req");
                let sub = bound("ZeroMQ.Sub");
                for object in [&pull, &rep, &sub] {
                    waits_its_time(object, "Recv", &[]);
                }
                waits_its_time(&pull, "RecvMultipart", &[]);
                waits_its_time(&push, "Send", &[Value::blob("x")]);
                push.must("SendPart", [Value::blob("1")]);
                waits_its_time(&push, "Send", &[Value::blob("2")]);
                waits_its_time(&request, "Send", &[Value::blob("x")]);
            }
        });
    });
}

#[test]
fn a_full_queue_is_waited_for_its_time() {
    isolated(secs(60), || {
        let host = Host::built();
        let (push, pull) = (with_timeouts(&host, "ZeroMQ.Push"), with_timeouts(&host, "ZeroMQ.Pull"));
        push.must("Bind", args!["inproc://полная очередь"]);
        pull.must("Connect", args!["inproc://полная очередь"]);
        push.must("SetSendTimeout", args![0]);
        let mut sent = 0_u32;
        while push.must("Send", [Value::blob(sent.to_le_bytes())]).truth() {
            sent += 1;
        }
        push.must("SetSendTimeout", args![i32::try_from(WAIT.as_millis()).expect("ms")]);
        storm_over(|| waits_its_time(&push, "Send", &[Value::blob("не войдёт")]));
        for n in 0..sent {
            assert_eq!(pull.must("Recv", []), Value::blob(n.to_le_bytes()));
        }
    });
}

/// Sockets are made, bound, connected, used and closed in the storm, and every message arrives.
#[test]
fn whole_lives_pass_in_the_storm() {
    isolated(secs(90), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        storm_over(|| {
            for round in 0..20_u32 {
                for transport in Transport::ALL {
                    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
                    pull.must("SetRecvTimeout", args![10_000]);
                    pull.must("Bind", args![endpoints.to_bind(transport)]);
                    push.must("Connect", args![pull.text_of("LastEndpoint")]);
                    for n in 0..100_u32 {
                        push.must("SendPart", [Value::blob(round.to_le_bytes())]);
                        assert!(push.must("Send", [Value::blob(vec![0x5A; 100 * n as usize])]).truth());
                    }
                    drop(push);
                    for n in 0..100_usize {
                        assert_eq!(pull.must("RecvMultipart", []), Value::i4(2), "{transport:?}, message {n}");
                        assert_eq!(pull.must("GetPart", args![1]).bytes().len(), 100 * n);
                    }
                }
            }
        });
    });
}

#[test]
fn requests_are_answered_in_the_storm() {
    isolated(secs(90), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        storm_over(|| {
            for transport in Transport::ALL {
                let (request, reply) = (host.create("ZeroMQ.Req"), host.create("ZeroMQ.Rep"));
                reply.must("Bind", args![endpoints.to_bind(transport)]);
                request.must("Connect", args![reply.text_of("LastEndpoint")]);
                thread::scope(|scope| {
                    scope.spawn(|| {
                        for _ in 0..500 {
                            let asked = reply.must("Recv", []);
                            assert!(!asked.is_empty());
                            assert!(reply.must("Send", [asked]).truth());
                        }
                    });
                    for n in 0..500_u32 {
                        assert!(request.must("Send", [Value::blob(n.to_le_bytes())]).truth());
                        assert_eq!(request.must("Recv", []), Value::blob(n.to_le_bytes()));
                    }
                });
            }
        });
    });
}

/// Closing waits for an absent peer for its bounded time, signals or not.
#[test]
fn closing_keeps_its_bound_in_the_storm() {
    isolated(secs(30), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        storm_over(|| {
            for _ in 0..3 {
                let push = host.create("ZeroMQ.Push");
                push.must("Connect", args![endpoints.ipc("никого")]);
                push.must("Send", [Value::blob("x")]);
                let start = Instant::now();
                push.must("Close", []);
                let took = start.elapsed();
                assert!(took >= Duration::from_millis(450) && took < LATE + WAIT, "{took:?}");
                // Those that come right after another share its wait.
                std::thread::sleep(Duration::from_millis(600));
            }
        });
    });
}
