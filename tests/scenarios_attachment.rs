//! Connecting twice is connecting once; what was bound is not disconnected, what was connected is not unbound; and what
//! was never there is told from a folder that is missing.

use host::{Endpoints, Host, Object, Settings, Transport, Value, args, isolated, secs};
use std::time::{Duration, Instant};

const PAIRS: [(&str, &str); 6] = [
    ("ZeroMQ.Pull", "ZeroMQ.Push"),
    ("ZeroMQ.Push", "ZeroMQ.Pull"),
    ("ZeroMQ.Rep", "ZeroMQ.Req"),
    ("ZeroMQ.Req", "ZeroMQ.Rep"),
    ("ZeroMQ.Sub", "ZeroMQ.Pub"),
    ("ZeroMQ.Pub", "ZeroMQ.Sub"),
];

fn sends(class: &str) -> bool {
    ["ZeroMQ.Push", "ZeroMQ.Req", "ZeroMQ.Pub"].contains(&class)
}

/// One of `class`, ready to meet its peer.
fn make(host: &Host, class: &str) -> Object {
    let object = host.create(class);
    for member in ["SetRecvTimeout", "SetSendTimeout"] {
        if object.slots().find_method(member) >= 0 {
            object.must(member, args![20_000]);
        }
    }
    if class == "ZeroMQ.Sub" {
        object.must("Subscribe", args![b""]);
    }
    object
}

/// A message and, where there is one, its answer, from whichever of the two sends; then silence.
fn exchange_once(one: &Object, other: &Object, told: &str) {
    let (sender, receiver) = if sends(&one.class().replace('_', ".")) { (one, other) } else { (other, one) };
    assert!(sender.must("Send", [Value::blob(told)]).truth(), "{told}");
    assert_eq!(receiver.must("Recv", []), Value::blob(told), "{told}");
    if sender.class().ends_with("Req") {
        receiver.must("Send", [Value::blob(told)]);
        assert_eq!(sender.must("Recv", []), Value::blob(told), "{told}");
    } else {
        receiver.must("SetRecvTimeout", args![60]);
        assert_eq!(receiver.must("Recv", []), Value::Empty, "{told} came twice");
        receiver.must("SetRecvTimeout", args![20_000]);
    }
}

/// Sends until something arrives: a Pub that is bound sends to nobody before the subscription has come, and what a sender
/// gave to a connection that was just ending is lost.
fn meet(one: &Object, other: &Object) {
    let (sender, receiver) = if sends(&one.class().replace('_', ".")) { (one, other) } else { (other, one) };
    if sender.class().ends_with("Req") {
        return;
    }
    let end = Instant::now() + secs(20);
    receiver.must("SetRecvTimeout", args![50]);
    loop {
        sender.must("Send", args![b"hello"]);
        if receiver.must("Recv", []) != Value::Empty {
            break;
        }
        assert!(Instant::now() < end, "nothing arrives");
    }
    while receiver.must("Recv", []) != Value::Empty {}
    receiver.must("SetRecvTimeout", args![20_000]);
}

#[test]
fn connecting_again_is_one_connection() {
    isolated(secs(120), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for (transport, (binds, connects)) in Transport::ALL.into_iter().flat_map(|t| PAIRS.map(|pair| (t, pair))) {
            let told = format!("{transport:?} {connects} to {binds}");
            // Before the other side is there, and after.
            for early in [true, false] {
                let (bound, connected) = (make(&host, binds), make(&host, connects));
                let mut endpoint = endpoints.to_bind(transport);
                // What the system chooses is known after Bind; so is ipc where the system has none.
                if early && endpoint.contains('*') {
                    continue;
                }
                if !early {
                    bound.must("Bind", args![endpoint]);
                    endpoint = bound.text_of("LastEndpoint");
                }
                for _ in 0..3 {
                    connected.must("Connect", args![&endpoint]);
                    assert_eq!(connected.text_of("LastEndpoint"), endpoint);
                }
                if early {
                    bound.must("Bind", args![&endpoint]);
                }
                meet(&bound, &connected);
                exchange_once(&bound, &connected, &told);
                // One Disconnect ends it, and there is nothing left to disconnect.
                connected.must("Disconnect", args![&endpoint]);
                assert_eq!(connected.must_fail("Disconnect", args![&endpoint]).code, "ENOENT", "{told}");
                if connects == "ZeroMQ.Push" {
                    connected.must("SetSendTimeout", args![0]);
                    assert_eq!(connected.must("Send", args![b"x"]), Value::Bool(false), "{told}");
                    connected.must("SetSendTimeout", args![20_000]);
                }
                // After that, Connect makes a new one.
                if !["ZeroMQ.Req", "ZeroMQ.Rep"].contains(&connects) {
                    connected.must("Connect", args![&endpoint]);
                    meet(&bound, &connected);
                }
            }
        }
    });
}

