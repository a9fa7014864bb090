//! Proxies over real sockets: what the thread does that a script cannot see.

use super::*;
use crate::zmq::{Event, IntOption, Message, Socket, SocketType, Watched, poll};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const PATIENT: Duration = Duration::from_secs(20);

/// A name that nobody has.
fn name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("inproc://proxy.tests.{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// A side that is bound, and its address.
fn side(kind: SocketType, options: &[(IntOption, i32)]) -> (Side, String) {
    let name = name();
    let mut socket = Socket::new(kind).unwrap();
    options.iter().for_each(|&(option, value)| socket.set_int(option, value).unwrap());
    socket.bind(&name).unwrap();
    (Side { parting: None, socket: Watched::new(socket), names: vec![name.clone()], goes_out: false }, name)
}

fn peer(kind: SocketType, endpoint: &str, options: &[(IntOption, i32)]) -> Socket {
    let mut socket = Socket::new(kind).unwrap();
    options.iter().for_each(|&(option, value)| socket.set_int(option, value).unwrap());
    socket.connect(endpoint).unwrap();
    socket
}

fn send(socket: &mut Socket, parts: &[&str]) {
    for (index, part) in parts.iter().enumerate() {
        let mut message = Message::from_bytes(part.as_bytes()).unwrap();
        let end = Instant::now() + PATIENT;
        while socket.send(&mut message, index + 1 < parts.len()).is_err() {
            assert!(Instant::now() < end, "{part} finds no room");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The next message, whole.
fn receive(socket: &mut Socket) -> Vec<String> {
    let mut parts = Vec::new();
    loop {
        assert!(poll(socket, Event::Receivable, 20_000).unwrap(), "nothing comes");
        let part = socket.receive().unwrap();
        parts.push(String::from_utf8_lossy(part.bytes()).into_owned());
        if !part.more() {
            return parts;
        }
    }
}

fn is_silent(socket: &mut Socket) -> bool {
    !poll(socket, Event::Receivable, 100).unwrap()
}

fn until(progress: &Progress, what: impl Fn(&Progress) -> bool) {
    let end = Instant::now() + PATIENT;
    while !what(progress) {
        assert!(Instant::now() < end, "{progress:?}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn start(front: Side, back: Side, capture: Option<Side>, backward: Backward) -> (Proxy, Arc<Progress>) {
    let progress = Arc::<Progress>::default();
    let proxy = Proxy::start(Plan { front, back, capture, backward }, progress.clone()).unwrap();
    (proxy, progress)
}

/// A streamer with room for one message on each pipe, a sender and no receiver yet.
fn streamer() -> (Proxy, Arc<Progress>, Socket, String) {
    let (front, tasks) = side(SocketType::Pull, &[(IntOption::ReceiveHighWaterMark, 1)]);
    let (back, results) = side(SocketType::Push, &[(IntOption::SendHighWaterMark, 1)]);
    let (proxy, progress) = start(front, back, None, Backward::Nothing);
    let push = peer(SocketType::Push, &tasks, &[(IntOption::SendHighWaterMark, 1)]);
    (proxy, progress, push, results)
}

#[test]
fn a_full_receiver_is_felt_by_the_sender() {
    let (mut proxy, progress, mut push, results) = streamer();
    let mut sent = 0;
    // Held by the proxy is one, and what stands in the queues: without back pressure it would go on for ever.
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_millis(300) {
        match push.send(&mut Message::from_bytes(format!("{sent}").as_bytes()).unwrap(), false) {
            Ok(()) => (sent, since) = (sent + 1, Instant::now()),
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
        assert!(sent < 20, "nobody receives, and all of it goes");
    }
    let mut pull = peer(SocketType::Pull, &results, &[]);
    for number in 0..sent {
        assert_eq!(receive(&mut pull), [number.to_string()]);
    }
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
    assert_eq!((read(&progress.forward.messages), progress.state()), (sent, State::Stopped));
    assert!(progress.is_all_delivered());
}

#[test]
fn what_cannot_be_delivered_in_time_is_counted() {
    let (mut proxy, progress, mut push, _) = streamer();
    send(&mut push, &["held"]);
    send(&mut push, &["behind", "it"]);
    let start = Instant::now();
    assert_eq!(proxy.stop(Duration::from_millis(200), || false), Ok(()));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!((read(&progress.undelivered), read(&progress.forward.messages)), (2, 0));
    assert!(!progress.is_all_delivered());
}

#[test]
fn nothing_goes_through_a_pause_and_nothing_is_lost_in_it() {
    let (mut proxy, progress, mut push, results) = streamer();
    let mut pull = peer(SocketType::Pull, &results, &[]);
    for round in ["1", "2"] {
        send(&mut push, &["before", round]);
        assert_eq!(receive(&mut pull), ["before", round]);
        assert_eq!(proxy.pause(|| false), Ok(()));
        assert_eq!(progress.state(), State::Paused);
        send(&mut push, &["in the pause", round]);
        assert!(is_silent(&mut pull));
        assert_eq!(proxy.resume(|| false), Ok(()));
        assert_eq!(receive(&mut pull), ["in the pause", round]);
    }
    // One that is paused takes in what has come before it ends.
    assert_eq!(proxy.pause(|| false), Ok(()));
    send(&mut push, &["last"]);
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
    assert_eq!(receive(&mut pull), ["last"]);
    assert!(progress.is_all_delivered());
    assert_eq!(read(&progress.forward.parts), 9);
    assert_eq!(proxy.pause(|| false), Err(Heard::Ended));
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()), "once more");
}

#[test]
fn replies_find_whoever_asked_and_who_does_not_read_holds_nobody_up_for_long() {
    let one = [(IntOption::SendHighWaterMark, 1), (IntOption::RouterMandatory, 1)];
    let (front, clients) = side(SocketType::Router, &one);
    let (back, workers) = side(SocketType::Dealer, &[]);
    let patience = Duration::from_secs(1);
    let (mut proxy, progress) = start(front, back, None, Backward::Replies(Some(patience)));
    let mut deaf = peer(SocketType::Dealer, &clients, &[(IntOption::ReceiveHighWaterMark, 1)]);
    let mut client = peer(SocketType::Dealer, &clients, &[]);
    let mut worker = peer(SocketType::Dealer, &workers, &[]);
    send(&mut deaf, &["I do not read"]);
    let identity = {
        assert!(poll(&mut worker, Event::Receivable, 20_000).unwrap());
        let identity = worker.receive().unwrap();
        worker.receive().unwrap();
        identity.bytes().to_vec()
    };
    let mut reply = |to: &[u8], text: &str| {
        worker.send(&mut Message::from_bytes(to).unwrap(), true).unwrap();
        worker.send(&mut Message::from_bytes(text.as_bytes()).unwrap(), false).unwrap();
    };
    let begin = Instant::now();
    (0..15).for_each(|number| reply(&identity, &number.to_string()));
    // A reply without an identity of somebody's has nobody to go to.
    reply(b"nobody", "lost");
    until(&progress, |progress| read(&progress.backward.dropped) > 1);
    send(&mut client, &["I do"]);
    assert!(poll(&mut worker, Event::Receivable, 20_000).unwrap());
    let client_identity = worker.receive().unwrap();
    worker.receive().unwrap();
    worker.send(&mut Message::from_bytes(client_identity.bytes()).unwrap(), true).unwrap();
    send(&mut worker, &["heard"]);
    assert_eq!(receive(&mut client), ["heard"]);
    assert!(begin.elapsed() < Duration::from_secs(6), "each reply was waited for anew");
    until(&progress, |progress| read(&progress.backward.messages) + read(&progress.backward.dropped) == 17);
    // Whoever reads again is heard again.
    let mut came = 0;
    while poll(&mut deaf, Event::Receivable, 200).unwrap() {
        deaf.receive().unwrap();
        came += 1;
    }
    assert_eq!(came + 1, read(&progress.backward.messages));
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
}

#[test]
fn subscriptions_go_back_also_in_a_pause() {
    let (front, publishers) = side(SocketType::XSub, &[]);
    let (back, subscribers) = side(SocketType::XPub, &[]);
    let (mut proxy, progress) = start(front, back, None, Backward::Subscriptions);
    let mut publisher = peer(SocketType::XPub, &publishers, &[]);
    let mut first = peer(SocketType::XSub, &subscribers, &[]);
    send(&mut first, &["\u{1}a"]);
    assert_eq!(receive(&mut publisher), ["\u{1}a"]);
    assert_eq!(proxy.pause(|| false), Ok(()));
    let mut second = peer(SocketType::XSub, &subscribers, &[]);
    send(&mut second, &["\u{1}b"]);
    assert_eq!(receive(&mut publisher), ["\u{1}b"]);
    send(&mut publisher, &["a", "text"]);
    send(&mut publisher, &["b", "text"]);
    assert!(is_silent(&mut first));
    assert_eq!(proxy.resume(|| false), Ok(()));
    assert_eq!(receive(&mut first), ["a", "text"]);
    assert_eq!(receive(&mut second), ["b", "text"]);
    send(&mut second, &["\u{0}b"]);
    assert_eq!(receive(&mut publisher), ["\u{0}b"]);
    until(&progress, |progress| read(&progress.subscriptions) == 3);
    assert_eq!((read(&progress.forward.messages), read(&progress.backward.messages)), (2, 0));
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
}

#[test]
fn a_capture_has_every_message_or_says_how_many_it_missed() {
    let (front, tasks) = side(SocketType::Pull, &[]);
    let (back, results) = side(SocketType::Push, &[]);
    let (capture, copies) = side(SocketType::Push, &[(IntOption::SendHighWaterMark, 1)]);
    let (mut proxy, progress) = start(front, back, Some(capture), Backward::Nothing);
    let mut push = peer(SocketType::Push, &tasks, &[]);
    let mut pull = peer(SocketType::Pull, &results, &[]);
    // Nobody is there.
    send(&mut push, &["a", "b"]);
    assert_eq!(receive(&mut pull), ["a", "b"]);
    assert_eq!(read(&progress.captured.dropped), 1);
    let mut captured = peer(SocketType::Pull, &copies, &[(IntOption::ReceiveHighWaterMark, 1)]);
    let sent = 100;
    for number in 0..sent {
        send(&mut push, &[&number.to_string(), "x"]);
        assert_eq!(receive(&mut pull), [&number.to_string(), "x"]);
    }
    assert_eq!(read(&progress.captured.messages) + read(&progress.captured.dropped), sent + 1);
    assert!(read(&progress.captured.dropped) > 1, "it does not read, and has room for all");
    for number in 0..read(&progress.captured.messages) {
        assert_eq!(receive(&mut captured), [&number.to_string(), "x"]);
    }
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
    assert!(progress.is_all_delivered());
}

#[test]
fn a_panic_is_a_state_and_hangs_nobody() {
    let (mut proxy, progress, ..) = streamer();
    proxy.panic();
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
    assert_eq!(progress.state(), State::Failed);
    assert!(matches!(progress.failure(), Some(Failure::Panic(text)) if text == "on purpose"));
    assert_eq!(proxy.pause(|| false), Err(Heard::Ended));
    assert!(!progress.is_all_delivered());
    assert!(proxy.close(PATIENT, PATIENT));
}

#[test]
fn whoever_waits_is_let_go_and_one_that_is_dropped_ends() {
    let (mut proxy, progress, mut push, _) = streamer();
    send(&mut push, &["held"]);
    until(&progress, |progress| progress.state() == State::Running);
    assert_eq!(proxy.stop(PATIENT, || true), Err(Heard::Stopped));
    let start = Instant::now();
    assert!(proxy.close(Duration::from_millis(100), PATIENT));
    assert!(start.elapsed() < PATIENT / 2, "the earlier end holds");
    let (proxy, progress, mut push, _) = streamer();
    send(&mut push, &["held"]);
    drop(proxy);
    until(&progress, |progress| progress.state() == State::Stopped);
    assert_eq!(read(&progress.undelivered), 1);
}

/// Closing tells a time and then lets the mailbox go: the time holds all the same.
#[test]
fn one_that_is_closed_has_its_time() {
    let (proxy, progress, mut push, results) = streamer();
    send(&mut push, &["late"]);
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(150));
        receive(&mut peer(SocketType::Pull, &results, &[]))
    });
    assert!(proxy.close(Duration::from_secs(10), PATIENT));
    assert_eq!(late.join().unwrap(), ["late"]);
    assert_eq!(read(&progress.undelivered), 0, "{progress:?}");
}

/// Replies come while requests find no room: neither way waits for the other, nor sleeps through what is told meanwhile.
#[test]
fn both_ways_go_on_under_load() {
    let low = [(IntOption::SendHighWaterMark, 2), (IntOption::ReceiveHighWaterMark, 2)];
    let (front, clients) = side(SocketType::Router, &[low[0], low[1], (IntOption::RouterMandatory, 1)]);
    let (back, workers) = side(SocketType::Dealer, &low);
    let (mut proxy, progress) = start(front, back, None, Backward::Replies(None));
    let messages = 20_000;
    let worker = thread::spawn(move || {
        let mut worker = peer(SocketType::Dealer, &workers, &low);
        for _ in 0..messages {
            assert!(poll(&mut worker, Event::Receivable, 20_000).unwrap());
            let mut identity = worker.receive().unwrap();
            let mut body = worker.receive().unwrap();
            while worker.send(&mut identity, true).is_err() {
                assert!(poll(&mut worker, Event::Sendable, 20_000).unwrap());
            }
            worker.send(&mut body, false).unwrap();
        }
        worker
    });
    let mut client = peer(SocketType::Dealer, &clients, &low);
    let (mut sent, mut received) = (0, 0);
    while received < messages {
        while sent < messages {
            let mut message = Message::from_bytes(format!("{sent}").as_bytes()).unwrap();
            if client.send(&mut message, false).is_err() {
                break;
            }
            sent += 1;
        }
        assert!(
            poll(&mut client, Event::Receivable, 20_000).unwrap(),
            "{sent} sent, {received} received: {progress:?}"
        );
        while let Ok(message) = client.receive() {
            assert_eq!(message.bytes(), format!("{received}").as_bytes());
            received += 1;
        }
    }
    drop(worker.join().unwrap());
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
    let passed = (read(&progress.forward.messages), read(&progress.backward.messages));
    assert_eq!(passed, (messages, messages));
}

/// Replies that come just when the proxy looks whether there is room for a request are heard too.
#[test]
fn a_reply_is_not_slept_through_behind_a_request_without_room() {
    let one = [(IntOption::SendHighWaterMark, 1), (IntOption::ReceiveHighWaterMark, 1)];
    let (front, clients) = side(SocketType::Router, &[(IntOption::RouterMandatory, 1)]);
    let (back, workers) = side(SocketType::Dealer, &one[..1]);
    let (mut proxy, progress) = start(front, back, None, Backward::Replies(None));
    let mut client = peer(SocketType::Dealer, &clients, &[]);
    let mut worker = peer(SocketType::Dealer, &workers, &one[1..]);
    send(&mut client, &["?"]);
    assert!(poll(&mut worker, Event::Receivable, 20_000).unwrap());
    let mut identity = worker.receive().unwrap();
    worker.receive().unwrap();
    // The worker reads no more of them: one is held.
    (0..10).for_each(|_| send(&mut client, &["?"]));
    for round in 0..10_000_u32 {
        for pause in [0, round % 40] {
            for _ in 0..pause * 20 {
                std::hint::spin_loop();
            }
            let mut to = identity.share().unwrap();
            while worker.send(&mut to, true).is_err() {
                thread::yield_now();
            }
            send(&mut worker, &["!"]);
        }
        for _ in 0..2 {
            assert!(poll(&mut client, Event::Receivable, 20_000).unwrap(), "round {round}: {progress:?}");
            client.receive().unwrap();
        }
    }
    assert_eq!(proxy.stop(Duration::ZERO, || false), Ok(()));
}

/// What has left its sender comes through, though it is still on its way when the end begins. A machine that keeps a thread
/// from its work for longer than the silence lasts makes it an end: such a round has another try.
#[test]
fn the_end_waits_for_what_is_on_its_way() {
    for round in 0..10 {
        assert!((0..3).any(|_| all_comes_through()), "round {round}");
    }
}

fn all_comes_through() -> bool {
    let mut sides = [SocketType::Pull, SocketType::Push].map(|kind| {
        let mut socket = Socket::new(kind).unwrap();
        // With little room most of it is still in the system's buffers.
        socket.set_int(IntOption::ReceiveHighWaterMark, 1).unwrap();
        socket.bind("tcp://127.0.0.1:*").unwrap();
        let address = socket.last_endpoint().unwrap();
        (Some(Side { parting: None, socket: Watched::new(socket), names: Vec::new(), goes_out: true }), address)
    });
    let [front, back] = [0, 1].map(|side| sides[side].0.take().unwrap());
    let (mut proxy, progress) = start(front, back, None, Backward::Nothing);
    let mut pull = peer(SocketType::Pull, &sides[1].1, &[]);
    let mut push = peer(SocketType::Push, &sides[0].1, &[]);
    let count = 500;
    (0..count).for_each(|number: u64| send(&mut push, &[&number.to_string()]));
    crate::zmq::close(Watched::new(push), PATIENT);
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
    assert!(progress.is_all_delivered(), "{progress:?}");
    // What it has passed on comes, whatever the machine does.
    let passed_on = read(&progress.forward.messages);
    (0..passed_on).for_each(|number| assert_eq!(receive(&mut pull), [number.to_string()]));
    passed_on == count
}

/// Whoever gives more time has the proxy listen longer before it takes silence for the end.
#[test]
fn silence_lasts_a_tenth_of_the_time() {
    for (time, quiet) in [(100, 100), (3_000, 300), (600_000, 500)] {
        let (mut proxy, progress, ..) = streamer();
        let start = Instant::now();
        assert_eq!(proxy.stop(Duration::from_millis(time), || false), Ok(()));
        let quiet = Duration::from_millis(quiet);
        // A clock read a little earlier by this thread than by the proxy's.
        assert!(start.elapsed() + Duration::from_millis(1) >= quiet, "{:?} of {time} ms", start.elapsed());
        assert!(progress.is_all_delivered());
    }
}

/// A side that can do nothing more ends the proxy as if it were stopped: what came is counted, its names are free.
#[test]
fn one_that_fails_counts_what_it_leaves_and_frees_its_names() {
    let (front, tasks) = side(SocketType::Pull, &[]);
    // It may not send before it has received.
    let (back, results) = side(SocketType::Rep, &[]);
    let mut push = peer(SocketType::Push, &tasks, &[]);
    ["1", "2", "3"].iter().for_each(|part| send(&mut push, &[part]));
    let (mut proxy, progress) = start(front, back, None, Backward::Nothing);
    until(&progress, |progress| progress.state() == State::Failed);
    let failure = progress.failure();
    assert!(matches!(failure, Some(Failure::Socket { front: false, receiving: false, .. })), "{failure:?}");
    assert_eq!(read(&progress.undelivered), 3);
    assert!(!progress.is_all_delivered());
    for name in [&tasks, &results] {
        Socket::new(SocketType::Pull).unwrap().bind(name).unwrap();
    }
    assert_eq!(proxy.stop(PATIENT, || false), Ok(()));
}
