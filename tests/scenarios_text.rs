//! Texts instead of data, and a timeout for one call.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use std::time::Instant;

/// A receiver and a sender that is connected to it.
fn pair(host: &Host, receiving: &str, sending: &str, endpoint: &str) -> (Object, Object) {
    let (receiver, sender) = (host.create(receiving), host.create(sending));
    receiver.must("Bind", args![endpoint]);
    sender.must("Connect", args![receiver.text_of("LastEndpoint")]);
    for (object, name) in [(&receiver, "SetRecvTimeout"), (&sender, "SetSendTimeout")] {
        object.must(name, args![10_000]);
    }
    (receiver, sender)
}

const TEXTS: [&str; 6] =
    ["", "Hello", "Привет, мир", "😀 €\u{feff}\u{10ffff}", "\u{1}\t\r\n\u{7f}\u{85}", "\u{fffd}\u{2028}"];

#[test]
fn a_text_goes_in_utf8_and_comes_back() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let long = "Жж😀".repeat(30_000);
        for transport in Transport::ALL {
            let (pull, push) = pair(&host, "ZeroMQ.Pull", "ZeroMQ.Push", &endpoints.to_bind(transport));
            for text in TEXTS.into_iter().chain([long.as_str()]) {
                for (send, receive) in [("SendText", "RecvText"), ("ОтправитьСтроку", "ПолучитьСтроку")]
                {
                    assert!(push.must(send, args![text]).truth());
                    assert!(pull.must(receive, []) == Value::from(text), "{}", Value::from(text).brief());
                }
                push.must("SendText", args![text]);
                assert!(pull.must("Recv", []).bytes() == text.as_bytes());
                push.must("Send", args![text.as_bytes()]);
                assert!(pull.must("RecvText", []).text() == text);
            }
        }
        host.assert_clean();
    });
}

#[test]
fn parts_may_be_texts() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "ZeroMQ.Pull", "ZeroMQ.Push", "inproc://parts");
        push.must("SendPartText", args!["заголовок"]);
        push.must("ОтправитьЧастьИзСтроки", args!["ещё"]);
        push.must("SendPart", args![b"\xff"]);
        push.must("SendText", args!["тело"]);
        assert_eq!(pull.must("RecvMultipart", []), Value::i4(4));
        assert_eq!(pull.must("GetPartText", args![0]).text(), "заголовок");
        assert_eq!(pull.must("ПолучитьЧастьКакСтроку", args![3]).text(), "тело");
        let failed = pull.must_fail("GetPartText", args![2]);
        assert_eq!(failed.code, "EILSEQ");
        assert!(failed.last_error.contains("ПолучитьЧасть"), "{failed}");
        assert_eq!(pull.must("GetPart", args![2]).bytes(), b"\xff");
        assert_eq!(pull.must_fail("GetPartText", args![4]).code, "EINVAL");
        // Part by part, and what waits of one is told.
        push.must("SendPartText", args!["a"]);
        push.must("SendText", args!["b"]);
        assert_eq!(pull.must("RecvText", []).text(), "a");
        assert!(pull.get("RecvMore").unwrap().truth());
        assert_eq!(pull.must("RecvText", []).text(), "b");
        assert!(!pull.get("RecvMore").unwrap().truth());
    });
}

/// A message that is no text stays until somebody takes it as data, whatever is tried before.
#[test]
fn what_is_no_text_is_not_lost() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (pull, push) = pair(&host, "ZeroMQ.Pull", "ZeroMQ.Push", &endpoints.to_bind(transport));
            for data in [&b"\xff"[..], b"\xed\xa0\x80", b"text\xc3", b"nul\0", &[0xc0; 100_000]] {
                push.must("Send", args![data]);
                push.must("SendText", args!["next"]);
                for _ in 0..3 {
                    let failed = pull.must_fail("RecvText", []);
                    assert_eq!(failed.code, "EILSEQ");
                    assert!(failed.last_error.contains("Получить"), "{failed}");
                }
                host.memory().refuse_nth(1);
                assert_eq!(pull.must_fail("Recv", []).code, "ENOMEM");
                assert!(pull.must("Recv", []).bytes() == data);
                host.memory().refuse_nth(1);
                assert_eq!(pull.must_fail("RecvText", []).code, "ENOMEM");
                assert_eq!(pull.must("RecvText", []).text(), "next");
                assert_eq!(pull.last_error(), "");
            }
            // In the middle of a message.
            push.must("SendPartText", args!["head"]);
            push.must("Send", args![b"\xfe"]);
            assert_eq!(pull.must("RecvText", []).text(), "head");
            assert_eq!(pull.must_fail("RecvText", []).code, "EILSEQ");
            assert!(pull.get("RecvMore").unwrap().truth());
            assert_eq!(pull.must("RecvMultipart", []), Value::i4(1));
            assert_eq!(pull.must("GetPart", args![0]).bytes(), b"\xfe");
        }
    });
}

