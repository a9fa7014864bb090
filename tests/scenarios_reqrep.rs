//! Request and reply: a server job answers over each transport, as a thread and as a process of its own.

use host::job::{As, Job};
use host::{Endpoints, Host, Object, Transport, Value, args, isolated, secs};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);

/// Transports that a job started this way can be reached over.
fn transports(how: As) -> &'static [Transport] {
    match how {
        As::Thread => &Transport::ALL,
        As::Process => &Transport::BETWEEN,
    }
}

fn ask(req: &Object, text: &str) -> String {
    assert!(req.must("Send", [Value::blob(text)]).truth());
    let answer = req.must("Recv", []);
    String::from_utf8(answer.bytes().to_vec()).expect("text")
}

/// The server listens on all of its endpoints at once; a client goes from one to the next with one object.
fn server_answers_on_every_endpoint(how: As, round_trips: usize) {
    let (host, place) = (Host::built(), Endpoints::new());
    let endpoints: Vec<_> = transports(how).iter().map(|&t| place.to_bind(t)).collect();
    let job = Job::start(how, &host, "Сервер1", &endpoints);
    let real: Vec<_> = endpoints.iter().map(|_| job.hear(LIMIT)).collect();
    let req = host.create("ZeroMQ.Req");
    req.must("SetRecvTimeout", args![20_000]);
    for endpoint in &real {
        req.must("Connect", args![endpoint]);
        assert_eq!(ask(&req, "123"), "Получено: 123");
        for n in 0..round_trips {
            assert_eq!(ask(&req, &n.to_string()), format!("Получено: {n}"));
        }
        req.must("Disconnect", args![endpoint]);
    }
    let req = host.create("ZeroMQReq");
    req.must("Подключить", args![real.last().expect("an endpoint")]);
    assert_eq!(ask(&req, "Стоп"), "Получено: Стоп");
    job.finish(LIMIT);
    drop(req);
}

/// Three seconds natively; Wine, where each call of a socket asks another process, took 89 s when nothing else ran.
#[test]
fn a_server_in_a_thread_answers_on_every_endpoint() {
    isolated(secs(300), || server_answers_on_every_endpoint(As::Thread, 10_000));
}

#[test]
fn a_server_in_a_process_answers_on_every_endpoint() {
    isolated(secs(120), || server_answers_on_every_endpoint(As::Process, 3_000));
}

fn every_size_comes_back_intact(how: As) {
    let (host, place) = (Host::built(), Endpoints::new());
    for &transport in transports(how) {
        let job = Job::start(how, &host, "Эхо", &[place.to_bind(transport)]);
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![job.hear(LIMIT)]);
        for size in [0, 1, 33, 34, 1 << 10, 64 << 10, 1 << 20, 20_000_000] {
            let mut seed = 0x9E37_79B9_u32;
            let message: Vec<u8> = std::iter::repeat_with(|| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed.to_be_bytes()[0]
            })
            .take(size)
            .collect();
            assert!(req.must("Send", [message.clone().into()]).truth());
            let answer = req.must("Recv", []);
            assert!(answer.bytes() == message, "{transport:?}: {size} bytes came back changed");
        }
        req.must("Send", [Value::blob("Стоп")]);
        req.must("Recv", []);
        job.finish(LIMIT);
    }
}

#[test]
fn every_size_comes_back_intact_from_a_thread() {
    isolated(secs(120), || every_size_comes_back_intact(As::Thread));
}

#[test]
fn every_size_comes_back_intact_from_a_process() {
    isolated(secs(120), || every_size_comes_back_intact(As::Process));
}

