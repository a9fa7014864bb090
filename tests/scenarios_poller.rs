//! Many sockets waited for at once: which are ready, in which order, and what becomes of those that go meanwhile.

use host::{Endpoints, Farewell, Host, Object, Transport, Value, args, isolated, millis, secs, wait_until};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// More than anything takes that does not wait for its end.
const LONG: i32 = 20_000;

/// A receiver and who sends to it.
fn pair(host: &Host, endpoint: &str) -> (Object, Object) {
    let pull = host.bound("ZeroMQ.Pull", endpoint);
    let push = host.connected("ZeroMQ.Push", &pull);
    (pull, push)
}

fn id(socket: &Object) -> Value {
    socket.get("Id").expect("an id")
}

fn add(poller: &Object, socket: &Object) {
    poller.must("Add", [id(socket)]);
}

/// Which of the sockets a wait finds, by their places in the list, as they are told.
fn found(poller: &Object, sockets: &[&Object], timeout: i32) -> Vec<usize> {
    let ids: Vec<_> = sockets.iter().map(|socket| id(socket)).collect();
    told(poller, timeout).iter().map(|found| ids.iter().position(|id| id == found).expect("one of them")).collect()
}

fn told(poller: &Object, timeout: i32) -> Vec<Value> {
    let count = poller.must("Wait", args![timeout]).number();
    #[expect(clippy::cast_possible_truncation, reason = "a small count")]
    let count = count as i32;
    (0..count).map(|number| poller.must("ReadyId", args![number])).collect()
}

fn send(socket: &Object, text: &str) {
    assert!(socket.must("Send", [Value::blob(text)]).truth(), "{text} was not sent");
}

fn ask(poller: &Object, method: &str, socket: &Object) -> bool {
    poller.must(method, [id(socket)]).truth()
}

#[test]
fn those_that_have_a_message_are_told_until_it_is_received() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let pairs: Vec<_> = (0..3).map(|_| pair(&host, &endpoints.to_bind(transport))).collect();
            let sockets: Vec<_> = pairs.iter().map(|(pull, _)| pull).collect();
            let poller = host.create("ZeroMQ.Poller");
            sockets.iter().for_each(|socket| add(&poller, socket));
            assert_eq!(poller.must("Count", []), Value::i4(3));
            assert_eq!(found(&poller, &sockets, 0), []);
            for chosen in [1, 0, 2] {
                send(&pairs[chosen].1, "x");
                assert_eq!(found(&poller, &sockets, LONG), [chosen], "{transport:?}");
                assert_eq!(found(&poller, &sockets, LONG), [chosen], "as long as nobody received it");
                for (n, socket) in sockets.iter().enumerate() {
                    assert_eq!(ask(&poller, "CanRecv", socket), n == chosen);
                    assert!(!ask(&poller, "CanSend", socket), "nobody waits for that");
                }
                assert_eq!(sockets[chosen].must("Recv", []), Value::blob("x"));
                assert_eq!(found(&poller, &sockets, 0), []);
            }
            // Parts of one message are ready as long as one is left.
            pairs[0].1.must("SendPart", [Value::blob("1")]);
            send(&pairs[0].1, "2");
            assert_eq!(found(&poller, &sockets, LONG), [0]);
            assert_eq!(sockets[0].must("Recv", []), Value::blob("1"));
            assert_eq!(found(&poller, &sockets, 0), [0], "{transport:?}: the rest of a message");
            assert_eq!(sockets[0].must("Recv", []), Value::blob("2"));
            assert_eq!(found(&poller, &sockets, 0), []);
            assert!(poller.must("Remove", [id(sockets[1])]).truth());
            assert!(!poller.must("Remove", [id(sockets[1])]).truth());
            send(&pairs[1].1, "of no interest");
            assert_eq!(found(&poller, &sockets, 50), []);
            poller.must("Clear", []);
            assert_eq!(poller.must("Count", []), Value::i4(0));
            assert_eq!(sockets[1].must("Recv", []), Value::blob("of no interest"));
        }
        host.assert_clean();
    });
}

