//! One object in two hands: while a call of it waits on one thread, nobody on another waits for that. And objects that
//! one thread drops in a row wait together.

use host::{CallFailed, Host, Object, Value, args, isolated, millis, secs};
use std::thread;
use std::time::{Duration, Instant};

/// A call that waits for a minute; `prepare` gives the peer that keeps it waiting, where there is one.
struct Waiting {
    class: &'static str,
    method: &'static str,
    prepare: fn(&Object) -> Option<Object>,
}

const WAITING: [Waiting; 16] = [
    Waiting { class: "ZeroMQ.Pull", method: "Recv", prepare: alone },
    Waiting { class: "ZeroMQ.Pull", method: "RecvMultipart", prepare: alone },
    Waiting { class: "ZeroMQ.Rep", method: "Recv", prepare: alone },
    Waiting { class: "ZeroMQ.Sub", method: "Recv", prepare: alone },
    Waiting { class: "ZeroMQ.Req", method: "Recv", prepare: unanswered },
    Waiting { class: "ZeroMQ.Req", method: "RecvMultipart", prepare: unanswered },
    Waiting { class: "ZeroMQ.Req", method: "Send", prepare: alone },
    Waiting { class: "ZeroMQ.Push", method: "Send", prepare: alone },
    Waiting { class: "ZeroMQ.Dealer", method: "Send", prepare: alone },
    Waiting { class: "ZeroMQ.Router", method: "Recv", prepare: alone },
    Waiting { class: "ZeroMQ.Pair", method: "Send", prepare: alone },
    Waiting { class: "ZeroMQ.XPub", method: "Recv", prepare: alone },
    Waiting { class: "ZeroMQ.XSub", method: "RecvMultipart", prepare: alone },
    Waiting { class: "ZeroMQ.Stream", method: "Recv", prepare: alone },
    Waiting { class: "ZeroMQ.Req", method: "WaitConnected", prepare: alone },
    Waiting { class: "ZeroMQ.Pub", method: "NextEvent", prepare: alone },
];

fn alone(object: &Object) -> Option<Object> {
    object.must("Bind", args!["tcp://127.0.0.1:*"]);
    None
}

fn unanswered(req: &Object) -> Option<Object> {
    let rep = req.host().create("ZeroMQ.Rep");
    rep.must("Bind", args!["tcp://127.0.0.1:*"]);
    req.must("Connect", args![rep.text_of("LastEndpoint")]);
    assert!(req.must("Send", [Value::blob("x")]).truth());
    assert_eq!(rep.must("Recv", []), Value::blob("x"));
    Some(rep)
}

/// Runs `beside` while the call waits; gives what came of that call.
fn while_it_waits(host: &Host, waiting: &Waiting, beside: impl FnOnce(&Object)) -> Result<Value, CallFailed> {
    let object = host.create(waiting.class);
    let _peer = (waiting.prepare)(&object);
    thread::scope(|scope| {
        let call = scope.spawn(|| match waiting.method {
            "Send" => object.call("Send", [Value::blob("x")]),
            method => object.call(method, []),
        });
        thread::sleep(millis(100));
        assert!(!call.is_finished(), "{}.{} does not wait", waiting.class, waiting.method);
        beside(&object);
        call.join().expect("the call that waits")
    })
}

