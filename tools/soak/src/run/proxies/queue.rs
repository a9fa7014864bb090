//! A Queue: requests of Req and Dealer go to whichever worker is free, and each answer goes back to who asked.

use super::super::Soak;
use super::super::loads::{PATIENCE, mark, marked, socket};
use super::{MESSAGES, ended, paused, receive, send, started};
use host::random::Random;
use host::{CallFailed, Host, Object, Value, args};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Who asks, and who answers, at the most.
const PEERS: u64 = 4;

/// Questions of one Dealer that wait for their answers.
const AHEAD: usize = 8;

/// What a worker puts in front of the request.
const ANSWER: &[u8] = b"answer to ";

struct Client {
    socket: Object,
    /// Its number, and its next request's.
    name: u64,
    next: usize,
    /// Envelopes are a Dealer's own affair.
    dealer: bool,
    unanswered: HashMap<usize, Vec<u8>>,
}

impl Client {
    fn new(host: &Host, random: &mut Random, name: u64, endpoint: &str) -> Self {
        let dealer = random.below(2) == 0;
        let class = if dealer { "ZeroMQ.Dealer" } else { "ZeroMQ.Req" };
        let socket = socket(host, class, "Connect", endpoint);
        Self { socket, name, next: 0, dealer, unanswered: HashMap::new() }
    }

    /// Asks, if it may.
    fn ask(&mut self, random: &mut Random) -> Result<(), CallFailed> {
        if self.unanswered.len() >= if self.dealer { AHEAD } else { 1 } {
            return Ok(());
        }
        let question = mark(self.name, self.next, random.below(3_000));
        let message = if self.dealer { vec![Vec::new(), question.clone()] } else { vec![question.clone()] };
        if send(&self.socket, &message)? {
            self.unanswered.insert(self.next, question);
            self.next += 1;
        }
        Ok(())
    }

    /// Takes one answer; false where none came in time.
    fn hear(&mut self, soak: &Soak, timeout: i32) -> Result<bool, CallFailed> {
        let mut answer = receive(&self.socket, timeout)?;
        let Some(last) = answer.pop() else { return Ok(false) };
        let envelope: &[Vec<u8>] = if self.dealer { &[Vec::new()] } else { &[] };
        let question = last.strip_prefix(ANSWER).unwrap_or_default();
        let whose = marked(question).filter(|(name, _)| *name == self.name && answer == envelope);
        match whose.map(|(_, number)| (number, self.unanswered.remove(&number))) {
            Some((_, Some(asked))) if asked == question => soak.counts.queued.one(),
            Some((number, None)) if number < self.next => soak.counts.doubled.one(),
            _ => soak.counts.broken.one(),
        }
        Ok(true)
    }

    /// Until nothing is unanswered, or `few` are few enough.
    fn hear_all_but(&mut self, soak: &Soak, few: usize) -> Result<(), CallFailed> {
        let since = Instant::now();
        while self.unanswered.len() > few {
            if !self.hear(soak, 300)? && since.elapsed() > PATIENCE {
                let what = format!("запросы {} через прокси без ответа", self.socket.class());
                soak.counts.lose(self.unanswered.len() as u64, &what);
                self.unanswered.clear();
            }
        }
        Ok(())
    }
}

/// A worker: answers each request, none twice.
fn work(soak: &Soak, mut random: Random, endpoint: &str, served: &Mutex<HashSet<(u64, usize)>>, over: &AtomicBool) {
    let worker = socket(&soak.host(), "ZeroMQ.Rep", "Connect", endpoint);
    while !over.load(Ordering::Relaxed) {
        match worker.call("Recv", args![20]) {
            Ok(Value::Blob(question)) => {
                match marked(&question) {
                    Some(whose) if served.lock().expect("no panic while held").insert(whose) => {}
                    Some(_) => soak.counts.doubled.one(),
                    None => soak.counts.broken.one(),
                }
                if random.below(30) == 0 {
                    thread::sleep(Duration::from_millis(random.below(5)));
                }
                match worker.call("Send", [Value::Blob([ANSWER, &question].concat())]) {
                    Ok(sent) if sent.truth() => {}
                    Ok(_) => soak.counts.fail(&"ответ через прокси не ушёл"),
                    Err(failed) => soak.counts.fail(&failed),
                }
            }
            Ok(_) => {}
            Err(failed) => soak.counts.fail(&failed),
        }
    }
}

/// While all peers stay, every request has its own answer, once.
pub fn passing_requests(soak: &Soak, mut random: Random) {
    let host = soak.host();
    while !soak.counts.over() {
        let Some(proxy) = started(soak, &mut random, &host, "Queue", &[]) else { continue };
        let (front, back) = (proxy.text_of("FrontendEndpoint"), proxy.text_of("BackendEndpoint"));
        let (served, over) = (Mutex::default(), AtomicBool::new(false));
        thread::scope(|scope| {
            for _ in 0..=random.below(PEERS) {
                let random = Random::new(random.draw());
                scope.spawn(|| work(soak, random, &back, &served, &over));
            }
            let mut clients: Vec<_> =
                (0..=random.below(PEERS)).map(|name| Client::new(&host, &mut random, name, &front)).collect();
            if let Err(failed) = converse(soak, &mut random, &proxy, &mut clients) {
                soak.counts.fail(&failed);
            }
            over.store(true, Ordering::Relaxed);
        });
        ended(soak, &mut random, proxy);
    }
}

fn converse(soak: &Soak, random: &mut Random, proxy: &Object, clients: &mut [Client]) -> Result<(), CallFailed> {
    for _ in 0..random.below(MESSAGES) {
        let index = random.below(clients.len());
        if random.below(25) == 0 {
            let mut asked = Ok(());
            paused(soak, random, proxy, |random| asked = clients.iter_mut().try_for_each(|client| client.ask(random)));
            asked?;
        }
        let client = &mut clients[index];
        client.ask(random)?;
        client.hear_all_but(soak, if client.dealer { random.below(AHEAD) } else { 0 })?;
    }
    for client in &mut *clients {
        client.hear_all_but(soak, 0)?;
    }
    // All have been answered: whatever comes now came twice. A Req takes nothing that it has not asked for.
    clients.iter_mut().filter(|client| client.dealer).try_for_each(|client| client.hear(soak, 1).map(drop))
}
