//! 0045-conflated-subscriptions: sockets that keep only the last message.

use super::isolated;
use super::raw::Ctx;
use host::secs;
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_CONFLATE, ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVTIMEO, ZMQ_SUB, ZMQ_SUBSCRIBE, ZMQ_XPUB};

const TOPICS: u8 = 40;

/// Subscribed to before the connection and after it.
#[test]
fn every_topic_is_heard() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let publisher = ctx.socket(ZMQ_PUB);
        let subscriber = ctx.socket(ZMQ_SUB);
        subscriber.set(ZMQ_CONFLATE, 1);
        let subscribe = |topic: u8| subscriber.set_bytes(ZMQ_SUBSCRIBE, &[topic]).expect("a subscription");
        (0..TOPICS / 2).for_each(subscribe);
        subscriber.connect(&publisher.bind("tcp://127.0.0.1:*"));
        (TOPICS / 2..TOPICS).for_each(subscribe);
        let (mut heard, end) = (BTreeSet::new(), Instant::now() + secs(20));
        while heard.len() < usize::from(TOPICS) {
            assert!(Instant::now() < end, "{} of {TOPICS} topics are heard", heard.len());
            for topic in (0..TOPICS).filter(|topic| !heard.contains(&vec![*topic])).collect::<Vec<_>>() {
                publisher.send(&[topic]);
                heard.extend(subscriber.recv(Duration::from_millis(20)));
            }
        }
    });
}

/// Its reader looks without a pause when it is written.
#[test]
fn the_last_message_is_seen() {
    isolated(secs(120), || {
        let ctx = Ctx::new();
        let (sender, receiver) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL));
        receiver.bind("inproc://readings");
        // Over inproc the side that connects decides.
        sender.set(ZMQ_CONFLATE, 1).connect("inproc://readings");
        receiver.set(ZMQ_RCVTIMEO, 0);
        let rounds = 2_000_u32;
        let sending = thread::spawn(move || {
            for round in 0..rounds {
                for reading in 0..200_u32 {
                    sender.send(&(round * 200 + reading).to_ne_bytes());
                }
                thread::sleep(Duration::from_micros(300));
            }
            thread::sleep(secs(3));
        });
        let last = (rounds * 200 - 1).to_ne_bytes();
        let mut latest = Vec::new();
        let mut quiet = Instant::now();
        while latest != last {
            match receiver.next() {
                Some(reading) => (latest, quiet) = (reading, Instant::now()),
                None => {
                    assert!(quiet.elapsed() < secs(2), "the last of the readings was not seen: {latest:?} {last:?}")
                }
            }
        }
        sending.join().expect("the sender");
    });
}

#[test]
fn what_an_xpub_sends_is_conflated() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (publisher, subscriber) = (ctx.socket(ZMQ_XPUB), ctx.socket(ZMQ_SUB));
        subscriber.bind("inproc://prices");
        for topic in ["a", "b", "c"] {
            subscriber.set_bytes(ZMQ_SUBSCRIBE, topic.as_bytes()).expect("a subscription");
        }
        publisher.set(ZMQ_CONFLATE, 1).connect("inproc://prices");
        // A socket learns of a connection over inproc when it is called.
        assert_eq!(subscriber.recv_now(), None);
        for _ in 0..3 {
            publisher.recv(secs(10)).expect("each subscription is told");
        }
        for price in ["a1", "b1", "c1", "b2"] {
            publisher.send(price.as_bytes());
        }
        assert_eq!(subscriber.recv(secs(10)), Some(b"b2".to_vec()));
        assert_eq!(subscriber.recv_now(), None);
    });
}
