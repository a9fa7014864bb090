//! An Auth in the wrong order, from many threads, in a forked child: nothing falls, and nobody is let in for it.

use host::random::Random;
use host::{Host, Object, Value, args, isolated, secs};
use refusals::{wait_for_refusal, watch};
use std::thread;
use std::time::Instant;

mod refusals;

fn server(host: &Host, domain: &str) -> (Object, String) {
    let pull = host.create("ZeroMQ.Pull");
    pull.must("SetPlainServer", args![domain]);
    pull.must("Bind", args!["tcp://127.0.0.1:*"]);
    let at = pull.text_of("LastEndpoint");
    (pull, at)
}

fn client(host: &Host, at: &str) -> Object {
    client_with(host, at, "let me in")
}

fn client_with(host: &Host, at: &str, message: &str) -> Object {
    let push = host.create("ZeroMQ.Push");
    push.set("Linger", 0).unwrap();
    push.set("ReconnectMaxInterval", 100).unwrap();
    push.must("SetPlainClient", args!["user", "word"]);
    watch(&push);
    push.must("Connect", args![at]);
    push.must("Send", [Value::blob(message)]);
    push
}

/// Done, destruction and another life give a domain back, and let nobody in.
#[test]
fn a_life_that_ends_gives_its_domains_back() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, at) = server(&host, "lives");
        let auth = host.create("ZeroMQ.Auth");
        for _ in 0..3 {
            auth.must("AllowAny", args!["lives"]);
            auth.slots().done();
            wait_for_refusal(&client(&host, &at));
            assert!(pull.must("Recv", args![200]).is_empty());
            let other = host.create("ZeroMQ.Auth");
            other.must("AllowAny", args!["lives"]);
            drop(other);
            assert!(auth.slots().set_mem_manager() && auth.slots().init());
        }
        auth.must("AddUser", args!["user", "word", "lives"]);
        let _client = client(&host, &at);
        assert_eq!(pull.must("Recv", args![20_000]), Value::blob("let me in"));
    });
}

/// Many threads, few domains, objects that are shared.
#[test]
fn many_threads_change_the_tables() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, at) = server(&host, "crowd-0");
        let shared: Vec<_> = (0..3).map(|_| host.create("ZeroMQ.Auth")).collect();
        let end = Instant::now() + secs(4);
        thread::scope(|scope| {
            for seed in 0..4 {
                let (host, shared) = (&host, &shared);
                scope.spawn(move || {
                    let mut random = Random::new(seed);
                    let own = host.create("ZeroMQ.Auth");
                    while Instant::now() < end {
                        let auth = if random.below(4) == 0 { &own } else { &shared[random.below(3)] };
                        let domain = format!("crowd-{}", random.below(3));
                        let domain = domain.as_str();
                        let done = match random.below(8) {
                            0 => auth.call("AllowAny", args![domain]),
                            1 => auth.call("ForbidAny", args![domain]),
                            2 => auth.call("AddUser", args!["user", "word", domain]),
                            3 => auth.call("RemoveUser", args!["user", domain]),
                            4 => auth.call("AddAddress", args!["127.0.0.1", domain]),
                            5 => auth.call("RemoveAddress", args!["127.0.0.1", domain]),
                            6 => auth.call("ReadDecisions", args![10]),
                            _ => auth.call("Release", args![domain]),
                        };
                        if let Err(failed) = done {
                            // Another thread may have called the object since.
                            assert!(["EEXIST", ""].contains(&&*failed.code), "{}: {}", failed.code, failed.last_error);
                        }
                        if random.below(50) == 0 {
                            let passing = host.create("ZeroMQ.Auth");
                            let _ = passing.call("AllowAny", args![domain]);
                        }
                    }
                });
            }
            while Instant::now() < end {
                let _client = client(&host, &at);
                let _ = pull.must("Recv", args![20]);
            }
        });
        drop(shared);
        let late = client_with(&host, &at, "let me in, too");
        wait_for_refusal(&late);
        // Those who were let in before may have left something.
        let next = |time: i32| pull.must("Recv", args![time]);
        let is_late = |came: &Value| *came == Value::blob("let me in, too");
        let mut came = std::iter::repeat_with(|| next(300)).take_while(|came| !came.is_empty());
        assert!(!came.any(|came| is_late(&came)), "nobody has the domain, and somebody is let in");
        let auth = host.create("ZeroMQ.Auth");
        auth.must("AllowAny", args!["crowd-0"]);
        let came = next(20_000);
        assert!(is_late(&came), "{came:?}");
    });
}

#[cfg(target_os = "linux")]
mod fork {
    use super::*;

    /// A child is told, ends without a word to its parent's domains, and hangs on no lock that another thread held.
    #[test]
    fn a_forked_child_is_refused() {
        isolated(secs(60), || {
            let host = Host::built();
            let (pull, at) = server(&host, "forked");
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddUser", args!["user", "word", "forked"]);
            let stop = std::sync::atomic::AtomicBool::new(false);
            let bad: Vec<_> = thread::scope(|scope| {
                scope.spawn(|| {
                    // Holds the tables as often as can be.
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        auth.must("AddUser", args!["user", "word", "forked"]);
                    }
                });
                let children = (0..50).map(|_| in_child(&host));
                let bad = children.filter(|&status| status != 0).collect();
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
                bad
            });
            assert_eq!(bad, [0; 0], "children that did not come to their end");
            let _client = client(&host, &at);
            assert_eq!(pull.must("Recv", args![20_000]), Value::blob("let me in"));
        });
    }

    /// The tables have a lock before there is a socket, whose making has forks watched.
    #[test]
    fn a_child_is_refused_also_where_no_socket_was_ever_made() {
        isolated(secs(60), || {
            let host = Host::built();
            let auth = host.create("ZeroMQ.Auth");
            let stop = std::sync::atomic::AtomicBool::new(false);
            auth.must("Release", args!["forked"]);
            let bad: Vec<_> = thread::scope(|scope| {
                scope.spawn(|| {
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        auth.must("Release", args!["forked"]);
                    }
                });
                let children = (0..20).map(|_| in_child(&host));
                let bad = children.filter(|&status| status != 0).collect();
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
                bad
            });
            assert_eq!(bad, [0; 0], "children that were not refused, or did not come to their end");
        });
    }

    fn in_child(host: &Host) -> i32 {
        host::in_forked_child(secs(5), || {
            let fresh = host.create("ZeroMQ.Auth");
            let refused = |name: &str, args: &[Value]| fresh.call(name, args).is_err_and(|it| it.code == "EFORKED");
            let all = refused("AllowAny", &args!["forked"])
                && refused("Release", &args!["forked"])
                && refused("RemoveUser", &args!["user", "forked"])
                && refused("ReadDecisions", &[]);
            fresh.slots().done();
            all
        })
    }
}
