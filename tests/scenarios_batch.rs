//! Many messages as one text of JSON.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, millis, secs};
use std::time::Instant;

fn pair(host: &Host, endpoint: &str) -> (Object, Object) {
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Bind", args![endpoint]);
    push.must("Connect", args![pull.text_of("LastEndpoint")]);
    for (object, name) in [(&pull, "SetRecvTimeout"), (&push, "SetSendTimeout")] {
        object.must(name, args![10_000]);
    }
    (pull, push)
}

/// Receives batches until so many messages have come; the JSON of each.
fn batches(pull: &Object, most: i32, mut messages: usize) -> Vec<String> {
    let mut all = Vec::new();
    while messages > 0 {
        // Fewer may have come than were sent: no batch takes what belongs to the next one.
        let most = most.min(i32::try_from(messages).unwrap());
        let json = pull.must("RecvBatch", args![most]);
        let count = serde_json::from_str::<Vec<serde_json::Value>>(json.text()).expect("an array of JSON").len();
        assert!((1..=usize::try_from(most).unwrap()).contains(&count), "{count} of {most}");
        messages = messages.checked_sub(count).expect("more than was sent");
        all.push(json.text().to_owned());
    }
    all
}

/// All that `batches` gives, as one array.
fn received(pull: &Object, most: i32, messages: usize) -> Vec<serde_json::Value> {
    batches(pull, most, messages).iter().flat_map(|json| serde_json::from_str::<Vec<_>>(json).unwrap()).collect()
}

/// Texts with every control character, data, messages of parts, empty ones.
fn everything() -> serde_json::Value {
    let controls: String = (1..=0x9f_u8).map(char::from).collect();
    serde_json::json!([
        "", "Привет \"мир\"\\/", controls, "😀\u{10ffff}\u{2028}\u{fffd}\u{feff}",
        {"base64": ""}, {"base64": "/w=="}, {"base64": "AAECAw=="},
        ["a", {"base64": "/wD+"}, ""], ["", ""], ["x".repeat(100_000), {"base64": "gIGC".repeat(1000)}]
    ])
}

/// What comes back of it: data that is a text is one, a message of one part stands alone.
fn expected() -> serde_json::Value {
    let mut all = everything();
    all[4] = "".into();
    all
}

#[test]
fn what_is_sent_as_a_batch_comes_as_one() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (pull, push) = pair(&host, &endpoints.to_bind(transport));
            let (sent, came) = (everything().to_string(), expected());
            for (send, most) in [("SendBatch", 1000), ("ОтправитьПакет", 1), ("SendBatch", 3)] {
                assert_eq!(push.must(send, args![&sent]), Value::i4(10));
                assert_eq!(serde_json::Value::from(received(&pull, most, 10)), came);
            }
            // What was received can be sent.
            push.must("SendBatch", args![&sent]);
            let json = batches(&pull, 1000, 10);
            json.iter().for_each(|json| _ = push.must("SendBatch", args![json]));
            assert_eq!(serde_json::Value::from(received(&pull, 1000, 10)), came);
            // Each as what it is, by the calls for one.
            push.must("SendBatch", args![r#"["т",{"base64":"/w=="},["a","b"]]"#]);
            assert_eq!(pull.must("RecvText", []).text(), "т");
            assert_eq!(pull.must("Recv", []).bytes(), b"\xff");
            assert_eq!(pull.must("RecvMultipart", []), Value::i4(2));
            push.must("SendPart", args![b"1"]);
            push.must("Send", args![b"2"]);
            assert_eq!(batches(&pull, 5, 1), [r#"[["1","2"]]"#]);
        }
        host.assert_clean();
    });
}

