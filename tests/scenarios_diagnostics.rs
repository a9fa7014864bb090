//! What Info and the log tell: of sockets that are used at that moment, of many processes, on disks that do not want to; and
//! never what was sent.

use host::job::{As, Job};
use host::{Endpoints, Host, Library, Object, Transport, Value, args, isolated, secs, wait_until};
use serde_json::Value as Json;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn statistics(of: &Object) -> Json {
    json(&of.text_of("Statistics"))
}

fn log_of(info: &Object) -> Json {
    json(&info.text_of("Журнал"))
}

/// Before the library is loaded.
fn switch_on(path: &Path) {
    // SAFETY: no other thread of this test's own process reads the environment at this moment.
    unsafe { std::env::set_var("ADDIN_ZEROMQ_LOG", path) };
}

/// A library of its own, which finds `switch` beside it.
fn switched_by_file(switch: &str) -> (Endpoints, Host) {
    let place = Endpoints::new();
    fs::write(place.folder().join("addin-zeromq-log.txt"), switch).expect("the switch");
    let host = Host::new(&Library::copied(&place, "addin.so"));
    (place, host)
}

/// The lines of a log, each whole.
fn lines(path: &Path) -> Vec<Json> {
    fs::read_to_string(path).unwrap_or_default().lines().map(json).collect()
}

#[track_caller]
fn wait_for_line(path: &Path, is: impl Fn(&Json) -> bool) -> Json {
    let found = wait_until(secs(20), || lines(path).iter().any(&is));
    assert!(found, "{:?}", fs::read_to_string(path));
    lines(path).into_iter().find(|line| is(line)).expect("found")
}

/// Info, a server and a client that have exchanged a message.
fn exchange(host: &Host) -> (Object, Object, Object) {
    let info = host.create("ZeroMQ.Info");
    let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
    rep.must("Bind", args!["tcp://127.0.0.1:*"]);
    req.must("Connect", args![rep.text_of("LastEndpoint")]);
    req.must("Send", [Value::blob("спрошено")]);
    rep.must("Recv", []);
    rep.must("Send", [Value::blob("отвечено")]);
    req.must("Recv", []);
    (info, rep, req)
}

