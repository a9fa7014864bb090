//! A proxy of each kind between objects of ours: what goes through it, what its calls do, what it says.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use proxy::{FORWARDER, Kind, QUEUE, STREAMER, bound, connected, count, narrow, start_over_tcp, statistics, until};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

mod proxy;

/// How many messages go through each proxy; `ci/proxy` has a million go.
const MESSAGES: &str = "ADDIN_ZEROMQ_PROXY_MESSAGES";

fn send(object: &Object, text: &str) {
    assert!(object.must("Send", [Value::blob(text)]).truth(), "{text} was not sent");
}

fn receive(object: &Object) -> String {
    String::from_utf8_lossy(object.must("Recv", []).bytes()).into_owned()
}

/// A message there, and an answer back where there are any.
fn exchange(kind: Kind, front: &Object, back: &Object) {
    send(front, "туда");
    assert_eq!(receive(back), "туда", "{kind:?}");
    if kind.name == "Queue" {
        send(back, "обратно");
        assert_eq!(receive(front), "обратно");
    }
}

/// Until the subscription has come through: what is published before is lost, as without a proxy.
fn subscribed(publisher: &Object, subscriber: &Object) {
    subscriber.must("SetRecvTimeout", args![20]);
    let end = Instant::now() + secs(20);
    loop {
        send(publisher, "начало");
        if !subscriber.must("Recv", []).is_empty() {
            break;
        }
        assert!(Instant::now() < end, "no subscription comes through");
    }
    while !subscriber.must("Recv", []).is_empty() {}
    subscriber.must("SetRecvTimeout", args![20_000]);
}

#[test]
fn every_kind_goes_over_every_transport() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for kind in [QUEUE, FORWARDER, STREAMER] {
            for transport in Transport::ALL {
                let proxy = bound(&host, kind, &endpoints.to_bind(transport), &endpoints.to_bind(transport));
                assert_eq!((proxy.text_of("Kind"), proxy.text_of("State")), (kind.name.into(), "New".into()));
                proxy.must("Start", []);
                assert_eq!(proxy.text_of("State"), "Running");
                let front = connected(&host, kind.front, &proxy, "FrontendEndpoint");
                let back = connected(&host, kind.back, &proxy, "BackendEndpoint");
                if kind.name == "Forwarder" {
                    subscribed(&front, &back);
                }
                exchange(kind, &front, &back);
                assert!(proxy.must("Stop", []).truth(), "{kind:?} {transport:?}: {}", statistics(&proxy));
                assert_eq!(proxy.text_of("State"), "Stopped");
                assert!(proxy.must("Stop", []).truth(), "a second call answers the same");
            }
        }
        host.assert_clean();
    });
}

#[test]
fn a_side_has_several_endpoints_bound_and_connected() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let proxy = host.create("ZeroMQ.Прокси".replace("Прокси", "Proxy").as_str());
        proxy.must("УстановитьВид", args!["конвейер"]);
        let far = host.create("ZeroMQ.Push");
        far.must("Bind", args!["tcp://127.0.0.1:*"]);
        let mut senders = vec![far];
        for transport in Transport::ALL {
            proxy.must("ПривязатьВход", args![endpoints.to_bind(transport)]);
            senders.push(connected(&host, "ZeroMQ.Push", &proxy, "КонечнаяТочкаВхода"));
        }
        proxy.must("ПодключитьВход", args![senders[0].text_of("LastEndpoint")]);
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        proxy.must("ПодключитьВыход", args![pull.text_of("LastEndpoint")]);
        proxy.must("Запустить", []);
        for sender in &senders {
            send(sender, "x");
            assert_eq!(receive(&pull), "x");
        }
        assert!(proxy.must("Остановить", args![10_000]).truth());
        assert_eq!(count(&proxy, "forward/messages"), 4);
        // Its addresses are free again.
        for endpoint in ["FrontendEndpoint", "BackendEndpoint"] {
            let other = host.create("ZeroMQ.Rep");
            let _ = other.call("Connect", args![proxy.text_of(endpoint)]);
        }
        host.assert_clean();
    });
}

/// What goes through the proxy: number after number.
fn number_of(message: &Value) -> usize {
    String::from_utf8_lossy(message.bytes()).parse().expect("a number")
}