/// Whoever sleeps hears of what comes, though the library's own thread wakes by the same descriptor. Were it missed, the
/// wait would last to its end.
#[test]
fn a_wait_ends_when_a_message_comes() {
    isolated(secs(120), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (pull, push) = pair(&host, &endpoints.to_bind(transport));
            let poller = host.create("ZeroMQ.Poller");
            add(&poller, &pull);
            let rounds = 300_u64;
            let mut times: Vec<_> = thread::scope(|scope| {
                let (ready, go) = mpsc::channel();
                scope.spawn(move || {
                    for n in go {
                        // Sometimes before the other sleeps, sometimes after.
                        thread::sleep(Duration::from_micros(n % 7 * 300));
                        send(&push, "x");
                    }
                });
                let round = |n| {
                    ready.send(n).expect("the sender");
                    let start = Instant::now();
                    assert_eq!(found(&poller, &[&pull], LONG), [0]);
                    let took = start.elapsed();
                    pull.must("Recv", []);
                    took
                };
                (0..rounds).map(round).collect()
            });
            times.sort();
            println!("{transport:?}: median {:?}, most {:?}", times[150], times[299]);
            assert!(times[270] < millis(50), "{transport:?}: the message was not heard of: {times:?}");
        }
    });
}

/// Whoever does not wait finds what is there all the same, as Recv without waiting would.
#[test]
fn a_wait_without_time_finds_what_is_there() {
    isolated(secs(60), || {
        let host = Host::built();
        for n in 0..100 {
            let (pull, push) = pair(&host, &format!("inproc://at once.{n}"));
            let poller = host.create("ZeroMQ.Poller");
            add(&poller, &pull);
            assert_eq!(found(&poller, &[&pull], 2), []);
            send(&push, "x");
            assert_eq!(found(&poller, &[&pull], 0), [0], "round {n}");
        }
    });
}

/// A reply to an earlier request is passed over by Recv, and is nothing to wait for; and the one that a wait took out of
/// libzmq to find that out is received as any other.
#[test]
fn a_reply_to_an_earlier_request_is_not_told() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let rep = host.bound("ZeroMQ.Rep", &endpoints.to_bind(transport));
            let req = host.connected("ZeroMQ.Req", &rep);
            let poller = host.create("ZeroMQ.Poller");
            poller.must("Add", [id(&req), "Receive".into()]);
            let more = || req.get("RecvMore").expect("whether more follows").truth();
            send(&req, "1");
            assert_eq!(rep.must("Recv", []), Value::blob("1"));
            send(&req, "2");
            send(&rep, "to the first");
            assert_eq!(found(&poller, &[&req], 100), [], "{transport:?}: Recv would wait");
            assert_eq!(rep.must("Recv", []), Value::blob("2"));
            rep.must("SendPart", [Value::blob("to the")]);
            send(&rep, "second");
            for _ in 0..2 {
                assert_eq!(found(&poller, &[&req], LONG), [0]);
                assert!(!more(), "nothing was received yet");
            }
            assert_eq!(req.must("Recv", []), Value::blob("to the"));
            assert!(more());
            assert_eq!(found(&poller, &[&req], 0), [0]);
            assert_eq!(req.must("Recv", []), Value::blob("second"));
            assert!(!more());
            assert_eq!(found(&poller, &[&req], 0), []);
            // Whoever asks anew gives up a reply that was told.
            send(&req, "3");
            assert_eq!(rep.must("Recv", []), Value::blob("3"));
            rep.must("SendPart", [Value::blob("to the")]);
            send(&rep, "third");
            assert_eq!(found(&poller, &[&req], LONG), [0]);
            send(&req, "4");
            assert_eq!(rep.must("Recv", []), Value::blob("4"));
            send(&rep, "to the fourth");
            assert_eq!(found(&poller, &[&req], LONG), [0]);
            assert_eq!(req.must("RecvMultipart", []), Value::i4(1));
            assert_eq!(req.must("GetPart", args![0]), Value::blob("to the fourth"));
        }
        host.assert_clean();
    });
}

