//! Publishing and subscribing, with either side bound.

use host::job::{As, Job};
use host::{Endpoints, Host, Transport, Value, args, isolated, secs};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);

fn transports(how: As) -> &'static [Transport] {
    match how {
        As::Thread => &Transport::ALL,
        As::Process => &Transport::BETWEEN,
    }
}

/// Pub binds, a job subscribes to one topic: it gets that topic's messages, in order, and no other. A
/// subscription takes its time on the way, so that the publisher repeats a greeting until it is heard.
fn only_the_subscribed_topic_arrives(how: As) {
    let (host, endpoints) = (Host::built(), Endpoints::new());
    for &transport in transports(how) {
        let publisher = host.create("ZeroMQ.Pub");
        publisher.must("Bind", args![endpoints.to_bind(transport)]);
        let endpoint = publisher.text_of("LastEndpoint");
        let job = Job::start(how, &host, "Подписчик", &[&*endpoint, "тема1"]);
        let publish = |topic: &str, body: &str| {
            publisher.must("SendPart", [Value::blob(topic)]);
            assert!(publisher.must("Send", [Value::blob(body)]).truth());
        };
        assert_eq!(job.hear(LIMIT), "готов");
        publish("тема2", "мимо");
        let greeted = loop {
            publish("тема1", "привет");
            if let Some(line) = job.hear_or_not(Duration::from_millis(50)) {
                break line;
            }
        };
        assert_eq!(greeted, "тема1 привет");
        for n in 1..=3 {
            publish("тема2", "мимо");
            publish("тема1", &format!("сообщение {n}"));
        }
        publish("тема1", "Стоп");
        let mut told = job.finish(LIMIT);
        told.retain(|line| line != "тема1 привет");
        let expected = ["тема1 сообщение 1", "тема1 сообщение 2", "тема1 сообщение 3", "тема1 Стоп"];
        assert_eq!(told, expected, "{transport:?}");
    }
}

#[test]
fn only_the_subscribed_topic_arrives_in_a_thread() {
    isolated(secs(60), || only_the_subscribed_topic_arrives(As::Thread));
}

#[test]
fn only_the_subscribed_topic_arrives_in_a_process() {
    isolated(secs(60), || only_the_subscribed_topic_arrives(As::Process));
}

/// The seed's own test, line by line: both objects in one job over inproc, then the same endpoint the other
/// way round at once, with a publisher that drops its object as soon as it has spoken.
#[test]
fn both_ways_over_inproc_on_one_endpoint() {
    isolated(secs(60), || {
        let host = Host::built();
        let endpoint = "inproc://pub-sub";
        for round in 0..20 {
            let publisher = host.create("ZeroMQ.Pub");
            publisher.must("Bind", args![endpoint]);
            let subscriber = host.create("ZeroMQ.Sub");
            subscriber.must("Connect", args![endpoint]);
            subscriber.must("Subscribe", [Value::blob("topic1")]);
            subscriber.must("SetRecvTimeout", args![5000]);
            for n in 0..3 {
                publisher.must("SendPart", [Value::blob("topic2")]);
                publisher.must("Send", [Value::blob("мимо")]);
                publisher.must("SendPart", [Value::blob("topic1")]);
                publisher.must("Send", [Value::blob(format!("сообщение {n}"))]);
            }
            for n in 0..3 {
                let parts = subscriber.must("RecvMultipart", []);
                assert_eq!(parts, Value::i4(2), "round {round}, message {n}");
                assert_eq!(subscriber.must("GetPart", args![0]).bytes(), b"topic1");
                let body = subscriber.must("GetPart", args![1]);
                assert_eq!(body.bytes(), format!("сообщение {n}").as_bytes());
            }
            drop((publisher, subscriber));

            let subscriber = host.create("ZeroMQ.Sub");
            subscriber.must("Bind", args![endpoint]);
            subscriber.must("Subscribe", [Value::blob("")]);
            subscriber.must("SetRecvTimeout", args![5000]);
            let job = Job::start(As::Thread, &host, "Publisher1", &[endpoint]);
            let greeting = subscriber.must("Recv", []);
            assert!(!greeting.is_empty(), "round {round}: the publisher's one message was lost");
            assert_eq!(greeting.bytes(), "Привет!".as_bytes());
            job.finish(LIMIT);
        }
    });
}

#[test]
fn a_publisher_that_leaves_at_once_is_heard_from_another_process() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let subscriber = host.create("ZeroMQ.Sub");
            subscriber.must("Bind", args![endpoints.to_bind(transport)]);
            subscriber.must("Subscribe", [Value::blob("")]);
            subscriber.must("SetRecvTimeout", args![5000]);
            let endpoint = subscriber.text_of("LastEndpoint");
            let job = Job::start(As::Process, &host, "Publisher1", &[&*endpoint]);
            let greeting = subscriber.must("Recv", []);
            assert_eq!(greeting, Value::blob("Привет!"), "{transport:?}");
            job.finish(LIMIT);
        }
    });
}

#[test]
fn an_ended_subscription_gets_nothing_more() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (publisher, subscriber) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
        let endpoint = endpoints.to_bind(Transport::Inproc);
        publisher.must("Bind", args![&endpoint]);
        subscriber.must("Connect", args![&endpoint]);
        subscriber.must("SetRecvTimeout", args![200]);
        for topic in ["а", "б"] {
            subscriber.must("Подписаться", [Value::blob(topic)]);
        }
        let heard = |topic: &str| {
            publisher.must("Send", [Value::blob(topic)]);
            !subscriber.must("Recv", []).is_empty()
        };
        let until = |topic: &str, wanted: bool| (0..20).any(|_| heard(topic) == wanted);
        assert!(until("а", true) && until("б", true));
        subscriber.must("Отписаться", [Value::blob("а")]);
        assert!(until("а", false), "still subscribed");
        assert!(until("б", true));
    });
}
