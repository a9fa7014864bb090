//! The handler of ZAP (RFC 27): libzmq asks it about every peer that wants to come in to a socket with a domain. One for the
//! process, in a thread of the library's own, from the first time that somebody needs it for as long as the process lives:
//! where it is not, nobody is let in.

use super::actor::{Actor, Mailbox, Told};
use crate::zmq::{self, Message, Socket, SocketType};
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Where libzmq looks for it.
pub const ADDRESS: &str = "inproc://zeromq.zap.01";

/// What begins each question and each answer.
const VERSION: &[u8] = b"1.0";

/// How long the thread sleeps when nobody asks, ms.
const SLEEP: u16 = 60_000;

/// How often the address is tried, and after what pause: a thread that was too late for its start has it until it runs.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(10);

/// A peer wants to come in.
pub struct Question<'a> {
    pub domain: &'a [u8],
    /// Its IP address; over ipc empty, or what the system tells of the process.
    pub address: &'a [u8],
    pub mechanism: &'a [u8],
    /// CURVE: its public key. PLAIN: name and password.
    pub credentials: &'a [Message],
}

/// Who is let in, by the name that the socket's messages will bear; None for nobody.
pub type Decide = fn(&Question<'_>) -> Option<String>;

/// The handler of this process.
pub struct ZapHandler {
    decide: Decide,
    thread: Mutex<Option<Actor<()>>>,
}

impl ZapHandler {
    /// One that is not there yet.
    #[must_use]
    pub const fn new(decide: Decide) -> Self {
        Self { decide, thread: Mutex::new(None) }
    }

    /// Has it stand, if it does not already.
    ///
    /// # Errors
    /// EFORKED. EMFILE: no descriptor is left, or no socket. EAGAIN: no thread, or an earlier one that was too late still has
    /// the address.
    pub fn stand(&'static self) -> zmq::Result<()> {
        if zmq::is_forked() {
            return Err(zmq::Error::FORKED);
        }
        // A child of a fork must not find the lock taken.
        zmq::prepare()?;
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.as_mut().is_some_and(|actor| actor.tell(()).is_ok()) {
            return Ok(());
        }
        let mut socket = Socket::at_once(SocketType::Router)?;
        bind(&mut socket, ADDRESS)?;
        let decide = self.decide;
        let started = Actor::start("zmq-auth", move |mailbox| answer(mailbox, socket, decide));
        *thread = Some(started.map_err(|_| zmq::Error::AGAIN)?);
        Ok(())
    }
}

/// Binds as soon as the address is free, within a bounded time.
fn bind(socket: &mut Socket, address: &str) -> zmq::Result<()> {
    for _ in 0..TRIES {
        match socket.bind(address) {
            Err(error) if error.name() == "EADDRINUSE" => thread::sleep(PAUSE),
            done => return done,
        }
    }
    Err(zmq::Error::AGAIN)
}

fn answer(mut mailbox: Mailbox<()>, mut socket: Socket, decide: Decide) {
    let mut parts = Vec::new();
    while mailbox.next() != Told::End {
        mailbox.sleep(iter::once(&mut socket), SLEEP);
        while question(&mut socket, &mut parts) {
            // Whatever a question is, it ends nothing.
            let decided = catch_unwind(AssertUnwindSafe(|| read(&parts).and_then(|question| decide(&question))));
            reply(&mut socket, &mut parts, decided.unwrap_or_default().as_deref());
            // There may be a password among them.
            parts.iter_mut().for_each(Message::wipe);
            parts.clear();
        }
    }
    let _ = socket.unbind(ADDRESS);
}

/// A whole question; false when there is none.
fn question(socket: &mut Socket, parts: &mut Vec<Message>) -> bool {
    loop {
        match socket.receive_to(parts) {
            Ok(true) => {}
            Ok(false) => return true,
            Err(error) if error.is_interrupted() => {}
            Err(_) => {
                parts.iter_mut().for_each(Message::wipe);
                parts.clear();
                return false;
            }
        }
    }
}

/// What is asked; None where it is no question: all of libzmq's are.
fn read(parts: &[Message]) -> Option<Question<'_>> {
    let [_route, delimiter, version, _number, domain, address, _identity, mechanism, credentials @ ..] = parts else {
        return None;
    };
    let is_one = delimiter.bytes().is_empty() && version.bytes() == VERSION;
    is_one.then(|| Question {
        domain: domain.bytes(),
        address: address.bytes(),
        mechanism: mechanism.bytes(),
        credentials,
    })
}

/// The answer to what `parts` ask. Whoever asked and has gone hears nothing; that is no business of this thread's.
fn reply(socket: &mut Socket, parts: &mut [Message], user: Option<&str>) {
    let [route, delimiter, version, number, ..] = parts else { return };
    let (status, text) = if user.is_some() { ("200", "OK") } else { ("400", "Access denied") };
    let mut rest = Vec::new();
    for part in [status, text, user.unwrap_or_default(), ""] {
        if Message::add_to(&mut rest, part.as_bytes()).is_err() {
            // No answer lets nobody in.
            return;
        }
    }
    let mut last = rest.pop();
    let all = [route, delimiter, version, number].into_iter().chain(&mut rest);
    let mut sent = all.map(|part| (part, true)).chain(last.as_mut().map(|part| (part, false)));
    // The first part is refused by nobody else than one who has gone; the others then go nowhere.
    let _ = sent.try_for_each(|(part, more)| send(socket, part, more));
}

fn send(socket: &mut Socket, part: &mut Message, more: bool) -> zmq::Result<()> {
    loop {
        match socket.send(part, more) {
            Err(error) if error.is_interrupted() => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn parts(texts: &[&[u8]]) -> Vec<Message> {
        texts.iter().map(|text| Message::from_bytes(text).unwrap()).collect()
    }

    /// As an actor whose thread came too late: its socket goes when the thread runs at last.
    #[test]
    fn an_address_that_is_about_to_be_free_is_waited_for() {
        let address = "inproc://zap.tests.late";
        let new = || Socket::at_once(SocketType::Router).unwrap();
        let mut late = new();
        late.bind(address).unwrap();
        let start = Instant::now();
        assert_eq!(bind(&mut new(), address), Err(zmq::Error::AGAIN), "one that does not go");
        assert!(start.elapsed() >= PAUSE * 40 && start.elapsed() < Duration::from_secs(20));
        let goes = thread::spawn(move || {
            thread::sleep(PAUSE * 5);
            drop(late);
        });
        assert_eq!(bind(&mut new(), address), Ok(()));
        goes.join().unwrap();
        let refused = bind(&mut new(), "nothing://").unwrap_err();
        assert!(refused != zmq::Error::AGAIN, "another error is told at once");
    }

    #[test]
    fn what_is_no_question_is_none() {
        let whole: [&[u8]; 10] =
            [b"route", b"", b"1.0", b"1", b"global", b"127.0.0.1", b"", b"PLAIN", b"user", b"word"];
        let question = parts(&whole);
        let read_one = read(&question).unwrap();
        assert_eq!((read_one.domain, read_one.address), (&b"global"[..], &b"127.0.0.1"[..]));
        assert_eq!((read_one.mechanism, read_one.credentials.len()), (&b"PLAIN"[..], 2));
        for count in 0..8 {
            assert!(read(&parts(&whole[..count])).is_none(), "{count}");
        }
        for (place, other) in [(1, &b"x"[..]), (2, b"2.0")] {
            let mut broken = whole;
            broken[place] = other;
            assert!(read(&parts(&broken)).is_none());
        }
    }
}
