//! The ABI itself: exports, life-cycle orders, destructor slots, odd pointers, odd hosts.

use host::{
    App, Com, Farewell, Host, Interfaces, Library, Settings, Transport, Value, Variants, args, isolated, library_file,
    secs, vt,
};

const IDS: [&str; 8] =
    ["ZeroMQReq", "ZeroMQ_Rep", "ZeroMQPub", "ZeroMQ_Sub", "ZeroMQPush", "ZeroMQPull", "ZeroMQ_Info", "ZeroMQ"];

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn number(n: i64) -> i32 {
    i32::try_from(n).expect("a small number")
}

/// A Pull and a Push joined over inproc.
fn pair(host: &Host) -> (host::Object, host::Object) {
    let endpoint = host::Endpoints::new().to_bind(Transport::Inproc);
    let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    pull.must("Bind", args![&endpoint]);
    push.must("Connect", args![&endpoint]);
    pull.must("SetRecvTimeout", args![5000]);
    (pull, push)
}

#[test]
fn exports_answer_as_agreed() {
    isolated(secs(30), || {
        let library = Library::built();
        assert_eq!(library.attach_type(), 3);
        for level in [3, 0, 1, -1, i32::MAX, i32::MIN, 3] {
            assert_eq!(library.set_platform_capabilities(level), 3);
        }
        assert!(library.class_names().len() >= 14);
    });
}

#[test]
fn get_class_object_refuses_what_it_must() {
    isolated(secs(30), || {
        let library = Library::built();
        let name = wide("ZeroMQReq");
        assert_eq!(library.class_object_raw(Some(&name), None), 0);
        assert_eq!(library.class_object_raw(None, None), 0);
        for unknown in ["", "ZeroM", "ZeroMQReqs", "0", "ZeroMQ..Req", "ZeroMQReq|ZeroMQRep", &"Ж".repeat(100_000)] {
            let mut out = std::ptr::null_mut();
            assert_eq!(library.class_object_raw(Some(&wide(unknown)), Some(&mut out)), 0, "{unknown:.40}");
            assert!(out.is_null());
        }
        let mut out = std::ptr::null_mut();
        assert_eq!(library.class_object_raw(None, Some(&mut out)), 0);
        assert!(out.is_null());
        // A target that holds something already is left alone.
        let taken = std::ptr::dangling_mut::<Com>();
        let mut out = taken;
        assert_eq!(library.class_object_raw(Some(&name), Some(&mut out)), 0);
        assert_eq!(out, taken);
    });
}

#[test]
fn destroy_object_nulls_the_pointer() {
    isolated(secs(30), || {
        let library = Library::built();
        assert_eq!(library.destroy_object_raw(None), -1);
        let mut none = std::ptr::null_mut();
        assert_eq!(library.destroy_object_raw(Some(&mut none)), -1);
        let mut object = std::ptr::null_mut();
        assert_ne!(library.class_object_raw(Some(&wide("ZeroMQPush")), Some(&mut object)), 0);
        assert_eq!(library.destroy_object_raw(Some(&mut object)), 0);
        assert!(object.is_null());
    });
}

