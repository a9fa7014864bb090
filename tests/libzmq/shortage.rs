//! 0010-socket-errors: what the system may answer a running socket with. Unpatched, most of it ends the process.

use super::isolated;
use super::limits::{self, Descriptors, processor_time};
use super::raw::{Ctx, LONG, Sock};
use host::figures::figures;
use host::{Endpoints, secs, wait_until, zmtp};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PULL, ZMQ_PUSH, ZMQ_RECONNECT_IVL};

const LISTENING: u32 = 0x0008;
const ACCEPT_FAILED: u32 = 0x0040;
const DISCONNECTED: u32 = 0x0200;
const ADDRESSES: [&str; 2] = ["ipc://*", "tcp://127.0.0.1:*"];

/// A context whose I/O threads get `error` from the system call `number`; other threads do not.
fn context_refused(number: libc::c_long, error: i32) -> Ctx {
    thread::spawn(move || {
        limits::refuse(number, error);
        let ctx = Ctx::new();
        ctx.socket(ZMQ_PULL).close();
        ctx
    })
    .join()
    .expect("a context")
}

/// A connection from outside; it is never spoken to.
enum Peer {
    Tcp(#[expect(dead_code, reason = "held open")] std::net::TcpStream),
    Ipc(#[expect(dead_code, reason = "held open")] UnixStream),
}

fn peer(endpoint: &str) -> Peer {
    match endpoint.strip_prefix("ipc://") {
        Some(path) => Peer::Ipc(UnixStream::connect(path).expect("the bound path")),
        None => Peer::Tcp(zmtp::tcp(endpoint)),
    }
}

fn receiver_at(address: &str) -> (Ctx, Sock) {
    let ctx = Ctx::new();
    let receiver = ctx.socket(ZMQ_PULL);
    receiver.bind(address);
    (ctx, receiver)
}

/// A peer comes to the last address bound, and its own end of the connection takes the last descriptor.
fn peer_without_descriptor(receiver: &Sock) -> (Descriptors, Peer) {
    let endpoint = receiver.endpoint();
    let mut taken = Descriptors::take_all();
    taken.give_back_one();
    (taken, peer(&endpoint))
}

fn passes_a_message(ctx: &Ctx, receiver: &Sock) {
    let sender = ctx.socket(ZMQ_PUSH);
    sender.connect(&receiver.endpoint());
    sender.send(b"here");
    assert_eq!(receiver.recv(LONG).as_deref(), Some(&b"here"[..]));
}

/// A peer comes when there is no descriptor for it: it waits, the process lives, and the I/O thread sleeps.
#[test]
fn peer_comes_when_descriptors_are_out() {
    isolated(secs(30), || {
        for address in ADDRESSES {
            let (ctx, receiver) = receiver_at(address);
            let (taken, stranger) = peer_without_descriptor(&receiver);
            let before = processor_time();
            thread::sleep(Duration::from_millis(500));
            let spent = processor_time() - before;
            println!("figures: {address}: {spent:?} of 500 ms");
            assert!(spent < Duration::from_millis(150), "{address}: {spent:?} of 500 ms");
            drop((stranger, taken));
            passes_a_message(&ctx, &receiver);
        }
    });
}

#[test]
fn close_while_accepting_is_paused() {
    isolated(secs(20), || {
        for address in ADDRESSES {
            let (ctx, receiver) = receiver_at(address);
            let (taken, stranger) = peer_without_descriptor(&receiver);
            thread::sleep(Duration::from_millis(30));
            receiver.close();
            ctx.term();
            drop((stranger, taken));
        }
    });
}

/// What listened is shut down by somebody else during the pause, which ends then: nothing is left to go on with.
#[test]
fn listener_ends_while_accepting_is_paused() {
    isolated(secs(30), || {
        for address in ADDRESSES {
            let ctx = Ctx::new();
            let receiver = ctx.socket(ZMQ_PULL);
            let monitor = receiver.monitor(&ctx, LISTENING | ACCEPT_FAILED);
            receiver.bind(address);
            let (event, number, _) = monitor.report_of(LONG).expect("an event");
            assert_eq!(event, LISTENING);
            let (taken, stranger) = peer_without_descriptor(&receiver);
            assert_eq!(monitor.event(LONG), Some(ACCEPT_FAILED), "{address}");
            // SAFETY: no memory is involved; that somebody else does this is what is tested.
            let done = unsafe { libc::shutdown(i32::try_from(number).expect("a descriptor"), libc::SHUT_RD) };
            assert_eq!(done, 0, "{address}");
            // Without descriptors that is all that accept says.
            drop(taken);
            let invalid = u32::try_from(libc::EINVAL).expect("an errno");
            while monitor.report_of(LONG).expect("the end").1 != invalid {}
            thread::sleep(Duration::from_millis(250));
            drop(stranger);
        }
    });
}

/// accept(2) names these and more: firewalls, memory, errors of the network that came before.
#[test]
fn accept_refused() {
    isolated(secs(30), || {
        for error in [libc::EPERM, libc::ENOMEM, libc::EOPNOTSUPP, libc::EHOSTUNREACH, libc::EMFILE] {
            let ctx = context_refused(libc::SYS_accept4, error);
            for address in ADDRESSES {
                let receiver = ctx.socket(ZMQ_PULL);
                let endpoint = receiver.bind(address);
                let monitor = receiver.monitor(&ctx, ACCEPT_FAILED);
                let _stranger = peer(&endpoint);
                assert_eq!(monitor.event(LONG), Some(ACCEPT_FAILED), "{address} {error}");
                monitor.close();
            }
        }
    });
}

/// A listener that will never accept again says so once; nobody asks it again, and its end is an ordinary one.
#[test]
fn accept_refused_for_good() {
    isolated(secs(30), || {
        for error in [libc::EBADF, libc::ENOTSOCK, libc::EINVAL, libc::EFAULT] {
            let ctx = context_refused(libc::SYS_accept4, error);
            for address in ADDRESSES {
                let receiver = ctx.socket(ZMQ_PULL);
                let endpoint = receiver.bind(address);
                let monitor = receiver.monitor(&ctx, ACCEPT_FAILED);
                let _stranger = peer(&endpoint);
                assert_eq!(monitor.event(LONG), Some(ACCEPT_FAILED), "{address} {error}");
                let before = processor_time();
                assert_eq!(monitor.event(Duration::from_millis(300)), None, "{address} {error}");
                let spent = processor_time() - before;
                assert!(spent < Duration::from_millis(150), "{address}: {spent:?} of 300 ms");
                receiver.close();
            }
            ctx.term();
        }
    });
}

/// An accepted connection whose options cannot be set is closed, not forgotten.
#[test]
fn options_refused() {
    isolated(secs(20), || {
        let ctx = context_refused(libc::SYS_setsockopt, libc::ENOBUFS);
        let receiver = ctx.socket(ZMQ_PULL);
        let endpoint = receiver.bind("tcp://127.0.0.1:*");
        let monitor = receiver.monitor(&ctx, ACCEPT_FAILED);
        let before = figures().descriptors;
        for _ in 0..10 {
            let stranger = zmtp::tcp(&endpoint);
            assert_eq!(monitor.event(LONG), Some(ACCEPT_FAILED));
            drop(stranger);
        }
        assert!(
            wait_until(LONG, || figures().descriptors <= before + 1),
            "{} descriptors, {before} before",
            figures().descriptors
        );
        monitor.close();
    });
}

/// The result of a connection attempt that cannot be had, or is an unusual one.
#[test]
fn connection_result_refused() {
    isolated(secs(20), || {
        for error in [libc::ENOBUFS, libc::ENOMEM, libc::EACCES] {
            let (listener, address) = zmtp::listener();
            let endpoints = Endpoints::new();
            let path = endpoints.folder().join("socket");
            let _bound = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
            let ctx = context_refused(libc::SYS_getsockopt, error);
            for address in [address, format!("ipc://{}", path.display())] {
                let sender = ctx.socket(ZMQ_PUSH);
                sender.set(ZMQ_LINGER, 0).set(ZMQ_RECONNECT_IVL, 10);
                sender.connect(&address);
                thread::sleep(Duration::from_millis(100));
            }
            drop(listener);
            ctx.term();
        }
    });
}

/// The kernel has no memory for a read or a write just now.
#[test]
fn transfer_refused() {
    isolated(secs(20), || {
        for number in [libc::SYS_recvfrom, libc::SYS_sendto] {
            for error in [libc::ENOMEM, libc::ENOBUFS, libc::EACCES, libc::EMSGSIZE, libc::EINTR] {
                let ctx = context_refused(number, error);
                for address in ADDRESSES {
                    let receiver = ctx.socket(ZMQ_PULL);
                    let _stranger = peer(&receiver.bind(address));
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
    });
}

/// What no connection survives ends it, once, and is reported.
#[test]
fn transfer_refused_for_good() {
    isolated(secs(30), || {
        for number in [libc::SYS_recvfrom, libc::SYS_sendto] {
            for error in [libc::EBADF, libc::ENOTSOCK, libc::EFAULT, libc::EACCES, libc::EMSGSIZE] {
                let ctx = context_refused(number, error);
                for address in ADDRESSES {
                    let receiver = ctx.socket(ZMQ_PULL);
                    let endpoint = receiver.bind(address);
                    let monitor = receiver.monitor(&ctx, DISCONNECTED);
                    let _stranger = peer(&endpoint);
                    assert_eq!(monitor.event(LONG), Some(DISCONNECTED), "{address} {number} {error}");
                    assert_eq!(monitor.event(Duration::from_millis(20)), None, "{address} {number} {error}");
                }
            }
        }
    });
}

/// A name is looked for among the interfaces first, which takes a descriptor.
#[test]
fn interface_looked_up_without_descriptors() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        let taken = Descriptors::take_all();
        assert_eq!(receiver.try_bind("tcp://lo:*"), Err(libc::EMFILE));
        assert_eq!(receiver.try_bind("tcp://127.0.0.1:*"), Err(libc::EMFILE));
        assert_eq!(receiver.try_bind("ipc://*"), Err(libc::EMFILE));
        drop(taken);
        receiver.bind("tcp://lo:*");
    });
}

/// A process that may not see the interfaces (systemd's RestrictAddressFamilies without AF_NETLINK) has addresses all the
/// same. The list is asked for by sendto.
#[test]
fn interfaces_are_not_to_be_seen() {
    isolated(secs(20), || {
        let ctx = Ctx::new();
        let receiver = ctx.socket(ZMQ_PULL);
        receiver.bind("tcp://lo:*");
        for error in [libc::EAFNOSUPPORT, libc::EACCES, libc::EPERM, libc::EPROTONOSUPPORT] {
            limits::refuse(libc::SYS_sendto, error);
            assert_eq!(receiver.try_bind("tcp://127.0.0.1:*"), Ok(()), "{error}");
        }
        // That of the moment is told as it is.
        for error in [libc::ENOMEM, libc::ENOBUFS] {
            limits::refuse(libc::SYS_sendto, error);
            assert_eq!(receiver.try_bind("tcp://127.0.0.1:*"), Err(error));
        }
    });
}