#[test]
fn a_socket_is_seen_while_another_thread_waits_inside_of_its_call() {
    isolated(secs(60), || {
        let host = Host::built();
        let (info, rep, req) = exchange(&host);
        let endpoint = rep.text_of("LastEndpoint");
        let id = rep.get("Id").expect("a number").number();
        let seen = |info: &Object| {
            let all = statistics(info);
            let mut sockets = all["sockets"].as_array().expect("a list").clone();
            sockets.retain(|socket| socket["id"].as_f64() == Some(id));
            sockets.pop().expect("the socket")
        };
        // Who looks after idle sockets may be there for a moment.
        assert!(wait_until(secs(20), || seen(&info)["busy"] == false));
        thread::scope(|scope| {
            scope.spawn(|| rep.must("Recv", args![-1]));
            assert!(wait_until(secs(20), || seen(&info)["busy"] == true));
            let start = Instant::now();
            for _ in 0..100 {
                let socket = seen(&info);
                assert_eq!((&socket["class"], &socket["state"]), (&"Rep".into(), &"open".into()));
                assert_eq!((&socket["bound"][0], &socket["receivedMessages"]), (&endpoint.as_str().into(), &1.into()));
                assert_eq!(statistics(&rep)["busy"], true, "its own property, too");
                assert_eq!(info.get("OpenSockets").expect("a number").number(), 2.0);
            }
            assert!(start.elapsed() < Duration::from_secs(5), "somebody waited for the call");
            req.must("Send", [Value::blob("x")]);
        });
        assert!(wait_until(secs(20), || seen(&info)["busy"] == false));
        let socket = seen(&info);
        assert_eq!(socket["receivedMessages"], 2);
        let size = "спрошено".len() as u64;
        assert_eq!((&socket["receivedBytes"], &socket["sentBytes"]), (&(size + 1).into(), &size.into()));
        rep.must("Close", []);
        let last = statistics(&rep);
        assert_eq!(
            (&last["state"], &last["receivedMessages"], &last["bound"]),
            (&"closed".into(), &2.into(), &json("[]"))
        );
        assert_eq!(statistics(&info)["openSockets"], 1);
        let log = log_of(&info);
        let switch = host.library().file().with_file_name("addin-zeromq-log.txt");
        assert_eq!((&log["on"], log["switch"].as_str().map(Path::new)), (&false.into(), Some(&*switch)));
        assert!(info.must("Has", args!["curve"]).truth() && !info.must("Поддерживает", args!["WSS"]).truth());
        info.must_fail("Has", args!["пароль"]);
        assert!(!info.last_error().contains("пароль"));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn descriptors_are_counted_also_when_none_is_left() {
    isolated(secs(60), || {
        let host = Host::built();
        let (info, _rep, _req) = exchange(&host);
        let number = |name: &str| info.get(name).expect("a number").number();
        let limit = libc::rlimit { rlim_cur: 200, rlim_max: 200 };
        // SAFETY: reads one rlimit.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) }, 0);
        assert_eq!(number("DescriptorLimit"), 200.0);
        let before = number("Descriptors");
        let mut opened = Vec::new();
        while let Ok(file) = fs::File::open("/dev/null") {
            opened.push(file);
        }
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let more = opened.len() as f64;
        let all = number("Descriptors");
        assert!((before + more - all).abs() <= 2.0, "{before} + {more} <> {all}");
        assert_eq!(statistics(&info)["descriptorLimit"], 200);
        assert!(json(&info.text_of("Capabilities"))["ipv6"].is_null(), "that cannot be found out now");
        info.must_fail("Has", args!["ipv6"]);
        assert_eq!(info.last_error_code(), "EMFILE");
        opened.clear();
        assert!(json(&info.text_of("Capabilities"))["ipv6"].is_boolean());
    });
}

/// Everything that a script may have wanted to keep to itself.
const SECRETS: [&str; 9] = [
    "содержимое-сообщения",
    "тема-подписки",
    "собеседник-по-имени",
    "пароль-посредника",
    "имя-в-адресе",
    "пароль-вместо-адреса",
    "чужая-схема-и-пароль",
    "строка-вместо-числа",
    "имя-настройки-пароль",
];

/// Uses each of them.
fn use_secrets(host: &Host, endpoints: &Endpoints) {
    let [content, topic, identity, proxy, user, no_address, scheme, no_number, option] = SECRETS;
    let (dealer, router) = (host.create("ZeroMQ.Dealer"), host.create("ZeroMQ.Router"));
    dealer.must("SetOption", ["RoutingId".into(), Value::blob(identity)]);
    dealer.must_fail("SetOption", args!["SocksProxy", format!("{proxy}:{proxy}@host:1")]);
    router.must("Bind", args![endpoints.ipc("журнал.sock")]);
    dealer.must("Connect", args![router.text_of("LastEndpoint")]);
    dealer.must("SendText", args![content]);
    assert_eq!(router.must("RecvMultipart", []).number(), 2.0);
    router.must_fail("SendText", args![content]);
    router.must("SendTo", [Value::blob(identity), Value::blob(content)]);
    assert_eq!(dealer.must("RecvText", []).text(), content);
    let (publisher, subscriber) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
    publisher.must("Bind", args!["tcp://127.0.0.1:*"]);
    subscriber.must("Subscribe", [Value::blob(topic)]);
    subscriber.must("Connect", args![publisher.text_of("LastEndpoint")]);
    publisher.must_fail("SendBatch", args![format!("[\"{content}\"")]);
    for wrong in [
        format!("tcp://{user}:{user}@127.0.0.1:1"),
        no_address.to_owned(),
        format!("{scheme}://{scheme}"),
        format!("https://{scheme}:{scheme}@host"),
        "tcp://127.0.0.1:1\n{\"event\":\"forged\"}\n".to_owned(),
    ] {
        let broken = host.create("ZeroMQ.Push");
        for method in ["Bind", "Connect", "Unbind", "Disconnect"] {
            broken.must_fail(method, args![&wrong]);
        }
    }
    host.create("ZeroMQ.Proxy").must_fail("SetKind", args![content]);
    host.create("ZeroMQ.Curve").must_fail("PublicKey", args![content]);
    host.create("ZeroMQ.Auth").must_fail("AddKey", args![content]);
    dealer.must_fail("SetRecvTimeout", args![no_number]);
    dealer.must_fail("SetOption", args![option, 1]);
    let _ = dealer.set("SendTimeout", no_number);
}

#[test]
fn a_session_is_told_line_by_line_and_nothing_of_what_it_sent() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let path = endpoints.folder().join("журнал обмена.log");
        switch_on(&path);
        let host = Host::built();
        let (info, rep, req) = exchange(&host);
        let place = rep.text_of("LastEndpoint");
        use_secrets(&host, &endpoints);
        req.must("Disconnect", args![&place]);
        rep.must("Unbind", args![&place]);
        rep.must("Close", []);
        let taken = host.create("ZeroMQ.Rep");
        let other = host.create("ZeroMQ.Rep");
        other.must("Bind", args!["tcp://127.0.0.1:*"]);
        taken.must_fail("Bind", args![other.text_of("LastEndpoint")]);
        let id = rep.get("Id").expect("a number").number();
        wait_for_line(&path, |line| line["error"] == "EADDRINUSE" && line["event"] == "bind");
        wait_for_line(&path, |line| line["event"] == "disconnected");
        let all = lines(&path);
        let events = |socket: f64| -> Vec<_> {
            let of = all.iter().filter(|line| line["socket"].as_f64() == Some(socket));
            of.map(|line| line["event"].as_str().expect("a text")).filter(|event| !event.starts_with("dis")).collect()
        };
        assert_eq!(events(id), ["open", "bind", "handshake", "unbind", "close"]);
        let close = all.iter().find(|line| line["socket"].as_f64() == Some(id) && line["event"] == "close");
        assert_eq!(
            (&close.expect("it closed")["sentMessages"], &close.expect("it closed")["receivedMessages"]),
            (&1.into(), &1.into())
        );
        assert_eq!(all[0]["event"], "start");
        for line in &all {
            assert_ne!(line["event"], "forged");
            assert_eq!(line["pid"], std::process::id());
            let time = line["time"].as_str().expect("a time");
            assert!(time.len() == 24 && time.starts_with("20") && time.ends_with('Z'), "{time}");
            assert!(line["thread"].as_u64().is_some_and(|thread| thread > 0));
        }
        assert!(
            all.iter()
                .any(|line| line["event"] == "error" && line["member"] == "SetOption" && line["error"] == "ENOENT")
        );
        for (class, member) in [("Proxy", "SetKind"), ("Curve", "PublicKey"), ("Auth", "AddKey")] {
            let said = |line: &Json| line["event"] == "error" && line["class"] == class && line["member"] == member;
            assert!(all.iter().any(|line| said(line) && line["error"] == "EINVAL"), "{class}");
        }
        let state = log_of(&info);
        assert_eq!((&state["on"], &state["error"], &state["lost"]), (&true.into(), &Json::Null, &0.into()));
        assert_eq!((&state["file"], &state["limitMb"]), (&path.to_str().expect("UTF-8").into(), &10.into()));
        let text = fs::read_to_string(&path).expect("the log");
        let shown = [text, info.text_of("Statistics")].concat();
        for secret in SECRETS.iter().chain(&["спрошено", "отвечено"]) {
            assert!(!shown.contains(secret), "{secret}");
        }
    });
}

