//! A name server that hangs: it stops nobody but who waits for its answer.
#![cfg(target_os = "linux")]

use host::dns::{Answer, FILES, NameServer, SCRIPT};
use host::figures::figures;
use host::namespaces::{Place, in_namespaces};
use host::reach::bound_pull;
use host::zmtp::port;
use host::{Endpoints, Farewell, Host, Object, Value, args, millis, patient, secs, wait_until};
use std::net::Ipv4Addr;
use std::thread;
use std::time::{Duration, Instant};

const PLACE: Place = Place { files: FILES, script: SCRIPT };

/// What an exchange or a call takes at most, on a machine that is busy.
const SOON: Duration = Duration::from_secs(1);

/// What an object with something unsent waits before it leaves, 0.5 s, and the machine's time.
const LEAVING: Duration = Duration::from_millis(1500);

const HERE: Answer = Answer::After(Duration::ZERO, Some(Ipv4Addr::LOCALHOST));

fn late(seconds: u64) -> Answer {
    Answer::After(secs(seconds), Some(Ipv4Addr::LOCALHOST))
}

#[track_caller]
fn soon<R>(what: &str, limit: Duration, work: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < patient(limit), "{what} takes {:?}", start.elapsed());
    result
}

/// Pairs of others in this process, connected already.
struct Others(Vec<(Object, Object)>, Endpoints);

impl Others {
    fn new(host: &Host) -> Self {
        let place = Endpoints::new();
        let mut others = Self(Vec::new(), place);
        for endpoint in ["tcp://127.0.0.1:*".to_owned(), others.1.ipc("others")] {
            others.add(host, &endpoint);
        }
        others
    }

    fn add(&mut self, host: &Host, endpoint: &str) {
        let (pull, real) = bound_pull(host, endpoint);
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args![&real]);
        self.0.push((pull, push));
        self.exchange();
    }

    #[track_caller]
    fn exchange(&self) {
        for (pull, push) in &self.0 {
            push.must("Send", args![b"x"]);
            assert_eq!(pull.must("Recv", []), Value::blob(b"x"));
        }
    }

    /// Exchanges for a while, and a connection is made.
    #[track_caller]
    fn go_on(&mut self, host: &Host, time: Duration) {
        let end = Instant::now() + time;
        soon("a new connection", SOON, || self.add(host, "tcp://127.0.0.1:*"));
        while Instant::now() < end {
            soon("an exchange of others", SOON, || self.exchange());
            thread::sleep(millis(20));
        }
    }
}

/// An object that connects by a name, at once, with a message for its peer.
#[track_caller]
fn sender(host: &Host, name: &str, port: u16) -> Object {
    let push = host.create("ZeroMQ.Push");
    soon("Connect", SOON, || push.must("Connect", args![&format!("tcp://{name}:{port}")]));
    soon("Send", SOON, || push.must("Send", args![name.as_bytes()]));
    push
}

#[track_caller]
fn received(pull: &Object, name: &str) {
    assert_eq!(pull.must("Recv", []), Value::blob(name));
}

#[test]
fn a_name_server_that_answers_after_8_s_stops_nobody() {
    in_namespaces(&PLACE, secs(90), || {
        let names = NameServer::start();
        names.set("server", late(8));
        let host = Host::built();
        let mut others = Others::new(&host);
        let (pull, real) = bound_pull(&host, "tcp://127.0.0.1:*");
        let start = Instant::now();
        let _push = sender(&host, "server", port(&real));
        // Whoever does not want to wait leaves as ever.
        let leaving = sender(&host, "server", port(&real));
        soon("Close with a message unsent", LEAVING, || leaving.must("Close", []));
        let sub = host.create("ZeroMQ.Sub");
        soon("Connect", SOON, || sub.must("Connect", args!["tcp://server:9"]));
        soon("Disconnect", SOON, || sub.must("Disconnect", args!["tcp://server:9"]));
        soon("Close", SOON, || sub.must("Close", []));
        others.go_on(&host, secs(5));
        assert!(start.elapsed() < secs(8));
        // That of the closed object, which waits for its peer in the background, and the other's.
        received(&pull, "server");
        let took = start.elapsed();
        assert!(took > secs(7) && took < secs(8) + patient(LEAVING), "{took:?}");
        received(&pull, "server");
        assert_eq!(names.asked("server"), 1);
    });
}

