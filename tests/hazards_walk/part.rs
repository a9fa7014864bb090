//! What a part tells of itself: whose it is, where it belongs, what it answers.

use host::random::Random;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub topic: u8,
    /// The object that sent it, and the number of its message.
    pub sender: u64,
    pub message: u64,
    pub index: usize,
    /// Others follow.
    pub more: bool,
    /// The request that this replies to: its sender and number.
    pub answers: Option<(u64, u64)>,
}

impl Part {
    /// The bytes, long enough now and then to leave the message's own memory, or the kernel's buffers.
    pub fn bytes(&self, random: &mut Random) -> Vec<u8> {
        let answers = self.answers.map_or_else(String::new, |(sender, message)| format!("{sender}.{message}"));
        let Self { topic, sender, message, index, more, .. } = self;
        let mut bytes = format!("{}|{sender}|{message}|{index}|{more}|{answers}|", char::from(*topic)).into_bytes();
        let padding = match random.below(20) {
            0 => 70_000,
            1..=4 => 100,
            _ => 0,
        };
        bytes.resize(bytes.len() + padding, b'x');
        bytes
    }

    /// None where somebody else wrote it: libzmq's own envelopes between sockets that do not fit.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.len().min(100);
        let text = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut fields = text.split('|');
        let topic = *fields.next()?.as_bytes().first()?;
        let sender = fields.next()?.parse().ok()?;
        let message = fields.next()?.parse().ok()?;
        let index = fields.next()?.parse().ok()?;
        let more = fields.next()?.parse().ok()?;
        let answers = fields.next()?.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        Some(Self { topic, sender, message, index, more, answers })
    }
}
