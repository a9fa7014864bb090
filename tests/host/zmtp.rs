//! ZMTP by hand, for peers that are slow, old or rude.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Flags of a frame: others of the same message follow; it is a command. That its length takes eight bytes `frame` says.
pub const MORE: u8 = 1;
pub const COMMAND: u8 = 4;
const LONG: u8 = 2;

/// What every greeting since ZMTP 2.0 begins with.
#[must_use]
pub fn signature() -> Vec<u8> {
    vec![0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f]
}

/// The greeting of ZMTP 3.`minor`, from the side of a client.
#[must_use]
pub fn greeting(minor: u8, mechanism: &str) -> Vec<u8> {
    let mut bytes = signature();
    bytes.extend([3, minor]);
    bytes.extend(mechanism.as_bytes());
    bytes.resize(64, 0);
    bytes
}

#[must_use]
pub fn ready(socket_type: &str) -> Vec<u8> {
    let mut body = b"\x05READY\x0bSocket-Type".to_vec();
    body.extend(u32::try_from(socket_type.len()).expect("short").to_be_bytes());
    body.extend(socket_type.as_bytes());
    command(&body)
}

#[must_use]
pub fn command(body: &[u8]) -> Vec<u8> {
    frame(COMMAND, body)
}

/// A frame whose length takes as many bytes as it needs.
#[must_use]
pub fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
    let Ok(length) = u8::try_from(body.len()) else {
        return long_frame(flags, body);
    };
    let mut bytes = vec![flags, length];
    bytes.extend(body);
    bytes
}

/// A frame whose length takes eight bytes, needed or not.
#[must_use]
pub fn long_frame(flags: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = claim(flags, u64::try_from(body.len()).expect("a size"));
    bytes.extend(body);
    bytes
}

/// The beginning of a frame that claims this length.
#[must_use]
pub fn claim(flags: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![flags | LONG];
    bytes.extend(length.to_be_bytes());
    bytes
}

/// Exchanges greetings and READY commands as a ZMTP 3.0 peer.
pub fn handshake(stream: &mut (impl Read + Write), socket_type: &str) {
    handshake_as(stream, 0, socket_type);
}

/// Exchanges greetings and READY commands as a ZMTP 3.`minor` peer.
pub fn handshake_as(stream: &mut (impl Read + Write), minor: u8, socket_type: &str) {
    stream.write_all(&greeting(minor, "NULL")).expect("greeting");
    let mut theirs = [0_u8; 64];
    stream.read_exact(&mut theirs).expect("their greeting");
    stream.write_all(&ready(socket_type)).expect("READY");
    let (flags, _) = read_frame(stream).expect("their READY");
    assert_eq!(flags, COMMAND, "a command");
}

/// One frame, short or long; None at the end of the stream.
pub fn read_frame(stream: &mut impl Read) -> Option<(u8, Vec<u8>)> {
    let mut flags = [0_u8];
    stream.read_exact(&mut flags).ok()?;
    let length = if flags[0] & LONG == 0 {
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

/// A listener of our own, and its endpoint.
#[must_use]
pub fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("tcp://{}", listener.local_addr().expect("an address"));
    (listener, address)
}

/// A connection to an endpoint of tcp.
#[must_use]
#[track_caller]
pub fn tcp(endpoint: &str) -> TcpStream {
    let address = endpoint.strip_prefix("tcp://").expect("tcp");
    let stream = TcpStream::connect(address).expect("the bound port");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    stream
}

/// The port of an endpoint like tcp://127.0.0.1:5555.
#[must_use]
#[track_caller]
pub fn port(endpoint: &str) -> u16 {
    let number = endpoint.rsplit(':').next().and_then(|port| port.parse().ok());
    number.unwrap_or_else(|| panic!("{endpoint} names no port"))
}
