//! 0033-lost-subscriptions: every subscription reaches the publisher, however many there are and however often they
//! change.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{Endpoints, secs, wait_until, zmtp};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use zmq_sys::{
    ZMQ_EVENT_DISCONNECTED, ZMQ_LINGER, ZMQ_PUB, ZMQ_RCVHWM, ZMQ_RECONNECT_IVL, ZMQ_SNDHWM, ZMQ_SUB, ZMQ_SUBSCRIBE,
};
use zmq_sys::{ZMQ_UNSUBSCRIBE, ZMQ_XPUB, ZMQ_XPUB_VERBOSER};

const TOPICS: usize = 5_000;
const CHANGES: usize = 20_000;
const NOW: Duration = Duration::ZERO;
const SOON: Duration = Duration::from_millis(20);

fn subscriber(ctx: &Ctx) -> Sock {
    let socket = ctx.socket(ZMQ_SUB);
    socket.set(ZMQ_RCVHWM, 0).set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10);
    socket
}

fn publisher(ctx: &Ctx, kind: u32) -> Sock {
    let socket = ctx.socket(kind);
    socket.set(ZMQ_SNDHWM, 0).set(ZMQ_LINGER, 0);
    socket
}

fn topic(number: usize) -> Vec<u8> {
    format!("topic {number:06} of those that a busy subscriber wants").into_bytes()
}

fn subscribe_to_all(socket: &Sock) {
    for number in 0..TOPICS {
        socket.set_bytes(ZMQ_SUBSCRIBE, &topic(number)).expect("a subscription");
    }
}

/// Publishes everything again and again until everything was heard; how many topics never were.
fn never_heard(publisher: &Sock, subscriber: &Sock) -> usize {
    let mut missing: HashSet<_> = (0..TOPICS).map(topic).collect();
    let end = Instant::now() + LONG;
    while !missing.is_empty() && Instant::now() < end {
        missing.iter().for_each(|topic| publisher.send(topic));
        while let Some(heard) = subscriber.recv(SOON) {
            missing.remove(&heard);
        }
    }
    missing.len()
}

/// Binds anew where a publisher has just been closed.
fn bind_again(server: &Sock, address: &str) {
    assert!(wait_until(LONG, || server.try_bind(address).is_ok()), "{address} is free again");
}

/// All are heard, before and after three restarts of the publisher.
fn all_are_heard(endpoint: &str) {
    let ctx = Ctx::new();
    let mut server = publisher(&ctx, ZMQ_PUB);
    let address = server.bind(endpoint);
    let client = subscriber(&ctx);
    client.connect(&address);
    subscribe_to_all(&client);
    assert_eq!(never_heard(&server, &client), 0, "{endpoint}: topics of {TOPICS}");
    for round in 1..=3 {
        server.close();
        server = publisher(&ctx, ZMQ_PUB);
        bind_again(&server, &address);
        assert_eq!(never_heard(&server, &client), 0, "{endpoint}: topics of {TOPICS} after {round} restarts");
    }
}

#[test]
fn all_of_many_over_tcp() {
    isolated(secs(90), || all_are_heard("tcp://127.0.0.1:*"));
}

#[test]
fn all_of_many_over_ipc() {
    isolated(secs(90), || all_are_heard(&Endpoints::new().ipc("topics")));
}

/// Whoever comes first, and with a publisher that is not called meanwhile.
#[test]
fn all_of_many_over_inproc() {
    isolated(secs(60), || {
        for early in [true, false] {
            let ctx = Ctx::new();
            let (server, client) = (publisher(&ctx, ZMQ_PUB), subscriber(&ctx));
            if early {
                client.connect("inproc://topics");
                subscribe_to_all(&client);
            }
            server.bind("inproc://topics");
            if !early {
                client.connect("inproc://topics");
                subscribe_to_all(&client);
            }
            assert_eq!(never_heard(&server, &client), 0, "early: {early}");
        }
    });
}