#[test]
fn every_part_may_come_as_base64() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://base64");
        push.must("SendBatch", args![r#"["foo",["",{"base64":"/w=="}]]"#]);
        let json = pull.must("ПолучитьПакет", args![10, -2, true]);
        assert_eq!(json.text(), r#"[{"base64":"Zm9v"},[{"base64":""},{"base64":"/w=="}]]"#);
        // A byte 0 would end a text in some hosts.
        push.must("Send", args![b"a\0b"]);
        assert_eq!(pull.must("RecvBatch", args![1]).text(), r#"[{"base64":"YQBi"}]"#);
        push.must("SendBatch", args!["[\"a\\u0000b\"]"]);
        assert_eq!(pull.must("Recv", []).bytes(), b"a\0b");
        // 1C breaks the lines of Base64.
        let lines = "QUJDRA==".replace("JD", "J\\r\\nD");
        push.must("SendBatch", args![format!("[{{\"base64\":\"{lines}\"}}]")]);
        assert_eq!(pull.must("Recv", []).bytes(), b"ABCD");
    });
}

#[test]
fn only_the_first_message_is_waited_for() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://first");
        let waits = |args: &[Value]| {
            let start = Instant::now();
            assert!(pull.must("RecvBatch", args).is_empty());
            assert_eq!(pull.last_error(), "", "a timeout is no error");
            start.elapsed()
        };
        pull.must("SetRecvTimeout", args![200]);
        assert!(waits(&args![10]) >= millis(200) && waits(&args![10, -2]) >= millis(200));
        assert!(waits(&args![10, 0]) < millis(150));
        assert!(waits(&args![10, 350, false]) >= millis(350));
        push.must("SendText", args!["alone"]);
        let start = Instant::now();
        assert_eq!(pull.must("RecvBatch", args![10, 10_000]).text(), r#"["alone"]"#);
        assert!(start.elapsed() < secs(5), "a second message was waited for");
        std::thread::scope(|scope| {
            let came = scope.spawn(|| pull.must("RecvBatch", args![10, -1]));
            std::thread::sleep(millis(50));
            push.must("SendText", args!["late"]);
            assert_eq!(came.join().unwrap().text(), r#"["late"]"#);
        });
    });
}

/// The rest of a message that was begun, what the host had no memory for, what was no text: all of it comes first, in order.
#[test]
fn a_batch_loses_nothing() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (pull, push) = pair(&host, &endpoints.to_bind(transport));
            assert_eq!(
                push.must("SendBatch", args![r#"[["1","2","3"],{"base64":"/w=="},"4",["5","6"]]"#]),
                Value::i4(4)
            );
            assert_eq!(pull.must("RecvText", []).text(), "1");
            let all = serde_json::json!([["2", "3"], {"base64": "/w=="}, "4", ["5", "6"]]);
            for _ in 0..2 {
                host.memory().refuse_nth(1);
                assert_eq!(pull.must_fail("RecvBatch", args![4]).code, "ENOMEM");
                assert!(pull.get("RecvMore").unwrap().truth());
            }
            assert_eq!(serde_json::Value::from(received(&pull, 2, 2)), serde_json::json!([all[0], all[1]]));
            assert!(!pull.get("RecvMore").unwrap().truth());
            host.memory().refuse_nth(1);
            assert_eq!(pull.must_fail("RecvBatch", args![2]).code, "ENOMEM");
            assert_eq!(pull.must("Recv", []).bytes(), b"4");
            assert_eq!(pull.must("Recv", []).bytes(), b"5");
            assert!(pull.get("RecvMore").unwrap().truth());
            assert_eq!(batches(&pull, 5, 1), [r#"["6"]"#]);
            push.must("Send", args![b"\xfe"]);
            push.must("SendText", args!["7"]);
            assert_eq!(pull.must_fail("RecvText", []).code, "EILSEQ");
            assert_eq!(serde_json::Value::from(received(&pull, 2, 2)), serde_json::json!([{"base64": "/g=="}, "7"]));
        }
    });
}

