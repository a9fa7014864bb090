//! 0021-endless-topic: topics as long as a stranger likes neither reach the end of a stack nor fill the memory.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::figures::figures;
use host::zmtp::{COMMAND, long_frame};
use host::{secs, wait_until, zmtp};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_EVENT_DISCONNECTED, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_LINGER, ZMQ_PUB, ZMQ_SUB};
use zmq_sys::{ZMQ_SUBSCRIBE, ZMQ_UNSUBSCRIBE, ZMQ_XPUB, ZMQ_XPUB_MANUAL, ZMQ_XPUB_VERBOSE};

/// The longest topic, and the most of topics that one peer may have.
const LONGEST: usize = 64 << 10;
const MOST: usize = 16 << 20;

const SHORT: Duration = Duration::from_millis(50);

fn subscribe(topic: &[u8]) -> Vec<u8> {
    long_frame(COMMAND, &[b"\x09SUBSCRIBE", topic].concat())
}

fn cancel(topic: &[u8]) -> Vec<u8> {
    long_frame(COMMAND, &[b"\x06CANCEL", topic].concat())
}

/// Topics that cost little together: they differ at their ends only.
fn topic(number: usize, size: usize) -> Vec<u8> {
    let mut topic = vec![b't'; size - 8];
    topic.extend(format!("{number:08}").bytes());
    topic
}

fn stranger(address: &str) -> TcpStream {
    let mut stream = zmtp::tcp(address);
    zmtp::handshake(&mut stream, "SUB");
    stream.set_read_timeout(Some(Duration::from_millis(10))).expect("a timeout");
    stream
}

/// Whether the publisher, which does its work in its calls, hangs up before `limit`; false as soon as it publishes to
/// the topic "end".
fn is_cut_off(publisher: &Sock, stream: &mut TcpStream, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    let mut heard = [0; 64];
    while Instant::now() < end {
        publisher.send(b"end");
        match stream.read(&mut heard) {
            Ok(0) => return true,
            Ok(_) => return false,
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return true,
            Err(_) => {}
        }
    }
    panic!("neither cut off nor heard");
}

/// Says all that, and then subscribes to "end".
fn outcome(publisher: &Sock, address: &str, all: impl IntoIterator<Item = Vec<u8>>) -> bool {
    let mut stream = stranger(address);
    for said in all {
        // The publisher takes in what is said while it is called.
        publisher.send(b"nobody's");
        if stream.write_all(&said).is_err() {
            return true;
        }
    }
    let _ = stream.write_all(&subscribe(b"end"));
    is_cut_off(publisher, &mut stream, LONG)
}

#[test]
fn a_topic_too_long_ends_its_connection() {
    isolated(secs(60), || {
        for kind in [ZMQ_PUB, ZMQ_XPUB] {
            let ctx = Ctx::new();
            let publisher = ctx.socket(kind);
            publisher.set(ZMQ_LINGER, 0);
            let address = publisher.bind("tcp://127.0.0.1:*");
            let honest = ctx.socket(ZMQ_SUB);
            honest.connect(&address).set_bytes(ZMQ_SUBSCRIBE, b"honest").expect("a subscription");
            let heard = || {
                publisher.send(b"honest news");
                honest.recv(SHORT).is_some()
            };
            assert!(wait_until(LONG, heard));
            let events = ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_DISCONNECTED;
            let monitor = publisher.monitor(&ctx, events);
            assert!(!outcome(&publisher, &address, [subscribe(&topic(1, LONGEST))]));
            assert_eq!(monitor.event(LONG), Some(ZMQ_EVENT_DISCONNECTED), "the one who left by itself");
            let too_long = topic(1, LONGEST + 1);
            for said in [subscribe(&too_long), long_frame(0, &[b"\x01", &*too_long].concat())] {
                assert!(outcome(&publisher, &address, [said]));
                assert_eq!(monitor.event(LONG), Some(ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL));
                assert_eq!(monitor.event(LONG), Some(ZMQ_EVENT_DISCONNECTED));
            }
            assert!(wait_until(LONG, heard), "nobody else is concerned");
        }
    });
}

/// What counts is what a peer has, not what it says.
#[test]
fn too_many_topics_end_their_connection() {
    isolated(secs(120), || {
        let size = 60_000;
        let many = MOST / size + 1;
        let ctx = Ctx::new();
        let publisher = ctx.socket(ZMQ_PUB);
        publisher.set(ZMQ_LINGER, 0);
        let address = publisher.bind("tcp://127.0.0.1:*");
        assert!(outcome(&publisher, &address, (0..many).map(|n| subscribe(&topic(n, size)))));
        // It comes back with fewer.
        assert!(!outcome(&publisher, &address, (1..many).map(|n| subscribe(&topic(n, size)))));
        let the_same = (0..2 * many).map(|_| subscribe(&topic(1, size)));
        assert!(!outcome(&publisher, &address, the_same), "one, again and again");
        let changing = (0..2 * many).map(|n| [subscribe(&topic(n, size)), cancel(&topic(n, size))].concat());
        assert!(!outcome(&publisher, &address, changing), "one after the other");
        let cheating = (0..many).map(|n| [cancel(&topic(many + n, size)), subscribe(&topic(n, size))].concat());
        assert!(outcome(&publisher, &address, cheating), "the ends of subscriptions that never were");
    });
}

