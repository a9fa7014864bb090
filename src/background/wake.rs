//! What a poller sleeps on, and by which others wake it.

use crate::handle::Bell;
use crate::zmq::{Key, Message, Result, Sleeper, Socket, SocketType};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the bell is known by. No object has this number: they count from 1.
const BELL: Key = 0;

/// The part that others have.
pub struct Wake {
    sleeper: Sleeper,
    rope: Mutex<Socket>,
}

/// The part of the one who sleeps.
pub struct Ears(Socket);

impl Wake {
    /// Both parts.
    ///
    /// # Errors
    /// EMFILE: no descriptor is left, or no socket. EFORKED, ENOMEM.
    pub fn new() -> Result<(Self, Ears)> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let address = format!("inproc://addin-zeromq.poller.{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut bell = Socket::new(SocketType::Pair)?;
        bell.bind(&address)?;
        let mut rope = Socket::new(SocketType::Pair)?;
        rope.connect(&address)?;
        let (sleeper, mut ears) = (Sleeper::new()?, Ears(bell));
        ears.hear();
        sleeper.watch(&mut ears.0, BELL)?;
        Ok((Self { sleeper, rope: Mutex::new(rope) }, ears))
    }

    /// Sleeps until something is told of a socket that was armed, or somebody rings, or `time` has passed; `told` are the
    /// sockets, of which more may wait to be told: then this gives true.
    ///
    /// # Errors
    /// EINTR. What the system says of a bell that is broken.
    pub fn sleep(&self, ears: &mut Ears, told: &mut Vec<Key>, time: Duration) -> Result<bool> {
        let before = told.len();
        self.sleeper.sleep(told, Some(time))?;
        let more = told.len() - before == crate::zmq::AT_ONCE;
        if let Some(bell) = told[before..].iter().position(|&key| key == BELL) {
            told.swap_remove(before + bell);
            ears.hear();
            self.sleeper.arm(&mut ears.0, BELL)?;
        }
        Ok(more)
    }

    /// A socket tells once from now on; at once what waits for it already.
    ///
    /// # Errors
    /// ENOMEM, ENOSPC: the system watches no more. EFORKED.
    pub fn arm(&self, socket: &mut Socket, key: Key) -> Result<()> {
        self.sleeper.watch_or_arm(socket, key)
    }

    /// A socket tells nothing any more.
    pub fn forget(&self, socket: &mut Socket) {
        // It may never have been armed.
        let _ = self.sleeper.forget(socket);
    }
}

impl Bell for Wake {
    fn ring(&self) {
        let mut rope = self.rope.lock().unwrap_or_else(PoisonError::into_inner);
        // Whatever comes of it: a full pipe is full of rings.
        let _ = rope.send(&mut Message::new(), false);
    }
}

impl Ears {
    fn hear(&mut self) {
        while self.0.receive().is_ok() {}
    }
}
