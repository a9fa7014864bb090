//! Calls in every wrong order, with every wild number, and in a process that was forked.

use host::{Farewell, Host, Object, Settings, Value, Variants, args, isolated, secs};

const CLASSES: [&str; 17] = [
    "ZeroMQ_Req",
    "ZeroMQ_Rep",
    "ZeroMQ_Pub",
    "ZeroMQ_Sub",
    "ZeroMQ_Push",
    "ZeroMQ_Pull",
    "ZeroMQ_Dealer",
    "ZeroMQ_Router",
    "ZeroMQ_Pair",
    "ZeroMQ_XPub",
    "ZeroMQ_XSub",
    "ZeroMQ_Stream",
    "ZeroMQ_Info",
    "ZeroMQ_Poller",
    "ZeroMQ_Curve",
    "ZeroMQ_Auth",
    "ZeroMQ_Proxy",
];
const WILD: [i32; 9] = [-1, -2, i32::MIN, i32::MIN + 1, i32::MAX, i32::MAX - 1, 1000, 0x10000, 0x100_0000];

fn count(n: i64) -> i32 {
    i32::try_from(n).expect("a small count")
}

fn relaxed() -> Host {
    Host::built_with(Settings { introduces: false, ..Settings::default() })
}

/// Every slot once, with right numbers and without a wait; gives how many calls succeeded.
fn touch_everything(object: &Object) -> u32 {
    let slots = object.slots();
    let mut succeeded = 0;
    for name in ["SetRecvTimeout", "SetSendTimeout"] {
        let n = slots.find_method(name);
        if n >= 0 {
            let mut zero = Variants::of(&args![0]);
            succeeded += u32::from(slots.call_as_proc(count(n), Some(&mut zero), 1));
        }
    }
    let _ = slots.register_extension_as();
    assert_eq!(slots.get_info(), 2000);
    for n in 0..count(slots.n_props()) {
        let _ = [slots.prop_name(n, 0), slots.prop_name(n, 1)];
        succeeded += u32::from(slots.get_prop(n).0);
        slots.set_prop(n, Some(&mut Variants::of(&args![1])));
    }
    for n in 0..count(slots.n_methods()) {
        let _ = [slots.method_name(n, 0), slots.method_name(n, 1)];
        let most = count(slots.n_params(n));
        for value in [Value::from("inproc://порядок"), Value::blob("x"), Value::i4(0), Value::Empty] {
            let mut args = Variants::of(&vec![value; usize::try_from(most).expect("few")]);
            succeeded += u32::from(slots.call_as_func(n, Some(&mut args), most).0);
            succeeded += u32::from(slots.call_as_proc(n, Some(&mut args), most));
        }
    }
    slots.set_locale(None);
    slots.set_locale(Some("en_US"));
    slots.set_ui_language(Some("ru"));
    succeeded
}

#[test]
fn before_init_and_after_done_in_every_order() {
    isolated(secs(60), || {
        let host = relaxed();
        let steps: [fn(&Object); 5] = [
            |object| object.slots().done(),
            |object| _ = object.slots().init(),
            |object| _ = object.slots().set_mem_manager(),
            |object| _ = object.slots().init_null(),
            |object| _ = object.slots().set_mem_manager_null(),
        ];
        for class in CLASSES {
            for first in 0..steps.len() {
                for second in 0..steps.len() {
                    for third in 0..steps.len() {
                        let object = host.raw_object(class).expect("an object");
                        let every = (first + second + third) % 5 == 0;
                        for step in [first, second, third] {
                            if every {
                                touch_everything(&object);
                            }
                            steps[step](&object);
                        }
                        touch_everything(&object);
                        object.part(if every { Farewell::DestroyOnly } else { Farewell::DoneAndDestroy });
                    }
                }
            }
        }
        host.assert_clean();
    });
}

