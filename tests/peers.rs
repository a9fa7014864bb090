//! Real peers over tcp: pyzmq, with its own libzmq, on the other side of every pattern.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq (ci/test makes one); without it these tests fail.

use host::{Host, Object, Value, args, isolated, secs};
use program::Program;

mod program;

/// A Python process with pyzmq that runs a script.
fn peer(script: &str, args: &[&str]) -> Program {
    program::peer(&[script], args)
}

fn bound(host: &Host, class: &str) -> (Object, String) {
    let object = host.create(class);
    object.must("Bind", args!["tcp://127.0.0.1:*"]);
    let endpoint = object.text_of("LastEndpoint");
    (object, endpoint)
}

/// Sizes around every boundary on the wire.
const SIZES: [usize; 8] = [0, 1, 33, 34, 255, 256, 65_537, 3_000_000];

fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|n| u8::try_from(n % 251).expect("below 251")).collect()
}

#[test]
fn our_server_answers_a_python_client() {
    isolated(secs(60), || {
        let host = Host::built();
        let (rep, endpoint) = bound(&host, "ZeroMQ.Rep");
        let peer = peer(
            "
socket = make(zmq.REQ)
socket.connect(sys.argv[1])
for size in map(int, sys.argv[2].split(',')):
    message = bytes(n % 251 for n in range(size))
    socket.send(message)
    assert socket.recv() == message[::-1], size
socket.send_multipart([b'a', b'', b'c'])
assert socket.recv_multipart() == [b'1', b'', b'3']
",
            &[&endpoint, &SIZES.map(|s| s.to_string()).join(",")],
        );
        for size in SIZES {
            let request = rep.must("Recv", []);
            assert!(request.bytes() == pattern(size), "{size} bytes came changed");
            let mut answer = request.bytes().to_vec();
            answer.reverse();
            rep.must("Send", [answer.into()]);
        }
        assert_eq!(rep.must("RecvMultipart", []), Value::i4(3));
        for (n, part) in [b"a".as_slice(), b"", b"c"].into_iter().enumerate() {
            assert_eq!(rep.must("GetPart", args![i32::try_from(n).unwrap()]).bytes(), part);
        }
        rep.must("SendPart", args![b"1"]);
        rep.must("SendPart", args![b""]);
        rep.must("Send", args![b"3"]);
        peer.finish();
    });
}

#[test]
fn our_client_asks_a_python_server() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut peer = peer(
            "
socket = make(zmq.REP)
say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
while True:
    parts = socket.recv_multipart()
    socket.send_multipart(parts[::-1])
    if parts == [b'stop']:
        break
",
            &[],
        );
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![peer.hear()]);
        for size in SIZES {
            req.must("Send", [pattern(size).into()]);
            assert!(req.must("Recv", []).bytes() == pattern(size), "{size} bytes came back changed");
        }
        req.must("SendPart", args![b"first"]);
        req.must("Send", args![b"second"]);
        assert_eq!(req.must("RecvMultipart", []), Value::i4(2));
        assert_eq!(req.must("GetPart", args![0]).bytes(), b"second");
        assert_eq!(req.must("GetPart", args![1]).bytes(), b"first");
        req.must("Send", args![b"stop"]);
        req.must("Recv", []);
        peer.finish();
    });
}

#[test]
fn our_publisher_is_heard_in_python() {
    isolated(secs(60), || {
        let host = Host::built();
        let (publisher, endpoint) = bound(&host, "ZeroMQ.Pub");
        let mut peer = peer(
            "
socket = make(zmq.SUB)
socket.subscribe(b'yes')
socket.connect(sys.argv[1])
assert socket.recv_multipart()[0] == b'yes'
say('heard')
while True:
    topic, body = socket.recv_multipart()
    assert topic == b'yes', topic
    if body != b'again':
        say(body.decode())
    if body == b'stop':
        break
",
            &[&endpoint],
        );
        let publish = |topic: &[u8], body: &str| {
            publisher.must("SendPart", [topic.into()]);
            publisher.must("Send", [Value::blob(body)]);
        };
        // A subscription takes its time on the way: the first words are repeated until they are heard.
        std::thread::scope(|scope| {
            let heard = scope.spawn(|| peer.hear());
            while !heard.is_finished() {
                publish(b"no", "мимо");
                publish(b"yes", "again");
                std::thread::sleep(host::millis(10));
            }
            assert_eq!(heard.join().expect("no panic"), "heard");
        });
        for n in 0..100 {
            publish(b"no", "мимо");
            publish(b"yes", &format!("слово {n}"));
        }
        publish(b"yes", "stop");
        for n in 0..100 {
            assert_eq!(peer.hear(), format!("слово {n}"));
        }
        assert_eq!(peer.hear(), "stop");
        peer.finish();
    });
}

