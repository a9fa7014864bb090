//! Every timeout: what is waited for, how long, and what a wait in vain leaves behind.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use std::time::{Duration, Instant};

fn timed<R>(f: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    let result = f();
    (result, start.elapsed())
}

/// A wait of `ms` took that long, give or take a busy machine.
#[track_caller]
fn assert_took(took: Duration, ms: u64) {
    assert!(took >= millis(ms), "{took:?} is less than {ms} ms");
    assert!(took < millis(ms + 2000), "{took:?} is far more than {ms} ms");
}

fn bound(host: &Host, class: &str, transport: Transport, endpoints: &Endpoints) -> Object {
    let object = host.create(class);
    object.must("Bind", args![endpoints.to_bind(transport)]);
    object
}

#[test]
fn a_receive_ends_after_its_timeout() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for class in ["ZeroMQ.Rep", "ZeroMQ.Pull", "ZeroMQ.Sub"] {
            for transport in Transport::ALL {
                let object = bound(&host, class, transport, &endpoints);
                for ms in [0, 1, 100, 250] {
                    object.must("SetRecvTimeout", args![ms]);
                    for method in ["Recv", "RecvMultipart"] {
                        let (value, took) = timed(|| object.must(method, []));
                        assert_eq!(value, Value::Empty, "{class}.{method}");
                        assert_took(took, u64::try_from(ms).unwrap());
                        assert_eq!(object.last_error(), "", "a timeout is no error");
                    }
                }
            }
        }
    });
}

#[test]
fn a_request_without_an_answer_times_out() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let rep = bound(&host, "ZeroMQ.Rep", Transport::Ipc, &endpoints);
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![rep.text_of("LastEndpoint")]);
        req.must("SetRecvTimeout", args![100]);
        assert!(req.must("Send", args![b"?"]).truth());
        let (value, took) = timed(|| req.must("Recv", []));
        assert!(value.is_empty());
        assert_took(took, 100);
    });
}

/// 60 s until set: nobody comes back early. (Waiting all of it would be a test nobody runs.)
#[test]
fn the_default_is_longer_than_a_moment() {
    isolated(secs(30), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let pull = bound(&host, "ZeroMQ.Pull", Transport::Ipc, &endpoints);
        let push = host.create("ZeroMQ.Push");
        let endpoint = pull.text_of("LastEndpoint");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(secs(3));
                push.must("Connect", args![&endpoint]);
                push.must("Send", args![b"at last"]);
            });
            let (value, took) = timed(|| pull.must("Recv", []));
            assert_eq!(value, Value::blob("at last"));
            assert_took(took, 2900);
        });
    });
}

#[test]
fn an_endless_wait_ends_with_a_message() {
    isolated(secs(30), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let pull = bound(&host, "ZeroMQ.Pull", transport, &endpoints);
            let push = host.create("ZeroMQ.Push");
            push.must("Connect", args![pull.text_of("LastEndpoint")]);
            for endless in [Value::i4(-1), Value::R8(-1.0)] {
                pull.must("SetRecvTimeout", [endless]);
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        std::thread::sleep(millis(300));
                        push.must("Send", args![b"x"]);
                    });
                    let (value, took) = timed(|| pull.must("Recv", []));
                    assert_eq!(value.bytes(), b"x");
                    assert_took(took, 290);
                });
            }
        }
    });
}

#[test]
fn a_push_without_a_peer_gives_false() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let push = bound(&host, "ZeroMQ.Push", transport, &endpoints);
            for ms in [0, 1, 100, 250] {
                push.must("SetSendTimeout", args![ms]);
                let (sent, took) = timed(|| push.must("Send", args![b"nobody"]));
                assert_eq!(sent, Value::Bool(false));
                assert_took(took, u64::try_from(ms).unwrap());
                assert_eq!(push.last_error(), "", "a timeout is no error");
            }
        }
    });
}

/// A message is sent whole or not at all: a timeout in its middle leaves the parts for the next try, and
/// DropParts drops them without a trace.
#[test]
fn a_multipart_message_outlives_a_timeout_or_is_dropped() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            for dropped in [false, true] {
                let push = bound(&host, "ZeroMQ.Push", transport, &endpoints);
                push.must("SetSendTimeout", args![100]);
                push.must("SendPart", args![b"one"]);
                push.must("SendPart", args![b"two"]);
                let (sent, took) = timed(|| push.must("Send", args![b"three"]));
                assert_eq!(sent, Value::Bool(false));
                assert_took(took, 100);
                let pull = host.create("ZeroMQ.Pull");
                pull.must("Connect", args![push.text_of("LastEndpoint")]);
                pull.must("SetRecvTimeout", args![5000]);
                push.must("SetSendTimeout", args![5000]);
                if dropped {
                    push.must("ОтброситьЧасти", []);
                }
                assert!(push.must("Send", args![b"three"]).truth());
                let expected: &[&[u8]] = if dropped { &[b"three"] } else { &[b"one", b"two", b"three"] };
                assert_eq!(pull.must("RecvMultipart", []), Value::i4(expected.len().try_into().unwrap()));
                for (n, part) in expected.iter().enumerate() {
                    let n = i32::try_from(n).unwrap();
                    assert_eq!(pull.must("GetPart", args![n]).bytes(), *part, "{transport:?}, part {n}");
                }
                pull.must("SetRecvTimeout", args![100]);
                assert!(pull.must("Recv", []).is_empty(), "something more came");
            }
        }
    });
}

