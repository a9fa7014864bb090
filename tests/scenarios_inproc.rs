//! Names inside the process: owners that come late, go, and are replaced.
#![cfg(target_os = "linux")]

use host::figures::figures;
use host::{Host, Object, Value, args, isolated, millis, secs};
use std::thread;
use std::time::{Duration, Instant};

const CLASSES: [&str; 6] = ["ZeroMQ.Req", "ZeroMQ.Rep", "ZeroMQ.Pub", "ZeroMQ.Sub", "ZeroMQ.Push", "ZeroMQ.Pull"];
/// Long enough for what must come, on a busy machine too.
const PATIENT: i32 = 10_000;

fn bound(host: &Host, class: &str, name: &str) -> Object {
    attached(host, class, "Bind", name)
}
fn connected(host: &Host, class: &str, name: &str) -> Object {
    attached(host, class, "Connect", name)
}

fn attached(host: &Host, class: &str, verb: &str, name: &str) -> Object {
    let object = host.create(class);
    object.must(verb, args![name]);
    for (method, value) in [("SetRecvTimeout", PATIENT.into()), ("Subscribe", Value::blob(""))] {
        if object.slots().find_method(method) >= 0 {
            object.must(method, [value]);
        }
    }
    object
}

fn send(object: &Object, text: impl AsRef<str>) {
    assert!(object.must("Send", [Value::blob(text.as_ref())]).truth(), "{:?} was not taken", text.as_ref());
}

fn expect(object: &Object, text: impl AsRef<str>) {
    assert_eq!(object.must("Recv", []), Value::blob(text.as_ref()), "{:?} is expected", text.as_ref());
}

fn expect_nothing(object: &Object) {
    object.must("SetRecvTimeout", args![200]);
    assert!(object.must("Recv", []).is_empty(), "nothing is expected");
}

#[test]
fn what_was_sent_before_the_name_was_bound_arrives_after_close() {
    isolated(secs(60), || {
        let host = Host::built();
        for leave in ["Close", "drop", "Disconnect"] {
            let push = connected(&host, "ZeroMQ.Push", "inproc://later");
            for n in 0..5 {
                send(&push, format!("{n}"));
            }
            match leave {
                "Close" => _ = push.must("Close", []),
                "Disconnect" => _ = push.must("Disconnect", args!["inproc://later"]),
                _ => {}
            }
            drop(push);
            let pull = bound(&host, "ZeroMQ.Pull", "inproc://later");
            for n in 0..5 {
                expect(&pull, format!("{n}"));
            }
            expect_nothing(&pull);
        }
        // A request as well, and the answer to nobody fells nobody.
        let req = connected(&host, "ZeroMQ.Req", "inproc://later");
        send(&req, "вопрос");
        drop(req);
        let rep = bound(&host, "ZeroMQ.Rep", "inproc://later");
        expect(&rep, "вопрос");
        send(&rep, "ответ");
    });
}

/// Many leave messages and go while others bind the name: nothing is lost between them.
#[test]
fn leaving_and_binding_at_the_same_time() {
    const ROUNDS: usize = 300;
    isolated(secs(90), || {
        let host = Host::built();
        for round in 0..ROUNDS {
            let name = format!("inproc://встреча-{round}");
            thread::scope(|scope| {
                let (host, name) = (&host, &name);
                for sender in 0..3 {
                    scope.spawn(move || {
                        let push = connected(host, "ZeroMQ.Push", name);
                        send(&push, "a");
                        send(&push, "b");
                        if sender == 0 {
                            push.must("Disconnect", args![name]);
                        }
                    });
                }
                let pull = bound(host, "ZeroMQ.Pull", name);
                for n in 0..6 {
                    assert!(!pull.must("Recv", []).is_empty(), "round {round}: {n} of 6 came");
                }
            });
        }
    });
}

/// The growth in KiB over `rounds` of `round`, once it has settled.
fn growth(host: &Host, rounds: usize, mut round: impl FnMut(usize)) -> u64 {
    (0..rounds / 5).for_each(&mut round);
    // Freed blocks that the host keeps to look at are given back before it is measured.
    host.assert_clean();
    let before = figures();
    (0..rounds).for_each(&mut round);
    host.assert_clean();
    let after = figures();
    assert!(after.descriptors <= before.descriptors + 100, "{before:?} -> {after:?}");
    after.resident_kib.saturating_sub(before.resident_kib)
}

