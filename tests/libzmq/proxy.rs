//! 0007-steerable-proxy: PAUSE let messages through, RESUME stopped them.

use super::isolated;
use super::limits::processor_time;
use super::raw::{Ctx, LONG, Sock};
use host::secs;
use std::thread;
use std::time::Duration;
use zmq_sys::{ZMQ_LINGER, ZMQ_PAIR, ZMQ_PULL, ZMQ_PUSH, ZMQ_REP, ZMQ_REQ};

const SHORT: Duration = Duration::from_millis(200);

struct Bench {
    control: Sock,
    input: Sock,
    output: Sock,
    proxy: thread::JoinHandle<i32>,
    ctx: Ctx,
}

fn bench(control_kinds: (u32, u32)) -> Bench {
    let ctx = Ctx::new();
    let (front, back) = (ctx.socket(ZMQ_PULL), ctx.socket(ZMQ_PUSH));
    front.bind("inproc://front");
    back.bind("inproc://back");
    let (input, output) = (ctx.socket(ZMQ_PUSH), ctx.socket(ZMQ_PULL));
    input.connect("inproc://front");
    output.connect("inproc://back");
    let (control, theirs) = (ctx.socket(control_kinds.0), ctx.socket(control_kinds.1));
    theirs.bind("inproc://control");
    control.connect("inproc://control");
    for socket in [&front, &back, &input, &output, &control, &theirs] {
        socket.set(ZMQ_LINGER, 0);
    }
    let proxy = thread::spawn(move || {
        // SAFETY: the sockets live until the proxy returns and no other thread uses them.
        unsafe { zmq_sys::zmq_proxy_steerable(front.ptr(), back.ptr(), std::ptr::null_mut(), theirs.ptr()) }
    });
    Bench { control, input, output, proxy, ctx }
}

fn steer(control: &Sock, command: &str) {
    control.send(command.as_bytes());
}

fn finish(bench: Bench) {
    steer(&bench.control, "TERMINATE");
    assert_eq!(bench.proxy.join().expect("the proxy"), 0);
    drop((bench.control, bench.input, bench.output));
    bench.ctx.term();
}

/// A PAIR: only STATISTICS is answered.
#[test]
fn pause_pauses_and_resume_resumes() {
    isolated(secs(20), || {
        let bench = bench((ZMQ_PAIR, ZMQ_PAIR));
        bench.input.send(b"1");
        assert_eq!(bench.output.recv(LONG).as_deref(), Some(&b"1"[..]));
        steer(&bench.control, "PAUSE");
        thread::sleep(SHORT);
        bench.input.send(b"2");
        assert_eq!(bench.output.recv(SHORT), None, "paused");
        steer(&bench.control, "RESUME");
        assert_eq!(bench.output.recv(LONG).as_deref(), Some(&b"2"[..]));
        assert_eq!(bench.control.recv(SHORT), None, "no answer to PAUSE and RESUME");
        steer(&bench.control, "STATISTICS");
        for part in 0..8 {
            let value = bench.control.recv(LONG).expect("eight numbers");
            assert_eq!(value.len(), 8, "part {part}");
        }
        finish(bench);
    });
}

/// A REP has to answer before it can hear again, so there every command gets its reply.
#[test]
fn request_gets_its_reply() {
    isolated(secs(20), || {
        let bench = bench((ZMQ_REQ, ZMQ_REP));
        for command in ["PAUSE", "RESUME", "nonsense"] {
            steer(&bench.control, command);
            assert_eq!(bench.control.recv(LONG).as_deref(), Some(&b""[..]), "{command}");
        }
        bench.input.send(b"1");
        assert_eq!(bench.output.recv(LONG).as_deref(), Some(&b"1"[..]));
        finish(bench);
    });
}

/// While paused with input waiting the proxy sleeps.
#[test]
fn pause_costs_no_processor_time() {
    isolated(secs(20), || {
        let bench = bench((ZMQ_PAIR, ZMQ_PAIR));
        steer(&bench.control, "PAUSE");
        thread::sleep(SHORT);
        bench.input.send(b"waits");
        let before = processor_time();
        thread::sleep(Duration::from_millis(500));
        let spent = processor_time() - before;
        println!("figures: {spent:?} of 500 ms");
        assert!(spent < Duration::from_millis(150), "{spent:?} of 500 ms");
        finish(bench);
    });
}