#[test]
fn a_peer_that_is_no_peer_is_told() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let path = endpoints.folder().join("zmq.log");
        switch_on(&path);
        let host = Host::built();
        let (_info, rep, _req) = exchange(&host);
        let place = rep.text_of("LastEndpoint");
        let ready = wait_for_line(&path, |line| line["event"] == "handshake" && line["class"] == "Rep");
        assert_eq!(ready["endpoint"], place.as_str());
        assert!(ready["peer"].as_str().is_some_and(|peer| peer.starts_with("tcp://127.0.0.1:") && peer != place));
        let mut stranger = std::net::TcpStream::connect(place.trim_start_matches("tcp://")).expect("a listener");
        std::io::Write::write_all(&mut stranger, b"GET /secret HTTP/1.1\r\n\r\n").expect("written");
        let failed = wait_for_line(&path, |line| line["event"] == "handshake-failed");
        assert_eq!(failed["endpoint"], place.as_str());
        assert!(failed["error"].as_str().is_some_and(|error| !error.is_empty()));
        assert!(!fs::read_to_string(&path).expect("the log").contains("secret"));
    });
}

#[test]
fn who_is_refused_is_told_without_keys_and_passwords() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let path = endpoints.folder().join("zmq.log");
        switch_on(&path);
        let host = Host::built();
        let curve = host.create("ZeroMQ.Curve");
        let [server_key, stranger] = [0, 1].map(|_| curve.must("NewSecretKey", []).text().to_owned());
        let auth = host.create("ZeroMQ.Auth");
        auth.must("AddUser", args!["друг", "пароль-друга"]);
        let (keyed, plain) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Pull"));
        keyed.must("SetCurveServer", args![&server_key]);
        plain.must("SetPlainServer", []);
        let (with_key, with_password) = (host.create("ZeroMQ.Push"), host.create("ZeroMQ.Push"));
        let public = curve.must("PublicKey", args![&server_key]).text().to_owned();
        with_key.must("SetCurveClient", args![&public, &stranger]);
        with_password.must("SetPlainClient", args!["чужой-по-имени", "пароль-чужого"]);
        let sockets = [&keyed, &plain, &with_key, &with_password];
        for socket in sockets {
            assert!(socket.must("NextEvent", args![0]).is_empty());
        }
        for (server, client) in [(&keyed, &with_key), (&plain, &with_password)] {
            server.must("Bind", args!["tcp://127.0.0.1:*"]);
            let place = server.text_of("LastEndpoint");
            client.must("Connect", args![&place]);
            let refused = |line: &Json| line["event"] == "handshake-failed" && line["endpoint"] == place.as_str();
            let line = wait_for_line(&path, |line| refused(line) && line["class"] == "Pull");
            assert!(line["error"].as_str().is_some_and(|error| !error.is_empty()), "{line}");
        }
        let mut text = fs::read_to_string(&path).expect("the log");
        for socket in sockets {
            let before = text.len();
            // A client goes on trying.
            for _ in 0..50 {
                let event = socket.must("NextEvent", args![0]);
                text += if event.is_empty() { "" } else { event.text() };
            }
            assert!(text.len() > before, "nothing happened");
            text += &socket.text_of("Statistics");
        }
        for secret in [&*server_key, &stranger, "пароль-друга", "пароль-чужого", "чужой-по-имени"]
        {
            assert!(!text.contains(secret));
        }
    });
}

