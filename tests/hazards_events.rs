//! Events in a client that misbehaves: it keeps whoever tells it, calls back from inside, closes and destroys meanwhile.
#![cfg(target_os = "linux")]

use host::figures::{Figures, figures, processor_time, settled};
use host::{App, Farewell, Host, Object, Settings, Value, args, isolated, millis, secs, wait_until};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

const PATIENT: Duration = Duration::from_secs(20);

/// So long may any call take that ends listening, whatever the host does.
const BOUND: Duration = Duration::from_millis(1_500);

fn client() -> Host {
    Host::built_with(Settings { app: App::ThinClient, ..Settings::default() })
}

fn pair(host: &Host, name: &str) -> (Object, Object) {
    let endpoint = format!("inproc://hazards.events.{name}");
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Bind", args![&*endpoint]);
    push.must("Connect", args![&*endpoint]);
    (pull, push)
}

fn send(socket: &Object, text: &str) {
    assert!(socket.must("Send", [Value::blob(text)]).truth(), "{text} was not sent");
}

fn waiting(object: &Object) -> f64 {
    object.get("EventsWaiting").expect("a number").number()
}

/// A host whose ExternalEvent does not come back until it is let go; it tells what it was entered with.
struct Stuck {
    entered: Receiver<String>,
    release: Arc<Mutex<Option<Sender<()>>>>,
    takes: Arc<AtomicBool>,
}

impl Stuck {
    fn new(host: &Host) -> Self {
        let (enter, entered) = channel();
        let (release, released) = channel::<()>();
        let (enter, released) = (Mutex::new(enter), Mutex::new(released));
        let takes = Arc::new(AtomicBool::new(true));
        let answer = takes.clone();
        host.event_queue().handle(move |[.., data]| {
            let _ = enter.lock().unwrap().send(data.clone());
            let _ = released.lock().unwrap().recv();
            answer.load(Ordering::SeqCst)
        });
        Self { entered, release: Arc::new(Mutex::new(Some(release))), takes }
    }

    fn entered(&self) -> String {
        self.entered.recv_timeout(PATIENT).expect("an event")
    }

    fn let_go(&self) {
        self.release.lock().unwrap().take();
    }
}

fn in_time<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = call();
    assert!(start.elapsed() < BOUND, "{what} took {:?}", start.elapsed());
    result
}

/// Everything that ends listening does so while the host keeps whoever tells it, and nobody calls the host after Done.
#[test]
fn a_host_that_does_not_come_back_keeps_nobody() {
    isolated(secs(120), || {
        let host = client();
        let begun = figures();
        for way in ["StopListening", "Close", "Done", "Destroy", "Delete"] {
            let stuck = Stuck::new(&host);
            let (pull, push) = pair(&host, way);
            pull.must("Listen", args!["E"]);
            (0..5).for_each(|n| send(&push, &n.to_string()));
            assert_eq!(stuck.entered(), "0");
            match way {
                "StopListening" => {
                    assert!(wait_until(PATIENT, || waiting(&pull) >= 4.0));
                    assert_eq!(in_time(way, || pull.must(way, [])), Value::i4(4));
                    for n in 1..5 {
                        assert_eq!(pull.must("Recv", []), Value::blob(n.to_string()));
                    }
                    // It goes on while the host still has the first.
                    send(&push, "5");
                    in_time("Listen", || pull.must("Listen", args!["E"]));
                    in_time(way, || pull.must(way, []));
                }
                "Close" => drop(in_time(way, || pull.must(way, []))),
                "Done" => in_time(way, || pull.slots().done()),
                "Destroy" => in_time(way, || pull.part(Farewell::DestroyOnly)),
                _ => in_time(way, || pull.part(Farewell::Delete { base: 2, done: false })),
            }
            stuck.let_go();
            assert!(stuck.entered.recv_timeout(millis(100)).is_err(), "{way}: an event after the end");
        }
        let now = settled(Figures { resident_kib: 0, ..begun });
        // The keeper, and what libzmq needs once: two threads and what they sleep on.
        assert!(now.threads <= begun.threads + 4, "{begun:?}, {now:?}");
    });
}

