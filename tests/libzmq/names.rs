//! 0040-names-off-the-io-thread: a name server that hangs stops nobody but who waits for its answer.

use super::name_server::{asked, delay, give_up, hold, release, set, waiting};
use super::raw::{Ctx, LONG, Sock};
use super::{isolated, limits};
use host::figures::figures;
use host::zmtp::port;
use host::{secs, wait_until, zmtp};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL, ZMQ_SOCKS_PROXY};

const CONNECTED: u32 = 0x0001;
const CONNECT_DELAYED: u32 = 0x0002;
const CONNECT_RETRIED: u32 = 0x0004;
const CLOSED: u32 = 0x0080;

/// What is usual, on a machine that is busy.
const SOON: Duration = Duration::from_secs(2);

/// libzmq's patch has as many threads for names, and gives to names that hang as many of them.
const THREADS: usize = 16;
const SLOW_THREADS: usize = 12;

fn receiver(ctx: &Ctx) -> (Sock, u16) {
    let pull = ctx.socket(ZMQ_PULL);
    let port = port(&pull.bind("tcp://*:*"));
    (pull, port)
}

/// A socket that connects by this name, with a message for its peer.
fn sender(ctx: &Ctx, name: &str, port: u16) -> Sock {
    let push = ctx.socket(ZMQ_PUSH);
    push.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10).connect(&format!("tcp://{name}:{port}"));
    push.send(name.as_bytes());
    push
}

fn received(pull: &Sock, name: &str) {
    let got = pull.recv(LONG).map(|data| String::from_utf8_lossy(&data).into_owned());
    assert_eq!(got.as_deref(), Some(name));
}

fn hang(number: usize) {
    assert!(wait_until(LONG, || waiting() == number), "{} lookups hang, not {number}", waiting());
}

/// Connections of others are made and used as ever.
fn others_go_on(ctx: &Ctx) {
    let start = Instant::now();
    for address in ["tcp://127.0.0.1:*", "ipc://*"] {
        let pull = ctx.socket(ZMQ_PULL);
        let push = ctx.socket(ZMQ_PUSH);
        push.connect(&pull.bind(address));
        for number in 0..100_u8 {
            push.send(&[number]);
            assert_eq!(pull.recv(LONG).as_deref(), Some(&[number][..]), "{address}");
        }
    }
    assert!(start.elapsed() < SOON, "others take {:?}", start.elapsed());
}

#[test]
fn a_name_that_hangs_stops_nobody_else() {
    isolated(secs(40), || {
        set("slow.test", "127.0.0.1");
        hold("slow.test");
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        let _push = sender(&ctx, "slow.test", port);
        let _source = sender(&ctx, "127.0.0.1:0;slow.test", port);
        hang(1);
        others_go_on(&ctx);
        release("slow.test");
        let mut got = [pull.recv(LONG), pull.recv(LONG)];
        got.sort();
        assert_eq!(got, [Some(b"127.0.0.1:0;slow.test".to_vec()), Some(b"slow.test".to_vec())]);
    });
}

#[test]
fn the_name_of_a_proxy_hangs() {
    isolated(secs(40), || {
        let (proxy, address) = zmtp::listener();
        set("proxy.test", "127.0.0.1");
        hold("proxy.test");
        let ctx = Ctx::new();
        let push = ctx.socket(ZMQ_PUSH);
        let name = format!("proxy.test:{}", port(&address));
        push.set(ZMQ_LINGER, 0).set_bytes(ZMQ_SOCKS_PROXY, name.as_bytes()).expect("a proxy");
        push.connect("tcp://far.test:9");
        hang(1);
        others_go_on(&ctx);
        release("proxy.test");
        proxy.accept().expect("a connection");
        assert_eq!(asked("far.test"), 0, "that is for the proxy to look up");
    });
}