/// Properties are read, languages told and Init called again. Done ends the wait afterwards.
#[test]
fn whoever_looks_does_not_wait() {
    isolated(secs(60), || {
        let host = Host::built();
        for waiting in &WAITING {
            let ended = while_it_waits(&host, waiting, |object| {
                let slots = object.slots();
                let count = i32::try_from(slots.n_props()).expect("a count");
                assert!(count >= 4, "{}", waiting.class);
                let times = (0..count).cycle().take(200).map(|n| {
                    let start = Instant::now();
                    assert!(slots.get_prop(n).0, "property {n}");
                    start.elapsed()
                });
                let mut times: Vec<_> = times.collect();
                times.sort();
                println!("{}.{}: median {:?}, most {:?}", waiting.class, waiting.method, times[100], times[199]);
                // Nine in ten: the others may have met somebody else on this machine's cores.
                assert!(times[180] < millis(1) && times[199] < secs(1), "{times:?}");
                assert!(object.text_of("LastEndpoint").starts_with("tcp://"));
                let start = Instant::now();
                slots.set_locale(Some("en_US"));
                slots.set_ui_language(Some("en"));
                assert!(slots.init());
                assert!(start.elapsed() < secs(1), "{:?}", start.elapsed());
                slots.done();
            });
            let failed = ended.expect_err("ended by Done");
            assert_eq!(failed.refusal, host::Refusal::Refused);
        }
    });
}

#[test]
fn close_ends_the_wait_of_another_thread() {
    isolated(secs(60), || {
        let host = Host::built();
        for waiting in &WAITING {
            let mut took = Duration::MAX;
            let ended = while_it_waits(&host, waiting, |object| {
                let start = Instant::now();
                object.must("Close", []);
                took = start.elapsed();
            });
            println!("{}.{}: closed in {took:?}", waiting.class, waiting.method);
            // A look each 100 ms, and closing's own 0.5 s.
            assert!(took < secs(2), "{took:?}");
            assert!(ended.is_err(), "{}.{} gave something", waiting.class, waiting.method);
        }
        // The error is kept for whoever waited; the next call is told that the socket is closed.
        let pull = host.create("ZeroMQ.Pull");
        alone(&pull);
        thread::scope(|scope| {
            let call = scope.spawn(|| {
                let failed = pull.must_fail("Recv", []);
                (failed.code, failed.last_error)
            });
            thread::sleep(millis(100));
            pull.must("Close", []);
            let (code, text) = call.join().expect("the call that waits");
            // LastError may tell of the Close, which came after.
            assert!(code == "ECANCELED" && text.contains("из другого потока") || code.is_empty(), "{code}: {text}");
        });
        assert_eq!(pull.must_fail("Recv", []).code, "ENOTSOCK");
    });
}

/// A Close that is refused for its arguments ends nothing, and does not spoil the waits that come.
#[test]
fn a_close_that_is_refused_ends_no_wait() {
    isolated(secs(30), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        alone(&pull);
        let slots = pull.slots();
        let close = i32::try_from(slots.find_method("Close")).expect("a number");
        let mut one = host::Variants::of(&args![1]);
        assert!(!slots.call_as_proc(close, Some(&mut one), 1));
        assert_eq!(pull.text_of("LastErrorCode"), "EINVAL");
        pull.must("SetRecvTimeout", args![300]);
        let start = Instant::now();
        assert!(pull.must("Recv", []).is_empty());
        assert!(start.elapsed() >= millis(300), "{:?}", start.elapsed());
    });
}

/// Twenty senders whose peers read nothing: whoever drops them all waits once. Three tries, for the machine is shared.
#[test]
fn objects_that_leave_together_share_one_wait() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut times = Vec::new();
        for _ in 0..3 {
            let lonely: Vec<_> = (0..20)
                .map(|n| {
                    let push = host.create("ZeroMQ.Push");
                    push.must("Connect", args![if n % 2 == 0 { "tcp://127.0.0.1:9" } else { "ipc:///nobody/is/here" }]);
                    assert!(push.must("Send", [Value::blob("never read")]).truth());
                    push
                })
                .collect();
            let start = Instant::now();
            drop(lonely);
            times.push(start.elapsed());
            // The wait is whole again for the next.
            thread::sleep(millis(600));
        }
        println!("twenty left in {times:?}");
        let quickest = times.iter().min().expect("three");
        assert!(*quickest < millis(700), "{times:?}");
        assert!(*quickest >= millis(450), "nobody waited at all: {times:?}");
    });
}
