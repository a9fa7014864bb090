//! 0045-conflated-subscriptions, 0053-no-messages: sockets that keep only the last message.

use super::isolated;
use super::raw::{Ctx, LONG, Sock, settle};
use host::{Endpoints, secs};
use std::collections::BTreeSet;
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_CONFLATE, ZMQ_DEALER, ZMQ_LINGER, ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_ROUTER, ZMQ_ROUTING_ID};
use zmq_sys::{ZMQ_SUB, ZMQ_SUBSCRIBE, ZMQ_XPUB};

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

/// Whether everybody who only tries to get a lock finds it taken, as a writer does whose reader looks at this moment.
static TAKEN: AtomicBool = AtomicBool::new(false);

type TryLock = unsafe extern "C" fn(*mut libc::pthread_mutex_t) -> c_int;

/// # Safety
/// As `pthread_mutex_trylock(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_mutex_trylock(mutex: *mut libc::pthread_mutex_t) -> c_int {
    if TAKEN.load(Ordering::Relaxed) {
        return libc::EBUSY;
    }
    // SAFETY: the C library's own function of this name, which has this type, with the caller's own argument.
    unsafe {
        let found = libc::dlsym(libc::RTLD_NEXT, c"pthread_mutex_trylock".as_ptr());
        assert!(!found.is_null(), "the C library has no pthread_mutex_trylock");
        std::mem::transmute::<*mut libc::c_void, TryLock>(found)(mutex)
    }
}

/// Its reader looks just when it is written, and no other message comes.
#[test]
fn the_last_message_is_seen() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (sender, receiver) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL));
        receiver.bind("inproc://readings");
        // Over inproc the side that connects decides.
        sender.set(ZMQ_CONFLATE, 1).connect("inproc://readings");
        TAKEN.store(true, Ordering::Relaxed);
        sender.send(b"the last");
        assert_eq!(receiver.recv(secs(3)), Some(b"the last".to_vec()));
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

fn conflating_sender(ctx: &Ctx) -> Sock {
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_CONFLATE, 1).set(ZMQ_LINGER, 10_000);
    sender
}

/// The receiver is bound when the sender has gone.
#[test]
fn the_last_message_outlives_its_sender() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let ctx = Ctx::new();
        let vacant = ctx.socket(ZMQ_PULL);
        let tcp = vacant.bind("tcp://127.0.0.1:*");
        vacant.try_unbind(&tcp).expect("nobody listens there any more");
        let ipc = endpoints.ipc("later");
        for address in [tcp.as_str(), ipc.as_str(), "inproc://later"] {
            let sender = conflating_sender(&ctx);
            sender.connect(address);
            ["first", "last"].iter().for_each(|reading| sender.send(reading.as_bytes()));
            sender.close();
            std::thread::sleep(Duration::from_millis(50));
            let receiver = ctx.socket(ZMQ_PULL);
            receiver.bind(address);
            assert_eq!(receiver.recv(LONG), Some(b"last".to_vec()), "{address}");
        }
    });
}

/// The receiver is there, but behind.
#[test]
fn the_last_message_waits_for_its_reader() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        for disconnects in [false, true] {
            for bound in ["inproc://behind", "tcp://127.0.0.1:*"] {
                let (sender, receiver) = (conflating_sender(&ctx), ctx.socket(ZMQ_PULL));
                receiver.set(ZMQ_CONFLATE, 1);
                let address = receiver.bind(bound);
                sender.connect(&address);
                ["first", "last"].iter().for_each(|reading| sender.send(reading.as_bytes()));
                settle(&[&sender]);
                if disconnects {
                    sender.disconnect(&address);
                } else {
                    sender.close();
                }
                std::thread::sleep(Duration::from_millis(50));
                assert_eq!(receiver.recv(secs(3)), Some(b"last".to_vec()), "{bound}, disconnects: {disconnects}");
                assert_eq!(receiver.recv_now(), None, "{bound}");
            }
        }
    });
}

/// Over inproc, where a routing id goes before it.
#[test]
fn the_first_message_is_before_the_bind() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (sender, receiver) = (conflating_sender(&ctx), ctx.socket(ZMQ_PULL));
        sender.connect("inproc://early");
        sender.send(b"the only one");
        receiver.bind("inproc://early");
        assert_eq!(receiver.recv(secs(3)), Some(b"the only one".to_vec()));
        sender.send(b"another");
        assert_eq!(receiver.recv(secs(3)), Some(b"another".to_vec()));
    });
}

/// A routing id that its reader has not looked at when the first message comes, before the bind and after it.
#[test]
fn a_router_knows_who_conflates() {
    isolated(secs(30), || {
        for early in [false, true] {
            let ctx = Ctx::new();
            let (dealer, router) = (ctx.socket(ZMQ_DEALER), ctx.socket(ZMQ_ROUTER));
            dealer.set(ZMQ_CONFLATE, 1).set_bytes(ZMQ_ROUTING_ID, b"scales").expect("a routing id");
            if !early {
                router.bind("inproc://names");
            }
            dealer.connect("inproc://names");
            dealer.send(b"12 kg");
            if early {
                router.bind("inproc://names");
            }
            assert_eq!(router.recv(secs(3)), Some(b"scales".to_vec()), "early: {early}");
            assert_eq!(router.recv(secs(3)), Some(b"12 kg".to_vec()), "early: {early}");
        }
    });
}
