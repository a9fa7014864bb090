//! 0052-manual-subscriptions: an XPUB that subscribes its peers itself subscribes the one that asked.

use super::isolated;
use super::raw::{Ctx, LONG, Raw, Sock, settle};
use host::{secs, wait_until};
use std::time::Duration;
use zmq_sys::{ZMQ_EVENTS, ZMQ_POLLIN, ZMQ_SUBSCRIBE, ZMQ_UNSUBSCRIBE, ZMQ_XPUB, ZMQ_XPUB_MANUAL, ZMQ_XSUB};

/// What is sent to a peer that is subscribed comes by then.
const SOON: Duration = Duration::from_secs(2);

const ENDPOINTS: [&str; 2] = ["tcp://127.0.0.1:*", "inproc://manual"];

fn publisher(ctx: &Ctx, endpoint: &str) -> (Sock, String) {
    let publisher = ctx.socket(ZMQ_XPUB);
    publisher.set(ZMQ_XPUB_MANUAL, 1);
    let at = publisher.bind(endpoint);
    (publisher, at)
}

/// A peer that is connected, and asks for the topic.
fn peer(ctx: &Ctx, at: &str, topic: &str) -> Sock {
    let peer = ctx.socket(ZMQ_XSUB);
    peer.connect(at).send(&word(1, topic));
    peer
}

fn word(of: u8, topic: &str) -> Vec<u8> {
    [&[of], topic.as_bytes()].concat()
}

fn subscribe(publisher: &Sock, topic: &str) -> Raw<()> {
    publisher.set_bytes(ZMQ_SUBSCRIBE, topic.as_bytes())
}

/// Waits until there is something to receive: what others did has come.
fn told(publisher: &Sock) {
    let has = || u32::try_from(publisher.get(ZMQ_EVENTS)).is_ok_and(|events| events & ZMQ_POLLIN != 0);
    assert!(wait_until(LONG, has), "nothing comes");
}

/// Whether a message is what the peer hears next.
fn hears(publisher: &Sock, peer: &Sock, message: &str) -> bool {
    publisher.send(message.as_bytes());
    peer.recv(SOON).is_some_and(|heard| heard == message.as_bytes())
}

#[test]
fn another_leaves_before_the_answer() {
    isolated(secs(30), || {
        for endpoint in ENDPOINTS {
            let ctx = Ctx::new();
            let (publisher, at) = publisher(&ctx, endpoint);
            let other = peer(&ctx, &at, "other");
            assert_eq!(publisher.recv(LONG), Some(word(1, "other")));
            let asks = peer(&ctx, &at, "asked");
            assert_eq!(publisher.recv(LONG), Some(word(1, "asked")));
            other.close();
            told(&publisher);
            assert_eq!(subscribe(&publisher, "given"), Ok(()));
            assert!(hears(&publisher, &asks, "given"), "{endpoint}: the one that asked is subscribed");
            assert_eq!(publisher.recv(LONG), Some(word(0, "other")));
        }
    });
}

/// Neither that of the one that was received before it nor that of those that wait.
#[test]
fn a_message_changes_nobodys_place() {
    isolated(secs(30), || {
        for endpoint in ENDPOINTS {
            let ctx = Ctx::new();
            let (publisher, at) = publisher(&ctx, endpoint);
            let one = peer(&ctx, &at, "one");
            assert_eq!(publisher.recv(LONG), Some(word(1, "one")));
            one.send_message(&[b"a message", b"and more"]);
            told(&publisher);
            let others = ["two", "three"].map(|topic| (topic, peer(&ctx, &at, topic)));
            // So that they wait behind the message.
            settle(&[&publisher]);
            assert_eq!(publisher.message(), [b"a message".to_vec(), b"and more".to_vec()]);
            assert_eq!(subscribe(&publisher, "1"), Ok(()), "{endpoint}: the one before the message");
            assert!(hears(&publisher, &one, "1"), "{endpoint}");
            for _ in &others {
                let asked = publisher.recv(LONG).expect("a subscription");
                let (topic, peer) = others.iter().find(|(topic, _)| word(1, topic) == asked).expect("of one of them");
                assert_eq!(subscribe(&publisher, topic), Ok(()));
                assert!(hears(&publisher, peer, topic), "{endpoint}: {topic} is subscribed");
            }
            for peer in [&one, &others[0].1, &others[1].1] {
                assert_eq!(peer.recv_now(), None, "{endpoint}: nobody hears what another was subscribed to");
            }
        }
    });
}