/// The host refuses, after the end, what it had in hand: that message is received as well.
#[test]
fn what_the_host_refuses_at_last_comes_back() {
    isolated(secs(60), || {
        let host = client();
        let stuck = Stuck::new(&host);
        let (pull, push) = pair(&host, "late");
        pull.must("Listen", args!["E"]);
        ["a", "b", "c"].iter().for_each(|text| send(&push, text));
        assert_eq!(stuck.entered(), "a");
        assert!(wait_until(PATIENT, || waiting(&pull) >= 2.0));
        assert_eq!(in_time("StopListening", || pull.must("StopListening", [])), Value::i4(2));
        assert_eq!(pull.must("Recv", []), Value::blob("b"));
        stuck.takes.store(false, Ordering::SeqCst);
        stuck.let_go();
        assert!(wait_until(PATIENT, || waiting(&pull) >= 1.0));
        assert_eq!(pull.must("Recv", []), Value::blob("a"), "later than the others, but not lost");
        assert_eq!(pull.must("Recv", []), Value::blob("c"));
        assert!(pull.must("Recv", args![0]).is_empty());
    });
}

/// So it wakes whoever sleeps until there is something to receive.
#[test]
fn what_comes_back_late_wakes_a_poller() {
    isolated(secs(60), || {
        let host = client();
        let stuck = Stuck::new(&host);
        let (pull, push) = pair(&host, "polled");
        let poller = host.create("ZeroMQ.Poller");
        poller.must("Add", [pull.get("Id").expect("a number")]);
        pull.must("Listen", args!["E"]);
        send(&push, "a");
        assert_eq!(stuck.entered(), "a");
        assert_eq!(in_time("StopListening", || pull.must("StopListening", [])), Value::i4(0));
        assert!(poller.must("Wait", args![50]).number() < 1.0, "the host has it in hand");
        stuck.takes.store(false, Ordering::SeqCst);
        thread::scope(|scope| {
            let sleeper = scope.spawn(|| poller.must("Wait", args![20_000]));
            thread::sleep(millis(50));
            let start = Instant::now();
            stuck.let_go();
            assert_eq!(sleeper.join().expect("no panic"), Value::i4(1));
            assert!(start.elapsed() < secs(10), "{:?}", start.elapsed());
        });
        assert_eq!(pull.must("Recv", args![0]), Value::blob("a"));
        assert!(poller.must("Wait", args![0]).number() < 1.0);
    });
}

/// The handler runs inside of ExternalEvent and uses the object on that very thread.
#[test]
fn the_handler_calls_the_object_from_inside() {
    isolated(secs(60), || {
        let host = client();
        let object = Arc::new(OnceLock::<Object>::new());
        let (said, say) = channel();
        let said = Mutex::new(said);
        let inside = object.clone();
        host.event_queue().handle(move |[_, event, data]| {
            let rep = inside.get().expect("an object");
            let tell = |what: String| said.lock().unwrap().send(what).unwrap();
            tell(format!("{event} {data} {}", rep.get("Listening").expect("a flag").truth()));
            assert_eq!(rep.must_fail("Recv", args![0]).code, "EBUSY");
            send(rep, &format!("на {data}"));
            match data.as_str() {
                "stop" => {
                    in_time("StopListening", || rep.must("StopListening", []));
                    tell("stopped".into());
                    in_time("Listen", || rep.must("Listen", args!["Снова"]));
                }
                "close" => {
                    in_time("Close", || rep.must("Close", []));
                    tell("closed".into());
                }
                _ => {}
            }
            true
        });
        let rep = host.create("ZeroMQ.Rep");
        rep.must("Bind", args!["inproc://hazards.inside"]);
        let rep = object.get_or_init(|| rep);
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args!["inproc://hazards.inside"]);
        rep.must("Listen", args!["E"]);
        let heard = || say.recv_timeout(PATIENT).expect("an event");
        let asked =
            |text: &str| assert_eq!(req.must("Request", [Value::blob(text)]), Value::blob(format!("на {text}")));
        for n in 0..50 {
            asked(&n.to_string());
            assert_eq!(heard(), format!("E {n} true"));
        }
        asked("stop");
        assert_eq!([heard(), heard()], ["E stop true", "stopped"]);
        asked("again");
        assert_eq!(heard(), "Снова again true");
        asked("close");
        assert_eq!([heard(), heard()], ["Снова close true", "closed"]);
        assert_eq!(rep.last_error_code(), "");
        assert_eq!(rep.must_fail("Listen", []).code, "ENOTSOCK");
        // The session holds the handler, which holds the object, which holds the session.
        host.event_queue().handle(|_| true);
    });
}