#[test]
fn our_subscriber_hears_python() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut peer = peer(
            "
socket = make(zmq.XPUB)
say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
say(socket.recv())
for n in range(100):
    socket.send_multipart([b'no', b'%d' % n])
    socket.send_multipart([b'yes', b'%d' % n])
say(socket.recv())
",
            &[],
        );
        let subscriber = host.create("ZeroMQ.Sub");
        subscriber.must("Connect", args![peer.hear()]);
        subscriber.must("Subscribe", args![b"yes"]);
        assert_eq!(peer.hear(), r"b'\x01yes'");
        for n in 0..100 {
            assert_eq!(subscriber.must("RecvMultipart", []), Value::i4(2));
            assert_eq!(subscriber.must("GetPart", args![0]).bytes(), b"yes");
            assert_eq!(subscriber.must("GetPart", args![1]).bytes(), n.to_string().as_bytes());
        }
        subscriber.must("Unsubscribe", args![b"yes"]);
        assert_eq!(peer.hear(), r"b'\x00yes'");
        peer.finish();
    });
}

#[test]
fn our_tasks_arrive_in_python_whole() {
    isolated(secs(60), || {
        const TASKS: i32 = 20_000;
        let host = Host::built();
        let (push, endpoint) = bound(&host, "ZeroMQ.Push");
        let mut peer = peer(
            "
socket = make(zmq.PULL)
socket.connect(sys.argv[1])
for n in range(int(sys.argv[2])):
    assert socket.recv_multipart() == [b'task', b'%d' % n], n
say('all')
",
            &[&endpoint, &TASKS.to_string()],
        );
        for n in 0..TASKS {
            push.must("SendPart", args![b"task"]);
            assert!(push.must("Send", [Value::blob(n.to_string())]).truth());
        }
        assert_eq!(peer.hear(), "all");
        peer.finish();
    });
}

#[test]
fn pythons_tasks_arrive_here_whole() {
    isolated(secs(60), || {
        const TASKS: i32 = 20_000;
        let host = Host::built();
        let (pull, endpoint) = bound(&host, "ZeroMQ.Pull");
        let peer = peer(
            "
socket = make(zmq.PUSH)
socket.connect(sys.argv[1])
for n in range(int(sys.argv[2])):
    socket.send_multipart([b'task', b'%d' % n])
",
            &[&endpoint, &TASKS.to_string()],
        );
        for n in 0..TASKS {
            assert_eq!(pull.must("RecvMultipart", []), Value::i4(2), "task {n}");
            assert_eq!(pull.must("GetPart", args![1]).bytes(), n.to_string().as_bytes());
        }
        peer.finish();
    });
}

