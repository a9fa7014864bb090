//! Where sockets really listen, letting go of addresses, and what Info tells.

use host::{App, Endpoints, Host, Interfaces, Library, Settings, Transport, Value, args, isolated, secs};

fn exchange(host: &Host, pull: &host::Object, endpoint: &str) {
    let push = host.create("ZeroMQ.Push");
    push.must("Connect", args![endpoint]);
    push.must("Send", args![b"x"]);
    pull.must("SetRecvTimeout", args![5000]);
    assert_eq!(pull.must("Recv", []), Value::blob("x"), "{endpoint}");
}

#[test]
fn last_endpoint_tells_what_the_system_chose() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        assert_eq!(pull.text_of("LastEndpoint"), "");
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        let tcp = pull.text_of("LastEndpoint");
        let port = tcp.strip_prefix("tcp://127.0.0.1:").and_then(|port| port.parse::<u16>().ok());
        assert!(port.is_some_and(|port| port > 0), "{tcp}");
        exchange(&host, &pull, &tcp);
        if cfg!(unix) {
            pull.must("Bind", args!["ipc://*"]);
            let ipc = pull.text_of("ПоследняяКонечнаяТочка");
            assert!(ipc.starts_with("ipc:///") && !ipc.contains('*'), "{ipc}");
            exchange(&host, &pull, &ipc);
        }
        // The first one still works beside the second.
        exchange(&host, &pull, &tcp);
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args![&tcp]);
        assert_eq!(push.text_of("LastEndpoint"), tcp);
        push.must("Close", []);
        assert_eq!(push.text_of("LastEndpoint"), tcp, "a closed socket tells it still");
    });
}

/// Unbind takes the very text that Bind was given, and the address is free again.
#[test]
fn unbind_takes_the_text_of_bind() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let mut written = vec!["tcp://127.0.0.1:*".to_owned(), "tcp://*:*".into(), "inproc://имя".into()];
        if cfg!(unix) {
            written.extend([endpoints.ipc("гнездо"), "ipc://*".into()]);
        }
        for text in written {
            for real in [false, true] {
                let pull = host.create("ZeroMQ.Pull");
                pull.must("Bind", args![&text]);
                let endpoint = pull.text_of("LastEndpoint");
                pull.must("Unbind", args![if real { &endpoint } else { &text }]);
                let failed = pull.must_fail("Unbind", args![&text]);
                assert_eq!(failed.code, "ENOENT", "{text}");
                if text == "ipc://*" {
                    // The folder that was made for it goes with it.
                    let file = std::path::Path::new(endpoint.trim_start_matches("ipc://"));
                    let folder = file.parent().expect("a folder");
                    assert!(!folder.exists(), "{} is left behind", folder.display());
                    continue;
                }
                // Another object takes the address at once.
                let next = host.create("ZeroMQ.Pull");
                let reachable = endpoint.replace("0.0.0.0", "127.0.0.1");
                if let Err(failed) = next.call("Bind", args![&reachable]) {
                    panic!("after Unbind({text}): {failed}");
                }
                exchange(&host, &next, &reachable);
            }
        }
    });
}

#[test]
fn a_fixed_port_is_bound_again_at_once() {
    isolated(secs(60), || {
        let host = Host::built();
        let first = host.create("ZeroMQ.Rep");
        first.must("Bind", args!["tcp://127.0.0.1:*"]);
        let endpoint = first.text_of("LastEndpoint");
        drop(first);
        for _ in 0..10 {
            // By dropping, by Close, by Unbind of the same object.
            let rep = host.create("ZeroMQ.Rep");
            rep.must("Bind", args![&endpoint]);
            rep.must("Unbind", args![&endpoint]);
            rep.must("Bind", args![&endpoint]);
            let req = host.create("ZeroMQ.Req");
            req.must("Connect", args![&endpoint]);
            req.must("Send", args![b"?"]);
            assert_eq!(rep.must("Recv", []).bytes(), b"?");
            rep.must("Send", args![b"!"]);
            assert_eq!(req.must("Recv", []).bytes(), b"!");
            rep.must("Close", []);
            let again = host.create("ZeroMQ.Rep");
            again.must("Bind", args![&endpoint]);
        }
    });
}

#[test]
fn one_socket_serves_several_endpoints() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let pull = host.create("ZeroMQ.Pull");
        let mut at = Vec::new();
        for transport in Transport::ALL {
            pull.must("Bind", args![endpoints.to_bind(transport)]);
            at.push(pull.text_of("LastEndpoint"));
        }
        for endpoint in &at {
            exchange(&host, &pull, endpoint);
        }
        pull.must("Unbind", args![&at[0]]);
        for endpoint in &at[1..] {
            exchange(&host, &pull, endpoint);
        }
    });
}

