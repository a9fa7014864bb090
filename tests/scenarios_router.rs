//! A Router and its peers: who gets what, who is not there, who has no room; Dealers, which take no turns.

use host::zmtp::{command, frame, greeting, read_frame, tcp};
use host::{Endpoints, Host, Object, Transport, Value, args, isolated, secs, wait_until};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
#[cfg(target_os = "linux")]
use {
    host::millis,
    std::time::{Duration, Instant},
};

/// A Router and where it is bound.
fn router(host: &Host, endpoints: &Endpoints, transport: Transport) -> (Object, String) {
    let router = host.create("ZeroMQ.Router");
    router.must("Bind", args![endpoints.to_bind(transport)]);
    router.must("SetRecvTimeout", args![10_000]);
    let endpoint = router.text_of("LastEndpoint");
    (router, endpoint)
}

fn peer(host: &Host, class: &str, endpoint: &str) -> Object {
    let peer = host.create(class);
    peer.must("Connect", args![endpoint]);
    peer.must("SetRecvTimeout", args![10_000]);
    peer
}

fn send_to(router: &Object, identity: &[u8], data: &[u8]) -> bool {
    router.must("SendTo", args![identity, data]).truth()
}

#[test]
fn each_peer_gets_the_answer_that_is_for_it() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (router, endpoint) = router(&host, &endpoints, transport);
            let dealers: Vec<_> = (0..5).map(|_| peer(&host, "ZeroMQ.Dealer", &endpoint)).collect();
            for (number, dealer) in dealers.iter().enumerate() {
                dealer.must("SendPart", [Value::blob(number.to_string())]);
                assert!(dealer.must("Send", args![b"question"]).truth());
            }
            let mut asked: Vec<_> = dealers.iter().map(|_| router.must_receive()).collect();
            asked.sort_by(|one, other| other[1].cmp(&one[1]));
            for parts in &asked {
                assert_eq!((parts.len(), &parts[2][..]), (3, &b"question"[..]), "{transport:?}");
                router.must("SendPart", args![&parts[1][..]]);
                assert!(send_to(&router, &parts[0], b"answer"));
                // The identity as the first part does the same.
                router.must("SendPart", args![&parts[0][..]]);
                assert!(router.must("Send", args![b"more"]).truth());
            }
            for (number, dealer) in dealers.iter().enumerate() {
                let number = number.to_string().into_bytes();
                assert_eq!(dealer.must_receive(), [number, b"answer".to_vec()], "{transport:?}");
                assert_eq!(dealer.must_receive(), [b"more"], "{transport:?}");
            }
        }
    });
}

#[test]
fn a_req_is_answered_through_its_envelope_and_a_rep_asked_through_one() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (router, endpoint) = router(&host, &endpoints, transport);
            let req = peer(&host, "ZeroMQ.Req", &endpoint);
            req.must("Send", args![b"question"]);
            let parts = router.must_receive();
            // The identity, the number of the request that a Req checks, the end of the envelope.
            let body = parts.iter().position(Vec::is_empty).expect("an envelope") + 1;
            for part in &parts[1..body] {
                router.must("SendPart", args![&part[..]]);
            }
            assert!(send_to(&router, &parts[0], b"answer"));
            assert_eq!(req.must("Recv", []).bytes(), b"answer", "{transport:?}");

            let rep = host.create("ZeroMQ.Rep");
            rep.must("Bind", args![endpoints.to_bind(transport)]);
            let dealer = peer(&host, "ZeroMQ.Dealer", &rep.text_of("LastEndpoint"));
            // Without turns: all questions first.
            for number in 0..3 {
                dealer.must("SendPart", args![b""]);
                dealer.must("Send", [Value::blob(format!("question {number}"))]);
            }
            for number in 0..3 {
                assert_eq!(rep.must("Recv", []), Value::blob(format!("question {number}")));
                rep.must("Send", [Value::blob(format!("answer {number}"))]);
            }
            for number in 0..3 {
                assert_eq!(
                    dealer.must_receive(),
                    [Vec::new(), format!("answer {number}").into_bytes()],
                    "{transport:?}"
                );
            }
        }
    });
}