#[test]
fn connecting_and_disconnecting_where_nobody_is_costs_nothing() {
    const ROUNDS: usize = 10_000;
    isolated(secs(90), || {
        let host = Host::built();
        for class in CLASSES {
            let object = host.create(class);
            if class == "ZeroMQ.Sub" {
                object.must("Subscribe", [Value::blob("тема")]);
            }
            let grown = growth(&host, ROUNDS, |n| {
                let name = format!("inproc://никто-{}", n % 3);
                object.must("Connect", args![&name]);
                object.must("Disconnect", args![&name]);
            });
            println!("{class}: {grown} KiB in {ROUNDS} rounds");
            assert!(grown < 4096, "{class}: {grown} KiB in {ROUNDS} rounds");
            // And whoever binds the name now has no peer there.
            let other = host.create("ZeroMQ.Push");
            other.must("Bind", args!["inproc://никто-0"]);
            other.must("SetSendTimeout", args![0]);
            assert!(!other.must("Send", [Value::blob("x")]).truth(), "{class} is still there");
        }
    });
}

/// The owner of a name goes, another comes: every class that is connected talks to the new one.
#[test]
fn the_owner_of_a_name_is_replaced() {
    isolated(secs(60), || {
        let host = Host::built();
        let name = "inproc://хозяин";
        let push = connected(&host, "ZeroMQ.Push", name);
        for n in 0..20 {
            let pull = bound(&host, "ZeroMQ.Pull", name);
            send(&push, format!("{n}"));
            expect(&pull, format!("{n}"));
        }
        drop(push);
        let pull = connected(&host, "ZeroMQ.Pull", name);
        for n in 0..20 {
            let push = bound(&host, "ZeroMQ.Push", name);
            // A receiver learns of its new peer when it is called; a sender waits for it.
            thread::scope(|scope| {
                scope.spawn(|| send(&push, format!("{n}")));
                expect(&pull, format!("{n}"));
            });
        }
        drop(pull);
        let req = connected(&host, "ZeroMQ.Req", name);
        for n in 0..20 {
            let rep = bound(&host, "ZeroMQ.Rep", name);
            send(&req, format!("{n}"));
            expect(&rep, format!("{n}"));
            send(&rep, "да");
            expect(&req, "да");
        }
        drop(req);
        let rep = connected(&host, "ZeroMQ.Rep", name);
        for n in 0..20 {
            let req = bound(&host, "ZeroMQ.Req", name);
            thread::scope(|scope| {
                scope.spawn(|| send(&req, format!("{n}")));
                expect(&rep, format!("{n}"));
            });
            send(&rep, "да");
            expect(&req, "да");
        }
    });
}

/// Of a message that the old owner had begun to read the new one gets nothing: half of it would be another message.
#[test]
fn what_the_old_owner_had_begun_to_read_goes_with_it() {
    isolated(secs(60), || {
        let host = Host::built();
        let name = "inproc://начатое";
        let push = connected(&host, "ZeroMQ.Push", name);
        let first = bound(&host, "ZeroMQ.Pull", name);
        for message in ["а", "б"] {
            for part in 1..=3 {
                let method = if part < 3 { "SendPart" } else { "Send" };
                push.must(method, [Value::blob(format!("{message}{part}"))]);
            }
        }
        expect(&first, "а1");
        drop(first);
        let second = bound(&host, "ZeroMQ.Pull", name);
        send(&push, "в");
        assert_eq!(second.must("RecvMultipart", []), Value::i4(3));
        assert_eq!(second.must("GetPart", args![0]), Value::blob("б1"));
        expect(&second, "в");
        expect_nothing(&second);
    });
}

/// Sends until something comes: a subscription is on its way.
fn published(publisher: &Object, subscriber: &Object) {
    subscriber.must("SetRecvTimeout", args![20]);
    let end = Instant::now() + secs(10);
    loop {
        send(publisher, "новость");
        if !subscriber.must("Recv", []).is_empty() {
            break;
        }
        assert!(Instant::now() < end, "nothing came");
    }
    while !subscriber.must("Recv", []).is_empty() {}
}

#[test]
fn a_publisher_or_a_subscriber_is_replaced() {
    isolated(secs(60), || {
        let host = Host::built();
        let name = "inproc://издатель";
        let subscriber = connected(&host, "ZeroMQ.Sub", name);
        for _ in 0..10 {
            published(&bound(&host, "ZeroMQ.Pub", name), &subscriber);
        }
        drop(subscriber);
        let publisher = connected(&host, "ZeroMQ.Pub", name);
        for _ in 0..10 {
            published(&publisher, &bound(&host, "ZeroMQ.Sub", name));
        }
    });
}