/// A full queue in the middle of the traffic: what was refused did not go, what was accepted arrives.
#[test]
fn a_full_queue_refuses_and_loses_nothing() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let pull = bound(&host, "ZeroMQ.Pull", transport, &endpoints);
            let push = host.create("ZeroMQ.Push");
            push.must("Connect", args![pull.text_of("LastEndpoint")]);
            push.must("SetSendTimeout", args![300]);
            let mut accepted = 0i32;
            let message = |n: i32| [&n.to_le_bytes()[..], &[7; 4096]].concat();
            loop {
                push.must("SendPart", args![b"head"]);
                if !push.must("Send", [message(accepted).into()]).truth() {
                    push.must("DropParts", []);
                    break;
                }
                accepted += 1;
                assert!(accepted < 1_000_000, "{transport:?}: nothing ever refuses");
            }
            pull.must("SetRecvTimeout", args![5000]);
            for n in 0..accepted {
                assert_eq!(pull.must("RecvMultipart", []), Value::i4(2), "{transport:?}: {n} of {accepted}");
                assert_eq!(pull.must("GetPart", args![1]).bytes(), message(n), "{transport:?}");
            }
            assert!(push.must("Send", args![b"last"]).truth());
            assert_eq!(pull.must("RecvMultipart", []), Value::i4(1));
        }
    });
}

#[test]
fn closing_is_bounded_with_an_absent_peer() {
    isolated(secs(60), || {
        let host = Host::built();
        for endpoint in ["tcp://127.0.0.1:1", "ipc:///nowhere/at/all", "inproc://never-bound"] {
            let push = host.create("ZeroMQ.Push");
            push.must("Connect", args![endpoint]);
            assert!(push.must("Send", args![b"for nobody"]).truth());
            let ((), took) = timed(|| drop(push));
            assert!(took < secs(2), "{endpoint}: dropping took {took:?}");
        }
        let (endpoints, started) = (Endpoints::new(), Instant::now());
        for n in 0..10 {
            let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
            pull.must("Bind", args![endpoints.ipc(&n.to_string())]);
            push.must("Connect", args![endpoints.ipc(&n.to_string())]);
            push.must("Send", args![b"x"]);
            pull.must("Recv", []);
        }
        assert!(started.elapsed() < secs(4), "closing what has nothing to say takes long: {:?}", started.elapsed());
    });
}

#[test]
fn another_thread_may_close_an_object_that_waits() {
    isolated(secs(30), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let pull = bound(&host, "ZeroMQ.Pull", Transport::Tcp, &endpoints);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| timed(|| pull.call("Recv", [])));
            std::thread::sleep(millis(300));
            pull.slots().done();
            let (_, took) = waiting.join().expect("the waiting thread");
            assert!(took < secs(10), "Done did not end the wait: {took:?}");
        });
    });
}

/// What a property shows and what a call goes by are one, whichever way it was set, also while a call waits.
#[test]
fn a_timeout_is_read_and_written() {
    isolated(secs(30), || {
        let host = Host::built();
        let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
        for object in [&rep, &req] {
            for (property, russian, set) in [
                ("RecvTimeout", "ТаймаутПолучения", "SetRecvTimeout"),
                ("SendTimeout", "ТаймаутОтправки", "SetSendTimeout"),
            ] {
                assert_eq!(object.get(property).unwrap(), Value::i4(60_000));
                object.set(russian, 700).unwrap();
                assert_eq!(object.get(property).unwrap(), Value::i4(700));
                object.must(set, args![-1]);
                assert_eq!(object.get(russian).unwrap(), Value::i4(-1));
                for wrong in [Value::i4(-2), Value::R8(0.5), Value::from("1"), Value::Empty] {
                    assert_eq!(object.set(property, wrong).unwrap_err().code, "EINVAL");
                    assert_eq!(object.get(property).unwrap(), Value::i4(-1));
                }
            }
        }
        rep.must("Bind", args!["inproc://timeouts"]);
        rep.set("RecvTimeout", 200).unwrap();
        let (value, took) = timed(|| rep.must("Recv", []));
        assert!(value.is_empty());
        assert_took(took, 200);
        std::thread::scope(|scope| {
            scope.spawn(|| rep.must("Recv", args![1000]));
            std::thread::sleep(millis(100));
            let (shown, took) = timed(|| rep.get("RecvTimeout").unwrap());
            assert_eq!(shown, Value::i4(200), "the timeout of one call is not the object's");
            assert!(took < millis(500), "whoever looks waits: {took:?}");
        });
        rep.must("Close", []);
        assert_eq!(rep.get("RecvTimeout").unwrap(), Value::i4(200));
        // As it always did.
        rep.must("SetRecvTimeout", args![5]);
    });
}
