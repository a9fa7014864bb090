//! 0046-gone-peers: a STREAM tells of every connection that it came and went, and nobody waits for whoever has gone.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::secs;
use std::io::Write;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;
use zmq_sys::*;

/// The client sends just as much as there is room for, and hangs up while nobody reads.
#[test]
fn an_end_is_told_where_the_queue_is_full() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let server = ctx.socket(ZMQ_STREAM);
        server.set(ZMQ_RCVHWM, 2).set(ZMQ_RCVTIMEO, i32::try_from(LONG.as_millis()).unwrap());
        let endpoint = server.bind("tcp://127.0.0.1:*");
        for round in 0..3 {
            // Its coming takes one place of the two, what it says the other.
            let mut client = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).expect("a listener");
            client.write_all(b"hello").unwrap();
            sleep(Duration::from_millis(100));
            drop(client);
            sleep(Duration::from_millis(100));
            let [came, said, went] = [(); 3].map(|()| server.message());
            assert_eq!([&came[0], &came[0]], [&said[0], &went[0]], "{round}");
            assert_eq!([&came[1][..], &said[1], &went[1]], [&b""[..], b"hello", b""], "{round}");
            assert_eq!(server.recv(Duration::ZERO), None);
        }
    });
}

/// Its messages are still to be read, and it is answered.
#[test]
fn who_has_gone_is_not_waited_for() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let server = ctx.socket(ZMQ_STREAM);
        let endpoint = server.bind("tcp://127.0.0.1:*");
        let mut client = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).expect("a listener");
        let identity = server.message().remove(0);
        for word in [&b"one"[..], b"two"] {
            client.write_all(word).unwrap();
            sleep(Duration::from_millis(100));
        }
        drop(client);
        sleep(Duration::from_millis(100));
        assert_eq!(server.message()[1], b"one");
        assert_eq!(server.try_send(&identity, ZMQ_DONTWAIT | ZMQ_SNDMORE), Err(libc::EHOSTUNREACH));
        assert_eq!(server.message()[1], b"two");

        let (router, dealer) = (ctx.socket(ZMQ_ROUTER), ctx.socket(ZMQ_DEALER));
        router.set(ZMQ_ROUTER_MANDATORY, 1).set(ZMQ_SNDHWM, 1);
        dealer.set(ZMQ_RCVHWM, 1).set(ZMQ_LINGER, 10_000).connect(&router.bind("inproc://full"));
        for word in [&b"one"[..], b"two"] {
            dealer.send(word);
        }
        let identity = router.message().remove(0);
        let answer = |router: &Sock| {
            router.try_send(&identity, ZMQ_DONTWAIT | ZMQ_SNDMORE)?;
            router.try_send(b"answer", ZMQ_DONTWAIT)
        };
        while answer(&router).is_ok() {}
        assert_eq!(answer(&router), Err(libc::EAGAIN));
        dealer.close();
        sleep(Duration::from_millis(100));
        assert_eq!(answer(&router), Err(libc::EHOSTUNREACH));
        assert_eq!(router.message()[1], b"two");
    });
}
