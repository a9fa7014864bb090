//! The topics of a subscriber, counted as its publishers count them (patch 0021): what those would refuse, by ending
//! the connection, is refused here in words.

use super::outbox::take;
use crate::objects::errors::{self, Deed};
use crate::schema::{Error, Outcome};
use crate::zmq::{self, BytesOption};
use std::collections::HashMap;

/// The longest topic, bytes.
const LONGEST: usize = 64 << 10;

/// All topics of a subscriber together, bytes. A publisher holds up to 48 bytes for each.
const MOST: usize = 16 << 20;

/// What a message begins with that subscribes to the topic after it, or ends that.
const BEGINS: u8 = 1;
const ENDS: u8 = 0;

/// What a topic counts besides its own bytes.
const OVERHEAD: usize = 32;

/// What a message says of topics.
#[derive(Default)]
pub struct Told {
    begun: Vec<Box<[u8]>>,
    ended: Vec<Box<[u8]>>,
}

#[derive(Default)]
pub struct Topics {
    /// How many times a topic was subscribed to, and not ended since.
    held: HashMap<Box<[u8]>, usize>,
    size: usize,
}

impl Topics {
    /// Subscribes `raw` to a topic that was checked.
    pub fn subscribe(&mut self, raw: &mut zmq::Socket, topic: &[u8]) -> Outcome {
        set(raw, Deed::Subscribe, BytesOption::Subscribe, topic)?;
        self.begun(topic);
        Ok(())
    }

    /// Ends a subscription.
    pub fn unsubscribe(&mut self, raw: &mut zmq::Socket, topic: &[u8]) -> Outcome {
        set(raw, Deed::Unsubscribe, BytesOption::Unsubscribe, topic)?;
        self.ended(topic);
        Ok(())
    }

    /// Subscribes `raw`, which does so by sending, to a topic that was checked.
    pub fn subscribe_by_message(&mut self, raw: &mut zmq::Socket, topic: &[u8]) -> Outcome {
        tell(raw, Deed::Subscribe, BEGINS, topic)?;
        self.begun(topic);
        Ok(())
    }

    /// Ends a subscription of `raw`, which does so by sending.
    pub fn unsubscribe_by_message(&mut self, raw: &mut zmq::Socket, topic: &[u8]) -> Outcome {
        tell(raw, Deed::Unsubscribe, ENDS, topic)?;
        self.ended(topic);
        Ok(())
    }

    /// Checks and counts the subscriptions among the parts of a message that is about to be sent.
    pub fn tell<'p>(&mut self, parts: impl Iterator<Item = &'p [u8]>) -> Outcome<Told> {
        let mut told = Told::default();
        for part in parts {
            match part.split_first() {
                Some((&BEGINS, topic)) => {
                    if let Err(refused) = self.check(topic) {
                        self.told(told, false);
                        return Err(refused);
                    }
                    self.begun(topic);
                    told.begun.push(topic.into());
                }
                Some((&ENDS, topic)) => told.ended.push(topic.into()),
                _ => {}
            }
        }
        Ok(told)
    }

    /// That message was sent, or not.
    pub fn told(&mut self, told: Told, sent: bool) {
        let over = if sent { told.ended } else { told.begun };
        over.iter().for_each(|topic| self.ended(topic));
    }

    /// Whether a topic can be subscribed to.
    pub fn check(&self, topic: &[u8]) -> Outcome {
        check_length(topic)?;
        let (size, held) = (self.size, self.held.len());
        if self.held.contains_key(topic) || size + topic.len() + OVERHEAD <= MOST {
            return Ok(());
        }
        let wanted = topic.len();
        Err(Error::new(
            "ENOSPC",
            format!(
                "Подписок слишком много: {held} занимают {size} байт из {MOST} (каждая — свою длину и ещё {OVERHEAD}), тема \
                 в {wanted} байт не помещается. Подпишитесь на общее начало тем, отпишитесь от ненужных или возьмите второй Sub."
            ),
            format!(
                "Too many subscriptions: {held} take {size} bytes of {MOST} (each its length and {OVERHEAD} more), a topic \
                 of {wanted} bytes does not fit. Subscribe to what topics begin with, end some, or take a second Sub."
            ),
        ))
    }

    /// A subscription was made.
    fn begun(&mut self, topic: &[u8]) {
        if let Some(times) = self.held.get_mut(topic) {
            *times += 1;
        } else {
            self.size += topic.len() + OVERHEAD;
            self.held.insert(topic.into(), 1);
        }
    }

    /// A subscription was ended, if there was one.
    fn ended(&mut self, topic: &[u8]) {
        let Some(times) = self.held.get_mut(topic) else { return };
        *times -= 1;
        if *times == 0 {
            self.size -= topic.len() + OVERHEAD;
            self.held.remove(topic);
        }
    }
}

/// Tells `raw` of a topic.
pub fn set(raw: &mut zmq::Socket, deed: Deed, option: BytesOption, topic: &[u8]) -> Outcome {
    // The texts of these two deeds name no class.
    raw.set_bytes(option, topic).map_err(|error| errors::explain(deed, "", &topic.len().to_string(), error))
}

/// A subscription as a message.
fn tell(raw: &mut zmq::Socket, deed: Deed, first: u8, topic: &[u8]) -> Outcome {
    let mut message = take("XSub", &[&[first], topic].concat())?;
    loop {
        match raw.send(&mut message, false) {
            Ok(()) => return Ok(()),
            Err(error) if error.is_interrupted() => {}
            Err(error) => return Err(errors::explain(deed, "", &topic.len().to_string(), error)),
        }
    }
}

/// Whether there can be such a topic.
pub fn check_length(topic: &[u8]) -> Outcome {
    let size = topic.len();
    if size <= LONGEST {
        return Ok(());
    }
    Err(Error::new(
        "EINVAL",
        format!("Тема слишком длинная: {size} байт, допустимо {LONGEST}. Подпишитесь на начало темы."),
        format!("The topic is too long: {size} bytes, {LONGEST} are allowed. Subscribe to its beginning."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(number: usize, size: usize) -> Vec<u8> {
        let mut topic = number.to_ne_bytes().to_vec();
        topic.resize(size, b't');
        topic
    }

    #[test]
    fn what_is_held_counts() {
        let mut topics = Topics::default();
        let full = MOST / (LONGEST + OVERHEAD);
        for number in 0..full {
            let topic = topic(number, LONGEST);
            for _ in 0..3 {
                topics.check(&topic).unwrap();
                topics.begun(&topic);
            }
        }
        assert_eq!(topics.check(&topic(full, LONGEST)).unwrap_err().code, "ENOSPC");
        topics.check(&topic(0, LONGEST)).unwrap();
        topics.check(b"").unwrap();
        for _ in 0..2 {
            topics.ended(&topic(0, LONGEST));
            assert!(topics.check(&topic(full, LONGEST)).is_err(), "still held");
        }
        topics.ended(&topic(0, LONGEST));
        topics.ended(&topic(0, LONGEST));
        topics.check(&topic(full, LONGEST)).unwrap();
        assert_eq!(topics.check(&topic(1, LONGEST + 1)).unwrap_err().code, "EINVAL");
    }
}
