//! Which addresses are taken: what can never work is refused in words, every other form carries a message.

use host::reach::{bound_pull, reach};
use host::zmtp::port;
use host::{Endpoints, Host, Settings, Value, args, isolated, secs};
use std::net::TcpListener;

const SOCKETS: [&str; 6] = ["ZeroMQ.Req", "ZeroMQ.Rep", "ZeroMQ.Pub", "ZeroMQ.Sub", "ZeroMQ.Push", "ZeroMQ.Pull"];

fn english() -> Host {
    Host::built_with(Settings { ui_language: Some("en".into()), ..Settings::default() })
}

fn has_ipv6() -> bool {
    let has = TcpListener::bind("[::1]:0").is_ok();
    if !has {
        println!("NOT TRIED: this computer has no IPv6");
    }
    has
}

/// Endpoint, code, what the sentence says in Russian and in English.
type Case = (String, &'static str, &'static str, &'static str);

fn case(endpoint: impl Into<String>, code: &'static str, russian: &'static str, english: &'static str) -> Case {
    (endpoint.into(), code, russian, english)
}

/// What neither side takes.
fn hopeless() -> Vec<Case> {
    let mut all = vec![
        case("tcp://:5555", "EINVAL", "не указан компьютер", "the host is missing"),
        case("tcp://[]:5555", "EINVAL", "не указан компьютер", "the host is missing"),
        case("tcp://%lo:5555", "EINVAL", "не указан компьютер", "the host is missing"),
        case("tcp://", "EINVAL", "адрес пуст", "the address is empty"),
        case("tcp://;127.0.0.1:5555", "EINVAL", "адрес пуст", "the address is empty"),
        case("tcp://127.0.0.1", "EINVAL", "не указан порт", "the port is missing"),
        case("tcp://localhost", "EINVAL", "не указан порт", "the port is missing"),
        case("tcp://[::1]", "EINVAL", "не указан порт", "the port is missing"),
        case("tcp://127.0.0.1:", "EINVAL", "порт должен быть числом", "the port must be a number"),
        case("tcp://127.0.0.1:65536", "EINVAL", "«65536»", "\"65536\""),
        case("tcp://127.0.0.1:-1", "EINVAL", "«-1»", "\"-1\""),
        case("tcp://127.0.0.1:5555 ", "EINVAL", "«5555 »", "\"5555 \""),
        case("tcp://127.0.0.1:5555/path", "EINVAL", "«5555/path»", "\"5555/path\""),
        case("tcp://::1:5555", "EINVAL", "Напишите `tcp://[::1]:5555`", "Write `tcp://[::1]:5555`"),
        case("tcp://::1", "EINVAL", "Напишите `tcp://[::1]:5555`", "Write `tcp://[::1]:5555`"),
        case("tcp://fe80::1%eth0:5555", "EINVAL", "`tcp://[fe80::1%eth0]:5555`", "`tcp://[fe80::1%eth0]:5555`"),
        case("tcp://:1:5555", "EINVAL", "лишнее двоеточие", "a colon too many"),
        case("tcp://127.0.0.1:80:5555", "EINVAL", "лишнее двоеточие", "a colon too many"),
        case("tcp://interface.long:1:5555", "EINVAL", "лишнее двоеточие", "a colon too many"),
        case("tcp://[::1:5555", "EINVAL", "скобки без пары", "bracket has no partner"),
        case("tcp://::1]:5555", "EINVAL", "скобки без пары", "bracket has no partner"),
        case("tcp://[::g]:5555", "EINVAL", "«::g» не адрес IPv6", "\"::g\" is no IPv6 address"),
        case("tcp://[1::2::3]:5555", "EINVAL", "не адрес IPv6", "is no IPv6 address"),
        case("tcp://[fe80::1%]:5555", "EINVAL", "имя сетевого интерфейса", "the name of a network interface"),
        case("tcp://[fe80::1%25eth0]:5555", "EINVAL", "«25eth0»", "\"25eth0\""),
        case("tcp://256.1.1.1:5555", "EINVAL", "«256.1.1.1» не адрес IPv4", "\"256.1.1.1\" is no IPv4 address"),
        case("tcp://1.2.3.4.5:5555", "EINVAL", "не адрес IPv4", "is no IPv4 address"),
        case("tcp://1.2.3.:5555", "EINVAL", "не адрес IPv4", "is no IPv4 address"),
        case("tcp://08.1.1.1:5555", "EINVAL", "не адрес IPv4", "is no IPv4 address"),
        case(format!("tcp://{}:5555", "a".repeat(300)), "EINVAL", "300 символов, допустимо 253", "300 characters, 253"),
        case(format!("tcp://127.0.0.1:0;{}:5555", "b.".repeat(150)), "EINVAL", "299 символов", "299 characters"),
        case("TCP://127.0.0.1:5555", "EPROTONOSUPPORT", "Напишите `tcp://`", "Write `tcp://`"),
        case(" tcp://127.0.0.1:5555", "EPROTONOSUPPORT", "Напишите `tcp://`", "Write `tcp://`"),
        case("udp://127.0.0.1:5555", "EPROTONOSUPPORT", "транспорт «udp»", "the transport \"udp\""),
        case("ws://127.0.0.1:5555", "EPROTONOSUPPORT", "транспорт «ws»", "the transport \"ws\""),
        case("pgm://eth0;239.0.0.1:5555", "EPROTONOSUPPORT", "транспорт «pgm»", "the transport \"pgm\""),
        case("vmci://1:1", "EPROTONOSUPPORT", "транспорт «vmci»", "the transport \"vmci\""),
        case("tipc://{1,1,1}", "EPROTONOSUPPORT", "транспорт «tipc»", "the transport \"tipc\""),
        case("127.0.0.1:5555", "EINVAL", "не указан транспорт", "the transport is missing"),
        case("://127.0.0.1:5555", "EINVAL", "не указан транспорт", "the transport is missing"),
        case("inproc://", "EINVAL", "имя пусто", "the name is empty"),
        case("ipc://", "EINVAL", "путь пуст", "the path is empty"),
        case("ipc://@", "EINVAL", "путь пуст", "the path is empty"),
        case("ipc:///tmp/", "EINVAL", "это каталог", "a folder"),
    ];
    if cfg!(unix) {
        all.push(case("tcp://[fe80::1]:5555", "EINVAL", "нужен сетевой интерфейс", "needs its network interface"));
    }
    all
}

/// What can be bound, or stand before a semicolon, but not be connected.
fn for_bind_only() -> Vec<Case> {
    let mut all = vec![
        case("tcp://127.0.0.1:0", "EINVAL", "к порту 0 подключиться нельзя", "nobody can connect to port 0"),
        case("tcp://127.0.0.1:00", "EINVAL", "к порту 0", "to port 0"),
        case("tcp://[::1]:0", "EINVAL", "к порту 0", "to port 0"),
        case("tcp://127.0.0.1:0;127.0.0.1:0", "EINVAL", "к порту 0", "to port 0"),
        case("tcp://127.0.0.1:*", "EINVAL", "`*` в качестве порта", "`*` as a port"),
        case("tcp://*:5555", "EINVAL", "`*` в качестве адреса", "`*` as an address"),
        case("ipc://*", "EINVAL", "`*` годится только для Привязать", "`*` is for Bind only"),
        case("tcp://сервер:5555", "EINVAL", "символ 'с'", "the character 'с'"),
        case(format!("tcp://{}:5555", "сервер".repeat(22)), "EINVAL", "символ 'с'", "the character 'с'"),
        case("tcp://сервер:0;127.0.0.1:5555", "EINVAL", "символ 'с'", "the character 'с'"),
        case("tcp://127.0.0.1:0;a:b:5555", "EINVAL", "лишнее двоеточие", "a colon too many"),
        case("tcp://a:b:5555", "EINVAL", "лишнее двоеточие", "a colon too many"),
        case("tcp://my server:5555", "EINVAL", "символ ' '", "the character ' '"),
        case("tcp://a/b:5555", "EINVAL", "символ '/'", "the character '/'"),
        case("tcp://-a:5555", "EINVAL", "символ '-'", "the character '-'"),
        case("tcp://.a:5555", "EINVAL", "символ '.'", "the character '.'"),
        case("tcp://a..b:5555", "EINVAL", "пуста или длиннее 63", "empty or longer than 63"),
        case(format!("tcp://{}.ru:5555", "x".repeat(64)), "EINVAL", "пуста или длиннее 63", "empty or longer than 63"),
        case("tcp://239.0.0.1:5555", "EINVAL", "означает сразу многих", "means many"),
        case("tcp://255.255.255.255:5555", "EINVAL", "означает сразу многих", "means many"),
        case("tcp://[ff02::1%lo]:5555", "EINVAL", "означает сразу многих", "means many"),
        case("tcp://*:0;127.0.0.1:5555", "EINVAL", "перед «;»", "before \";\""),
        case("tcp://127.0.0.1:0;[::2]:5555", "EINVAL", "разных видов", "of two kinds"),
        case("tcp://[::2]:0;127.0.0.1:5555", "EINVAL", "разных видов", "of two kinds"),
    ];
    if cfg!(unix) {
        all.push(case("tcp://source.example.com:0;127.0.0.1:5555", "EINVAL", "перед «;»", "before \";\""));
    }
    all
}

/// Each class refuses it, in its host's language, and is as good as new.
fn refuse(methods: &[&str], cases: &[Case]) {
    for (host, speaks_russian) in [(Host::built(), true), (english(), false)] {
        for class in SOCKETS {
            let object = host.create(class);
            for (method, (endpoint, code, russian, english)) in
                methods.iter().flat_map(|m| cases.iter().map(move |c| (m, c)))
            {
                let failed = match object.call(method, args![endpoint]) {
                    Err(failed) => failed,
                    Ok(_) => panic!("{class}.{method} took {endpoint}"),
                };
                let (words, tried) =
                    if speaks_russian { (russian, "Не удалось") } else { (english, "Could not") };
                let text = &failed.last_error;
                assert_eq!(&failed.code, code, "{text}");
                let named: String = endpoint.chars().take(200).collect();
                assert!(text.contains(words) && text.contains(tried) && text.contains(&named), "{words:?}: {text}");
                assert!(text.ends_with('.'), "no full sentence: {text}");
                let cyrillic = text.replace(&named, "").chars().any(|letter| ('а'..='я').contains(&letter));
                assert!(cyrillic == speaks_russian || endpoint.contains("сервер"), "{text}");
            }
            assert_eq!(object.text_of("LastEndpoint"), "", "nothing was bound or connected");
            object.must("Bind", args!["tcp://127.0.0.1:*"]);
        }
    }
}

#[test]
fn what_can_never_work_is_refused() {
    isolated(secs(60), || refuse(&["Bind", "Connect"], &hopeless()));
}

#[test]
fn what_can_never_be_connected_is_refused() {
    isolated(secs(60), || refuse(&["Connect"], &for_bind_only()));
}

#[test]
fn every_form_of_ipv4_carries_messages() {
    isolated(secs(60), || {
        let host = Host::built();
        for bound in
            ["tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "tcp://*:*", "tcp://*:0", "tcp://0.0.0.0:*", "tcp://localhost:*"]
        {
            let (pull, real) = bound_pull(&host, bound);
            let port = port(&real);
            let all = bound.contains("//*") || bound.contains("0.0.0.0");
            let expected = if all { "0.0.0.0" } else { "127.0.0.1" };
            assert_eq!(real, format!("tcp://{expected}:{port}"), "{bound}");
            let mut forms = vec![
                format!("tcp://127.0.0.1:{port}"),
                format!("tcp://127.0.0.1:0{port}"),
                format!("tcp://localhost:{port}"),
                format!("tcp://LocalHost:{port}"),
                format!("tcp://[127.0.0.1]:{port}"),
                format!("tcp://127.0.0.1:0;127.0.0.1:{port}"),
                format!("tcp://127.0.0.1:*;localhost:{port}"),
            ];
            if cfg!(target_os = "linux") {
                forms.extend([
                    format!("tcp://127.1:{port}"),
                    real.clone(),
                    format!("tcp://127.0.0.1%lo:{port}"),
                    format!("tcp://lo:0;127.0.0.1:{port}"),
                ]);
            }
            for form in &forms {
                reach(&host, &pull, form);
            }
        }
        if cfg!(target_os = "linux") {
            let (pull, real) = bound_pull(&host, "tcp://lo:*");
            assert!(real.starts_with("tcp://127.0.0.1:"), "{real}");
            reach(&host, &pull, &real);
        }
    });
}

#[test]
fn every_form_of_ipv6_carries_messages() {
    isolated(secs(60), || {
        if !has_ipv6() {
            return;
        }
        let host = Host::built();
        for (bound, expected) in [
            ("tcp://[::1]:*", "tcp://[::1]:"),
            ("tcp://[::1]:0", "tcp://[::1]:"),
            ("tcp://[0:0::0:1]:*", "tcp://[::1]:"),
        ] {
            let (pull, real) = bound_pull(&host, bound);
            assert!(real.starts_with(expected), "{real}");
            let port = port(&real);
            let mut forms = vec![
                real.clone(),
                format!("tcp://[0:0:0:0:0:0:0:1]:{port}"),
                format!("tcp://[::1]:0;[::1]:{port}"),
                format!("tcp://[::]:0;[::1]:{port}"),
            ];
            if cfg!(target_os = "linux") {
                forms.push(format!("tcp://[::1%lo]:{port}"));
            }
            for form in &forms {
                reach(&host, &pull, form);
            }
            pull.must("Unbind", args![bound]);
            pull.must("Bind", args![&real]);
            reach(&host, &pull, &real);
        }
        // All addresses of both kinds.
        let (pull, real) = bound_pull(&host, "tcp://[::]:*");
        assert!(real.starts_with("tcp://[::]:"), "{real}");
        for peer in ["[::1]", "127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
            reach(&host, &pull, &format!("tcp://{peer}:{}", port(&real)));
        }
    });
}

/// IPv6 is for the endpoints that need it: the others of the same object are what they were.
#[test]
fn ipv6_stays_with_its_endpoint() {
    isolated(secs(60), || {
        if !has_ipv6() {
            return;
        }
        let host = Host::built();
        let (both, six) = bound_pull(&host, "tcp://[::1]:*");
        both.must("Bind", args!["tcp://*:*"]);
        let four = both.text_of("LastEndpoint");
        assert!(four.starts_with("tcp://0.0.0.0:"), "{four}");
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args![&six]);
        push.must("Connect", args![format!("tcp://localhost:{}", port(&four))]);
        for _ in 0..2 {
            push.must("Send", args![b"x"]);
        }
        for _ in 0..2 {
            assert_eq!(both.must("Recv", []), Value::blob("x"));
        }
        // Each of the two connections has carried one.
        push.must("Disconnect", args![&six]);
        reach(&host, &both, &six);
        reach(&host, &both, &format!("tcp://127.0.0.1:{}", port(&four)));
    });
}

#[test]
fn every_form_of_a_path_and_a_name_carries_messages() {
    isolated(secs(60), || {
        let (host, place) = (Host::built(), Endpoints::new());
        let mut texts = vec!["inproc://*".to_owned(), "inproc:// имя с пробелом/и:знаками;".into()];
        if cfg!(unix) {
            texts.extend(["гнездо с пробелом", "*", "a;b:c", "@x"].map(|name| place.ipc(name)));
            texts.push("ipc://*".into());
        }
        if cfg!(target_os = "linux") {
            texts.push(format!("ipc://@addin-zeromq-{}", std::process::id()));
        }
        for text in texts {
            let (pull, real) = bound_pull(&host, &text);
            reach(&host, &pull, &real);
        }
    });
}