/// Two texts that mean one address.
#[test]
fn spelling_makes_no_second_connection() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (mut texts, tcp) = (Vec::new(), make(&host, "ZeroMQ.Pull"));
        tcp.must("Bind", args!["tcp://127.0.0.1:*"]);
        let port = tcp.text_of("LastEndpoint").rsplit_once(':').expect("a port").1.to_owned();
        texts.push(["127.0.0.1:", "127.0.0.1:0", "127.1:", "[127.0.0.1]:"].map(|form| format!("tcp://{form}{port}")));
        texts.push(
            ["localhost:", "LOCALHOST:", "LocalHost:0", "localhost:00"].map(|form| format!("tcp://{form}{port}")),
        );
        if cfg!(unix) {
            let plain = endpoints.ipc("гнездо");
            let (folder, name) = plain.rsplit_once('/').expect("a folder");
            texts.push([plain.clone(), format!("{folder}//{name}"), format!("{folder}/./{name}"), plain.clone()]);
        }
        for forms in texts {
            let push = make(&host, "ZeroMQ.Push");
            forms.iter().for_each(|form| drop(push.must("Connect", args![form])));
            let first = push.text_of("LastEndpoint");
            assert_eq!(first, forms[0]);
            push.must("Disconnect", args![&forms[1]]);
            let failed = push.must_fail("Disconnect", args![&first]);
            assert!(failed.last_error.contains("ни к чему не подключён"), "{failed}");
        }
        // Names of inproc have no other spelling.
        let push = make(&host, "ZeroMQ.Push");
        push.must("Connect", args!["inproc://имя"]);
        push.must("Connect", args!["inproc://Имя"]);
        push.must("Disconnect", args!["inproc://имя"]);
        push.must("Disconnect", args!["inproc://Имя"]);
    });
}

/// The shortest of some first messages from a publisher to a subscriber that is there.
fn quickest(host: &Host, connect: impl Fn(&Object, &str)) -> Duration {
    let mut quickest = Duration::MAX;
    for _ in 0..10 {
        let subscriber = make(host, "ZeroMQ.Sub");
        subscriber.must("Bind", args!["tcp://127.0.0.1:*"]);
        let publisher = make(host, "ZeroMQ.Pub");
        connect(&publisher, &subscriber.text_of("LastEndpoint"));
        // A subscription is sent only while its socket is in a call.
        std::thread::scope(|scope| {
            let heard = scope.spawn(|| subscriber.must("Recv", []));
            let start = Instant::now();
            publisher.must("Send", args![b"x"]);
            quickest = quickest.min(start.elapsed());
            while !heard.is_finished() {
                publisher.must("Send", args![b"x"]);
                std::thread::sleep(Duration::from_millis(20));
            }
            assert_eq!(heard.join().expect("the subscriber"), Value::blob("x"));
        });
        if quickest < Duration::from_millis(400) {
            break;
        }
    }
    quickest
}

/// The first message waits, 0.5 s, for the subscription of each new connection: a repeated one is not new, one that was
/// ended is none.
#[test]
fn a_publisher_waits_only_for_those_it_is_connected_to() {
    isolated(secs(60), || {
        let host = Host::built();
        let twice = |publisher: &Object, endpoint: &str| {
            publisher.must("Connect", args![endpoint]);
            publisher.must("Connect", args![endpoint]);
        };
        let elsewhere_first = |publisher: &Object, endpoint: &str| {
            publisher.must("Connect", args!["inproc://никто"]);
            publisher.must("Disconnect", args!["inproc://никто"]);
            publisher.must("Connect", args![endpoint]);
        };
        assert!(quickest(&host, twice) < Duration::from_millis(400));
        assert!(quickest(&host, elsewhere_first) < Duration::from_millis(400));
    });
}

/// An inproc peer that closes takes the connection along: to leave it then is no error.
#[test]
fn a_peer_that_has_gone_is_disconnected() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for (transport, (binds, connects)) in Transport::ALL.into_iter().flat_map(|t| PAIRS.map(|pair| (t, pair))) {
            let (bound, connected) = (make(&host, binds), make(&host, connects));
            bound.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = bound.text_of("LastEndpoint");
            connected.must("Connect", args![&endpoint]);
            meet(&bound, &connected);
            bound.must("Close", []);
            if connected.slots().find_method("Send") >= 0 {
                // Lets the socket learn of it.
                connected.must("SetSendTimeout", args![0]);
                let _ = connected.call("Send", args![b"x"]);
            } else {
                connected.must("SetRecvTimeout", args![50]);
                connected.must("Recv", []);
            }
            connected.must("Disconnect", args![&endpoint]);
            let failed = connected.must_fail("Disconnect", args![&endpoint]);
            assert!(failed.code == "ENOENT" && failed.last_error.contains("ни к чему не подключён"), "{failed}");
        }
    });
}

#[test]
fn binding_again_is_refused() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for (transport, (class, _)) in
            [Transport::Inproc, Transport::Tcp].into_iter().flat_map(|t| PAIRS.map(|p| (t, p)))
        {
            let object = host.create(class);
            object.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = object.text_of("LastEndpoint");
            assert_eq!(object.must_fail("Bind", args![&endpoint]).code, "EADDRINUSE", "{class} {transport:?}");
        }
    });
}

