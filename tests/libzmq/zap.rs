//! 0011-zap-stranger, 0027-zap-reply-leak, 0053-no-messages: `inproc://zeromq.zap.01` in the wrong hands, PLAIN with nobody to ask.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{secs, wait_until, zmtp};
use std::ffi::c_void;
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use zmq_sys::{ZMQ_DEALER, ZMQ_LINGER, ZMQ_PAIR, ZMQ_PLAIN_PASSWORD, ZMQ_PLAIN_SERVER, ZMQ_PLAIN_USERNAME};
use zmq_sys::{
    ZMQ_PUB, ZMQ_PULL, ZMQ_PUSH, ZMQ_RCVHWM, ZMQ_RECONNECT_IVL, ZMQ_REP, ZMQ_ROUTER, ZMQ_SUB, ZMQ_ZAP_DOMAIN,
};

const HANDLER: &str = "inproc://zeromq.zap.01";
const ZMQ_ZAP_ENFORCE_DOMAIN: u32 = 93;
const SHORT: Duration = Duration::from_millis(150);

/// The two mechanisms that ask a handler and need no keys.
#[derive(Clone, Copy, Debug)]
enum Mechanism {
    Null,
    Plain,
}

fn server(ctx: &Ctx, mechanism: Mechanism, domain: &str, enforce: i32) -> Sock {
    let server = ctx.socket(ZMQ_PULL);
    server.set(ZMQ_LINGER, 0).set(ZMQ_ZAP_ENFORCE_DOMAIN, enforce);
    if matches!(mechanism, Mechanism::Plain) {
        server.set(ZMQ_PLAIN_SERVER, 1);
    }
    if !domain.is_empty() {
        server.set_bytes(ZMQ_ZAP_DOMAIN, domain.as_bytes()).expect("a domain");
    }
    server
}

fn client(ctx: &Ctx, mechanism: Mechanism, address: &str) -> Sock {
    let client = ctx.socket(ZMQ_PUSH);
    client.set(ZMQ_LINGER, 0);
    if matches!(mechanism, Mechanism::Plain) {
        client.set_bytes(ZMQ_PLAIN_USERNAME, b"user").expect("a name");
        client.set_bytes(ZMQ_PLAIN_PASSWORD, b"word").expect("a word");
    }
    client.connect(address);
    client.send(b"let me in");
    client
}

/// A socket that cannot be a handler is bound there: nobody is let in, nothing falls.
#[test]
fn handler_address_bound_by_a_stranger() {
    isolated(secs(30), || {
        for mechanism in [Mechanism::Null, Mechanism::Plain] {
            for kind in [ZMQ_PULL, ZMQ_PUSH, ZMQ_PAIR, ZMQ_PUB, ZMQ_SUB, ZMQ_DEALER] {
                let ctx = Ctx::new();
                let stranger = ctx.socket(kind);
                stranger.set(ZMQ_LINGER, 0).bind(HANDLER);
                let server = server(&ctx, mechanism, "global", 0);
                let _client = client(&ctx, mechanism, &server.bind("tcp://127.0.0.1:*"));
                assert_eq!(server.recv(SHORT), None, "{mechanism:?} {kind}");
            }
        }
    });
}

/// A handler that answers nonsense: nobody is let in, nothing falls.
#[test]
fn handler_answers_nonsense() {
    isolated(secs(30), || {
        let good: [&[u8]; 6] = [b"1.0", b"1", b"200", b"OK", b"user", b""];
        let mut answers: Vec<Vec<Vec<u8>>> = vec![vec![b"".to_vec()], vec![b"1.0".to_vec()]];
        for place in 0..good.len() {
            for nonsense in [&b""[..], b"999", b"20", &[0xff; 300]] {
                // An empty text or name is allowed, and so is any; an empty list of properties is what it was.
                if place == 3 || place == 4 || (place == 5 && nonsense.is_empty()) {
                    continue;
                }
                let mut answer: Vec<Vec<u8>> = good.iter().map(|part| part.to_vec()).collect();
                answer[place] = nonsense.to_vec();
                answers.push(answer);
            }
        }
        answers.push(good.iter().map(|part| part.to_vec()).chain([b"more".to_vec()]).collect());
        for answer in answers {
            let ctx = Ctx::new();
            let handler = ctx.socket(ZMQ_REP);
            handler.set(ZMQ_LINGER, 0).bind(HANDLER);
            let server = server(&ctx, Mechanism::Null, "global", 1);
            let _client = client(&ctx, Mechanism::Null, &server.bind("tcp://127.0.0.1:*"));
            take_request(&handler);
            handler.send_message(&answer.iter().map(Vec::as_slice).collect::<Vec<_>>());
            assert_eq!(server.recv(Duration::from_millis(50)), None, "{answer:?}");
        }
    });
}

static RELEASED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count_release(_data: *mut c_void, _hint: *mut c_void) {
    RELEASED.fetch_add(1, Ordering::SeqCst);
}

/// 0027-zap-reply-leak: every part of a reply that is refused is freed.
#[test]
fn refused_reply_is_freed() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let handler = ctx.socket(ZMQ_REP);
        handler.set(ZMQ_LINGER, 0).bind(HANDLER);
        let server = server(&ctx, Mechanism::Null, "global", 1);
        let client = client(&ctx, Mechanism::Null, &server.bind("tcp://127.0.0.1:*"));
        take_request(&handler);
        let parts: [&[u8]; 6] = [b"another version", b"1", b"200", b"OK", b"user", b""];
        for (index, part) in parts.iter().enumerate() {
            let flags = if index + 1 < parts.len() { zmq_sys::ZMQ_SNDMORE } else { 0 };
            handler.send_with_release(part, flags, count_release, std::ptr::null_mut());
        }
        assert_eq!(server.recv(SHORT), None);
        drop([client, server, handler]);
        ctx.term();
        assert_eq!(RELEASED.load(Ordering::SeqCst), parts.len());
    });
}

