//! Whether peers are there, who subscribes, what happens to connections, with pyzmq over tcp and ipc.
//!
//! `ADDIN_ZEROMQ_PYTHON` names a Python that has pyzmq (ci/test makes one); without it these tests fail.

mod program;
mod watched;

use host::{Endpoints, Host, Transport, args, isolated, secs};
use program::Program;
use watched::{bound, events_until, field, is_there, names, next_event, soon, subscribers};

fn peer(script: &str, args: &[&str]) -> Program {
    program::peer(&["import time\nlinger = 0\n", script], args)
}

#[test]
fn a_python_peer_comes_goes_and_comes_again() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            let pull = host.create("ZeroMQ.Pull");
            assert_eq!(next_event(&pull, 0), None);
            pull.must("Bind", args![endpoints.to_bind(transport)]);
            let endpoint = pull.text_of("LastEndpoint");
            assert_eq!(names(&events_until(&pull, "listening")), ["listening"]);
            for _ in 0..2 {
                assert!(!is_there(&pull, 0), "{transport:?}");
                let peer = peer("socket = make(zmq.PUSH)\nsocket.connect(sys.argv[1])\nsignal.pause()", &[&endpoint]);
                assert!(is_there(&pull, 20_000), "{transport:?}");
                let came = events_until(&pull, "handshake_succeeded");
                assert_eq!(names(&came), ["accepted", "handshake_succeeded"], "{transport:?}");
                for event in &came {
                    assert_eq!(field(event, "endpoint"), Some(endpoint.clone()), "{event}");
                    let time = field(event, "time").expect("a time");
                    assert!(time.starts_with("20") && time.ends_with('Z') && time.len() == 24, "{event}");
                    if transport == Transport::Tcp {
                        let peer = field(event, "peer").expect("a peer");
                        assert!(peer.starts_with("tcp://127.0.0.1:") && peer != endpoint, "{event}");
                    }
                }
                // It is killed.
                drop(peer);
                let went = events_until(&pull, "disconnected");
                assert_eq!(names(&went), ["disconnected"], "{transport:?}");
                assert_eq!(field(&went[0], "endpoint"), Some(endpoint.clone()), "{}", went[0]);
                assert!(soon(|| !is_there(&pull, 0)), "{transport:?}");
            }
            pull.must("Unbind", args![endpoint.clone()]);
            let closed = events_until(&pull, "closed");
            assert_eq!(field(&closed[0], "endpoint"), Some(endpoint), "Unbind listens too: {closed:?}");
        }
    });
}

/// The side that connects is told of its endpoint, whatever port it has itself.
#[test]
fn who_connects_hears_of_a_python_server() {
    isolated(secs(60), || {
        let host = Host::built();
        let mut peer = peer(
            "
socket = make(zmq.PULL)
say('tcp://127.0.0.1:%d' % socket.bind_to_random_port('tcp://127.0.0.1'))
assert socket.recv() == b'there'
socket.close()
",
            &[],
        );
        let endpoint = peer.hear();
        let push = host.create("ZeroMQ.Push");
        next_event(&push, 0);
        push.must("Connect", args![endpoint.clone()]);
        assert!(is_there(&push, 20_000));
        let came = events_until(&push, "handshake_succeeded");
        assert_eq!(names(&came), ["connect_delayed", "connected", "handshake_succeeded"]);
        push.must("SendText", args!["there"]);
        let went = events_until(&push, "connect_retried");
        assert_eq!(names(&went)[0], "disconnected", "{went:?}");
        for event in came.iter().chain(&went) {
            assert_eq!(field(event, "endpoint"), Some(endpoint.clone()), "{event}");
        }
        assert!(
            field(went.last().expect("one"), "pause").is_some_and(|pause| pause.parse::<u32>().is_ok()),
            "{went:?}"
        );
        peer.finish();
    });
}

/// The cure for the slow joiner: the first message reaches all who were waited for.
#[test]
fn subscribers_are_waited_for() {
    isolated(secs(60), || {
        let (host, endpoints) = (Host::built(), Endpoints::new());
        for transport in Transport::BETWEEN {
            for class in ["ZeroMQ.Pub", "ZeroMQ.XPub"] {
                let (publisher, endpoint) = bound(&host, class, &endpoints.to_bind(transport));
                assert!(subscribers(&publisher, 0, 0) && !subscribers(&publisher, 1, 50));
                let peers: Vec<_> = (0..3)
                    .map(|n| {
                        peer(
                            "
socket = make(zmq.SUB)
socket.connect(sys.argv[1])
time.sleep(float(sys.argv[2]))
socket.subscribe(b'one')
socket.subscribe(b'two')
say(socket.recv().decode())
assert not socket.poll(100), 'twice'
",
                            &[&endpoint, &format!("0.{n}")],
                        )
                    })
                    .collect();
                assert!(subscribers(&publisher, 3, 20_000), "{class} {transport:?}");
                assert!(!subscribers(&publisher, 4, 50), "{class} {transport:?}: topics are no subscribers");
                publisher.must("SendText", args!["one message"]);
                for mut peer in peers {
                    assert_eq!(peer.hear(), "one message", "{class} {transport:?}");
                    peer.finish();
                }
                assert!(soon(|| !subscribers(&publisher, 1, 0)), "{class} {transport:?}");
                if class == "ZeroMQ.XPub" {
                    // What XPub receives is there still.
                    assert_eq!(publisher.must("Recv", []).bytes()[0], 1);
                }
            }
        }
    });
}
