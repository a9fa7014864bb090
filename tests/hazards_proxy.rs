//! What may go wrong around a proxy: receivers that do not read, ends from all sides, a process that has nothing left. None of it
//! hangs anybody or leaves anything behind.
#![cfg(target_os = "linux")]

use host::figures::{figures, leave_descriptors, limit_descriptors, settled};
use host::{Farewell, Host, Object, Value, args, isolated, millis, secs};
use proxy::{FORWARDER, QUEUE, STREAMER, bound, connected, count, narrow, start_over_tcp, statistics, until};
use std::thread;
use std::time::{Duration, Instant};

mod proxy;

/// A streamer over tcp with little room, a sender whose messages stand before it, and a receiver that does not read.
fn clogged(host: &Host) -> (Object, Object, Object) {
    let proxy = narrow(host, STREAMER, 1);
    let deaf = host.create("ZeroMQ.Pull");
    deaf.set("RecvHighWaterMark", 1).expect("an option");
    deaf.must("Connect", args![proxy.text_of("BackendEndpoint")]);
    let sender = host.create("ZeroMQ.Push");
    sender.must("Connect", args![proxy.text_of("FrontendEndpoint")]);
    let message = vec![0; 1 << 20];
    sender.must("SetSendTimeout", args![200]);
    // More than the system's buffers take.
    for _ in 0..40 {
        sender.must("Send", [message.clone().into()]);
    }
    (proxy, sender, deaf)
}

#[track_caller]
fn within(limit: Duration, what: impl FnOnce()) {
    let start = Instant::now();
    what();
    assert!(start.elapsed() < limit, "{:?}", start.elapsed());
}

#[test]
fn a_receiver_that_does_not_read_holds_no_stop_up() {
    isolated(secs(60), || {
        let host = Host::built();
        for paused in [false, true] {
            let (proxy, _sender, _deaf) = clogged(&host);
            if paused {
                proxy.must("Pause", []);
            }
            within(secs(3), || assert!(!proxy.must("Stop", args![300]).truth(), "all of it has left?"));
            let all = statistics(&proxy);
            assert_eq!((&all["state"], &all["failure"]), (&"Stopped".into(), &"".into()), "{all}");
            assert!(count(&proxy, "undelivered") > 0 && all["lingering"] == true, "{all}");
        }
        host.assert_clean();
    });
}

#[test]
fn however_an_object_ends_nobody_waits_for_its_proxy() {
    isolated(secs(60), || {
        let host = Host::built();
        let base = 0;
        for farewell in [
            Farewell::DoneAndDestroy,
            Farewell::DestroyOnly,
            Farewell::Delete { base, done: true },
            Farewell::Delete { base, done: false },
        ] {
            let (proxy, _sender, _deaf) = clogged(&host);
            within(secs(3), || proxy.part(farewell));
        }
        let (proxy, _sender, _deaf) = clogged(&host);
        within(secs(3), || drop(proxy.must("Close", [])));
        assert_eq!(proxy.must_fail("Stop", []).code, "ENOTSOCK");
        // Its thread ends by itself.
        until(&proxy, |all| all["state"] == "Stopped");
        // Another life begins anew.
        let (proxy, _sender, _deaf) = clogged(&host);
        within(secs(3), || {
            proxy.slots().done();
        });
        assert!(proxy.slots().init());
        assert!(proxy.slots().set_mem_manager());
        assert_eq!(proxy.text_of("State"), "New");
    });
}

/// Whoever waits in Stop can be seen and let go from another thread, and so can a script that waits at a sender.
#[test]
fn another_thread_sees_a_stop_that_waits_and_ends_it() {
    isolated(secs(60), || {
        let host = Host::built();
        for done in [false, true] {
            let (proxy, _sender, _deaf) = clogged(&host);
            thread::scope(|scope| {
                let stopping = scope.spawn(|| proxy.call("Stop", args![600_000]));
                until(&proxy, |all| all["state"] == "Stopping");
                assert_eq!(proxy.text_of("State"), "Stopping");
                assert!(!stopping.is_finished());
                within(secs(3), || {
                    if done {
                        proxy.slots().done();
                    } else {
                        proxy.must("Close", []);
                    }
                });
                let failed = stopping.join().expect("no panic").expect_err("it was ended");
                assert!(done || failed.code == "ECANCELED", "{failed}");
            });
        }
    });
}

#[test]
fn a_hundred_proxies_leave_nothing() {
    isolated(secs(120), || {
        let host = Host::built();
        let one = |number: usize| {
            let kind = [QUEUE, FORWARDER, STREAMER][number % 3];
            let address = format!("inproc://сто-{}", number % 2);
            let (front, back) = ["tcp://127.0.0.1:*", &address].map(str::to_owned).into();
            let proxy = bound(&host, kind, &front, &back);
            proxy.must("BindCapture", args!["tcp://127.0.0.1:*"]);
            proxy.must("Start", []);
            let peer = connected(&host, kind.front, &proxy, "FrontendEndpoint");
            // What does not get through is not to be kept.
            peer.set("Linger", 0).expect("an option");
            if matches!(number % 4, 0 | 3) {
                peer.must("Send", args![b"x"]);
            }
            match number % 4 {
                0 => drop(proxy.must("Stop", args![0])),
                1 => drop(proxy.must("Close", [])),
                2 => proxy.part(Farewell::DestroyOnly),
                _ => {
                    proxy.must("Pause", []);
                    proxy.must("Stop", args![10]);
                }
            }
        };
        (0..12).for_each(one);
        thread::sleep(millis(300));
        let before = figures();
        (0..100).for_each(one);
        let after = settled(before);
        assert!(after.threads <= before.threads, "{before:?}, {after:?}");
        assert!(after.descriptors <= before.descriptors, "{before:?}, {after:?}");
        host.assert_clean();
    });
}

