//! Tasks handed out: push and pull with either side bound, and a pipeline of stages.

use host::job::{As, Job};
use host::{Endpoints, Host, Transport, Value, args, isolated, secs};
use std::collections::HashMap;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

/// Both ways over one endpoint, dropped and bound again at once.
#[test]
fn both_ways_on_one_endpoint_at_once() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for endpoint in ["inproc://push-pull".to_owned(), endpoints.ipc("p")] {
            for round in 0..10 {
                for (binds, connects) in [("ZeroMQ.Push", "ZeroMQ.Pull"), ("ZeroMQ.Pull", "ZeroMQ.Push")] {
                    let (one, other) = (host.create(binds), host.create(connects));
                    one.must("Bind", args![&endpoint]);
                    other.must("Connect", args![&endpoint]);
                    let (push, pull) = if binds == "ZeroMQ.Push" { (&one, &other) } else { (&other, &one) };
                    pull.must("SetRecvTimeout", args![5000]);
                    for n in 0..3 {
                        assert!(push.must("Send", [Value::blob(format!("задача {n}"))]).truth());
                    }
                    for n in 0..3 {
                        let task = pull.must("Recv", []);
                        assert_eq!(
                            task,
                            Value::blob(format!("задача {n}")),
                            "{endpoint}, round {round}, {binds} bound"
                        );
                    }
                }
            }
        }
    });
}

/// A job that sends and drops its object at once: everything that was accepted arrives.
fn what_was_sent_before_leaving_arrives(how: As, transports: &[Transport]) {
    let (host, endpoints) = (Host::built(), Endpoints::new());
    for &transport in transports {
        for (count, size) in [(3, 10), (5_000, 100), (20, 1 << 20)] {
            let pull = host.create("ZeroMQ.Pull");
            pull.must("Bind", args![endpoints.to_bind(transport)]);
            pull.must("SetRecvTimeout", args![10_000]);
            let args = ["Connect".into(), pull.text_of("LastEndpoint"), count.to_string(), size.to_string()];
            let job = Job::start(how, &host, "Отправитель", &args);
            for n in 0..count {
                let message = pull.must("Recv", []);
                assert!(!message.is_empty(), "{transport:?}: message {n} of {count} ({size} bytes) is lost");
                assert_eq!(message.bytes()[..4], u32::to_le_bytes(n), "{transport:?}: out of order");
                assert_eq!(message.bytes().len(), size);
            }
            job.finish(LIMIT);
        }
    }
}

#[test]
fn what_a_thread_sent_before_leaving_arrives() {
    isolated(secs(120), || what_was_sent_before_leaving_arrives(As::Thread, &Transport::ALL));
}

#[test]
fn what_a_process_sent_before_leaving_arrives() {
    isolated(secs(120), || what_was_sent_before_leaving_arrives(As::Process, &Transport::BETWEEN));
}