#[test]
fn what_does_not_fit_waits_for_the_next_batch() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://large");
        // Smaller ones are tried where the JSON is made: this is as little as does not fit.
        let sizes = [10 << 20, 7 << 20, 5];
        sizes.iter().for_each(|&size| _ = push.must("Send", [vec![b'x'; size].into()]));
        let came: Vec<Vec<usize>> = batches(&pull, 100, 3)
            .iter()
            .map(|json| serde_json::from_str::<Vec<String>>(json).unwrap().iter().map(String::len).collect())
            .collect();
        assert_eq!(came, [vec![10 << 20], vec![7 << 20, 5]]);
        // A batch that is longer than it may be.
        let json = format!("[\"{}\"]", "x".repeat((16 << 20) - 3));
        assert_eq!(push.must_fail("SendBatch", args![json]).code, "EMSGSIZE");
        let many = |count: usize| format!("[{}\"\"]", "\"\",".repeat(count - 1));
        assert_eq!(push.must_fail("SendBatch", args![many(100_001)]).code, "EMSGSIZE");
        assert!(pull.must("Recv", args![0]).is_empty());
    });
}

#[test]
fn of_what_is_wrong_nothing_is_sent() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://wrong");
        for (json, position) in [
            ("", 1),
            ("[\"ok\"", 6),
            ("[\"ok\",]", 7),
            ("[\"ok\"] x", 8),
            ("[\"ok\",5]", 7),
            ("[\"ok\",null]", 10),
            ("{\"ok\":1}", 1),
            ("\"ok\"", 4),
            ("[\"ok\",[]]", 8),
            ("[\"ok\",[[\"x\"]]]", 8),
            ("[\"ok\",{\"base64\":\"?\"}]", 19),
            ("[\"ok\",{\"base\":\"\"}]", 13),
            ("[\"ok\",\n{}]", 10),
            ("['ok']", 2),
            ("[\"ёжик\",,]", 9),
            ("[\"ok\",\"\\ud800\"]", 14),
        ] {
            let failed = push.must_fail("SendBatch", args![json]);
            assert_eq!(failed.code, "EINVAL", "{json}");
            let words = failed.last_error.split("позиция ").nth(1).unwrap_or_else(|| panic!("{failed}"));
            let told: i64 = words.split(':').next().unwrap().parse().unwrap();
            assert!((told - position).abs() <= 1, "{json}: {position} expected: {failed}");
            assert!(words.contains("Ничего не отправлено"), "{failed}");
        }
        for deep in ["[".repeat(1_000_000), format!("[{}", "{\"base64\":".repeat(100_000))] {
            assert_eq!(push.must_fail("SendBatch", args![deep]).code, "EINVAL");
        }
        for wide in [vec![0x5B, 0x22, 0xD800, 0x22, 0x5D], vec![0x5B, 0, 0x5D]] {
            assert_eq!(push.must_fail("SendBatch", [Value::Wide(wide)]).code, "EILSEQ");
        }
        for wrong in [args![b"[]", 0], args!["[]", -3], args!["[]", "0"], args![5, 0]] {
            assert_eq!(push.must_fail("SendBatch", wrong).code, "EINVAL");
        }
        for wrong in
            [args![0, 0, false], args![100_001, 0, false], args![1, -3, false], args![1, 0, 1], args!["1", 0, false]]
        {
            assert_eq!(pull.must_fail("RecvBatch", wrong).code, "EINVAL");
        }
        assert!(pull.must("Recv", args![0]).is_empty(), "something was sent");
        assert_eq!(push.must("SendBatch", args![" [\n] "]), Value::i4(0));
        let (lone, single) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        assert_eq!(lone.must_fail("RecvBatch", args![1]).code, "ENOTCONN");
        assert_eq!(single.must_fail("SendBatch", args!["[]"]).code, "ENOTCONN");
        for class in ["Req", "Rep"] {
            let object = host.create(&format!("ZeroMQ.{class}"));
            assert_eq!([object.slots().find_method("RecvBatch"), object.slots().find_method("SendBatch")], [-1, -1]);
        }
    });
}

