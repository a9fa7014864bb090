//! CURVE and PLAIN with real peers: pyzmq both ways, over tcp and ipc, with its own Authenticator on its side; and CURVE with
//! the zeromq of npm both ways.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq, `ADDIN_ZEROMQ_NODE_MODULES` a folder with the packages of
//! `docs/examples/nodejs` (ci/node-modules); without them these tests fail.

use host::{Endpoints, Host, Object, Transport, Value, args, isolated, secs};
use key_pair::pair;
use program::Program;
use std::process::Command;

mod key_pair;
mod program;

/// What every script begins with.
const PREAMBLE: &str = "
linger = 0
def curve_client(socket, server, public, secret):
    socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = server, public, secret
def plain_client(socket, user, password):
    socket.plain_username, socket.plain_password = user, password
def refused(socket):
    socket.rcvtimeo = 400
    try:
        socket.recv()
    except zmq.Again:
        return True
";

/// A server of its own, with the Authenticator that pyzmq has.
const SERVER: &str = "
from zmq.auth.thread import ThreadAuthenticator
auth = ThreadAuthenticator(context)
auth.start()
if sys.argv[2] == 'plain':
    auth.configure_plain(domain='*', passwords={'Иванов': 'пароль'})
else:
    class Known:
        def callback(self, domain, key):
            return key == sys.argv[3].encode()
    auth.configure_curve_callback(domain='*', credentials_provider=Known())
socket = make(zmq.REP)
if sys.argv[2] == 'plain':
    socket.plain_server = True
else:
    public, secret = zmq.curve_keypair()
    socket.curve_server, socket.curve_secretkey = True, secret
    print(public.decode(), flush=True)
socket.bind(sys.argv[1])
print(socket.last_endpoint.decode().rstrip(chr(0)), flush=True)
while True:
    message = socket.recv()
    socket.send(message[::-1])
    if message == b'end':
        break
auth.stop()
";

fn python(script: &str, args: &[&str]) -> Program {
    program::peer(&[PREAMBLE, script], args)
}

fn bound(host: &Host, at: &str, secure: impl FnOnce(&Object)) -> (Object, String) {
    let rep = host.create("ZeroMQ.Rep");
    secure(&rep);
    rep.must("Bind", args![at]);
    let at = rep.text_of("LastEndpoint");
    (rep, at)
}

fn everywhere(body: impl Fn(&Host, &str)) {
    let host = Host::built();
    let folder = Endpoints::new();
    for transport in Transport::BETWEEN {
        body(&host, &folder.to_bind(transport));
    }
}

/// Asks a server, and says whether it answers.
fn is_answered(host: &Host, at: &str, question: &str, timeout: i32, secure: impl FnOnce(&Object)) -> bool {
    let req = host.create("ZeroMQ.Req");
    req.set("Linger", 0).unwrap();
    secure(&req);
    req.must("Connect", args![at]);
    let answer = req.must("Request", [Value::blob(question), Value::i4(timeout)]);
    let backwards: String = question.chars().rev().collect();
    assert!(answer.is_empty() || answer.bytes() == backwards.as_bytes());
    !answer.is_empty()
}

#[test]
fn curve_server_of_ours_and_python() {
    isolated(secs(60), || {
        everywhere(|host, at| {
            let (server, client) = (pair(host), pair(host));
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddKey", args![client.public.as_str()]);
            let (rep, at) = bound(host, at, |it| drop(it.must("SetCurveServer", args![server.secret.as_str()])));
            let peer = python(
                "
at, server, public, secret = [word.encode() for word in sys.argv[1:]]
assert zmq.curve_public(secret) == public
other, other_secret = zmq.curve_keypair()
for keys in [(server, other, other_secret), (other, public, secret)]:
    stranger = make(zmq.REQ)
    curve_client(stranger, *keys)
    stranger.connect(at.decode())
    stranger.send(b'stranger')
    assert refused(stranger)
bare = make(zmq.REQ)
bare.connect(at.decode())
bare.send(b'bare')
assert refused(bare)
socket = make(zmq.REQ)
curve_client(socket, server, public, secret)
socket.connect(at.decode())
for size in [0, 1, 33, 256, 70000, 3000000]:
    socket.send(bytes(size))
    assert socket.recv() == bytes(size), size
",
                &[&at, &server.public, &client.public, &client.secret],
            );
            for size in [0, 1, 33, 256, 70_000, 3_000_000] {
                let came = rep.must("Recv", args![20_000]);
                assert_eq!(came.bytes(), vec![0; size]);
                rep.must("Send", [came]);
            }
            peer.finish();
        });
    });
}

#[test]
fn curve_server_of_python_and_ours() {
    isolated(secs(60), || {
        everywhere(|host, at| {
            let (client, other) = (pair(host), pair(host));
            let mut server = python(SERVER, &[at, "curve", &client.public]);
            let (public, at) = (server.hear(), server.hear());
            let ask = |question: &str, timeout, server_key: &str, secret: &str| {
                is_answered(host, &at, question, timeout, |it| {
                    drop(it.must("SetCurveClient", args![server_key, secret]))
                })
            };
            assert!(!ask("stranger", 400, &public, &other.secret));
            assert!(!ask("another server", 400, &other.public, &client.secret));
            assert!(!is_answered(host, &at, "bare", 400, |_| ()));
            assert!(ask("Hello", 20_000, &public, &client.secret));
            assert!(ask("end", 20_000, &public, &client.secret));
            server.finish();
        });
    });
}

