//! A peer that speaks ZMTP by hand, so that it can be slow, old or rude.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// ZMTP 3.x with the NULL mechanism.
pub fn greeting(minor: u8) -> Vec<u8> {
    let mut bytes = signature();
    bytes.extend([3, minor]);
    bytes.extend(b"NULL");
    bytes.resize(64, 0);
    bytes
}

fn signature() -> Vec<u8> {
    vec![0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f]
}

pub fn ready(socket_type: &str) -> Vec<u8> {
    let mut body = b"\x05READY\x0bSocket-Type\0\0\0".to_vec();
    body.push(u8::try_from(socket_type.len()).expect("short"));
    body.extend(socket_type.as_bytes());
    command(&body)
}

pub fn command(body: &[u8]) -> Vec<u8> {
    frame(4, body)
}

pub fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![flags, u8::try_from(body.len()).expect("short")];
    bytes.extend(body);
    bytes
}

/// Exchanges greetings and READY commands as a ZMTP 3.0 peer.
pub fn handshake(stream: &mut (impl Read + Write), socket_type: &str) {
    stream.write_all(&greeting(0)).expect("greeting");
    let mut theirs = [0_u8; 64];
    stream.read_exact(&mut theirs).expect("their greeting");
    stream.write_all(&ready(socket_type)).expect("READY");
    let (flags, _) = read_frame(stream).expect("their READY");
    assert_eq!(flags, 4, "a command");
}

/// One frame, short or long; None at the end of the stream.
pub fn read_frame(stream: &mut impl Read) -> Option<(u8, Vec<u8>)> {
    let mut flags = [0_u8];
    stream.read_exact(&mut flags).ok()?;
    let length = if flags[0] & 2 == 0 {
        let mut byte = [0_u8];
        stream.read_exact(&mut byte).ok()?;
        u64::from(byte[0])
    } else {
        let mut bytes = [0_u8; 8];
        stream.read_exact(&mut bytes).ok()?;
        u64::from_be_bytes(bytes)
    };
    let mut body = vec![0_u8; usize::try_from(length).expect("a small frame")];
    stream.read_exact(&mut body).ok()?;
    Some((flags[0], body))
}

/// The greeting and the socket type of a ZMTP 2.0 peer (libzmq 3.x).
pub fn greet_as_zmtp_2(stream: &mut TcpStream, socket_type: u8) {
    let mut bytes = signature();
    bytes.extend([1, socket_type]);
    stream.write_all(&bytes).expect("greeting");
    let mut theirs = [0_u8; 12];
    stream.read_exact(&mut theirs).expect("their greeting");
}

pub fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("tcp://{}", listener.local_addr().expect("an address"));
    (listener, address)
}

pub fn tcp(endpoint: &str) -> TcpStream {
    let address = endpoint.strip_prefix("tcp://").expect("tcp");
    let stream = TcpStream::connect(address).expect("the bound port");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    stream
}

/// Waits until `done` says so; false after `limit`.
pub fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while !done() {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
