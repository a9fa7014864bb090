//! A Forwarder none of whose sockets drops anything: from the first publication on that a subscriber hears, it hears each one.

use super::super::Soak;
use super::super::loads::{PATIENCE, mark, marked};
use super::{MESSAGES, ended, paused, receive, send, started};
use host::random::Random;
use host::{CallFailed, Host, Object, Value, args};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Publishers, and subscribers, at the most.
const PEERS: usize = 3;

/// Not known yet.
const UNKNOWN: usize = usize::MAX;

/// Where whoever is slow makes all others wait, soon.
const NARROW: i32 = 20;

/// What the publishers tell the subscribers beside the proxy, and hear from them.
struct Course {
    /// How many publications each publisher has made in all.
    ends: Vec<AtomicUsize>,
    /// How often a subscriber has still to hear of a publisher for the first time.
    strange: AtomicUsize,
}

struct Publisher {
    socket: Object,
    name: usize,
    next: usize,
}

impl Publisher {
    /// False where somebody has no room for it: it is nobody's then, and comes next again.
    fn try_to_publish(&mut self) -> Result<bool, CallFailed> {
        let sent = send(&self.socket, &publication(self.name, self.next))?;
        self.next += usize::from(sent);
        Ok(sent)
    }

    fn publish(&mut self, soak: &Soak) -> Result<(), CallFailed> {
        let since = Instant::now();
        while !self.try_to_publish()? {
            if since.elapsed() > PATIENCE {
                soak.counts.fail(&"публикация через прокси ждала слишком долго");
                break;
            }
        }
        Ok(())
    }
}

/// Every third publication has a second part; all of it follows from its number.
fn publication(name: usize, number: usize) -> Vec<Vec<u8>> {
    let mut parts = vec![mark(name as u64, number, number * 37 % 3_000)];
    if number.is_multiple_of(3) {
        parts.push(number.to_le_bytes().to_vec());
    }
    parts
}

fn peer(host: &Host, class: &str, options: &[(&str, Value)], endpoint: &str) -> Object {
    let object = host.create(class);
    for (name, value) in options {
        object.must("SetOption", [Value::from(*name), value.clone()]);
    }
    if class == "ZeroMQ.Sub" {
        object.must("Subscribe", [Value::blob("")]);
    }
    object.must("Connect", args![endpoint]);
    object
}

/// A subscriber, slow now and then.
fn hear(soak: &Soak, mut random: Random, subscriber: &Object, course: &Course) -> Result<(), CallFailed> {
    // None where nothing has come yet.
    let mut next = vec![None; course.ends.len()];
    let mut last = Instant::now();
    loop {
        let ends = course.ends.iter().map(|end| end.load(Ordering::Acquire));
        if ends.zip(&next).all(|(end, next)| *next == Some(end)) {
            return Ok(());
        }
        let parts = receive(subscriber, 20)?;
        let Some(first) = parts.first() else {
            if last.elapsed() > PATIENCE {
                for (end, next) in course.ends.iter().zip(&next) {
                    let (end, next) = (end.load(Ordering::Acquire), next.unwrap_or(0));
                    let missing = if end == UNKNOWN { 1 } else { end.saturating_sub(next) };
                    if missing > 0 {
                        soak.counts.lose(missing as u64, &"публикации через прокси");
                    }
                }
                return Ok(());
            }
            continue;
        };
        last = Instant::now();
        let whose = marked(first).and_then(|(name, number)| Some((usize::try_from(name).ok()?, number)));
        let Some((name, number)) =
            whose.filter(|&(name, number)| name < next.len() && parts == publication(name, number))
        else {
            soak.counts.broken.one();
            continue;
        };
        soak.counts.published_on.one();
        let expected = next[name].replace(number + 1);
        match expected {
            None => drop(course.strange.fetch_sub(1, Ordering::Relaxed)),
            Some(expected) if number > expected => {
                soak.counts.lose((number - expected) as u64, &"публикации через прокси, посреди");
            }
            Some(expected) if number < expected => soak.counts.doubled.one(),
            Some(_) => {}
        }
        if random.below(30) == 0 {
            thread::sleep(Duration::from_millis(random.below(20)));
        }
    }
}

/// Until all know each other, and some more, which are held back now and then.
fn speak(
    soak: &Soak,
    random: &mut Random,
    proxy: &Object,
    publishers: &mut [Publisher],
    course: &Course,
) -> Result<(), CallFailed> {
    let since = Instant::now();
    while course.strange.load(Ordering::Relaxed) > 0 {
        if since.elapsed() > PATIENCE {
            soak.counts.fail(&"подписка через прокси не дошла");
            break;
        }
        for publisher in &mut *publishers {
            publisher.publish(soak)?;
        }
        thread::sleep(Duration::from_millis(1));
    }
    for _ in 0..random.below(MESSAGES) {
        let index = random.below(publishers.len());
        let publisher = &mut publishers[index];
        if random.below(40) == 0 {
            let mut tried = Ok(false);
            paused(soak, random, proxy, |_| tried = publisher.try_to_publish());
            tried?;
        }
        publisher.publish(soak)?;
    }
    Ok(())
}

/// Several publish to several, whole, in order, without a gap.
pub fn passing_publications(soak: &Soak, mut random: Random) {
    let host = soak.host();
    while !soak.counts.over() {
        let room = if random.below(2) == 0 { NARROW } else { 1_000 };
        let to_all = [("XPubNoDrop", Value::Bool(true)), ("SendHighWaterMark", room.into())];
        let Some(proxy) = started(soak, &mut random, &host, "Forwarder", &to_all) else { continue };
        let mut publishers: Vec<_> = (0..=random.below(PEERS))
            .map(|name| {
                let socket = peer(&host, "ZeroMQ.Pub", &to_all, &proxy.text_of("FrontendEndpoint"));
                socket.must("SetSendTimeout", args![100]);
                Publisher { socket, name, next: 0 }
            })
            .collect();
        let subscribers = 1 + random.below(PEERS);
        let course = Course {
            ends: publishers.iter().map(|_| AtomicUsize::new(UNKNOWN)).collect(),
            strange: AtomicUsize::new(publishers.len() * subscribers),
        };
        let back = proxy.text_of("BackendEndpoint");
        thread::scope(|scope| {
            for _ in 0..subscribers {
                let random = Random::new(random.draw());
                scope.spawn(|| {
                    let narrow = [("RecvHighWaterMark", room.into())];
                    let subscriber = peer(&soak.host(), "ZeroMQ.Sub", &narrow, &back);
                    if let Err(failed) = hear(soak, random, &subscriber, &course) {
                        soak.counts.fail(&failed);
                    }
                });
            }
            if let Err(failed) = speak(soak, &mut random, &proxy, &mut publishers, &course) {
                soak.counts.fail(&failed);
            }
            for (end, publisher) in course.ends.iter().zip(&publishers) {
                end.store(publisher.next, Ordering::Release);
            }
        });
        ended(soak, &mut random, proxy);
    }
}
