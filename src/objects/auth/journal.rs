//! What an Auth decided, for its script to read: the last of it, and how much was dropped before that.

use crate::background::utc;
use serde_json::json;
use std::collections::VecDeque;
use std::time::SystemTime;

/// So many decisions wait to be read; an older one makes room for a new one.
const MOST: usize = 1000;

/// Why a peer was let in, or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    AllowAny,
    Key,
    User,
    /// NULL: by where it comes from alone.
    Address,
    UnknownAddress,
    UnknownKey,
    UnknownUser,
    WrongPassword,
    /// NULL, and no table of addresses: nothing is known of it.
    NoCredentials,
    /// A mechanism that is none of ours, or a question without what belongs to it.
    UnknownMechanism,
}

impl Reason {
    pub const fn lets_in(self) -> bool {
        matches!(self, Self::AllowAny | Self::Key | Self::User | Self::Address)
    }
}

/// One decision. Nothing in it is a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    pub domain: String,
    pub address: String,
    pub mechanism: &'static str,
    /// A public key, or a name that is in the table: one that is not may be a password in the wrong place.
    pub user: Option<String>,
    pub reason: Reason,
}

/// The decisions that nobody has read yet.
#[derive(Default, Debug)]
pub struct Journal {
    waiting: VecDeque<(SystemTime, Decision)>,
    dropped: u64,
}

impl Journal {
    pub fn add(&mut self, decision: Decision) {
        if self.waiting.len() == MOST {
            self.waiting.pop_front();
            self.dropped += 1;
        }
        self.waiting.push_back((SystemTime::now(), decision));
    }

    /// Up to `most` of them as JSON, with how many were dropped before the first.
    pub fn read(&mut self, most: usize) -> String {
        let count = most.min(self.waiting.len());
        let decisions: Vec<_> = self
            .waiting
            .drain(..count)
            .map(|(time, decision)| {
                json!({
                    "time": utc(time),
                    "domain": decision.domain,
                    "address": decision.address,
                    "mechanism": decision.mechanism,
                    "user": decision.user,
                    "allowed": decision.reason.lets_in(),
                    "reason": format!("{:?}", decision.reason),
                })
            })
            .collect();
        json!({ "dropped": std::mem::take(&mut self.dropped), "decisions": decisions }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(number: usize) -> Decision {
        Decision {
            domain: number.to_string(),
            address: "127.0.0.1".into(),
            mechanism: "PLAIN",
            user: None,
            reason: Reason::UnknownUser,
        }
    }

    #[test]
    fn the_last_remain_and_the_dropped_are_counted() {
        let mut journal = Journal::default();
        (0..MOST + 5).for_each(|number| journal.add(decision(number)));
        let read = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
        let first = read(journal.read(2));
        assert_eq!(first["dropped"], 5);
        assert_eq!(first["decisions"][0]["domain"], "5");
        assert_eq!(first["decisions"].as_array().unwrap().len(), 2);
        let rest = read(journal.read(MOST));
        assert_eq!((&rest["dropped"], rest["decisions"].as_array().unwrap().len()), (&0.into(), MOST - 2));
        assert_eq!(read(journal.read(1))["decisions"], serde_json::json!([]));
    }
}