#[test]
fn a_wait_in_vain_lasts_its_time() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.bound("ZeroMQ.Pull", "tcp://127.0.0.1:*");
        let poller = host.create("ZeroMQ.Poller");
        add(&poller, &pull);
        for ms in [0_u16, 1, 99, 100, 250] {
            let start = Instant::now();
            assert_eq!(poller.must("Wait", args![i32::from(ms)]), Value::i4(0));
            let took = start.elapsed();
            assert!(took >= millis(ms.into()) && took < millis(u64::from(ms) + 2_000), "{took:?} of {ms} ms");
            assert_eq!(poller.last_error(), "", "a timeout is no error");
            assert_eq!(poller.must_fail("ReadyId", args![0]).code, "EINVAL");
        }
    });
}

/// Closed, dropped, never opened: each is told apart, and nobody waits for what cannot come.
#[test]
fn sockets_that_go_while_it_waits_are_told_once() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let make = || host.bound("ZeroMQ.Pull", &endpoints.to_bind(transport));
            let (stays, closed, dropped, never) = (make(), make(), make(), host.create("ZeroMQ.Pull"));
            let poller = host.create("ZeroMQ.Poller");
            for socket in [&stays, &closed, &dropped, &never] {
                add(&poller, socket);
            }
            let gone = [id(&closed), id(&dropped)];
            let is = |method: &str, id: &Value| poller.must(method, [id.clone()]).truth();
            assert!(is("IsOpen", &gone[0]) && !is("IsClosed", &gone[0]));
            assert!(!is("IsOpen", &id(&never)) && !is("IsClosed", &id(&never)), "never opened");
            assert_eq!(told(&poller, 20), []);
            let start = Instant::now();
            let end_them = |which: usize| {
                thread::sleep(millis(100));
                if which == 0 { closed.must("Close", []) } else { Value::Empty }
            };
            let first = thread::scope(|scope| {
                let closing = scope.spawn(|| end_them(0));
                let first = told(&poller, LONG);
                closing.join().expect("it closes");
                first
            });
            assert_eq!(first, [gone[0].clone()], "{transport:?}");
            dropped.part(Farewell::DoneAndDestroy);
            assert_eq!(told(&poller, LONG), [gone[1].clone()], "{transport:?}");
            assert!(start.elapsed() < secs(5), "nobody was woken: {:?}", start.elapsed());
            for id in &gone {
                assert!(!is("IsOpen", id) && is("IsClosed", id) && !is("CanRecv", id));
                assert_eq!(poller.must_fail("Add", [id.clone()]).code, "ENOTSOCK");
                assert!(!poller.must("Remove", [id.clone()]).truth());
            }
            assert_eq!(poller.must("Count", []), Value::i4(2));
            assert_eq!(told(&poller, 20), [], "told twice");
            // The one that was never opened is opened while it waits.
            let push = host.create("ZeroMQ.Push");
            let told_of = thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(millis(100));
                    never.must("Bind", args![endpoints.to_bind(transport)]);
                    push.must("Connect", args![never.text_of("LastEndpoint")]);
                    send(&push, "x");
                });
                found(&poller, &[&never], LONG)
            });
            assert_eq!(told_of, [0]);
            stays.must("Close", []);
        }
    });
}

