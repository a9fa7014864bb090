//! UTF-16 text of the host, and for it.

use super::value::OutOfMemory;
use std::slice;

/// No name of ours, no language code is longer; a text that goes on is cut here, and then matches nothing.
const LONGEST: usize = 256;

/// The UTF-16 unit in lower case: Latin and Cyrillic letters, Ё included; others as they are.
#[must_use]
pub const fn fold(unit: u16) -> u16 {
    match unit {
        0x41..=0x5a | 0x410..=0x42f => unit + 0x20,
        0x400..=0x40f => unit + 0x50,
        _ => unit,
    }
}

/// The text up to its NUL, 256 units at the most; None for a null or misaligned pointer.
///
/// # Safety
/// A pointer that is not null is to UTF-16 units that end with a NUL or go on for 256, and stay while the result is used.
pub(super) unsafe fn from_host<'a>(text: *const u16) -> Option<&'a [u16]> {
    if text.is_null() || !text.is_aligned() {
        return None;
    }
    let mut length = 0;
    // SAFETY: reads unit after unit and stops at the NUL or the bound, which the caller promises to be readable.
    while length < LONGEST && unsafe { text.add(length).read() } != 0 {
        length += 1;
    }
    // SAFETY: `length` units were just read.
    Some(unsafe { slice::from_raw_parts(text, length) })
}

/// A text for a host that copies it, with a NUL at its end.
pub struct Wide(Vec<u16>);

impl Wide {
    /// `text`, which has no NUL of its own: the host would take it to end there.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn of(text: &str) -> Result<Self, OutOfMemory> {
        let mut units = Vec::new();
        let ascii = text.is_ascii();
        let count = if ascii { text.len() } else { text.encode_utf16().count() } + 1;
        units.try_reserve_exact(count).map_err(|_| OutOfMemory { bytes: count.saturating_mul(2) })?;
        if ascii {
            units.extend(text.bytes().map(u16::from));
        } else {
            units.extend(text.encode_utf16());
        }
        units.push(0);
        Ok(Self(units))
    }

    pub(super) const fn as_ptr(&self) -> *const u16 {
        self.0.as_ptr()
    }
}