/// Who has nearly all that he may have says again what he has.
#[test]
fn a_topic_again_when_nothing_more_fits() {
    isolated(secs(60), || {
        let size = LONGEST;
        let full = MOST / (size + 32);
        for kind in [ZMQ_PUB, ZMQ_XPUB] {
            for manual in [false, true] {
                if manual && kind == ZMQ_PUB {
                    continue;
                }
                let ctx = Ctx::new();
                let publisher = ctx.socket(kind);
                publisher.set(ZMQ_LINGER, 0).set(ZMQ_XPUB_MANUAL, manual.into());
                let address = publisher.bind("tcp://127.0.0.1:*");
                let monitor = publisher.monitor(&ctx, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL);
                let mut stream = stranger(&address);
                let mut say = |said: &[u8]| {
                    stream.write_all(said).expect("still connected");
                    publisher.send(b"nobody's");
                };
                (0..full).chain(0..3).for_each(|n| say(&subscribe(&topic(n, size))));
                let refused = |wait| {
                    let end = Instant::now() + wait;
                    loop {
                        publisher.send(b"nobody's");
                        if monitor.event(SHORT).is_some() {
                            return true;
                        }
                        if Instant::now() >= end {
                            return false;
                        }
                    }
                };
                assert!(!refused(Duration::from_secs(1)), "kind {kind}, manual: {manual}");
                stream.write_all(&subscribe(&topic(full, size))).expect("still connected");
                assert!(refused(LONG), "one more, kind {kind}, manual: {manual}");
            }
        }
    });
}

/// A peer within the process is as deep as it likes, and a stack as small as threads have.
#[test]
fn deep_topics_on_a_small_stack() {
    isolated(secs(60), || {
        for size in [LONGEST, 4 << 20] {
            let ctx = Ctx::new();
            let (publisher, subscriber) = (ctx.socket(ZMQ_XPUB), ctx.socket(ZMQ_SUB));
            let (deep, sibling) = (topic(1, size), topic(2, size));
            let work = move || {
                publisher.bind("inproc://deep");
                for topic in [&deep, &sibling] {
                    subscriber.set_bytes(ZMQ_SUBSCRIBE, topic).expect("a subscription");
                }
                // All of them are told to whoever comes later.
                subscriber.connect("inproc://deep");
                for topic in [&deep, &sibling] {
                    assert!(publisher.recv(LONG).is_some());
                    publisher.send(topic);
                    assert!(subscriber.recv(LONG).is_some());
                }
                subscriber.set_bytes(ZMQ_UNSUBSCRIBE, &deep).expect("its end");
                assert!(publisher.recv(LONG).is_some());
                publisher.send(&deep);
                assert!(subscriber.recv(SHORT).is_none());
                // The other one ends with its socket.
                subscriber.close();
                assert!(publisher.recv(LONG).is_some());
            };
            let small = thread::Builder::new().stack_size(64 << 10).spawn(work).expect("a thread");
            small.join().expect("no overflow");
        }
    });
}

/// Who subscribes and ends it without end keeps a publisher neither from its work nor from its memory.
#[test]
fn subscriptions_without_end() {
    isolated(secs(90), || {
        for kind in [ZMQ_PUB, ZMQ_XPUB] {
            let ctx = Ctx::new();
            let publisher = ctx.socket(kind);
            publisher.set(ZMQ_LINGER, 0).set(ZMQ_XPUB_VERBOSE, 1);
            let address = publisher.bind("tcp://127.0.0.1:*");
            let (done, flood) = (AtomicBool::new(false), [zmtp::frame(0, b"\x01a"), zmtp::frame(0, b"\0a")].concat());
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let (mut stream, flood) = (stranger(&address), flood.repeat(10_000));
                        stream.set_write_timeout(Some(SHORT)).expect("a timeout");
                        let mut said = 0;
                        while !done.load(Ordering::Relaxed) {
                            said += stream.write(&flood[said % flood.len()..]).unwrap_or(0);
                        }
                    });
                }
                let end = Instant::now() + Duration::from_secs(3);
                let (mut sent, mut slowest) = (0_u32, Duration::ZERO);
                let before = figures().resident_kib;
                while Instant::now() < end {
                    let start = Instant::now();
                    publisher.send(b"work");
                    // As many as one call takes in, and as many again.
                    for _ in 0..if kind == ZMQ_XPUB { 2_000 } else { 0 } {
                        if publisher.recv_now().is_none() {
                            break;
                        }
                    }
                    slowest = slowest.max(start.elapsed());
                    sent += 1;
                }
                done.store(true, Ordering::Relaxed);
                let grown = figures().resident_kib.saturating_sub(before);
                println!("figures: kind {kind}: {sent} sent, the slowest in {slowest:?}, {grown} KiB more");
                assert!(slowest < Duration::from_secs(1), "{slowest:?}");
                assert!(grown < 32 * 1024, "{grown} KiB more");
            });
        }
    });
}
