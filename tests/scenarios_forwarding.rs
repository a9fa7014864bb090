//! Publishers that see subscriptions and subscribers that send them: XPub and XSub, alone and as a relay between others.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs, wait_until};
use std::thread;

fn bound(host: &Host, class: &str, endpoints: &Endpoints, transport: Transport) -> (Object, String) {
    let object = host.create(class);
    object.must("Bind", args![endpoints.to_bind(transport)]);
    let endpoint = object.text_of("LastEndpoint");
    patient(&object);
    (object, endpoint)
}

fn connected(host: &Host, class: &str, endpoint: &str) -> Object {
    let object = host.create(class);
    object.must("Connect", args![endpoint]);
    patient(&object);
    object
}

fn patient(object: &Object) {
    if object.slots().find_method("SetRecvTimeout") >= 0 {
        object.must("SetRecvTimeout", args![10_000]);
    }
}

/// What nobody reads is there whenever the script comes for it.
#[test]
fn subscriptions_come_as_messages_and_wait_for_the_script() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (publisher, endpoint) = bound(&host, "ZeroMQ.XPub", &endpoints, transport);
            let subscriber = connected(&host, "ZeroMQ.Sub", &endpoint);
            subscriber.must("Subscribe", args![b"one"]);
            subscriber.must("Subscribe", args![b""]);
            subscriber.must("Unsubscribe", args![b"one"]);
            // Long enough for whoever looks after objects that nobody calls.
            thread::sleep(millis(500));
            for told in [&b"\x01one"[..], b"\x01", b"\x00one"] {
                assert_eq!(publisher.must("Recv", []), Value::blob(told), "{transport:?}");
            }
            publisher.must("SendPart", args![b"any"]);
            assert!(publisher.must("Send", args![b"news"]).truth());
            assert_eq!(subscriber.must("RecvMultipart", []), Value::i4(2), "{transport:?}");
            assert_eq!(subscriber.must("GetPart", args![1]), Value::blob("news"));
            subscriber.must("Close", []);
            assert_eq!(publisher.must("Recv", []), Value::blob("\x00"), "{transport:?}: its end");
        }
    });
}

#[test]
fn an_xsub_subscribes_by_call_and_by_message_and_says_more() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (publisher, endpoint) = bound(&host, "ZeroMQ.XPub", &endpoints, transport);
            let subscriber = host.create("ZeroMQ.XSub");
            patient(&subscriber);
            // Before there is anybody to be told.
            subscriber.must("Subscribe", args![b"a"]);
            subscriber.must("Connect", args![&endpoint]);
            assert_eq!(publisher.must("Recv", []), Value::blob("\x01a"), "{transport:?}");
            assert!(subscriber.must("Send", args![b"\x01b"]).truth());
            assert_eq!(publisher.must("Recv", []), Value::blob("\x01b"), "{transport:?}");
            subscriber.must("SendPart", args![b"a word"]);
            assert!(subscriber.must("Send", args![b"for the publisher"]).truth());
            assert_eq!(publisher.must("RecvMultipart", []), Value::i4(2), "{transport:?}");
            assert_eq!(publisher.must("GetPart", args![1]), Value::blob("for the publisher"));
            for (topic, comes) in [("a", true), ("b", true), ("c", false)] {
                publisher.must("Send", [Value::blob(topic)]);
                if comes {
                    assert_eq!(subscriber.must("Recv", []), Value::blob(topic), "{transport:?}");
                }
            }
            subscriber.must("Send", args![b"\x00a"]);
            subscriber.must("Unsubscribe", args![b"b"]);
            for told in ["\x00a", "\x00b"] {
                assert_eq!(publisher.must("Recv", []), Value::blob(told), "{transport:?}");
            }
            publisher.must("Send", args![b"a"]);
            subscriber.must("SetRecvTimeout", args![100]);
            assert!(subscriber.must("Recv", []).is_empty(), "{transport:?}");
        }
    });
}