/// With 0, 1, 2 … descriptors left: each call succeeds or fails in words, and with enough of them it works.
#[test]
fn a_process_without_descriptors_is_told_so() {
    isolated(secs(60), || {
        let host = Host::built();
        drop(bound(&host, STREAMER, "inproc://a", "inproc://b"));
        let mut failures = 0;
        for free in 0..16 {
            let address = |side: &str| format!("inproc://нужда-{free}-{side}");
            leave_descriptors(free);
            let proxy = proxy::of(&host, STREAMER);
            let mut failed = None;
            for (name, arguments) in [
                ("BindFrontend", args![address("front")].to_vec()),
                ("BindBackend", args![address("back")].to_vec()),
                ("Start", vec![]),
            ] {
                failed = failed.or_else(|| proxy.call(name, arguments).err());
            }
            limit_descriptors(None);
            match failed {
                Some(failed) => {
                    failures += 1;
                    assert!(["EMFILE", "EAGAIN"].contains(&&*failed.code), "{free}: {failed}");
                    assert!(failed.code == "EAGAIN" || failed.last_error.contains("дескриптор"), "{failed}");
                    assert!(["New", "Failed"].contains(&&*proxy.text_of("State")), "{}", statistics(&proxy));
                    assert_eq!(proxy.text_of("State") == "Failed", !proxy.text_of("FailureText").is_empty());
                }
                None => {
                    let (push, pull) = (host.create("ZeroMQ.Push"), host.create("ZeroMQ.Pull"));
                    push.must("Connect", args![address("front")]);
                    pull.must("Connect", args![address("back")]);
                    push.must("Send", args![b"x"]);
                    assert_eq!(pull.must("Recv", []), Value::blob("x"));
                    assert!(proxy.must("Stop", []).truth());
                }
            }
        }
        assert!((3..16).contains(&failures), "{failures} of 16");
        host.assert_clean();
    });
}

/// A client that does not read its replies: the others wait once, for a second, and not each time.
#[test]
fn a_client_that_does_not_read_holds_the_others_up_once() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = proxy::of(&host, QUEUE);
        assert_eq!(proxy.must("GetFrontendOption", args!["SendTimeout"]), Value::i4(1_000));
        proxy.must("SetFrontendOption", args!["SendTimeout", 300]);
        proxy.must("SetFrontendOption", args!["SendHighWaterMark", 1]);
        start_over_tcp(&proxy);
        let deaf = host.create("ZeroMQ.Dealer");
        deaf.set("RecvHighWaterMark", 1).expect("an option");
        deaf.set("RoutingId", Value::blob("deaf")).expect("an option");
        deaf.must("Connect", args![proxy.text_of("FrontendEndpoint")]);
        let client = connected(&host, "ZeroMQ.Dealer", &proxy, "FrontendEndpoint");
        let worker = connected(&host, "ZeroMQ.Dealer", &proxy, "BackendEndpoint");
        deaf.must("Send", args![b"?"]);
        assert_eq!(worker.must_receive(), [b"deaf".to_vec(), b"?".to_vec()]);
        let megabyte = vec![0; 1 << 20];
        let replies = 60;
        for _ in 0..replies {
            worker.must("SendPart", args![b"deaf"]);
            worker.must("Send", [megabyte.clone().into()]);
        }
        within(secs(15), || {
            client.must("Send", args![b"!"]);
            let asked = worker.must_receive();
            worker.must("SendPart", [Value::blob(&asked[0])]);
            worker.must("Send", args![b"here"]);
            assert_eq!(client.must("Recv", []), Value::blob("here"));
        });
        // What a peer has received is counted a moment later.
        let of = |all: &serde_json::Value, what| all["backward"][what].as_u64().expect("a number");
        until(&proxy, |all| of(all, "messages") + of(all, "dropped") == replies + 1);
        assert!(count(&proxy, "backward/messages") > 1, "{}", statistics(&proxy));
        assert!(count(&proxy, "backward/dropped") > 1, "60 MB found room");
        proxy.must("Stop", args![500]);
    });
}

/// The child has none of the parent's threads: it is told so at once, and its copies of the objects end without a wait.
#[test]
fn a_forked_child_is_told_and_waits_for_nobody() {
    isolated(secs(60), || {
        let host = Host::built();
        let (proxy, _sender, _deaf) = clogged(&host);
        // SAFETY: the child calls what the library promises to work there, and leaves by _exit.
        let child = unsafe { libc::fork() };
        assert!(child >= 0, "fork");
        if child == 0 {
            let calls = ["Pause", "Resume", "Stop", "Start"];
            let refused = calls.iter().all(|name| proxy.call(name, []).is_err_and(|failed| failed.code == "EFORKED"));
            let seen = proxy.text_of("State") == "Running";
            proxy.part(Farewell::DoneAndDestroy);
            // SAFETY: no precondition.
            unsafe { libc::_exit(if refused && seen { 0 } else { 3 }) };
        }
        let (mut status, end) = (0, Instant::now() + secs(5));
        loop {
            // SAFETY: a child of ours, and room for the answer.
            let ended = unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) };
            if ended == child {
                break;
            }
            if Instant::now() > end {
                // SAFETY: a child of ours that was not waited for yet.
                unsafe { libc::kill(child, libc::SIGKILL) };
                panic!("the child hangs");
            }
            thread::sleep(millis(5));
        }
        assert_eq!(status, 0, "how the child ended");
        within(secs(3), || drop(proxy.must("Stop", args![0])));
    });
}