/// Its sockets are closed by its thread, or with what could not be started; however it ends.
#[test]
fn the_sockets_of_a_proxy_are_told_from_their_beginning_to_their_end() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let path = endpoints.folder().join("zmq.log");
        switch_on(&path);
        let host = Host::built();
        let of = |event: &str| -> Vec<Json> {
            let mut of: Vec<_> = lines(&path).into_iter().filter(|line| line["event"] == event).collect();
            of.sort_by_key(|line| line["socket"].as_u64());
            of
        };
        for (number, how) in ["Stop", "Close", "destroyed"].into_iter().enumerate() {
            let proxy = host.create("ZeroMQ.Proxy");
            proxy.must("SetKind", args!["Queue"]);
            for bind in ["BindFrontend", "BindBackend", "BindCapture"] {
                proxy.must(
                    bind,
                    args![if number == 0 { format!("inproc://{bind}") } else { "tcp://127.0.0.1:*".into() }],
                );
            }
            proxy.must("Start", []);
            match how {
                "Stop" => assert!(proxy.must("Stop", args![5_000]).truth()),
                "Close" => drop(proxy.must("Close", [])),
                _ => drop(proxy),
            }
            let opened = 3 * (number + 1);
            assert!(wait_until(secs(20), || of("close").len() == opened), "{how}: {:?}", fs::read_to_string(&path));
            let whose = |lines: Vec<Json>| -> Vec<_> {
                lines.into_iter().map(|line| (line["socket"].as_u64(), line["class"].clone())).collect()
            };
            assert_eq!(whose(of("close")), whose(of("open")), "{how}");
        }
        assert!(of("close").iter().all(|line| line["sentMessages"].is_null()), "its sockets count nothing");
    });
}

