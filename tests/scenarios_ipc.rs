//! Paths of `ipc://`: what lies there is nobody's to take, what Bind made goes with it, and other users are told of.
#![cfg(target_os = "linux")]

use host::job::{As, Job};
use host::{CallFailed, Endpoints, Host, Object, Settings, Value, args, isolated, millis, patient, secs};
use std::ffi::CString;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn endpoint(path: &Path) -> String {
    format!("ipc://{}", path.display())
}

fn path_of(endpoint: &str) -> PathBuf {
    endpoint.strip_prefix("ipc://").expect("ipc").into()
}

fn hears(host: &Host, pull: &Object, endpoint: &str) {
    let push = host.create("ZeroMQ.Push");
    push.must("Connect", args![endpoint]);
    assert!(push.must("Send", args![b"x"]).truth());
    pull.must("SetRecvTimeout", args![10_000]);
    assert_eq!(pull.must("Recv", []), Value::blob("x"), "{endpoint}");
}

/// Refused, in the language of each of two hosts, with these words.
#[track_caller]
fn both_say(words: (&[&str], &[&str]), method: &str, endpoint: &str, code: &str) {
    for (locale, words) in [("ru_RU", words.0), ("en_US", words.1)] {
        let host = Host::built_with(Settings { locale: Some(locale.into()), ..Settings::default() });
        let failed: CallFailed = host.create("ZeroMQ.Pull").must_fail(method, args![endpoint]);
        assert_eq!(failed.code, code, "{failed}");
        for word in words {
            assert!(failed.last_error.contains(word), "{word:?} is not in {:?}", failed.last_error);
        }
    }
}

#[test]
fn what_is_no_socket_is_refused_by_its_kind() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let at = |name: &str| endpoints.folder().join(name);
        fs::write(at("file"), "precious").expect("a file");
        symlink(at("file"), at("link")).expect("a link");
        fs::create_dir(at("folder")).expect("a folder");
        let fifo = CString::new(at("fifo").as_os_str().as_bytes()).expect("no NUL");
        // SAFETY: a text that lives through the call.
        assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
        for (name, russian, english) in [
            ("file", "обычный файл", "a regular file"),
            ("link", "символическая ссылка", "a symbolic link"),
            ("folder", "каталог", "a folder"),
            ("fifo", "FIFO", "a FIFO"),
        ] {
            let path = at(name);
            let before = fs::symlink_metadata(&path).expect("there").ino();
            both_say((&[russian, name], &[english, name]), "Bind", &endpoint(&path), "EEXIST");
            assert_eq!(fs::symlink_metadata(&path).expect("still there").ino(), before, "{name}");
        }
        both_say((&["устройство"], &["a device"]), "Bind", "ipc:///dev/null", "EEXIST");
        assert_eq!(fs::read(at("file")).expect("still there"), b"precious");
    });
}

#[test]
fn a_path_in_use_stays_with_its_owner() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let text = endpoints.ipc("s");
        let owner = host.create("ZeroMQ.Pull");
        owner.must("Bind", args![&text]);
        both_say((&["занят"], &["in use"]), "Bind", &text, "EADDRINUSE");
        assert_eq!(owner.must_fail("Bind", args![&text]).code, "EADDRINUSE", "the same object again");
        hears(&host, &owner, &text);
        // An owner in another process.
        let far = endpoints.ipc("far");
        let job = Job::start(As::Process, &host, "Эхо", &[&far]);
        job.hear(secs(30));
        both_say((&["занят"], &["in use"]), "Bind", &far, "EADDRINUSE");
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![&far]);
        req.must("Send", [Value::blob("Стоп")]);
        assert_eq!(req.must("Recv", []), Value::blob("Стоп"));
        job.finish(secs(30));
        // It said goodbye to its object: nothing is left.
        assert!(!path_of(&far).exists());
    });
}

/// The file goes with Unbind, Close and the end of the object, and the path is free at once.
#[test]
fn a_path_is_bound_again_at_once() {
    isolated(secs(120), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let text = endpoints.ipc("s");
        let lasting = host.create("ZeroMQ.Pull");
        for round in 0..1000 {
            let pull = host.create("ZeroMQ.Pull");
            pull.must("Bind", args![&text]);
            match round % 3 {
                0 => drop(pull),
                1 => drop(pull.must("Close", [])),
                _ => drop(pull.must("Unbind", args![&text])),
            }
            assert!(!path_of(&text).exists(), "round {round}");
            lasting.must("Bind", args![&text]);
            lasting.must("Unbind", args![&text]);
        }
        lasting.must("Bind", args![&text]);
        hears(&host, &lasting, &text);
        // What stands there by now is somebody else's.
        fs::remove_file(path_of(&text)).expect("the file");
        let stranger = UnixListener::bind(path_of(&text)).expect("bind");
        lasting.must("Close", []);
        drop(UnixStream::connect(path_of(&text)).expect("the stranger listens"));
        drop(stranger);
    });
}

#[test]
fn a_killed_process_leaves_its_path_to_the_next() {
    isolated(secs(120), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let text = endpoints.ipc("s");
        for _ in 0..20 {
            let mut job = Job::start(As::Process, &host, "Эхо", &[&text]);
            assert_eq!(job.hear(secs(30)), text);
            job.kill();
            let pull = host.create("ZeroMQ.Pull");
            pull.must("Bind", args![&text]);
            hears(&host, &pull, &text);
        }
        assert_eq!(fs::read_dir(endpoints.folder()).expect("the folder").count(), 0);
    });
}

