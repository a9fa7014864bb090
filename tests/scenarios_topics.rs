//! Subscriptions by the thousand, and topics that change all the time: each is heard in the end, none costs memory for
//! ever.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, patient, secs};
use std::collections::HashSet;
use std::time::Instant;

const TOPICS: usize = 5_000;
const CHANGES: usize = 20_000;

fn topic(number: usize) -> Vec<u8> {
    format!("Остатки.Склад{number:04}.Номенклатура").into_bytes()
}

/// What `subscriber` has received.
fn heard(subscriber: &Object) -> Option<Vec<u8>> {
    match subscriber.must("Recv", []) {
        Value::Empty => None,
        message => Some(message.bytes().to_vec()),
    }
}

/// Publishes to all topics until each was heard, in portions that no queue drops; how many never were.
fn never_heard(publisher: &Object, subscriber: &Object) -> usize {
    let mut missing: HashSet<_> = (0..TOPICS).map(topic).collect();
    let end = Instant::now() + patient(secs(20));
    while !missing.is_empty() && Instant::now() < end {
        let all: Vec<_> = missing.iter().cloned().collect();
        for portion in all.chunks(300) {
            for topic in portion {
                publisher.must("Send", [Value::blob(topic)]);
            }
            while let Some(topic) = heard(subscriber) {
                missing.remove(&topic);
            }
        }
    }
    missing.len()
}

fn bound(host: &Host, endpoint: &str) -> Object {
    let publisher = host.create("ZeroMQ.Pub");
    let end = Instant::now() + patient(secs(10));
    while let Err(failed) = publisher.call("Bind", args![endpoint]) {
        assert!(failed.code == "EADDRINUSE" && Instant::now() < end, "{failed}");
    }
    publisher
}

fn five_thousand_topics(transport: Transport, restarts: usize) {
    let (host, endpoints) = (Host::built(), Endpoints::new());
    let mut publisher = bound(&host, &endpoints.to_bind(transport));
    let endpoint = publisher.text_of("LastEndpoint");
    let subscriber = host.create("ZeroMQ.Sub");
    subscriber.must("Connect", args![&endpoint]);
    subscriber.must("SetRecvTimeout", args![10]);
    for number in 0..TOPICS {
        subscriber.must("Subscribe", [Value::blob(topic(number))]);
    }
    assert_eq!(never_heard(&publisher, &subscriber), 0, "of {TOPICS} over {transport:?}");
    for round in 1..=restarts {
        drop(publisher);
        publisher = bound(&host, &endpoint);
        assert_eq!(never_heard(&publisher, &subscriber), 0, "of {TOPICS} over {transport:?}, restart {round}");
    }
}

#[test]
fn five_thousand_topics_over_tcp() {
    isolated(secs(100), || five_thousand_topics(Transport::Tcp, 3));
}

#[test]
fn five_thousand_topics_over_ipc() {
    isolated(secs(100), || five_thousand_topics(Transport::Ipc, 3));
}

#[test]
fn five_thousand_topics_over_inproc() {
    isolated(secs(60), || five_thousand_topics(Transport::Inproc, 0));
}

/// Subscribes and ends it again, many times; the last word is as wanted.
fn change(subscriber: &Object, topic: &str, subscribed: bool) {
    let topic = [Value::blob(topic)];
    for number in 0..CHANGES {
        let begins = (number % 2 == 1) == subscribed;
        subscriber.must(if begins { "Subscribe" } else { "Unsubscribe" }, &topic);
    }
}

/// Whether a message to `topic` arrives; one to "мера" that follows it does.
fn arrives(publisher: &Object, subscriber: &Object, topic: &str) -> bool {
    let end = Instant::now() + patient(secs(20));
    let mut arrived = false;
    while Instant::now() < end {
        publisher.must("Send", [Value::blob(topic)]);
        publisher.must("Send", [Value::blob("мера")]);
        while let Some(message) = heard(subscriber) {
            if message == "мера".as_bytes() {
                return arrived;
            }
            arrived = true;
        }
    }
    panic!("nothing ever arrives");
}

