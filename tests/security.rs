//! CURVE and PLAIN between objects of the component, over every transport that reaches another process: who is let in, and
//! who is not. Real peers are in `security_peers`.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs, wait_until};
use key_pair::{Pair, pair};
use refusals::{forget, wait_for_refusal, watch};
use std::cell::RefCell;
use std::thread;

mod key_pair;
mod refusals;

/// How long nothing may come of somebody who was refused, ms.
const SHORT: i32 = 300;

/// Long enough for whoever is let in on a busy machine, who may be asked again after a pause, ms.
const LONG: i32 = 20_000;

fn bind(host: &Host, transport: Transport, folder: &Endpoints, secure: impl FnOnce(&Object)) -> (Object, String) {
    let pull = host.create("ZeroMQ.Pull");
    secure(&pull);
    pull.must("Bind", args![folder.to_bind(transport)]);
    let at = pull.text_of("LastEndpoint");
    (pull, at)
}

/// A client that has sent its message as far as it can.
fn client(host: &Host, at: &str, secure: impl FnOnce(&Object)) -> Object {
    let push = host.create("ZeroMQ.Push");
    push.set("Linger", 0).unwrap();
    // Who was refused asks again so soon.
    push.set("ReconnectMaxInterval", 100).unwrap();
    secure(&push);
    watch(&push);
    push.must("Connect", args![at]);
    push.must("Send", [Value::blob("let me in")]);
    push
}

fn is_let_in(server: &Object) -> bool {
    let came = server.must("Recv", args![LONG]);
    assert!(came.is_empty() || came.bytes() == b"let me in");
    !came.is_empty()
}

/// Each of the clients was refused, and nothing came of it.
#[track_caller]
fn is_not_let_in(server: &Object, clients: &[&Object]) -> bool {
    clients.iter().for_each(|client| wait_for_refusal(client));
    server.must("Recv", args![SHORT]).is_empty()
}

fn decisions(auth: &Object) -> Vec<(bool, String, Option<String>)> {
    let text = auth.must("ReadDecisions", args![1000]).text().to_owned();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let decisions = read["decisions"].as_array().unwrap();
    let one = |it: &serde_json::Value| {
        let user = it["user"].as_str().map(str::to_owned);
        (it["allowed"].as_bool().unwrap(), it["reason"].as_str().unwrap().to_owned(), user)
    };
    decisions.iter().map(one).collect()
}

/// Waits until all of these were decided, whatever else was.
#[track_caller]
fn wait_for_decisions(auth: &Object, expected: &[(bool, &str, Option<&str>)]) {
    let told = RefCell::new(Vec::new());
    let is_told = |&(allowed, reason, user): &(bool, &str, Option<&str>)| {
        told.borrow()
            .iter()
            .any(|it: &(bool, String, Option<String>)| (it.0, &*it.1, it.2.as_deref()) == (allowed, reason, user))
    };
    let all = wait_until(secs(20), || {
        told.borrow_mut().extend(decisions(auth));
        expected.iter().all(is_told)
    });
    assert!(all, "{told:?}");
}

fn everywhere(body: impl Fn(&Host, Transport, &Endpoints)) {
    let host = Host::built();
    let folder = Endpoints::new();
    for transport in Transport::BETWEEN {
        body(&host, transport, &folder);
    }
}

/// Keys that are in the table come in, others do not, and a key that is added later does.
#[test]
fn curve_lets_in_whose_key_is_known() {
    isolated(secs(60), || {
        everywhere(|host, transport, folder| {
            let (server_keys, known, stranger) = (pair(host), pair(host), pair(host));
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddKey", args![known.public.as_str()]);
            let (server, at) =
                bind(host, transport, folder, |it| drop(it.must("SetCurveServer", args![server_keys.secret.as_str()])));
            assert_eq!(server.text_of("Mechanism"), "CURVE");
            let as_client = |keys: &Pair| {
                client(host, &at, |it| {
                    it.must("SetCurveClient", args![server_keys.public.as_str(), keys.secret.as_str()]);
                })
            };
            let refused = as_client(&stranger);
            assert!(is_not_let_in(&server, &[&refused]), "{transport:?}");
            let _let_in = as_client(&known);
            assert!(is_let_in(&server), "{transport:?}");
            let expected = [(true, "Key", Some(&*known.public)), (false, "UnknownKey", Some(&*stranger.public))];
            wait_for_decisions(&auth, &expected);
            auth.must("AddKey", args![stranger.public.as_str()]);
            assert!(is_let_in(&server), "{transport:?}: added while it runs");
            drop(refused);
            assert!(auth.must("RemoveKey", args![stranger.public.as_str()]).truth());
            let refused = as_client(&stranger);
            assert!(is_not_let_in(&server, &[&refused]), "{transport:?}: removed while it runs");
        });
    });
}