#[test]
fn whoever_is_not_there_is_an_error_and_nothing_collected_is_lost() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (router, endpoint) = router(&host, &endpoints, transport);
            let alone = router.must_fail("Send", args![b"to whom?"]);
            assert!(alone.last_error.contains("ОтправитьКому"), "{}", alone.last_error);
            assert_eq!(router.last_error_code(), "EINVAL");

            let dealer = peer(&host, "ZeroMQ.Dealer", &endpoint);
            dealer.must("Send", args![b"here"]);
            let identity = router.must_receive().remove(0);
            router.must("SendPart", args![b"collected"]);
            let failed = router.must_fail("SendTo", args![b"nobody", b"lost?"]);
            assert_eq!(router.last_error_code(), "EHOSTUNREACH");
            assert!(failed.last_error.contains("с этим идентификатором нет"), "{}", failed.last_error);
            assert!(send_to(&router, &identity, b"data"));
            assert_eq!(dealer.must_receive(), [b"collected".to_vec(), b"data".to_vec()], "{transport:?}");

            router.must("SendPart", args![b"nobody"]);
            router.must("SendPart", args![b"second"]);
            for _ in 0..2 {
                router.must_fail("Send", args![b"third"]);
                assert_eq!(router.last_error_code(), "EHOSTUNREACH", "the parts are gone");
            }
            router.must("DropParts", []);
            assert!(send_to(&router, &identity, b"alone"));
            assert_eq!(dealer.must_receive(), [b"alone"], "{transport:?}");

            dealer.must("Close", []);
            let gone = || router.call("SendTo", args![&identity[..], b"late"]).is_err();
            assert!(wait_until(secs(10), gone), "{transport:?}: the peer has gone");
            assert_eq!(router.last_error_code(), "EHOSTUNREACH");
        }
    });
}

/// How long this thread has run, as the system counts it.
#[cfg(target_os = "linux")]
fn run_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the times of this thread");
    Duration::from_nanos(text.split(' ').next().and_then(|number| number.parse().ok()).expect("nanoseconds"))
}

/// libzmq calls a Router ready as soon as any of its peers has room.
#[cfg(target_os = "linux")]
#[test]
fn a_full_peer_is_waited_for_without_work() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let router = host.create("ZeroMQ.Router");
            router.set("SendHighWaterMark", 2).expect("an option");
            router.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = router.text_of("LastEndpoint");
            let [slow, idle] = [(); 2].map(|()| {
                let dealer = host.create("ZeroMQ.Dealer");
                dealer.set("RecvHighWaterMark", 2).expect("an option");
                dealer.must("Connect", args![&endpoint]);
                dealer.must("SetRecvTimeout", args![10_000]);
                dealer.must("Send", args![b"here"]);
                (router.must_receive().remove(0), dealer)
            });
            router.must("SetSendTimeout", args![0]);
            let data = vec![7; 1 << 20];
            let mut taken = 0;
            // The system's buffers take some, but not for ever.
            assert!(
                wait_until(secs(20), || {
                    let start = Instant::now();
                    while send_to(&router, &slow.0, &data) {
                        taken += 1;
                    }
                    thread::sleep(millis(100));
                    let full = !send_to(&router, &slow.0, &data);
                    taken += i32::from(!full);
                    full && start.elapsed() < secs(5)
                }),
                "{transport:?}: never full"
            );
            router.must("SetSendTimeout", args![1_000]);
            let (start, worked) = (Instant::now(), run_time());
            router.must("SendPart", args![b"collected"]);
            assert!(!send_to(&router, &slow.0, &data), "{transport:?}");
            let (waited, worked) = (start.elapsed(), run_time() - worked);
            assert!(waited >= millis(1_000) && waited < millis(3_000), "{transport:?}: {waited:?}");
            assert!(worked < millis(300), "{transport:?}: {worked:?} of work in {waited:?}");
            router.must("DropParts", []);
            assert!(send_to(&router, &idle.0, b"for the other"), "{transport:?}");
            assert_eq!(idle.1.must_receive(), [b"for the other"]);

            // It goes as soon as the peer has read.
            router.must("SetSendTimeout", args![20_000]);
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(millis(300));
                    for _ in 0..=taken {
                        assert_eq!(slow.1.must("Recv", []).bytes().len(), data.len(), "{transport:?}");
                    }
                });
                let start = Instant::now();
                assert!(send_to(&router, &slow.0, &data), "{transport:?}");
                assert!(start.elapsed() < secs(10), "{transport:?}: {:?}", start.elapsed());
            });
        }
    });
}

/// A peer that speaks ZMTP by hand and tells its identity.
fn named(endpoint: &str, identity: &str) -> TcpStream {
    let mut stream = tcp(endpoint);
    stream.write_all(&greeting(0, "NULL")).expect("a greeting");
    stream.read_exact(&mut [0; 64]).expect("its greeting");
    let mut ready = b"\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity".to_vec();
    ready.extend_from_slice(&u32::try_from(identity.len()).unwrap().to_be_bytes());
    ready.extend_from_slice(identity.as_bytes());
    stream.write_all(&command(&ready)).expect("READY");
    read_frame(&mut stream).expect("its READY");
    stream
}

