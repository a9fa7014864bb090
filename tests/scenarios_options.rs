//! What options do: each is seen in what comes, what does not, and when.

use host::zmtp::{self, listener};
use host::{Host, Object, Value, args, isolated, millis, secs, wait_until};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

/// An object of a class with these options, which waits `timeout` ms at the most.
fn made(host: &Host, class: &str, timeout: i32, options: &[(&str, Value)]) -> Object {
    let object = host.create(&format!("ZeroMQ.{class}"));
    for (name, value) in options {
        object.set(name, value.clone()).unwrap_or_else(|error| panic!("{error}"));
    }
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        if object.slots().find_method(name) >= 0 {
            object.must(name, args![timeout]);
        }
    }
    object
}

fn bound(object: &Object, endpoint: &str) -> String {
    object.must("Bind", args![endpoint]);
    object.text_of("LastEndpoint")
}

fn on(name: &str) -> (&str, Value) {
    (name, Value::Bool(true))
}

fn send(object: &Object, data: &[u8]) -> bool {
    object.must("Send", [data.into()]).truth()
}

/// The next message of one part; empty when there is none.
fn next(object: &Object) -> Value {
    object.must("Recv", [])
}

#[test]
fn who_sends_more_than_is_taken_is_cut_off() {
    isolated(secs(60), || {
        let host = Host::built();
        for (limit, taken) in [(276, 276), (1000, 1000)] {
            let pull = made(&host, "Pull", 500, &[("MaxMessageSize", Value::i4(limit))]);
            let endpoint = bound(&pull, "tcp://127.0.0.1:*");
            let push = made(&host, "Push", 5000, &[("ReconnectInterval", Value::i4(50))]);
            push.must("Connect", args![&endpoint]);
            assert!(send(&push, &vec![b'x'; taken]));
            assert_eq!(next(&pull), Value::Blob(vec![b'x'; taken]));
            assert!(send(&push, &vec![b'y'; taken + 1]));
            assert_eq!(next(&pull), Value::Empty, "a larger one was taken");
            // The connection is made anew, and what follows comes.
            let again = wait_until(secs(20), || send(&push, b"z") && next(&pull) == Value::blob("z"));
            assert!(again, "nothing comes after it");
        }
    });
}

#[test]
fn immediate_waits_for_the_connection() {
    isolated(secs(60), || {
        let host = Host::built();
        let (silent, address) = listener();
        drop(silent);
        let push = made(&host, "Push", 100, &[("Linger", Value::i4(0))]);
        push.must("Connect", args![&address]);
        assert!(send(&push, b"queued for whoever comes"));
        let careful = made(&host, "Push", 100, &[on("Immediate")]);
        careful.must("Connect", args![&address]);
        assert!(!send(&careful, b"for nobody"), "queued without a connection");
        push.must("Close", []);
        let pull = made(&host, "Pull", 10_000, &[]);
        pull.must("Bind", args![&address]);
        careful.must("SetSendTimeout", args![10_000]);
        assert!(send(&careful, b"now"));
        assert_eq!(next(&pull), Value::blob("now"));
    });
}

#[test]
fn conflate_keeps_the_last_message_whole() {
    isolated(secs(60), || {
        let host = Host::built();
        for endpoint in ["tcp://127.0.0.1:*", "inproc://readings"] {
            let pull = made(&host, "Pull", 10_000, &[on("Conflate")]);
            let push = made(&host, "Push", 10_000, &[on("Conflate")]);
            let at = bound(&push, endpoint);
            pull.must("Connect", args![&at]);
            for n in 0..200 {
                assert!(send(&push, format!("показание {n}").as_bytes()));
            }
            let mut seen = Vec::new();
            while seen.last().is_none_or(|last: &String| last != "показание 199") {
                let reading = next(&pull);
                assert!(!reading.is_empty(), "{endpoint}: the last is lost: {seen:?}");
                seen.push(String::from_utf8(reading.bytes().to_vec()).expect("UTF-8"));
            }
            assert!(seen.len() < 100, "{endpoint}: {} of 200 were kept", seen.len());
            // A message of several parts cannot go, by whatever way it is begun.
            for _ in 0..2 {
                let refused = push.must_fail("SendPart", args![b"header"]);
                assert_eq!(refused.code, "ENOTSUP", "{refused}");
                assert!(refused.last_error.contains("ТолькоПоследнее"), "{refused}");
            }
            assert!(send(&push, b"whole"));
            assert_eq!(next(&pull), Value::blob("whole"));
        }
        // Parts that were collected before the option was set.
        let push = made(&host, "Push", 1000, &[]);
        let at = bound(&push, "inproc://early");
        push.must("SendPart", args![b"header"]);
        push.must("Unbind", args![&at]);
        push.set("Conflate", true).expect("nothing is bound");
        push.must("Bind", args![&at]);
        assert_eq!(push.must_fail("Send", args![b"body"]).code, "ENOTSUP");
        push.must("DropParts", []);
        let pull = made(&host, "Pull", 1000, &[]);
        pull.must("Connect", args![&at]);
        assert!(send(&push, b"body"));
    });
}

