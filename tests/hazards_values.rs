//! Values that no script should send: every method with every variant code and hostile payloads, texts that
//! are none, endpoints of every bad kind, topics of megabytes.

use host::{Endpoints, Host, Object, SOCKET_CLASSES, Value, Variants, args, isolated, secs, vt};
use std::time::{Duration, Instant};

fn classes() -> impl Iterator<Item = &'static str> {
    SOCKET_CLASSES.into_iter().chain(["ZeroMQ.Info", "ZeroMQ.Poller", "ZeroMQ.Curve", "ZeroMQ.Auth", "ZeroMQ.Proxy"])
}

/// No wait of the object lasts.
fn hurry(object: &Object) {
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        if object.slots().find_method(name) >= 0 {
            object.must(name, args![0]);
        }
    }
}

fn count(n: i64) -> i32 {
    i32::try_from(n).expect("a small count")
}

/// Pointer and count as they lie in a variant.
fn counted(code: u16, pointer: usize, items: u32) -> Value {
    let mut bytes = pointer.to_ne_bytes().to_vec();
    bytes.extend_from_slice(&items.to_ne_bytes());
    Value::Raw(code, bytes)
}

/// Hostile payloads under one code. A pointer that is neither null nor misaligned leads to memory of ours: nothing
/// in the Native API lets a component tell a wild one.
fn payloads(code: u16, ours: usize) -> Vec<Value> {
    let bits = |bits: u64| Value::Raw(code, [bits.to_ne_bytes(); 8].concat());
    if matches!(code, vt::PWSTR | vt::BLOB) {
        return vec![
            counted(code, 0, 0),
            counted(code, 0, 1),
            counted(code, 0, u32::MAX),
            counted(code, ours, 0),
            counted(code, ours, 64),
            counted(code, ours + 1, if code == vt::BLOB { 63 } else { 31 }),
            counted(vt::PWSTR, ours + 1, u32::MAX),
            counted(code, 1, 0),
        ];
    }
    let mut all: Vec<_> = [
        f64::NAN.to_bits(),
        f64::INFINITY.to_bits(),
        f64::NEG_INFINITY.to_bits(),
        (-0.0_f64).to_bits(),
        f64::MIN_POSITIVE.to_bits(),
        f64::MAX.to_bits(),
        2_147_483_648.0_f64.to_bits(),
        0.5_f64.to_bits(),
        i64::MIN.cast_unsigned(),
        i64::MAX.cast_unsigned(),
        u64::MAX,
        0x8000_0000,
        0x7FFF_FFFF,
        0,
    ]
    .map(bits)
    .into();
    // Where a stranger's code says "pointer", nobody may follow it.
    all.push(counted(code, 0x10, u32::MAX));
    all
}

#[test]
fn every_method_bears_every_code_and_payload() {
    isolated(secs(60), || {
        let host = Host::built();
        let memory = [0xA5_u16; 64];
        let ours = memory.as_ptr() as usize;
        let flags = [0, vt::VECTOR, vt::ARRAY, vt::BY_REF, vt::VECTOR | vt::BY_REF, 0x8000];
        let codes: Vec<u16> = vt::ALL.chain([25, 0x0FFF]).flat_map(|code| flags.map(|flag| code | flag)).collect();
        let mut calls = 0_u32;
        for class in classes() {
            let mut object = host.create(class);
            hurry(&object);
            let methods = count(object.slots().n_methods());
            for n in 0..methods {
                let most = count(object.slots().n_params(n));
                // It waits for as long as it is told, also where nothing can happen yet.
                let waits = object.slots().method_name(n, 0).as_deref() == Some("NextEvent");
                if waits {
                    object.must("Close", []);
                }
                for value in codes.iter().flat_map(|&code| payloads(code, ours)) {
                    let slots = object.slots();
                    let mut args = Variants::of(&vec![value.clone(); usize::try_from(most).expect("few")]);
                    let (func, _) = slots.call_as_func(n, Some(&mut args), most);
                    let proc = slots.call_as_proc(n, Some(&mut args), most);
                    // Without parameters the array is null, and then nobody looks at the count.
                    for wrong in [-1, i32::MIN, most + 1, i32::MAX].into_iter().filter(|_| most > 0) {
                        assert!(!slots.call_as_proc(n, Some(&mut args), wrong), "{class}: {wrong} arguments");
                    }
                    calls += 6;
                    // A strange number may well be a timeout: whatever was taken, the next call must not wait.
                    if func || proc {
                        object = host.create(class);
                        hurry(&object);
                    }
                }
                if waits {
                    object = host.create(class);
                    hurry(&object);
                }
            }
            for p in 0..count(object.slots().n_props()) {
                for value in codes.iter().flat_map(|&code| payloads(code, ours)) {
                    let taken = object.slots().set_prop(p, Some(&mut Variants::of(&[value])));
                    assert!(!taken || object.slots().prop_writable(p), "{class}: property {p}");
                    calls += 1;
                }
            }
        }
        assert!(calls > 100_000, "only {calls} calls");
    });
}

