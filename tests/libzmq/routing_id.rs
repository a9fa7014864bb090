//! 0048-routing-id-taken: a ROUTER connects to a peer under an id that another has.

use super::isolated;
use super::raw::{Ctx, Sock};
use host::secs;
use zmq_sys::{ZMQ_CONNECT_ROUTING_ID, ZMQ_DEALER, ZMQ_ROUTER, ZMQ_ROUTING_ID};

fn dealer(ctx: &Ctx, id: &[u8]) -> Sock {
    let dealer = ctx.socket(ZMQ_DEALER);
    dealer.set_bytes(ZMQ_ROUTING_ID, id).expect("an id");
    dealer
}

fn hear(router: &Sock) -> Vec<Vec<u8>> {
    let id = router.recv(secs(10)).expect("an id");
    vec![id, router.recv(secs(10)).expect("a message")]
}

#[test]
fn one_that_is_taken_is_refused() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let (router, other) = (ctx.socket(ZMQ_ROUTER), ctx.socket(ZMQ_ROUTER));
        let first = dealer(&ctx, b"A");
        first.connect(&router.bind("tcp://127.0.0.1:*")).send(b"here");
        assert_eq!(hear(&router), [b"A".to_vec(), b"here".to_vec()]);
        let refused = router
            .set_bytes(ZMQ_CONNECT_ROUTING_ID, b"A")
            .and_then(|()| router.try_connect(&other.bind("tcp://127.0.0.1:*")));
        assert_eq!(refused, Err(libc::EADDRINUSE));
        assert_eq!(router.set_bytes(ZMQ_CONNECT_ROUTING_ID, &[1; 256]), Err(libc::EINVAL), "longer than any id");
        router.set_bytes(ZMQ_CONNECT_ROUTING_ID, b"B").expect("a free one");
        router.connect(&other.bind("inproc://other"));
        router.send_message(&[b"B", b"to the other"]);
        assert_eq!(hear(&other)[1], b"to the other");
        router.send_message(&[b"A", b"to the first"]);
        assert_eq!(first.recv(secs(10)), Some(b"to the first".to_vec()));
    });
}

/// Free when it was set, and no longer when the connection is made.
#[test]
fn a_peer_comes_with_it_before_the_connection() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let router = ctx.socket(ZMQ_ROUTER);
        router.bind("inproc://router");
        router.set_bytes(ZMQ_CONNECT_ROUTING_ID, b"A").expect("a free one");
        let first = dealer(&ctx, b"A");
        first.connect("inproc://router").send(b"here");
        let second = dealer(&ctx, b"C");
        second.bind("inproc://second");
        router.connect("inproc://second");
        second.send(b"there");
        let mut heard = vec![hear(&router), hear(&router)];
        heard.sort();
        assert_eq!(heard, [[b"A".to_vec(), b"here".to_vec()], [b"C".to_vec(), b"there".to_vec()]]);
    });
}