/// Pauses and goes on, again and again, until told to stop.
fn pause_again_and_again(proxy: &Object, over: &AtomicBool) -> usize {
    let mut pauses = 0;
    while !over.load(Ordering::Relaxed) {
        proxy.must("Pause", []);
        thread::sleep(millis(2));
        proxy.must("Resume", []);
        thread::sleep(millis(8));
        pauses += 1;
    }
    pauses
}

/// All that was sent comes, in order and once, though the proxy is paused again and again, and stopped as soon as the sender
/// is through.
fn none_is_lost(kind: Kind) {
    let messages = std::env::var(MESSAGES).map_or(20_000, |text| text.parse().expect("how many messages"));
    let start = Instant::now();
    let host = Host::built();
    let proxy = proxy::of(&host, kind);
    if kind.name == "Forwarder" {
        // A publisher waits for whoever is slow, instead of dropping.
        proxy.must("SetBackendOption", args!["XPubNoDrop", true]);
    }
    start_over_tcp(&proxy);
    let (front, back) = match kind.name {
        "Queue" => ("ZeroMQ.Dealer", "ZeroMQ.Dealer"),
        _ => (kind.front, kind.back),
    };
    let front = host.create(front);
    if kind.name == "Forwarder" {
        front.set("XPubNoDrop", true).expect("an option");
    }
    front.must("Connect", args![proxy.text_of("FrontendEndpoint")]);
    let back = connected(&host, back, &proxy, "BackendEndpoint");
    if kind.name == "Forwarder" {
        subscribed(&front, &back);
    }
    let before = count(&proxy, "forward/messages");
    let over = AtomicBool::new(false);
    let pauses = thread::scope(|scope| {
        let pauses = scope.spawn(|| pause_again_and_again(&proxy, &over));
        scope.spawn(|| (0..messages).for_each(|number| send(&front, &number.to_string())));
        // The last ones are received when the proxy has stopped: it may not lose what it took in.
        let last = messages - messages / 100;
        for number in 0..last {
            let came = if kind.name == "Queue" { second_part(&back) } else { back.must("Recv", []) };
            assert_eq!(number_of(&came), number);
        }
        over.store(true, Ordering::Relaxed);
        pauses.join().expect("pauses")
    });
    let rest = thread::scope(|scope| {
        let stopping = scope.spawn(|| proxy.must("Stop", args![60_000]).truth());
        for number in messages - messages / 100..messages {
            let came = if kind.name == "Queue" { second_part(&back) } else { back.must("Recv", []) };
            assert_eq!(number_of(&came), number);
        }
        stopping.join().expect("stopped")
    });
    let all = statistics(&proxy);
    assert!(rest, "{all}");
    assert_eq!(count(&proxy, "forward/messages") - before, messages as u64);
    assert_eq!((count(&proxy, "undelivered"), count(&proxy, "forward/dropped")), (0, 0));
    println!("{}: {messages} messages, {pauses} pauses, none lost; {:.1?}", kind.name, start.elapsed());
    host.assert_clean();
}

/// Of two parts, the identity and what was sent.
fn second_part(object: &Object) -> Value {
    assert_eq!(object.must("RecvMultipart", []), Value::i4(2));
    object.must("GetPart", args![1])
}

#[test]
fn none_is_lost_in_a_queue() {
    isolated(secs(600), || none_is_lost(QUEUE));
}

#[test]
fn none_is_lost_in_a_forwarder_that_waits() {
    isolated(secs(600), || none_is_lost(FORWARDER));
}

#[test]
fn none_is_lost_in_a_streamer() {
    isolated(secs(600), || none_is_lost(STREAMER));
}

