//! Real peers over tcp: pyzmq, with its own libzmq, on the other side of every pattern.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq (ci/test makes one); without it these tests fail.

use host::{Host, Object, Value, args, isolated, secs};
use program::Program;

mod program;

/// What every script begins with. `say` tells a line; a hung peer ends by itself.
const PREAMBLE: &str = "
import signal, sys, zmq
signal.alarm(50)
context = zmq.Context()
def make(kind):
    socket = context.socket(kind)
    socket.rcvtimeo = socket.sndtimeo = 20000
    socket.linger = 20000
    return socket
def say(*words):
    print(*words, flush=True)
";

/// A Python process with pyzmq that runs a script.
fn peer(script: &str, args: &[&str]) -> Program {
    Program::start(program::python().arg("-c").arg(format!("{PREAMBLE}{script}")).args(args))
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