/// A relay in a loop of the script: subscriptions go one way, messages the other.
#[test]
fn a_relay_between_publishers_and_subscribers() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (front, front_at) = bound(&host, "ZeroMQ.XSub", &endpoints, transport);
            let (back, back_at) = bound(&host, "ZeroMQ.XPub", &endpoints, transport);
            for relay in [&front, &back] {
                relay.must("SetRecvTimeout", args![0]);
            }
            let pass = |from: &Object, to: &Object| {
                let part = from.must("Recv", []);
                if part.is_empty() {
                    return false;
                }
                let more = from.get("RecvMore").expect("a property").truth();
                to.must(if more { "SendPart" } else { "Send" }, [part]);
                true
            };
            let publisher = connected(&host, "ZeroMQ.Pub", &front_at);
            let subscriber = connected(&host, "ZeroMQ.Sub", &back_at);
            subscriber.must("SetRecvTimeout", args![0]);
            subscriber.must("Subscribe", args![b"news"]);
            let mut number = 0;
            let mut heard = Vec::new();
            let runs = || {
                number += 1;
                publisher.must("SendPart", args![b"other"]);
                publisher.must("Send", [Value::blob(number.to_string())]);
                publisher.must("SendPart", args![b"news"]);
                publisher.must("Send", [Value::blob(number.to_string())]);
                while pass(&back, &front) | pass(&front, &back) {}
                while subscriber.must("RecvMultipart", []) == Value::i4(2) {
                    assert_eq!(subscriber.must("GetPart", args![0]), Value::blob("news"));
                    heard.push(subscriber.must("GetPart", args![1]));
                }
                heard.len() >= 20
            };
            assert!(wait_until(secs(20), runs), "{transport:?}: {} of {number} come", heard.len());
        }
    });
}

/// A subscription that publishers refuse by hanging up is refused in words, however it is made.
#[test]
fn topics_that_no_publisher_takes_are_refused() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (publisher, endpoint) = bound(&host, "ZeroMQ.XPub", &endpoints, Transport::Tcp);
        let subscriber = connected(&host, "ZeroMQ.XSub", &endpoint);
        let topic = vec![b't'; (64 << 10) + 1];
        let message = [&[1], &topic[..]].concat();
        for (name, data) in [("Subscribe", &topic), ("Send", &message)] {
            let failed = subscriber.must_fail(name, args![&data[..]]);
            assert_eq!(subscriber.last_error_code(), "EINVAL");
            assert!(failed.last_error.contains("слишком длинная"), "{}", failed.last_error);
        }
        let mut count: u32 = 0;
        let refused = loop {
            // What they begin with is kept once, and counts each time.
            let mut topic = vec![b't'; 60 << 10];
            topic[0] = 1;
            topic.extend(count.to_ne_bytes());
            if subscriber.call("Send", args![&topic[..]]).is_err() {
                break count;
            }
            count += 1;
            assert!(count < 1_000, "never too many");
        };
        assert_eq!(subscriber.last_error_code(), "ENOSPC");
        assert!(refused > 200, "{refused}");
        for _ in 0..refused {
            assert_eq!(publisher.must("Recv", []).bytes().len(), (60 << 10) + 4);
        }
        // What is not a subscription may be as long as it likes.
        assert!(subscriber.must("Send", [vec![2; 1 << 20].into()]).truth());
        assert_eq!(publisher.must("Recv", []).bytes().len(), 1 << 20);
    });
}

/// A publisher that is started again hears the subscriptions anew, though nobody calls the subscriber.
#[test]
fn an_xsub_subscribes_anew() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for endpoint in [endpoints.ipc("anew"), "inproc://anew".to_owned()] {
            let subscriber = connected(&host, "ZeroMQ.XSub", &endpoint);
            subscriber.must("Subscribe", args![b"one"]);
            subscriber.must("Send", args![b"\x01two"]);
            for round in 0..3 {
                let publisher = host.create("ZeroMQ.XPub");
                publisher.must("Bind", args![&endpoint]);
                patient(&publisher);
                let mut told = [publisher.must("Recv", []), publisher.must("Recv", [])];
                told.sort_by_key(|topic| topic.bytes().to_vec());
                assert_eq!(told, [Value::blob("\x01one"), Value::blob("\x01two")], "{endpoint}, round {round}");
                publisher.must("Send", args![b"one"]);
                assert_eq!(subscriber.must("Recv", []), Value::blob("one"));
                publisher.must("Close", []);
            }
        }
    });
}
