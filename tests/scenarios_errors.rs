//! Every error: refused cleanly, told in a sentence that helps, in the host's language, and forgotten after
//! the next success.

use host::{CallFailed, Endpoints, Host, Object, Refusal, Settings, Transport, Value, args, isolated, secs};

/// The sentence names what it should.
#[track_caller]
fn says(failed: &CallFailed, code: &str, words: &[&str]) {
    assert_eq!(failed.code, code, "{failed}");
    for word in words {
        assert!(failed.last_error.contains(word), "{word:?} is not in {:?}", failed.last_error);
    }
    let end = failed.last_error.trim_end();
    assert!(end.ends_with(['.', '!', '»']), "no full sentence: {end:?}");
    assert!(end.chars().any(|c| ('а'..='я').contains(&c)), "not in Russian: {end:?}");
}

fn joined(host: &Host, binds: &str, connects: &str) -> (Object, Object) {
    let endpoint = Endpoints::new().to_bind(Transport::Inproc);
    let (one, other) = (host.create(binds), host.create(connects));
    one.must("Bind", args![&endpoint]);
    other.must("Connect", args![&endpoint]);
    (one, other)
}

#[test]
fn endpoints_that_lead_nowhere() {
    isolated(secs(60), || {
        let host = Host::built();
        for class in ["ZeroMQ.Req", "ZeroMQ.Rep", "ZeroMQ.Pub", "ZeroMQ.Sub", "ZeroMQ.Push", "ZeroMQ.Pull"] {
            let object = host.create(class);
            for method in ["Bind", "Connect"] {
                for (endpoint, code) in [
                    ("нет://такого", "EPROTONOSUPPORT"),
                    ("http://127.0.0.1:80", "EPROTONOSUPPORT"),
                    ("tcp://", "EINVAL"),
                    ("tcp://127.0.0.1", "EINVAL"),
                    ("tcp://127.0.0.1:порт", "EINVAL"),
                    ("tcp://127.0.0.1:99999", "EINVAL"),
                ] {
                    match object.call(method, args![endpoint]) {
                        Err(failed) => says(&failed, code, &[endpoint]),
                        Ok(_) => panic!("{class}.{method} took {endpoint}"),
                    }
                }
                // A text that is no endpoint may be a password in the wrong place.
                let failed = object.must_fail(method, args!["мимо"]);
                says(&failed, "EINVAL", &["не указан транспорт"]);
                assert!(!failed.last_error.contains("мимо"), "{}", failed.last_error);
                let failed = object.must_fail(method, args![""]);
                assert!(!failed.last_error.is_empty());
                let failed = object.must_fail(method, args!["inproc://a\0b"]);
                assert!(!failed.last_error.is_empty());
                let failed = object.must_fail(method, [Value::Wide(vec![0x69, 0xD800, 0x69])]);
                assert!(!failed.last_error.is_empty());
                let long = format!("ipc:///{}", "д".repeat(1 << 20));
                let failed = object.must_fail(method, args![&long]);
                assert!(failed.last_error.len() < 4096, "an error as long as its cause");
            }
            let failed = object.must_fail("Bind", args!["ipc:///нет/такого/каталога/х"]);
            says(&failed, &failed.code, &["каталог"]);
        }
    });
}

#[test]
fn an_address_in_use() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in [Transport::Inproc, Transport::Tcp] {
            let first = host.create("ZeroMQ.Rep");
            first.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = first.text_of("LastEndpoint");
            let second = host.create("ZeroMQ.Rep");
            let failed = second.must_fail("Bind", args![&endpoint]);
            says(&failed, "EADDRINUSE", &[&endpoint, "занят"]);
            assert_eq!(second.text_of("КодПоследнейОшибки"), "EADDRINUSE");
            first.must("Close", []);
            second.must("Bind", args![&endpoint]);
            assert_eq!(second.text_of("КодПоследнейОшибки"), "");
        }
    });
}

#[test]
fn what_was_never_bound_or_connected() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
        rep.must("Bind", args![endpoints.to_bind(Transport::Tcp)]);
        req.must("Connect", args![rep.text_of("LastEndpoint")]);
        for (object, method) in [(&rep, "Unbind"), (&req, "Disconnect"), (&rep, "Disconnect"), (&req, "Unbind")] {
            let failed = object.must_fail(method, args!["tcp://127.0.0.1:1"]);
            says(&failed, "ENOENT", &["tcp://127.0.0.1:1"]);
        }
    });
}