#[test]
fn what_cannot_be_waited_for_is_refused_in_words() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://refused");
        let poller = host.create("ZeroMQ.Poller");
        let fails = |method: &str, args: &[Value], code: &str, said: &str| {
            let failed = poller.must_fail(method, args);
            assert_eq!(failed.code, code, "{method}{args:?}: {}", failed.last_error);
            assert!(failed.last_error.contains(said), "{method}{args:?}: {}", failed.last_error);
        };
        fails("Wait", &args![0], "EINVAL", "нет сокетов");
        for nobody in [args![0], args![1_000_000]] {
            for method in ["Add", "Change", "CanRecv", "CanSend", "IsOpen", "IsClosed"] {
                fails(method, &nobody, "ENOENT", "нет и не было");
            }
        }
        for wrong in [Value::i4(-1), Value::R8(0.5), Value::from("1"), Value::Empty] {
            fails("Add", &[wrong], "EINVAL", "свойство Идентификатор");
        }
        fails("Change", &[id(&pull)], "ENOENT", "Сначала вызовите Добавить");
        fails("CanSend", &[id(&pull)], "ENOENT", "Сначала вызовите Добавить");
        fails("Add", &[id(&pull), "Получить".into()], "EINVAL", "«Получить» неизвестны");
        fails("Add", &[id(&pull), "Отправка".into()], "ENOTSUP", "Pull не отправляет");
        fails("Add", &[id(&push)], "ENOTSUP", "Push не получает");
        add(&poller, &pull);
        fails("Add", &[id(&pull)], "EEXIST", "уже есть");
        fails("Change", &[id(&pull), "Receive, Send".into()], "ENOTSUP", "Укажите для него событие «Получение»");
        poller.must("Change", [id(&pull), "получение".into()]);
        fails("Wait", &args![-2], "EINVAL", "миллисекунд");
        fails("ReadyId", &args![0], "EINVAL", "никого не нашёл");
        send(&push, "x");
        assert_eq!(found(&poller, &[&pull], LONG), [0]);
        fails("ReadyId", &args![1], "EINVAL", "найдено 1");
        // Nobody is open: there is nothing to wait for, however long.
        let unopened = host.create("ZeroMQ.Sub");
        poller.must("Clear", []);
        add(&poller, &unopened);
        fails("Wait", &args![-1], "ENOTCONN", "Привязать или Подключить");
        unopened.must("Subscribe", [Value::blob("")]);
        fails("Wait", &args![-1], "ENOTCONN", "Привязать или Подключить");
        poller.must("Close", []);
        fails("Count", &[], "ENOTSOCK", "Опросник закрыт");
        for method in ["Wait", "Add", "Remove", "CanRecv", "IsClosed"] {
            fails(method, &args![1], "ENOTSOCK", "Опросник закрыт");
        }
        host.assert_clean();
    });
}

/// All are always ready: each comes first as often as the others.
#[test]
fn whoever_was_first_comes_later() {
    isolated(secs(60), || {
        let host = Host::built();
        let pairs: Vec<_> = (0..5).map(|n| pair(&host, &format!("inproc://fair.{n}"))).collect();
        let sockets: Vec<_> = pairs.iter().map(|(pull, _)| pull).collect();
        let poller = host.create("ZeroMQ.Poller");
        sockets.iter().for_each(|socket| add(&poller, socket));
        pairs.iter().for_each(|(_, push)| send(push, "stays"));
        for round in 0..15 {
            let expected: Vec<_> = (0..5).map(|n| (round + n) % 5).collect();
            assert_eq!(found(&poller, &sockets, LONG), expected);
        }
        // One that is ready for the first time comes before those that were first.
        sockets[3].must("Recv", []);
        assert_eq!(found(&poller, &sockets, LONG), [0, 1, 2, 4]);
        assert_eq!(found(&poller, &sockets, LONG)[0], 1);
        send(&pairs[3].1, "again");
        // Windows tells of what was sent a moment later.
        thread::sleep(millis(if cfg!(windows) { 200 } else { 0 }));
        assert_eq!(found(&poller, &sockets, LONG)[..2], [2, 3]);
    });
}

