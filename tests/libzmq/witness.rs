//! 0060-witness: one function hears of the connections of every socket, and a monitor hears of them still.

use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{secs, wait_until};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::io::Write;
use std::net::TcpStream;
use std::sync::Mutex;
use zmq_sys::{ZMQ_PAIR, ZMQ_PULL, ZMQ_PUSH};

unsafe extern "C" {
    fn addin_zmq_set_witness(
        witness: extern "C" fn(*const c_void, c_int, c_int, *const c_char, *const c_char),
    ) -> c_int;
}

const DISCONNECTED: c_int = 0x0200;
const SUCCEEDED: c_int = 0x1000;
const FAILED: c_int = 0x0800 | 0x2000;

struct Heard {
    socket: usize,
    event: c_int,
    endpoint: String,
    peer: String,
}

static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());

extern "C" fn hear(socket: *const c_void, event: c_int, _: c_int, endpoint: *const c_char, peer: *const c_char) {
    // SAFETY: libzmq's texts, which live through the call.
    let text = |text| unsafe { CStr::from_ptr(text) }.to_str().expect("an address").to_owned();
    let heard = Heard { socket: socket as usize, event, endpoint: text(endpoint), peer: text(peer) };
    HEARD.lock().expect("nobody panics").push(heard);
}

fn was_heard(socket: &Sock, events: c_int, matches: impl Fn(&Heard) -> bool) -> bool {
    let heard = HEARD.lock().expect("nobody panics");
    heard.iter().any(|it| it.socket == socket.ptr() as usize && it.event & events != 0 && matches(it))
}

#[test]
fn handshakes_and_ends_of_every_socket_are_heard_beside_a_monitor() {
    isolated(secs(30), || {
        // SAFETY: a function that stays.
        assert_eq!(unsafe { addin_zmq_set_witness(hear) }, 1, "libzmq is without the patch");
        let ctx = Ctx::new();
        let pull = ctx.socket(ZMQ_PULL);
        // SAFETY: the socket lives, the text through the call.
        let watched = unsafe { zmq_sys::zmq_socket_monitor(pull.ptr(), c"inproc://monitor".as_ptr(), SUCCEEDED) };
        assert_eq!(watched, 0);
        let monitor = ctx.socket(ZMQ_PAIR);
        monitor.connect("inproc://monitor");
        let address = pull.bind("tcp://127.0.0.1:*");
        {
            let push = ctx.socket(ZMQ_PUSH);
            push.connect(&address);
            let both = wait_until(secs(10), || {
                was_heard(&pull, SUCCEEDED, |it| {
                    it.endpoint == address && it.peer != address && it.peer.contains("127.0.0.1:")
                }) && was_heard(&push, SUCCEEDED, |it| it.endpoint == address)
            });
            assert!(both, "a handshake was not heard");
            assert!(monitor.report_of(LONG).is_some(), "the monitor hears as before");
        }
        assert!(wait_until(secs(10), || was_heard(&pull, DISCONNECTED, |it| it.endpoint == address)));
        let mut stranger = TcpStream::connect(address.trim_start_matches("tcp://")).expect("a listener");
        stranger.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").expect("written");
        drop(stranger);
        assert!(wait_until(secs(10), || was_heard(&pull, FAILED, |it| it.endpoint == address)));
    });
}
