//! What a publisher knows of its subscribers: how many it waits for, and when to look again at what they told.

/// Subscriptions are read, lest they pile up, each time as many messages were sent.
const READ_EVERY: u8 = 64;

/// The subscribers of a socket.
#[derive(Default)]
pub struct Audience {
    /// Connections whose subscriptions have not come.
    awaited: usize,
    /// Messages until subscriptions are read again.
    unread: u8,
}

impl Audience {
    /// A connection was made.
    pub const fn expect_one(&mut self) {
        self.awaited += 1;
    }

    /// A subscription came, from one of those awaited or from another.
    pub const fn one_came(&mut self) {
        self.awaited = self.awaited.saturating_sub(1);
    }

    /// A connection was ended; so many are left.
    pub const fn expect_at_most(&mut self, connections: usize) {
        if self.awaited > connections {
            self.awaited = connections;
        }
    }

    /// Whoever has not told by now is not waited for.
    pub const fn expect_no_more(&mut self) {
        self.awaited = 0;
    }

    /// Whether a new connection has not told its subscriptions.
    pub const fn is_awaited(&self) -> bool {
        self.awaited > 0
    }

    /// Not everything was read: it is to be gone on with at the next message.
    pub const fn there_is_more(&mut self) {
        self.unread = 0;
    }

    /// Asked once before each message: whether subscriptions should be read now.
    pub const fn is_to_be_read(&mut self) -> bool {
        let now = self.unread == 0;
        self.unread = (self.unread + 1) % READ_EVERY;
        now
    }
}