/// What strangers send is theirs to choose.
#[test]
fn a_message_of_parts_comes_to_a_socket_that_keeps_one() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = made(&host, "Pull", 5000, &[on("Conflate")]);
        let mut stream = zmtp::tcp(&bound(&pull, "tcp://127.0.0.1:*"));
        zmtp::handshake(&mut stream, "PUSH");
        for n in 0..50_u8 {
            for (flags, part) in [(1, b'a'), (1, b'b'), (0, b'c')] {
                stream.write_all(&zmtp::frame(flags, &[part, n])).expect("a part");
            }
            if n % 10 == 0 {
                thread::sleep(millis(20));
                assert!(!next(&pull).is_empty(), "nothing came");
                assert_eq!(pull.get("RecvMore").expect("RecvMore"), Value::Bool(false), "one part is all there is");
            }
        }
        let last = wait_until(secs(10), || {
            let parts = pull.must("RecvMultipart", []);
            assert_eq!(parts, Value::i4(1), "one part is all there is");
            pull.must("GetPart", args![0]) == Value::Blob(vec![b'c', 49])
        });
        assert!(last, "the last part is lost");
    });
}

#[test]
fn a_subscriber_that_keeps_one_hears_all_its_topics() {
    isolated(secs(60), || {
        let host = Host::built();
        let sub = made(&host, "Sub", 50, &[on("Conflate")]);
        for topic in ["курс", "погода", "склад"] {
            sub.must("Subscribe", [Value::blob(topic)]);
        }
        let publisher = made(&host, "Pub", 1000, &[on("Conflate")]);
        sub.must("Connect", args![bound(&publisher, "tcp://127.0.0.1:*")]);
        for topic in ["склад", "погода", "курс"] {
            let heard = wait_until(secs(10), || {
                send(&publisher, topic.as_bytes());
                next(&sub) == Value::blob(topic)
            });
            assert!(heard, "{topic} is not heard");
        }
    });
}

#[test]
fn inverted_matching_lets_the_others_through() {
    isolated(secs(60), || {
        let host = Host::built();
        for endpoint in ["tcp://127.0.0.1:*", "inproc://inverted"] {
            let publisher = made(&host, "Pub", 1000, &[on("InvertMatching")]);
            let sub = made(&host, "Sub", 10_000, &[on("InvertMatching")]);
            let at = bound(&sub, endpoint);
            sub.must("Subscribe", args![b"debug"]);
            publisher.must("Connect", args![&at]);
            for message in ["debug: 1", "error: 2", "debug: 3", "info: 4"] {
                assert!(send(&publisher, message.as_bytes()));
            }
            assert_eq!([next(&sub), next(&sub)], [Value::blob("error: 2"), Value::blob("info: 4")], "{endpoint}");
        }
    });
}

#[test]
fn every_new_subscriber_is_welcomed() {
    isolated(secs(60), || {
        let host = Host::built();
        let publisher = made(&host, "Pub", 1000, &[("XPubWelcomeMessage", Value::blob("состояние: 7"))]);
        for endpoint in ["tcp://127.0.0.1:*", "inproc://welcome"] {
            let at = bound(&publisher, endpoint);
            for topic in ["состояние", ""] {
                let sub = made(&host, "Sub", 10_000, &[]);
                sub.must("Subscribe", [Value::blob(topic)]);
                sub.must("Connect", args![&at]);
                assert_eq!(next(&sub), Value::blob("состояние: 7"), "{endpoint} {topic:?}");
            }
            let other = made(&host, "Sub", 300, &[]);
            other.must("Subscribe", args![b"else"]);
            other.must("Connect", args![&at]);
            assert_eq!(next(&other), Value::Empty, "{endpoint}: not what it is subscribed to");
        }
    });
}

