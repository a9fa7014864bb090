//! 0039-names-of-ipv6: a peer that is reached by IPv6 alone, without `ZMQ_IPV6`.

use super::isolated;
use super::raw::{Ctx, LONG};
use host::secs;
use std::net::TcpListener;
use zmq_sys::{ZMQ_IPV6, ZMQ_PULL, ZMQ_PUSH};

/// A literal of IPv6 is a name that has no IPv4 address. Real names are tried in tests/scenarios_names.rs.
#[test]
fn address_of_ipv6_without_the_option() {
    if TcpListener::bind("[::1]:0").is_err() {
        println!("NOT TRIED: this computer has no IPv6");
        return;
    }
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let pull = ctx.socket(ZMQ_PULL);
        let address = pull.set(ZMQ_IPV6, 1).bind("tcp://[::1]:*");
        let push = ctx.socket(ZMQ_PUSH);
        push.connect(&address).send(b"x");
        assert_eq!(pull.recv(LONG).as_deref(), Some(&b"x"[..]));
        // Nothing changes for addresses of IPv4.
        let other = ctx.socket(ZMQ_PULL);
        let push = ctx.socket(ZMQ_PUSH);
        push.connect(&other.bind("tcp://127.0.0.1:*")).send(b"y");
        assert_eq!(other.recv(LONG).as_deref(), Some(&b"y"[..]));
    });
}