/// Push here, then a stage of workers, a second stage, and Pull here. Each task carries the marks of the
/// workers it went through.
fn a_pipeline_loses_nothing(how: As, tasks: u32) {
    const WORKERS: usize = 3;
    let (host, endpoints) = (Host::built(), Endpoints::new());
    // Every connecting side is a worker, so the joints between stages are bound by a pair of our own.
    let names = ["вход", "середина-вход", "середина-выход", "выход"];
    let at = names.map(|name| endpoints.ipc(name));
    let source = host.create("ZeroMQ.Push");
    source.must("Bind", args![&at[0]]);
    let (gather, spread) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
    gather.must("Bind", args![&at[1]]);
    spread.must("Bind", args![&at[2]]);
    let sink = host.create("ZeroMQ.Pull");
    sink.must("Bind", args![&at[3]]);
    for pull in [&gather, &sink] {
        pull.must("SetRecvTimeout", args![30_000]);
    }
    let jobs: Vec<_> = (0..WORKERS)
        .flat_map(|n| {
            let first = [at[0].clone(), at[1].clone(), format!(" а{n}")];
            let second = [at[2].clone(), at[3].clone(), format!(" б{n}")];
            [Job::start(how, &host, "Этап", &first), Job::start(how, &host, "Этап", &second)]
        })
        .collect();
    for job in &jobs {
        assert_eq!(job.hear(LIMIT), "готов");
    }
    // Connecting goes on in the background; who is late would find the tasks given out to the others.
    std::thread::sleep(Duration::from_millis(500));
    let stop = Value::blob("Стоп");
    let mut through = vec![0u32; tasks as usize];
    let mut by_worker: HashMap<String, u32> = HashMap::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..tasks {
                assert!(source.must("Send", [Value::blob(n.to_string())]).truth());
            }
        });
        scope.spawn(|| {
            for _ in 0..tasks {
                let task = gather.must("Recv", []);
                assert!(!task.is_empty(), "the first stage lost a task");
                assert!(spread.must("Send", [task]).truth());
            }
        });
        for _ in 0..tasks {
            let result = sink.must("Recv", []);
            assert!(!result.is_empty(), "the second stage lost a task");
            let text = String::from_utf8(result.bytes().to_vec()).expect("text");
            let mut words = text.split(' ');
            let n: usize = words.next().and_then(|n| n.parse().ok()).expect("a task's number");
            through[n] += 1;
            let marks: Vec<_> = words.collect();
            assert_eq!(marks.len(), 2, "{text}");
            for mark in marks {
                *by_worker.entry(mark.into()).or_default() += 1;
            }
        }
    });
    assert!(through.iter().all(|&times| times == 1), "a task was lost or doubled");
    assert_eq!(by_worker.len(), 2 * WORKERS, "not every worker worked: {by_worker:?}");
    // Round robin hands each worker one stop, when nothing else is under way.
    for _ in 0..WORKERS {
        source.must("Send", [stop.clone()]);
        assert_eq!(gather.must("Recv", []), stop);
        spread.must("Send", [stop.clone()]);
        assert_eq!(sink.must("Recv", []), stop);
    }
    for job in jobs {
        job.finish(LIMIT);
    }
}

#[test]
fn a_pipeline_of_threads_loses_nothing() {
    isolated(secs(120), || a_pipeline_loses_nothing(As::Thread, 20_000));
}

#[test]
fn a_pipeline_of_processes_loses_nothing() {
    isolated(secs(120), || a_pipeline_loses_nothing(As::Process, 20_000));
}

/// One object called by two threads at once: nothing is lost, nothing crashes.
#[test]
fn two_threads_share_an_object() {
    const EACH: i32 = 50_000;
    isolated(secs(120), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        let endpoint = endpoints.to_bind(Transport::Inproc);
        let (pull, push) = (host.create("ZeroMQ.Pull"), host.create("ZeroMQ.Push"));
        pull.must("Bind", args![&endpoint]);
        push.must("Connect", args![&endpoint]);
        pull.must("SetRecvTimeout", args![20_000]);
        let received = std::thread::scope(|scope| {
            for sender in 0..2i32 {
                let push = &push;
                scope.spawn(move || {
                    for n in 0..EACH {
                        let message = (sender * EACH + n).to_le_bytes();
                        assert!(push.must("Send", [Value::blob(message)]).truth());
                    }
                });
            }
            let receivers: Vec<_> = (0..2)
                .map(|_| {
                    let pull = &pull;
                    scope.spawn(move || (0..EACH).map(|_| pull.must("Recv", []).bytes().to_vec()).collect::<Vec<_>>())
                })
                .collect();
            receivers.into_iter().flat_map(|r| r.join().expect("a receiver")).collect::<Vec<_>>()
        });
        let mut seen = vec![false; 2 * EACH as usize];
        for message in received {
            let n = i32::from_le_bytes(message[..].try_into().expect("4 bytes"));
            assert!(!std::mem::replace(&mut seen[n as usize], true), "{n} came twice");
        }
        assert!(seen.iter().all(|&s| s));
    });
}