#[test]
fn numbers_are_taken_exactly_or_refused() {
    isolated(secs(30), || {
        let host = Host::built();
        let pull = host.create("ZeroMQ.Pull");
        let good = [
            Value::i4(0),
            Value::i4(-1),
            Value::R8(1000.0),
            Value::R8(-1.0),
            Value::R8(-0.0),
            Value::R4(250.0),
            Value::Whole(vt::UI8, 7),
            Value::Whole(vt::I8, i64::from(i32::MAX)),
        ];
        for value in good {
            pull.must("SetRecvTimeout", [value]);
        }
        let bad = [
            Value::R8(f64::NAN),
            Value::R8(f64::INFINITY),
            Value::R8(f64::NEG_INFINITY),
            Value::R8(0.5),
            Value::R8(-2.0),
            Value::R8(2_147_483_648.0),
            Value::R8(f64::MAX),
            Value::Whole(vt::I8, i64::MIN),
            Value::Whole(vt::I8, i64::MAX),
            Value::Whole(vt::I8, 1 << 32),
            Value::Whole(vt::UI8, -1),
            Value::Whole(vt::UI4, -1),
            Value::i4(-2),
            Value::from("100"),
            Value::Bool(true),
            Value::Null,
            Value::Date(1.0),
        ];
        for value in bad {
            let failed = pull.must_fail("SetRecvTimeout", [value]);
            assert_eq!(failed.code, "EINVAL", "{failed}");
        }
    });
}

/// Texts no endpoint can be, and what libzmq's own parsers could stumble over.
fn bad_endpoints(folder: &str) -> Vec<Value> {
    let mut all = vec![
        Value::Wide(vec![0xD800]),
        Value::Wide(vec![0xDC00, 0xD800]),
        Value::Wide("tcp://127.0.0.1:*".encode_utf16().chain([0xDFFF]).collect()),
        Value::from("tcp://127.0.0.1:*\0"),
        Value::from("\0"),
        Value::from(""),
        Value::from(" "),
        Value::from("é".repeat(1 << 20)),
        Value::from(format!("inproc://{}", "x".repeat(1 << 20))),
        Value::from(format!("{}://x", "y".repeat(4000))),
    ];
    let texts = [
        "tcp",
        "tcp:",
        "tcp:/",
        "tcp://",
        "tcp://:",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:",
        "tcp://127.0.0.1:-1",
        "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:99999999999999999999",
        "tcp://127.0.0.1:1x",
        "tcp://[::1",
        "tcp://[::1]",
        "tcp://::1]:5",
        "tcp://[]:5",
        "tcp://;:5",
        "tcp://;127.0.0.1:5",
        "tcp://127.0.0.1;127.0.0.1:5",
        "tcp://a;b;c:5",
        "tcp://нет такого:5",
        "tcp://%n%s%n:5",
        "tcp://300.300.300.300:5",
        "tcp://fe80::1%нет:5",
        "TCP://127.0.0.1:5",
        "://",
        "//",
        "ipc:",
        "ipc://",
        "inproc",
        "http://127.0.0.1:5",
        "ws://127.0.0.1:5",
        "wss://127.0.0.1:5",
        "pgm://eth0;239.0.0.1:5",
        "epgm://eth0;239.0.0.1:5",
        "norm://127.0.0.1:5",
        "tipc://{1,1,1}",
        "vmci://1:1",
        "udp://127.0.0.1:5",
        "gssapi://x",
    ];
    all.extend(texts.map(Value::from));
    all.push(Value::from(format!("ipc://{folder}/{}", "з".repeat(200))));
    all.push(Value::from(format!("ipc://{folder}/нет/такой/папки")));
    all.push(Value::from(format!("ipc://{folder}")));
    all.push(Value::from("ipc:///dev/null/x"));
    all.push(Value::from(format!("ipc://@{}", "a".repeat(300))));
    all
}