/// Whoever takes the server for another, speaks another mechanism or none, gets nothing through; neither does a client whose
/// server has no CURVE.
#[test]
fn curve_meets_whoever_is_not_curve() {
    isolated(secs(60), || {
        everywhere(|host, transport, folder| {
            let (server_keys, other, known) = (pair(host), pair(host), pair(host));
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AllowAny", []);
            let (server, at) =
                bind(host, transport, folder, |it| drop(it.must("SetCurveServer", args![server_keys.secret.as_str()])));
            let clients = [
                client(host, &at, |it| {
                    drop(it.must("SetCurveClient", args![other.public.as_str(), known.secret.as_str()]))
                }),
                client(host, &at, |it| drop(it.must("SetPlainClient", args!["user", "word"]))),
                client(host, &at, |_| ()),
            ];
            assert!(is_not_let_in(&server, &clients.each_ref()), "{transport:?}");
            let (open, at) = bind(host, transport, folder, |_| ());
            let curve = client(host, &at, |it| {
                it.must("SetCurveClient", args![server_keys.public.as_str(), known.secret.as_str()]);
            });
            assert!(is_not_let_in(&open, &[&curve]), "{transport:?}: what was to be encrypted went in the clear");
            let plain = client(host, &at, |it| drop(it.must("SetPlainClient", args!["user", "word"])));
            assert!(is_not_let_in(&open, &[&plain]), "{transport:?}");
        });
    });
}

#[test]
fn plain_lets_in_who_knows_the_password() {
    isolated(secs(60), || {
        everywhere(|host, transport, folder| {
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddUser", args!["Иванов", "пароль 1"]);
            let (server, at) = bind(host, transport, folder, |it| drop(it.must("SetPlainServer", [])));
            assert_eq!(server.text_of("Mechanism"), "PLAIN");
            let as_client = |user: &str, password: &str| {
                client(host, &at, |it| drop(it.must("SetPlainClient", args![user, password])))
            };
            let refused = [
                as_client("Иванов", "пароль 2"),
                as_client("Иванов", "пароль"),
                as_client("Петров", "пароль 1"),
                as_client("пароль 1", "Иванов"),
                client(host, &at, |_| ()),
            ];
            assert!(is_not_let_in(&server, &refused.each_ref()), "{transport:?}");
            let _let_in = as_client("Иванов", "пароль 1");
            assert!(is_let_in(&server), "{transport:?}");
            let mut text = String::new();
            let all = wait_until(secs(20), || {
                text += auth.must("ReadDecisions", args![1000]).text();
                ["Иванов", "WrongPassword", "UnknownUser"].iter().all(|it| text.contains(it))
            });
            assert!(all && !text.contains("пароль") && !text.contains("Петров"), "{text}");
            auth.must("AddUser", args!["Иванов", "пароль 2"]);
            assert!(is_let_in(&server), "{transport:?}: a new password holds at once");
        });
    });
}

