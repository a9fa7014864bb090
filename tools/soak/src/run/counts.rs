//! What a soak counts, and when it is over.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn one(&self) {
        self.add(1);
    }

    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Default)]
pub struct Counts {
    pub tasks: Count,
    pub requests: Count,
    pub answers: Count,
    pub published: Count,
    pub subscribed: Count,
    pub routed: Count,
    pub dealt: Count,
    pub streamed: Count,
    /// Words of Pairs, publications of an XPub to an XSub.
    pub paired: Count,
    pub forwarded: Count,
    /// Messages taken by batches, those taken as texts, requests of one call.
    pub batched: Count,
    pub texts: Count,
    pub asked: Count,
    /// Let in by an Auth, by their keys and by their names and passwords.
    pub guarded: Count,
    pub known: Count,
    /// Messages that a client was told of.
    pub events: Count,
    /// Waits of pollers.
    pub polls: Count,
    /// Through proxies: messages of a Streamer, requests of a Queue that were answered, publications of a Forwarder.
    pub streamed_on: Count,
    pub queued: Count,
    pub published_on: Count,
    /// Events of connections that were read.
    pub happened: Count,

    pub kills: Count,
    pub reconnects: Count,
    pub signals: Count,
    pub refusals: Count,
    pub strangers: Count,
    pub dropped: Count,

    /// Gaps in what a sender sent, requests without an answer, publications that did not come.
    pub lost: Count,
    pub doubled: Count,
    pub broken: Count,
    /// Calls that failed where they should not.
    pub failed: Count,
    over: AtomicBool,
}

impl Counts {
    pub fn over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// What each load has done.
    pub fn loads(&self) -> [&Count; 15] {
        [
            &self.tasks,
            &self.requests,
            &self.answers,
            &self.published,
            &self.subscribed,
            &self.routed,
            &self.dealt,
            &self.streamed,
            &self.paired,
            &self.forwarded,
            &self.batched,
            &self.texts,
            &self.asked,
            &self.guarded,
            &self.known,
        ]
    }

    /// So much is wrong that going on tells nothing new.
    pub fn hopeless(&self) -> bool {
        self.failed.get() > 1000
    }

    /// Sleeps, but not past the end.
    pub fn nap(&self, length: Duration) {
        let end = Instant::now() + length;
        while !self.over() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5).min(length));
        }
    }

    pub fn fail(&self, what: &dyn std::fmt::Display) {
        self.failed.one();
        if self.failed.get() <= 20 {
            eprintln!("сбой: {what}");
        }
    }

    pub fn lose(&self, how_many: u64, what: &dyn std::fmt::Display) {
        self.lost.add(how_many);
        if self.lost.get() <= 1000 {
            eprintln!("потеряно {how_many}: {what}");
        }
    }

    pub fn messages(&self) -> u64 {
        self.loads().map(Count::get).iter().sum()
    }

    pub fn in_short(&self) -> String {
        format!(
            "сообщений {}, убийств {}, чужаков {}, сигналов {}, потеряно {}",
            self.messages(),
            self.kills.get(),
            self.strangers.get(),
            self.signals.get(),
            self.lost.get()
        )
    }
}