#[test]
fn nobody_to_subscribe() {
    isolated(secs(30), || {
        for endpoint in ENDPOINTS {
            let ctx = Ctx::new();
            let (publisher, at) = publisher(&ctx, endpoint);
            assert_eq!(subscribe(&publisher, "x"), Err(libc::EHOSTUNREACH), "{endpoint}: none was received");
            let first = peer(&ctx, &at, "first");
            assert_eq!(publisher.recv(LONG), Some(word(1, "first")));
            first.close();
            told(&publisher);
            assert_eq!(subscribe(&publisher, "x"), Err(libc::EHOSTUNREACH), "{endpoint}: it has gone");
            assert_eq!(publisher.recv(LONG), Some(word(0, "first")));
            assert_eq!(subscribe(&publisher, "x"), Err(libc::EHOSTUNREACH), "{endpoint}: that was its last word");
            // Gone before what it asked for was received, and another is there in its place.
            let second = peer(&ctx, &at, "second");
            assert_eq!(publisher.recv(LONG), Some(word(1, "second")));
            second.send(&word(1, "more"));
            told(&publisher);
            second.close();
            let gone = || publisher.get(ZMQ_EVENTS) >= 0 && subscribe(&publisher, "x") == Err(libc::EHOSTUNREACH);
            assert!(wait_until(LONG, gone), "{endpoint}");
            let third = peer(&ctx, &at, "third");
            assert_eq!(publisher.recv(LONG), Some(word(1, "more")));
            assert_eq!(subscribe(&publisher, "x"), Err(libc::EHOSTUNREACH), "{endpoint}: it had gone before");
            while publisher.recv(LONG).expect("of the third") != word(1, "third") {}
            assert_eq!(subscribe(&publisher, "3"), Ok(()));
            publisher.send(b"x");
            assert!(hears(&publisher, &third, "3"), "{endpoint}: and to nothing else");
        }
    });
}

/// As a relay does with every word of an end: the last of a peer among them, where nobody is left.
#[test]
fn a_relay_ends_what_has_ended() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (publisher, at) = publisher(&ctx, "inproc://manual");
        let asks = peer(&ctx, &at, "t");
        assert_eq!(publisher.recv(LONG), Some(word(1, "t")));
        assert_eq!(subscribe(&publisher, "t"), Ok(()));
        asks.close();
        assert_eq!(publisher.recv(LONG), Some(word(0, "t")));
        assert_eq!(publisher.set_bytes(ZMQ_UNSUBSCRIBE, b"t"), Ok(()));
    });
}

/// The mode is switched off and on again; meanwhile its peer goes.
#[test]
fn nothing_is_kept_of_a_mode_that_was_left() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (publisher, at) = publisher(&ctx, "inproc://manual");
        let asks = peer(&ctx, &at, "one");
        assert_eq!(publisher.recv(LONG), Some(word(1, "one")));
        asks.send(&word(1, "two"));
        told(&publisher);
        publisher.set(ZMQ_XPUB_MANUAL, 0).set(ZMQ_XPUB_MANUAL, 1);
        assert_eq!(subscribe(&publisher, "x"), Err(libc::EHOSTUNREACH));
        assert_eq!(publisher.recv(LONG), Some(word(1, "two")));
        assert_eq!(subscribe(&publisher, "x"), Err(libc::EHOSTUNREACH));
        asks.send(&word(1, "three"));
        assert_eq!(publisher.recv(LONG), Some(word(1, "three")));
        assert_eq!(subscribe(&publisher, "3"), Ok(()));
        assert!(hears(&publisher, &asks, "3"));
    });
}