/// What the old owner did not read goes to the new one, in its order; what it had read is its own.
#[test]
fn what_the_old_owner_did_not_read_goes_to_the_new_one() {
    isolated(secs(60), || {
        let host = Host::built();
        let name = "inproc://наследство";
        let push = connected(&host, "ZeroMQ.Push", name);
        let first = bound(&host, "ZeroMQ.Pull", name);
        for n in 0..100 {
            send(&push, format!("{n}"));
        }
        for n in 0..10 {
            expect(&first, format!("{n}"));
        }
        drop(first);
        for n in 100..110 {
            send(&push, format!("{n}"));
        }
        let second = bound(&host, "ZeroMQ.Pull", name);
        for n in 110..120 {
            send(&push, format!("{n}"));
        }
        for n in 10..120 {
            expect(&second, format!("{n}"));
        }
        // A request that nobody read is answered by the next server.
        let req = connected(&host, "ZeroMQ.Req", "inproc://сервер");
        let rep = bound(&host, "ZeroMQ.Rep", "inproc://сервер");
        send(&req, "вопрос");
        drop(rep);
        let rep = bound(&host, "ZeroMQ.Rep", "inproc://сервер");
        req.must("SetRecvTimeout", args![50]);
        assert!(req.must("Recv", []).is_empty());
        expect(&rep, "вопрос");
        send(&rep, "ответ");
        req.must("SetRecvTimeout", args![PATIENT]);
        expect(&req, "ответ");
        // The answer that came before the server went is not lost.
        send(&req, "ещё");
        expect(&rep, "ещё");
        send(&rep, "да");
        drop(rep);
        thread::sleep(millis(50));
        expect(&req, "да");
    });
}

#[test]
fn replacing_ten_thousand_times_costs_nothing() {
    const ROUNDS: usize = 10_000;
    isolated(secs(120), || {
        let host = Host::built();
        let (name, other) = ("inproc://смена", "inproc://смена-2");
        let (push, sub, req) =
            (connected(&host, "ZeroMQ.Push", name), connected(&host, "ZeroMQ.Sub", other), host.create("ZeroMQ.Req"));
        req.must("Connect", args!["inproc://смена-3"]);
        let grown = growth(&host, ROUNDS, |n| {
            let pull = bound(&host, "ZeroMQ.Pull", name);
            send(&push, format!("{n}"));
            expect(&pull, format!("{n}"));
            drop(bound(&host, "ZeroMQ.Pub", other));
            sub.must("SetRecvTimeout", args![0]);
            assert!(sub.must("Recv", []).is_empty());
            let rep = bound(&host, "ZeroMQ.Rep", "inproc://смена-3");
            send(&req, "?");
            expect(&rep, "?");
        });
        println!("{grown} KiB in {ROUNDS} rounds");
        // The host itself keeps a little of every object.
        assert!(grown < 20_000, "{grown} KiB in {ROUNDS} rounds");
        // Disconnect still finds the connection that was made anew, and it is the only one.
        push.must("Disconnect", args![name]);
        assert_eq!(push.must_fail("Disconnect", args![name]).code, "ENOENT");
        drop(push);
        let nobody = bound(&host, "ZeroMQ.Push", name);
        nobody.must("SetSendTimeout", args![0]);
        assert!(!nobody.must("Send", [Value::blob("x")]).truth());
    });
}

/// Two that are connected to each other, one that would be connected to itself, and names that change hands while their peers
/// are in the middle of sending: nothing spins, nothing hangs.
#[test]
fn each_other_and_oneself() {
    isolated(secs(60), || {
        let host = Host::built();
        let own = bound(&host, "ZeroMQ.Req", "inproc://сам");
        assert_eq!(own.must_fail("Connect", args!["inproc://сам"]).code, "EADDRINUSE");
        drop(own);
        let (left, right) = ("inproc://левый", "inproc://правый");
        for _ in 0..20 {
            let one = bound(&host, "ZeroMQ.Pub", left);
            one.must("Connect", args![right]);
            let other = bound(&host, "ZeroMQ.Sub", right);
            other.must("Connect", args![left]);
            published(&one, &other);
            drop(one);
            let one = bound(&host, "ZeroMQ.Pub", left);
            published(&one, &other);
        }
        // A binder that flickers, and a peer that is asked meanwhile.
        let name = "inproc://мерцание";
        let push = connected(&host, "ZeroMQ.Push", name);
        thread::scope(|scope| {
            let flicker = scope.spawn(|| {
                let end = Instant::now() + Duration::from_secs(2);
                let mut times = 0;
                while Instant::now() < end {
                    drop(bound(&host, "ZeroMQ.Pull", name));
                    times += 1;
                }
                times
            });
            let mut sent = 0_u32;
            while !flicker.is_finished() {
                send(&push, format!("{sent}"));
                sent += 1;
                thread::sleep(millis(3));
            }
            println!("{} owners, {sent} messages", flicker.join().expect("the flickering thread"));
            let pull = bound(&host, "ZeroMQ.Pull", name);
            // A sender learns of the change when it is called.
            send(&push, format!("{sent}"));
            for n in 0..=sent {
                expect(&pull, format!("{n}"));
            }
        });
    });
}