#[test]
fn our_router_answers_whoever_asks_in_python() {
    isolated(secs(60), || {
        let host = Host::built();
        let (router, endpoint) = bound(&host, "ZeroMQ.Router");
        let mut peer = peer(
            "
workers = []
for name in (b'first', b'second', None):
    socket = make(zmq.DEALER)
    if name:
        socket.routing_id = name
    socket.connect(sys.argv[1])
    socket.send_multipart([b'from', name or b'nobody'])
    workers.append(socket)
for socket in workers:
    assert socket.recv_multipart() == [b'answer', socket.routing_id or b'nobody']
req = make(zmq.REQ)
req.routing_id = b'req'
req.connect(sys.argv[1])
req.send(b'question')
assert req.recv() == b'reply'
workers[0].close()
say('gone')
",
            &[&endpoint],
        );
        for _ in 0..3 {
            let parts = router.must_receive();
            assert_eq!((parts.len(), &parts[1][..]), (3, &b"from"[..]));
            // Who does not say its name is known by five bytes, the first of which is 0.
            let unnamed = parts[2] == b"nobody";
            assert!(if unnamed { parts[0].len() == 5 && parts[0][0] == 0 } else { parts[0] == parts[2] }, "{parts:?}");
            router.must("SendPart", args![b"answer"]);
            assert!(router.must("SendTo", args![&parts[0][..], &parts[2][..]]).truth());
        }
        assert_eq!(router.must_receive(), [b"req".to_vec(), Vec::new(), b"question".to_vec()]);
        router.must("SendPart", args![b""]);
        router.must("SendTo", args![b"req", b"reply"]);
        assert_eq!(peer.hear(), "gone");
        let gone = || router.call("SendTo", args![b"first", b"late"]).is_err();
        assert!(host::wait_until(secs(10), gone), "it has gone");
        assert_eq!(router.last_error_code(), "EHOSTUNREACH");
        peer.finish();
    });
}

#[test]
fn our_dealer_talks_to_a_python_router_and_a_python_rep() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut peer = peer(
            "
router, rep = make(zmq.ROUTER), make(zmq.REP)
router.router_mandatory = True
for socket in (router, rep):
    say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
asked = [router.recv_multipart() for _ in range(5)]
for number, parts in enumerate(asked):
    assert parts[1:] == [b'question', b'%d' % number], parts
for parts in reversed(asked):
    router.send_multipart(parts[:1] + [b'answer', parts[2]])
for _ in range(2):
    rep.send(rep.recv()[::-1])
",
            &[],
        );
        let [to_router, to_rep] = [(); 2].map(|()| {
            let dealer = host.create("ZeroMQ.Dealer");
            dealer.must("Connect", args![peer.hear()]);
            dealer
        });
        for number in 0..5 {
            to_router.must("SendPart", args![b"question"]);
            to_router.must("Send", [Value::blob(number.to_string())]);
        }
        for number in (0..5).rev() {
            assert_eq!(to_router.must_receive(), [b"answer".to_vec(), number.to_string().into_bytes()]);
        }
        for word in ["one", "two"] {
            to_rep.must("SendPart", args![b""]);
            to_rep.must("Send", [Value::blob(word)]);
        }
        for word in ["eno", "owt"] {
            assert_eq!(to_rep.must_receive(), [Vec::new(), word.as_bytes().to_vec()]);
        }
        peer.finish();
    });
}

#[test]
fn our_pair_talks_to_a_python_pair_whoever_is_bound() {
    isolated(secs(60), || {
        let host = Host::built();
        let (ours, endpoint) = bound(&host, "ZeroMQ.Pair");
        let mut peer = peer(
            "
one, other = make(zmq.PAIR), make(zmq.PAIR)
one.connect(sys.argv[1])
say('tcp://127.0.0.1:%d' % other.bind_to_random_port('tcp://127.0.0.1'))
for socket in (one, other):
    socket.send_multipart([b'hello', b'from python'])
    for n in range(100):
        assert socket.recv() == b'%d' % n
        socket.send(b'%d' % n)
",
            &[&endpoint],
        );
        let other = host.create("ZeroMQ.Pair");
        other.must("Connect", args![peer.hear()]);
        for pair in [&ours, &other] {
            assert_eq!(pair.must_receive(), [b"hello".to_vec(), b"from python".to_vec()]);
            for n in 0..100 {
                pair.must("Send", [Value::blob(n.to_string())]);
            }
            for n in 0..100 {
                assert_eq!(pair.must("Recv", []), Value::blob(n.to_string()));
            }
        }
        peer.finish();
    });
}