/// Each of them puts the full file away, or finds that another has.
#[test]
fn many_processes_write_one_log_and_it_stays_bounded() {
    const MIB: u64 = 1 << 20;
    isolated(secs(120), || {
        let endpoints = Endpoints::new();
        let path = endpoints.folder().join("общий.log");
        let filler = format!("{{\"event\":\"filler\",\"text\":\"{}\"}}\n", "x".repeat(200));
        let full = filler.repeat(usize::try_from(MIB - 4_000).expect("it fits") / filler.len());
        fs::write(&path, full).expect("a log that is nearly full");
        switch_on(&path);
        // SAFETY: as in `switch_on`.
        unsafe { std::env::set_var("ADDIN_ZEROMQ_LOG_MB", "1") };
        let host = Host::built();
        let jobs: Vec<_> = (0..3)
            .map(|number| Job::start(As::Process, &host, "Эхо", &[endpoints.ipc(&format!("{number}.sock"))]))
            .collect();
        let mut processes: Vec<_> = jobs.iter().map(|job| job.process_id().expect("a process")).collect();
        processes.push(std::process::id());
        for (number, job) in jobs.into_iter().enumerate() {
            job.hear(secs(20));
            let place = endpoints.ipc(&format!("{number}.sock"));
            for _ in 0..20 {
                let req = host.create("ZeroMQ.Req");
                req.must("Connect", args![&place]);
                req.must("Send", [Value::blob("x")]);
                req.must("Recv", []);
                req.must("Close", []);
            }
            let req = host.create("ZeroMQ.Req");
            req.must("Connect", args![&place]);
            req.must("Send", [Value::blob("Стоп")]);
            req.must("Recv", []);
            job.finish(secs(20));
        }
        let info = host.create("ZeroMQ.Info");
        wait_until(secs(20), || log_of(&info)["written"].as_u64().is_some_and(|written| written > 180));
        let old = path.with_file_name("общий.log.1");
        for file in [&path, &old] {
            let size = fs::metadata(file).expect("both are there").len();
            assert!(size <= MIB + 100_000, "{size}");
        }
        let left = fs::read_dir(endpoints.folder()).expect("the folder").filter_map(Result::ok);
        let logs = left.filter(|file| file.file_name().to_string_lossy().contains("log")).count();
        assert_eq!(logs, 2);
        if cfg!(windows) {
            // Wine appends in two steps, so lines of two processes may run into each other there.
            return;
        }
        let all: Vec<_> = lines(&old).into_iter().chain(lines(&path)).collect();
        for process in processes {
            let of = |event: &str| all.iter().filter(|line| line["pid"] == process && line["event"] == event).count();
            assert_eq!(of("start"), 1, "{process}");
            assert!(of("handshake") >= 20 && of("bind") + of("connect") >= 1, "{process}");
        }
        assert_eq!(all.iter().filter(|line| line["event"] == "lost").count(), 0);
    });
}

/// The exchange works, nothing hangs, and Info says why there is no log.
#[track_caller]
#[cfg(target_os = "linux")]
fn works_without_its_log(host: &Host, place: &str) -> Json {
    let start = Instant::now();
    let (info, rep, req) = exchange(host);
    rep.must("Close", []);
    req.must("Close", []);
    assert!(wait_until(secs(20), || log_of(&info)["lost"].as_u64() > Some(0)), "{place}: {}", log_of(&info));
    assert!(start.elapsed() < Duration::from_secs(10), "{place}: somebody waited");
    let state = log_of(&info);
    assert!(state["on"] == true && state["error"].as_str().is_some_and(|why| !why.is_empty()), "{place}: {state}");
    state
}