/// A peer that takes messages and answers no heartbeat.
#[test]
fn a_peer_without_a_heartbeat_is_given_up() {
    isolated(secs(60), || {
        let host = Host::built();
        let options = [("HeartbeatInterval", Value::i4(200)), ("HeartbeatTimeout", Value::i4(400))];
        let push = made(&host, "Push", 1000, &options);
        let mut stream = zmtp::tcp(&bound(&push, "tcp://127.0.0.1:*"));
        zmtp::handshake(&mut stream, "PULL");
        stream.set_read_timeout(Some(secs(20))).expect("a timeout");
        let began = Instant::now();
        let mut frames = 0;
        while zmtp::read_frame(&mut stream).is_some() {
            frames += 1;
        }
        assert!(frames > 0, "no heartbeat came");
        assert!(began.elapsed() < secs(15), "{:?}", began.elapsed());
        // Without them nothing ends.
        let quiet = made(&host, "Push", 1000, &[]);
        let mut stream = zmtp::tcp(&bound(&quiet, "tcp://127.0.0.1:*"));
        zmtp::handshake(&mut stream, "PULL");
        stream.set_read_timeout(Some(secs(2))).expect("a timeout");
        let ended = stream.read(&mut [0; 1]);
        assert!(ended.is_err(), "{ended:?}");
    });
}

/// How many connections come to a listener that hangs up on each.
fn attempts(host: &Host, interval: i32, ceiling: i32) -> usize {
    let (door, address) = listener();
    door.set_nonblocking(true).expect("a listener that does not wait");
    let options = [("ReconnectInterval", Value::i4(interval)), ("ReconnectMaxInterval", Value::i4(ceiling))];
    let push = made(host, "Push", 100, &options);
    push.must("Connect", args![&address]);
    let end = Instant::now() + millis(1500);
    let mut count = 0;
    while Instant::now() < end {
        match door.accept() {
            Ok(_) => count += 1,
            Err(_) => thread::sleep(millis(5)),
        }
    }
    count
}

#[test]
fn connections_are_made_anew_as_often_as_was_said() {
    isolated(secs(60), || {
        let host = Host::built();
        let often = attempts(&host, 20, 20);
        let seldom = attempts(&host, 700, 5000);
        let never = attempts(&host, -1, 0);
        assert!(often > 8, "{often}");
        assert!((1..=4).contains(&seldom), "{seldom}");
        assert_eq!(never, 1);
    });
}

/// What was not made anew can be connected by hand.
#[test]
fn a_connection_that_is_not_made_anew_is_connected_by_hand() {
    isolated(secs(60), || {
        let host = Host::built();
        let (door, address) = listener();
        let push = made(&host, "Push", 10_000, &[("ReconnectInterval", Value::i4(-1))]);
        push.must("Connect", args![&address]);
        drop(door.accept().expect("a connection"));
        drop(door);
        thread::sleep(millis(300));
        let pull = made(&host, "Pull", 10_000, &[]);
        pull.must("Bind", args![&address]);
        push.must("Disconnect", args![&address]);
        push.must("Connect", args![&address]);
        assert!(send(&push, b"again"));
        assert_eq!(next(&pull), Value::blob("again"));
    });
}

/// A SOCKS5 proxy for one connection; gives what it was asked for.
fn proxy_once(door: &TcpListener) -> (String, u16) {
    let (mut client, _) = door.accept().expect("a client of the proxy");
    let mut head = [0; 2];
    client.read_exact(&mut head).expect("a greeting");
    client.read_exact(&mut vec![0; usize::from(head[1])]).expect("its methods");
    client.write_all(&[5, 0]).expect("no password");
    let mut request = [0; 4];
    client.read_exact(&mut request).expect("a request");
    let mut size = [4];
    if request[3] == 3 {
        client.read_exact(&mut size).expect("a name");
    }
    let mut host = vec![0; usize::from(size[0])];
    client.read_exact(&mut host).expect("a host");
    let mut port = [0; 2];
    client.read_exact(&mut port).expect("a port");
    let port = u16::from_be_bytes(port);
    let host = if request[3] == 3 { String::from_utf8(host).expect("a name") } else { format!("{host:?}") };
    let server = TcpStream::connect(("127.0.0.1", port)).expect("the server");
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).expect("an answer");
    for (mut from, mut to) in
        [(client.try_clone().expect("a clone"), server.try_clone().expect("a clone")), (server, client)]
    {
        thread::spawn(move || std::io::copy(&mut from, &mut to));
    }
    (host, port)
}

