//! 0005-hiccup-at-close and 0006-tcp-self-connect: what goes wrong around reconnecting.

use super::gate::{self, Gate};
use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{secs, zmtp};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PAIR, ZMQ_PUSH, ZMQ_RECONNECT_IVL, ZMQ_SNDBUF, ZMQ_SNDHWM, ZMQ_SUB};

const CONNECTED: u32 = 0x0001;
const CONNECT_RETRIED: u32 = 0x0004;

/// A subscriber that closes while its connection is being lost: the new outbound pipe had no end mark, and
/// the session waited for it for the whole linger, here for ever.
#[test]
fn subscriber_closes_while_its_connection_breaks() {
    isolated(secs(15), || {
        let ctx = Ctx::new();
        let (held, mut reader) = socket_with_much_to_send(&ctx);
        let gate = Gate::send_through(&held);
        let (listener, address) = zmtp::listener();
        let subscriber = ctx.socket(ZMQ_SUB);
        subscriber.set(ZMQ_LINGER, -1).connect(&address);
        let (mut publisher, _) = listener.accept().expect("the subscriber");
        zmtp::handshake(&mut publisher, "PUB");
        // Lets the socket learn of its session, so that the session gets the socket's linger.
        assert_eq!(subscriber.recv(Duration::ZERO), None);
        // Room in the kernel's buffer leads the I/O thread to the gate through an event, not a command, so that
        // the next events are taken in the order of their coming: the lost connection, then the close.
        let reading = thread::spawn(move || while zmtp::read_frame(&mut reader).is_some() {});
        assert!(gate.wait(LONG), "the gate");
        drop(publisher);
        thread::sleep(Duration::from_millis(20));
        subscriber.close();
        thread::sleep(Duration::from_millis(20));
        gate.open();
        held.close();
        ctx.term();
        reading.join().expect("the reader");
    });
}

/// A PUSH with more than the kernel's buffer takes, and its peer, which has read nothing yet.
fn socket_with_much_to_send(ctx: &Ctx) -> (Sock, TcpStream) {
    let (listener, address) = zmtp::listener();
    let socket = ctx.socket(ZMQ_PUSH);
    socket.set(ZMQ_LINGER, -1).set(ZMQ_SNDBUF, 8192).set(ZMQ_SNDHWM, 0).connect(&address);
    let (mut peer, _) = listener.accept().expect("the PUSH");
    zmtp::handshake(&mut peer, "PULL");
    for _ in 0..1500 {
        socket.send(&[gate::BYTE; 8000]);
    }
    thread::sleep(Duration::from_millis(50));
    (socket, peer)
}

/// A port to which nobody listens, for a connection from the very same address: it meets itself.
fn own_address() -> String {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    format!("tcp://127.0.0.1:{port};127.0.0.1:{port}")
}

#[test]
fn connection_to_itself_is_tried_again() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PUSH);
        socket.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10);
        let monitor = socket.monitor(&ctx, CONNECTED | CONNECT_RETRIED);
        socket.connect(&own_address());
        let mut retries = 0;
        while retries < 3 {
            match monitor.event(Duration::from_secs(3)) {
                Some(CONNECT_RETRIED) => retries += 1,
                Some(_) => {}
                None => panic!("gave up after {retries} retries"),
            }
        }
        monitor.close();
    });
}

/// Between sockets that may talk to their like the connection even works: each hears itself.
#[test]
fn pair_does_not_hear_itself() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PAIR);
        socket.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10);
        socket.connect(&own_address());
        socket.send(b"for somebody else");
        assert_eq!(socket.recv(Duration::from_millis(500)), None);
    });
}