/// An object would only meet itself, and libzmq would undo both with one call.
#[test]
fn an_object_has_no_business_with_itself() {
    isolated(secs(60), || {
        for (speaks, words) in [
            ("ru", ["привязан этот же объект", "подключён этот же объект"]),
            ("en", ["this very object is bound", "this very object is connected"]),
        ] {
            let host = Host::built_with(Settings { ui_language: Some(speaks.into()), ..Settings::default() });
            let endpoints = Endpoints::new();
            for (transport, (class, other)) in Transport::ALL.into_iter().flat_map(|t| PAIRS.map(|pair| (t, pair))) {
                let object = make(&host, class);
                object.must("Bind", args![endpoints.to_bind(transport)]);
                let endpoint = object.text_of("LastEndpoint");
                let failed = object.must_fail("Connect", args![&endpoint]);
                assert!(failed.code == "EADDRINUSE" && failed.last_error.contains(words[0]), "{failed}");
                let peer = make(&host, other);
                peer.must("Connect", args![&endpoint]);
                meet(&object, &peer);
                exchange_once(&object, &peer, &endpoint);
                let failed = peer.must_fail("Bind", args![&endpoint]);
                assert!(failed.code == "EADDRINUSE" && failed.last_error.contains(words[1]), "{failed}");
            }
        }
    });
}

#[test]
fn undoing_takes_the_right_verb() {
    isolated(secs(120), || {
        let words = |speaks| match speaks {
            "ru" => [
                ["подключён, а не привязан", "Используйте Отключить"],
                ["привязан, а не подключён", "Используйте Отвязать"],
            ],
            _ => [["connected to it, not bound", "Use Disconnect"], ["bound to it, not connected", "Use Unbind"]],
        };
        for speaks in ["ru", "en"] {
            let host = Host::built_with(Settings { ui_language: Some(speaks.into()), ..Settings::default() });
            let endpoints = Endpoints::new();
            for (transport, (binds, connects)) in Transport::ALL.into_iter().flat_map(|t| PAIRS.map(|pair| (t, pair))) {
                let (bound, connected) = (make(&host, binds), make(&host, connects));
                let text = endpoints.to_bind(transport);
                bound.must("Bind", args![&text]);
                let endpoint = bound.text_of("LastEndpoint");
                connected.must("Connect", args![&endpoint]);
                let [undone, unmade] = words(speaks);
                for (object, verb, text, words) in [
                    (&connected, "Unbind", &endpoint, undone),
                    (&bound, "Disconnect", &endpoint, unmade),
                    (&bound, "Disconnect", &text, unmade),
                ] {
                    let failed = object.must_fail(verb, args![text]);
                    assert_eq!(failed.code, "ENOENT", "{failed}");
                    assert!(words.iter().all(|word| failed.last_error.contains(word)), "{words:?}: {failed}");
                }
                // Both are as they were.
                meet(&bound, &connected);
                exchange_once(&bound, &connected, &endpoint);
            }
        }
    });
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let pull = host.create("ZeroMQ.Pull");
        assert_eq!(pull.must_fail("Unbind", args!["tcp://127.0.0.1:1"]).code, "ENOTCONN");
        let mut at = Vec::new();
        for number in 1..=7 {
            pull.must("Bind", args![endpoints.to_bind(Transport::Inproc)]);
            at.push(pull.text_of("LastEndpoint"));
            let failed = pull.must_fail("Unbind", args!["inproc://нет такого"]);
            assert_eq!(failed.code, "ENOENT");
            assert!(failed.last_error.contains("такой конечной точки у сокета нет"), "{failed}");
            assert!(at.iter().take(5).all(|endpoint| failed.last_error.contains(endpoint)), "{failed}");
            assert_eq!(failed.last_error.contains("ещё 2"), number == 7, "{failed}");
        }
        let failed = pull.must_fail("Disconnect", args!["inproc://нет такого"]);
        assert!(failed.last_error.contains("ни к чему не подключён"), "{failed}");
    });
}

#[test]
fn a_missing_folder_is_named() {
    isolated(secs(60), || {
        if cfg!(windows) {
            return;
        }
        let endpoints = Endpoints::new();
        for (speaks, words) in [("ru", "нет каталога «"), ("en", "there is no folder \"")] {
            let host = Host::built_with(Settings { ui_language: Some(speaks.into()), ..Settings::default() });
            for (class, _) in PAIRS {
                let object = host.create(class);
                let failed = object.must_fail("Bind", args![endpoints.ipc("нет/такого/гнезда")]);
                assert_eq!(failed.code, "ENOENT", "{failed}");
                let folder = endpoints.folder().join("нет/такого");
                assert!(failed.last_error.contains(&format!("{words}{}", folder.display())), "{failed}");
                std::fs::write(endpoints.folder().join("файл"), "").expect("a file");
                assert_eq!(object.must_fail("Bind", args![endpoints.ipc("файл/гнездо")]).code, "ENOTDIR");
            }
        }
    });
}
