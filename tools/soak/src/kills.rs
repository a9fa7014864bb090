//! Transfers between processes of which one is killed at random, again and again, and what became of the messages.

use super::journal::{Journal, Number};
use super::peers::Peer;
use host::random::Random;
use host::{Endpoints, Transport};
use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

/// One transfer.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub transport: Transport,
    /// For each sender.
    pub messages: usize,
    pub kills: usize,
    /// Bytes of each message.
    pub size: usize,
    /// How long a request waits for its answer before it is made again, and a publisher for its subscriber before it
    /// goes on, ms.
    pub patience: i32,
}

/// A sender learns of a kill within so many messages.
const RESUMING: u64 = 3_000;

/// Role, lane, whether it binds.
type Part = (&'static str, usize, bool);

/// What became of the messages of one lane.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lane {
    pub accepted: u64,
    pub came: u64,
    /// Sent before the receiver had joined.
    pub early: usize,
    /// Never came, of those after the first that did.
    pub missing: usize,
}

#[derive(Debug)]
pub struct Report {
    pub what: &'static str,
    pub plan: Plan,
    pub lanes: [Lane; 2],
    pub doubled: u64,
    pub disordered: u64,
    pub broken: u64,
    pub failed: u64,
    pub stale: u64,
    pub repeated: u64,
    /// Of those begun well after the last kill.
    pub missing_at_the_end: usize,
    /// How many of them there were.
    pub at_the_end: usize,
    pub took: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, plan, lanes, repeated, took, .. } = self;
        write!(f, "{what} {:?}: {} kills, {:.1} s;", plan.transport, plan.kills, took.as_secs_f64())?;
        for (n, lane) in lanes.iter().enumerate().filter(|(_, lane)| lane.accepted + lane.came > 0) {
            write!(
                f,
                " lane {n}: accepted {}, came {}, early {}, missing {};",
                lane.accepted, lane.came, lane.early, lane.missing
            )?;
        }
        write!(f, " repeated {repeated}")
    }
}

impl Report {
    /// What must never happen, whoever is killed.
    #[track_caller]
    pub fn assert_sound(&self) {
        println!("{self}");
        assert_eq!(self.doubled, 0, "came twice: {self:?}");
        assert_eq!(self.disordered, 0, "overtook another: {self:?}");
        assert_eq!(self.broken, 0, "content broken: {self:?}");
        assert_eq!(self.failed, 0, "calls failed: {self:?}");
        assert_eq!(self.stale, 0, "answers to other requests: {self:?}");
    }
}

/// Starts `parts`, the first of which binds, and kills the part `victim` at random moments of the first nine tenths.
#[track_caller]
pub fn run(what: &'static str, plan: Plan, parts: &[Part], victim: usize) -> Report {
    let endpoints = Endpoints::new();
    let file = endpoints.folder().join("journal");
    let journal = Journal::create(&file, 2, plan.messages);
    let start = Instant::now();
    let mut endpoint = endpoints.to_bind(plan.transport);
    let mut peers = Vec::new();
    for &(role, lane, binds) in parts {
        let verb = if binds { "Bind" } else { "Connect" };
        let path = file.display().to_string();
        let numbers = [lane.to_string(), plan.size.to_string(), plan.patience.to_string()];
        let words = [role, &path, &numbers[0], verb, &endpoint, &numbers[1], &numbers[2]].map(str::to_owned);
        let peer = Peer::start(&words);
        if binds {
            endpoint.clone_from(&peer.endpoint);
        }
        peers.push(peer);
    }
    let senders: Vec<usize> = if parts.iter().any(|part| part.0 == "pub") {
        vec![0]
    } else {
        parts.iter().filter(|part| matches!(part.0, "push" | "req")).map(|part| part.1).collect()
    };
    let begun_of = |lane: usize| journal.get(Number::Begun(lane)).min(plan.messages as u64);
    let begun = || senders.iter().map(|&lane| begun_of(lane)).sum::<u64>();
    let total = (senders.len() * plan.messages) as u64;

    let mut random = Random::by_clock(what);
    let mut moments: Vec<u64> = (0..plan.kills).map(|_| total / 50 + random.below(total * 85 / 100)).collect();
    moments.sort_unstable();
    for moment in moments {
        while begun() < moment {
            thread::sleep(Duration::from_micros(500));
        }
        peers[victim].kill_and_restart();
    }
    let resumed = [0, 1].map(|lane| begun_of(lane).saturating_add(RESUMING).min(plan.messages as u64));
    settle(&journal, || begun() == total);
    journal.set(Number::Stop, 1);
    for peer in peers {
        peer.finish();
    }
    let mut report = report(what, plan, &journal, start.elapsed());
    for lane in senders {
        let resumed = usize::try_from(resumed[lane]).expect("a number");
        report.at_the_end += plan.messages - resumed;
        report.missing_at_the_end += journal.missing(lane, resumed, plan.messages);
    }
    report
}

/// Waits until all is sent and nothing has moved for a while.
fn settle(journal: &Journal, all_sent: impl Fn() -> bool) {
    let moved = || [0, 1].map(|lane| [journal.get(Number::Came(lane)), journal.get(Number::Accepted(lane))]);
    let (mut before, mut since) = (moved(), Instant::now());
    while !all_sent() || since.elapsed() < Duration::from_millis(1200) {
        thread::sleep(Duration::from_millis(10));
        let now = moved();
        if now != before {
            (before, since) = (now, Instant::now());
        }
    }
}

fn report(what: &'static str, plan: Plan, journal: &Journal, took: Duration) -> Report {
    let end = plan.messages;
    let lanes = [0, 1].map(|lane| {
        let (accepted, came) = (journal.get(Number::Accepted(lane)), journal.get(Number::Came(lane)));
        if came == 0 {
            return Lane { accepted, ..Lane::default() };
        }
        let early = journal.first(lane);
        Lane { accepted, came, early, missing: journal.missing(lane, early, end) }
    });
    Report {
        what,
        plan,
        lanes,
        doubled: journal.get(Number::Doubled),
        disordered: journal.get(Number::Disordered),
        broken: journal.get(Number::Broken),
        failed: journal.get(Number::Failed),
        stale: journal.get(Number::Stale),
        repeated: journal.get(Number::Repeated),
        missing_at_the_end: 0,
        at_the_end: 0,
        took,
    }
}
