//! Two objects of this process that talk to each other: a Pair with a Pair, an XSub with an XPub whose topics come and go.

use super::Soak;
use super::loads::{PATIENCE, mark, marked, receive, socket};
use host::random::Random;
use host::{Object, Transport, Value, args};
use std::time::{Duration, Instant};

/// Messages of one acquaintance.
const MESSAGES: usize = 100;

/// The next message; None where none came in time, which is told, or the soak is over.
fn next(soak: &Soak, socket: &Object, random: &mut Random, what: &str) -> Option<Vec<u8>> {
    let since = Instant::now();
    while !soak.counts.over() {
        let data = receive(soak, socket, random).filter(|data| !data.is_empty());
        if data.is_some() {
            return data;
        }
        if since.elapsed() > PATIENCE {
            soak.counts.lose(1, &what);
            return None;
        }
    }
    None
}

fn send(soak: &Soak, socket: &Object, data: &[u8]) {
    while !soak.counts.over() {
        match socket.call("Send", [Value::blob(data)]) {
            // The other one is not there yet: on a busy machine that takes longer than the timeout.
            Ok(sent) if !sent.truth() => {}
            Ok(_) => return,
            Err(failed) => return soak.counts.fail(&failed),
        }
    }
}

/// Pairs meet, talk and part.
pub fn conversing(soak: &Soak, mut random: Random) {
    let host = soak.host();
    while !soak.counts.over() {
        let transport = random.pick(&[Transport::Tcp, Transport::Inproc]);
        let one = socket(&host, "ZeroMQ.Pair", "Bind", &soak.endpoints.to_bind(transport));
        let other = socket(&host, "ZeroMQ.Pair", "Connect", &one.text_of("LastEndpoint"));
        for number in 0..MESSAGES {
            let said = mark(0, number, 1 + random.below(2_000));
            for (from, to) in [(&one, &other), (&other, &one)] {
                send(soak, from, &said);
                match next(soak, to, &mut random, "слово Pair") {
                    Some(heard) if heard == said => soak.counts.paired.one(),
                    Some(_) => soak.counts.broken.one(),
                    None => return,
                }
            }
        }
        soak.counts.nap(Duration::from_millis(random.below(50)));
    }
}

/// Each topic is heard of, published to, and heard of again when nobody wants it any more.
pub fn forwarding(soak: &Soak, mut random: Random) {
    let host = soak.host();
    let publisher = socket(&host, "ZeroMQ.XPub", "Bind", "tcp://127.0.0.1:*");
    let subscriber = host.create("ZeroMQ.XSub");
    subscriber.must("SetRecvTimeout", args![500]);
    subscriber.must("Connect", args![publisher.text_of("LastEndpoint")]);
    for round in 0.. {
        let topic = format!("{round}.");
        for (verb, told) in [("Subscribe", 1), ("Unsubscribe", 0)] {
            if let Err(failed) = subscriber.call(verb, args![topic.as_str()]) {
                soak.counts.fail(&failed);
            }
            let Some(heard) = next(soak, &publisher, &mut random, "подписка XSub") else { return };
            if heard != [&[told], topic.as_bytes()].concat() {
                soak.counts.broken.one();
            }
            for number in 0..MESSAGES {
                for topic in [&topic, "nobody wants this"] {
                    send(soak, &publisher, &[topic.as_bytes(), &mark(0, number, 60)].concat());
                }
            }
            for number in 0..if told == 1 { MESSAGES } else { 0 } {
                let Some(heard) = next(soak, &subscriber, &mut random, "публикация XPub") else { return };
                let rest = heard.strip_prefix(topic.as_bytes()).and_then(marked);
                if rest.is_some_and(|(_, heard)| heard == number) {
                    soak.counts.forwarded.one();
                } else {
                    soak.counts.broken.one();
                }
            }
        }
    }
}