#[test]
fn subscriptions_go_to_python_and_come_from_it_as_messages() {
    isolated(secs(60), || {
        let host = Host::built();
        let (publisher, endpoint) = bound(&host, "ZeroMQ.XPub");
        let mut peer = peer(
            "
sub, xsub, xpub = make(zmq.SUB), make(zmq.XSUB), make(zmq.XPUB)
sub.subscribe(b'sub')
for socket in (sub, xsub):
    socket.connect(sys.argv[1])
xsub.send(b'\\x01xsub')
xsub.send_multipart([b'a word', b'for the publisher'])
assert sub.recv() == b'sub, hello'
assert xsub.recv() == b'xsub, hello'
sub.unsubscribe(b'sub')
say('tcp://127.0.0.1:%d' % xpub.bind_to_random_port('tcp://127.0.0.1'))
assert xpub.recv() == b'\\x01call'
assert xpub.recv() == b'\\x01message'
assert xpub.recv_multipart() == [b'word', b'for python']
xpub.send(b'nobody'); xpub.send(b'call 1'); xpub.send(b'message 2')
assert xpub.recv() == b'\\x00call'
assert xpub.recv() == b'\\x00message'
",
            &[&endpoint],
        );
        let mut told: Vec<_> = (0..3).map(|_| publisher.must_receive()).collect();
        told.sort();
        assert_eq!(
            told,
            [
                vec![b"\x01sub".to_vec()],
                vec![b"\x01xsub".to_vec()],
                vec![b"a word".to_vec(), b"for the publisher".to_vec()]
            ]
        );
        for topic in ["sub", "xsub"] {
            publisher.must("Send", [Value::blob(format!("{topic}, hello"))]);
        }
        assert_eq!(publisher.must_receive(), [b"\x00sub"]);
        let subscriber = host.create("ZeroMQ.XSub");
        subscriber.must("Subscribe", args![b"call"]);
        subscriber.must("Connect", args![peer.hear()]);
        subscriber.must("Send", args![b"\x01message"]);
        subscriber.must("SendPart", args![b"word"]);
        subscriber.must("Send", args![b"for python"]);
        assert_eq!(subscriber.must("Recv", []), Value::blob("call 1"));
        assert_eq!(subscriber.must("Recv", []), Value::blob("message 2"));
        subscriber.must("Send", args![b"\x00call"]);
        subscriber.must("Unsubscribe", args![b"message"]);
        peer.finish();
    });
}

#[test]
fn raw_bytes_go_to_python_and_come_from_it() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, endpoint) = bound(&host, "ZeroMQ.Stream");
        let mut peer = peer(
            "
import socket
client = socket.create_connection(('127.0.0.1', int(sys.argv[1].rsplit(':', 1)[1])), 20)
client.sendall(bytes(n % 251 for n in range(1000000)))
answer = b''
while piece := client.recv(65536):
    answer += piece
assert answer == b'received', answer
server = make(zmq.STREAM)
say('tcp://127.0.0.1:%d' % server.bind_to_random_port('tcp://127.0.0.1'))
identity, notice = server.recv_multipart()
assert notice == b''
said = b''
while len(said) < 8:
    said += server.recv_multipart()[1]
assert said == b'from  1C', said
server.send_multipart([identity, b'from python'])
server.send_multipart([identity, b''])
",
            &[&endpoint],
        );
        let identity = server.must_receive().remove(0);
        let mut bytes = Vec::new();
        while bytes.len() < 1_000_000 {
            let parts = server.must_receive();
            assert_eq!(parts[0], identity);
            bytes.extend_from_slice(&parts[1]);
        }
        assert!(bytes == pattern(1_000_000), "they came changed");
        server.must("SendTo", args![&identity[..], b"received"]);
        server.must("SendTo", args![&identity[..], b""]);
        let client = host.create("ZeroMQ.Stream");
        client.must("Connect", args![peer.hear()]);
        let identity = client.must_receive().remove(0);
        client.must("SendPart", args![b"from "]);
        client.must("SendTo", args![&identity[..], b" 1C"]);
        assert_eq!(client.must_receive(), [identity.clone(), b"from python".to_vec()]);
        assert_eq!(client.must_receive(), [identity, Vec::new()]);
        peer.finish();
    });
}