#[test]
fn out_of_turn() {
    isolated(secs(60), || {
        let host = Host::built();
        let (rep, req) = joined(&host, "ZeroMQ.Rep", "ZeroMQ.Req");
        says(&rep.must_fail("Send", args![b"to whom"]), "EFSM", &["Rep"]);
        says(&req.must_fail("Recv", []), "EFSM", &["Req"]);
        // Nothing of it stuck.
        assert!(req.must("Send", args![b"?"]).truth());
        assert_eq!(rep.must("Recv", []).bytes(), b"?");
        assert!(rep.must("Send", args![b"!"]).truth());
        assert_eq!(req.must("Recv", []).bytes(), b"!");
        says(&rep.must_fail("Send", args![b"again"]), "EFSM", &[]);
    });
}

#[test]
fn parts_that_are_not_there() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = joined(&host, "ZeroMQ.Pull", "ZeroMQ.Push");
        says(&pull.must_fail("GetPart", args![0]), "EINVAL", &["0", "ПолучитьСоставное"]);
        push.must("SendPart", args![b"a"]);
        push.must("Send", args![b"b"]);
        pull.must("RecvMultipart", []);
        for wrong in [2, 3, i32::MAX] {
            says(&pull.must_fail("GetPart", args![wrong]), "EINVAL", &[&wrong.to_string(), "2"]);
        }
        for wrong in [Value::i4(-1), Value::R8(0.5), Value::R8(f64::NAN), Value::R8(1e300), Value::from("0")] {
            says(&pull.must_fail("GetPart", [wrong]), "EINVAL", &["НомерЧасти"]);
        }
        // The parts are still there.
        assert_eq!(pull.must("GetPart", args![1.0]).bytes(), b"b");
    });
}

#[test]
fn wrong_types_name_the_parameter_what_was_expected_and_what_came() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = joined(&host, "ZeroMQ.Pull", "ZeroMQ.Push");
        let sub = host.create("ZeroMQ.Sub");
        let number = || Value::i4(42);
        for (object, method, value, words) in [
            (&push, "Bind", number(), ["КонечнаяТочка", "Строка", "42"]),
            (&push, "Connect", Value::blob("x"), ["КонечнаяТочка", "Строка", "ДвоичныеДанные"]),
            (&push, "Send", Value::from("текст"), ["Данные", "ДвоичныеДанные", "Строка (5 символов)"]),
            (&push, "SendPart", Value::Bool(true), ["Данные", "ДвоичныеДанные", "Истина"]),
            (&push, "Send", Value::Empty, ["Данные", "ДвоичныеДанные", "Неопределено"]),
            (&push, "Send", Value::Null, ["Данные", "ДвоичныеДанные", "Null"]),
            (&push, "Send", Value::Time([2024, 2, 29, 12, 0, 0]), ["Данные", "ДвоичныеДанные", "Дата"]),
            (&sub, "Subscribe", number(), ["Тема", "ДвоичныеДанные", "42"]),
            (&push, "SetSendTimeout", Value::from("100"), ["Таймаут", "миллисекунд", "Строка (3 символа)"]),
            (&pull, "SetRecvTimeout", Value::Empty, ["Таймаут", "миллисекунд", "Неопределено"]),
        ] {
            says(&object.must_fail(method, [value]), "EINVAL", &words);
        }
    });
}

#[test]
fn timeouts_that_are_no_times() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        for wrong in [-2.0, 0.5, 100.25, 2_147_483_648.0, 1e18, -1e18, f64::NAN, f64::INFINITY] {
            says(&pull.must_fail("SetRecvTimeout", args![wrong]), "EINVAL", &["Таймаут"]);
        }
        for wrong in [-2, i32::MIN] {
            says(&pull.must_fail("SetRecvTimeout", args![wrong]), "EINVAL", &["Таймаут", &wrong.to_string()]);
        }
        for right in [0.0, 1000.0, -1.0, 2_147_483_647.0] {
            pull.must("SetRecvTimeout", args![right]);
        }
    });
}

#[test]
fn missing_and_surplus_arguments_stop_in_the_host() {
    isolated(secs(60), || {
        let host = Host::built();
        let push = host.create("ZeroMQ.Push");
        assert_eq!(push.call("Bind", []).unwrap_err().refusal, Refusal::MissingArgument(0));
        assert_eq!(push.call("Close", args![1]).unwrap_err().refusal, Refusal::TooManyArguments);
        assert_eq!(push.call("Нет", []).unwrap_err().refusal, Refusal::NoSuchMember);
    });
}