/// Threads that listen, stop, receive, send and close in any order: no call hangs, nothing is lost or doubled.
#[test]
fn everybody_at_once() {
    isolated(secs(120), || {
        const MESSAGES: usize = 5_000;
        let host = client();
        let seen = Arc::new((0..MESSAGES).map(|_| AtomicUsize::new(0)).collect::<Vec<_>>());
        let (counted, refusing) = (seen.clone(), AtomicU64::new(0));
        host.event_queue().handle(move |[_, event, data]| {
            assert_eq!(event, "E");
            // Every third event is refused at first.
            if refusing.fetch_add(1, Ordering::Relaxed) % 3 == 0 {
                return false;
            }
            counted[data.parse::<usize>().expect("a number")].fetch_add(1, Ordering::Relaxed);
            true
        });
        let (pull, push) = pair(&host, "storm");
        let done = AtomicBool::new(false);
        let total = || seen.iter().map(|count| count.load(Ordering::Relaxed)).sum::<usize>();
        thread::scope(|scope| {
            scope.spawn(|| (0..MESSAGES).for_each(|n| send(&push, &n.to_string())));
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        let _ = pull.call("Listen", args!["E", 100_000]);
                        thread::sleep(millis(2));
                        let _ = in_time("StopListening", || pull.call("StopListening", []));
                    }
                });
            }
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    match in_time("Recv", || pull.call("Recv", args![1])) {
                        Ok(Value::Empty) => {}
                        Ok(data) => {
                            let text = String::from_utf8(data.bytes().to_vec()).expect("a number");
                            seen[text.parse::<usize>().expect("a number")].fetch_add(1, Ordering::Relaxed);
                        }
                        // Another thread's call may have forgotten the error by now, or left its own.
                        Err(failed) => assert!(["EBUSY", "EALREADY", ""].contains(&&*failed.code), "{failed}"),
                    }
                }
            });
            assert!(wait_until(secs(60), || total() >= MESSAGES), "{} of {MESSAGES}", total());
            done.store(true, Ordering::Relaxed);
        });
        pull.must("StopListening", []);
        assert!(pull.must("Recv", args![0]).is_empty());
        assert!(seen.iter().all(|count| count.load(Ordering::Relaxed) == 1), "doubled");
        assert_eq!(pull.get("EventsDropped").expect("a number"), Value::i4(0));
    });
}

/// Each run has two threads and a few descriptors, and leaves none; whoever listens to nothing costs nothing.
#[test]
fn many_runs_leave_nothing_and_idle_ones_cost_nothing() {
    isolated(secs(120), || {
        let host = client();
        let (pull, push) = pair(&host, "runs");
        let run = || {
            pull.must("Listen", args!["E"]);
            send(&push, "x");
            assert!(host.event_queue().next(PATIENT).is_some());
            pull.must("StopListening", []);
        };
        (0..3).for_each(|_| run());
        let before = figures();
        for n in 0..200 {
            run();
            if n % 4 == 0 {
                let passer = host.create("ZeroMQ.Pull");
                passer.must("Bind", args!["inproc://*"]);
                passer.must("Listen", []);
            }
        }
        let after = settled(before);
        assert!(after.threads <= before.threads && after.descriptors <= before.descriptors, "{before:?}, {after:?}");
        let idle: Vec<_> = (0..50).map(|n| pair(&host, &format!("idle.{n}"))).collect();
        idle.iter().for_each(|(pull, _)| drop(pull.must("Listen", args!["I"])));
        thread::sleep(millis(300));
        let (time, start) = (processor_time(), Instant::now());
        thread::sleep(secs(2));
        let share = (processor_time() - time).as_secs_f64() / start.elapsed().as_secs_f64();
        assert!(share < 0.15, "{share:.2} of a processor for nothing");
        send(&idle[49].1, "x");
        assert!(host.event_queue().next(PATIENT).is_some());
    });
}

/// A child of fork has none of the threads: it is refused, and leaves without a hang.
#[test]
fn a_forked_child_is_refused() {
    isolated(secs(60), || {
        let host = client();
        let (pull, push) = pair(&host, "forked");
        pull.must("Listen", args!["E", 100_000]);
        let stop = AtomicBool::new(false);
        let statuses: Vec<_> = thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    send(&push, "x");
                }
            });
            let forked = |_| {
                host::in_forked_child(secs(10), || {
                    let refused = ["Listen", "StopListening", "Recv"]
                        .iter()
                        .all(|method| pull.call(method, []).is_err_and(|failed| failed.code == "EFORKED"));
                    let read =
                        ["Listening", "EventsWaiting", "EventsDropped"].iter().all(|name| pull.get(name).is_ok());
                    drop(pull.call("Close", []));
                    refused && read
                })
            };
            let statuses = (0..10).map(forked).collect();
            stop.store(true, Ordering::Relaxed);
            statuses
        });
        assert_eq!(statuses, [0; 10], "the child hung, or was not refused");
        // The parent's goes on.
        send(&push, "last");
        while host.event_queue().next(PATIENT).expect("an event")[2] != "last" {}
    });
}