fn take_request(handler: &Sock) {
    assert_eq!(handler.message()[0], b"1.0");
}

/// PLAIN that must have a domain and has none: nobody can be let in.
#[test]
fn plain_without_the_domain_it_needs() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let server = server(&ctx, Mechanism::Plain, "", 1);
        let address = server.bind("tcp://127.0.0.1:*");
        let _client = client(&ctx, Mechanism::Plain, &address);
        assert_eq!(server.recv(SHORT), None);
    });
}

/// The handler goes away with the request; the next one answers the next connection.
#[test]
fn handler_goes_away() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let server = server(&ctx, Mechanism::Plain, "global", 1);
        let address = server.bind("tcp://127.0.0.1:*");
        let handler = ctx.socket(ZMQ_REP);
        handler.set(ZMQ_LINGER, 0).bind(HANDLER);
        let first = client(&ctx, Mechanism::Plain, &address);
        take_request(&handler);
        handler.close();
        first.close();
        let handler = ctx.socket(ZMQ_REP);
        assert!(wait_until(LONG, || handler.try_bind(HANDLER).is_ok()), "the address is free again");
        let _second = client(&ctx, Mechanism::Plain, &address);
        take_request(&handler);
        handler.send_message(&[b"1.0", b"1", b"200", b"OK", b"user", b""]);
        assert_eq!(server.recv(LONG).as_deref(), Some(&b"let me in"[..]));
    });
}

/// 0053-no-messages: a handler that names the user, and a server that has room for one message.
#[test]
fn a_user_id_takes_no_place() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let handler = ctx.socket(ZMQ_REP);
        handler.bind(HANDLER);
        let server = server(&ctx, Mechanism::Plain, "global", 1);
        server.set(ZMQ_RCVHWM, 1);
        let client = client(&ctx, Mechanism::Plain, &server.bind("tcp://127.0.0.1:*"));
        take_request(&handler);
        handler.send_message(&[b"1.0", b"1", b"200", b"OK", b"user", b""]);
        assert_eq!(server.recv(secs(3)).as_deref(), Some(&b"let me in"[..]));
        for number in 0..5 {
            client.send(&[number]);
            assert_eq!(server.recv(secs(3)), Some(vec![number]));
        }
    });
}

/// A server that connects: the answer about its last peer comes when the next one has not even greeted.
/// Unpatched it ends the process, or lets the next peer in.
#[test]
fn answer_about_the_last_connection() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let handler = ctx.socket(ZMQ_ROUTER);
        handler.bind(HANDLER);
        let (listener, address) = zmtp::listener();
        let server = server(&ctx, Mechanism::Plain, "global", 1);
        server.set(ZMQ_RECONNECT_IVL, 10).connect(&address);
        let (mut first, _) = listener.accept().expect("the server");
        say_hello(&mut first);
        let route = handler.message();
        drop(first);
        let (mut second, _) = listener.accept().expect("the server again");
        std::thread::sleep(SHORT);
        let answer: [&[u8]; 8] = [&route[0], b"", b"1.0", b"1", b"200", b"OK", b"user", b""];
        handler.send_message(&answer);
        std::thread::sleep(SHORT);
        // Alive, and it still talks to this peer.
        say_hello(&mut second);
    });
}

/// The client's side of PLAIN up to its HELLO.
fn say_hello(stream: &mut TcpStream) {
    stream.write_all(&zmtp::greeting(0, "PLAIN")).expect("greeting");
    let mut theirs = [0_u8; 64];
    std::io::Read::read_exact(stream, &mut theirs).expect("their greeting");
    stream.write_all(&zmtp::command(b"\x05HELLO\x04user\x04word")).expect("HELLO");
}

/// 0056-secrets-wiped: only what HELLO lay in is overwritten, not the content of what comes later: a command that is read right into a
/// message of its own, which is freed once it was understood.
#[test]
fn a_long_command_is_left_alone() {
    isolated(secs(60), || {
        for long in [14_000, 80 << 20] {
            let ctx = Ctx::new();
            let handler = ctx.socket(ZMQ_REP);
            handler.set(zmq_sys::ZMQ_RCVTIMEO, 20_000).bind(HANDLER);
            let server = server(&ctx, Mechanism::Plain, "global", 1);
            let endpoint = server.bind("tcp://127.0.0.1:*");
            let mut stream = TcpStream::connect(endpoint.trim_start_matches("tcp://")).expect("a connection");
            say_hello(&mut stream);
            let request = handler.message();
            handler.send_message(&[&request[0], &request[1], b"200", b"OK", b"user", b""]);
            let mut body = b"\x08INITIATE\x0bSocket-Type\0\0\0\x04PUSH\x03X-a".to_vec();
            body.extend(u32::try_from(long).expect("a length").to_be_bytes());
            body.resize(body.len() + long, b'x');
            let mut frame = vec![6];
            frame.extend((body.len() as u64).to_be_bytes());
            frame.extend(&body);
            // First so little of it that the rest is read where it is to lie.
            let mut welcome = [0; 10];
            std::io::Read::read_exact(&mut stream, &mut welcome).expect("WELCOME");
            stream.write_all(&frame[..3_000]).expect("the beginning");
            std::thread::sleep(std::time::Duration::from_millis(200));
            stream.write_all(&frame[3_000..]).expect("the rest");
            let mut message = vec![0, 200];
            message.extend([b'm'; 200]);
            stream.write_all(&message).expect("a message");
            assert_eq!(server.recv(secs(20)), Some(vec![b'm'; 200]));
        }
    });
}
