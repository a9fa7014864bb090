//! Messages that a client is told of by events: what becomes of each, in which order, what a slow script loses and is told of.

use host::{App, Host, Interfaces, Object, Settings, Value, args, isolated, millis, secs, wait_until};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PATIENT: Duration = Duration::from_secs(20);

fn client() -> Host {
    Host::built_with(Settings { app: App::ThinClient, ..Settings::default() })
}

fn pair(host: &Host, name: &str) -> (Object, Object) {
    let pull = host.bound("ZeroMQ.Pull", &format!("inproc://events.{name}"));
    let push = host.connected("ZeroMQ.Push", &pull);
    (pull, push)
}

fn send(socket: &Object, parts: &[&[u8]]) {
    let (last, before) = parts.split_last().expect("a part");
    before.iter().for_each(|part| drop(socket.must("SendPart", [Value::blob(part)])));
    assert!(socket.must("Send", [Value::blob(last)]).truth(), "it was not sent");
}

#[track_caller]
fn next(host: &Host) -> [String; 3] {
    host.event_queue().next(PATIENT).expect("an event")
}

#[track_caller]
fn next_is(host: &Host, source: &str, event: &str, data: &str) {
    let [its_source, its_event, its_data] = next(host);
    assert_eq!([&*its_source, &*its_event], [source, event], "{its_data:.100}");
    assert!(its_data == data, "{its_data:.200} is not {data:.200}");
}

#[track_caller]
fn silent(host: &Host) {
    assert_eq!(host.event_queue().next(millis(60)), None);
}

fn base64_of(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |sum, n| sum << 8 | u32::from(chunk.get(n).copied().unwrap_or(0)));
        for digit in 0..4 {
            let index = usize::try_from(number >> (18 - 6 * digit) & 63).expect("six bits");
            text.push(if digit > chunk.len() { '=' } else { char::from(DIGITS[index]) });
        }
    }
    text
}