#[test]
fn objects_work_whatever_the_order_and_the_host() {
    isolated(secs(60), || {
        for memory_first in [false, true] {
            for interfaces in [Interfaces::Given, Interfaces::Null, Interfaces::NoSlot] {
                for introduces in [false, true] {
                    for app in [App::Unknown, App::ThinClient, App::Server, App::MobileServer] {
                        let settings = Settings { app, memory_first, interfaces, introduces, ..Settings::default() };
                        let host = Host::built_with(settings);
                        let (pull, push) = pair(&host);
                        assert!(push.must("Send", args![b"x"]).truth());
                        assert_eq!(pull.must("Recv", []).bytes(), b"x");
                        for id in IDS {
                            assert_eq!(host.create_by_id(id).unwrap().slots().get_info(), 2000);
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn a_host_that_never_tells_its_level_is_served() {
    isolated(secs(30), || {
        let library = Library::load_silently(&library_file()).unwrap();
        // Without a level the slot of GetInterface may not be there at all.
        let settings = Settings { app: App::ThinClient, ..Settings::default() };
        let host = Host::with(&library, settings);
        let (pull, push) = pair(&host);
        push.must("Send", args![b"x"]);
        assert_eq!(pull.must("Recv", []).bytes(), b"x");
        push.must_fail("Connect", args!["nowhere"]);
        assert_eq!(host.complaints(), []);
    });
}

#[test]
fn calls_before_init_and_memory_fail_cleanly() {
    isolated(secs(30), || {
        let host = Host::built();
        for id in IDS {
            let (object, known) = (host.raw_object(id).expect(id), host.create_by_id(id).expect(id));
            let slots = object.slots();
            assert_eq!(slots.get_info(), 2000);
            assert_eq!(slots.register_extension_as(), None, "{id}");
            assert!(slots.find_prop("LastError") >= 0);
            assert_eq!(slots.prop_name(0, 0), None);
            assert_eq!(slots.method_name(0, 1), None);
            for n in 0..number(slots.n_props()) {
                let (ok, value) = slots.get_prop(n);
                assert!(!ok || !matches!(value, Value::Text(_)), "{id}: property {n} gave {value:?}");
            }
            slots.set_locale(Some("en_US"));
            slots.set_ui_language(Some("en"));
            for n in 0..number(slots.n_methods()) {
                // Where nothing must be given, this is a call like any other.
                if known.slots().n_params(n) > 0 && known.slots().param_default(n, 0).is_none() {
                    assert!(!slots.call_as_proc(n, None, 0), "{id}: method {n}");
                }
            }
            assert!(!slots.init_null(), "{id}: Init without a host");
            assert!(!slots.set_mem_manager_null(), "{id}: setMemManager without one");
            // Whatever came before, a proper beginning makes a usable object.
            assert!(slots.set_mem_manager() && slots.init());
            assert!(slots.register_extension_as().is_some());
        }
    });
}

#[test]
fn calls_after_done_fail_cleanly() {
    isolated(secs(60), || {
        let host = Host::built();
        for id in IDS {
            let object = host.create_by_id(id).expect(id);
            let slots = object.slots();
            slots.done();
            for n in 0..number(slots.n_methods()) {
                for value in [Value::from("inproc://x"), Value::i4(0), Value::blob("x")] {
                    let most = number(slots.n_params(n));
                    let mut args = Variants::of(&vec![value; usize::try_from(most).unwrap()]);
                    let name = slots.method_name(n, 0).unwrap_or_default();
                    if slots.call_as_func(n, Some(&mut args), most).0 {
                        assert!(
                            !["Bind", "Connect", "Send", "Recv", "RecvMultipart"].contains(&&*name),
                            "{id}.{name} after Done"
                        );
                    }
                }
            }
            for n in 0..number(slots.n_props()) {
                slots.get_prop(n);
            }
            slots.done();
            slots.done();
        }
    });
}

#[test]
fn done_is_not_needed_nor_destroy() {
    isolated(secs(60), || {
        let host = Host::built();
        for id in IDS {
            host.create_by_id(id).unwrap().part(Farewell::DestroyOnly);
            host.raw_object(id).unwrap().part(Farewell::DestroyOnly);
            host.raw_object(id).unwrap().part(Farewell::DoneAndDestroy);
            host.raw_object(id).unwrap().part(Farewell::Never);
            let failed = host.raw_object(id).unwrap();
            // 1C calls Done also after an Init that failed.
            failed.slots().init_null();
            failed.part(Farewell::DoneAndDestroy);
        }
        let (pull, push) = pair(&host);
        push.must("Send", args![b"x"]);
        push.part(Farewell::Never);
        assert_eq!(pull.must("Recv", []).bytes(), b"x");
        pull.part(Farewell::Never);
    });
}

#[test]
fn every_destructor_slot_works() {
    isolated(secs(60), || {
        let host = Host::built();
        for id in IDS {
            for base in 0..4 {
                host.raw_object(id).unwrap().part(Farewell::Delete { base, done: false });
                for done in [false, true] {
                    host.create_by_id(id).unwrap().part(Farewell::Delete { base, done });
                }
                host.create_by_id(id).unwrap().part(Farewell::Destruct { base });
            }
        }
        // Through any base the socket is really closed: its address is free at once.
        for base in 0..4 {
            for farewell in [Farewell::Delete { base, done: false }, Farewell::Destruct { base }] {
                let pull = host.create("ZeroMQ.Pull");
                pull.must("Bind", args!["inproc://освобождён"]);
                pull.part(farewell);
            }
        }
    });
}

#[test]
fn empty_values_may_come_with_null_pointers() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host);
        for empty in [Value::NullPointer(vt::BLOB, 0), Value::blob("")] {
            push.must("Send", [empty]);
            assert_eq!(pull.must("Recv", []).bytes(), b"");
        }
        push.must("SendPart", [Value::NullPointer(vt::BLOB, 0)]);
        push.must("Send", [Value::NullPointer(vt::BLOB, 0)]);
        assert!((pull.must("RecvMultipart", []).number() - 2.0).abs() < f64::EPSILON);
        assert_eq!(pull.must("GetPart", args![1]).bytes(), b"");
        let subscriber = host.create("ZeroMQ.Sub");
        subscriber.must("Subscribe", [Value::NullPointer(vt::BLOB, 0)]);
        subscriber.must("Unsubscribe", [Value::NullPointer(vt::BLOB, 0)]);
        let failed = push.must_fail("Connect", [Value::NullPointer(vt::PWSTR, 0)]);
        assert!(!failed.last_error.is_empty());
        for (method, code) in [("Send", vt::BLOB), ("Connect", vt::PWSTR), ("Bind", vt::PWSTR)] {
            let failed = push.must_fail(method, [Value::NullPointer(code, 5)]);
            assert!(!failed.last_error.is_empty(), "{method}");
        }
        // The refused Send sent nothing.
        push.must("Send", args![b"after"]);
        assert_eq!(pull.must("Recv", []).bytes(), b"after");
    });
}

#[test]
fn functions_run_as_statements_and_procedures_as_functions() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host);
        push.call_as_proc("Send", args![b"1"]).unwrap();
        push.must("Send", args![b"2"]);
        pull.call_as_proc("Recv", []).unwrap();
        assert_eq!(pull.must("Recv", []).bytes(), b"2");
        let slots = pull.slots();
        let n = number(slots.find_method("SetRecvTimeout"));
        let mut args = Variants::of(&[Value::i4(100)]);
        assert_eq!(slots.call_as_func(n, Some(&mut args), 1), (true, Value::Empty));
        assert!(!slots.has_ret_val(n));
        assert!(slots.call_as_func_null(n, Some(&mut args), 1));
    });
}