/// No Auth, one of another domain, one that was closed or dropped: nobody is let in. Whoever is in stays.
#[test]
fn without_an_auth_nobody_is_let_in() {
    isolated(secs(60), || {
        everywhere(|host, transport, folder| {
            let keys = pair(host);
            let secure_curve = |it: &Object| drop(it.must("SetCurveServer", args![keys.secret.as_str(), "own"]));
            let (curve, curve_at) = bind(host, transport, folder, secure_curve);
            let (plain, plain_at) = bind(host, transport, folder, |it| drop(it.must("SetPlainServer", args!["own"])));
            let as_curve = || {
                client(host, &curve_at, |it| {
                    it.must("SetCurveClient", args![keys.public.as_str(), keys.secret.as_str()]);
                })
            };
            let as_plain = || client(host, &plain_at, |it| drop(it.must("SetPlainClient", args!["user", "word"])));
            let nobody = |when: &str| {
                let clients = (as_curve(), as_plain());
                assert!(is_not_let_in(&curve, &[&clients.0]), "{transport:?}: CURVE, {when}");
                assert!(is_not_let_in(&plain, &[&clients.1]), "{transport:?}: PLAIN, {when}");
            };
            nobody("there is no Auth");
            let other = host.create("ZeroMQ.Auth");
            other.must("AllowAny", args!["other"]);
            nobody("the Auth has another domain");
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddUser", args!["user", "other word", "own"]);
            nobody("the tables have others");
            auth.must("AllowAny", args!["own"]);
            let clients = (as_curve(), as_plain());
            assert!(is_let_in(&curve) && is_let_in(&plain), "{transport:?}: AllowAny");
            auth.must("ForbidAny", args!["own"]);
            nobody("AllowAny was undone");
            auth.must("AllowAny", args!["own"]);
            auth.must("Close", []);
            nobody("the Auth was closed");
            clients.0.must("Send", [Value::blob("let me in")]);
            clients.1.must("Send", [Value::blob("let me in")]);
            assert!(is_let_in(&curve) && is_let_in(&plain), "{transport:?}: who was in stays");
            drop(clients);
            assert_eq!(auth.must_fail("AllowAny", args!["own"]).code, "ENOTSOCK");
            let next = host.create("ZeroMQ.Auth");
            next.must("AllowAny", args!["own"]);
            drop(next);
            nobody("the Auth was destroyed");
        });
    });
}

/// A peer that was in and lost its connection is asked about anew.
#[test]
fn who_comes_back_is_asked_again() {
    isolated(secs(60), || {
        everywhere(|host, transport, folder| {
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddUser", args!["user", "word", "back"]);
            let (server, at) = bind(host, transport, folder, |it| drop(it.must("SetPlainServer", args!["back"])));
            let client = client(host, &at, |it| drop(it.must("SetPlainClient", args!["user", "word"])));
            assert!(is_let_in(&server));
            assert!(auth.must("RemoveUser", args!["user", "back"]).truth());
            server.must("Unbind", args![at.as_str()]);
            server.must("Bind", args![at.as_str()]);
            client.must("Send", [Value::blob("let me in")]);
            assert!(is_not_let_in(&server, &[&client]), "{transport:?}");
            auth.must("AddUser", args!["user", "word", "back"]);
            // The first may have gone to a connection that was about to end.
            client.must("Send", [Value::blob("let me in")]);
            assert!(is_let_in(&server), "{transport:?}");
        });
    });
}

#[test]
fn addresses_narrow_a_domain() {
    isolated(secs(60), || {
        let host = Host::built();
        let folder = Endpoints::new();
        let auth = host.create("ZeroMQ.Auth");
        let secure = |it: &Object| drop(it.must("SetPlainServer", []));
        let ((tcp, tcp_at), (ipc, ipc_at)) =
            (bind(&host, Transport::Tcp, &folder, secure), bind(&host, Transport::Ipc, &folder, secure));
        auth.must("AddUser", args!["user", "word"]);
        auth.must("AddAddress", args!["10.0.0.0/8"]);
        let as_user = |at: &str| client(&host, at, |it| drop(it.must("SetPlainClient", args!["user", "word"])));
        let clients = (as_user(&tcp_at), as_user(&ipc_at));
        assert!(is_not_let_in(&tcp, &[&clients.0]) && is_not_let_in(&ipc, &[&clients.1]));
        let told = decisions(&auth);
        assert!(told.len() >= 2 && told.iter().all(|it| it.1 == "UnknownAddress"), "{told:?}");
        auth.must("AddAddress", args!["127.0.0.0/8"]);
        assert!(is_let_in(&tcp));
        if ipc_at.starts_with("ipc:") {
            forget(&clients.1);
            assert!(is_not_let_in(&ipc, &[&clients.1]));
            auth.must("AddAddress", args!["ipc"]);
            assert!(is_let_in(&ipc));
        }
        for wrong in ["", "localhost", "10.0.0.1/8", "*", &"1".repeat(100)] {
            assert_eq!(auth.must_fail("AddAddress", args![wrong]).code, "EINVAL", "{wrong}");
        }
    });
}

/// It would tell its password to whoever comes.
#[test]
fn a_client_of_plain_binds_nowhere() {
    isolated(secs(20), || {
        let host = Host::built();
        for domain in [false, true] {
            let pull = host.create("ZeroMQ.Pull");
            if domain {
                pull.must("SetPlainServer", []);
            }
            pull.must("SetPlainClient", args!["user", "word"]);
            let failed = pull.must_fail("Bind", args!["tcp://127.0.0.1:*"]);
            assert_eq!(failed.code, "ENOCOMPATPROTO", "{failed:?}");
            pull.must("SetPlainServer", []);
            pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        }
    });
}

