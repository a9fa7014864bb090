//! A host whose allocator refuses, and a process without memory: the call fails in words, and nothing is lost.
#![cfg(target_os = "linux")]

use host::{CallFailed, Endpoints, Host, Object, Transport, Value, args, isolated, secs};

fn pair(host: &Host, endpoint: &str) -> (Object, Object) {
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Bind", args![endpoint]);
    push.must("Connect", args![pull.text_of("LastEndpoint")]);
    pull.must("SetRecvTimeout", args![5000]);
    (pull, push)
}

/// Repeats a call until the host has memory again; gives the answer and how often it was refused.
fn insist(object: &Object, method: &str, args: &[Value]) -> (Value, u32) {
    let mut refused = 0;
    loop {
        match object.call(method, args) {
            Ok(value) => return (value, refused),
            Err(CallFailed { code, .. }) if code == "ENOMEM" || code.is_empty() => refused += 1,
            Err(failed) => panic!("{failed}"),
        }
        assert!(refused < 10, "{method} never succeeds");
    }
}

/// One message whole, received part by part through Recv, or by RecvMultipart and GetPart; texts in between.
fn receive(pull: &Object, parts: &[Vec<u8>], multipart: bool) -> u32 {
    let mut refused = 0;
    if multipart {
        let (count, times) = insist(pull, "RecvMultipart", &[]);
        refused += times;
        assert_eq!(count, Value::i4(i32::try_from(parts.len()).expect("few")));
    }
    for (n, part) in parts.iter().enumerate() {
        let number = [Value::i4(i32::try_from(n).expect("few"))];
        let (value, times) = if multipart { insist(pull, "GetPart", &number) } else { insist(pull, "Recv", &[]) };
        refused += times;
        assert_eq!(value.bytes(), part, "part {n}");
    }
    refused
}

/// Each single allocation of an exchange is refused once, one after the other, until none is left to refuse.
#[test]
fn a_refusal_at_any_point_loses_nothing() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        for transport in Transport::ALL {
            for multipart in [false, true] {
                let mut refusals = 0;
                for nth in 1.. {
                    let host = Host::built();
                    let (pull, push) = pair(&host, &endpoints.to_bind(transport));
                    let parts = [vec![1; 10], Vec::new(), vec![2; 100], vec![3; 100_000]];
                    for _ in 0..3 {
                        for part in &parts[..3] {
                            push.must("SendPart", [Value::blob(part)]);
                        }
                        assert!(push.must("Send", [Value::blob(&parts[3])]).truth());
                    }
                    host.memory().refuse_nth(nth);
                    let refused: u32 = (0..3).map(|_| receive(&pull, &parts, multipart)).sum();
                    host.memory().refuse_none();
                    pull.must("SetRecvTimeout", args![0]);
                    assert!(pull.must("Recv", []).is_empty(), "a part came twice");
                    if refused == 0 && host.memory().counts().refused == 0 {
                        assert!(nth > 3 * 4, "only {nth} allocations");
                        break;
                    }
                    refusals += refused;
                }
                assert!(refusals >= 3 * 4, "{transport:?}: only {refusals} calls were refused");
            }
        }
    });
}

/// All is refused for a while: nobody's message is lost, not even in the middle of one.
#[test]
fn a_long_shortage_loses_nothing() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (pull, push) = pair(&host, &endpoints.to_bind(Transport::Tcp));
        let (reply, request) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
        reply.must("Bind", args!["inproc://нехватка"]);
        request.must("Connect", args!["inproc://нехватка"]);
        for n in 0..500_u32 {
            assert!(push.must("Send", [Value::blob(n.to_le_bytes())]).truth());
        }
        for n in 0..500_u32 {
            request.must("Send", [Value::blob(n.to_le_bytes())]);
            host.memory().refuse_all();
            for _ in 0..3 {
                for (object, method) in [(&pull, "Recv"), (&reply, "Recv")] {
                    let number = i32::try_from(object.slots().find_method(method)).expect("a method");
                    let (done, value) = object.slots().call_as_func(number, None, 0);
                    assert!(!done && value.is_empty(), "{method} without memory gave {}", value.brief());
                }
            }
            host.memory().refuse_none();
            assert_eq!(pull.must("Recv", []), Value::blob(n.to_le_bytes()));
            assert_eq!(reply.must("Recv", []), Value::blob(n.to_le_bytes()));
            reply.must("Send", [Value::blob(n.to_be_bytes())]);
            assert_eq!(request.must("Recv", []), Value::blob(n.to_be_bytes()));
        }
    });
}