fn burst(transport: Transport, publisher_is_there: bool, subscribed: bool) {
    let (host, endpoints) = (Host::built(), Endpoints::new());
    let mut publisher = Some(bound(&host, &endpoints.to_bind(transport)));
    let endpoint = publisher.as_ref().expect("bound").text_of("LastEndpoint");
    if !publisher_is_there {
        publisher = None;
    }
    let subscriber = host.create("ZeroMQ.Sub");
    subscriber.must("SetRecvTimeout", args![20]);
    subscriber.must("Connect", args![&endpoint]);
    subscriber.must("Subscribe", [Value::blob("мера")]);
    change(&subscriber, "тема", subscribed);
    let publisher = publisher.unwrap_or_else(|| bound(&host, &endpoint));
    let as_wanted = || arrives(&publisher, &subscriber, "тема") == subscribed;
    // What is on its way arrives a little later.
    let end = Instant::now() + patient(secs(10));
    while !as_wanted() {
        assert!(Instant::now() < end, "{transport:?}: not {subscribed} in the end");
    }
    assert!((0..5).all(|_| as_wanted()), "{transport:?}: {subscribed}, but not for good");
}

#[test]
fn a_topic_that_changes_twenty_thousand_times() {
    isolated(secs(120), || {
        for subscribed in [true, false] {
            for transport in Transport::ALL {
                burst(transport, true, subscribed);
            }
            for transport in Transport::BETWEEN {
                burst(transport, false, subscribed);
            }
        }
    });
}

/// Nobody is there to hear of the changes, and so they are not kept.
#[cfg(target_os = "linux")]
#[test]
fn changes_that_nobody_hears_cost_nothing() {
    use host::figures::figures;
    isolated(secs(60), || {
        let host = Host::built();
        let subscriber = host.create("ZeroMQ.Sub");
        // Nobody listens there.
        subscriber.must("Connect", args!["tcp://127.0.0.1:9"]);
        let topic = "т".repeat(500);
        change(&subscriber, &topic, true);
        let before = figures().resident_kib;
        for _ in 0..3 {
            change(&subscriber, &topic, true);
        }
        host.assert_clean();
        let after = figures().resident_kib;
        assert!(after < before + 8 * 1024, "{before} KiB -> {after} KiB");
    });
}

#[test]
fn what_a_publisher_would_refuse_is_refused_in_words() {
    isolated(secs(60), || {
        let host = Host::built();
        let subscriber = host.create("ZeroMQ.Sub");
        let topic = |number: usize, size: usize| {
            let mut topic = vec![b't'; size - 8];
            topic.extend(format!("{number:08}").bytes());
            Value::blob(topic)
        };
        let failed = subscriber.must_fail("Subscribe", [topic(0, (64 << 10) + 1)]);
        assert_eq!(failed.code, "EINVAL", "{failed}");
        assert!(failed.last_error.contains("65537") && failed.last_error.contains("65536"), "{failed}");
        let most = (16 << 20) / ((64 << 10) + 32);
        for number in 0..most {
            subscriber.must("Subscribe", [topic(number, 64 << 10)]);
        }
        let failed = subscriber.must_fail("Subscribe", [topic(most, 64 << 10)]);
        assert_eq!(failed.code, "ENOSPC", "{failed}");
        subscriber.must("Unsubscribe", [topic(0, 64 << 10)]);
        subscriber.must("Subscribe", [topic(most, 64 << 10)]);
        // A publisher takes all that the component lets through.
        let publisher = host.create("ZeroMQ.Pub");
        publisher.must("Bind", args!["tcp://127.0.0.1:*"]);
        subscriber.must("SetRecvTimeout", args![20]);
        subscriber.must("Connect", args![publisher.text_of("LastEndpoint")]);
        let end = Instant::now() + patient(secs(20));
        for number in [1, most] {
            loop {
                publisher.must("Send", [topic(number, 64 << 10)]);
                if heard(&subscriber).is_some_and(|message| Value::blob(message) == topic(number, 64 << 10)) {
                    break;
                }
                assert!(Instant::now() < end, "topic {number} is never heard");
            }
        }
    });
}
