//! Hundreds of loads and unloads, of one file and of copies: memory, threads and descriptors stay level.
#![cfg(target_os = "linux")]

use host::figures::{Figures, figures, settled};
use host::{Endpoints, Host, Library, Value, args, isolated, secs};
use std::sync::Arc;

fn mapped(name: &str) -> bool {
    std::fs::read_to_string("/proc/self/maps").expect("the maps").contains(name)
}

/// Loads, uses, unloads; gives the figures before the last `measured` rounds and after them.
fn rounds(count: usize, measured: usize, mut round: impl FnMut(usize)) -> (Figures, Figures) {
    let mut before = figures();
    for n in 0..count {
        if n == count - measured {
            before = figures();
        }
        round(n);
    }
    (before, settled(before))
}

#[track_caller]
fn assert_flat(what: &str, (before, after): (Figures, Figures)) {
    println!("{what}: {before:?} -> {after:?}");
    assert!(after.descriptors <= before.descriptors && after.threads <= before.threads, "{what}");
    assert!(after.resident_kib < before.resident_kib + 1024, "{what}: {before:?} -> {after:?}");
}

/// Objects of every class, called, but without a socket.
fn use_without_sockets(library: &Arc<Library>) {
    let host = Host::new(library);
    for id in library.class_names() {
        let object = host.create_by_id(&id).expect("a class of its own list");
        assert!(object.last_error().is_empty());
    }
    let push = host.create("ZeroMQ.Push");
    push.must_fail("Send", [Value::blob("x")]);
}

#[test]
fn five_hundred_loads_of_the_same_file() {
    isolated(secs(60), || {
        let flat = rounds(500, 400, |_| {
            let library = Library::loaded();
            use_without_sockets(&library);
            library.unload().expect("unloading");
        });
        assert_flat("the same file, 500 times", flat);
    });
}

#[test]
fn five_hundred_loads_of_copies() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let flat = rounds(500, 400, |n| {
            let name = format!("копия-{n}.so");
            let library = Library::copied(&endpoints, &name);
            use_without_sockets(&library);
            library.unload().expect("unloading");
            std::fs::remove_file(endpoints.folder().join(&name)).expect("the copy");
            assert!(!mapped(&name), "{name} is still mapped");
        });
        assert_flat("500 copies", flat);
    });
}

/// Sockets pin the file, so that the same one comes back each time, its context with it.
#[test]
fn five_hundred_loads_of_the_same_file_with_sockets() {
    isolated(secs(60), || {
        let mut instance = String::new();
        let flat = rounds(500, 400, |n| {
            let library = Library::loaded();
            {
                let host = Host::new(&library);
                let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
                pull.must("Bind", args!["tcp://127.0.0.1:*"]);
                push.must("Connect", args![pull.text_of("LastEndpoint")]);
                push.must("Send", [Value::blob("x")]);
                assert_eq!(pull.must("Recv", []), Value::blob("x"));
                let now = host.create("ZeroMQ.Info").text_of("Instance");
                assert!(n == 0 || now == instance, "another instance of the same file");
                instance = now;
            }
            library.unload().expect("unloading");
        });
        assert_flat("the same file with sockets, 500 times", flat);
    });
}

/// Copies with sockets stay, by design: each keeps its context. What each costs is written into the docs.
#[test]
fn copies_with_sockets_live_side_by_side() {
    const COPIES: usize = 20;
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let mut instances = std::collections::BTreeSet::new();
        let (before, after) = rounds(COPIES, COPIES, |n| {
            let library = Library::copied(&endpoints, &format!("{n}.so"));
            {
                let host = Host::new(&library);
                let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
                // The same inproc name in each: they know nothing of each other.
                pull.must("Bind", args!["inproc://общее"]);
                push.must("Connect", args!["inproc://общее"]);
                push.must("Send", [Value::blob(n.to_le_bytes())]);
                assert_eq!(pull.must("Recv", []), Value::blob(n.to_le_bytes()));
                instances.insert(host.create("ZeroMQ.Info").text_of("Instance"));
            }
            library.unload().expect("unloading");
        });
        assert_eq!(instances.len(), COPIES);
        println!("{COPIES} copies with sockets: {before:?} -> {after:?}");
        let each = |before: usize, after: usize| (after - before) / COPIES;
        assert!(each(before.threads, after.threads) <= 2, "{before:?} -> {after:?}");
        assert!(each(before.descriptors, after.descriptors) <= 10, "{before:?} -> {after:?}");
        assert!(after.resident_kib - before.resident_kib < COPIES as u64 * 4096, "{before:?} -> {after:?}");
    });
}