#[test]
fn plain_server_of_ours_and_python() {
    isolated(secs(60), || {
        everywhere(|host, at| {
            let auth = host.create("ZeroMQ.Auth");
            auth.must("AddUser", args!["Иванов", "пароль", "own"]);
            let (rep, at) = bound(host, at, |it| drop(it.must("SetPlainServer", args!["own"])));
            let peer = python(
                "
for user, password in [('Иванов', 'другой'), ('Петров', 'пароль'), ('пароль', 'Иванов')]:
    stranger = make(zmq.REQ)
    plain_client(stranger, user.encode(), password.encode())
    stranger.connect(sys.argv[1])
    stranger.send(b'stranger')
    assert refused(stranger), user
socket = make(zmq.REQ)
plain_client(socket, 'Иванов'.encode(), 'пароль'.encode())
socket.connect(sys.argv[1])
socket.send(b'Hello')
assert socket.recv() == b'Hello'
",
                &[&at],
            );
            let came = rep.must("Recv", args![20_000]);
            assert_eq!(came.bytes(), b"Hello");
            rep.must("Send", [came]);
            peer.finish();
        });
    });
}

#[test]
fn plain_server_of_python_and_ours() {
    isolated(secs(60), || {
        everywhere(|host, at| {
            let mut server = python(SERVER, &[at, "plain"]);
            let at = server.hear();
            let ask = |question: &str, timeout, user: &str, password: &str| {
                is_answered(host, &at, question, timeout, |it| drop(it.must("SetPlainClient", args![user, password])))
            };
            assert!(!ask("stranger", 400, "Иванов", "другой"));
            assert!(!ask("stranger", 400, "Петров", "пароль"));
            assert!(ask("Hello", 20_000, "Иванов", "пароль"));
            assert!(ask("end", 20_000, "Иванов", "пароль"));
            server.finish();
        });
    });
}

fn node(script: &str, args: &[&str]) -> Program {
    let mut node = Command::new("node");
    node.env("NODE_PATH", program::named("ADDIN_ZEROMQ_NODE_MODULES", "a folder with the package zeromq"));
    Program::start(node.arg("-e").arg(script).arg("--").args(args))
}

#[test]
fn curve_server_of_ours_and_node() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, client, other) = (pair(&host), pair(&host), pair(&host));
        let auth = host.create("ZeroMQ.Auth");
        auth.must("AddKey", args![client.public.as_str()]);
        let (rep, at) =
            bound(&host, "tcp://127.0.0.1:*", |it| drop(it.must("SetCurveServer", args![server.secret.as_str()])));
        let script = "
const zmq = require('zeromq')
const [at, server, public_, secret, otherPublic, otherSecret] = process.argv.slice(1)
async function ask(publicKey, secretKey, timeout) {
    const socket = new zmq.Request({ curveServerKey: server, curvePublicKey: publicKey, curveSecretKey: secretKey,
                                     receiveTimeout: timeout, linger: 0 })
    socket.connect(at)
    await socket.send('Hello')
    try { return (await socket.receive()).toString() } catch (error) { return error.code } finally { socket.close() }
}
async function main() {
    console.log(await ask(otherPublic, otherSecret, 400))
    console.log(await ask(public_, secret, 20000))
}
main()
";
        let mut peer =
            node(script, &[&at, &server.public, &client.public, &client.secret, &other.public, &other.secret]);
        assert_eq!(peer.hear(), "EAGAIN");
        let came = rep.must("Recv", args![20_000]);
        assert_eq!(came.bytes(), b"Hello");
        rep.must("Send", [Value::blob("olleH")]);
        assert_eq!(peer.hear(), "olleH");
        peer.finish();
    });
}

#[test]
fn curve_server_of_node_and_ours() {
    isolated(secs(60), || {
        let host = Host::built();
        let (server, client) = (pair(&host), pair(&host));
        let script = "
const zmq = require('zeromq')
async function main() {
    const socket = new zmq.Reply({ curveServer: true, curvePublicKey: process.argv[1], curveSecretKey: process.argv[2], linger: 2000 })
    await socket.bind('tcp://127.0.0.1:*')
    console.log(socket.lastEndpoint)
    for await (const [message] of socket) {
        await socket.send(Buffer.from(message).reverse())
        if (message.toString() === 'end') break
    }
    socket.close()
}
main()
";
        let mut peer = node(script, &[&server.public, &server.secret]);
        let at = peer.hear();
        let ask = |question: &str, timeout, key: &str| {
            is_answered(&host, &at, question, timeout, |it| {
                it.must("SetCurveClient", args![key, client.secret.as_str()]);
            })
        };
        assert!(!ask("another server", 400, &client.public));
        assert!(!is_answered(&host, &at, "bare", 400, |_| ()));
        assert!(ask("Hello", 20_000, &server.public));
        assert!(ask("end", 20_000, &server.public));
        peer.finish();
    });
}
