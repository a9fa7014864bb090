//! Two that talk: a Pair and its one peer.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs, wait_until};
use std::thread;

fn pair(host: &Host) -> Object {
    let pair = host.create("ZeroMQ.Pair");
    pair.must("SetRecvTimeout", args![10_000]);
    pair
}

fn bound(host: &Host, endpoints: &Endpoints, transport: Transport) -> (Object, String) {
    let pair = pair(host);
    pair.must("Bind", args![endpoints.to_bind(transport)]);
    let endpoint = pair.text_of("LastEndpoint");
    (pair, endpoint)
}

#[test]
fn both_say_what_they_want_when_they_want() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (one, endpoint) = bound(&host, &endpoints, transport);
            let other = pair(&host);
            other.must("Connect", args![&endpoint]);
            for (from, to) in [(&one, &other), (&other, &one), (&one, &other)] {
                for number in 0..100 {
                    from.must("SendPart", [Value::blob(number.to_string())]);
                    assert!(from.must("Send", args![b"word"]).truth(), "{transport:?}");
                }
                for number in 0..100 {
                    assert_eq!(to.must("RecvMultipart", []), Value::i4(2), "{transport:?}");
                    assert_eq!(to.must("GetPart", args![0]), Value::blob(number.to_string()));
                }
            }
        }
    });
}

/// The second is let in when the first has gone; what it said before that is not lost.
#[test]
fn a_second_peer_waits_until_the_first_has_gone() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let (one, endpoint) = bound(&host, &endpoints, transport);
            let first = pair(&host);
            first.must("Connect", args![&endpoint]);
            first.must("Send", args![b"first"]);
            assert_eq!(one.must("Recv", []), Value::blob("first"), "{transport:?}");
            let second = pair(&host);
            second.must("Connect", args![&endpoint]);
            thread::sleep(millis(300));
            for number in 0..5 {
                one.must("Send", [Value::blob(number.to_string())]);
                assert_eq!(first.must("Recv", []), Value::blob(number.to_string()), "{transport:?}");
            }
            second.must("SetRecvTimeout", args![100]);
            assert!(second.must("Recv", []).is_empty(), "{transport:?}: it is not its turn");
            first.must("Close", []);
            second.must("SetRecvTimeout", args![10_000]);
            one.must("SetRecvTimeout", args![100]);
            // What it says goes to a connection that may be refused once more.
            let talks = || {
                second.must("Send", args![b"second"]);
                one.must("Recv", []) == Value::blob("second")
            };
            assert!(wait_until(secs(20), talks), "{transport:?}: the second is never let in");
            one.must("Send", args![b"welcome"]);
            assert_eq!(second.must("Recv", []), Value::blob("welcome"), "{transport:?}");
        }
    });
}

/// Peers within the process come one after another, each right after the last has closed.
#[test]
fn peers_follow_one_another() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (one, endpoint) = bound(&host, &endpoints, transport);
            for round in 0..20 {
                let other = pair(&host);
                other.must("Connect", args![&endpoint]);
                other.must("Send", [Value::blob(format!("round {round}"))]);
                assert_eq!(one.must("Recv", []), Value::blob(format!("round {round}")), "{transport:?}");
                one.must("Send", args![b"answer"]);
                assert_eq!(other.must("Recv", []), Value::blob("answer"), "{transport:?}, round {round}");
                other.must("Close", []);
            }
        }
    });
}

#[test]
fn nobody_there_is_a_timeout_and_loses_nothing() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (one, endpoint) = bound(&host, &endpoints, transport);
            one.must("SetSendTimeout", args![100]);
            one.must("SendPart", args![b"kept"]);
            assert!(!one.must("Send", args![b"not"]).truth(), "{transport:?}: nobody is there");
            let other = pair(&host);
            other.must("Connect", args![&endpoint]);
            one.must("SetSendTimeout", args![10_000]);
            assert!(one.must("Send", args![b"sent"]).truth());
            assert_eq!(other.must("RecvMultipart", []), Value::i4(2), "{transport:?}");
            assert_eq!(other.must("GetPart", args![0]), Value::blob("kept"));
            assert_eq!(other.must("GetPart", args![1]), Value::blob("sent"));
        }
    });
}

#[test]
fn a_second_connection_is_refused_in_words() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let ((_one, first), (_other, second)) =
                (bound(&host, &endpoints, transport), bound(&host, &endpoints, transport));
            let pair = pair(&host);
            pair.must("Connect", args![&first]);
            pair.must("Connect", args![&first]);
            let failed = pair.must_fail("Connect", args![&second]);
            assert_eq!(pair.last_error_code(), "EISCONN");
            assert!(failed.last_error.contains("собеседник у него один"), "{}", failed.last_error);
            pair.must("Disconnect", args![&first]);
            pair.must("Connect", args![&second]);
        }
    });
}