/// A relative path is one of the folder in which the process stands just then; LastEndpoint tells the whole of it.
#[test]
fn a_relative_path_becomes_a_full_one() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let here = endpoints.folder().canonicalize().expect("the folder");
        fs::create_dir(here.join("inner")).expect("a folder");
        let go = |folder: &Path| std::env::set_current_dir(folder).expect("the folder");
        for (written, file) in [("ipc://гнездо.sock", "гнездо.sock"), ("ipc://./inner/s", "inner/s")] {
            let full = endpoint(&here.join(file));
            for by in [written, full.as_str()] {
                go(&here);
                let pull = host.create("ZeroMQ.Pull");
                pull.must("Bind", args![written]);
                assert_eq!(pull.text_of("LastEndpoint"), full);
                assert!(here.join(file).exists());
                let push = host.create("ZeroMQ.Push");
                push.must("Connect", args![written]);
                assert_eq!(push.text_of("LastEndpoint"), full);
                // The process goes elsewhere; both stay where they are, and are undone by either text.
                go(Path::new("/"));
                assert!(push.must("Send", args![b"x"]).truth());
                assert_eq!(pull.must("Recv", []), Value::blob("x"));
                push.must("Disconnect", args![by]);
                pull.must("Unbind", args![by]);
                assert!(!here.join(file).exists());
                for (object, method) in [(&push, "Disconnect"), (&pull, "Unbind")] {
                    assert_eq!(object.must_fail(method, args![by]).code, "ENOENT");
                }
            }
        }
        // The full path is bound; where the process stands now, the relative one means the same.
        go(&here.join("inner"));
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args![endpoint(&here.join("s"))]);
        pull.must("Unbind", args!["ipc://../s"]);
        // Two processes in two folders miss each other, and can see it.
        let far = Job::start(As::Process, &host, "Эхо", &["ipc://s"]);
        assert_eq!(far.hear(secs(30)), endpoint(&here.join("inner/s")));
        drop(far);
        // Too long for an address, yet it leads there from here.
        let deep = here.join("d".repeat(60)).join("e".repeat(60));
        fs::create_dir_all(&deep).expect("a deep folder");
        go(&deep);
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args!["ipc://s"]);
        assert!(deep.join("s").exists());
        hears(&host, &pull, "ipc://s");
        pull.must("Unbind", args!["ipc://s"]);
        assert!(!deep.join("s").exists());
        go(Path::new("/"));
    });
}

#[test]
fn a_folder_that_is_not_there() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let missing = endpoints.folder().join("нет");
        let text = endpoint(&missing.join("s"));
        let name = missing.display().to_string();
        both_say((&["нет каталога", &name], &["no folder", &name]), "Bind", &text, "ENOENT");
        // It may come with the peer.
        Host::built().create("ZeroMQ.Push").must("Connect", args![&text]);
    });
}

/// Only root can try this: the process becomes another user before its first socket.
#[test]
fn another_users_socket() {
    isolated(secs(60), || {
        // SAFETY: takes no arguments.
        if unsafe { libc::geteuid() } != 0 {
            println!("not root: not tried");
            return;
        }
        let endpoints = Endpoints::new();
        fs::set_permissions(endpoints.folder(), Permissions::from_mode(0o777)).expect("chmod");
        let at = |name: &str| endpoints.folder().join(name);
        let mut listeners = Vec::new();
        fs::create_dir(at("closed")).expect("a folder");
        for (name, mode) in [("foreign", 0o755), ("shared", 0o777), ("closed/s", 0o777)] {
            listeners.push(UnixListener::bind(at(name)).expect("bind"));
            fs::set_permissions(at(name), Permissions::from_mode(mode)).expect("chmod");
        }
        fs::set_permissions(at("closed"), Permissions::from_mode(0o700)).expect("chmod");
        fs::create_dir(at("guarded")).expect("a folder");
        let host = Host::built();
        // SAFETY: takes numbers.
        assert_eq!(unsafe { libc::setresgid(65534, 65534, 65534) | libc::setresuid(65534, 65534, 65534) }, 0);
        // What looks at memory at the end may go on looking.
        // SAFETY: takes numbers.
        unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1) };

        let foreign = endpoint(&at("foreign"));
        let file: (&[&str], &[&str]) =
            (&["файл сокета", "uid 0", "0755", "umask"], &["socket's file", "uid 0", "0755", "umask"]);
        both_say(file, "Connect", &foreign, "EACCES");
        both_say((&["другого пользователя"], &["another user"]), "Bind", &foreign, "EADDRINUSE");
        assert!(at("foreign").exists());
        let closed = at("closed").display().to_string();
        for method in ["Connect", "Bind"] {
            both_say((&["каталог", &closed], &["folder", &closed]), method, &endpoint(&at("closed/s")), "EACCES");
        }
        both_say((&["каталог"], &["folder"]), "Bind", &endpoint(&at("guarded/s")), "EACCES");
        // The listener was never connected to.
        listeners[0].set_nonblocking(true).expect("non-blocking");
        assert!(listeners[0].accept().is_err());

        // What may be written to, and what is not there yet.
        let push = host.create("ZeroMQ.Push");
        push.must("Connect", args![endpoint(&at("shared"))]);
        listeners[1].set_nonblocking(true).expect("non-blocking");
        let end = Instant::now() + patient(secs(10));
        while listeners[1].accept().is_err() {
            assert!(Instant::now() < end, "nobody connected");
            std::thread::sleep(millis(5));
        }
        host.create("ZeroMQ.Push").must("Connect", args![endpoint(&at("later"))]);
        let own = endpoint(&at("own"));
        let pull = host.create("ZeroMQ.Pull");
        pull.must("Bind", args![&own]);
        hears(&host, &pull, &own);
    });
}