#[test]
fn a_text_is_itself_data_is_base64_and_parts_are_json() {
    isolated(secs(60), || {
        let host = client();
        let (pull, push) = pair(&host, "kinds");
        send(&push, &[b"before"]);
        assert!(!pull.get("Listening").expect("a flag").truth());
        pull.must("Listen", args!["Заявка"]);
        assert!(pull.get("Listening").expect("a flag").truth());
        assert_eq!(host.event_queue().deepened(), [100]);
        next_is(&host, "ZeroMQ.Pull", "Заявка", "before");
        let long = vec![b'x'; 10 << 20];
        let long_data = vec![0xFE; 10 << 20];
        let wide = "Ж😀".repeat(50_000);
        let cases: &[(&[&[u8]], &str, &str)] = &[
            (&["Привет, «мир»".as_bytes()], "Заявка", "Привет, «мир»"),
            (&[b""], "Заявка", ""),
            (&[b"\x01\n"], "Заявка", "\u{1}\n"),
            (&[b"a\0b"], "Заявка.Base64", "YQBi"),
            (&[b"\xff\xfe"], "Заявка.Base64", "//4="),
            (&[b"ab\xc3"], "Заявка.Base64", "YWLD"),
            (&[b"a", b"\xff\0", b""], "Заявка.JSON", r#"["a",{"base64":"/wA="},""]"#),
            (&[b"", b""], "Заявка.JSON", r#"["",""]"#),
            (&[&long], "Заявка", std::str::from_utf8(&long).expect("ASCII")),
            (&[wide.as_bytes()], "Заявка", &wide),
            (&[&long_data], "Заявка.Base64", &base64_of(&long_data)),
            (&[b"last"], "Заявка", "last"),
        ];
        for (parts, event, data) in cases {
            send(&push, parts);
            next_is(&host, "ZeroMQ.Pull", event, data);
        }
        assert_eq!(pull.must("StopListening", []), Value::i4(0));
        assert!(!pull.get("Listening").expect("a flag").truth());
        pull.must("Listen", args!["Данные", 10, true]);
        send(&push, &[b"foo"]);
        send(&push, &[b"foo", b""]);
        next_is(&host, "ZeroMQ.Pull", "Данные.Base64", "Zm9v");
        next_is(&host, "ZeroMQ.Pull", "Данные.JSON", r#"[{"base64":"Zm9v"},{"base64":""}]"#);
        pull.must("StopListening", []);
        pull.must("Слушать", []);
        send(&push, &[b"x"]);
        next_is(&host, "ZeroMQ.Pull", "ZeroMQ", "x");
        assert_eq!(host.event_queue().deepened(), [100], "it is deep enough");
        silent(&host);
    });
}

/// A message that Recv began, and one that Recv could not give, come first.
#[test]
fn what_a_call_began_is_told_of_first() {
    isolated(secs(60), || {
        let host = client();
        let (pull, push) = pair(&host, "began");
        send(&push, &[b"a", b"b", b"c"]);
        send(&push, &[b"\xff"]);
        send(&push, &[b"text"]);
        assert_eq!(pull.must("Recv", []), Value::blob("a"));
        pull.must("Listen", args!["E"]);
        next_is(&host, "ZeroMQ.Pull", "E.JSON", r#"["b","c"]"#);
        next_is(&host, "ZeroMQ.Pull", "E.Base64", "/w==");
        next_is(&host, "ZeroMQ.Pull", "E", "text");
        pull.must("StopListening", []);
        send(&push, &[b"\xfe"]);
        assert_eq!(pull.must_fail("RecvText", []).code, "EILSEQ");
        pull.must("Listen", args!["E"]);
        next_is(&host, "ZeroMQ.Pull", "E.Base64", "/g==");
    });
}

#[test]
fn every_class_that_receives() {
    isolated(secs(120), || {
        let host = client();
        // Whoever only receives, and whoever does both.
        for (class, peer) in
            [("Pull", "Push"), ("Pair", "Pair"), ("Dealer", "Dealer"), ("Sub", "Pub"), ("XSub", "XPub")]
        {
            let (class, peer) = (format!("ZeroMQ.{class}"), format!("ZeroMQ.{peer}"));
            let receiver = host.bound(&class, "tcp://127.0.0.1:*");
            if class.ends_with("Sub") {
                receiver.must("Subscribe", args![""]);
            }
            receiver.must("Listen", args!["E"]);
            let sender = host.connected(&peer, &receiver);
            if class == "ZeroMQ.XSub" {
                assert_eq!(sender.must("Recv", []), Value::blob([1]));
            }
            send(&sender, &[b"hello"]);
            send(&sender, &[b"topic", b"body"]);
            next_is(&host, &class, "E", "hello");
            next_is(&host, &class, "E.JSON", r#"["topic","body"]"#);
            if class == "ZeroMQ.Dealer" || class == "ZeroMQ.Pair" {
                // It sends as always.
                send(&receiver, &[b"back"]);
                assert_eq!(sender.must("Recv", []), Value::blob("back"));
            }
        }
    });
}

#[test]
fn whoever_answers_does_so_while_listening() {
    isolated(secs(60), || {
        let host = client();
        let router = host.bound("ZeroMQ.Router", "inproc://events.router");
        let dealer = host.create("ZeroMQ.Dealer");
        dealer.set("RoutingId", Value::blob("Петя")).expect("an identity");
        dealer.must("Connect", args!["inproc://events.router"]);
        router.must("Listen", args!["E"]);
        send(&dealer, &[b"?"]);
        next_is(&host, "ZeroMQ.Router", "E.JSON", r#"["Петя","?"]"#);
        assert!(router.must("SendTo", [Value::blob("Петя"), Value::blob("!")]).truth());
        assert_eq!(dealer.must("Recv", []), Value::blob("!"));
        // One request at a time, each with its reply.
        let rep = host.bound("ZeroMQ.Rep", "inproc://events.rep");
        let clients = [(); 2].map(|()| host.connected("ZeroMQ.Req", &rep));
        for client in &clients {
            client.must("Listen", args!["Ответ"]);
        }
        rep.must("Listen", args!["Запрос"]);
        for round in 0..20 {
            clients.iter().for_each(|client| send(client, &[format!("{round}").as_bytes()]));
            let mut replies = 0;
            while replies < 2 {
                // The second request may come before the reply to the first.
                let [source, event, data] = next(&host);
                if source == "ZeroMQ.Req" {
                    assert_eq!([event, data], ["Ответ".to_owned(), format!("на {round}")]);
                    replies += 1;
                } else {
                    assert_eq!([event, data.clone()], ["Запрос".to_owned(), round.to_string()]);
                    send(&rep, &[format!("на {data}").as_bytes()]);
                }
            }
        }
        silent(&host);
    });
}

#[test]
fn subscriptions_and_raw_tcp() {
    isolated(secs(60), || {
        let host = client();
        let xpub = host.bound("ZeroMQ.XPub", "inproc://events.xpub");
        xpub.must("Listen", args!["E", 1000, true]);
        let sub = host.connected("ZeroMQ.Sub", &xpub);
        sub.must("Subscribe", args!["тема"]);
        next_is(&host, "ZeroMQ.XPub", "E.Base64", &base64_of("\u{1}тема".as_bytes()));
        sub.must("Unsubscribe", args!["тема"]);
        next_is(&host, "ZeroMQ.XPub", "E.Base64", &base64_of("\u{0}тема".as_bytes()));
        let server = host.bound("ZeroMQ.Stream", "tcp://127.0.0.1:*");
        server.must("Listen", args!["S", 1000, true]);
        let to = server.text_of("LastEndpoint");
        let mut tcp = std::net::TcpStream::connect(to.trim_start_matches("tcp://")).expect("a connection");
        let [_, name, notice] = next(&host);
        assert_eq!(name, "S.JSON");
        let identity = notice.split('"').nth(3).expect("an identity").to_owned();
        std::io::Write::write_all(&mut tcp, b"GET /").expect("sent");
        let data = base64_of(b"GET /");
        next_is(&host, "ZeroMQ.Stream", "S.JSON", &format!(r#"[{{"base64":"{identity}"}},{{"base64":"{data}"}}]"#));
        drop(tcp);
        next_is(&host, "ZeroMQ.Stream", "S.JSON", &format!(r#"[{{"base64":"{identity}"}},{{"base64":""}}]"#));
    });
}

/// The script takes one event in a while, a thousand messages come meanwhile. No more waits than was said, the order is kept,
/// what is missing is told where it is missing, and the newest always comes.
#[test]
fn a_slow_script_loses_the_oldest_and_is_told_how_many() {
    isolated(secs(120), || {
        const SENT: u64 = 5_000;
        let host = client();
        host.event_queue().limit(5);
        let (pull, push) = pair(&host, "slow");
        pull.must("Listen", args!["E", 50]);
        let (mut expected, mut lost, mut reports, mut handled) = (0, 0, 0, 0);
        let told = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..SENT {
                    // Each thousand when the one before was told: there are several places where something is missing.
                    while n.is_multiple_of(1_000) && told.load(Ordering::Relaxed) < n {
                        thread::sleep(millis(1));
                    }
                    send(&push, &[n.to_string().as_bytes()]);
                }
            });
            while expected < SENT {
                let [_, event, data] = next(&host);
                let number: u64 = data.parse().expect("a number");
                if event == "E.Dropped" {
                    assert!(number > 0);
                    (expected, lost, reports) = (expected + number, lost + number, reports + 1);
                } else {
                    assert_eq!((&*event, number), ("E", expected), "out of order, or missing without a word");
                    (expected, handled) = (expected + 1, handled + 1);
                }
                told.store(expected, Ordering::Relaxed);
                assert!(pull.get("EventsWaiting").expect("a number").number() <= 50.0);
                thread::sleep(millis(3));
            }
        });
        assert_eq!(expected, SENT);
        assert_eq!(handled + lost, SENT);
        assert!(reports > 1 && lost > SENT / 4, "{lost} lost, in {reports} places: the script was not slow");
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let lost = lost as f64;
        assert_eq!(pull.get("EventsDropped").expect("a number").number().to_bits(), lost.to_bits());
        assert!(host.event_queue().refused() > 0, "the host's queue was never full");
        silent(&host);
        assert_eq!(pull.must("StopListening", []), Value::i4(0));
    });
}

/// Large messages are bounded by their bytes.
#[test]
fn large_messages_that_wait_are_few() {
    isolated(secs(120), || {
        let host = client();
        host.event_queue().limit(1);
        let (pull, push) = pair(&host, "large");
        pull.must("Listen", args!["E"]);
        for n in 0..20 {
            send(&push, &[&vec![b'0' + n; 10 << 20]]);
        }
        assert!(wait_until(PATIENT, || pull.get("EventsDropped").expect("a number").number() >= 12.0));
        assert!(pull.get("EventsWaiting").expect("a number").number() <= 6.0);
        let back = pull.must("StopListening", []).number();
        assert!((1.0..=7.0).contains(&back), "{back} of 64 MiB");
        let newest = (0..20).map_while(|_| match pull.must("Recv", args![0]) {
            Value::Empty => None,
            data => Some(data.bytes()[0]),
        });
        assert_eq!(newest.last(), Some(b'0' + 19), "the newest is kept");
    });
}

#[test]
fn stopping_gives_back_what_nobody_was_told_of() {
    isolated(secs(60), || {
        let host = client();
        host.event_queue().limit(3);
        let (pull, push) = pair(&host, "back");
        for round in 0..10 {
            pull.must("Listen", args!["E"]);
            (0..200).for_each(|n| send(&push, &[format!("{round}.{n}").as_bytes()]));
            if round % 2 == 0 {
                assert!(wait_until(PATIENT, || pull.get("EventsWaiting").expect("a number").number() >= 190.0));
            }
            let start = Instant::now();
            let back = pull.must("StopListening", []).number();
            assert!(start.elapsed() < secs(2), "{:?}", start.elapsed());
            if round % 2 == 0 {
                assert!(back >= 190.0, "{back} came back");
            }
            assert_eq!(pull.get("EventsWaiting").expect("a number"), Value::i4(0));
            let told = host.events();
            assert!(told.len() <= 3);
            for (n, [.., data]) in told.iter().enumerate() {
                assert_eq!(*data, format!("{round}.{n}"));
            }
            for n in told.len()..200 {
                let message = format!("{round}.{n}");
                // By whichever call.
                match n % 3 {
                    0 => assert_eq!(pull.must("Recv", []), Value::blob(&message)),
                    1 => assert_eq!(pull.must("RecvText", []), Value::from(&*message)),
                    _ => assert_eq!(pull.must("RecvBatch", args![1]), Value::from(&*format!("[\"{message}\"]"))),
                }
            }
            assert!(pull.must("Recv", args![0]).is_empty());
        }
        // What came back is told of by the next run as well.
        pull.must("Listen", args!["E"]);
        (0..20).for_each(|n| send(&push, &[format!("{n}").as_bytes()]));
        assert!(wait_until(PATIENT, || pull.get("EventsWaiting").expect("a number").number() >= 16.0));
        pull.must("StopListening", []);
        pull.must("Listen", args!["E"]);
        (0..20).for_each(|n| next_is(&host, "ZeroMQ.Pull", "E", &n.to_string()));
        silent(&host);
    });
}

#[test]
fn calls_that_receive_are_refused_meanwhile() {
    isolated(secs(60), || {
        let host = client();
        let req = host.bound("ZeroMQ.Req", "inproc://events.asks");
        req.must("Listen", []);
        let (pull, push) = pair(&host, "refused");
        assert_eq!(host.create("ZeroMQ.Pull").must_fail("Listen", []).code, "ENOTCONN");
        assert_eq!(pull.must("StopListening", []), Value::i4(0), "nobody listened");
        pull.must("Listen", args!["E"]);
        for (object, method, values) in [
            (&pull, "Recv", &args![0][..]),
            (&pull, "RecvText", &args![0]),
            (&pull, "RecvMultipart", &args![0]),
            (&pull, "RecvBatch", &args![1, 0]),
            (&req, "Request", &[Value::blob("x"), Value::i4(0)]),
            (&req, "RequestText", &args!["x", 0]),
        ] {
            let start = Instant::now();
            let failed = object.must_fail(method, values);
            assert_eq!(failed.code, "EBUSY", "{method}: {}", failed.last_error);
            assert!(failed.last_error.contains("ПрекратитьСлушать"), "{}", failed.last_error);
            assert!(start.elapsed() < secs(2));
        }
        assert_eq!(pull.must_fail("Listen", args!["Другое"]).code, "EALREADY");
        for name in ["".to_owned(), "x".repeat(256)] {
            pull.must("StopListening", []);
            assert_eq!(pull.must_fail("Listen", args![&*name]).code, "EINVAL");
        }
        for most in [0, -1, 100_001] {
            assert_eq!(pull.must_fail("Listen", args!["E", most]).code, "EINVAL");
        }
        pull.must("Listen", args![&*"ж".repeat(255)]);
        send(&push, &[b"x"]);
        next_is(&host, "ZeroMQ.Pull", &"ж".repeat(255), "x");
        // Another socket is another's business.
        let (other, to_other) = pair(&host, "other");
        other.must("Listen", args!["O"]);
        send(&to_other, &[b"other"]);
        next_is(&host, "ZeroMQ.Pull", "O", "other");
        pull.must("StopListening", []);
        send(&to_other, &[b"again"]);
        next_is(&host, "ZeroMQ.Pull", "O", "again");
        other.must("Close", []);
        assert!(!other.get("Listening").expect("a flag").truth());
        for method in ["Listen", "StopListening", "Recv"] {
            assert_eq!(other.must_fail(method, []).code, "ENOTSOCK", "{method}");
        }
    });
}

#[test]
fn events_do_not_reach_servers() {
    isolated(secs(60), || {
        for app in [App::Server, App::ExternalConnection, App::MobileServer] {
            let host = Host::built_with(Settings { app, ..Settings::default() });
            let (pull, push) = pair(&host, &format!("server.{app:?}"));
            let failed = pull.must_fail("Listen", []);
            assert_eq!(failed.code, "ENOTSUP", "{app:?}");
            assert!(failed.last_error.contains("до сервера не доходят"), "{}", failed.last_error);
            assert_eq!(host.event_queue().deepened(), [], "the host is not asked for what it has not");
            send(&push, &[b"x"]);
            assert_eq!(pull.must("Recv", []), Value::blob("x"));
            assert_eq!(host.events(), [[""; 3]; 0]);
        }
        for app in [App::ThinClient, App::ThickClient, App::WebClient, App::MobileClient] {
            let host = Host::built_with(Settings { app, ..Settings::default() });
            let (pull, push) = pair(&host, &format!("client.{app:?}"));
            pull.must("Listen", args!["E"]);
            send(&push, &[b"x"]);
            next_is(&host, "ZeroMQ.Pull", "E", "x");
        }
        // Who does not tell what it is shows it by what it does with an event.
        let settings = || Settings { interfaces: Interfaces::NoSlot, ..Settings::default() };
        for settings in [settings(), Settings { app: App::Unknown, ..Settings::default() }] {
            let host = Host::built_with(settings.clone());
            let (pull, push) = pair(&host, &format!("unknown.{:?}", settings.app));
            host.event_queue().limit(0);
            assert_eq!(pull.must_fail("Listen", args!["E"]).code, "ENOTSUP");
            host.event_queue().limit(10);
            pull.must("Listen", args!["E"]);
            next_is(&host, "ZeroMQ.Pull", "E.Started", "");
            send(&push, &[b"x"]);
            next_is(&host, "ZeroMQ.Pull", "E", "x");
        }
    });
}

/// Whoever sends and whoever listens are different threads of the script.
#[test]
fn nothing_is_missed_while_other_calls_go_on() {
    isolated(secs(120), || {
        const MESSAGES: u32 = 20_000;
        let host = client();
        let left = host.bound("ZeroMQ.Pair", "tcp://127.0.0.1:*");
        let right = host.connected("ZeroMQ.Pair", &left);
        left.must("Listen", args!["E", 100_000]);
        thread::scope(|scope| {
            for (from, prefix) in [(&left, "l"), (&right, "r")] {
                scope.spawn(move || (0..MESSAGES).for_each(|n| send(from, &[format!("{prefix}{n}").as_bytes()])));
            }
            let right = &right;
            scope.spawn(move || {
                (0..MESSAGES).for_each(|n| assert_eq!(right.must("Recv", []), Value::blob(format!("l{n}"))))
            });
            (0..MESSAGES).for_each(|n| next_is(&host, "ZeroMQ.Pair", "E", &format!("r{n}")));
        });
        assert_eq!(left.get("EventsDropped").expect("a number"), Value::i4(0));
        silent(&host);
    });
}

/// The listener receives ahead of its events: a decision on a subscription would meet the peer whose word came last.
#[test]
fn who_decides_on_subscriptions_is_not_listened_to() {
    isolated(secs(60), || {
        let host = client();
        let xpub = host.bound("ZeroMQ.XPub", "inproc://events.manual");
        xpub.must("Listen", args!["E", 1_000, true]);
        // Only then may the option be set at all.
        xpub.must("Unbind", args!["inproc://events.manual"]);
        for (method, values) in [
            ("SubscribePeer", &args!["secret"][..]),
            ("UnsubscribePeer", &args!["secret"]),
            ("SetOption", &args!["РучныеПодписки", true]),
        ] {
            let failed = xpub.must_fail(method, values);
            assert_eq!(failed.code, "EBUSY", "{method}: {}", failed.last_error);
            assert!(failed.last_error.contains("ПрекратитьСлушать"), "{}", failed.last_error);
        }
        assert!(xpub.set("XPubManual", true).is_err());
        xpub.set("XPubManual", false).expect("it is off anyhow");
        xpub.must("StopListening", []);
        xpub.set("XPubManual", true).expect("an option");
        xpub.must("Bind", args!["inproc://events.manual"]);
        let failed = xpub.must_fail("Listen", args!["E"]);
        assert_eq!(failed.code, "ENOTSUP");
        assert!(failed.last_error.contains("РучныеПодписки"), "{}", failed.last_error);
        assert!(!xpub.get("Listening").expect("a flag").truth());
        // By calls the one is meant whose word was received.
        let good = host.connected("ZeroMQ.Sub", &xpub);
        let other = host.connected("ZeroMQ.Sub", &xpub);
        good.must("Subscribe", args!["secret"]);
        assert_eq!(xpub.must("Recv", []), Value::blob("\u{1}secret"));
        other.must("Subscribe", args!["other"]);
        thread::sleep(millis(50));
        xpub.must("SubscribePeer", args!["secret"]);
        send(&xpub, &[b"secret text"]);
        assert_eq!(good.must("Recv", []), Value::blob("secret text"));
        assert!(other.must("Recv", args![100]).is_empty());
        xpub.must("Unbind", args!["inproc://events.manual"]);
        xpub.set("XPubManual", false).expect("an option");
        xpub.must("Listen", args!["E", 1_000, true]);
    });
}

/// What a poller tells of can be received by a call: while it is listened to nothing can, afterwards what came back can.
#[test]
fn a_poller_tells_of_what_a_call_could_receive() {
    isolated(secs(60), || {
        let host = client();
        host.event_queue().limit(1);
        let (pull, push) = pair(&host, "polled");
        let poller = host.create("ZeroMQ.Poller");
        poller.must("Add", [pull.get("Id").expect("a number")]);
        let wait = |timeout: i32| poller.must("Wait", args![timeout]).number() > 0.0;
        send(&push, &[b"before"]);
        assert!(wait(20_000));
        pull.must("Listen", args!["E"]);
        assert!(!wait(50));
        thread::scope(|scope| {
            // Messages come while it sleeps, and go to the listener all the same.
            let sleeper = scope.spawn(|| wait(300));
            (0..100).for_each(|n| {
                send(&push, &[format!("{n}").as_bytes()]);
                thread::sleep(millis(1));
            });
            assert!(!sleeper.join().expect("no panic"));
        });
        let waiting = || pull.get("EventsWaiting").expect("a number").number();
        assert!(wait_until(PATIENT, || waiting() >= 99.0), "{}", waiting());
        thread::scope(|scope| {
            let sleeper = scope.spawn(|| wait(20_000));
            thread::sleep(millis(50));
            assert!(pull.must("StopListening", []).number() >= 99.0);
            assert!(sleeper.join().expect("no panic"), "what came back wakes who sleeps");
        });
        (0..100).for_each(|n| assert_eq!(pull.must("Recv", args![0]), Value::blob(&*n.to_string())));
        assert!(!wait(0));
    });
}