/// The sockets, zmq_ctx_term and, after that, the answer.
#[test]
fn who_ends_does_not_wait_for_an_answer() {
    isolated(secs(40), || {
        set("slow.test", "127.0.0.1");
        hold("slow.test");
        let ctx = Ctx::new();
        let (_, port) = receiver(&ctx);
        let push = sender(&ctx, "slow.test", port);
        let lingering = sender(&ctx, "slow.test", port);
        lingering.set(ZMQ_LINGER, 100);
        hang(1);
        let start = Instant::now();
        push.disconnect(&format!("tcp://slow.test:{port}"));
        drop((push, lingering));
        ctx.term();
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
        // Another context's socket gets the answer of the lookup that goes on.
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        let _push = sender(&ctx, "slow.test", port);
        thread::sleep(Duration::from_millis(50));
        release("slow.test");
        received(&pull, "slow.test");
        assert_eq!(asked("slow.test"), 1);
    });
}

#[test]
fn all_who_ask_for_a_name_share_a_lookup() {
    isolated(secs(40), || {
        set("slow.test", "127.0.0.1");
        hold("slow.test");
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        others_go_on(&ctx);
        let before = figures().threads;
        let mut senders: Vec<_> = (0..20).map(|_| sender(&ctx, "slow.test", port)).collect();
        hang(1);
        // Neither does one who closes and comes back need another.
        for place in &mut senders[..10] {
            *place = sender(&ctx, "slow.test", port);
        }
        thread::sleep(Duration::from_millis(100));
        assert_eq!((waiting(), asked("slow.test"), figures().threads), (1, 1, before + 1));
        release("slow.test");
        for _ in 0..20 {
            received(&pull, "slow.test");
        }
        assert!(wait_until(LONG, || figures().threads == before), "a thread with nothing to do stays");
    });
}

/// More names hang than there are threads: while that is new the others wait until the first have given up, later no more.
#[test]
fn names_that_hang_leave_threads_for_others() {
    isolated(secs(60), || {
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        others_go_on(&ctx);
        let before = figures().threads;
        let names: Vec<_> = (0..2 * THREADS + SLOW_THREADS).map(|number| format!("slow{number}.test")).collect();
        for name in &names {
            hold(name);
        }
        let _senders: Vec<_> = names.iter().map(|name| sender(&ctx, name, port)).collect();
        hang(THREADS);
        set("good.test", "127.0.0.1");
        let _good = sender(&ctx, "good.test", port);
        for _ in 0..2 {
            thread::sleep(Duration::from_millis(1100));
            assert_eq!((waiting(), figures().threads, asked("good.test")), (THREADS, before + THREADS, 0));
            give_up();
        }
        received(&pull, "good.test");
        // All are known by then.
        thread::sleep(Duration::from_millis(1100));
        give_up();
        hang(SLOW_THREADS);
        set("other.test", "127.0.0.1");
        let start = Instant::now();
        let _other = sender(&ctx, "other.test", port);
        received(&pull, "other.test");
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
        assert_eq!(waiting(), SLOW_THREADS);
        // Each gets its turn.
        for name in &names {
            set(name, "127.0.0.1");
            release(name);
        }
        let mut got: Vec<_> = names.iter().map(|_| pull.recv(LONG).expect("a message")).collect();
        got.sort();
        let mut wanted: Vec<_> = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        wanted.sort();
        assert_eq!(got, wanted);
    });
}

/// The events are those of an attempt that fails at once and one that succeeds, whenever the answer comes.
#[test]
fn events_follow_the_answer() {
    isolated(secs(40), || {
        hold("slow.test");
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        let push = ctx.socket(ZMQ_PUSH);
        let monitor = push.monitor(&ctx, CONNECTED | CONNECT_DELAYED | CONNECT_RETRIED | CLOSED);
        push.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10).connect(&format!("tcp://slow.test:{port}"));
        hang(1);
        assert_eq!(monitor.event(Duration::from_millis(200)), None);
        give_up();
        assert_eq!(monitor.event(LONG), Some(CONNECT_RETRIED));
        hang(1);
        let before = asked("slow.test");
        set("slow.test", "127.0.0.1");
        release("slow.test");
        let events: Vec<_> = std::iter::from_fn(|| monitor.event(LONG)).take(2).collect();
        assert_eq!(events, [CONNECT_DELAYED, CONNECTED]);
        assert_eq!(asked("slow.test"), before);
        push.send(b"slow.test");
        received(&pull, "slow.test");
    });
}