#[test]
fn twenty_objects_wait_for_one_answer() {
    in_namespaces(&PLACE, secs(90), || {
        let names = NameServer::start();
        names.set("server", late(3));
        let host = Host::built();
        let mut others = Others::new(&host);
        let (pull, real) = bound_pull(&host, "tcp://127.0.0.1:*");
        let before = figures().threads;
        let start = Instant::now();
        let senders: Vec<_> = (0..20).map(|_| sender(&host, "server", port(&real))).collect();
        others.go_on(&host, secs(1));
        // One for the answer that is to come in the server, which is in this process, one that waits for it.
        let threads = figures().threads - before;
        assert!(threads <= 2, "{threads} threads for one name");
        senders.iter().for_each(|_| received(&pull, "server"));
        assert!(start.elapsed() < secs(3) + patient(LEAVING), "{:?}", start.elapsed());
        assert_eq!(names.asked("server"), 1);
        assert!(wait_until(secs(5), || figures().threads <= before), "a thread with nothing to do stays");
    });
}

#[test]
fn names_that_hang_beside_one_that_answers() {
    in_namespaces(&PLACE, secs(90), || {
        let names = NameServer::start();
        let host = Host::built();
        let mut others = Others::new(&host);
        let (pull, real) = bound_pull(&host, "tcp://127.0.0.1:*");
        let hanging: Vec<_> = (0..10).map(|number| format!("never{number}")).collect();
        for name in &hanging {
            names.set(name, Answer::Never);
        }
        let _senders: Vec<_> = hanging.iter().map(|name| sender(&host, name, port(&real))).collect();
        assert!(wait_until(secs(5), || hanging.iter().all(|name| names.asked(name) == 1)));
        names.set("server", HERE);
        soon("a name that answers", SOON, || {
            let _push = sender(&host, "server", port(&real));
            received(&pull, "server");
        });
        others.go_on(&host, secs(1));
    });
}

/// NXDOMAIN is no end either: the name may be there the next time.
#[test]
fn a_name_that_is_unknown_at_first_is_found() {
    in_namespaces(&PLACE, secs(90), || {
        let names = NameServer::start();
        names.set("server", Answer::After(secs(2), None));
        let host = Host::built();
        let mut others = Others::new(&host);
        let (pull, real) = bound_pull(&host, "tcp://127.0.0.1:*");
        let _push = sender(&host, "server", port(&real));
        others.go_on(&host, secs(1));
        names.set("server", HERE);
        others.go_on(&host, secs(2));
        received(&pull, "server");
    });
}

#[test]
fn a_name_whose_address_changes_is_followed() {
    in_namespaces(&PLACE, secs(90), || {
        let names = NameServer::start();
        names.set("server", HERE);
        let host = Host::built();
        let (first, real) = bound_pull(&host, "tcp://127.0.0.1:*");
        let push = sender(&host, "server", port(&real));
        received(&first, "server");
        let (second, _) = bound_pull(&host, &format!("tcp://127.0.0.2:{}", port(&real)));
        second.must("SetRecvTimeout", args![20]);
        names.set("server", Answer::After(millis(100), Some(Ipv4Addr::new(127, 0, 0, 2))));
        first.must("Close", []);
        // What was sent before the loss was noticed went with the first.
        let reached = || {
            push.must("Send", args![b"server"]);
            second.must("Recv", []) == Value::blob("server")
        };
        assert!(wait_until(secs(10), reached), "the old address is all that is tried");
    });
}

/// Done and the end of the library's objects, then the answer; at last the process ends while another lookup hangs.
#[test]
fn the_host_leaves_while_a_name_server_hangs() {
    in_namespaces(&PLACE, secs(90), || {
        let names = NameServer::start();
        names.set("late", late(3));
        names.set("never", Answer::Never);
        let host = Host::built();
        let (_pull, real) = bound_pull(&host, "tcp://127.0.0.1:*");
        for farewell in [Farewell::DoneAndDestroy, Farewell::DestroyOnly] {
            let push = sender(&host, "late", port(&real));
            assert!(wait_until(secs(5), || names.asked("late") > 0));
            soon("leaving", LEAVING, || push.part(farewell));
        }
        let mut others = Others::new(&host);
        soon("the others", SOON, || others.exchange());
        drop(sender(&host, "late", port(&real)));
        soon("the end of the host's session", LEAVING, move || {
            drop(others.0.drain(..));
            drop(host);
        });
        thread::sleep(secs(3));
        let host = Host::built();
        let _push = sender(&host, "never", port(&real));
        assert!(wait_until(secs(5), || names.asked("never") == 1));
    });
}