/// Part numbers count from 0; each part can be read again and again, in any order.
fn a_multipart_message_comes_whole(how: As) {
    let (host, place) = (Host::built(), Endpoints::new());
    for &transport in transports(how) {
        let job = Job::start(how, &host, "ПриемникСоставных", &[place.to_bind(transport)]);
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![job.hear(LIMIT)]);
        req.must("SendPart", [Value::blob("Часть1")]);
        req.must("SendPart", [Value::blob("Часть2")]);
        assert!(req.must("Send", [Value::blob("Часть3")]).truth());
        assert_eq!(job.hear(LIMIT), "3");
        for _ in 0..2 {
            for n in [2, 0, 1] {
                assert_eq!(job.hear(LIMIT), format!("{n}: Часть{}", n + 1));
            }
        }
        assert!((req.must("RecvMultipart", []).number() - 1.0).abs() < f64::EPSILON);
        assert_eq!(req.must("GetPart", args![0]).bytes(), "Ок".as_bytes());
        assert_eq!(req.must("GetPart", args![0.0]).bytes(), "Ок".as_bytes());
        job.finish(LIMIT);
    }
}

#[test]
fn a_multipart_message_comes_whole_to_a_thread() {
    isolated(secs(60), || a_multipart_message_comes_whole(As::Thread));
}

#[test]
fn a_multipart_message_comes_whole_to_a_process() {
    isolated(secs(60), || a_multipart_message_comes_whole(As::Process));
}

#[test]
fn a_request_after_a_lost_one_gets_its_own_answer() {
    isolated(secs(60), || {
        let (host, place) = (Host::built(), Endpoints::new());
        for transport in Transport::ALL {
            let (rep, req) = (host.create("ZeroMQ.Rep"), host.create("ZeroMQ.Req"));
            rep.must("Bind", args![place.to_bind(transport)]);
            req.must("Connect", args![rep.text_of("LastEndpoint")]);
            req.must("SetRecvTimeout", args![100]);
            rep.must("SetRecvTimeout", args![5000]);
            assert!(req.must("Send", args![b"first"]).truth());
            assert!(req.must("Recv", []).is_empty());
            // The first request was never answered in time; the second goes its way.
            assert!(req.must("Send", args![b"second"]).truth());
            assert_eq!(rep.must("Recv", []).bytes(), b"first");
            rep.must("Send", args![b"late"]);
            assert_eq!(rep.must("Recv", []).bytes(), b"second");
            rep.must("Send", args![b"in time"]);
            req.must("SetRecvTimeout", args![5000]);
            assert_eq!(req.must("Recv", []).bytes(), b"in time", "{transport:?}");
        }
    });
}

#[test]
fn requests_of_many_clients_are_served_in_turn() {
    isolated(secs(60), || {
        let (host, place) = (Host::built(), Endpoints::new());
        let job = Job::start(As::Thread, &host, "Сервер1", &[place.to_bind(Transport::Ipc)]);
        let endpoint = job.hear(LIMIT);
        std::thread::scope(|scope| {
            for client in 0..8 {
                let (host, endpoint) = (&host, &endpoint);
                scope.spawn(move || {
                    let req = host.create("ZeroMQ.Req");
                    req.must("Connect", args![endpoint]);
                    for n in 0..200 {
                        let text = format!("{client}/{n}");
                        assert_eq!(ask(&req, &text), format!("Получено: {text}"));
                    }
                });
            }
        });
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![&endpoint]);
        ask(&req, "Стоп");
        job.finish(LIMIT);
    });
}

/// A request may have more parts than the server reads; it is answered all the same, and the next one is whole.
#[test]
fn a_request_of_more_parts_than_are_read() {
    isolated(secs(30), || {
        let host = Host::built();
        let (req, rep) = (host.create("ZeroMQ.Req"), host.create("ZeroMQ.Rep"));
        rep.must("Bind", args!["tcp://127.0.0.1:*"]);
        req.must("Connect", args![rep.text_of("LastEndpoint")]);
        for object in [&req, &rep] {
            object.must("SetRecvTimeout", args![5000]);
        }
        for parts in 1..5 {
            for part in 1..parts {
                req.must("SendPart", [Value::blob(format!("{part}"))]);
            }
            req.must("Send", [Value::blob(format!("{parts}"))]);
            assert_eq!(rep.must("Recv", []), Value::blob("1"));
            rep.must("Send", [Value::blob(format!("of {parts}"))]);
            assert_eq!(req.must("Recv", []), Value::blob(format!("of {parts}")));
        }
    });
}
