//! 0010-socket-errors: a SOCKS proxy that hangs up.

use super::isolated;
use super::raw::Ctx;
use host::{secs, zmtp};
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PUSH, ZMQ_RECONNECT_IVL, ZMQ_SOCKS_PROXY};

/// The socket is closed in the pause before the next attempt.
#[test]
fn closed_after_the_proxy_hung_up() {
    isolated(secs(20), || {
        let (proxy, address) = zmtp::listener();
        let ctx = Ctx::new();
        let sender = ctx.socket(ZMQ_PUSH);
        sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 5000);
        let proxy_address = address.trim_start_matches("tcp://");
        sender.set_bytes(ZMQ_SOCKS_PROXY, proxy_address.as_bytes()).expect("a proxy");
        sender.connect("tcp://127.0.0.1:9");
        let (connection, _) = proxy.accept().expect("a connection");
        thread::sleep(Duration::from_millis(50));
        drop(connection);
        thread::sleep(Duration::from_millis(200));
        sender.close();
        ctx.term();
    });
}
