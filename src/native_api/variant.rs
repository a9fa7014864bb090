//! `tVariant`, read with suspicion and written once. The code is a number, never a Rust enum: an unknown one is data.

use super::host::Memory;
use super::value::OutOfMemory;
use super::value::{Reply, Value};
use std::ffi::c_void;
use std::mem::{offset_of, size_of};
use std::slice;

/// Codes (`ENUMVAR` of 1C's headers).
#[rustfmt::skip]
mod code {
    pub const EMPTY: u16 = 0;
    pub const NULL: u16 = 1;
    pub const I2: u16 = 2;
    pub const I4: u16 = 3;
    pub const R4: u16 = 4;
    pub const R8: u16 = 5;
    pub const DATE: u16 = 6;
    pub const TM: u16 = 7;
    pub const BOOL: u16 = 11;
    pub const I1: u16 = 13;
    pub const UI1: u16 = 14;
    pub const UI2: u16 = 15;
    pub const UI4: u16 = 16;
    pub const I8: u16 = 17;
    pub const UI8: u16 = 18;
    pub const INT: u16 = 19;
    pub const UINT: u16 = 20;
    pub const PWSTR: u16 = 22;
    pub const BLOB: u16 = 23;
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Counted {
    pointer: *mut c_void,
    /// UTF-16 units of a string, bytes of a blob; no terminator counted.
    count: u32,
}

/// As large as C's `struct tm`, which is what makes the union differ between platforms.
#[cfg(windows)]
type Tm = [i32; 9];
#[cfg(not(windows))]
type Tm = libc::tm;

#[derive(Clone, Copy)]
#[repr(C)]
union Data {
    i8: i8,
    i16: i16,
    i32: i32,
    i64: i64,
    u8: u8,
    u16: u16,
    u32: u32,
    u64: u64,
    f32: f32,
    f64: f64,
    counted: Counted,
    tm: Tm,
}

/// One value of the host's.
#[repr(C)]
pub(super) struct Variant {
    data: Data,
    elements: u32,
    code: u16,
}

const _: () = {
    let (union, size) = match (cfg!(windows), size_of::<usize>()) {
        (true, _) => (40, 48),
        (false, 8) => (56, 64),
        (false, _) => (44, 52),
    };
    assert!(size_of::<Data>() == union, "tVariant's union");
    assert!(offset_of!(Variant, elements) == union, "tVariant.cbElements");
    assert!(offset_of!(Variant, code) == union + 4, "tVariant.vt");
    assert!(size_of::<Variant>() == size, "tVariant");
};

impl Variant {
    /// What the host passed.
    ///
    /// # Safety
    /// Where the code says string or blob, pointer and count are the host's, live for as long as the result is used.
    pub(super) unsafe fn read(&self) -> Value<'_> {
        let data = &self.data;
        // SAFETY: every field of the union is plain data for which any bits are a value (Data holds no bool and no enum),
        // and the host filled all of it or it came zeroed; the code only chooses how to look at it.
        unsafe {
            match self.code {
                code::EMPTY => Value::Empty,
                code::NULL => Value::Null,
                code::BOOL => Value::Bool(data.u8 != 0),
                code::I1 => Value::Int(data.i8.into()),
                code::UI1 => Value::Int(data.u8.into()),
                code::I2 => Value::Int(data.i16.into()),
                code::UI2 => Value::Int(data.u16.into()),
                code::I4 | code::INT => Value::Int(data.i32.into()),
                code::UI4 | code::UINT => Value::Int(data.u32.into()),
                code::I8 => Value::Int(data.i64),
                code::UI8 => whole(data.u64),
                code::R4 => Value::Real(data.f32.into()),
                code::R8 => Value::Real(data.f64),
                code::TM | code::DATE => Value::Date,
                code::PWSTR => data.counted.items().map_or(Value::Broken(self.code), Value::Text),
                code::BLOB => data.counted.items().map_or(Value::Broken(self.code), Value::Blob),
                other => Value::Other(other),
            }
        }
    }

    /// What the host passed, where that is a blob.
    ///
    /// # Safety
    /// As `read`.
    #[inline]
    pub(super) unsafe fn read_blob(&self) -> Option<&[u8]> {
        if self.code != code::BLOB {
            return None;
        }
        // SAFETY: as in `read`.
        unsafe { self.data.counted.items() }
    }

    /// What the host passed, where that is a number that it calls I4.
    ///
    /// # Safety
    /// As `read`.
    #[inline]
    pub(super) const unsafe fn read_int(&self) -> Option<i32> {
        if self.code != code::I4 {
            return None;
        }
        // SAFETY: as in `read`.
        Some(unsafe { self.data.i32 })
    }

    /// The memory that a string or blob lies in.
    #[cfg(test)]
    pub(super) unsafe fn block(&self) -> *mut c_void {
        // SAFETY: the caller saw a string or a blob.
        unsafe { self.data.counted.pointer }
    }

    /// Makes it Неопределено.
    ///
    /// # Safety
    /// `target` is a variant of the host's that may be written and owns nothing.
    pub(super) unsafe fn clear(target: *mut Self) {
        // SAFETY: the caller's promise; the whole variant is written, so it may have held anything.
        unsafe { target.write(Self { data: Data { u64: 0 }, elements: 0, code: code::EMPTY }) };
    }

    /// Writes an answer, in memory of the host's where it needs any.
    ///
    /// # Safety
    /// As `clear`.
    #[inline(always)]
    pub(super) unsafe fn write(target: *mut Self, reply: Reply<'_>, memory: Option<Memory>) -> Result<(), OutOfMemory> {
        let (data, code) = match reply {
            Reply::Empty => (Data { u64: 0 }, code::EMPTY),
            Reply::Bool(value) => (Data { u8: value.into() }, code::BOOL),
            Reply::Int(value) => (Data { i32: value }, code::I4),
            Reply::Real(value) => (Data { f64: value }, code::R8),
            Reply::Text(text) => {
                let (pointer, count) = Memory::text(memory, text)?;
                (Data { counted: Counted { pointer: pointer.cast(), count } }, code::PWSTR)
            }
            Reply::Blob(bytes) => {
                let (pointer, count) = Memory::blob(memory, bytes)?;
                (Data { counted: Counted { pointer: pointer.cast(), count } }, code::BLOB)
            }
        };
        // SAFETY: the caller's promise.
        unsafe { target.write(Self { data, elements: 0, code }) };
        Ok(())
    }
}

impl Counted {
    /// The items; None where pointer and count cannot be right. An empty one may come with a null pointer.
    ///
    /// # Safety
    /// A pointer that is not null is to `count` items, readable while the result is used.
    unsafe fn items<'a, T>(self) -> Option<&'a [T]> {
        let pointer = self.pointer.cast::<T>().cast_const();
        let count = usize::try_from(self.count).ok()?;
        if count == 0 {
            return Some(&[]);
        }
        let bytes = count.checked_mul(size_of::<T>())?;
        if pointer.is_null() || !pointer.is_aligned() || isize::try_from(bytes).is_err() {
            return None;
        }
        // SAFETY: not null, aligned, no longer than memory; the rest is the caller's promise.
        Some(unsafe { slice::from_raw_parts(pointer, count) })
    }
}

/// A pointer to a variant that may be looked at.
pub(super) fn usable(variant: *const Variant) -> bool {
    !variant.is_null() && variant.is_aligned()
}

fn whole(number: u64) -> Value<'static> {
    match i64::try_from(number) {
        Ok(number) => Value::Int(number),
        #[expect(clippy::cast_precision_loss, reason = "beyond every range that a parameter has")]
        Err(_) => Value::Real(number as f64),
    }
}