#[test]
fn a_proxy_carries_the_connection() {
    isolated(secs(60), || {
        let host = Host::built();
        let (door, address) = listener();
        let proxy = address.trim_start_matches("tcp://").to_owned();
        let pull = made(&host, "Pull", 10_000, &[]);
        let port = zmtp::port(&bound(&pull, "tcp://127.0.0.1:*"));
        let push = made(&host, "Push", 10_000, &[("SocksProxy", Value::from(&proxy))]);
        let asked = thread::spawn(move || proxy_once(&door));
        // The proxy alone knows this name.
        push.must("Connect", args![format!("tcp://pull.invalid:{port}")]);
        assert!(send(&push, b"around the corner"));
        assert_eq!(next(&pull), Value::blob("around the corner"));
        assert_eq!(asked.join().expect("the proxy"), ("pull.invalid".to_owned(), port));
        // The next connection goes straight.
        push.set("SocksProxy", "").expect("none");
        let other = made(&host, "Pull", 10_000, &[]);
        push.must("Disconnect", args![format!("tcp://pull.invalid:{port}")]);
        push.must("Connect", args![bound(&other, "tcp://127.0.0.1:*")]);
        assert!(send(&push, b"straight"));
        assert_eq!(next(&other), Value::blob("straight"));
        for wrong in ["proxy", "proxy:", ":1080", "proxy:0", "proxy:70000", "socks5://proxy:1080", "a b:1080", "п\0:1"]
        {
            let refused = push.set("SocksProxy", wrong).expect_err(wrong);
            assert!(refused.code == "EINVAL" && refused.last_error.contains("узел:порт"), "{refused}");
        }
    });
}

#[test]
fn with_ipv6_a_star_means_both_kinds() {
    isolated(secs(60), || {
        let host = Host::built();
        if TcpListener::bind("[::1]:0").is_err() {
            eprintln!("this machine has no IPv6");
            return;
        }
        for (ipv6, both) in [(false, false), (true, true)] {
            let pull = made(&host, "Pull", 10_000, &[("IPv6", Value::Bool(ipv6))]);
            let port = zmtp::port(&bound(&pull, "tcp://*:*"));
            assert_eq!(TcpStream::connect(("::1", port)).is_ok(), both, "IPv6 = {ipv6}");
            assert!(TcpStream::connect(("127.0.0.1", port)).is_ok(), "IPv6 = {ipv6}");
            for peer in [Some("127.0.0.1"), both.then_some("[::1]")].into_iter().flatten() {
                let push = made(&host, "Push", 10_000, &[("IPv6", Value::Bool(ipv6))]);
                push.must("Connect", args![format!("tcp://{peer}:{port}")]);
                assert!(send(&push, peer.as_bytes()));
                assert_eq!(next(&pull), Value::blob(peer));
            }
            // What was bound with it is unbound by the text that bound it.
            pull.must("Bind", args!["tcp://*:*"]);
            pull.must("Unbind", args!["tcp://*:*"]);
            // An address in digits of IPv6 leaves the option as it is.
            let at = bound(&pull, "tcp://[::1]:*");
            pull.must("Unbind", args![&at]);
            let port = zmtp::port(&bound(&pull, "tcp://*:*"));
            assert_eq!(TcpStream::connect(("::1", port)).is_ok(), both, "IPv6 = {ipv6}, after a literal");
        }
    });
}

