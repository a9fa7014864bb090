//! A request and its reply in one call, sent anew until a reply comes.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

fn pair(host: &Host, endpoint: &str) -> (Object, Object) {
    let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
    rep.must("Bind", args![endpoint]);
    rep.must("SetRecvTimeout", args![10_000]);
    req.must("Connect", args![rep.text_of("LastEndpoint")]);
    (rep, req)
}

#[test]
fn a_request_gives_its_reply() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (rep, req) = pair(&host, &endpoints.to_bind(transport));
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let asked = rep.must("Recv", []);
                        rep.must("SendPart", [asked.bytes().into()]);
                        rep.must("Send", args![b"!"]);
                    }
                });
                assert_eq!(req.must("Request", args![b"one"]).bytes(), b"one");
                // The rest of a reply is read as always, or left.
                assert!(req.get("RecvMore").unwrap().truth());
                assert_eq!(req.must("Recv", []).bytes(), b"!");
                assert_eq!(req.must("Запросить", args![b"two", 5000]).bytes(), b"two");
                assert_eq!(req.must("RequestText", args!["три", 5000, 1]).text(), "три");
                assert_eq!(req.must("RecvText", []).text(), "!");
                assert_eq!(req.must("ЗапроситьСтроку", args![""]).text(), "");
                req.must("SetRecvTimeout", args![5000]);
                assert_eq!(req.must("Request", args![b"last", -2, 0]).bytes(), b"last");
            });
        }
    });
}

#[test]
fn a_request_may_have_parts() {
    isolated(secs(30), || {
        let host = Host::built();
        let (rep, req) = pair(&host, "inproc://parts of a request");
        req.must("SendPart", args![b"head"]);
        assert!(req.must("Request", args![b"body", 50, 1]).is_empty());
        // Two attempts, whole; and the parts are there for a third one.
        for _ in 0..2 {
            assert_eq!(rep.must("RecvMultipart", []), Value::i4(2));
            assert_eq!(rep.must("GetPartText", args![0]).text(), "head");
            assert_eq!(rep.must("GetPartText", args![1]).text(), "body");
            rep.must("Send", args![b"late"]);
        }
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for parts in [2, 1] {
                    assert_eq!(rep.must("RecvMultipart", []), Value::i4(parts));
                    rep.must("Send", args![b"done"]);
                }
            });
            assert_eq!(req.must("Request", args![b"body", 5000]).bytes(), b"done");
            assert_eq!(req.must("Request", args![b"alone", 5000]).bytes(), b"done", "the parts went once more");
        });
    });
}

/// A server that loses requests, one that answers late: what comes is the reply to the last attempt.
#[test]
fn a_request_is_sent_anew_until_it_is_answered() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (rep, req) = pair(&host, &endpoints.to_bind(transport));
            let answered = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let mut seen = 0;
                    while !answered.load(Ordering::Relaxed) {
                        let request = rep.must("RecvText", args![100]);
                        if request.is_empty() {
                            continue;
                        }
                        assert_eq!(request.text(), "сколько?");
                        seen += 1;
                        if seen < 3 {
                            // Too late: nobody waits for this reply any more.
                            std::thread::sleep(millis(600));
                        }
                        rep.must("SendText", args![seen.to_string()]);
                    }
                });
                let answer = req.must("RequestText", args!["сколько?", 200, 40]);
                answered.store(true, Ordering::Relaxed);
                // Those to the first two came when another attempt had begun.
                assert!(answer.text().parse::<i32>().is_ok_and(|answer| answer >= 3), "{answer:?}");
                req.must("Close", []);
            });
        }
    });
}

#[test]
fn a_request_without_a_reply_ends_in_time() {
    isolated(secs(60), || {
        let host = Host::built();
        let (rep, req) = pair(&host, "inproc://silence");
        let lasts = |args: &[Value]| {
            let start = Instant::now();
            assert!(req.must("Request", [&args![b"?"], args].concat()).is_empty());
            assert_eq!(req.last_error(), "", "a timeout is no error");
            start.elapsed()
        };
        assert!(lasts(&args![100, 3]) >= millis(400));
        assert!(lasts(&args![0, 1000]) < millis(250), "nothing is repeated without a time to wait");
        req.must("SetRecvTimeout", args![150]);
        let once = lasts(&[]);
        assert!(once >= millis(150) && once < millis(1500));
        // Whatever was asked before, the next call has its own reply.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                loop {
                    let asked = rep.must("RecvText", []);
                    rep.must("SendText", args![asked.text()]);
                    if asked.text() == "last" {
                        return;
                    }
                }
            });
            assert_eq!(req.must("RequestText", args!["last", 10_000]).text(), "last");
        });
        // Nobody is connected: the time passes all the same.
        let alone = host.create("ZeroMQ.Req");
        alone.must("Bind", args!["inproc://alone"]);
        let start = Instant::now();
        assert!(alone.must("Request", args![b"?", 50, 2]).is_empty());
        assert!(start.elapsed() >= millis(150));
    });
}