#[test]
fn each_attempt_looks_up_anew() {
    isolated(secs(40), || {
        set("moving.test", "127.0.0.1");
        let ctx = Ctx::new();
        let first = ctx.socket(ZMQ_PULL);
        let endpoint = first.bind("tcp://127.0.0.1:*");
        let push = sender(&ctx, "moving.test", port(&endpoint));
        received(&first, "moving.test");
        let second = ctx.socket(ZMQ_PULL);
        second.bind(&format!("tcp://127.0.0.2:{}", port(&endpoint)));
        set("moving.test", "127.0.0.2");
        first.try_unbind(&endpoint).expect("bound");
        first.close();
        // What was sent before the loss was noticed went with the first.
        let mut reach = || {
            push.send(b"moving.test");
            second.recv(Duration::from_millis(20)).is_some()
        };
        assert!(wait_until(LONG, &mut reach), "the old address is all that is tried");
        // It is the socket's own name still.
        push.disconnect(&format!("tcp://moving.test:{}", port(&endpoint)));
    });
}

/// A forked child has none of its parent's threads.
#[test]
fn a_forked_child_looks_up_by_itself() {
    isolated(secs(40), || {
        hold("slow.test");
        set("good.test", "127.0.0.1");
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        let _push = sender(&ctx, "slow.test", port);
        hang(1);
        // One that has nothing to do, for a while, is not there either.
        let _push = sender(&ctx, "good.test", port);
        received(&pull, "good.test");
        // SAFETY: the child uses a context of its own and leaves by _exit.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let ctx = Ctx::new();
            let (pull, port) = receiver(&ctx);
            let _push = sender(&ctx, "good.test", port);
            let code = i32::from(pull.recv(LONG).is_none());
            // SAFETY: no precondition; nothing of the parent's is run at the end.
            unsafe { libc::_exit(code) };
        }
        let mut status = 0;
        // SAFETY: the child is ours, the status lives through the call.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert_eq!(status, 0, "wait status");
    });
}

/// Where no thread is to be had a name is looked up as it was before.
#[test]
fn no_thread_for_a_name() {
    isolated(secs(40), || {
        set("good.test", "127.0.0.1");
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        others_go_on(&ctx);
        limits::refuse_threads_after(0);
        let before = figures().threads;
        let _push = sender(&ctx, "good.test", port);
        received(&pull, "good.test");
        assert_eq!(figures().threads, before);
        limits::allow_threads();
    });
}

/// Answers come while sockets and contexts end.
#[test]
fn answers_and_ends_meet() {
    isolated(secs(60), || {
        let names = ["a.test", "b.test", "c.test", "d.test", "none.test"];
        for name in &names[..4] {
            set(name, "127.0.0.1");
        }
        delay(Duration::from_micros(300));
        let end = Instant::now() + secs(2);
        let work = |seed: u64| {
            let mut round = seed;
            while Instant::now() < end {
                let ctx = Ctx::new();
                let (_pull, port) = receiver(&ctx);
                for _ in 0..10 {
                    round = round.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let _push = sender(&ctx, names[usize::try_from(round >> 33).expect("small") % names.len()], port);
                    thread::sleep(Duration::from_micros(round >> 33 & 511));
                }
            }
        };
        thread::scope(|scope| {
            for seed in 1..=4 {
                scope.spawn(move || work(seed));
            }
        });
        let ctx = Ctx::new();
        let (pull, port) = receiver(&ctx);
        let _push = sender(&ctx, "a.test", port);
        received(&pull, "a.test");
    });
}
