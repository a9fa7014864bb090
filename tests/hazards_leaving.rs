//! Objects that are dropped with messages on them, libraries that are unloaded, hosts that close while a call waits.
#![cfg(target_os = "linux")]

use host::figures::{Figures, figures, settled};
use host::zmtp::port;
use host::{Endpoints, Farewell, Host, Library, Object, Settings, Value, args, isolated, millis, secs};
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Closing waits half a second for what was sent to leave; the rest is the machine's.
const LEAVING: Duration = Duration::from_millis(1500);

const FAREWELLS: [Farewell; 5] = [
    Farewell::DoneAndDestroy,
    Farewell::DestroyOnly,
    Farewell::Delete { base: 0, done: false },
    Farewell::Delete { base: 1, done: true },
    Farewell::Destruct { base: 3 },
];

/// A port of ours where nobody listens any more.
fn deaf_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("tcp://{}", listener.local_addr().expect("its address"))
}

/// An object with messages for a peer that is not there.
fn with_unsent(host: &Host, class: &str, endpoint: &str) -> Object {
    let object = host.create(class);
    object.must("Connect", args![endpoint]);
    if class == "ZeroMQ.Rep" || class == "ZeroMQ.Sub" {
        return object;
    }
    let times = if class == "ZeroMQ.Req" { 1 } else { 20 };
    for _ in 0..times {
        object.must("Send", [Value::blob([7; 3000])]);
    }
    object
}

#[test]
fn an_object_with_unsent_messages_leaves_in_time() {
    isolated(secs(60), || {
        let (host, place) = (Host::built_with(Settings { strict: false, ..Settings::default() }), Endpoints::new());
        for endpoint in [deaf_port(), place.ipc("никого"), "inproc://никого".to_owned()] {
            for class in ["ZeroMQ.Push", "ZeroMQ.Req", "ZeroMQ.Pub", "ZeroMQ.Rep", "ZeroMQ.Sub"] {
                let farewells = if class == "ZeroMQ.Push" { &FAREWELLS[..] } else { &FAREWELLS[..1] };
                for &farewell in farewells {
                    let object = with_unsent(&host, class, &endpoint);
                    let start = Instant::now();
                    object.part(farewell);
                    let took = start.elapsed();
                    assert!(took < LEAVING, "{class} at {endpoint}, {farewell:?}: {took:?}");
                }
                let object = with_unsent(&host, class, &endpoint);
                let start = Instant::now();
                object.must("Close", []);
                object.must("Close", []);
                assert!(start.elapsed() < LEAVING, "{class}.Close at {endpoint}: {:?}", start.elapsed());
            }
        }
    });
}

/// After ZMQ_LINGER (30 s) nothing is left of objects whose peer never came: no descriptor, no memory.
#[test]
fn objects_without_a_peer_leave_nothing_behind() {
    const OBJECTS: usize = 40;
    isolated(secs(90), || {
        let (host, place) = (Host::built(), Endpoints::new());
        let classes = ["ZeroMQ.Push", "ZeroMQ.Req", "ZeroMQ.Pub", "ZeroMQ.Rep", "ZeroMQ.Sub"];
        drop(with_unsent(&host, "ZeroMQ.Sub", "inproc://первый"));
        let before = settled(Figures { descriptors: 0, ..figures() });
        let start = Instant::now();
        thread::scope(|scope| {
            for class in classes {
                let (host, place) = (&host, &place);
                scope.spawn(move || {
                    for n in 0..OBJECTS / 8 {
                        for endpoint in [format!("inproc://{class}-{n}"), place.ipc(&format!("{n}")), deaf_port()] {
                            drop(with_unsent(host, class, &endpoint));
                        }
                    }
                });
            }
        });
        let end = start + secs(60);
        while figures().descriptors > before.descriptors && Instant::now() < end {
            thread::sleep(millis(100));
        }
        let after = figures();
        println!("{before:?} -> {after:?} in {:?}", start.elapsed());
        assert!(after.descriptors <= before.descriptors, "{before:?} -> {after:?}");
    });
}

/// The process ends at once as well, whatever lies in its sockets: the test's own end shows it.
#[test]
fn the_library_is_unloaded_with_unsent_messages_and_live_objects() {
    isolated(secs(30), || {
        let library = Library::loaded();
        let host = Host::with(&library, Settings { strict: false, ..Settings::default() });
        let absent = deaf_port();
        drop(with_unsent(&host, "ZeroMQ.Push", &absent));
        let bound: Vec<_> = ["ZeroMQ.Pull", "ZeroMQ.Rep", "ZeroMQ.Pub"].map(|class| host.create(class)).into();
        for object in &bound {
            object.must("Bind", args!["tcp://127.0.0.1:*"]);
        }
        let endpoints: Vec<_> = bound.iter().map(|object| object.text_of("LastEndpoint")).collect();
        let waiting = with_unsent(&host, "ZeroMQ.Push", &absent);
        for object in bound {
            object.part(Farewell::Never);
        }
        library.unload().expect("unloading");
        // The absent peer comes; strangers and real peers connect to what the unloaded library left behind.
        let late = std::net::TcpListener::bind(absent.trim_start_matches("tcp://")).expect("the port is free again");
        for endpoint in &endpoints {
            let mut stranger = TcpStream::connect(("127.0.0.1", port(endpoint))).expect("it still listens");
            stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("said");
        }
        let place = Endpoints::new();
        let other = Library::copied(&place, "вторая.so");
        let second = Host::new(&other);
        let push = second.create("ZeroMQ.Push");
        push.must("Connect", args![&endpoints[0]]);
        assert!(push.must("Send", [Value::blob("в пустоту")]).truth());
        let request = second.create("ZeroMQ.Req");
        request.must("Connect", args![&endpoints[1]]);
        assert!(request.must("Send", [Value::blob("в пустоту")]).truth());
        let (mut greeting, _) = late.accept().expect("the sender that waits connects by itself");
        let mut first = [0; 1];
        std::io::Read::read_exact(&mut greeting, &mut first).expect("its greeting");
        assert_eq!(first, [0xFF]);
        thread::sleep(millis(300));
        // A live object may even be called: the library pinned itself.
        assert!(waiting.must("Send", [Value::blob("ещё")]).truth());
    });
}

