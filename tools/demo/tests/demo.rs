//! The demo's own promises: nothing lost, an exit code that says so, and a plain word when a worker dies.

use host::{command, end_in_words, isolated, library_file, program, secs, wait};
use std::io::Read;
use std::process::{Child, Stdio};

fn start(args: &[&str]) -> Child {
    let mut demo = command(&program("demo"));
    demo.args(args).env(host::LIBRARY_VARIABLE, library_file());
    let pipes = demo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    pipes.spawn().expect("the demo starts")
}

/// Whether it said that all is well, and what it said.
fn end(mut demo: Child) -> (bool, String) {
    let status = wait(&mut demo, secs(60)).expect("the demo does not end");
    let mut said = format!("{}\n", end_in_words(status));
    demo.stdout.take().expect("piped").read_to_string(&mut said).expect("text");
    demo.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
    (status.success(), said)
}

#[test]
fn all_tasks_come_back_over_each_transport() {
    isolated(secs(120), || {
        let transports: &[&str] = if cfg!(unix) { &["ipc", "tcp"] } else { &["tcp"] };
        for transport in transports {
            let (well, said) = end(start(&["--tasks", "20000", "--workers", "3", "--transport", transport]));
            assert!(well, "{said}");
            for words in ["Потеряно: 0, выполнено дважды: 0", "20000 tasks by 3 workers", "0 lost, 0 doubled"]
            {
                assert!(said.contains(words), "{words:?} is not in {said}");
            }
        }
    });
}

#[test]
fn wrong_orders_are_refused() {
    isolated(secs(60), || {
        for order in
            [&["--tasks", "0"][..], &["--workers", "many"], &["--transport", "inproc"], &["--speed", "1"], &["--tasks"]]
        {
            let (well, said) = end(start(order));
            assert!(!well && said.starts_with("left with code 2") && said.contains("Usage"), "{order:?}: {said}");
        }
    });
}

/// One of two workers is killed on the way: the demo must not claim success, nor hang.
#[test]
#[cfg(target_os = "linux")]
fn a_killed_worker_is_noticed() {
    isolated(secs(120), || {
        let demo = start(&["--tasks", "3000000", "--workers", "2"]);
        let children = format!("/proc/{0}/task/{0}/children", demo.id());
        let worker = loop {
            let ids = std::fs::read_to_string(&children).expect("children of a living process");
            if let [first, _] = ids.split_whitespace().collect::<Vec<_>>()[..] {
                break first.parse().expect("a process id");
            }
            std::thread::sleep(host::millis(5));
        };
        std::thread::sleep(host::millis(500));
        // SAFETY: sends a signal to a child of the demo that we started.
        assert_eq!(unsafe { libc::kill(worker, libc::SIGKILL) }, 0);
        let (well, said) = end(demo);
        assert!(!well && said.contains("killed by signal 9"), "{said}");
    });
}
