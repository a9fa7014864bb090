//! A proxy between processes in Python, with libzmq of their own: each kind, bound to on both sides and connecting to both.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq (ci/test makes one); without it these tests fail.

use host::{Host, Object, args, isolated, secs};
use program::Program;
use proxy::{FORWARDER, Kind, QUEUE, STREAMER, count, statistics};

mod program;
mod proxy;

/// So many messages go each way.
const MESSAGES: &str = "2000";

/// What each script begins with: which socket, whether it binds, where.
const PREAMBLE: &str = "
unplaced = make
def make(kind):
    socket = unplaced(kind)
    if sys.argv[1] == 'bind':
        say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
    else:
        socket.connect(sys.argv[2])
    return socket
count = int(sys.argv[3])
";

const CLIENT: &str = "
socket = make(zmq.DEALER)
for n in range(count):
    socket.send_multipart([b'', b'%d' % n, b'x' * (n % 300)])
    if n >= 100:
        assert socket.recv_multipart() == [b'', b'x' * ((n - 100) % 300), b'%d' % (n - 100)], n
for n in range(count - 100, count):
    assert socket.recv_multipart() == [b'', b'x' * (n % 300), b'%d' % n], n
say('done')
";

const WORKER: &str = "
socket = make(zmq.REP)
for n in range(count):
    number, body = socket.recv_multipart()
    assert number == b'%d' % n, (number, n)
    socket.send_multipart([body, number])
say('done')
";

const PUBLISHER: &str = "
import itertools
socket = make(zmq.XPUB)
socket.setsockopt(zmq.XPUB_NODROP, 1)
assert socket.recv() == b'\\x01yes'
for n in range(count):
    socket.send_multipart([b'no', b''])
    socket.send_multipart([b'yes', b'%d' % n])
say('done')
assert socket.recv() == b'\\x00yes'
";

const SUBSCRIBER: &str = "
socket = make(zmq.SUB)
socket.subscribe(b'yes')
for n in range(count):
    assert socket.recv_multipart() == [b'yes', b'%d' % n], n
socket.unsubscribe(b'yes')
say('done')
";

const SENDER: &str = "
socket = make(zmq.PUSH)
for n in range(count):
    socket.send_multipart([b'%d' % n, b'', b'x' * (n % 300)])
say('done')
";

const RECEIVER: &str = "
socket = make(zmq.PULL)
for n in range(count):
    assert socket.recv_multipart() == [b'%d' % n, b'', b'x' * (n % 300)], n
say('done')
";

/// A peer that connects to the proxy, or that the proxy connects to.
fn peer(proxy: &Object, side: &str, binds: bool, script: &str) -> Program {
    let scripts = [PREAMBLE, script];
    let deed = |deed: &str| format!("{deed}{side}");
    if binds {
        let mut peer = program::peer(&scripts, &["bind", "-", MESSAGES]);
        proxy.must(&deed("Connect"), args![peer.hear()]);
        return peer;
    }
    proxy.must(&deed("Bind"), args!["tcp://127.0.0.1:*"]);
    program::peer(&scripts, &["connect", &proxy.text_of(&format!("{side}Endpoint")), MESSAGES])
}

fn between(kind: Kind, front: &str, back: &str) {
    let host = Host::built();
    for (front_binds, back_binds) in [(false, false), (true, true), (false, true)] {
        let proxy = proxy::of(&host, kind);
        if kind.name == "Forwarder" {
            proxy.must("SetBackendOption", args!["XPubNoDrop", true]);
        }
        let mut behind = peer(&proxy, "Backend", back_binds, back);
        let mut before = peer(&proxy, "Frontend", front_binds, front);
        proxy.must("Start", []);
        for _ in 0..3 {
            proxy.must("Pause", []);
            proxy.must("Resume", []);
        }
        assert_eq!((before.hear(), behind.hear()), ("done".into(), "done".into()));
        before.finish();
        behind.finish();
        assert!(proxy.must("Stop", []).truth(), "{}", statistics(&proxy));
        assert_eq!(count(&proxy, "forward/messages").to_string(), MESSAGES, "{}", statistics(&proxy));
    }
    host.assert_clean();
}

#[test]
fn a_queue_between_clients_and_workers_in_python() {
    isolated(secs(120), || between(QUEUE, CLIENT, WORKER));
}

#[test]
fn a_forwarder_between_publishers_and_subscribers_in_python() {
    isolated(secs(120), || between(FORWARDER, PUBLISHER, SUBSCRIBER));
}

#[test]
fn a_streamer_between_senders_and_receivers_in_python() {
    isolated(secs(120), || between(STREAMER, SENDER, RECEIVER));
}