#[test]
fn identities_go_through_a_queue_and_replies_come_back_to_them() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let proxy = bound(&host, QUEUE, &endpoints.to_bind(transport), &endpoints.to_bind(transport));
            proxy.must("Start", []);
            let clients: Vec<_> = ["first", "second"]
                .iter()
                .map(|name| {
                    let client = host.create("ZeroMQ.Dealer");
                    client.set("RoutingId", Value::blob(name)).expect("an option");
                    client.must("Connect", args![proxy.text_of("FrontendEndpoint")]);
                    (name, client)
                })
                .collect();
            let worker = connected(&host, "ZeroMQ.Dealer", &proxy, "BackendEndpoint");
            for (name, client) in &clients {
                client.must("SendPart", args![b"a"]);
                client.must("SendPart", args![b""]);
                client.must("Send", args![b"c"]);
                assert_eq!(worker.must_receive(), [name.as_bytes(), b"a", b"", b"c"]);
            }
            // To somebody who never was here, and to nobody at all.
            worker.must("SendPart", args![b"third"]);
            worker.must("Send", args![b"x"]);
            worker.must("Send", args![b"first"]);
            for (name, client) in clients.iter().rev() {
                worker.must("SendPart", args![name.as_bytes()]);
                worker.must("SendPart", args![b"reply"]);
                worker.must("Send", args![name.as_bytes()]);
                assert_eq!(client.must_receive(), [b"reply", name.as_bytes()]);
            }
            until(&proxy, |all| all["backward"]["dropped"] == 2 && all["backward"]["messages"] == 2);
            let all = statistics(&proxy);
            assert_eq!((&all["forward"]["parts"], &all["forward"]["bytes"]), (&8.into(), &15.into()), "{all}");
            assert!(proxy.must("Stop", []).truth());
        }
        host.assert_clean();
    });
}

#[test]
fn a_subscription_made_in_a_pause_is_heard_and_ends_as_it_does_without_a_proxy() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = bound(&host, FORWARDER, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        proxy.must("Start", []);
        let publisher = connected(&host, "ZeroMQ.XPub", &proxy, "FrontendEndpoint");
        let subscriber = host.create("ZeroMQ.Sub");
        subscriber.must("Connect", args![proxy.text_of("BackendEndpoint")]);
        proxy.must("Pause", []);
        subscriber.must("Subscribe", args!["a"]);
        assert_eq!(receive(&publisher), "\u{1}a", "in the pause");
        send(&publisher, "abc");
        subscriber.must("SetRecvTimeout", args![100]);
        assert!(subscriber.must("Recv", []).is_empty(), "nothing goes through a pause");
        subscriber.must("SetRecvTimeout", args![20_000]);
        proxy.must("Resume", []);
        assert_eq!(receive(&subscriber), "abc");
        subscriber.must("Subscribe", args!["b"]);
        assert_eq!(receive(&publisher), "\u{1}b");
        subscriber.must("Unsubscribe", args!["a"]);
        assert_eq!(receive(&publisher), "\u{0}a");
        send(&publisher, "a");
        send(&publisher, "b");
        assert_eq!(receive(&subscriber), "b");
        // A publisher that comes later is told.
        let later = connected(&host, "ZeroMQ.XPub", &proxy, "FrontendEndpoint");
        assert_eq!(receive(&later), "\u{1}b");
        until(&proxy, |all| all["subscriptions"] == 3 && all["backward"]["messages"] == 0);
        assert!(proxy.must("Stop", []).truth());
        host.assert_clean();
    });
}

#[test]
fn a_capture_has_a_copy_of_each_or_misses_it_in_so_many_words() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = bound(&host, QUEUE, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        proxy.must("SetCaptureOption", args!["SendHighWaterMark", 1]);
        proxy.must("BindCapture", args!["inproc://копии"]);
        proxy.must("Start", []);
        let client = connected(&host, "ZeroMQ.Req", &proxy, "FrontendEndpoint");
        let worker = connected(&host, "ZeroMQ.Rep", &proxy, "BackendEndpoint");
        exchange(QUEUE, &client, &worker);
        assert_eq!((count(&proxy, "capture/messages"), count(&proxy, "capture/missed")), (0, 2), "nobody is there");
        let capture = host.create("ZeroMQ.Pull");
        capture.set("RecvHighWaterMark", 1).expect("an option");
        capture.must("Connect", args![proxy.text_of("CaptureEndpoint")]);
        exchange(QUEUE, &client, &worker);
        for body in ["туда", "обратно"] {
            // The identity, what REQ and REP number requests by, a delimiter, the body.
            assert_eq!(capture.must_receive().last().map(Vec::as_slice), Some(body.as_bytes()));
        }
        let start = Instant::now();
        (0..50).for_each(|_| exchange(QUEUE, &client, &worker));
        assert!(start.elapsed() < secs(10), "a capture that does not read holds the proxy up");
        until(&proxy, |all| all["backward"]["messages"] == 52);
        assert_eq!(count(&proxy, "capture/messages") + count(&proxy, "capture/missed"), 104);
        assert!(count(&proxy, "capture/missed") > 50);
        proxy.must("Stop", []);
        host.assert_clean();
    });
}