/// A thread that waits in a call holds the socket; the poller waits for its own time all the same, and hears when it is over.
#[test]
fn a_call_on_another_thread_keeps_nobody() {
    isolated(secs(60), || {
        let host = Host::built();
        let (held, to_held) = pair(&host, "inproc://held");
        let (free, to_free) = pair(&host, "inproc://free");
        let sockets = [&held, &free];
        for added_before in [true, false] {
            let poller = host.create("ZeroMQ.Poller");
            if added_before {
                add(&poller, &held);
            }
            thread::scope(|scope| {
                let call = scope.spawn(|| held.must("Recv", []));
                thread::sleep(millis(100));
                if !added_before {
                    let start = Instant::now();
                    add(&poller, &held);
                    assert!(start.elapsed() < millis(500), "Add waited for the call");
                }
                add(&poller, &free);
                let start = Instant::now();
                assert_eq!(found(&poller, &sockets, 200), []);
                assert!(start.elapsed() < secs(2) && !call.is_finished());
                send(&to_free, "x");
                assert_eq!(found(&poller, &sockets, LONG), [1]);
                free.must("Recv", []);
                // The first ends the call, the second is ready.
                let sending = scope.spawn(|| {
                    thread::sleep(millis(50));
                    send(&to_held, "for the call");
                    send(&to_held, "for the poller");
                });
                let start = Instant::now();
                assert_eq!(found(&poller, &sockets, LONG), [0]);
                assert!(start.elapsed() < secs(5), "nobody told that the call had ended: {:?}", start.elapsed());
                sending.join().expect("the sender");
                assert_eq!(call.join().expect("the call"), Value::blob("for the call"));
            });
            assert_eq!(held.must("Recv", []), Value::blob("for the poller"));
        }
        host.assert_clean();
    });
}

/// A call on another thread takes in what libzmq's threads told of a message, without taking the message: the descriptor is
/// silent afterwards, and the poller has to hear of it all the same.
#[test]
fn what_another_call_took_in_is_not_missed() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let rep = host.bound("ZeroMQ.Rep", &endpoints.to_bind(Transport::Tcp));
        let poller = host.create("ZeroMQ.Poller");
        add(&poller, &rep);
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let calls = scope.spawn(|| {
                let mut calls = 0;
                while !stop.load(Ordering::Relaxed) {
                    // It looks into the mailbox, finds that it is not its turn, and gives an error.
                    let _ = rep.call("Send", [Value::blob("out of turn")]);
                    calls += 1;
                }
                calls
            });
            for n in 0..200 {
                let req = host.connected("ZeroMQ.Req", &rep);
                send(&req, "?");
                let start = Instant::now();
                assert_eq!(found(&poller, &[&rep], LONG), [0]);
                assert!(start.elapsed() < secs(5), "round {n}: {:?}", start.elapsed());
                assert_eq!(rep.must("Recv", []), Value::blob("?"));
                // Whoever answers now, an answer comes.
                let _ = rep.call("Send", [Value::blob("!")]);
                assert!(!req.must("Recv", []).is_empty());
            }
            stop.store(true, Ordering::Relaxed);
            assert!(calls.join().expect("the calls") > 200);
        });
    });
}

/// Two pollers sleep on one descriptor: what wakes the one may be silent before the other looks.
#[test]
fn two_pollers_hear_of_one_socket() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (pull, push) = pair(&host, &endpoints.to_bind(Transport::Ipc));
        let pollers = [host.create("ZeroMQ.Poller"), host.create("ZeroMQ.Poller")];
        pollers.iter().for_each(|poller| add(poller, &pull));
        for _ in 0..100 {
            thread::scope(|scope| {
                let waits = pollers.each_ref().map(|poller| {
                    let pull = &pull;
                    scope.spawn(move || {
                        let start = Instant::now();
                        (found(poller, &[pull], LONG), start.elapsed())
                    })
                });
                thread::sleep(millis(2));
                send(&push, "x");
                for wait in waits {
                    let (found, took) = wait.join().expect("a wait");
                    assert_eq!(found, [0]);
                    assert!(took < secs(5), "{took:?}");
                }
            });
            pull.must("Recv", []);
        }
    });
}