/// A socket with a domain and without a mechanism: by its address, or not at all.
#[test]
fn a_domain_alone_asks_too() {
    isolated(secs(60), || {
        everywhere(|host, transport, folder| {
            let (server, at) = bind(host, transport, folder, |it| it.set("ZapDomain", "bare").unwrap());
            let client = client(host, &at, |_| ());
            assert!(is_not_let_in(&server, &[&client]), "{transport:?}");
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddUser", args!["user", "word", "bare"]);
            forget(&client);
            assert!(is_not_let_in(&server, &[&client]), "{transport:?}");
            auth.must("AddAddress", args![if at.starts_with("ipc:") { "ipc" } else { "127.0.0.1" }, "bare"]);
            assert!(is_let_in(&server), "{transport:?}");
        });
    });
}

#[test]
fn a_domain_belongs_to_one_auth() {
    isolated(secs(30), || {
        let host = Host::built();
        let (owner, thief) = (host.create("ZeroMQ.Auth"), host.create("ZeroMQ.Auth"));
        owner.must("AddUser", args!["user", "word"]);
        let calls: [(&str, &[Value]); 8] = [
            ("AllowAny", &args![]),
            ("ForbidAny", &args![]),
            ("AddUser", &args!["user", "mine"]),
            ("RemoveUser", &args!["user"]),
            ("AddKey", &[Value::blob([7; 32])]),
            ("RemoveKey", &[Value::blob([7; 32])]),
            ("AddAddress", &args!["::1"]),
            ("Release", &args![]),
        ];
        for (name, values) in calls {
            let failed = thief.must_fail(name, values);
            assert_eq!(failed.code, "EEXIST", "{name}: {}", failed.last_error);
        }
        assert!(!thief.must("Release", args!["nobody's"]).truth());
        assert!(owner.must("Release", []).truth());
        thief.must("AllowAny", []);
        assert_eq!(owner.must_fail("AllowAny", []).code, "EEXIST");
        drop(thief);
        owner.must("AllowAny", []);
    });
}

#[test]
fn what_comes_too_late_or_within_the_process_is_an_error() {
    isolated(secs(30), || {
        let host = Host::built();
        let keys = pair(&host);
        let (secret, public) = (keys.secret.as_str(), keys.public.as_str());
        let calls: [(&str, &[Value]); 4] = [
            ("SetCurveServer", &args![secret]),
            ("SetCurveClient", &args![public, secret]),
            ("SetPlainServer", &args![]),
            ("SetPlainClient", &args!["user", "word"]),
        ];
        for (name, values) in calls {
            let socket = host.create("ZeroMQ.Dealer");
            socket.must("Bind", args!["tcp://127.0.0.1:*"]);
            let failed = socket.must_fail(name, values);
            assert_eq!(failed.code, "EISCONN", "{name}: {}", failed.last_error);
            assert_eq!(socket.text_of("Mechanism"), "NULL");
            socket.must("Unbind", args![socket.text_of("LastEndpoint")]);
            socket.must(name, values);
            for attach in ["Bind", "Connect"] {
                let failed = socket.must_fail(attach, args!["inproc://secured"]);
                assert_eq!(failed.code, "ENOCOMPATPROTO", "{name}: {}", failed.last_error);
            }
            if name == "SetPlainClient" {
                // It would tell its password to whoever connects.
                let failed = socket.must_fail("Bind", args!["tcp://127.0.0.1:*"]);
                assert_eq!(failed.code, "ENOCOMPATPROTO", "{}", failed.last_error);
            } else {
                socket.must("Bind", args!["tcp://127.0.0.1:*"]);
            }
            socket.must("Close", []);
            assert_eq!(socket.must_fail(name, values).code, "ENOTSOCK", "{name}");
        }
        // Without a domain nobody would be asked.
        let socket = host.create("ZeroMQ.Dealer");
        assert_eq!(socket.must_fail("SetPlainServer", args![""]).code, "EINVAL");
        assert_eq!(socket.must_fail("SetCurveServer", args![secret, ""]).code, "EINVAL");
        assert!(socket.set("ZapDomain", "").is_err());
        socket.must("SetPlainServer", []);
        assert!(socket.set("ZapDomain", "").is_err());
        assert_eq!(socket.text_of("ZapDomain"), "global");
        let stream = host.create("ZeroMQ.Stream");
        assert!(stream.call("SetPlainServer", []).is_err(), "a Stream has no mechanism");
    });
}

