//! Random walks through libzmq's own calls: every kind of socket, messages left half sent and half read, options changed
//! in the middle, connections made and undone. Nothing ends the process, and the parts of two messages never mix.
//!
//! `ADDIN_ZEROMQ_WALK_SEED=7` walks that seed alone; `ADDIN_ZEROMQ_WALK_SECONDS=600` walks new ones for so long.

use super::isolated;
use super::raw::{Ctx, Raw, Sock, poll_in};
use host::random::{Random, Walks};
use host::secs;
use std::time::Duration;
use zmq_sys::*;

/// All but STREAM, which is for peers that do not speak ZMTP: it asserts that no other kind meets it over inproc.
const KINDS: [u32; 11] =
    [ZMQ_PAIR, ZMQ_PUB, ZMQ_SUB, ZMQ_REQ, ZMQ_REP, ZMQ_DEALER, ZMQ_ROUTER, ZMQ_PULL, ZMQ_PUSH, ZMQ_XPUB, ZMQ_XSUB];

/// Options that a socket may be given at any time, and values that make a difference soon.
const OPTIONS: [(u32, &[i32]); 13] = [
    (ZMQ_SNDHWM, &[0, 1, 2, 1000]),
    (ZMQ_RCVHWM, &[0, 1, 2, 1000]),
    (ZMQ_LINGER, &[0, 1, 20]),
    (ZMQ_REQ_RELAXED, &[0, 1]),
    (ZMQ_REQ_CORRELATE, &[0, 1]),
    (ZMQ_ROUTER_MANDATORY, &[0, 1]),
    (ZMQ_ROUTER_HANDOVER, &[0, 1]),
    (ZMQ_PROBE_ROUTER, &[0, 1]),
    (ZMQ_XPUB_VERBOSE, &[0, 1]),
    (ZMQ_XPUB_NODROP, &[0, 1]),
    (ZMQ_XPUB_MANUAL, &[0, 1]),
    (ZMQ_INVERT_MATCHING, &[0, 1]),
    (ZMQ_RECONNECT_IVL, &[1, 10]),
];

/// zmq.h: ZMQ_HAUSNUMERO + 51.
const EFSM: i32 = 156_384_763;

/// Whose part it is: socket, message, place.
type Part = (u32, u32, u32);

struct Seat {
    socket: Sock,
    kind: u32,
    id: u32,
    message: u32,
    /// Parts of the message that were sent, when others are to follow.
    sent: u32,
    /// The part received last, when others follow.
    reading: Option<Option<Part>>,
    /// Where it was bound (true) or connected.
    places: Vec<(String, bool)>,
    /// A ROUTER's last peer.
    peer: Option<Vec<u8>>,
}

struct Walk {
    random: Random,
    seats: Vec<Seat>,
    made: u32,
    ctx: Ctx,
}

impl Walk {
    fn new(seed: u64) -> Self {
        println!("walk {seed}");
        let random = Random::new(seed);
        let mut walk = Self { random, seats: Vec::new(), made: 0, ctx: Ctx::new() };
        for _ in 0..4 {
            let seat = walk.sit();
            walk.seats.push(seat);
        }
        walk
    }

    fn sit(&mut self) -> Seat {
        self.made += 1;
        // Two in three belong to one family.
        let family: [&[u32]; 5] = [
            &[ZMQ_PUSH, ZMQ_PULL],
            &[ZMQ_PUB, ZMQ_XPUB, ZMQ_SUB, ZMQ_XSUB],
            &[ZMQ_REQ, ZMQ_REP],
            &[ZMQ_DEALER, ZMQ_ROUTER, ZMQ_REP, ZMQ_REQ],
            &KINDS,
        ];
        let kinds = self.seats.first().and_then(|first| family.iter().find(|kinds| kinds.contains(&first.kind)));
        let kinds = if self.random.below(3) == 0 { &KINDS } else { kinds.copied().unwrap_or(&KINDS) };
        let kind = self.random.pick(kinds);
        let socket = self.ctx.socket(kind);
        socket.set(ZMQ_LINGER, 0).set(ZMQ_RCVTIMEO, 0).set(ZMQ_SNDTIMEO, 0);
        // Not later: taken back after a connect, it ends the process when that connection breaks (socket_base.cpp).
        if self.random.below(4) == 0 {
            socket.set(ZMQ_IMMEDIATE, 1);
        }
        if kind == ZMQ_SUB {
            socket.set_bytes(ZMQ_SUBSCRIBE, b"").expect("a subscription");
        }
        println!("{}: socket of type {kind}", self.made);
        Seat { socket, kind, id: self.made, message: 0, sent: 0, reading: None, places: Vec::new(), peer: None }
    }

    fn go(&mut self, steps: u32) {
        for _ in 0..steps {
            let seat = self.random.below(self.seats.len());
            match self.random.below(40) {
                0 => {
                    println!("{}: closes", self.seats[seat].id);
                    let new = self.sit();
                    self.seats[seat] = new;
                }
                1..=3 => self.attach(seat),
                4 | 5 => self.detach(seat),
                6 | 7 => self.option(seat),
                8 => std::thread::sleep(Duration::from_millis(2)),
                9 | 10 => _ = poll_in(&self.seats[seat].socket, 0),
                11..=22 => self.send(seat),
                23 => self.subscribe(seat),
                _ if self.seats[seat].places.is_empty() => self.attach(seat),
                _ => self.receive(seat),
            }
        }
    }