/// Texts, data and parts that go as a batch come to Python one by one, and the other way round.
#[test]
fn batches_and_texts_are_messages_to_python() {
    isolated(secs(60), || {
        let host = Host::built();
        let (push, to) = bound(&host, "ZeroMQ.Push");
        let (pull, from) = bound(&host, "ZeroMQ.Pull");
        let peer = peer(
            "
pull, push = make(zmq.PULL), make(zmq.PUSH)
pull.connect(sys.argv[1])
push.connect(sys.argv[2])
assert pull.recv_string() == 'Привет, 😀'
assert pull.recv_multipart() == ['тема'.encode(), bytes([255, 0]), b'']
for n in range(1000):
    assert pull.recv_string() == 'сообщение %d' % n
assert pull.recv() == bytes(range(256))
push.send_string('Ответ')
push.send(bytes(range(256)))
push.send_multipart([b'a', bytes([254]), b''])
for n in range(1000):
    push.send_string('\\x01 сообщение %d' % n)
push.send(b'end')
pull.recv()
",
            &[&to, &from],
        );
        push.must("SendText", args!["Привет, 😀"]);
        push.must("SendPartText", args!["тема"]);
        push.must("SendPart", args![b"\xff\0"]);
        push.must("SendText", args![""]);
        let many: Vec<_> = (0..1000).map(|n| format!("сообщение {n}")).collect();
        assert_eq!(push.must("SendBatch", args![serde_json::json!(many).to_string()]), Value::i4(1000));
        let bytes: Vec<u8> = (0..=255).collect();
        let base64 = {
            push.must("Send", [Value::blob(&bytes)]);
            assert_eq!(pull.must("RecvText", []).text(), "Ответ");
            let batch = pull.must("RecvBatch", args![1]);
            let batch: serde_json::Value = serde_json::from_str(batch.text()).expect("JSON");
            batch[0]["base64"].as_str().expect("data").to_owned()
        };
        assert!(base64.starts_with("AAECAwQFBgcICQ") && base64.ends_with("/P3+/w=="), "{base64}");
        let mut came = Vec::new();
        while came.len() < 1002 {
            let batch = pull.must("RecvBatch", args![500]);
            came.extend(serde_json::from_str::<Vec<serde_json::Value>>(batch.text()).expect("JSON"));
        }
        assert_eq!(came[0], serde_json::json!(["a", {"base64": "/g=="}, ""]));
        assert!(came[1..1001].iter().enumerate().all(|(n, text)| *text == format!("\u{1} сообщение {n}")));
        assert_eq!(came[1001], "end");
        push.must("SendText", args!["done"]);
        peer.finish();
    });
}

/// A server that loses two requests of three, and answers others late: each reply is the one to its request.
#[test]
fn a_request_is_repeated_to_a_python_server() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut peer = peer(
            "
# A ROUTER may leave requests unanswered.
socket = make(zmq.ROUTER)
say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
seen, late = {}, []
while True:
    envelope = socket.recv_multipart()
    body = envelope[-1]
    seen[body] = seen.get(body, 0) + 1
    if body == b'stop':
        socket.send_multipart(envelope)
        break
    if seen[body] < 3:
        late.append(envelope)
        continue
    for old in late:
        socket.send_multipart(old[:-1] + [b'late'])
    late = []
    socket.send_multipart(envelope[:-1] + [body + b' seen %d times' % seen[body], b'and more'])
",
            &[],
        );
        let req = host.create("ZeroMQ.Req");
        req.must("Connect", args![peer.hear()]);
        for name in ["one", "two", "three"] {
            assert_eq!(req.must("RequestText", args![name, 300, 30]).text(), format!("{name} seen 3 times"));
            assert_eq!(req.must("RecvText", []).text(), "and more");
        }
        // Not often enough: nothing, and the next request is served.
        assert!(req.must("RequestText", args!["four", 200, 1]).is_empty());
        assert_eq!(req.must("Request", args![b"stop", 20_000]).bytes(), b"stop");
        peer.finish();
    });
}