#[test]
fn a_reply_is_not_lost() {
    isolated(secs(30), || {
        let host = Host::built();
        let (rep, req) = pair(&host, "inproc://kept reply");
        let ask = |name: &str, question: Value, reply: &[u8]| {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    rep.must("Recv", []);
                    rep.must("Send", args![reply]);
                });
                req.call(name, [question, Value::i4(10_000)])
            })
        };
        assert_eq!(ask("RequestText", "?".into(), b"\xff").unwrap_err().code, "EILSEQ");
        assert_eq!(req.must("Recv", args![0]).bytes(), b"\xff");
        host.memory().refuse_nth(2);
        assert_eq!(ask("Request", b"?".into(), b"kept").unwrap_err().code, "ENOMEM");
        assert_eq!(req.must("Recv", args![0]).bytes(), b"kept");
        // Not read, it is not taken for the reply to the next request.
        host.memory().refuse_nth(2);
        assert_eq!(ask("Request", b"?".into(), b"old").unwrap_err().code, "ENOMEM");
        assert_eq!(ask("Request", b"?".into(), b"new").unwrap(), Value::blob("new"));
    });
}

#[test]
fn wrong_use_of_request_is_told() {
    isolated(secs(30), || {
        let host = Host::built();
        let req = host.create("ZeroMQ.Req");
        assert_eq!(req.must_fail("Request", args![b"?"]).code, "ENOTCONN");
        assert_eq!(req.must_fail("RequestText", args!["?"]).code, "ENOTCONN");
        req.must("Connect", args!["inproc://wrong"]);
        for wrong in
            [args!["?", 0, 0], args![b"?", -3, 0], args![b"?", 0, -1], args![b"?", 0, 1001], args![b"?", 0, 0.5]]
        {
            assert_eq!(req.must_fail("Request", wrong).code, "EINVAL");
        }
        assert_eq!(req.must_fail("RequestText", args![b"?", 0, 0]).code, "EINVAL");
        assert_eq!(req.must_fail("RequestText", [Value::Wide(vec![0xD800])]).code, "EILSEQ");
        for class in ["Rep", "Pub", "Sub", "Push", "Pull"] {
            assert_eq!(host.create(&format!("ZeroMQ.{class}")).slots().find_method("Request"), -1, "{class}");
        }
        // Close on another thread ends it; which error the other call finds there is up to who looks first.
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| req.call("Request", args![b"?", -1, 1000]).unwrap_err());
            std::thread::sleep(millis(100));
            req.must("Close", []);
            assert_eq!(waits.join().unwrap().refusal, host::Refusal::Refused);
        });
        assert_eq!(req.must_fail("Request", args![b"?"]).code, "ENOTSOCK");
    });
}

/// A second attempt would be refused half way, or a late reply to the first be taken for the one to the second.
#[test]
fn a_request_is_not_repeated_where_it_cannot_be() {
    isolated(secs(30), || {
        let host = Host::built();
        for (option, russian) in [("ReqRelaxed", "ПовторЗапроса"), ("ReqCorrelate", "СверкаОтвета")]
        {
            let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
            req.set(option, false).unwrap();
            rep.must("Bind", args![format!("inproc://once {option}")]);
            req.must("Connect", args![format!("inproc://once {option}")]);
            req.must("SendPart", args![b"head"]);
            for name in ["Request", "RequestText"] {
                let data = if name == "Request" { Value::blob("body") } else { "body".into() };
                let refused = req.must_fail(name, [data, Value::i4(50), Value::i4(1)]);
                assert_eq!(refused.code, "EINVAL");
                assert!(refused.last_error.contains(russian), "{refused}");
                assert!(refused.last_error.contains("Ничего не отправлено"), "{refused}");
            }
            assert!(rep.must("Recv", args![100]).is_empty(), "something was sent");
            // Once is as ever, and the part is there.
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    assert_eq!(rep.must("RecvMultipart", args![10_000]), Value::i4(2));
                    rep.must("Send", args![b"done"]);
                });
                assert_eq!(req.must("Request", args![b"body", 10_000, 0]).bytes(), b"done");
            });
        }
    });
}