#[test]
fn bad_endpoints_are_refused_in_words() {
    isolated(secs(60), || {
        let (host, place) = (Host::built(), Endpoints::new());
        let folder = place.folder().display().to_string();
        for class in SOCKET_CLASSES {
            let object = host.create(class);
            for endpoint in bad_endpoints(&folder) {
                let told = endpoint.brief();
                let failed = match object.call("Bind", [endpoint.clone()]) {
                    Err(failed) => failed,
                    Ok(_) => panic!("{class}: {told} was bound to {}", object.text_of("LastEndpoint")),
                };
                assert!(failed.last_error.chars().count() < 800, "{} characters", failed.last_error.chars().count());
                assert!(!failed.code.is_empty() && failed.code != "EUNKNOWN", "{failed}: {told}");
                for method in ["Unbind", "Disconnect"] {
                    let failed = object.must_fail(method, [endpoint.clone()]);
                    assert!(!failed.code.is_empty(), "{failed}");
                }
                if class == "ZeroMQ.Sub" {
                    // Whether an address can be reached is found out later, so connecting may well succeed.
                    let _ = host.create(class).call("Connect", [endpoint]);
                }
            }
            // The object is as good as new.
            object.must("Bind", args!["tcp://127.0.0.1:*"]);
        }
    });
}

#[test]
fn the_authentication_endpoint_is_refused() {
    isolated(secs(30), || {
        let host = Host::built();
        for class in SOCKET_CLASSES {
            let object = host.create(class);
            for method in ["Bind", "Connect"] {
                let failed = object.must_fail(method, args!["inproc://zeromq.zap.01"]);
                let code = if class == "ZeroMQ.Stream" { "ENOCOMPATPROTO" } else { "EACCES" };
                assert_eq!(failed.code, code, "{class}.{method}");
            }
        }
        // A handshake over tcp looks for the handler; nothing stands there.
        let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        pull.must("Bind", args!["tcp://127.0.0.1:*"]);
        push.must("Connect", args![pull.text_of("LastEndpoint")]);
        push.must("Send", [Value::blob("x")]);
        assert_eq!(pull.must("Recv", []), Value::blob("x"));
    });
}

/// A topic is a path in a tree, one node for each byte: depth must not become stack.
#[test]
fn topics_of_megabytes_do_not_end_the_process() {
    isolated(secs(60), || {
        let (host, place) = (Host::built(), Endpoints::new());
        for endpoint in ["inproc://темы".to_owned(), place.ipc("темы"), "tcp://127.0.0.1:*".to_owned()] {
            for size in [300, 64 << 10, 70_000, 4 << 20] {
                let (publisher, subscriber) = (host.create("ZeroMQ.Pub"), host.create("ZeroMQ.Sub"));
                publisher.must("Bind", args![&endpoint]);
                subscriber.must("Connect", args![publisher.text_of("LastEndpoint")]);
                let topic = Value::blob(vec![b't'; size]);
                subscriber.must("SetRecvTimeout", args![10]);
                // A subscription may be refused, but in words.
                let Ok(_) = subscriber.call("Subscribe", [topic.clone()]) else {
                    assert_eq!(subscriber.last_error_code(), "EINVAL");
                    continue;
                };
                let end = Instant::now() + Duration::from_secs(20);
                loop {
                    publisher.must("Send", [topic.clone()]);
                    if subscriber.must("Recv", []) == topic {
                        break;
                    }
                    assert!(Instant::now() < end, "{endpoint}: a topic of {size} bytes never worked");
                }
                subscriber.must("Unsubscribe", [topic.clone()]);
                let _ = subscriber.call("Unsubscribe", [topic]);
            }
        }
    });
}