/// Names, errors and registration: a refusal gives null or false, and the next try gives the whole text.
#[test]
fn texts_are_refused_whole() {
    isolated(secs(30), || {
        let host = Host::built();
        for class in ["ZeroMQ.Pull", "ZeroMQ.Info"] {
            let object = host.create(class);
            let slots = object.slots();
            for n in 0..i32::try_from(slots.n_props()).expect("few") {
                let expected = slots.get_prop(n);
                assert!(expected.0);
                host.memory().refuse_nth(1);
                // What needs no memory (a number, a boolean) is given all the same.
                let (done, value) = slots.get_prop(n);
                assert!(if done { value == expected.1 } else { value.is_empty() }, "{class}: property {n}");
                host.memory().refuse_none();
                let again = slots.get_prop(n);
                let is_error = [slots.find_prop("LastError"), slots.find_prop("LastErrorCode")].contains(&i64::from(n));
                assert!(again.0 && (again == expected || is_error), "{class}: property {n}: {again:?}");
            }
            host.memory().refuse_all();
            assert_eq!(slots.register_extension_as(), None);
            host.memory().refuse_none();
            assert_eq!(slots.register_extension_as().as_deref(), Some(class));
        }
    });
}

fn limit_memory(bytes: libc::rlim_t) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: a record of ours.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) }, 0);
}

fn address_space() -> libc::rlim_t {
    let status = std::fs::read_to_string("/proc/self/status").expect("the status");
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("VmSize");
    size.split_whitespace().next().and_then(|kib| kib.parse::<libc::rlim_t>().ok()).expect("kB") * 1024
}

/// A message larger than the memory that the process may have is refused; smaller ones pass as before.
#[test]
fn a_message_larger_than_memory_is_refused() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let (pull, push) = pair(&host, &endpoints.to_bind(Transport::Tcp));
        let huge = Value::blob(vec![7; 300 << 20]);
        let mut huge = host::Variants::of(&[huge]);
        push.must("Send", [Value::blob("до")]);
        assert_eq!(pull.must("Recv", []), Value::blob("до"));
        let number = i32::try_from(push.slots().find_method("Send")).expect("a method");
        limit_memory(address_space() + (100 << 20));
        let (done, value) = push.slots().call_as_func(number, Some(&mut huge), 1);
        assert!(!done, "{}", value.brief());
        assert_eq!(push.last_error_code(), "ENOMEM");
        assert!(push.last_error().contains("314572800"), "{}", push.last_error());
        push.must("Send", [Value::blob("после")]);
        assert_eq!(pull.must("Recv", []), Value::blob("после"));
        limit_memory(libc::RLIM_INFINITY);
        let (done, value) = push.slots().call_as_func(number, Some(&mut huge), 1);
        assert!(done && value.truth());
        assert_eq!(pull.must("Recv", []).bytes().len(), 300 << 20);
    });
}

/// A text of which there is no room beside the message, or beside the text that is to be sent: refused, and nothing is lost.
#[test]
fn a_text_larger_than_memory_is_refused() {
    isolated(secs(60), || {
        // More than malloc keeps in reserve for a thread.
        const SIZE: usize = 80 << 20;
        let host = Host::built();
        let (pull, push) = pair(&host, "inproc://texts larger than memory");
        let data = vec![0xFF; SIZE];
        let mut texts = host::Variants::of(&[Value::Wide(vec![0x41; SIZE])]);
        push.must("Send", [data.clone().into()]);
        push.must("Send", args![b"next"]);
        let send_text = i32::try_from(push.slots().find_method("SendText")).expect("a method");
        limit_memory(address_space() + (10 << 20));
        for _ in 0..2 {
            let failed = pull.must_fail("RecvBatch", args![1]);
            assert_eq!(failed.code, "ENOMEM", "{failed}");
            assert!(failed.last_error.contains(&SIZE.to_string()), "{failed}");
        }
        assert!(!push.slots().call_as_func(send_text, Some(&mut texts), 1).0);
        assert_eq!(push.last_error_code(), "ENOMEM", "{}", push.last_error());
        limit_memory(libc::RLIM_INFINITY);
        assert!(pull.must("Recv", []).bytes() == data);
        assert_eq!(pull.must("RecvBatch", args![5]).text(), r#"["next"]"#);
    });
}