/// The computer of a peer went down without a word; it comes back under its name, and the old connection still stands.
#[test]
fn a_peer_that_comes_back_under_its_name_is_heard_and_answered() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (router, endpoint) = router(&host, &endpoints, Transport::Tcp);
        let mut former = None;
        for round in 0..5 {
            let mut stream = named(&endpoint, "worker");
            stream.write_all(&frame(0, format!("round {round}").as_bytes())).expect("a message");
            assert_eq!(router.must_receive(), [b"worker".to_vec(), format!("round {round}").into_bytes()]);
            assert!(send_to(&router, b"worker", b"work"));
            assert_eq!(read_frame(&mut stream), Some((0, b"work".to_vec())), "round {round}");
            former = Some(stream);
        }
        drop(former);
        let gone = || router.call("SendTo", args![b"worker", b"work"]).is_err();
        assert!(wait_until(secs(10), gone), "the worker has gone");
    });
}

/// Names that fight for their place, while answers go to them.
#[test]
fn peers_with_one_name_do_no_harm() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (router, endpoint) = router(&host, &endpoints, Transport::Tcp);
        router.must("SetRecvTimeout", args![0]);
        router.must("SetSendTimeout", args![0]);
        thread::scope(|scope| {
            let fighters: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        for round in 0..100 {
                            let mut stream = named(&endpoint, "same");
                            let _ = stream.write_all(&frame(1, b"first part"));
                            if round % 3 > 0 {
                                let _ = stream.write_all(&frame(0, b"last part"));
                            }
                        }
                    })
                })
                .collect();
            while !fighters.iter().all(thread::ScopedJoinHandle::is_finished) {
                let part = router.must("Recv", []);
                if part.is_empty() {
                    router.must("SendPart", args![b"part"]);
                    let _ = router.call("SendTo", args![b"same", b"data"]);
                    router.must("DropParts", []);
                }
            }
        });
        // Whoever is well behaved is served.
        router.must("SetRecvTimeout", args![10_000]);
        let dealer = peer(&host, "ZeroMQ.Dealer", &endpoint);
        dealer.must("Send", args![b"the last"]);
        loop {
            let parts = router.must_receive();
            if parts.last().is_some_and(|part| part == b"the last") {
                assert!(send_to(&router, &parts[0], b"answer"));
                break;
            }
        }
        assert_eq!(dealer.must_receive(), [b"answer"]);
    });
}

/// A Dealer deals: in turn, and to whoever has room.
#[test]
fn a_dealer_sends_to_each_in_turn_and_hears_all() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let dealer = host.create("ZeroMQ.Dealer");
            dealer.must("SetRecvTimeout", args![10_000]);
            let workers = [(); 3].map(|()| {
                let worker = host.create("ZeroMQ.Dealer");
                worker.must("Bind", args![endpoints.to_bind(transport)]);
                worker.must("SetRecvTimeout", args![10_000]);
                dealer.must("Connect", args![worker.text_of("LastEndpoint")]);
                worker
            });
            for number in 0..9 {
                assert!(dealer.must("Send", [Value::blob(number.to_string())]).truth());
            }
            for worker in &workers {
                for _ in 0..3 {
                    let task = worker.must("Recv", []);
                    worker.must("Send", [task]);
                }
            }
            let mut done: Vec<_> = (0..9).map(|_| dealer.must("Recv", []).bytes().to_vec()).collect();
            done.sort();
            assert_eq!(done, (0..9).map(|number| number.to_string().into_bytes()).collect::<Vec<_>>());
        }
    });
}

/// What was sent and not read is delivered after the sender has closed.
#[test]
fn what_was_sent_before_closing_arrives() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (router, endpoint) = router(&host, &endpoints, transport);
            let dealer = peer(&host, "ZeroMQ.Dealer", &endpoint);
            dealer.must("Send", args![b"here"]);
            let identity = router.must_receive().remove(0);
            let data = vec![1; 100_000];
            for _ in 0..100 {
                assert!(send_to(&router, &identity, &data));
            }
            router.must("Close", []);
            for number in 0..100 {
                assert_eq!(dealer.must("Recv", []).bytes().len(), data.len(), "{transport:?}: {number}");
            }
        }
    });
}
