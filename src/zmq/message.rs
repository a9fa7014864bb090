//! One message part: `zmq_msg_t`, owned.

use super::error::{Error, Result};
use super::glue;
use std::mem::MaybeUninit;
use std::slice;
use zmq_sys as sys;

/// zmq-sys declares the 64 bytes of `zmq_msg_t` without libzmq's alignment of a pointer.
#[repr(C, align(8))]
pub(super) struct Storage(sys::zmq_msg_t);

/// Puts a copy of `bytes` into room that holds no message.
fn fill(room: &mut MaybeUninit<Storage>, bytes: &[u8]) -> Result<()> {
    // SAFETY: room for a message; so many readable bytes, which are copied. Without memory there is an empty message, which
    // needs no close.
    let filled = unsafe { glue::addin_zmq_fill(room.as_mut_ptr().cast(), bytes.as_ptr().cast(), bytes.len()) };
    if filled == 0 { Ok(()) } else { Err(Error::NO_MEMORY) }
}

/// A message part (`zmq_msg_init(3)`). Up to 33 bytes live inside it, more in one heap block.
#[repr(transparent)]
pub struct Message(Storage);

// SAFETY: a zmq_msg_t belongs to no thread: libzmq itself carries it from the caller's thread to its I/O threads, and
// the count of shared content (zmq_msg_copy) is atomic.
unsafe impl Send for Message {}

impl Message {
    /// An empty part: 0 bytes (`zmq_msg_init(3)`, which cannot fail).
    #[must_use]
    pub fn new() -> Self {
        let mut storage = Storage(sys::zmq_msg_t { __: [0; 64] });
        // SAFETY: the pointer is to 64 writable bytes aligned as a pointer, all that zmq_msg_init wants.
        unsafe { sys::zmq_msg_init(&raw mut storage.0) };
        Self(storage)
    }

    /// A part that holds a copy of `bytes`.
    ///
    /// # Errors
    /// ENOMEM: no memory for the copy.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut storage = MaybeUninit::<Storage>::uninit();
        fill(&mut storage, bytes)?;
        // SAFETY: filled just now.
        Ok(Self(unsafe { storage.assume_init() }))
    }

    /// As `from_bytes`, at the end of `parts`, where it stays.
    ///
    /// # Errors
    /// As `from_bytes`.
    pub fn add_to(parts: &mut Vec<Self>, bytes: &[u8]) -> Result<()> {
        Self::add(parts, |room| fill(room, bytes))
    }

    /// Has `make` put a message at the end of `parts`.
    #[inline]
    pub(super) fn add<T>(
        parts: &mut Vec<Self>,
        make: impl FnOnce(&mut MaybeUninit<Storage>) -> Result<T>,
    ) -> Result<T> {
        parts.reserve(1);
        // SAFETY: there is room for one more, and a Message is nothing but its storage.
        let room = unsafe { &mut *parts.as_mut_ptr().add(parts.len()).cast::<MaybeUninit<Storage>>() };
        let made = make(room)?;
        // SAFETY: `make` put a message there.
        unsafe { parts.set_len(parts.len() + 1) };
        Ok(made)
    }

    /// A second owner of the same content; more than 33 bytes are shared, not copied (`zmq_msg_copy(3)`).
    ///
    /// # Errors
    /// ENOMEM cannot come of the copy itself; whatever libzmq reports is passed on.
    pub fn share(&mut self) -> Result<Self> {
        let mut copy = Self::new();
        // SAFETY: both are initialised messages; zmq_msg_copy closes the target first.
        super::check(unsafe { sys::zmq_msg_copy(copy.raw(), self.raw()) })?;
        Ok(copy)
    }

    /// The content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        let mut size = 0;
        // SAFETY: an initialised message, which is only read though the pointer could write.
        let data = unsafe { glue::addin_zmq_content((&raw const self.0.0).cast_mut(), &raw mut size) };
        if size == 0 {
            return &[];
        }
        // SAFETY: so many bytes, which stay where they are while `self` is borrowed: every call that changes a message
        // takes it by `&mut`.
        unsafe { slice::from_raw_parts(data.cast(), size) }
    }

    /// Whether more parts of the same message follow (`zmq_msg_more(3)`).
    #[must_use]
    pub fn more(&self) -> bool {
        // SAFETY: zmq_msg_more only reads an initialised message.
        unsafe { sys::zmq_msg_more(&raw const self.0.0) != 0 }
    }

    pub(super) fn raw(&mut self) -> *mut sys::zmq_msg_t {
        &raw mut self.0.0
    }
}

/// Room for a message part where it stays until it is used: nothing is moved. Empty, or filled by libzmq.
pub struct Room {
    storage: MaybeUninit<Storage>,
    holds: Holds,
}

/// What there is in a [`Room`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Nothing,
    /// A message that needs no close: all of it lies in the room.
    Plain,
    /// Any message.
    Message,
}

impl Room {
    /// Nothing yet.
    #[must_use]
    #[inline(always)]
    pub fn new() -> Self {
        Self { storage: MaybeUninit::uninit(), holds: Holds::Nothing }
    }

    /// The message that it holds; an empty one where it holds none.
    #[must_use]
    #[cold]
    pub fn into_message(mut self) -> Message {
        if std::mem::replace(&mut self.holds, Holds::Nothing) == Holds::Nothing {
            return Message::new();
        }
        // SAFETY: filled, and no longer this one's to close.
        Message(unsafe { self.storage.assume_init_read() })
    }

    /// Where to put a message; it must hold none.
    #[inline]
    pub(super) fn empty(&mut self) -> *mut sys::zmq_msg_t {
        debug_assert!(self.holds == Holds::Nothing, "a message would be lost");
        self.storage.as_mut_ptr().cast()
    }

    /// # Safety
    /// A message was put where `empty` told, and `holds` is what it is.
    #[inline]
    pub(super) const unsafe fn filled(&mut self, holds: Holds) {
        self.holds = holds;
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Room {
    #[inline]
    fn drop(&mut self) {
        if self.holds == Holds::Message {
            // SAFETY: it holds a message, closed once.
            unsafe { glue::addin_zmq_close(self.storage.as_mut_ptr().cast()) };
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: the message is initialised and closed exactly once; sending leaves an empty one behind.
        unsafe { glue::addin_zmq_close(self.raw()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_it_was_given() {
        for size in [0, 1, 29, 33, 34, 4096] {
            let bytes = vec![0x5a; size];
            let mut message = Message::from_bytes(&bytes).unwrap();
            let copy = message.share().unwrap();
            assert_eq!(message.bytes(), bytes);
            drop(message);
            assert_eq!(copy.bytes(), bytes);
            assert!(!copy.more());
        }
    }
}
