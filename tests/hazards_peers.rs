//! Strangers on a bound TCP port: noise, half handshakes, huge claims, slow talkers. A real peer goes on working, and
//! afterwards the process has what it had before.
#![cfg(target_os = "linux")]

use host::figures::figures;
use host::hostile::{Attack, attack, talk_without_end};
use host::random::Random;
use host::zmtp::{frame, port, signature};
use host::{Host, Object, Value, args, isolated, millis, patient, secs};
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

/// Bound class, its real peer, what a stranger claims to be.
const PAIRS: [(&str, &str, &str); 10] = [
    ("ZeroMQ.Pull", "ZeroMQ.Push", "PUSH"),
    ("ZeroMQ.Push", "ZeroMQ.Pull", "PULL"),
    ("ZeroMQ.Rep", "ZeroMQ.Req", "REQ"),
    ("ZeroMQ.Req", "ZeroMQ.Rep", "REP"),
    ("ZeroMQ.Pub", "ZeroMQ.Sub", "SUB"),
    ("ZeroMQ.Sub", "ZeroMQ.Pub", "PUB"),
    ("ZeroMQ.Dealer", "ZeroMQ.Dealer", "DEALER"),
    ("ZeroMQ.Router", "ZeroMQ.Dealer", "DEALER"),
    ("ZeroMQ.Pair", "ZeroMQ.Pair", "PAIR"),
    ("ZeroMQ.XSub", "ZeroMQ.XPub", "XPUB"),
];

fn bound(host: &Host, class: &str, peer: &str) -> (Object, Object, u16) {
    let (object, peer) = (host.create(class), host.create(peer));
    object.must("Bind", args!["tcp://127.0.0.1:*"]);
    let endpoint = object.text_of("LastEndpoint");
    peer.must("Connect", args![&endpoint]);
    for object in [&object, &peer] {
        for name in ["SetRecvTimeout", "SetSendTimeout"] {
            if object.slots().find_method(name) >= 0 {
                object.must(name, args![5000]);
            }
        }
        if object.slots().find_method("Subscribe") >= 0 {
            object.must("Subscribe", [Value::blob("свой")]);
        }
    }
    // A Pair takes whoever comes first, and what was sent to a stranger is gone.
    assert!(object.must("WaitConnected", args![20_000]).truth(), "{class}: the real peer is not there");
    (object, peer, port(&endpoint))
}

/// What the real peer sent; whatever a stranger sends lacks the mark.
fn own(receiver: &Object) -> Option<Value> {
    loop {
        let value = receiver.must("Recv", []);
        if value.is_empty() {
            return None;
        }
        if value.bytes().starts_with("свой".as_bytes()) {
            return Some(value);
        }
        // A request of a stranger is answered as any other: the next one is received only then.
        if receiver.class().ends_with("Rep") {
            receiver.must("Send", [value]);
        }
    }
}

fn message(n: u32) -> Value {
    Value::blob(format!("свой {n}"))
}

/// Exchanges between the two until told to stop; gives how many there were.
fn work(class: &str, object: &Object, peer: &Object, over: &AtomicBool) -> u32 {
    let (sender, receiver) = match class {
        "ZeroMQ.Pull" | "ZeroMQ.Rep" | "ZeroMQ.Sub" | "ZeroMQ.Router" | "ZeroMQ.XSub" => (peer, object),
        _ => (object, peer),
    };
    let mut n = 0;
    while !over.load(Ordering::Relaxed) || n < 20 {
        // Strangers that call themselves workers or servers are given work too: what they get is gone.
        let mut tries = 0;
        loop {
            assert!(sender.must("Send", [message(n)]).truth(), "{class}: nobody takes a message");
            // What went to a stranger, or to a subscriber before it had joined, is not waited for long.
            let quick = match class {
                "ZeroMQ.Pull" | "ZeroMQ.Rep" | "ZeroMQ.Router" | "ZeroMQ.Pair" => secs(5),
                // Of a request that comes later than this two are on their way, and one reply is for nobody.
                "ZeroMQ.Req" => patient(millis(50)),
                _ => millis(50),
            };
            receiver.must("SetRecvTimeout", args![i32::try_from(quick.as_millis()).expect("a short time")]);
            if own(receiver) == Some(message(n)) {
                if class != "ZeroMQ.Rep" && class != "ZeroMQ.Req" {
                    break;
                }
                receiver.must("Send", [message(n)]);
                let reply = sender.must("Recv", []);
                if reply == message(n) {
                    break;
                }
                // On a slow machine a request arrives when its sender has asked anew, and waits for the reply to that. They
                // begin afresh, or the receiver would be one request behind for ever.
                assert!(tries > 0 && reply == Value::Empty, "{class}: {reply:?} is the reply to {n}");
                while let Some(stale) = own(receiver) {
                    receiver.must("Send", [stale]);
                }
            }
            tries += 1;
            assert!(tries < 200, "{class}: message {n} never arrives");
        }
        n += 1;
    }
    n
}