#[cfg(target_os = "linux")]
#[test]
fn wherever_the_switch_leads_nobody_is_kept_or_felled() {
    isolated(secs(120), || {
        let traps = Endpoints::new();
        let at = |name: &str| traps.folder().join(name);
        let victim = at("чужой файл");
        fs::write(&victim, "не трогать\n").expect("a victim");
        std::os::unix::fs::symlink(&victim, at("ссылка")).expect("a link");
        fs::hard_link(&victim, at("второе имя")).expect("another name");
        let made = std::process::Command::new("mkfifo").arg(at("канал")).status().expect("mkfifo");
        assert!(made.success());
        fs::create_dir_all(at("папка/addin-zeromq.log")).expect("a folder in the way");
        let text = |path: std::path::PathBuf| path.to_str().expect("UTF-8").to_owned();
        let places = [
            text(at("ссылка")),
            text(at("второе имя")),
            text(at("канал")),
            text(at("папка")),
            text(at("нет/такой/папки.log")),
            "рядом.log".to_owned(),
            "/dev/full".to_owned(),
            "/dev/stdin".to_owned(),
            "/proc/version".to_owned(),
            "/proc/self/нет".to_owned(),
            "/\u{1b}[2J".to_owned() + &"x".repeat(300),
        ];
        let hosts: Vec<_> = places.iter().map(|place| (place, switched_by_file(place))).collect();
        for (place, (_folder, host)) in &hosts {
            works_without_its_log(host, place);
        }
        assert_eq!(fs::read_to_string(&victim).expect("the victim"), "не трогать\n");
    });
}

#[test]
fn a_file_beside_the_library_is_enough() {
    isolated(secs(60), || {
        let (place, host) = switched_by_file("");
        let (info, _rep, _req) = exchange(&host);
        let path = place.folder().join("addin-zeromq.log");
        wait_for_line(&path, |line| line["event"] == "handshake");
        assert_eq!(log_of(&info)["file"].as_str().map(Path::new), Some(&*path));
        // Another library of this process has no such file.
        let other = Host::built();
        let (info, _rep, _req) = exchange(&other);
        assert_eq!(log_of(&info)["on"], false);
    });
}

/// In a mount namespace of the test's own: a disk that is full, has room again, and cannot be written any more.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_or_read_only_keeps_nobody() {
    host::isolated_behind(&["unshare", "-Urm"], secs(60), || {
        let disk = Endpoints::new();
        let mount = |options: &[&str]| {
            let done = std::process::Command::new("mount").args(options).arg(disk.folder()).status().expect("mount");
            assert!(done.success(), "{options:?}");
        };
        mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"]);
        let path = disk.folder().join("zmq.log");
        // Whole pages: the next line takes another.
        fs::write(&path, "{\"event\":\"filler\"}\n".repeat(4096 / 19 + 1)[..4096].trim_end_matches(|c| c != '\n'))
            .expect("room");
        let ballast = disk.folder().join("ballast");
        let _ = fs::write(&ballast, vec![0; 100_000]);
        switch_on(&path);
        let host = Host::built();
        let info = host.create("ZeroMQ.Info");
        let state = works_without_its_log(&host, "a full disk");
        assert!(state["error"].as_str().is_some_and(|why| why.contains("space")), "{state}");
        fs::remove_file(&ballast).expect("the ballast");
        let (_info, _rep, _req) = exchange(&host);
        assert!(wait_until(secs(20), || log_of(&info)["error"].is_null()), "{}", log_of(&info));
        // Whole lines, but for the one that was cut, and how many are missing.
        let text = fs::read_to_string(&path).expect("the log");
        let whole: Vec<Json> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        assert!(whole.len() + 1 >= text.lines().count() && text.ends_with('\n'), "{text}");
        assert!(whole.iter().any(|line| line["event"] == "lost" && line["lines"].as_u64() > Some(0)), "{text}");
        let lost = log_of(&info)["lost"].as_u64();
        mount(&["-o", "remount,ro"]);
        let (info, _rep, _req) = exchange(&host);
        assert!(wait_until(secs(20), || log_of(&info)["lost"].as_u64() > lost), "{}", log_of(&info));
        assert!(log_of(&info)["error"].as_str().is_some_and(|why| why.contains("ead-only")), "{}", log_of(&info));
    });
}