    fn attach(&mut self, seat: usize) {
        let bound: Vec<_> = self.seats.iter().flat_map(|seat| &seat.places).filter(|place| place.1).cloned().collect();
        let bind = bound.is_empty() || self.random.below(3) == 0;
        let at = if bind {
            let number = self.random.below(3);
            let name = format!("inproc://{number}");
            self.random.pick(&[&name, "tcp://127.0.0.1:*", "ipc://*"]).to_owned()
        } else {
            bound[self.random.below(bound.len())].0.clone()
        };
        let seat = &mut self.seats[seat];
        println!("{}: {} {at}", seat.id, if bind { "bind" } else { "connect" });
        let done = if bind { seat.socket.try_bind(&at) } else { seat.socket.try_connect(&at) };
        if done.is_ok() {
            seat.places.push((seat.socket.endpoint(), bind));
        }
    }

    fn detach(&mut self, seat: usize) {
        let count = self.seats[seat].places.len();
        if count > 0 {
            let index = self.random.below(count);
            let seat = &mut self.seats[seat];
            let (at, bind) = seat.places.swap_remove(index);
            println!("{}: {} {at}", seat.id, if bind { "unbind" } else { "disconnect" });
            let _ = if bind { seat.socket.try_unbind(&at) } else { seat.socket.try_disconnect(&at) };
        }
    }

    fn option(&mut self, seat: usize) {
        let (option, values) = self.random.pick(&OPTIONS);
        let value = self.random.pick(values);
        let seat = &self.seats[seat];
        // A REP takes ROUTER's options, and with MANDATORY a peer that is gone ends the process (rep.cpp). It is not its.
        if seat.kind == ZMQ_REP && option == ZMQ_ROUTER_MANDATORY {
            return;
        }
        println!("{}: option {option} = {value}", seat.id);
        let _ = seat.socket.set_bytes(option, &value.to_ne_bytes());
    }

    fn subscribe(&mut self, seat: usize) {
        let option = self.random.pick(&[ZMQ_SUBSCRIBE, ZMQ_SUBSCRIBE, ZMQ_UNSUBSCRIBE]);
        let topic = self.random.pick(&[&b""[..], b"p", b"\x01"]);
        let seat = &self.seats[seat];
        println!("{}: option {option} {topic:?}", seat.id);
        let _ = seat.socket.set_bytes(option, topic);
        if seat.kind == ZMQ_XSUB && seat.sent == 0 {
            let _ = seat.socket.try_send(&[&[1], topic].concat(), 0);
        }
    }

    fn send(&mut self, seat: usize) {
        let more = self.random.below(2) == 0;
        let long = self.random.below(8) == 0;
        let seat = &mut self.seats[seat];
        let mut data = format!("part {} {} {} ", seat.id, seat.message, seat.sent).into_bytes();
        if seat.sent == 0
            && let Some(peer) = &seat.peer
        {
            data.clone_from(peer);
        } else if long {
            data.resize(40_000, b'.');
        }
        let flags = if more { ZMQ_SNDMORE } else { 0 };
        let sent = seat.socket.try_send(&data, flags | ZMQ_DONTWAIT);
        println!("{}: send {} {more}: {sent:?}", seat.id, String::from_utf8_lossy(&data[..data.len().min(20)]));
        match sent {
            Ok(()) if more => seat.sent += 1,
            // A message whose middle was refused is dropped to its end.
            Err(_) if seat.sent > 0 && more => seat.sent += 1,
            Err(_) if seat.sent == 0 => {}
            _ => (seat.message, seat.sent) = (seat.message + 1, 0),
        }
        if sent.is_ok() && [ZMQ_REQ, ZMQ_REP].contains(&seat.kind) {
            seat.reading = None;
        }
    }

    fn receive(&mut self, seat: usize) {
        let seat = &mut self.seats[seat];
        let received: Raw<Vec<u8>> = seat.socket.try_next();
        let Ok(data) = received else {
            println!("{}: receive: {received:?}", seat.id);
            let refused = received == Err(EFSM) || received == Err(libc::ENOTSUP);
            assert!(seat.reading.is_none() || refused, "the rest of a message is not there");
            return;
        };
        let more = seat.socket.more();
        println!("{}: receive {} {more}", seat.id, String::from_utf8_lossy(&data[..data.len().min(20)]));
        if seat.kind == ZMQ_ROUTER && seat.reading.is_none() {
            seat.peer = Some(data.clone());
        }
        let part = part(&data);
        if let (Some(Some(before)), Some(part)) = (seat.reading, part) {
            assert_eq!(part, (before.0, before.1, before.2 + 1), "a part of another message");
        }
        seat.reading = more.then_some(part);
    }
}

/// None for what libzmq itself puts into a message.
fn part(data: &[u8]) -> Option<Part> {
    let text = std::str::from_utf8(&data[..data.len().min(40)]).ok()?;
    let mut words = text.strip_prefix("part ")?.split(' ').map(|word| word.parse().ok());
    Some((words.next()??, words.next()??, words.next()??))
}

fn walk(seed: u64) {
    let mut walk = Walk::new(seed);
    walk.go(400);
    let Walk { seats, ctx, .. } = walk;
    drop(seats);
    ctx.term();
}

#[test]
fn everything_at_random() {
    let walks = Walks::asked_for();
    isolated(secs(60) + walks.time(), || {
        let count = walks.run(1..u64::MAX, secs(4), walk);
        println!("figures: {count} walks");
    });
}
