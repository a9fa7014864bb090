//! 0058-request-id-anywhere: a reply names its request by a number, which may lie anywhere.

use super::isolated;
use super::raw::{Ctx, LONG, secure};
use host::secs;
use zmq_sys::{ZMQ_REP, ZMQ_REQ, ZMQ_REQ_CORRELATE, ZMQ_REQ_RELAXED};

/// CURVE leaves a short frame where it came, behind a header of odd length.
#[test]
fn replies_come_by_curve() {
    isolated(secs(30), || {
        let ctx = Ctx::new();
        let (req, rep) = (ctx.socket(ZMQ_REQ), ctx.socket(ZMQ_REP));
        req.set(ZMQ_REQ_RELAXED, 1).set(ZMQ_REQ_CORRELATE, 1);
        secure(&rep, &req);
        req.connect(&rep.bind("tcp://127.0.0.1:*"));
        for size in 0..20 {
            // The answer to one that was given up has another number.
            req.send(b"given up");
            for _ in 0..2 {
                if rep.recv(LONG).as_deref() == Some(&b"given up"[..]) {
                    rep.send(b"too late");
                    req.send(&vec![1; size]);
                } else {
                    rep.send(&vec![2; size]);
                }
            }
            assert_eq!(req.recv(LONG), Some(vec![2; size]), "of {size} bytes");
        }
    });
}