/// The lines of a process that ends at once are there: it waits a moment for them.
#[cfg(unix)]
#[test]
fn the_last_lines_are_written_when_the_process_ends() {
    const LINES: usize = 10;
    let place = |process: u32| std::env::temp_dir().join(format!("addin-zeromq-last-lines-{process}.log"));
    let ended = host::isolated_to_death(secs(60), || {
        let path = place(std::os::unix::process::parent_id());
        // A line that was cut in two is looked at for a while: the writer is slower than the process.
        fs::write(&path, "{\"event\":\"cut\"").expect("a log");
        switch_on(&path);
        let push = Host::built().create("ZeroMQ.Push");
        for _ in 0..LINES {
            push.must_fail("Send", [Value::blob("x")]);
        }
        std::process::exit(0);
    });
    let path = place(std::process::id());
    let text = fs::read_to_string(&path).expect("the log");
    let _ = fs::remove_file(&path);
    let written = text.lines().skip(1).map(json).filter(|line| line["error"] == "ENOTCONN").count();
    assert!(ended.is_some_and(|ending| ending.status.is_some_and(|status| status.success())));
    assert_eq!(written, LINES);
}

#[cfg(target_os = "linux")]
#[test]
fn a_forked_child_writes_nothing_and_waits_for_nobody() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let path = endpoints.folder().join("zmq.log");
        switch_on(&path);
        let host = Host::built();
        let (info, rep, req) = exchange(&host);
        // As many forks as it takes to meet the log's locks held, now and then.
        thread::scope(|scope| {
            let busy = scope.spawn(|| {
                // A host of its own: the child shall find no lock of the test's held.
                let host = Host::built();
                let end = Instant::now() + Duration::from_secs(2);
                while Instant::now() < end {
                    let socket = host.create("ZeroMQ.Push");
                    socket.must_fail("Send", [Value::blob("x")]);
                }
            });
            while !busy.is_finished() {
                let status = host::in_forked_child(secs(10), || {
                    let refused = rep.call("Recv", args![0]).is_err() && req.call("Close", []).is_ok();
                    let off = info.text_of("Log").starts_with(r#"{"on":false"#);
                    let seen = info.get("Statistics").is_err() && info.get("OpenSockets").is_err();
                    refused && off && seen
                });
                assert_eq!(status, 0, "the child");
            }
            busy.join().expect("no panic");
        });
        rep.must("Close", []);
        wait_for_line(&path, |line| line["event"] == "start");
        assert!(lines(&path).iter().all(|line| line["pid"] == std::process::id()));
        assert_eq!(log_of(&info)["on"], true);
    });
}

/// Every way to send and to receive counts, once for a message, with all its bytes.
#[test]
fn whatever_sends_and_receives_is_counted() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (one, other) = (host.create("ZeroMQ.Pair"), host.create("ZeroMQ.Pair"));
            assert_eq!(statistics(&one)["state"], "unopened");
            one.must("Bind", args![endpoints.to_bind(transport)]);
            other.must("Connect", args![one.text_of("LastEndpoint")]);
            other.must("Send", [Value::blob("123")]);
            other.must("SendText", args!["ж"]);
            other.must("SendPart", [Value::blob("12")]);
            other.must("SendPartText", args!["3"]);
            other.must("Send", [Value::blob("45")]);
            assert_eq!(other.must("SendBatch", args![r#"["1",["2","3"]]"#]).number(), 2.0);
            one.must("Recv", []);
            one.must("RecvText", []);
            assert_eq!(one.must("RecvMultipart", []).number(), 3.0);
            assert!(wait_until(secs(20), || !one.must("RecvBatch", args![2, 1_000]).text().is_empty()));
            let (sent, received) = (statistics(&other), statistics(&one));
            assert_eq!((&sent["sentMessages"], &sent["sentBytes"]), (&5.into(), &13.into()), "{transport:?}");
            assert_eq!((&sent["receivedMessages"], &sent["connected"][0]), (&0.into(), &received["bound"][0]));
            let bytes = received["receivedBytes"].as_u64();
            assert!(received["receivedMessages"].as_u64() >= Some(4) && bytes >= Some(11), "{received}");
        }
    });
}
