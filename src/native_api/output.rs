//! Where the answer of a call goes.

use super::object::Object;
use super::value::{OutOfMemory, Reply};
use super::variant::Variant;

/// A variant of the host's, or nowhere.
pub struct Output<'a>(To<'a>);

enum To<'a> {
    /// The variant, null for nowhere; and the object whose host's allocator is asked for when the answer comes, inside of the
    /// object's lock: Done may have taken it back before.
    Host(*mut Variant, &'a Object),
    #[cfg(test)]
    Test(&'a mut (dyn Sink + 'static)),
}

/// For tests: takes answers.
#[cfg(test)]
pub trait Sink {
    /// As `Output::put`.
    fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory>;
}

impl<'a> Output<'a> {
    /// # Safety
    /// `target` is null, or a variant that the host gave this call to write and that owns nothing.
    pub(super) unsafe fn new(target: *mut Variant, object: &'a Object) -> Self {
        Self(To::Host(target, object))
    }

    /// For tests: `sink` takes the answer.
    #[cfg(test)]
    pub fn to(sink: &'a mut (dyn Sink + 'static)) -> Self {
        Self(To::Test(sink))
    }

    /// Gives the answer to the host, copied into memory of its own allocator.
    ///
    /// # Errors
    /// The host's allocator gave nothing; the answer stays with the caller, who may keep it for the next call.
    #[inline(always)]
    pub fn put(&mut self, reply: Reply<'_>) -> Result<(), OutOfMemory> {
        match &mut self.0 {
            To::Host(target, _) if target.is_null() => Ok(()),
            // SAFETY: what `new` was promised.
            To::Host(target, object) => unsafe { Variant::write(*target, reply, object.memory()) },
            #[cfg(test)]
            To::Test(sink) => sink.put(reply),
        }
    }
}
