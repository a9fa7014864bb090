//! 0036-vanished-computer: two network namespaces joined by a cable that can be pulled.
//!
//! As root, or where a user may make namespaces (`unshare -Ur`); where neither is allowed the tests fail and say so.

use super::raw::{Ctx, LONG, Sock};
use host::zmtp::{self, read_frame};
use host::{isolated_as_root, secs};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use zmq_sys::{ZMQ_DEALER, ZMQ_DONTWAIT, ZMQ_LINGER, ZMQ_PUSH, ZMQ_RCVBUF, ZMQ_RCVHWM, ZMQ_SNDBUF, ZMQ_SNDHWM};
use zmq_sys::{ZMQ_TCP_KEEPALIVE, ZMQ_TCP_KEEPALIVE_CNT, ZMQ_TCP_KEEPALIVE_IDLE, ZMQ_TCP_KEEPALIVE_INTVL};

const DISCONNECTED: u32 = 0x0200;
const HERE: &str = "10.35.0.1";
const THERE: &str = "10.35.0.2";

fn ip(line: &str) {
    let done = Command::new("ip").args(line.split(' ')).output().expect("the program ip (package iproute2)");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "ip {line}: {said}");
}

/// This thread, and those that it starts, get a network of their own.
fn own_network() {
    // SAFETY: no memory is involved.
    let done = unsafe { libc::unshare(libc::CLONE_NEWNET) };
    let error = std::io::Error::last_os_error();
    assert_eq!(done, 0, "this test needs network namespaces (root, or unprivileged user namespaces): {error}");
    ip("link set lo up");
}

type Job = Box<dyn FnOnce() + Send>;

/// The other computer: its thread lives in a network of its own.
struct Computer {
    jobs: Sender<Job>,
    thread: thread::JoinHandle<()>,
}

impl Computer {
    /// Makes both networks and the cable between them.
    fn beside_this_one() -> Self {
        own_network();
        let (jobs, todo): (Sender<Job>, Receiver<Job>) = channel();
        let (tell, told) = channel();
        let thread = thread::spawn(move || {
            own_network();
            // SAFETY: no memory is involved.
            tell.send(unsafe { libc::gettid() }).expect("this test");
            for job in todo {
                job();
            }
        });
        let there = told.recv().expect("the other network");
        ip(&format!("link add v0 type veth peer name v1 netns {there}"));
        ip(&format!("addr add {HERE}/24 dev v0"));
        ip("link set v0 up");
        let computer = Self { jobs, thread };
        computer.run(|| {
            ip(&format!("addr add {THERE}/24 dev v1"));
            ip("link set v1 up");
        });
        computer
    }

    fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let (tell, told) = channel();
        self.jobs.send(Box::new(move || drop(tell.send(job())))).expect("the other network");
        told.recv().expect("the job's end")
    }

    fn listen(&self) -> TcpListener {
        self.run(|| TcpListener::bind((THERE, 0)).expect("a port"))
    }

    /// Nothing that it says gets out; what is sent to it arrives.
    fn vanish(&self) {
        self.run(|| ip(&format!("route add blackhole {HERE}/32")));
    }

    /// The cable is out.
    fn unplug(&self) {
        self.run(|| ip("link set v1 down"));
    }

    fn end(self) {
        drop(self.jobs);
        self.thread.join().expect("the other network");
    }
}

/// Keepalive of `idle` + 1 + 1 s.
fn patient(socket: &Sock, idle: i32) {
    socket.set(ZMQ_LINGER, 0).set(ZMQ_TCP_KEEPALIVE, 1).set(ZMQ_TCP_KEEPALIVE_IDLE, idle);
    socket.set(ZMQ_TCP_KEEPALIVE_INTVL, 1).set(ZMQ_TCP_KEEPALIVE_CNT, 2);
}

/// A sender and its peer on the other computer.
fn connected(ctx: &Ctx, kind: u32, idle: i32, there: &Computer) -> (Sock, Sock, TcpStream) {
    let listener = there.listen();
    let socket = ctx.socket(kind);
    patient(&socket, idle);
    socket.set(ZMQ_SNDBUF, 16384).set(ZMQ_SNDHWM, 1000).set(ZMQ_RCVHWM, 1).set(ZMQ_RCVBUF, 65536);
    let monitor = socket.monitor(ctx, DISCONNECTED);
    socket.connect(&format!("tcp://{}", listener.local_addr().expect("an address")));
    let (mut peer, _) = listener.accept().expect("the socket");
    zmtp::handshake(&mut peer, if kind == ZMQ_PUSH { "PULL" } else { "DEALER" });
    (socket, monitor, peer)
}

/// Sends until nothing more is taken; how many messages were.
fn fill(socket: &Sock) -> usize {
    let mut count = 0;
    while host::wait_until(Duration::from_millis(300), || socket.try_send(&[7; 1000], ZMQ_DONTWAIT).is_ok()) {
        count += 1;
    }
    count
}

fn noticed(monitor: &Sock, since: Instant, case: &str, limit: Duration) {
    assert_eq!(monitor.event(limit), Some(DISCONNECTED), "{case}");
    println!("figures: {case}: noticed after {:?}", since.elapsed());
}