#[test]
fn disconnect_stops_the_flow() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let pull = host.create("ZeroMQ.Pull");
            pull.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = pull.text_of("LastEndpoint");
            exchange(&host, &pull, &endpoint);
            let push = host.create("ZeroMQ.Push");
            push.must("Connect", args![&endpoint]);
            push.must("Disconnect", args![&endpoint]);
            push.must("SetSendTimeout", args![0]);
            assert_eq!(push.must("Send", args![b"x"]), Value::Bool(false), "{transport:?}");
            push.must("Connect", args![&endpoint]);
            push.must("SetSendTimeout", args![5000]);
            assert!(push.must("Send", args![b"y"]).truth());
            assert_eq!(pull.must("Recv", []), Value::blob("y"));
        }
    });
}

#[test]
fn info_tells_what_is_loaded() {
    isolated(secs(60), || {
        let host = Host::built();
        let info = host.create("ZeroMQ.Info");
        let instance = info.text_of("Instance");
        let groups: Vec<usize> = instance.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{instance}");
        assert!(instance.chars().all(|c| c == '-' || c.is_ascii_hexdigit()), "{instance}");
        for other in ["ZeroMQ.Info", "ZeroMQInfo", "ZeroMQ"] {
            assert_eq!(host.create(other).text_of("Экземпляр"), instance);
            assert_eq!(Host::built().create(other).text_of("Instance"), instance);
        }
        assert_eq!(info.text_of("VersionZeroMQ"), "4.3.5");
        assert_eq!(info.text_of("ВерсияZeroMQ"), "4.3.5");
        let manifest = std::fs::read_to_string(host::workspace().join("Cargo.toml")).expect("Cargo.toml");
        let version = manifest
            .lines()
            .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
            .expect("the workspace's version");
        assert_eq!(info.text_of("VersionAddin"), version);
        assert_eq!(info.text_of("ВерсияКомпоненты"), version);
        let id = info.get("ProcessId").unwrap().number();
        assert!((id - f64::from(std::process::id())).abs() < 0.5);
        assert_eq!(info.get("ИдентификаторПроцесса").unwrap().number().to_bits(), id.to_bits());
    });
}

#[test]
fn info_tells_whether_it_is_isolated() {
    isolated(secs(60), || {
        for app in [App::Server, App::ThinClient] {
            for isolated in [false, true] {
                let host = Host::built_with(Settings { app, isolated, ..Settings::default() });
                assert_eq!(host.create("ZeroMQ.Info").get("Isolated").unwrap(), Value::Bool(isolated));
                assert_eq!(host.create("ZeroMQInfo").get("Изолированно").unwrap(), Value::Bool(isolated));
            }
        }
        for interfaces in [Interfaces::Null, Interfaces::NoSlot] {
            let host = Host::built_with(Settings { interfaces, ..Settings::default() });
            assert_eq!(host.create("ZeroMQ.Info").get("Isolated").unwrap(), Value::Empty, "{interfaces:?}");
        }
    });
}

/// Two files are two libraries: own instances, own contexts, no common inproc; both work at the same time.
#[test]
fn two_copies_live_in_one_process() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let hosts = [Host::built(), Host::new(&Library::copied(&endpoints, "вторая копия.so"))];
        let instances = [0, 1].map(|n: usize| hosts[n].create("ZeroMQ.Info").text_of("Instance"));
        assert_ne!(instances[0], instances[1]);
        // The same inproc name in both: two different places.
        let pulls = [0, 1].map(|n: usize| {
            let pull = hosts[n].create("ZeroMQ.Pull");
            pull.must("Bind", args!["inproc://общее имя"]);
            pull.must("SetRecvTimeout", args![5000]);
            pull
        });
        let pushes = [0, 1].map(|n: usize| {
            let push = hosts[n].create("ZeroMQ.Push");
            push.must("Connect", args!["inproc://общее имя"]);
            push
        });
        for round in 0..1000u32 {
            for n in [0, 1] {
                pushes[n].must("Send", [Value::blob(format!("{n}/{round}"))]);
            }
            for n in [1, 0] {
                assert_eq!(pulls[n].must("Recv", []), Value::blob(format!("{n}/{round}")));
            }
        }
        // Between the copies: tcp, at the same time.
        pulls[1].must("Bind", args!["tcp://127.0.0.1:*"]);
        exchange(&hosts[0], &pulls[1], &pulls[1].text_of("LastEndpoint"));
    });
}