/// What each class is ready for, and when.
#[test]
fn each_pattern_is_ready_in_its_turn() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let rep = host.bound("ZeroMQ.Rep", &endpoints.to_bind(transport));
            let req = host.create("ZeroMQ.Req");
            let poller = host.create("ZeroMQ.Poller");
            for socket in [&rep, &req] {
                poller.must("Add", [id(socket), "Получение, Отправка".into()]);
            }
            let state = |timeout| {
                poller.must("Wait", args![timeout]);
                [&rep, &req].map(|socket| (ask(&poller, "CanRecv", socket), ask(&poller, "CanSend", socket)))
            };
            let none = (false, false);
            assert_eq!(state(20), [none, none]);
            req.must("Connect", args![rep.text_of("LastEndpoint")]);
            assert_eq!(state(LONG), [none, (false, true)]);
            req.must("SendPart", [Value::blob("1")]);
            send(&req, "2");
            poller.must("Change", [id(&req), "Receive".into()]);
            assert_eq!(state(LONG), [(true, false), none]);
            rep.must("Recv", []);
            assert_eq!(state(LONG), [(true, true), none], "what is left may be read, or answered");
            rep.must("Recv", []);
            assert_eq!(state(LONG), [(false, true), none]);
            poller.must("Change", [id(&rep), "Receive".into()]);
            assert_eq!(state(20), [none, none]);
            send(&rep, "!");
            assert_eq!(state(LONG), [none, (true, false)]);
            req.must("Recv", []);
            assert_eq!(state(20), [none, none]);

            // A publisher is always ready to send, and takes in its subscribers though only the poller looks.
            let (publisher, sub) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
            publisher.must("Bind", args![endpoints.to_bind(transport)]);
            sub.must("Subscribe", [Value::blob("")]);
            sub.must("Connect", args![publisher.text_of("LastEndpoint")]);
            let poller = host.create("ZeroMQ.Poller");
            poller.must("Add", [id(&publisher), "Send".into()]);
            add(&poller, &sub);
            let publish = || {
                assert!(poller.must("Wait", args![0]).number() >= 1.0);
                assert!(ask(&poller, "CanSend", &publisher));
                send(&publisher, "news");
                poller.must("Wait", args![10]);
                ask(&poller, "CanRecv", &sub)
            };
            assert!(wait_until(secs(10), publish), "{transport:?}");
            assert_eq!(sub.must("Recv", []), Value::blob("news"));

            // A queue that is full becomes ready when the peer has read.
            let pull = host.create("ZeroMQ.Pull");
            pull.set("RecvHighWaterMark", 10).expect("a mark");
            pull.must("Bind", args![endpoints.to_bind(transport)]);
            let push = host.create("ZeroMQ.Push");
            push.set("SendHighWaterMark", 10).expect("a mark");
            push.must("SetSendTimeout", args![0]);
            push.must("Connect", args![pull.text_of("LastEndpoint")]);
            let poller = host.create("ZeroMQ.Poller");
            poller.must("Add", [id(&push), "Send".into()]);
            let big = Value::blob(vec![0; 1 << 20]);
            let full = || {
                while push.must("Send", [big.clone()]).truth() {}
                thread::sleep(millis(50));
                !push.must("Send", [big.clone()]).truth()
            };
            assert!(wait_until(secs(20), full));
            assert_eq!(told(&poller, 0), []);
            let read = thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    thread::sleep(millis(50));
                    (0..20).take_while(|_| !pull.must("Recv", []).is_empty()).count()
                });
                assert_eq!(found(&poller, &[&push], LONG), [0], "{transport:?}");
                reader.join().expect("the reader")
            });
            assert!(read > 0);
        }
    });
}