/// Nothing of what was given is told: not in the error, not in LastError, not by an option.
#[test]
fn no_error_repeats_a_secret() {
    isolated(secs(30), || {
        let host = Host::built();
        let socket = host.create("ZeroMQ.Dealer");
        let auth = host.create("ZeroMQ.Auth");
        let curve = host.create("ZeroMQ.Curve");
        let secret = "S3cr3t-пароль";
        let long = secret.repeat(100);
        let bad_key = format!("~{}", &"S3cr3t".repeat(7)[..39]);
        let mut tried: Vec<(&Object, &str, Vec<Value>)> = Vec::new();
        for text in [secret, &long, &bad_key] {
            tried.push((&curve, "PublicKey", args![text].to_vec()));
            tried.push((&socket, "SetCurveServer", args![text].to_vec()));
            tried.push((&socket, "SetCurveClient", args![text, text].to_vec()));
            tried.push((&socket, "SetCurveClient", vec![Value::blob([1; 32]), text.into()]));
            tried.push((&auth, "AddKey", args![text].to_vec()));
            tried.push((&auth, "RemoveKey", args![text].to_vec()));
        }
        tried.push((&curve, "PublicKey", vec![Value::blob(secret)]));
        tried.push((&curve, "PublicKey", vec![Value::i4(314_159)]));
        tried.push((&socket, "SetPlainClient", args!["user", long.as_str()].to_vec()));
        tried.push((&socket, "SetPlainClient", args![long.as_str(), secret].to_vec()));
        tried.push((&socket, "SetPlainClient", args!["", secret].to_vec()));
        tried.push((&socket, "SetPlainClient", args![secret, ""].to_vec()));
        tried.push((&socket, "SetPlainClient", vec!["user".into(), Value::i4(314_159)]));
        tried.push((&socket, "SetPlainClient", vec!["user".into(), Value::blob(secret)]));
        tried.push((&auth, "AddUser", args![secret, long.as_str()].to_vec()));
        tried.push((&auth, "AddUser", args![long.as_str(), secret].to_vec()));
        tried.push((&auth, "AddAddress", args![secret].to_vec()));
        for (object, name, values) in tried {
            let failed = object.must_fail(name, &values);
            assert_eq!(failed.code, "EINVAL", "{name}: {}", failed.last_error);
            for text in [failed.last_error, object.last_error()] {
                assert!(
                    !text.contains("S3cr3t") && !text.contains("пароль") && !text.contains("314159"),
                    "{name}: {text}"
                );
            }
        }
        assert_eq!(socket.text_of("Mechanism"), "NULL", "a call that failed changed it");
        socket.must("SetPlainClient", args!["user", secret]);
        for option in ["Password", "PlainPassword", "CurveSecretKey", "SecretKey", "ZMQ_PLAIN_PASSWORD"] {
            let failed = socket.must_fail("GetOption", args![option]);
            assert!(!failed.last_error.contains("S3cr3t"), "{}", failed.last_error);
        }
    });
}

/// The addresses of the handler are nobody's but its own, before it is there and afterwards.
#[test]
fn nobody_takes_the_handlers_place() {
    isolated(secs(30), || {
        let host = Host::built();
        let try_all = || {
            for kind in ["Rep", "Router", "Pull", "Pair", "Dealer", "Pub"] {
                let socket = host.create(&format!("ZeroMQ.{kind}"));
                for call in ["Bind", "Connect"] {
                    let failed = socket.must_fail(call, args!["inproc://zeromq.zap.01"]);
                    assert_eq!(failed.code, "EACCES", "{kind}.{call}: {}", failed.last_error);
                }
            }
        };
        try_all();
        let auth = host.create("ZeroMQ.Auth");
        auth.must("AllowAny", []);
        try_all();
    });
}