/// Without an allocator nothing that needs memory succeeds; after Init and setMemManager all is as usual.
#[test]
fn an_object_comes_to_life_late_and_again() {
    isolated(secs(30), || {
        let host = relaxed();
        for round in 0..3 {
            let object = host.raw_object("ZeroMQ_Pull").expect("an object");
            assert_eq!(object.slots().register_extension_as(), None);
            assert!(!object.slots().get_prop(0).0);
            for life in 0..3 {
                assert!(object.slots().set_mem_manager() && object.slots().init());
                object.must("Bind", args![format!("inproc://жизнь-{round}-{life}")]);
                object.must("SetRecvTimeout", args![0]);
                assert!(object.must("Recv", []).is_empty());
                object.slots().done();
                object.slots().done();
                assert!(object.call("Recv", []).is_err(), "a receive after Done");
                assert!(!object.slots().get_prop(0).0, "memory after Done");
            }
        }
    });
}

#[test]
fn wild_numbers_in_every_slot() {
    isolated(secs(60), || {
        let host = relaxed();
        for class in CLASSES {
            let object = host.create_by_id(class).expect("an object");
            let slots = object.slots();
            let (methods, properties) = (count(slots.n_methods()), count(slots.n_props()));
            for n in WILD.into_iter().chain([methods, properties]) {
                if n >= methods || n < 0 {
                    assert_eq!([slots.method_name(n, 0), slots.method_name(n, 1)], [None, None]);
                    assert!(!slots.has_ret_val(n) && slots.n_params(n) == 0);
                    for size in WILD.into_iter().chain([0, 1]) {
                        let mut args = Variants::of(&args![1, 2, 3, 4, 5, 6, 7, 8]);
                        assert!(!slots.call_as_proc(n, Some(&mut args), size));
                        assert!(!slots.call_as_func(n, Some(&mut args), size).0);
                        assert!(!slots.call_as_func_null(n, None, size));
                    }
                }
                if n >= properties || n < 0 {
                    assert_eq!([slots.prop_name(n, 0), slots.prop_name(n, 1)], [None, None]);
                    assert!(!slots.prop_readable(n) && !slots.prop_writable(n));
                    assert!(!slots.get_prop(n).0 && !slots.get_prop_null(n));
                    assert!(!slots.set_prop(n, None) && !slots.set_prop(n, Some(&mut Variants::of(&args![1]))));
                }
                for wild in WILD {
                    assert_eq!(slots.param_default(n, wild), None);
                    assert!(!slots.param_default_null(n, wild));
                }
            }
            for alias in WILD {
                assert_eq!(slots.prop_name(0, alias), None, "{class}: alias {alias}");
                assert!(methods == 0 || slots.method_name(0, alias).is_none());
            }
            for n in 0..methods {
                for param in WILD.into_iter().chain([count(slots.n_params(n))]) {
                    assert_eq!(slots.param_default(n, param), None, "{class}: method {n}, parameter {param}");
                }
            }
        }
    });
}

#[cfg(target_os = "linux")]
mod forked {
    use super::*;
    use host::{Endpoints, Transport};

    fn in_child(body: impl FnOnce() -> bool) -> i32 {
        host::in_forked_child(secs(5), body)
    }

    /// In the child every use is refused at once, closing is silent; the parent does not notice.
    #[test]
    fn use_and_close_in_a_forked_child() {
        isolated(secs(60), || {
            let endpoints = Endpoints::new();
            for transport in Transport::ALL {
                let host = Host::built();
                let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
                pull.must("Bind", args![endpoints.to_bind(transport)]);
                push.must("Connect", args![pull.text_of("LastEndpoint")]);
                push.must("Send", [Value::blob("до")]);
                let refused = |object: &Object, method: &str, args: &[Value]| {
                    let failed = object.must_fail(method, args);
                    failed.code == "EFORKED" && !failed.last_error.is_empty()
                };
                let status = in_child(|| {
                    let fresh = host.create("ZeroMQ.Push");
                    let all = refused(&pull, "Recv", &[])
                        && refused(&pull, "RecvMultipart", &[])
                        && refused(&push, "Send", &[Value::blob("из ребёнка")])
                        && refused(&push, "WaitConnected", &args![1000])
                        && refused(&pull, "NextEvent", &args![1000])
                        && refused(&fresh, "NextEvent", &args![1000])
                        && refused(&push, "Bind", &args!["tcp://127.0.0.1:*"])
                        && refused(&fresh, "Connect", &args!["tcp://127.0.0.1:1"]);
                    push.must("Close", []);
                    pull.slots().done();
                    drop(fresh);
                    all
                });
                assert_eq!(status, 0, "{transport:?}: the child's status");
                assert_eq!(pull.must("Recv", []), Value::blob("до"), "{transport:?}");
                push.must("Send", [Value::blob("после")]);
                assert_eq!(pull.must("Recv", []), Value::blob("после"), "{transport:?}");
            }
        });
    }