#[test]
fn a_publisher_that_loses_nothing_waits_for_the_slowest() {
    isolated(secs(60), || {
        let host = Host::built();
        for (no_drop, all) in [(false, 2000), (true, 20)] {
            let options = [("XPubNoDrop", Value::Bool(no_drop)), ("SendHighWaterMark", Value::i4(10))];
            let publisher = made(&host, "Pub", 500, &options);
            let sub = made(&host, "Sub", 1000, &[("RecvHighWaterMark", Value::i4(10))]);
            let at = bound(&sub, "inproc://slow");
            sub.must("Subscribe", args![b""]);
            publisher.must("Connect", args![&at]);
            let sent = (0..all).take_while(|_| send(&publisher, b"x")).count();
            assert_eq!(sent, all, "XPubNoDrop = {no_drop}");
            if no_drop {
                // It waits, and does not try in a circle.
                let before = sleeps();
                assert!(!send(&publisher, b"x"));
                let slept = sleeps() - before;
                assert!(!cfg!(target_os = "linux") || (2..50).contains(&slept), "{slept} sleeps in half a second");
            }
            let came = std::iter::from_fn(|| Some(next(&sub)).filter(|data| !data.is_empty())).take(20).count();
            assert_eq!(came, 20);
            if no_drop {
                assert!(send(&publisher, b"y"), "there is room again");
            }
        }
    });
}

/// How often this thread has gone to sleep, where the system tells.
fn sleeps() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.map_or(0, |count| count.trim().parse().expect("a number"))
}

/// However long the rest may be delivered, closing takes half a second, and so does what comes after it.
#[test]
fn closing_is_bounded_whatever_linger_is() {
    isolated(secs(60), || {
        let host = Host::built();
        let (silent, address) = listener();
        drop(silent);
        for linger in [-1, 0, 30_000, i32::MAX] {
            let push = made(&host, "Push", 100, &[("Linger", Value::i4(linger))]);
            push.must("Connect", args![&address]);
            assert!(send(&push, b"for nobody"));
            let began = Instant::now();
            push.must("Close", []);
            let closing = began.elapsed();
            assert!(closing < millis(1500), "{linger}: {closing:?}");
            let push = made(&host, "Push", 100, &[("Linger", Value::i4(linger))]);
            push.must("Connect", args![&address]);
            assert!(send(&push, b"for nobody"));
            let began = Instant::now();
            drop(push);
            assert!(began.elapsed() < millis(1500), "{linger}: {:?}", began.elapsed());
        }
        // Those that never end keep nobody.
        let began = Instant::now();
        let push = made(&host, "Push", 1000, &[]);
        bound(&push, "inproc://afterwards");
        assert!(began.elapsed() < secs(2), "{:?}", began.elapsed());
    });
}

#[test]
fn linger_set_before_closing_holds_for_what_was_sent_before() {
    isolated(secs(60), || {
        let host = Host::built();
        for (linger, arrives) in [(0, false), (10_000, true)] {
            let (silent, address) = listener();
            drop(silent);
            let push = made(&host, "Push", 100, &[("ReconnectInterval", Value::i4(50))]);
            push.must("Connect", args![&address]);
            assert!(send(&push, b"late"));
            push.set("Linger", linger).expect("at any time");
            push.must("Close", []);
            let pull = made(&host, "Pull", 3000, &[]);
            pull.must("Bind", args![&address]);
            assert_eq!(!next(&pull).is_empty(), arrives, "Linger = {linger}");
        }
    });
}

#[test]
fn a_strict_client_waits_for_its_reply() {
    isolated(secs(60), || {
        let host = Host::built();
        let rep = made(&host, "Rep", 5000, &[]);
        let at = bound(&rep, "inproc://strict");
        let req = made(&host, "Req", 100, &[("ReqRelaxed", Value::Bool(false)), ("ReqCorrelate", Value::Bool(false))]);
        req.must("Connect", args![&at]);
        assert!(send(&req, b"1"));
        assert_eq!(next(&req), Value::Empty);
        assert_eq!(req.must_fail("Send", args![b"2"]).code, "EFSM");
        assert_eq!(next(&rep), Value::blob("1"));
        assert!(send(&rep, b"one"));
        req.must("SetRecvTimeout", args![5000]);
        assert_eq!(next(&req), Value::blob("one"));
    });
}