/// The other way round: the subscriber is bound, the publisher comes to it.
#[test]
fn all_of_many_with_a_bound_subscriber() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let client = subscriber(&ctx);
        let address = client.bind("tcp://127.0.0.1:*");
        subscribe_to_all(&client);
        for _ in 0..2 {
            let server = publisher(&ctx, ZMQ_PUB);
            server.connect(&address);
            assert_eq!(never_heard(&server, &client), 0);
        }
    });
}

/// Many subscribers with many topics each, all of which have reached the publisher: one message to the last topic of
/// each arrives, the first time.
/// Whether it does; how long they take to come there by themselves is not to be seen.
fn one_message_is_heard(endpoint: &str, pause: Duration, kind: u32, subscribers: usize, topics: usize) -> bool {
    let ctx = Ctx::new();
    let server = publisher(&ctx, kind);
    server.set(ZMQ_RCVHWM, 0);
    let address = server.bind(endpoint);
    let name = |client: usize, number: usize| format!("{client}.{number}.").into_bytes();
    let clients: Vec<_> = (0..subscribers).map(|_| subscriber(&ctx)).collect();
    for (number, client) in clients.iter().enumerate() {
        client.connect(&address);
        for topic in 0..topics {
            client.set_bytes(ZMQ_SUBSCRIBE, &name(number, topic)).expect("a subscription");
        }
    }
    std::thread::sleep(pause);
    for number in (0..subscribers).rev() {
        server.send(&name(number, topics - 1));
    }
    clients.iter().all(|client| client.recv(Duration::from_secs(1)).is_some())
}

fn one_message_is_heard_over(endpoint: &str, pauses: &[u64]) {
    for kind in [ZMQ_PUB, ZMQ_XPUB] {
        for (subscribers, topics) in [(1, TOPICS), (2, 2_000), (3, 1_500), (10, 1_500)] {
            let heard = pauses
                .iter()
                .any(|pause| one_message_is_heard(endpoint, Duration::from_millis(*pause), kind, subscribers, topics));
            assert!(heard, "{endpoint}, kind {kind}: {subscribers} with {topics} topics each");
        }
    }
}

#[test]
fn one_message_is_heard_over_inproc() {
    isolated(secs(60), || one_message_is_heard_over("inproc://one", &[0]));
}

#[test]
fn one_message_is_heard_over_tcp() {
    isolated(secs(60), || one_message_is_heard_over("tcp://127.0.0.1:*", &[300, 2_000, 8_000]));
}

/// Of what a second subscriber tells, only the last is news: who waits for news gets it.
#[test]
fn news_behind_many_known_subscriptions() {
    isolated(secs(60), || {
        for endpoint in ["tcp://127.0.0.1:*", "inproc://news"] {
            let ctx = Ctx::new();
            let server = publisher(&ctx, ZMQ_XPUB);
            server.set(ZMQ_RCVHWM, 0);
            let address = server.bind(endpoint);
            let (first, second) = (subscriber(&ctx), subscriber(&ctx));
            first.connect(&address);
            subscribe_to_all(&first);
            for _ in 0..TOPICS {
                assert!(server.recv(LONG).is_some(), "{endpoint}: what the first one tells");
            }
            second.connect(&address);
            subscribe_to_all(&second);
            second.set_bytes(ZMQ_SUBSCRIBE, b"news").expect("a subscription");
            std::thread::sleep(Duration::from_millis(500));
            assert_eq!(server.recv(LONG).as_deref(), Some(&b"\x01news"[..]), "{endpoint}");
        }
    });
}

/// Subscribes to a topic and back `CHANGES` times, the last time for good or not at all.
fn change(socket: &Sock, topic: &[u8], ends_subscribed: bool) {
    for number in 0..CHANGES {
        let option = if (number % 2 == 1) == ends_subscribed { ZMQ_SUBSCRIBE } else { ZMQ_UNSUBSCRIBE };
        socket.set_bytes(option, topic).expect("a change");
    }
}

/// Reads what the publisher was told until `topic` is in the state wanted and stays so; how many changes were told.
fn told(server: &Sock, client: &Sock, topic: &[u8], wanted: bool) -> usize {
    let (mut count, mut state, mut quiet) = (0, false, 0);
    let end = Instant::now() + LONG;
    while (state != wanted || quiet < 20) && Instant::now() < end {
        // A socket does what it has to do while it is called.
        let _ = client.recv(NOW);
        match server.recv(SOON) {
            Some(change) if &change[1..] == topic => {
                (count, state, quiet) = (count + 1, change[0] == 1, 0);
            }
            _ => quiet += 1,
        }
    }
    assert_eq!(state, wanted, "what the publisher knows in the end, after {count} changes");
    count
}