    /// While the library's own thread looks after an object, of whom a child would find it locked for ever: subscribers come
    /// and go without end.
    #[test]
    fn a_child_forked_while_an_object_is_looked_after() {
        isolated(secs(60), || {
            let host = Host::built();
            let publisher = host.create("ZeroMQ.Pub");
            publisher.must("Bind", args!["tcp://127.0.0.1:*"]);
            let endpoint = publisher.text_of("LastEndpoint");
            let done = std::sync::atomic::AtomicBool::new(false);
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        while !done.load(std::sync::atomic::Ordering::Relaxed) {
                            let mut stream = host::zmtp::tcp(&endpoint);
                            host::zmtp::handshake(&mut stream, "SUB");
                            let many = b"\x00\x06\x01topic".repeat(2_000);
                            let _ = std::io::Write::write_all(&mut stream, &many);
                        }
                    });
                }
                let ended = (0..150).map(|_| {
                    in_child(|| {
                        let failed = publisher.must_fail("Send", [Value::blob("из ребёнка")]);
                        publisher.slots().done();
                        failed.code == "EFORKED"
                    })
                });
                let bad = ended.filter(|&status| status != 0).count();
                done.store(true, std::sync::atomic::Ordering::Relaxed);
                assert_eq!(bad, 0, "children that did not come to their end");
            });
        });
    }

    /// A child that leaves by exit() runs the library's destructors: nothing of the parent's is touched.
    #[test]
    fn a_forked_child_that_exits_in_the_usual_way() {
        isolated(secs(30), || {
            let host = Host::built();
            let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
            pull.must("Bind", args!["tcp://127.0.0.1:*"]);
            push.must("Connect", args![pull.text_of("LastEndpoint")]);
            let status = in_child(|| {
                // SAFETY: ends the child as a program's own end does.
                unsafe { libc::exit(0) }
            });
            assert_eq!(status, 0);
            push.must("Send", [Value::blob("x")]);
            assert_eq!(pull.must("Recv", []), Value::blob("x"));
        });
    }

    /// A child forked before the first socket is a process like any other.
    #[test]
    fn a_child_forked_before_the_first_socket_works() {
        isolated(secs(30), || {
            let host = Host::built();
            let object = host.create("ZeroMQ.Pull");
            let exchange = || {
                let push = host.create("ZeroMQ.Push");
                object.must("Bind", args!["tcp://127.0.0.1:*"]);
                push.must("Connect", args![object.text_of("LastEndpoint")]);
                push.must("Send", [Value::blob("x")]);
                object.must("Recv", []) == Value::blob("x")
            };
            assert_eq!(in_child(exchange), 0);
            assert!(exchange());
        });
    }
}

/// A name that somebody connected to and left again is bound like any other.
#[test]
fn a_name_that_was_left_before_it_was_bound() {
    isolated(secs(30), || {
        let host = relaxed();
        let guest = host.create("ZeroMQ.Rep");
        for _ in 0..3 {
            guest.must("Connect", args!["inproc://left"]);
        }
        guest.must("Disconnect", args!["inproc://left"]);
        // The call in which libzmq ends what was left.
        guest.must("SetRecvTimeout", args![0]);
        guest.must("Recv", []);
        let owner = host.create("ZeroMQ.Rep");
        owner.must("Bind", args!["inproc://left"]);
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args!["inproc://left"]);
        req.must("Send", args![&b"still here"[..]]);
        assert!(!owner.must("Recv", []).is_empty());
    });
}
