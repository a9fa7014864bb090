//! 0045-conflated-subscriptions: sockets that keep only the last message.

use super::isolated;
use super::raw::Ctx;
use host::secs;
use std::collections::BTreeSet;
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_CONFLATE, ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_SUB, ZMQ_SUBSCRIBE, ZMQ_XPUB};

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