/// More decisions than are kept: the last are there, and how many went is told.
#[test]
fn decisions_are_bounded() {
    isolated(secs(100), || {
        let host = Host::built();
        let auth = host.create("ZeroMQ.Auth");
        auth.must("AddUser", args!["user", "word"]);
        let (_server, at) = bind(&host, Transport::Tcp, &Endpoints::new(), |it| drop(it.must("SetPlainServer", [])));
        let clients: Vec<_> = (0..40)
            .map(|_| {
                let push = host.create("ZeroMQ.Push");
                push.set("Linger", 0).unwrap();
                push.set("ReconnectInterval", 1).unwrap();
                push.set("ReconnectMaxInterval", 1).unwrap();
                push.must("SetPlainClient", args!["user", "other"]);
                push.must("Connect", args![at.as_str()]);
                push
            })
            .collect();
        let read = |most: i32| {
            let text = auth.must("ReadDecisions", args![most]).text().to_owned();
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            (read["dropped"].as_u64().unwrap(), read["decisions"].as_array().unwrap().len())
        };
        let dropped = wait_until(secs(60), || {
            // Reading makes room: not too often.
            thread::sleep(millis(500));
            read(1).0 > 0
        });
        assert!(dropped);
        drop(clients);
        let (_, kept) = read(1000);
        assert!(kept >= 999, "{kept}");
        assert!(wait_until(secs(20), || decisions(&auth).is_empty()));
    });
}

/// The sides of a proxy let in whom an Auth does, and prove who they are, as sockets do.
#[test]
fn the_sides_of_a_proxy_are_secured_as_sockets_are() {
    isolated(secs(120), || {
        let host = Host::built();
        let (server, friend, stranger) = (pair(&host), pair(&host), pair(&host));
        let auth = host.create("ZeroMQ.Auth");
        auth.must("AddKey", args![friend.public.as_str()]);
        auth.must("AddUser", args!["friend", "password"]);
        let serve = |it: &Object, side: &str, mechanism: &str| {
            let values = if mechanism == "Curve" { args![server.secret.as_str()].to_vec() } else { Vec::new() };
            it.must(&format!("Set{side}{mechanism}Server"), values);
        };
        let join = |it: &Object, side: &str, mechanism: &str, is_friend: bool| {
            let secret = if is_friend { &friend.secret } else { &stranger.secret };
            let values = if mechanism == "Curve" {
                args![server.public.as_str(), secret.as_str()]
            } else {
                args!["friend", if is_friend { "password" } else { "guess" }]
            };
            it.must(&format!("Set{side}{mechanism}Client"), values);
        };
        let streamer = || {
            let proxy = host.create("ZeroMQ.Proxy");
            proxy.must("SetKind", args!["Streamer"]);
            proxy
        };
        for (outer, inner) in [("Curve", "Plain"), ("Plain", "Curve")] {
            let (pull, at) = bind(&host, Transport::Tcp, &Endpoints::new(), |it| serve(it, "", outer));
            let near = streamer();
            serve(&near, "Frontend", outer);
            serve(&near, "Backend", inner);
            assert_eq!(near.must_fail("BindFrontend", args!["inproc://security.proxy"]).code, "ENOCOMPATPROTO");
            near.must("BindFrontend", args!["tcp://127.0.0.1:*"]);
            near.must("BindBackend", args!["tcp://127.0.0.1:*"]);
            assert_eq!(near.must_fail("SetBackendPlainServer", []).code, "EISCONN", "it has an endpoint");
            let far = streamer();
            join(&far, "Frontend", inner, true);
            join(&far, "Backend", outer, true);
            far.must("ConnectFrontend", args![near.text_of("BackendEndpoint")]);
            far.must("ConnectBackend", args![at]);
            near.must("Start", []);
            far.must("Start", []);
            let front = near.text_of("FrontendEndpoint");
            let refused = [client(&host, &front, |_| ()), client(&host, &front, |it| join(it, "", outer, false))];
            assert!(is_not_let_in(&pull, &[&refused[1]]), "{outer}, {inner}");
            drop(refused);
            let _push = client(&host, &front, |it| join(it, "", outer, true));
            assert!(is_let_in(&pull), "{outer}, {inner}");
            // Whoever is not let in to the backend takes nothing from it.
            let thief = host.create("ZeroMQ.Pull");
            join(&thief, "", inner, false);
            watch(&thief);
            thief.must("Connect", args![near.text_of("BackendEndpoint")]);
            let _another = client(&host, &front, |it| join(it, "", outer, true));
            assert!(is_let_in(&pull), "{outer}, {inner}");
            assert!(is_not_let_in(&thief, &[&thief]), "{outer}, {inner}");
        }
    });
}