/// A peer that does not read: whose sender waits for it, and who waits for one that is not there.
#[test]
fn some_patterns_wait_and_others_do_not() {
    isolated(secs(60), || {
        let host = Host::built();
        let all_sent = |sender: &str, option: Option<(&str, bool)>, receiver: &str, endpoint: &str| {
            let marks = ("RecvHighWaterMark", Value::i4(2));
            let receiver = made(&host, receiver, 5000, &[marks]);
            let sender = made(&host, sender, 0, &[("SendHighWaterMark", Value::i4(2))]);
            if let Some((name, value)) = option {
                sender.set(name, value).expect("an option");
            }
            if receiver.slots().find_method("Subscribe") >= 0 {
                receiver.must("Subscribe", args![""]);
            }
            let at = bound(&receiver, endpoint);
            if sender.slots().find_method("SendTo") >= 0 {
                sender.must("SetOption", args!["ConnectRoutingId", b"peer"]);
            }
            sender.must("Connect", args![&at]);
            if sender.slots().find_method("SendTo") >= 0 {
                return (0..20).all(|_| sender.must("SendTo", args![b"peer", b"x"]).truth());
            }
            if receiver.slots().find_method("Subscribe") >= 0 && sender.slots().find_method("Recv") >= 0 {
                assert_eq!(sender.must("Recv", args![5000]), Value::blob([1]), "an XPub reads the subscription itself");
            }
            sender.must("SetSendTimeout", args![500]);
            let first = send(&sender, b"x");
            sender.must("SetSendTimeout", args![0]);
            first && (0..20).all(|_| send(&sender, b"x"))
        };
        for (sender, option, receiver, never_waits) in [
            ("Push", None, "Pull", false),
            ("XSub", None, "XPub", true),
            ("Pub", None, "Sub", true),
            ("Pub", Some(("XPubNoDrop", true)), "Sub", false),
            ("XPub", None, "Sub", true),
            ("XPub", Some(("XPubNoDrop", true)), "Sub", false),
            ("Router", None, "Dealer", false),
            ("Router", Some(("RouterMandatory", false)), "Dealer", true),
        ] {
            let endpoint = format!("inproc://full {sender} {option:?}");
            assert_eq!(all_sent(sender, option, receiver, &endpoint), never_waits, "{sender} {option:?}");
        }
        let (silent, address) = listener();
        drop(silent);
        for (class, sent) in [("Push", false), ("Pub", true), ("XPub", true), ("XSub", true)] {
            let sender = made(&host, class, 100, &[on("Immediate")]);
            sender.must("Connect", args![&address]);
            assert_eq!(send(&sender, b"x"), sent, "{class}");
        }
    });
}

/// Parts of the next message.
fn parts(object: &Object) -> Vec<Vec<u8>> {
    let count = object.must("RecvMultipart", []);
    let count = if count.is_empty() { 0 } else { count.number() as i32 };
    (0..count).map(|number| object.must("GetPart", args![number]).bytes().to_vec()).collect()
}

#[test]
fn a_router_knows_its_peers_by_the_ids_that_they_were_given() {
    isolated(secs(60), || {
        let host = Host::built();
        for handover in [true, false] {
            let router = made(&host, "Router", 1000, &[("RouterHandover", Value::Bool(handover))]);
            let at = bound(&router, "tcp://127.0.0.1:*");
            let worker = || {
                let worker = made(&host, "Dealer", 1000, &[("RoutingId", Value::blob("worker-1")), on("ProbeRouter")]);
                worker.must("Connect", args![&at]);
                worker
            };
            let first = worker();
            // It is heard of before it sends anything.
            assert_eq!(parts(&router), [b"worker-1".to_vec(), Vec::new()]);
            let second = worker();
            let expected = if handover { vec![b"worker-1".to_vec(), Vec::new()] } else { Vec::new() };
            assert_eq!(parts(&router), expected, "RouterHandover = {handover}");
            assert!(router.must("SendTo", args![b"worker-1", b"task"]).truth());
            let (came, not) = if handover { (&second, &first) } else { (&first, &second) };
            assert_eq!(next(came), Value::blob("task"), "RouterHandover = {handover}");
            not.must("SetRecvTimeout", args![100]);
            assert_eq!(next(not), Value::Empty, "RouterHandover = {handover}");
        }
    });
}

#[test]
fn who_is_not_there_is_an_error_or_silence() {
    isolated(secs(60), || {
        let host = Host::built();
        let router = made(&host, "Router", 200, &[]);
        bound(&router, "tcp://127.0.0.1:*");
        assert_eq!(router.get("RouterMandatory").expect("an option"), Value::Bool(true));
        assert_eq!(router.must_fail("SendTo", args![b"nobody", b"x"]).code, "EHOSTUNREACH");
        router.set("RouterMandatory", false).expect("at any time");
        assert!(router.must("SendTo", args![b"nobody", b"x"]).truth());
        router.set("RouterMandatory", true).expect("at any time");
        assert_eq!(router.must_fail("SendTo", args![b"nobody", b"x"]).code, "EHOSTUNREACH");
    });
}