#[test]
fn a_full_receiver_stops_the_sender() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = narrow(&host, STREAMER, 1);
        let sender = host.create("ZeroMQ.Push");
        sender.set("SendHighWaterMark", 1).expect("an option");
        sender.must("Connect", args![proxy.text_of("FrontendEndpoint")]);
        let deaf = host.create("ZeroMQ.Pull");
        deaf.set("RecvHighWaterMark", 1).expect("an option");
        deaf.must("Connect", args![proxy.text_of("BackendEndpoint")]);
        sender.must("SetSendTimeout", args![500]);
        let megabyte = vec![0; 1 << 20];
        let mut sent = 0;
        while sender.must("Send", [megabyte.clone().into()]).truth() {
            sent += 1;
            assert!(sent < 200, "200 MB are on the way to nobody");
        }
        for _ in 0..sent {
            assert_eq!(deaf.must("Recv", []).bytes().len(), megabyte.len());
        }
        assert!(proxy.must("Stop", []).truth(), "{}", statistics(&proxy));
        assert_eq!(count(&proxy, "forward/messages"), sent);
    });
}

/// What a script does in the wrong order is refused in words, and changes nothing.
#[test]
fn calls_in_the_wrong_order_are_refused_in_words() {
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = host.create("ZeroMQ.Proxy");
        let refused = |name: &str, arguments: &[Value], code: &str| {
            let failed = proxy.must_fail(name, arguments);
            assert_eq!(failed.code, code, "{name}: {failed}");
        };
        let endpoint = args!["tcp://127.0.0.1:*"];
        refused("BindFrontend", &endpoint, "EINVAL");
        refused("SetFrontendOption", &args!["Linger", 1], "EINVAL");
        refused("Start", &[], "EINVAL");
        refused("SetKind", &args!["Pair"], "EINVAL");
        for name in ["Pause", "Resume", "Stop"] {
            refused(name, &[], "ENOTCONN");
        }
        proxy.must("SetKind", args!["рассылка"]);
        proxy.must("SetKind", args!["Streamer"]);
        refused("Start", &[], "ENOTCONN");
        refused("BindFrontend", &args!["tcp://"], "EINVAL");
        let taken = host.create("ZeroMQ.Rep");
        taken.must("Bind", args!["tcp://127.0.0.1:*"]);
        let busy = args![taken.text_of("LastEndpoint")];
        refused("BindFrontend", &busy, "EADDRINUSE");
        refused("BindBackend", &busy, "EADDRINUSE");
        refused("SetFrontendOption", &args!["SendHighWaterMark", 1], "ENOENT");
        refused("SetFrontendOption", &args!["RecvHighWaterMark", -5], "EINVAL");
        // What failed, or was only asked for, has left nothing behind.
        proxy.must("GetCaptureOption", args!["Linger"]);
        proxy.must("SetKind", args!["Queue"]);
        proxy.must("SetKind", args!["Streamer"]);
        proxy.must("SetFrontendOption", args!["ПределПолучения", 7]);
        refused("BindFrontend", &busy, "EADDRINUSE");
        refused("SetKind", &args!["Queue"], "EISCONN");
        assert_eq!(proxy.must("GetFrontendOption", args!["RecvHighWaterMark"]), Value::i4(7));
        proxy.must("BindFrontend", &endpoint);
        refused("Start", &[], "ENOTCONN");
        proxy.must("BindBackend", &endpoint);
        proxy.must("SetCaptureOption", args!["SendHighWaterMark", 5]);
        refused("Start", &[], "ENOTCONN");
        proxy.must("BindCapture", &endpoint);
        refused("SetBackendOption", &args!["SendHighWaterMark", 5], "EISCONN");
        refused("Stop", &args![-1], "EINVAL");
        proxy.must("Start", []);
        refused("Start", &[], "EALREADY");
        refused("BindFrontend", &endpoint, "EISCONN");
        refused("ConnectBackend", &endpoint, "EISCONN");
        refused("SetBackendOption", &args!["Linger", 5], "EISCONN");
        refused("SetKind", &args!["Streamer"], "EISCONN");
        for name in ["Resume", "Pause", "Pause", "Resume"] {
            proxy.must(name, []);
        }
        assert!(proxy.must("Stop", args![0]).truth());
        for (name, code) in [("Pause", "ENOTSOCK"), ("Resume", "ENOTSOCK"), ("Start", "EALREADY")] {
            refused(name, &[], code);
        }
        proxy.must("Close", []);
        proxy.must("Close", []);
        for name in ["Start", "Pause", "Resume", "Stop"] {
            refused(name, &[], "ENOTSOCK");
        }
        refused("BindFrontend", &endpoint, "ENOTSOCK");
        assert_eq!(statistics(&proxy)["state"], "Stopped");
        assert_eq!(proxy.text_of("FailureText"), "");
    });
}

