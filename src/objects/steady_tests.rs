//! What is sent and received again and again allocates nothing of ours: what libzmq and the host allocate for a message is
//! theirs.

use super::row_tests::{Driven, named};
use crate::native_api::{OutOfMemory, Reply, Sink, Value};

/// Adds up the bytes that came.
#[derive(Default)]
struct Bytes(usize);

impl Sink for Bytes {
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        match reply {
            Reply::Blob(bytes) => self.0 += bytes.len(),
            Reply::Text(text) => self.0 += text.len(),
            _ => {}
        }
        Ok(())
    }
}

fn driven(name: &str, endpoint: &str) -> Driven {
    Driven::new(named(name), endpoint)
}

/// Runs `round` until what it needs is there, then counts its allocations on this thread.
fn allocates_nothing(what: &str, mut round: impl FnMut()) {
    (0..300).for_each(|_| round());
    let allocated = allocation_counter::measure(|| (0..1000).for_each(|_| round()));
    assert_eq!(allocated.count_total, 0, "{what}: {allocated:?} in 1000 rounds");
}

#[test]
fn messages() {
    for size in [0, 3, 29, 1024, 100_000] {
        let data = vec![7; size];
        for (sends, receives) in [("Push", "Pull"), ("Pub", "Sub")] {
            let endpoint = format!("inproc://steady.{sends}.{size}");
            let (mut sender, mut receiver) = (driven(sends, &endpoint), driven(receives, &endpoint));
            receiver.call("Bind");
            sender.call("Connect");
            if receives == "Sub" {
                receiver.call_row(
                    receiver.method("Subscribe"),
                    &[Value::Blob(&data[..size.min(3)])],
                    &mut Bytes::default(),
                );
            }
            let (send, receive) = (sender.method("Send"), receiver.method("Recv"));
            let mut came = Bytes::default();
            allocates_nothing(&format!("{sends}, {size} bytes"), || {
                sender.call_row(send, &[Value::Blob(&data)], &mut came);
                receiver.call_row(receive, &[], &mut came);
            });
            assert_eq!(came.0, 1300 * size, "{sends}, {size} bytes: what came");
            let (text, mut came) = (receiver.method("RecvText"), Bytes::default());
            allocates_nothing(&format!("{sends}, {size} bytes, by a text and timeouts"), || {
                sender.call_row(send, &[Value::Blob(&data), Value::Int(-2)], &mut came);
                receiver.call_row(text, &[Value::Int(0)], &mut came);
            });
            assert_eq!(came.0, 1300 * size, "{sends}, {size} bytes: what came as a text");
        }
    }
}

#[test]
fn requests_and_replies() {
    let (mut req, mut rep) = (driven("Req", "inproc://steady.req"), driven("Rep", "inproc://steady.req"));
    rep.call("Bind");
    req.call("Connect");
    let (send, receive) = (req.method("Send"), req.method("Recv"));
    let (reply, request) = (rep.method("Send"), rep.method("Recv"));
    let mut came = Bytes::default();
    allocates_nothing("Req and Rep", || {
        req.call_row(send, &[Value::Blob(b"request")], &mut came);
        rep.call_row(request, &[], &mut came);
        rep.call_row(reply, &[Value::Blob(b"reply")], &mut came);
        req.call_row(receive, &[], &mut came);
    });
    assert_eq!(came.0, 1300 * 12);
}

#[test]
fn messages_of_parts() {
    let (mut push, mut pull) = (driven("Push", "inproc://steady.parts"), driven("Pull", "inproc://steady.parts"));
    pull.call("Bind");
    push.call("Connect");
    let (part, send) = (push.method("SendPart"), push.method("Send"));
    let (receive, get) = (pull.method("RecvMultipart"), pull.method("GetPart"));
    let (data, mut came) = (vec![7; 100], Bytes::default());
    allocates_nothing("16 parts", || {
        (0..15).for_each(|_| push.call_row(part, &[Value::Blob(&data)], &mut came));
        push.call_row(send, &[Value::Blob(&data)], &mut came);
        pull.call_row(receive, &[], &mut came);
        (0..16).for_each(|number| pull.call_row(get, &[Value::Int(number)], &mut came));
    });
    assert_eq!(came.0, 1300 * 1600);
}

#[test]
fn an_allocation_is_seen() {
    let seen = allocation_counter::measure(|| drop(vec![1_u8; 100]));
    assert_eq!(seen.count_total, 1);
}