#[test]
fn a_router_writes_first_to_the_one_that_it_named() {
    isolated(secs(60), || {
        let host = Host::built();
        for endpoint in ["tcp://127.0.0.1:*", "inproc://named"] {
            let server = made(&host, "Dealer", 5000, &[]);
            let at = bound(&server, endpoint);
            let router = made(&host, "Router", 5000, &[]);
            router.must("SetOption", args!["ИдентификаторПодключаемого", b"server-1"]);
            router.must("Connect", args![&at]);
            assert_eq!(
                router.get("ConnectRoutingId").expect("an option"),
                Value::blob(""),
                "it was for one connection"
            );
            assert!(router.must("SendTo", args![b"server-1", b"hello"]).truth());
            assert_eq!(next(&server), Value::blob("hello"));
            assert!(send(&server, b"yes"));
            assert_eq!(parts(&router), [b"server-1".to_vec(), b"yes".to_vec()]);
            // The name is taken as long as that connection is there.
            let taken = router.set("ConnectRoutingId", &b"server-1"[..]).expect_err("taken");
            assert_eq!(taken.code, "EADDRINUSE", "{taken}");
            assert!(taken.last_error.contains("идентификатор"), "{taken}");
            assert_eq!(router.get("ConnectRoutingId").expect("an option"), Value::blob(""));
            router.set("ConnectRoutingId", &b"server-2"[..]).expect("a free one");
        }
    });
}

/// Whom the name was meant for has no queue until it is connected, and the next one would have got the name.
#[test]
fn a_router_that_waits_for_connections_names_nobody() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, local) = (made(&host, "Dealer", 5000, &[]), made(&host, "Dealer", 5000, &[]));
        let (at, near) = (bound(&server, "tcp://127.0.0.1:*"), bound(&local, "inproc://near"));
        let router = made(&host, "Router", 5000, &[on("Immediate"), ("ConnectRoutingId", Value::blob("server-1"))]);
        let refused = router.must_fail("Connect", args![&at]);
        assert!(refused.code == "EINVAL" && refused.last_error.contains("ИдентификаторПодключаемого"), "{refused}");
        assert_eq!(router.get("ConnectRoutingId").expect("an option"), Value::blob("server-1"), "nothing has changed");
        assert_eq!(router.text_of("LastEndpoint"), "");
        // Within the process whoever is connected to is there at once.
        router.must("Connect", args![&near]);
        assert!(router.must("SendTo", args![b"server-1", b"hello"]).truth());
        assert_eq!(next(&local), Value::blob("hello"));
        // No name is waiting any more.
        router.must("Connect", args![&at]);
        router.must("Disconnect", args![&at]);
        router.must("Disconnect", args![&near]);
        router.set("Immediate", false).expect("connected to nothing");
        router.set("ConnectRoutingId", &b"server-2"[..]).expect("a free one");
        router.must("Connect", args![&at]);
        assert!(router.must("SendTo", args![b"server-2", b"hello"]).truth());
        assert_eq!(next(&server), Value::blob("hello"));
    });
}

/// What an XPub hears of two subscribers to one topic, of which both then go.
fn heard(host: &Host, options: &[(&str, Value)]) -> Vec<u8> {
    let publisher = made(host, "XPub", 300, options);
    let at = bound(&publisher, "tcp://127.0.0.1:*");
    let mut heard = Vec::new();
    let mut hear = || {
        while let Value::Blob(told) = next(&publisher) {
            assert_eq!(told[1..], *b"t");
            heard.push(told[0]);
        }
    };
    let subs = [(); 2].map(|()| {
        let sub = made(host, "Sub", 1000, &[]);
        sub.must("Subscribe", args![b"t"]);
        sub.must("Connect", args![&at]);
        hear();
        sub
    });
    for sub in subs {
        sub.must("Unsubscribe", args![b"t"]);
        hear();
    }
    heard
}