/// The number tells what went; what did not can be sent by the next call.
#[test]
fn a_batch_that_finds_no_room_tells_how_much_went() {
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        push.set("SendHighWaterMark", 5).unwrap();
        pull.set("RecvHighWaterMark", 5).unwrap();
        push.must("Bind", args!["inproc://room"]);
        let start = Instant::now();
        assert_eq!(push.must("SendBatch", args![r#"["a"]"#, 100]), Value::i4(0));
        assert!(start.elapsed() >= millis(100));
        pull.must("Connect", args!["inproc://room"]);
        let json = |from: usize, to: usize| serde_json::json!((from..to).map(|n| n.to_string()).collect::<Vec<_>>());
        let start = Instant::now();
        let sent = push.must("SendBatch", args![json(0, 30).to_string(), 100]).number() as usize;
        assert!((10..12).contains(&sent), "{sent}");
        assert!(start.elapsed() >= millis(100) && start.elapsed() < secs(5), "one timeout for all of it");
        // Collected parts belong to Send.
        push.must("SendPartText", args!["part"]);
        let mut all = received(&pull, 100, sent);
        std::thread::scope(|scope| {
            let rest = scope.spawn(|| push.must("SendBatch", args![json(sent, 30).to_string(), 20_000]));
            all.extend(received(&pull, 3, 30 - sent));
            assert_eq!(rest.join().unwrap().number() as usize, 30 - sent);
        });
        assert_eq!(serde_json::Value::from(all), json(0, 30));
        push.must("SendText", args!["whole"]);
        assert_eq!(pull.must("RecvMultipart", args![10_000]), Value::i4(2));
        // What was sent is always the beginning, also where room comes and goes meanwhile.
        std::thread::scope(|scope| {
            let came = scope.spawn(|| {
                let one = |n: usize| {
                    if n.is_multiple_of(7) {
                        std::thread::sleep(millis(1));
                    }
                    pull.must("RecvText", args![20_000]).text().to_owned()
                };
                (0..3000).map(one).collect::<Vec<_>>()
            });
            let mut sent = 0;
            while sent < 3000 {
                sent +=
                    push.must("SendBatch", args![json(sent, (sent + 100).min(3000)).to_string(), 0]).number() as usize;
            }
            assert!(came.join().unwrap().iter().enumerate().all(|(n, text)| *text == n.to_string()));
        });
    });
}

#[test]
fn a_publisher_sends_a_batch_to_its_subscribers() {
    isolated(secs(30), || {
        let host = Host::built();
        let (publisher, subscriber) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
        subscriber.must("Subscribe", args!["курс"]);
        subscriber.must("Bind", args!["inproc://курсы"]);
        publisher.must("Connect", args!["inproc://курсы"]);
        // The first message waits for the subscription.
        assert_eq!(publisher.must("SendBatch", args![r#"[["курс","1"],"погода",["курс","2"]]"#]), Value::i4(3));
        assert_eq!(
            serde_json::Value::from(received(&subscriber, 10, 2)),
            serde_json::json!([["курс", "1"], ["курс", "2"]])
        );
    });
}

/// What each call costs the interpreter is paid once for a thousand messages.
#[test]
fn a_thousand_messages_take_a_few_calls() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (pull, push) = pair(&host, &endpoints.to_bind(Transport::Tcp));
        let all: Vec<_> = (0..1000).map(|n| format!("message {n}")).collect();
        assert_eq!(push.must("SendBatch", args![serde_json::json!(all).to_string()]), Value::i4(1000));
        // All of it is there by then.
        std::thread::sleep(millis(300));
        let calls = batches(&pull, 1000, 1000).len();
        assert!(calls <= 1000 / 20, "{calls} calls for 1000 messages");
    });
}