/// A text that Python publishes, under a topic that is one.
#[test]
fn a_topic_of_text_is_heard_from_python() {
    isolated(secs(60), || {
        let host = Host::built();
        let (subscriber, endpoint) = bound(&host, "ZeroMQ.Sub");
        subscriber.must("Subscribe", args!["курсы"]);
        let peer = peer(
            "
socket = make(zmq.XPUB)
socket.connect(sys.argv[1])
assert socket.recv() == b'\\x01' + 'курсы'.encode()
socket.send_string('погода: дождь')
socket.send_string('курсы: 90')
",
            &[&endpoint],
        );
        assert_eq!(subscriber.must("RecvText", args![20_000]).text(), "курсы: 90");
        peer.finish();
    });
}

#[test]
fn a_python_router_knows_us_by_our_routing_id() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut peer = peer(
            "
socket = make(zmq.ROUTER)
say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
name, empty, request = socket.recv_multipart()
assert (name, empty, request) == ('касса 1'.encode(), b'', b'here'), (name, empty, request)
socket.send_multipart([name, b'', b'task'])
assert socket.recv_multipart() == ['касса 1'.encode(), b'', b'done']
",
            &[],
        );
        let req = host.create("ZeroMQ.Req");
        req.set("RoutingId", Value::blob("касса 1")).expect("an option");
        // A number of its own in front of the request would be the router's to send back.
        req.set("ReqCorrelate", false).expect("an option");
        req.must("Connect", args![peer.hear()]);
        req.must("Send", args![b"here"]);
        assert_eq!(req.must("Recv", []), Value::blob("task"));
        req.must("Send", args![b"done"]);
        peer.finish();
    });
}

/// One wait for three patterns: tasks, requests and publications of pyzmq, whichever comes, and the peer's end.
#[test]
fn a_poller_hears_python_in_every_pattern() {
    const EACH: usize = 100;
    isolated(secs(60), || {
        let host = Host::built();
        let (pull, tasks) = bound(&host, "ZeroMQ.Pull");
        let (rep, requests) = bound(&host, "ZeroMQ.Rep");
        let (sub, news) = bound(&host, "ZeroMQ.Sub");
        sub.must("Subscribe", [Value::blob("news")]);
        let poller = host.create("ZeroMQ.Poller");
        for socket in [&pull, &rep, &sub] {
            poller.must("Add", [socket.get("Id").expect("an id")]);
        }
        let peer = peer(
            "
push, req, pub = make(zmq.PUSH), make(zmq.REQ), make(zmq.XPUB)
for socket, endpoint in zip((push, req, pub), sys.argv[1:4]):
    socket.connect(endpoint)
assert pub.recv() == b'\\x01news'
for number in range(int(sys.argv[4])):
    push.send(b'%d' % number)
    req.send(b'%d' % number)
    pub.send(b'other %d' % number)
    pub.send(b'news %d' % number)
    assert req.recv() == b'%d' % (number + 1)
",
            &[&tasks, &requests, &news, &EACH.to_string()],
        );
        let text = |value: &Value| String::from_utf8(value.bytes().to_vec()).expect("a text");
        let mut came = [0; 3];
        while came != [EACH; 3] {
            assert!(poller.must("Wait", args![20_000]).number() >= 1.0, "nothing came after {came:?}");
            for (n, socket) in [&pull, &rep, &sub].into_iter().enumerate() {
                if !poller.must("CanRecv", [socket.get("Id").expect("an id")]).truth() {
                    continue;
                }
                let message = text(&socket.must("Recv", args![0]));
                let expected = if n == 2 { format!("news {}", came[n]) } else { came[n].to_string() };
                assert_eq!(message, expected);
                if n == 1 {
                    assert!(rep.must("Send", [Value::blob((came[n] + 1).to_string())]).truth());
                }
                came[n] += 1;
            }
        }
        assert_eq!(poller.must("Wait", args![50]), Value::i4(0));
        peer.finish();
        assert_eq!(poller.must("Wait", args![50]), Value::i4(0), "who left is no message");
    });
}