#[test]
fn counts_of_arguments_are_checked() {
    isolated(secs(30), || {
        let host = Host::built();
        let push = host.create("ZeroMQ.Push");
        let slots = push.slots();
        let n = number(slots.find_method("SetSendTimeout"));
        let mut three = Variants::of(&args![10, 20, 30]);
        for count in [0, 2, 3, -1, i32::MIN, i32::MAX] {
            assert!(!slots.call_as_proc(n, Some(&mut three), count), "{count} arguments");
            assert!(!push.last_error().is_empty());
        }
        assert!(slots.call_as_proc(n, Some(&mut three), 1));
    });
}

#[test]
fn add_error_is_for_clients_only() {
    isolated(secs(30), || {
        let complaints = |app, interfaces| {
            let host = Host::built_with(Settings { app, interfaces, ..Settings::default() });
            let push = host.create("ZeroMQ.Push");
            let failed = push.must_fail("Bind", args!["мимо"]);
            let complaints = host.complaints();
            if let Some(first) = complaints.first() {
                assert_eq!(first.text, failed.last_error);
                assert!(!first.source.is_empty());
            }
            complaints.len()
        };
        for client in [App::ThinClient, App::ThickClient, App::WebClient] {
            assert_eq!(complaints(client, Interfaces::Given), 1, "{client:?}");
            assert_eq!(complaints(client, Interfaces::Null), 0, "{client:?}");
            assert_eq!(complaints(client, Interfaces::NoSlot), 0, "{client:?}");
        }
        for other in [App::Server, App::ExternalConnection, App::Unknown, App::MobileServer] {
            assert_eq!(complaints(other, Interfaces::Given), 0, "{other:?}");
        }
    });
}

#[test]
fn results_survive_a_refused_allocation() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, push) = pair(&host);
        for size in [0, 1, 33, 34, 100_000] {
            let message = vec![7u8; size];
            push.must("Send", [message.clone().into()]);
            host.memory().refuse_all();
            for _ in 0..3 {
                let n = number(pull.slots().find_method("Recv"));
                let (ok, value) = pull.slots().call_as_func(n, None, 0);
                assert_eq!((ok, value), (false, Value::Empty));
            }
            host.memory().refuse_none();
            assert!(!pull.last_error().is_empty());
            assert_eq!(pull.last_error_code(), "ENOMEM");
            assert_eq!(pull.must("Recv", []).bytes(), message, "{size} bytes were lost");
        }
        // The same for a part.
        push.must("SendPart", args![b"one"]);
        push.must("Send", args![b"two"]);
        pull.must("RecvMultipart", []);
        host.memory().refuse_nth(1);
        assert!(pull.call("GetPart", args![1]).is_err());
        host.memory().refuse_none();
        assert_eq!(pull.must("GetPart", args![1]).bytes(), b"two");
    });
}

#[test]
fn objects_go_from_thread_to_thread() {
    isolated(secs(30), || {
        let host = Host::built();
        let (pull, mut push) = pair(&host);
        for n in 0..20i32 {
            push = std::thread::spawn(move || {
                push.must("Send", [Value::blob(n.to_le_bytes())]);
                push
            })
            .join()
            .unwrap();
            assert_eq!(pull.must("Recv", []).bytes(), n.to_le_bytes());
        }
        std::thread::spawn(move || drop(push)).join().unwrap();
        std::thread::spawn(move || drop(pull)).join().unwrap();
    });
}
