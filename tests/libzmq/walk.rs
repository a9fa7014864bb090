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

struct Walker {
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
    walkers: Vec<Walker>,
    made: u32,
    ctx: Ctx,
}

impl Walk {
    fn new(seed: u64) -> Self {
        println!("walk {seed}");
        let random = Random::new(seed);
        let mut walk = Self { random, walkers: Vec::new(), made: 0, ctx: Ctx::new() };
        for _ in 0..4 {
            let walker = walk.join();
            walk.walkers.push(walker);
        }
        walk
    }

    fn join(&mut self) -> Walker {
        self.made += 1;
        // Two in three belong to one family.
        let family: [&[u32]; 5] = [
            &[ZMQ_PUSH, ZMQ_PULL],
            &[ZMQ_PUB, ZMQ_XPUB, ZMQ_SUB, ZMQ_XSUB],
            &[ZMQ_REQ, ZMQ_REP],
            &[ZMQ_DEALER, ZMQ_ROUTER, ZMQ_REP, ZMQ_REQ],
            &KINDS,
        ];
        let kinds = self.walkers.first().and_then(|first| family.iter().find(|kinds| kinds.contains(&first.kind)));
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
        Walker { socket, kind, id: self.made, message: 0, sent: 0, reading: None, places: Vec::new(), peer: None }
    }

    fn go(&mut self, steps: u32) {
        for _ in 0..steps {
            let walker = self.random.below(self.walkers.len());
            match self.random.below(40) {
                0 => {
                    println!("{}: closes", self.walkers[walker].id);
                    let new = self.join();
                    self.walkers[walker] = new;
                }
                1..=3 => self.attach(walker),
                4 | 5 => self.detach(walker),
                6 | 7 => self.option(walker),
                8 => std::thread::sleep(Duration::from_millis(2)),
                9 | 10 => _ = poll_in(&self.walkers[walker].socket, 0),
                11..=22 => self.send(walker),
                23 => self.subscribe(walker),
                _ if self.walkers[walker].places.is_empty() => self.attach(walker),
                _ => self.receive(walker),
            }
        }
    }

    fn attach(&mut self, walker: usize) {
        let bound: Vec<_> =
            self.walkers.iter().flat_map(|walker| &walker.places).filter(|place| place.1).cloned().collect();
        let bind = bound.is_empty() || self.random.below(3) == 0;
        let at = if bind {
            let number = self.random.below(3);
            let name = format!("inproc://{number}");
            self.random.pick(&[&name, "tcp://127.0.0.1:*", "ipc://*"]).to_owned()
        } else {
            bound[self.random.below(bound.len())].0.clone()
        };
        let walker = &mut self.walkers[walker];
        println!("{}: {} {at}", walker.id, if bind { "bind" } else { "connect" });
        let done = if bind { walker.socket.try_bind(&at) } else { walker.socket.try_connect(&at) };
        if done.is_ok() {
            walker.places.push((walker.socket.endpoint(), bind));
        }
    }

    fn detach(&mut self, walker: usize) {
        let count = self.walkers[walker].places.len();
        if count > 0 {
            let index = self.random.below(count);
            let walker = &mut self.walkers[walker];
            let (at, bind) = walker.places.swap_remove(index);
            println!("{}: {} {at}", walker.id, if bind { "unbind" } else { "disconnect" });
            let _ = if bind { walker.socket.try_unbind(&at) } else { walker.socket.try_disconnect(&at) };
        }
    }

    fn option(&mut self, walker: usize) {
        let (option, values) = self.random.pick(&OPTIONS);
        let value = self.random.pick(values);
        let walker = &self.walkers[walker];
        // A REP takes ROUTER's options, and with MANDATORY a peer that is gone ends the process (rep.cpp). It is not its.
        if walker.kind == ZMQ_REP && option == ZMQ_ROUTER_MANDATORY {
            return;
        }
        println!("{}: option {option} = {value}", walker.id);
        let _ = walker.socket.set_bytes(option, &value.to_ne_bytes());
    }

    fn subscribe(&mut self, walker: usize) {
        let option = self.random.pick(&[ZMQ_SUBSCRIBE, ZMQ_SUBSCRIBE, ZMQ_UNSUBSCRIBE]);
        let topic = self.random.pick(&[&b""[..], b"p", b"\x01"]);
        let walker = &self.walkers[walker];
        println!("{}: option {option} {topic:?}", walker.id);
        let _ = walker.socket.set_bytes(option, topic);
        if walker.kind == ZMQ_XSUB && walker.sent == 0 {
            let _ = walker.socket.try_send(&[&[1], topic].concat(), 0);
        }
    }

    fn send(&mut self, walker: usize) {
        let more = self.random.below(2) == 0;
        let long = self.random.below(8) == 0;
        let walker = &mut self.walkers[walker];
        let mut data = format!("part {} {} {} ", walker.id, walker.message, walker.sent).into_bytes();
        if walker.sent == 0
            && let Some(peer) = &walker.peer
        {
            data.clone_from(peer);
        } else if long {
            data.resize(40_000, b'.');
        }
        let flags = if more { ZMQ_SNDMORE } else { 0 };
        let sent = walker.socket.try_send(&data, flags | ZMQ_DONTWAIT);
        println!("{}: send {} {more}: {sent:?}", walker.id, String::from_utf8_lossy(&data[..data.len().min(20)]));
        match sent {
            Ok(()) if more => walker.sent += 1,
            // A message whose middle was refused is dropped to its end.
            Err(_) if walker.sent > 0 && more => walker.sent += 1,
            Err(_) if walker.sent == 0 => {}
            _ => (walker.message, walker.sent) = (walker.message + 1, 0),
        }
        if sent.is_ok() && [ZMQ_REQ, ZMQ_REP].contains(&walker.kind) {
            walker.reading = None;
        }
    }

    fn receive(&mut self, walker: usize) {
        let walker = &mut self.walkers[walker];
        let received: Raw<Vec<u8>> = walker.socket.try_next();
        let Ok(data) = received else {
            println!("{}: receive: {received:?}", walker.id);
            let refused = received == Err(EFSM) || received == Err(libc::ENOTSUP);
            assert!(walker.reading.is_none() || refused, "the rest of a message is not there");
            return;
        };
        let more = walker.socket.more();
        println!("{}: receive {} {more}", walker.id, String::from_utf8_lossy(&data[..data.len().min(20)]));
        if walker.kind == ZMQ_ROUTER && walker.reading.is_none() {
            walker.peer = Some(data.clone());
        }
        let part = part(&data);
        if let (Some(Some(before)), Some(part)) = (walker.reading, part) {
            assert_eq!(part, (before.0, before.1, before.2 + 1), "a part of another message");
        }
        walker.reading = more.then_some(part);
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
    let Walk { walkers, ctx, .. } = walk;
    drop(walkers);
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