/// Neither is the last state lost, nor is every change kept until somebody comes.
#[test]
fn a_topic_that_changed_before_anybody_came() {
    isolated(secs(60), || {
        for wanted in [true, false] {
            let ctx = Ctx::new();
            let (listener, address) = zmtp::listener();
            drop(listener);
            let client = subscriber(&ctx);
            client.connect(&address);
            change(&client, b"burst", wanted);
            let server = publisher(&ctx, ZMQ_XPUB);
            server.set(ZMQ_XPUB_VERBOSER, 1);
            bind_again(&server, &address);
            let count = told(&server, &client, b"burst", wanted);
            assert!(count < 1_100, "{count} changes were kept");
        }
    });
}

/// A pipe that was full when its connection ended is in use again with the next one.
#[test]
fn a_topic_that_changed_while_the_publisher_was_away() {
    isolated(secs(60), || {
        for wanted in [true, false] {
            let ctx = Ctx::new();
            let mut server = publisher(&ctx, ZMQ_XPUB);
            let address = server.bind("tcp://127.0.0.1:*");
            let client = subscriber(&ctx);
            let monitor = client.monitor(&ctx, ZMQ_EVENT_DISCONNECTED);
            client.connect(&address).set_bytes(ZMQ_SUBSCRIBE, b"early").expect("a subscription");
            told(&server, &client, b"early", true);
            server.close();
            assert_eq!(monitor.event(LONG), Some(ZMQ_EVENT_DISCONNECTED));
            change(&client, b"burst", wanted);
            server = publisher(&ctx, ZMQ_XPUB);
            bind_again(&server, &address);
            told(&server, &client, b"burst", wanted);
            client.set_bytes(ZMQ_SUBSCRIBE, b"late").expect("a subscription");
            told(&server, &client, b"late", true);
        }
    });
}

/// A publisher that is busy with something else reads no subscriptions.
#[test]
fn a_topic_that_changed_while_the_publisher_computed() {
    isolated(secs(90), || {
        for endpoint in ["tcp://127.0.0.1:*", "ipc://*", "inproc://burst"] {
            for wanted in [true, false] {
                let ctx = Ctx::new();
                let server = publisher(&ctx, ZMQ_XPUB);
                server.set(ZMQ_XPUB_VERBOSER, 1);
                let client = subscriber(&ctx);
                client.connect(&server.bind(endpoint));
                change(&client, b"burst", wanted);
                let count = told(&server, &client, b"burst", wanted);
                println!("figures: {endpoint}: {count} of {CHANGES} changes were told");
            }
        }
    });
}

/// A byte stands before a topic for peers of ZMTP 2.0 and 3.0; with it, 255 bytes are 256.
#[test]
fn the_length_of_a_topic_for_older_peers() {
    isolated(secs(30), || {
        for old in [false, true] {
            let (listener, address) = zmtp::listener();
            let ctx = Ctx::new();
            let client = subscriber(&ctx);
            client.connect(&address);
            for size in 253..=257 {
                client.set_bytes(ZMQ_SUBSCRIBE, &vec![b't'; size]).expect("a subscription");
            }
            let (mut peer, _) = listener.accept().expect("the subscriber");
            peer.set_read_timeout(Some(LONG)).expect("a timeout");
            if old {
                zmtp::greet_as_zmtp_2(&mut peer, 1);
                assert_eq!(zmtp::read_frame(&mut peer), Some((0, Vec::new())), "no identity");
            } else {
                zmtp::handshake(&mut peer, "PUB");
            }
            for size in 253..=257 {
                let (flags, body) = zmtp::read_frame(&mut peer).expect("a subscription");
                assert_eq!((flags & 5, body.len(), body[0]), (0, 1 + size, 1), "ZMTP 2: {old}");
            }
        }
    });
}
