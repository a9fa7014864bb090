//! What a call was given, looked at only where its code asks.

use super::value::Value;
use super::variant::{Variant, usable};
use std::ffi::c_long;
use std::marker::PhantomData;

/// The arguments of a call.
pub struct Arguments<'a> {
    given: c_long,
    /// How many may be looked at.
    count: usize,
    source: Source<'a>,
}

enum Source<'a> {
    /// The first of the host's variants.
    Host(*const Variant, PhantomData<&'a Variant>),
    #[cfg(test)]
    Values(&'a [Value<'a>]),
}

impl<'a> Arguments<'a> {
    /// # Safety
    /// There are `given` variants of the host's, live for `'a`, or `first` is null or misaligned.
    #[inline]
    pub(super) unsafe fn new(first: *const Variant, given: c_long) -> Self {
        // Who promises arguments that are not there does not mean those that may be left out.
        let given = if usable(first) || given == 0 { given } else { -1 };
        Self { given, count: usize::try_from(given).unwrap_or(0), source: Source::Host(first, PhantomData) }
    }

    /// How many the host says there are; any number.
    #[inline]
    pub const fn given(&self) -> c_long {
        self.given
    }

    /// One of them, which must be one that its method takes: only those are looked at, whatever the host says; None past the
    /// last that was given.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value<'a>> {
        if index >= self.count {
            return None;
        }
        match &self.source {
            // SAFETY: `index` is below what was given, and so many there are: `new` was promised.
            Source::Host(first, _) => Some(unsafe { (*first.add(index)).read() }),
            #[cfg(test)]
            Source::Values(values) => values.get(index).copied(),
        }
    }

    /// `get`, for whoever takes nothing but a blob.
    #[inline]
    pub fn blob(&self, index: usize) -> Option<&'a [u8]> {
        if index >= self.count {
            return None;
        }
        match &self.source {
            // SAFETY: as in `get`.
            Source::Host(first, _) => unsafe { (*first.add(index)).read_blob() },
            #[cfg(test)]
            Source::Values(values) => match values.get(index) {
                Some(Value::Blob(bytes)) => Some(bytes),
                _ => None,
            },
        }
    }

    /// Whether there is one with this number.
    #[inline]
    pub const fn has(&self, index: usize) -> bool {
        index < self.count
    }

    /// `get`, where that is the whole number that hosts pass most; None says nothing.
    #[inline]
    pub fn int(&self, index: usize) -> Option<i32> {
        if !self.has(index) {
            return None;
        }
        match &self.source {
            // SAFETY: as in `get`.
            Source::Host(first, _) => unsafe { (*first.add(index)).read_int() },
            #[cfg(test)]
            Source::Values(_) => None,
        }
    }

    /// For tests: these values, and what a host says of their number.
    #[cfg(test)]
    pub fn of(values: &'a [Value<'a>], given: c_long) -> Self {
        Self { given, count: values.len(), source: Source::Values(values) }
    }
}