#[test]
fn what_utf8_cannot_say_is_not_sent() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "ZeroMQ.Pull", "ZeroMQ.Push", "inproc://surrogates");
        for wide in [vec![0xD800], vec![0x41, 0xDC00, 0xD800], vec![0x41, 0, 0x42], vec![0xD83D, 0xDE00, 0xDBFF]] {
            for name in ["SendText", "SendPartText"] {
                let failed = push.must_fail(name, [Value::Wide(wide.clone())]);
                assert_eq!(failed.code, "EILSEQ");
                assert!(failed.last_error.contains("Ничего не отправлено"), "{failed}");
            }
        }
        for wrong in [Value::blob("x"), Value::i4(1), Value::Empty, Value::NullPointer(host::vt::PWSTR, 5)] {
            for name in ["SendText", "SendPartText"] {
                assert_eq!(push.must_fail(name, [wrong.clone()]).code, "EINVAL");
            }
        }
        assert!(pull.must("Recv", args![0]).is_empty(), "something was sent");
        // Nothing of what was refused goes with the next one.
        push.must("SendText", args!["whole"]);
        assert_eq!(pull.must("RecvMultipart", []), Value::i4(1));
    });
}

#[test]
fn a_topic_is_a_text_or_data() {
    isolated(secs(30), || {
        let host = Host::built();
        let (publisher, subscriber) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
        publisher.must("Bind", args!["inproc://topics"]);
        subscriber.must("Подписаться", args!["курсы"]);
        subscriber.must("Subscribe", args![b"\xff"]);
        subscriber.must("Connect", args!["inproc://topics"]);
        let hears = |data: &[u8]| {
            publisher.must("Send", args![data]);
            subscriber.must("Recv", args![50]) == Value::blob(data)
        };
        let end = Instant::now() + secs(10);
        while !hears("курсы валют".as_bytes()) {
            assert!(Instant::now() < end, "the subscription does not come");
        }
        while !subscriber.must("Recv", args![50]).is_empty() {}
        assert!(hears(b"\xff\x01") && !hears("погода".as_bytes()));
        // One topic, whichever way it is given.
        subscriber.must("Unsubscribe", ["курсы".as_bytes().into()]);
        while hears("курсы".as_bytes()) {
            assert!(Instant::now() < end, "the subscription does not end");
        }
        for name in ["Subscribe", "Unsubscribe"] {
            assert_eq!(subscriber.must_fail(name, [Value::Wide(vec![0xD800])]).code, "EILSEQ");
            assert_eq!(subscriber.must_fail(name, args![5]).code, "EINVAL");
        }
        let long = "т".repeat(32 << 10);
        subscriber.must("Subscribe", args![&long]);
        assert_eq!(subscriber.must_fail("Subscribe", args![long + "."]).code, "EINVAL");
    });
}

/// -2 is what a host fills in for a parameter that is left out.
#[test]
fn one_call_has_a_timeout_of_its_own() {
    isolated(secs(60), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["inproc://one call"]);
        pull.must("SetRecvTimeout", args![300]);
        for method in ["Recv", "RecvText", "RecvMultipart"] {
            let waits = |args: &[Value]| {
                let start = Instant::now();
                assert!(pull.must(method, args).is_empty(), "{method}");
                start.elapsed()
            };
            for own in [&[][..], &[Value::i4(-2)], &[Value::Empty], &[Value::R8(-2.0)]] {
                assert!(waits(own) >= millis(300), "{method}{own:?}");
            }
            assert!(waits(&args![0]) < millis(250), "{method}: 0 does not wait");
            assert!(waits(&args![20]) < millis(280), "{method}: less than the object's own");
            assert!(waits(&args![450]) >= millis(450), "{method}: more than the object's own");
            assert!(waits(&args![20.0]) < millis(280), "{method}: a whole number is one");
            assert!(waits(&[]) >= millis(300), "{method}: the object's own was changed");
            for wrong in
                [Value::i4(-3), Value::i4(i32::MIN), Value::R8(0.5), Value::from("1"), Value::Bool(true), Value::Null]
            {
                let failed = pull.must_fail(method, [wrong]);
                assert_eq!(failed.code, "EINVAL");
                assert!(failed.last_error.contains("-2 (таймаут объекта)"), "{failed}");
            }
            let n = i32::try_from(pull.slots().find_method(method)).unwrap();
            assert_eq!(pull.slots().param_default(n, 0), Some(Value::i4(-2)), "a concrete value");
        }
    });
}

#[test]
fn a_send_has_a_timeout_of_its_own() {
    isolated(secs(30), || {
        let host = Host::built();
        let push = host.create("ZeroMQ.Push");
        push.must("Bind", args!["inproc://nobody"]);
        push.must("SetSendTimeout", args![300]);
        for (method, data) in [("Send", Value::blob("x")), ("SendText", Value::from("x"))] {
            let waits = |args: &[Value]| {
                let (start, all) = (Instant::now(), [std::slice::from_ref(&data), args].concat());
                assert!(!push.must(method, all).truth());
                start.elapsed()
            };
            assert!(waits(&[]) >= millis(300) && waits(&args![-2]) >= millis(300));
            assert!(waits(&args![0]) < millis(250));
            assert!(waits(&args![450]) >= millis(450));
            assert_eq!(push.must_fail(method, [data.clone(), Value::i4(-3)]).code, "EINVAL");
        }
        // An endless wait ends when somebody comes.
        let pull = host.create("ZeroMQ.Pull");
        std::thread::scope(|scope| {
            let sent = scope.spawn(|| push.must("SendText", args!["у всех", -1]).truth());
            std::thread::sleep(millis(50));
            pull.must("Connect", args!["inproc://nobody"]);
            assert_eq!(pull.must("RecvText", args![-1]).text(), "у всех");
            assert!(sent.join().unwrap());
        });
    });
}