#[test]
fn a_closed_object_says_so() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = joined(&host, "ZeroMQ.Pull", "ZeroMQ.Push");
        push.must("Закрыть", []);
        push.must("Close", []);
        pull.must("Close", []);
        for (object, method, args) in [
            (&push, "Bind", args!["inproc://x"].to_vec()),
            (&push, "Connect", args!["inproc://x"].to_vec()),
            (&push, "Send", args![b"x"].to_vec()),
            (&push, "SendPart", args![b"x"].to_vec()),
            (&pull, "Recv", vec![]),
            (&pull, "RecvMultipart", vec![]),
        ] {
            let failed = object.must_fail(method, args);
            assert!(failed.last_error.contains("закрыт"), "{failed}");
            assert!(!failed.code.is_empty());
        }
        // These methods have never failed there; they change nothing, as the properties do not.
        for (object, method, property) in
            [(&push, "SetSendTimeout", "SendTimeout"), (&pull, "SetRecvTimeout", "RecvTimeout")]
        {
            let before = object.get(property).expect("a timeout");
            object.must(method, args![123]);
            assert_eq!(object.set(property, 456).expect_err("closed").code, "ENOTSOCK");
            assert_eq!(object.get(property).expect("a timeout"), before, "{property}");
        }
    });
}

#[test]
fn the_language_is_the_hosts() {
    isolated(secs(60), || {
        let sentence = |locale: Option<&str>, ui_language: Option<&str>| {
            let settings = Settings {
                locale: locale.map(Into::into),
                ui_language: ui_language.map(Into::into),
                ..Settings::default()
            };
            let host = Host::built_with(settings);
            host.create("ZeroMQ.Push").must_fail("Bind", args!["мимо"]).last_error
        };
        let russian = sentence(None, None);
        assert!(russian.contains("Не удалось"), "{russian}");
        for (locale, ui) in [
            (Some("ru_RU"), None),
            (Some("ru"), Some("ru")),
            (Some("rus_RUS"), None),
            (Some("Russian_Russia.1251"), Some("")),
            (None, Some("")),
            (Some(""), Some("")),
            (Some("C"), None),
        ] {
            assert_eq!(sentence(locale, ui), russian, "{locale:?} {ui:?}");
        }
        let english = sentence(Some("en_US"), None);
        assert!(english.contains("Could not"), "{english}");
        for (locale, ui) in [
            (None, Some("en")),
            (Some("en"), None),
            (Some("en_GB"), Some("en")),
            (Some("ru_RU"), Some("en")),
            // A language that we do not speak: 1C's standard 766 says English.
            (Some("zz"), None),
            (Some(""), Some("uk")),
            (Some("kk_KZ"), None),
            (Some("ru_RU"), Some("de")),
            (Some("pl_PL"), Some("")),
        ] {
            assert_eq!(sentence(locale, ui), english, "{locale:?} {ui:?}");
        }
        // The interface's language is what the user reads.
        assert_eq!(sentence(Some("en_US"), Some("ru")), russian);
        // A language that comes later holds from then on.
        let host = Host::built();
        let push = host.create("ZeroMQ.Push");
        push.slots().set_ui_language(Some("en"));
        assert_eq!(push.must_fail("Bind", args!["мимо"]).last_error, english);
    });
}

#[test]
fn an_error_is_forgotten_after_the_next_success() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let pull = host.create("ZeroMQ.Pull");
        assert_eq!([pull.last_error(), pull.last_error_code()], ["", ""]);
        let failed = pull.must_fail("Bind", args!["мимо"]);
        // Reading it, and everything that a host asks on the way, does not clear it.
        for _ in 0..3 {
            assert_eq!(pull.text_of("LastError"), failed.last_error);
            assert_eq!(pull.text_of("ПоследняяОшибка"), failed.last_error);
            assert_eq!(pull.text_of("LastErrorCode"), "EINVAL");
            let _ = pull.text_of("LastEndpoint");
        }
        pull.must("Bind", args![endpoints.to_bind(Transport::Inproc)]);
        assert_eq!([pull.last_error(), pull.last_error_code()], ["", ""]);
        pull.must_fail("Bind", args!["мимо"]);
        pull.must("SetRecvTimeout", args![0]);
        assert_eq!(pull.last_error(), "");
        // Errors belong to their object.
        pull.must_fail("Bind", args!["мимо"]);
        assert_eq!(host.create("ZeroMQ.Pull").last_error(), "");
    });
}