fn attacked(class: &str, peer: &str, claim: &str, rounds: u32) {
    let host = Host::built();
    let (object, peer, port) = bound(&host, class, peer);
    let over = AtomicBool::new(false);
    let mut random = Random::by_clock(class);
    let before = figures();
    thread::scope(|scope| {
        let working = scope.spawn(|| work(class, &object, &peer, &over));
        for _ in 0..rounds {
            for kind in Attack::ALL {
                attack(kind, port, claim, &mut random);
            }
        }
        over.store(true, Ordering::Relaxed);
        let exchanges = working.join().expect("the real peer works on");
        println!("{class}: {exchanges} exchanges beside {} attacks", rounds * 8);
        // Whoever is patient waits as much longer for each request that a stranger has taken.
        let least = 200 * 50 / patient(millis(50)).as_millis();
        assert!(u128::from(exchanges) >= least, "{class}: only {exchanges} exchanges beside {} attacks", rounds * 8);
    });
    // What the strangers cost is given back.
    let end = Instant::now() + secs(10);
    while figures().descriptors > before.descriptors + 4 {
        assert!(Instant::now() < end, "{class}: {before:?} -> {:?}", figures());
        thread::sleep(millis(20));
    }
    // SAFETY: gives free memory back to the system, so that only what is held counts.
    unsafe { libc::malloc_trim(0) };
    let after = figures();
    println!("{class}: {before:?} -> {after:?}");
    assert!(after.resident_kib < before.resident_kib + (64 << 10), "{class}: {before:?} -> {after:?}");
}

fn attack_on(number: usize) {
    let (class, peer, claim) = PAIRS[number];
    attacked(class, peer, claim, 4);
}

#[test]
fn strangers_attack_a_pull() {
    isolated(secs(60), || attack_on(0));
}

#[test]
fn strangers_attack_a_push() {
    isolated(secs(60), || attack_on(1));
}

#[test]
fn strangers_attack_a_rep() {
    isolated(secs(60), || attack_on(2));
}

#[test]
fn strangers_attack_a_req() {
    isolated(secs(60), || attack_on(3));
}

#[test]
fn strangers_attack_a_pub() {
    isolated(secs(60), || attack_on(4));
}

#[test]
fn strangers_attack_a_sub() {
    isolated(secs(60), || attack_on(5));
}

#[test]
fn strangers_attack_a_dealer() {
    isolated(secs(60), || attack_on(6));
}

#[test]
fn strangers_attack_a_router() {
    isolated(secs(60), || attack_on(7));
}

#[test]
fn strangers_attack_a_pair() {
    isolated(secs(60), || attack_on(8));
}

#[test]
fn strangers_attack_an_xsub() {
    isolated(secs(60), || attack_on(9));
}

#[test]
#[ignore = "minutes: ci/soak --heavy"]
fn strangers_attack_every_class_for_minutes() {
    isolated(secs(900), || {
        for (class, peer, claim) in PAIRS {
            attacked(class, peer, claim, 60);
        }
    });
}

/// Two hundred connections that say one byte now and then, or nothing: a real peer comes and works beside them.
#[test]
fn two_hundred_slow_strangers() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push, port) = bound(&host, "ZeroMQ.Pull", "ZeroMQ.Push");
        let mut strangers: Vec<_> =
            (0..200).map(|_| TcpStream::connect(("127.0.0.1", port)).expect("a connection")).collect();
        for (round, said) in (0_u32..).zip(signature()) {
            for (n, stranger) in strangers.iter_mut().enumerate() {
                if n % 2 == 0 {
                    let _ = stranger.write_all(&[said]);
                }
            }
            let late = host.create("ZeroMQ.Push");
            late.must("Connect", args![format!("tcp://127.0.0.1:{port}")]);
            let start = Instant::now();
            for sender in [&push, &late] {
                assert!(sender.must("Send", [Value::blob(round.to_le_bytes())]).truth());
                assert_eq!(pull.must("Recv", []), Value::blob(round.to_le_bytes()));
            }
            assert!(start.elapsed() < secs(2), "{:?}", start.elapsed());
        }
    });
}

/// A publisher reads what it is told of subscriptions; whoever never stops telling stops no `Send`, and the rest is not
/// kept.
#[test]
fn strangers_subscribe_without_end() {
    isolated(secs(60), || {
        let host = Host::built();
        let (publisher, subscriber, port) = bound(&host, "ZeroMQ.Pub", "ZeroMQ.Sub");
        let over = AtomicBool::new(false);
        // Subscribes to one topic, and ends that.
        let talk = [frame(0, b"\x01x"), frame(0, b"\0x")].concat();
        thread::scope(|scope| {
            let strangers = [(); 12].map(|()| {
                let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
                scope.spawn(|| talk_without_end(stream, &talk, &over))
            });
            subscriber.must("SetRecvTimeout", args![0]);
            let before = figures();
            let end = Instant::now() + secs(3);
            let mut sent = 0_u32;
            while Instant::now() < end || sent < 1_000 {
                assert!(publisher.must("Send", [message(sent)]).truth());
                sent += 1;
                // No more than the subscriber's queue holds.
                while sent.is_multiple_of(100) && own(&subscriber).is_some() {}
            }
            over.store(true, Ordering::Relaxed);
            let after = figures();
            println!("{sent} messages; {before:?} -> {after:?}");
            assert!(after.resident_kib < before.resident_kib + (64 << 10), "{before:?} -> {after:?}");
            for stranger in strangers {
                stranger.join().expect("the stranger");
            }
        });
        subscriber.must("SetRecvTimeout", args![5000]);
        publisher.must("Send", [message(u32::MAX)]);
        while own(&subscriber).expect("the last message") != message(u32::MAX) {}
    });
}
