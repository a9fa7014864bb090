//! Subscribing, for those that choose what they receive.

use super::{Socket, errors, topics};
use crate::objects::errors::Deed;
use crate::schema::Outcome;
use crate::zmq::BytesOption;

impl Socket {
    pub fn subscribe(&mut self, topic: &[u8]) -> Outcome {
        self.topics.check(topic)?;
        self.set_subscription(Deed::Subscribe, BytesOption::Subscribe, topic)?;
        self.topics.begun(topic);
        Ok(())
    }

    pub fn unsubscribe(&mut self, topic: &[u8]) -> Outcome {
        topics::check_length(topic)?;
        self.set_subscription(Deed::Unsubscribe, BytesOption::Unsubscribe, topic)?;
        self.topics.ended(topic);
        Ok(())
    }

    fn set_subscription(&mut self, deed: Deed, option: BytesOption, topic: &[u8]) -> Outcome {
        let class = self.class;
        let done = self.open()?.set_bytes(option, topic);
        done.map_err(|error| errors::explain(deed, class, &topic.len().to_string(), error))
    }
}
