//! What the subscribers of a forwarder subscribe to, as its publishers count it (patch 0021): each of those would end the
//! connection of whoever has more, and with it what everybody hears.

use std::collections::HashMap;

/// All topics together, bytes.
const MOST: usize = 16 << 20;

/// What a topic counts besides its own bytes.
const OVERHEAD: usize = 32;

/// The topics that publishers were told of.
#[derive(Default)]
pub struct Topics {
    /// How often each was begun and not ended.
    held: HashMap<Box<[u8]>, u64>,
    size: usize,
}

/// What is to be done with what a subscriber said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subscription {
    /// Publishers are to be told.
    Tell,
    /// They know.
    Known,
    /// It is one too many.
    Refuse,
}

impl Topics {
    /// Takes notice of a subscription, or of its end.
    pub fn hear(&mut self, begins: bool, topic: &[u8]) -> Subscription {
        let size = topic.len() + OVERHEAD;
        match (self.held.get_mut(topic), begins) {
            (Some(times), true) => {
                *times += 1;
                Subscription::Known
            }
            (None, true) if self.size + size > MOST => Subscription::Refuse,
            (None, true) => {
                self.size += size;
                self.held.insert(topic.into(), 1);
                Subscription::Tell
            }
            (Some(times), false) if *times > 1 => {
                *times -= 1;
                Subscription::Known
            }
            (Some(_), false) => {
                self.size -= size;
                self.held.remove(topic);
                Subscription::Tell
            }
            // Of one that was refused.
            (None, false) => Subscription::Known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_are_told_of_each_topic_once_and_of_no_more_than_they_take() {
        let mut topics = Topics::default();
        for (begins, told) in [
            (true, Subscription::Tell),
            (true, Subscription::Known),
            (false, Subscription::Known),
            (false, Subscription::Tell),
            (false, Subscription::Known),
            (true, Subscription::Tell),
        ] {
            assert_eq!(topics.hear(begins, b"a"), told);
        }
        let topic = |number: usize| {
            let mut topic = vec![0; (64 << 10) - OVERHEAD];
            topic[..8].copy_from_slice(&(number as u64).to_le_bytes());
            topic
        };
        let room = MOST / (64 << 10) - 1;
        for number in 0..room {
            assert_eq!(topics.hear(true, &topic(number)), Subscription::Tell);
        }
        assert_eq!(topics.hear(true, &topic(room)), Subscription::Refuse);
        assert_eq!(topics.hear(false, &topic(room)), Subscription::Known);
        assert_eq!(topics.hear(false, &topic(0)), Subscription::Tell);
        assert_eq!(topics.hear(true, &topic(room)), Subscription::Tell);
    }
}
