//! A name server on loopback: it answers each name as it is told to, also late or never.

use std::collections::HashMap;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The files of `Place` with which a process asks only this server, once, and for up to 30 s.
pub const FILES: &[(&str, &str)] = &[
    ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n"),
    ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: dns\n"),
];

/// The script of `Place` for them. A cache of names outside of the namespaces is out of reach then.
pub const SCRIPT: &str = r#"
mount --bind "$ONEC_HOST_PLACE/resolv.conf" /etc/resolv.conf
mount --bind "$ONEC_HOST_PLACE/nsswitch.conf" /etc/nsswitch.conf
[ ! -d /var/run/nscd ] || mount -t tmpfs tmpfs /var/run/nscd
ip link set lo up
"#;

#[derive(Clone, Copy)]
pub enum Answer {
    /// After this time: the address, or that there is none.
    After(Duration, Option<Ipv4Addr>),
    Never,
}

#[derive(Clone, Default)]
struct Zone(Arc<Mutex<HashMap<String, (Answer, usize)>>>);

pub struct NameServer(Zone);

impl NameServer {
    /// At the port that name servers have: inside of namespaces.
    #[must_use]
    pub fn start() -> Self {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:53").expect("the port of name servers"));
        let zone = Zone::default();
        let asked = zone.clone();
        thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query) {
                let Some((name, end)) = question(&query[..length]) else { continue };
                let Answer::After(time, address) = asked.ask(&name) else { continue };
                let reply = reply(&query[..end], address);
                let socket = Arc::clone(&socket);
                thread::spawn(move || {
                    thread::sleep(time);
                    let _ = socket.send_to(&reply, from);
                });
            }
        });
        Self(zone)
    }

    /// From now on the name is answered so.
    pub fn set(&self, name: &str, answer: Answer) {
        self.0.with(|names| names.entry(name.to_owned()).or_insert((answer, 0)).0 = answer);
    }

    /// How often the name was asked for.
    #[must_use]
    pub fn asked(&self, name: &str) -> usize {
        self.0.with(|names| names.get(name).map_or(0, |(_, asked)| *asked))
    }
}

impl Zone {
    fn with<R>(&self, work: impl FnOnce(&mut HashMap<String, (Answer, usize)>) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ask(&self, name: &str) -> Answer {
        self.with(|names| {
            let (answer, asked) = names.entry(name.to_owned()).or_insert((Answer::After(Duration::ZERO, None), 0));
            *asked += 1;
            *answer
        })
    }
}

/// The name in a query (RFC 1035, 4.1.2) and where its question ends.
fn question(query: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut at) = (Vec::new(), 12);
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            // The type and the class follow.
            return query.get(at..at + 4).map(|_| (labels.join("."), at + 4));
        }
        labels.push(String::from_utf8_lossy(query.get(at..at + length)?).into_owned());
        at += length;
    }
}

/// An address for who asks for one of IPv4 (type 1), else that there is none: without error, or that the name is unknown.
fn reply(question: &[u8], address: Option<Ipv4Addr>) -> Vec<u8> {
    let asked_for = question[question.len() - 3];
    let found = address.filter(|_| asked_for == 1);
    let unknown = if address.is_none() { 3 } else { 0 };
    let flags = [0x81, 0x80 | unknown];
    let counts = [0, 1, 0, u8::from(found.is_some()), 0, 0, 0, 0];
    let mut reply = [&question[..2], &flags, &counts, &question[12..]].concat();
    if let Some(address) = found {
        // The name as in the question, type, class, no time to live, length.
        reply.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        reply.extend(address.octets());
    }
    reply
}
