//! 0003-linger-last-batch and 0008-linger-of-new-endpoint: an infinite linger that did not linger.
//!
//! 0003: the engine reads a batch of messages and, with them, the pipe's end mark, which lets the session die;
//! when the kernel's buffer is full at that moment the batch dies unwritten.
//! 0008: an endpoint connected just before the close is not yet the socket's own and gets a linger of 0.

use super::gate::{self, Gate};
use super::isolated;
use super::raw::{Ctx, LONG, Sock};
use host::{Endpoints, secs, zmtp};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH};

/// Large enough to fill a unix socket's buffer in some thirty messages, small enough to leave room in a batch.
const SIZE: usize = 6000;

/// A sender that lingers without end, and its peer, which has shown itself and reads nothing by itself.
fn sender_and_peer(path: &Path) -> (Ctx, Sock, UnixStream) {
    let listener = UnixListener::bind(path).expect("a socket");
    let ctx = Ctx::new();
    let sender = ctx.socket(ZMQ_PUSH);
    sender.set(ZMQ_LINGER, -1).connect(&format!("ipc://{}", path.display()));
    let (mut peer, _) = listener.accept().expect("the sender");
    zmtp::handshake(&mut peer, "PULL");
    (ctx, sender, peer)
}

/// Sends `before` messages with time to reach the kernel, then two more in one batch, and closes before that
/// batch can be written. Gives how many messages the peer got.
fn delivered(folder: &Path, before: u32) -> u32 {
    let (ctx, sender, mut peer) = sender_and_peer(&folder.join(before.to_string()));
    for _ in 0..before {
        sender.send(&[gate::BYTE; SIZE]);
        thread::sleep(Duration::from_millis(2));
    }
    let gate = Gate::send_through(&sender);
    // Past the count that fills the buffer the engine takes nothing more, and the gate is not reached.
    gate.wait(Duration::from_millis(20));
    sender.send(&[gate::BYTE; 100]);
    sender.close();
    // The reaper writes the end mark.
    thread::sleep(Duration::from_millis(20));
    gate.open();
    thread::sleep(Duration::from_millis(20));
    let reader = thread::spawn(move || {
        let mut count = 0;
        while let Some((_flags, body)) = zmtp::read_frame(&mut peer) {
            assert!(body.iter().all(|byte| *byte == gate::BYTE), "our own bytes");
            count += 1;
        }
        count
    });
    ctx.term();
    reader.join().expect("the reader")
}

#[test]
fn last_batch_waits_for_a_full_kernel_buffer() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        // Which count fills the buffer depends on the kernel.
        let counts: Vec<(u32, u32)> =
            (15..=45).map(|before| (before + 2, delivered(endpoints.folder(), before))).collect();
        for (sent, got) in counts {
            println!("figures: {sent} sent, {} lost", sent - got);
            assert_eq!(got, sent);
        }
    });
}

/// More than a quarter of a unix socket's buffer lies unread: the kernel has taken all of it and says all the same that the
/// socket cannot be written to.
#[test]
fn what_the_kernel_has_keeps_nobody() {
    isolated(secs(60), || {
        let endpoints = Endpoints::new();
        let (ctx, sender, mut peer) = sender_and_peer(&endpoints.folder().join("unread"));
        sender.send(&[7; 100_000]);
        sender.close();
        let (ended, end) = channel();
        thread::spawn(move || {
            ctx.term();
            ended.send(())
        });
        assert_eq!(end.recv_timeout(LONG), Ok(()), "closing waits for a peer that does not read");
        let (_, body) = zmtp::read_frame(&mut peer).expect("what was sent");
        assert_eq!(body.len(), 100_000);
    });
}

#[test]
fn endpoint_connected_just_before_the_close() {
    isolated(secs(20), || {
        for _ in 0..5 {
            let here = Ctx::new();
            let receivers = [here.socket(ZMQ_PULL), here.socket(ZMQ_PULL)];
            let addresses = [(); 2].map(|()| zmtp::listener().1);
            let there = Ctx::new();
            let sender = there.socket(ZMQ_PUSH);
            sender.set(ZMQ_LINGER, -1);
            // Nobody listens yet; what is accepted waits for its peer.
            sender.connect(&addresses[0]);
            sender.send(b"1");
            sender.connect(&addresses[1]);
            // In turn: the first endpoint, then the new one.
            sender.send(b"2");
            sender.send(b"3");
            sender.close();
            for (receiver, address) in receivers.iter().zip(&addresses) {
                receiver.try_bind(address).expect("a port that was free just now");
            }
            let term = thread::spawn(move || there.term());
            assert_eq!(receivers[0].recv(LONG).as_deref(), Some(&b"1"[..]));
            assert_eq!(receivers[0].recv(LONG).as_deref(), Some(&b"2"[..]));
            assert_eq!(receivers[1].recv(Duration::from_secs(3)).as_deref(), Some(&b"3"[..]));
            term.join().expect("the sender's end");
        }
    });
}

/// 0032-ending-sockets: unbinding, too, leaves what was sent on its way.
#[test]
fn unbound_with_messages_under_way() {
    const COUNT: u32 = 300;
    isolated(secs(30), || {
        let (here, there) = (Ctx::new(), Ctx::new());
        let (receiver, sender) = (here.socket(ZMQ_PULL), there.socket(ZMQ_PUSH));
        // Most of it lies with the sender when it unbinds: neither the receiver nor the kernel takes so much.
        receiver.set(zmq_sys::ZMQ_RCVHWM, 2);
        let address = sender.bind("tcp://127.0.0.1:*");
        receiver.connect(&address);
        for _ in 0..COUNT {
            sender.send(&[0; 60_000]);
        }
        let text = std::ffi::CString::new(address).expect("no NUL");
        // SAFETY: a live socket and a text that ends with a NUL.
        assert_eq!(unsafe { zmq_sys::zmq_unbind(sender.ptr(), text.as_ptr()) }, 0);
        sender.close();
        for n in 0..COUNT {
            assert!(receiver.recv(LONG).is_some(), "{n} of {COUNT} came");
        }
        there.term();
    });
}
