//! UTF-16 to and from the component.

use crate::memory::Memory;

/// NUL-terminated, for names and locales.
#[must_use]
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// # Safety
/// `at` is null or points to NUL-terminated UTF-16.
#[must_use]
pub unsafe fn read(at: *const u16) -> Option<String> {
    if at.is_null() {
        return None;
    }
    let mut units = Vec::new();
    // SAFETY: by the caller, a terminator comes before the end.
    unsafe {
        while at.add(units.len()).read_unaligned() != 0 {
            units.push(at.add(units.len()).read_unaligned());
        }
    }
    Some(String::from_utf16_lossy(&units))
}

/// Takes over a NUL-terminated string that a component allocated; panics when it is not what it must be.
#[must_use]
pub fn take(at: *mut u16, memory: &Memory, what: &str) -> Option<String> {
    if at.is_null() {
        return None;
    }
    let Some(size) = memory.size_of(at.cast()) else {
        panic!("{what}: the string does not lie in this host's memory");
    };
    // SAFETY: a live block of `size` bytes.
    let units = unsafe { std::slice::from_raw_parts(at, size / 2) };
    let Some(end) = units.iter().position(|&u| u == 0) else {
        panic!("{what}: no terminator within the block of {size} bytes");
    };
    let text = String::from_utf16(&units[..end]).unwrap_or_else(|e| panic!("{what}: {e} in {:?}", &units[..end]));
    memory.free(at.cast());
    Some(text)
}
