//! 0034-commands-are-no-messages: what a stranger says in commands reaches no socket as a message.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::zmtp::{COMMAND, MORE};
use host::{secs, wait_until, zmtp};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;
use zmq_sys::{ZMQ_DEALER, ZMQ_LINGER, ZMQ_PAIR, ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_REP, ZMQ_REQ, ZMQ_ROUTER, ZMQ_SUB};
use zmq_sys::{ZMQ_SUBSCRIBE, ZMQ_XPUB, ZMQ_XSUB};

/// What a peer of ZMTP 3.x may say at any time, rightly or not. The last but one has a name longer than itself.
const COMMANDS: [&[u8]; 13] = [
    b"\x09SUBSCRIBEtopic",
    b"\x09SUBSCRIBE",
    b"\x06CANCELtopic",
    b"\x06CANCEL",
    b"\x04JOINgroup",
    b"\x05LEAVEgroup",
    b"\x04PONG",
    b"\x05ERROR\x03why",
    b"\x05READY\x0bSocket-Type\0\0\0\x03PUB",
    b"\x07MESSAGE",
    b"\x07UNKNOWNcommand",
    b"\xffSUBSCRIBE",
    b"",
];

/// A socket, who talks to it, and the parts that an honest message has on the wire and for the receiver.
struct Case {
    kind: u32,
    peer: &'static str,
    said: &'static [&'static [u8]],
    received: &'static [&'static [u8]],
}

const fn plain(kind: u32, peer: &'static str) -> Case {
    Case { kind, peer, said: &[b"honest", b"rest"], received: &[b"honest", b"rest"] }
}

const RECEIVERS: [Case; 8] = [
    plain(ZMQ_PULL, "PUSH"),
    plain(ZMQ_SUB, "PUB"),
    plain(ZMQ_XSUB, "XPUB"),
    plain(ZMQ_PAIR, "PAIR"),
    plain(ZMQ_DEALER, "ROUTER"),
    Case { kind: ZMQ_ROUTER, peer: "DEALER", said: &[b"", b"honest"], received: &[b"", b"honest"] },
    Case { kind: ZMQ_REP, peer: "REQ", said: &[b"", b"honest"], received: &[b"honest"] },
    Case { kind: ZMQ_REQ, peer: "REP", said: &[b"", b"honest"], received: &[b"honest"] },
];

fn bound(ctx: &Ctx, kind: u32) -> (Sock, String) {
    let socket = ctx.socket(kind);
    socket.set(ZMQ_LINGER, 0);
    if kind == ZMQ_SUB {
        socket.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
    }
    let address = socket.bind("tcp://127.0.0.1:*");
    (socket, address)
}

/// A stranger who has shaken hands as a peer of ZMTP 3.`minor`.
fn stranger(address: &str, minor: u8, socket_type: &str) -> TcpStream {
    let mut stream = zmtp::tcp(address);
    zmtp::handshake_as(&mut stream, minor, socket_type);
    stream
}

fn say(stream: &mut TcpStream, case: &Case, between: &[u8]) {
    for (index, part) in case.said.iter().enumerate() {
        let more = if index + 1 < case.said.len() { MORE } else { 0 };
        stream.write_all(&zmtp::frame(more, part)).expect("a part");
        if more == MORE {
            stream.write_all(between).expect("a command");
        }
    }
}

/// A whole message, or an end to the test; a router's label is left out.
fn receive(socket: &Sock, kind: u32) -> Vec<Vec<u8>> {
    let mut parts = socket.message();
    if kind == ZMQ_ROUTER {
        parts.remove(0);
    }
    parts
}

#[test]
fn commands_reach_no_receiver() {
    isolated(secs(60), || {
        for case in RECEIVERS {
            for minor in [0, 1] {
                let ctx = Ctx::new();
                let (socket, address) = bound(&ctx, case.kind);
                let mut stream = stranger(&address, minor, case.peer);
                for command in COMMANDS {
                    for flags in [COMMAND, COMMAND | MORE] {
                        let frame = zmtp::frame(flags, command);
                        let what = String::from_utf8_lossy(command);
                        if case.kind == ZMQ_REQ {
                            socket.send(b"ask");
                            assert_eq!(zmtp::read_frame(&mut stream), Some((MORE, Vec::new())));
                            assert_eq!(zmtp::read_frame(&mut stream), Some((0, b"ask".to_vec())));
                        }
                        stream.write_all(&frame).expect("a command");
                        say(&mut stream, &case, &frame);
                        assert_eq!(receive(&socket, case.kind), case.received, "{} was told {what:?}", case.kind);
                        if case.kind == ZMQ_REP {
                            socket.send(b"answer");
                            assert_eq!(zmtp::read_frame(&mut stream), Some((MORE, Vec::new())), "after {what:?}");
                            assert_eq!(zmtp::read_frame(&mut stream), Some((0, b"answer".to_vec())));
                        }
                    }
                }
            }
        }
    });
}

/// A socket that only sends goes on sending, and a PING is answered by every one.
#[test]
fn commands_do_not_disturb_senders() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (socket, address) = bound(&ctx, ZMQ_PUSH);
        let mut stream = stranger(&address, 1, "PULL");
        for command in COMMANDS {
            stream.write_all(&zmtp::frame(COMMAND, command)).expect("a command");
        }
        stream.write_all(&zmtp::command(b"\x04PING\0\0again")).expect("a PING");
        assert_eq!(zmtp::read_frame(&mut stream), Some((COMMAND, b"\x04PONGagain".to_vec())));
        socket.send(b"work");
        assert_eq!(zmtp::read_frame(&mut stream), Some((0, b"work".to_vec())));
    });
}

/// Those that know subscriptions get them, from peers that say them in commands and from those that do not.
#[test]
fn publishers_get_subscriptions() {
    isolated(secs(30), || {
        for kind in [ZMQ_PUB, ZMQ_XPUB] {
            let begins = [zmtp::command(b"\x09SUBSCRIBEtopic"), zmtp::frame(0, b"\x01topic")];
            let ends = [zmtp::command(b"\x06CANCELtopic"), zmtp::frame(0, b"\0topic")];
            for (begin, end) in begins.iter().zip(&ends) {
                let ctx = Ctx::new();
                let (socket, address) = bound(&ctx, kind);
                let mut stream = stranger(&address, 1, "SUB");
                stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
                for (said, wanted) in [(begin, true), (end, false)] {
                    stream.write_all(said).expect("a subscription or its end");
                    let is_so = wait_until(LONG, || {
                        socket.send(b"topic 1");
                        zmtp::read_frame(&mut stream).is_some() == wanted
                    });
                    assert!(is_so, "{kind}: {said:?}");
                }
            }
        }
    });
}