#[test]
fn an_xpub_hears_as_much_of_subscriptions_as_was_asked_for() {
    isolated(secs(60), || {
        let host = Host::built();
        let off = |name| (name, Value::Bool(false));
        assert_eq!(heard(&host, &[]), [1, 0]);
        assert_eq!(heard(&host, &[on("XPubVerbose")]), [1, 1, 0]);
        assert_eq!(heard(&host, &[on("XPubVerboser")]), [1, 1, 0, 0]);
        // Whatever the order in which the two are set.
        assert_eq!(heard(&host, &[on("XPubVerboser"), on("XPubVerbose")]), [1, 1, 0, 0]);
        assert_eq!(heard(&host, &[on("XPubVerbose"), on("XPubVerboser"), off("XPubVerboser")]), [1, 1, 0]);
        assert_eq!(heard(&host, &[on("XPubVerboser"), off("XPubVerbose")]), [1, 1, 0, 0]);
        assert_eq!(heard(&host, &[on("XPubVerbose"), off("XPubVerbose")]), [1, 0]);
    });
}

#[test]
fn an_xpub_decides_what_its_subscribers_hear() {
    isolated(secs(60), || {
        let host = Host::built();
        let publisher = made(&host, "XPub", 5000, &[on("XPubManual")]);
        let sub = made(&host, "Sub", 5000, &[]);
        sub.must("Subscribe", args![b"A"]);
        sub.must("Subscribe", args![b"B"]);
        sub.must("Connect", args![bound(&publisher, "tcp://127.0.0.1:*")]);
        assert_eq!(next(&publisher), Value::blob("\u{1}A"));
        publisher.must("SubscribePeer", args![b"B"]);
        assert_eq!(next(&publisher), Value::blob("\u{1}B"));
        for message in ["A1", "B1"] {
            assert!(send(&publisher, message.as_bytes()));
        }
        assert_eq!(next(&sub), Value::blob("B1"), "what it was subscribed to, not what it asked for");
        publisher.must("UnsubscribePeer", args![b"B"]);
        assert!(send(&publisher, b"B2"));
        sub.must("SetRecvTimeout", args![300]);
        assert_eq!(next(&sub), Value::Empty);
        // Without the option subscribers subscribe for themselves.
        let other = made(&host, "XPub", 100, &[]);
        bound(&other, "inproc://other");
        let refused = other.must_fail("SubscribePeer", args![b"A"]);
        assert!(refused.code == "EINVAL" && refused.last_error.contains("РучныеПодписки"), "{refused}");
    });
}

#[test]
fn an_xpub_subscribes_the_one_that_asked_or_says_that_there_is_none() {
    isolated(secs(60), || {
        let host = Host::built();
        for endpoint in ["tcp://127.0.0.1:*", "inproc://asked"] {
            let publisher = made(&host, "XPub", 10_000, &[on("XPubManual")]);
            let at = bound(&publisher, endpoint);
            let nobody = || {
                let refused = publisher.must_fail("SubscribePeer", args!["given"]);
                assert!(refused.code == "EHOSTUNREACH" && refused.last_error.contains("некого"), "{refused}");
            };
            let asks = |topic: &str| {
                let peer = made(&host, "XSub", 5000, &[]);
                peer.must("Connect", args![&at]);
                peer.must("Subscribe", args![topic]);
                assert_eq!(next(&publisher), Value::Blob([b"\x01", topic.as_bytes()].concat()));
                peer
            };
            nobody();
            let other = asks("other");
            let asked = asks("asked");
            assert!(send(&asked, b"a message"));
            assert_eq!(next(&publisher), Value::blob("a message"));
            other.must("Close", []);
            // Objects that nobody calls learn of what happened within this time.
            thread::sleep(millis(500));
            publisher.must("SubscribePeer", args!["given"]);
            assert!(send(&publisher, b"given"));
            assert_eq!(next(&asked), Value::blob("given"), "{endpoint}");
            assert_eq!(next(&publisher), Value::blob("\0other"));
            nobody();
            publisher.must("UnsubscribePeer", args!["other"]);
        }
    });
}

#[test]
fn a_stream_tells_of_connections_or_does_not() {
    isolated(secs(60), || {
        let host = Host::built();
        for notices in [true, false] {
            let stream = made(&host, "Stream", 1000, &[("StreamNotify", Value::Bool(notices))]);
            let mut client = zmtp::tcp(&bound(&stream, "tcp://127.0.0.1:*"));
            client.write_all(b"GET").expect("a request");
            let first = parts(&stream);
            assert_eq!(first[1].is_empty(), notices, "StreamNotify = {notices}");
            let data = if notices { parts(&stream) } else { first };
            assert_eq!(data[1], b"GET");
        }
    });
}