/// A message for which the host had no memory is the socket's already: libzmq knows nothing of it.
#[test]
fn what_the_host_had_no_memory_for_is_ready() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://refused.memory");
        let poller = host.create("ZeroMQ.Poller");
        add(&poller, &pull);
        send(&push, "kept");
        assert_eq!(found(&poller, &[&pull], LONG), [0]);
        host.memory().refuse_all();
        let recv = i32::try_from(pull.slots().find_method("Recv")).expect("a method");
        assert!(!pull.slots().call_as_func(recv, None, 0).0);
        host.memory().refuse_none();
        assert_eq!(found(&poller, &[&pull], 0), [0]);
        assert_eq!(pull.must("Recv", []), Value::blob("kept"));
        assert_eq!(found(&poller, &[&pull], 0), []);
    });
}

/// A request whose first part is no text may be read otherwise, or answered.
#[test]
fn a_request_that_could_not_be_given_may_be_answered() {
    isolated(secs(60), || {
        let host = Host::built();
        let rep = host.bound("ZeroMQ.Rep", "inproc://given.up");
        let req = host.connected("ZeroMQ.Req", &rep);
        let poller = host.create("ZeroMQ.Poller");
        poller.must("Add", [id(&rep), "Получение, Отправка".into()]);
        req.must("SendPart", [Value::blob([0xff])]);
        send(&req, "rest");
        assert_eq!(rep.must_fail("RecvText", []).code, "EILSEQ");
        poller.must("Wait", args![0]);
        assert!(ask(&poller, "CanRecv", &rep) && ask(&poller, "CanSend", &rep));
        send(&rep, "!");
        assert_eq!(req.must("Recv", []), Value::blob("!"));
    });
}

#[test]
fn close_and_done_end_the_wait_of_another_thread() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.bound("ZeroMQ.Pull", "tcp://127.0.0.1:*");
        for done in [false, true] {
            let poller = host.create("ZeroMQ.Poller");
            add(&poller, &pull);
            let ended = thread::scope(|scope| {
                let wait = scope.spawn(|| poller.call("Wait", args![-1]));
                thread::sleep(millis(100));
                assert!(!wait.is_finished());
                let start = Instant::now();
                if done {
                    poller.slots().done()
                } else {
                    poller.must("Close", []).is_empty().then_some(()).expect("nothing")
                }
                assert!(start.elapsed() < secs(2), "{:?}", start.elapsed());
                wait.join().expect("the wait")
            });
            let failed = ended.expect_err("it was broken off");
            if !done {
                assert!(failed.code == "ECANCELED" || failed.code.is_empty(), "{}", failed.last_error);
            }
        }
        // The socket is as it was.
        let push = host.connected("ZeroMQ.Push", &pull);
        send(&push, "x");
        assert_eq!(pull.must("Recv", []), Value::blob("x"));
        // Another life of a poller begins with nothing.
        let poller = host.create("ZeroMQ.Poller");
        add(&poller, &pull);
        poller.slots().done();
        assert!(poller.slots().set_mem_manager() && poller.slots().init());
        assert_eq!(poller.must("Count", []), Value::i4(0));
        add(&poller, &pull);
        send(&push, "y");
        assert_eq!(found(&poller, &[&pull], LONG), [0]);
        host.assert_clean();
    });
}

/// A poller holds nobody: its sockets go when their objects do, and it goes while they are there.
#[test]
fn a_poller_keeps_nothing_alive() {
    isolated(secs(60), || {
        let host = Host::built();
        let endpoint = {
            let pull = host.bound("ZeroMQ.Pull", "tcp://127.0.0.1:*");
            let poller = host.create("ZeroMQ.Poller");
            add(&poller, &pull);
            assert_eq!(told(&poller, 10), []);
            let endpoint = pull.text_of("LastEndpoint");
            drop(pull);
            let again = host.bound("ZeroMQ.Pull", &endpoint);
            assert_eq!(poller.must("Wait", args![LONG]), Value::i4(1), "the one that was dropped");
            add(&poller, &again);
            drop(poller);
            let push = host.connected("ZeroMQ.Push", &again);
            send(&push, "x");
            assert_eq!(again.must("Recv", []), Value::blob("x"));
            endpoint
        };
        drop(host.bound("ZeroMQ.Pull", &endpoint));
        host.assert_clean();
    });
}