/// A capture is wanted no more when what was to make it failed; an endpoint that failed takes none of the others along.
#[test]
fn a_capture_that_could_not_be_made_is_not_missed() {
    isolated(secs(60), || {
        let host = Host::built();
        let taken = host.create("ZeroMQ.Rep");
        taken.must("Bind", args!["tcp://127.0.0.1:*"]);
        let busy = taken.text_of("LastEndpoint");
        let proxy = bound(&host, STREAMER, "inproc://failed.front", "inproc://failed.back");
        for (name, arguments, code) in [
            ("BindCapture", args![&*busy].to_vec(), "EADDRINUSE"),
            ("ConnectCapture", args!["tcp://"].to_vec(), "EINVAL"),
            ("SetCaptureOption", args!["RecvHighWaterMark", 1].to_vec(), "ENOENT"),
            ("GetCaptureOption", args!["RecvHighWaterMark"].to_vec(), "ENOENT"),
            ("BindBackend", args![&*busy].to_vec(), "EADDRINUSE"),
        ] {
            assert_eq!(proxy.must_fail(name, arguments).code, code, "{name}");
        }
        proxy.must("GetCaptureOption", args!["Linger"]);
        proxy.must("Start", []);
        let push = connected(&host, STREAMER.front, &proxy, "FrontendEndpoint");
        let pull = connected(&host, STREAMER.back, &proxy, "BackendEndpoint");
        exchange(STREAMER, &push, &pull);
        assert_eq!(proxy.text_of("CaptureEndpoint"), "");
    });
}

#[test]
fn options_that_would_break_messages_up_are_refused() {
    isolated(secs(60), || {
        let host = Host::built();
        for (kind, set, name) in [
            (STREAMER, "SetFrontendOption", "Conflate"),
            (STREAMER, "SetCaptureOption", "ТолькоПоследнее"),
            (FORWARDER, "SetBackendOption", "XPubManual"),
            (FORWARDER, "SetBackendOption", "XPubVerboser"),
        ] {
            let proxy = proxy::of(&host, kind);
            let option = |value: bool| proxy.call(set, args![name, value]);
            match option(true) {
                // No such socket has it.
                Err(failed) => assert_eq!(failed.code, "ENOENT", "{failed}"),
                Ok(_) => {
                    for side in ["BindFrontend", "BindBackend", "BindCapture"] {
                        proxy.must(side, args!["tcp://127.0.0.1:*"]);
                    }
                    assert_eq!(proxy.must_fail("Start", []).code, "ENOTSUP");
                    assert_eq!(proxy.text_of("State"), "New");
                }
            }
        }
    });
}

/// What waits behind a full receiver, or behind a pause, costs nothing.
#[cfg(target_os = "linux")]
#[test]
fn who_waits_costs_nothing() {
    use host::figures::processor_time;
    isolated(secs(60), || {
        let host = Host::built();
        let proxy = narrow(&host, STREAMER, 1);
        let sender = connected(&host, "ZeroMQ.Push", &proxy, "FrontendEndpoint");
        let queue = narrow(&host, QUEUE, 1);
        let client = connected(&host, "ZeroMQ.Dealer", &queue, "FrontendEndpoint");
        (0..100).for_each(|_| send(&sender, "x"));
        (0..100).for_each(|_| send(&client, "x"));
        for paused in [false, true] {
            if paused {
                proxy.must("Pause", []);
                queue.must("Pause", []);
            }
            thread::sleep(millis(200));
            let (before, time) = (processor_time(), millis(500));
            thread::sleep(time);
            let spent = processor_time() - before;
            assert!(spent < millis(50), "paused: {paused}, {spent:?} of {time:?}");
        }
    });
}