#[test]
fn with_data_in_flight() {
    isolated_as_root(secs(60), || {
        for (case, way) in [("gone", Computer::vanish as fn(&Computer)), ("unplugged", Computer::unplug)] {
            let there = Computer::beside_this_one();
            let ctx = Ctx::new();
            let (socket, monitor, _peer) = connected(&ctx, ZMQ_PUSH, 1, &there);
            socket.send(b"arrives");
            thread::sleep(Duration::from_millis(100));
            way(&there);
            let since = Instant::now();
            socket.send(b"a task");
            noticed(&monitor, since, case, LONG);
            there.end();
        }
    });
}

/// The connection of a bound socket.
#[test]
fn with_data_in_flight_from_a_bound_socket() {
    isolated_as_root(secs(60), || {
        let there = Computer::beside_this_one();
        let ctx = Ctx::new();
        let socket = ctx.socket(ZMQ_PUSH);
        patient(&socket, 1);
        let monitor = socket.monitor(&ctx, DISCONNECTED);
        let address = socket.bind(&format!("tcp://{HERE}:*"));
        let _peer = there.run(move || {
            let mut peer = zmtp::tcp(&address);
            zmtp::handshake(&mut peer, "PULL");
            peer
        });
        socket.send(b"arrives");
        thread::sleep(Duration::from_millis(100));
        there.vanish();
        let since = Instant::now();
        socket.send(b"a task");
        noticed(&monitor, since, "bound", LONG);
        there.end();
    });
}

/// A reader that reads nothing for four times the bound is busy, not gone: nothing is lost. Then it vanishes.
#[test]
fn behind_a_closed_window() {
    isolated_as_root(secs(120), || closed_window(1, Duration::from_secs(12), Duration::from_secs(40)));
}

fn closed_window(idle: i32, busy: Duration, limit: Duration) {
    let there = Computer::beside_this_one();
    let ctx = Ctx::new();
    let (socket, monitor, mut peer) = connected(&ctx, ZMQ_PUSH, idle, &there);
    let sent = fill(&socket);
    assert_eq!(monitor.event(busy), None, "a busy reader was cut off");
    for number in 0..sent {
        assert_eq!(read_frame(&mut peer).map(|(_, body)| body.len()), Some(1000), "message {number} of {sent}");
    }
    println!("figures: a reader was busy for {busy:?}: {sent} of {sent} messages");
    fill(&socket);
    thread::sleep(Duration::from_secs(1));
    there.vanish();
    noticed(&monitor, Instant::now(), "gone with a closed window", limit);
    there.end();
}

/// What the peer had sent before it vanished is still received.
#[test]
fn what_had_come_is_read() {
    isolated_as_root(secs(60), || {
        let there = Computer::beside_this_one();
        let ctx = Ctx::new();
        let (socket, monitor, mut peer) = connected(&ctx, ZMQ_DEALER, 1, &there);
        for number in 0..500_u32 {
            peer.write_all(&zmtp::frame(0, &number.to_be_bytes())).expect("room in the buffers");
        }
        thread::sleep(Duration::from_millis(200));
        there.vanish();
        socket.send(b"a task");
        // Longer than the bound; nobody receives meanwhile.
        thread::sleep(Duration::from_secs(5));
        for number in 0..500_u32 {
            assert_eq!(socket.recv(LONG).as_deref(), Some(&number.to_be_bytes()[..]));
        }
        noticed(&monitor, Instant::now(), "gone while nobody received", LONG);
        there.end();
    });
}

/// The times that every object has (src/objects/defaults.rs).
#[test]
#[ignore = "seven minutes; the real times"]
fn with_the_real_times() {
    isolated_as_root(secs(900), || {
        let worker = thread::spawn(|| closed_window(28, Duration::from_secs(300), Duration::from_secs(60)));
        let idle = thread::spawn(|| {
            let there = Computer::beside_this_one();
            let ctx = Ctx::new();
            let listener = there.listen();
            let socket = ctx.socket(ZMQ_PUSH);
            patient(&socket, 15);
            socket.set(ZMQ_TCP_KEEPALIVE_INTVL, 5).set(ZMQ_TCP_KEEPALIVE_CNT, 3);
            let monitor = socket.monitor(&ctx, DISCONNECTED);
            socket.connect(&format!("tcp://{}", listener.local_addr().expect("an address")));
            let (mut peer, _) = listener.accept().expect("the socket");
            zmtp::handshake(&mut peer, "PULL");
            thread::sleep(Duration::from_millis(100));
            there.vanish();
            noticed(&monitor, Instant::now(), "idle, real times", Duration::from_secs(60));
            there.end();
        });
        let there = Computer::beside_this_one();
        let ctx = Ctx::new();
        let (socket, monitor, _peer) = connected(&ctx, ZMQ_PUSH, 28, &there);
        thread::sleep(Duration::from_secs(7));
        there.vanish();
        let since = Instant::now();
        socket.send(b"a task");
        noticed(&monitor, since, "a task in flight, real times", Duration::from_secs(60));
        there.end();
        idle.join().expect("the idle connection");
        worker.join().expect("the busy reader");
    });
}
