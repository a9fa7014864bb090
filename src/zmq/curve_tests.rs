//! CURVE is built in and works between two sockets, as libzmq has it: without a domain, so that nobody is asked.

use super::{Event, Message, Socket, SocketType, check, poll};
use std::ffi::{c_char, c_int};
use zmq_sys as sys;

const CURVE_SERVER: c_int = 47;
const CURVE_PUBLICKEY: c_int = 48;
const CURVE_SECRETKEY: c_int = 49;
const CURVE_SERVERKEY: c_int = 50;
const MECHANISM: c_int = 43;
const ZAP_ENFORCE_DOMAIN: c_int = 93;
const LINGER: c_int = 17;

type Key = [u8; 41];

fn key_pair() -> (Key, Key) {
    let (mut public, mut secret) = ([0; 41], [0; 41]);
    // SAFETY: both have room for 40 characters of Z85 and a NUL (zmq_curve_keypair(3)).
    let done =
        unsafe { sys::zmq_curve_keypair(public.as_mut_ptr().cast::<c_char>(), secret.as_mut_ptr().cast::<c_char>()) };
    check(done).expect("CURVE is built in");
    (public, secret)
}

fn raw_socket(kind: SocketType, options: &[(c_int, &[u8])]) -> Socket {
    let mut socket = Socket::new(kind).unwrap();
    for (option, value) in options.iter().chain(&[(LINGER, &0_i32.to_ne_bytes()[..])]) {
        socket.set_raw(*option, value).unwrap();
    }
    socket
}

/// What a server receives from a client that takes it for the owner of `expected` (none: its real key).
fn exchange(expected: Option<&Key>, wait_ms: u16) -> Option<Vec<u8>> {
    let (public, secret) = key_pair();
    let (client_public, client_secret) = key_pair();
    let expected = expected.unwrap_or(&public);
    let mut server = raw_socket(
        SocketType::Pull,
        &[
            (CURVE_SERVER, &1_i32.to_ne_bytes()),
            (CURVE_SECRETKEY, &secret),
            // Without it a handler is asked wherever there is one: other tests of this process may have begun it.
            (ZAP_ENFORCE_DOMAIN, &1_i32.to_ne_bytes()),
        ],
    );
    server.bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = server.last_endpoint().unwrap();
    let mut client = raw_socket(
        SocketType::Push,
        &[(CURVE_SERVERKEY, expected), (CURVE_PUBLICKEY, &client_public), (CURVE_SECRETKEY, &client_secret)],
    );
    client.connect(&endpoint).unwrap();
    assert_eq!(client.get_raw_int(MECHANISM).unwrap(), 2, "ZMQ_CURVE");
    let mut message = Message::from_bytes("тайна".as_bytes()).unwrap();
    client.send(&mut message, false).unwrap();
    poll(&mut server, Event::Receivable, wait_ms).unwrap().then(|| server.receive().unwrap().bytes().to_vec())
}

#[test]
fn a_message_crosses_an_encrypted_connection() {
    assert_eq!(exchange(None, 10_000).as_deref(), Some("тайна".as_bytes()));
}

#[test]
fn a_client_that_expects_another_server_gets_nothing_through() {
    let (stranger, _) = key_pair();
    assert_eq!(exchange(Some(&stranger), 500), None);
}