/// Done, DestroyObject or `delete` on another thread while a call waits without end: the call gives up within a second.
#[test]
fn leaving_ends_a_wait_without_end() {
    isolated(secs(60), || {
        for leave in [Farewell::DoneAndDestroy, Farewell::DestroyOnly, Farewell::Delete { base: 1, done: false }] {
            for (class, method) in [
                ("ZeroMQ.Pull", "Recv"),
                ("ZeroMQ.Pull", "RecvMultipart"),
                ("ZeroMQ.Rep", "Recv"),
                ("ZeroMQ.Sub", "Recv"),
                ("ZeroMQ.Push", "Send"),
            ] {
                let host = Host::built();
                let object = host.create(class);
                object.must("Bind", args!["tcp://127.0.0.1:*"]);
                let sends = method == "Send";
                object.must(if sends { "SetSendTimeout" } else { "SetRecvTimeout" }, args![-1]);
                let number = i32::try_from(object.slots().find_method(method)).expect("a method");
                let shared = Arc::new(object);
                let waiter = shared.clone();
                let waiting = thread::spawn(move || {
                    let mut args = host::Variants::of(&if sends { vec![Value::blob("x")] } else { vec![] });
                    let slots = waiter.slots();
                    let ok = slots.call_as_proc(number, Some(&mut args), i32::from(sends));
                    let ended = Instant::now();
                    drop(waiter);
                    (ok, ended)
                });
                thread::sleep(millis(150));
                let start = Instant::now();
                // Done is enough to end the wait; the object itself goes when both threads have let go of it.
                shared.slots().done();
                let closed = start.elapsed();
                let (ok, ended) = waiting.join().expect("the waiting thread");
                assert!(!ok, "{class}.{method} succeeded");
                let took = closed.max(ended.duration_since(start));
                assert!(took < secs(1), "{class}.{method}: {took:?}");
                Arc::into_inner(shared).expect("the last one").part(leave);
                host.assert_clean();
            }
        }
    });
}

/// DestroyObject itself may come while the call waits: it waits for the call's end, and then frees the object.
#[test]
fn destroying_ends_a_wait_without_end() {
    isolated(secs(30), || {
        for _ in 0..5 {
            let library = Library::built();
            let host = Host::new(&library);
            let object = host.create("ZeroMQ.Pull");
            object.must("Bind", args!["inproc://ждёт"]);
            object.must("SetRecvTimeout", args![-1]);
            let com = object.raw();
            let number = i32::try_from(object.slots().find_method("Recv")).expect("a method");
            thread::scope(|scope| {
                let object = &object;
                let waiting = scope.spawn(move || object.slots().call_as_func(number, None, 0).0);
                thread::sleep(millis(150));
                let start = Instant::now();
                let mut out = com;
                assert_eq!(library.destroy_object_raw(Some(&mut out)), 0);
                assert!(out.is_null());
                assert!(!waiting.join().expect("the waiting thread"));
                assert!(start.elapsed() < secs(1), "{:?}", start.elapsed());
            });
            // Twice, and by whatever name: it is not an object any more.
            let mut again = com;
            assert_eq!(library.destroy_object_raw(Some(&mut again)), -1);
            std::mem::forget(object);
        }
    });
}

#[test]
fn only_our_live_objects_are_destroyed() {
    isolated(secs(30), || {
        let library = Library::built();
        let host = Host::new(&library);
        let mut strange = vec![0_u64; 64];
        let mut stranger = strange.as_mut_ptr().cast();
        assert_eq!(library.destroy_object_raw(Some(&mut stranger)), -1);
        let object = host.create("ZeroMQ.Push");
        let inside = object.raw().cast::<u8>().wrapping_add(8).cast();
        for pointer in [inside, std::ptr::without_provenance_mut(8), std::ptr::without_provenance_mut(usize::MAX)] {
            let mut pointer = pointer;
            assert_eq!(library.destroy_object_raw(Some(&mut pointer)), -1);
        }
        assert_eq!(library.destroy_object_raw(None), -1);
        let mut null = std::ptr::null_mut();
        assert_eq!(library.destroy_object_raw(Some(&mut null)), -1);
        let mut own = object.raw();
        assert_eq!(library.destroy_object_raw(Some(&mut own)), 0);
        let mut own = object.raw();
        assert_eq!(library.destroy_object_raw(Some(&mut own)), -1);
        std::mem::forget(object);
        drop(host.create("ZeroMQ.Push"));
    });
}
