//! Values as a component sees them: borrowed from the host on the way in, copied to it on the way out.

/// An argument. The names of codes are 1C's (`VTYPE_…`).
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    /// Неопределено
    Empty,
    /// Null
    Null,
    /// Булево
    Bool(bool),
    /// A number of any whole type.
    Int(i64),
    /// A number with a fraction, or too large for Int.
    Real(f64),
    /// Строка: UTF-16, unpaired surrogates included.
    Text(&'a [u16]),
    /// ДвоичныеДанные
    Blob(&'a [u8]),
    /// Дата
    Date,
    /// A code that carries nothing we take, or one that is unknown.
    Other(u16),
    /// A string or blob whose pointer cannot be right: null with a length, misaligned, or longer than memory.
    Broken(u16),
}

/// An answer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Reply<'a> {
    /// Неопределено
    Empty,
    /// Булево
    Bool(bool),
    /// Число
    Int(i32),
    /// Число: exact up to 2^53.
    Real(f64),
    /// Строка
    Text(&'a str),
    /// ДвоичныеДанные
    Blob(&'a [u8]),
}

impl From<u32> for Reply<'_> {
    fn from(number: u32) -> Self {
        i32::try_from(number).map_or_else(|_| Self::Real(f64::from(number)), Self::Int)
    }
}

impl From<u64> for Reply<'_> {
    /// Exact up to 2^53.
    fn from(number: u64) -> Self {
        if let Ok(number) = i32::try_from(number) {
            return Self::Int(number);
        }
        let half = |shift: u32| f64::from(u32::try_from(number >> shift & 0xffff_ffff).unwrap_or(u32::MAX));
        Self::Real(half(32).mul_add(4_294_967_296.0, half(0)))
    }
}

/// The host's allocator refused this many bytes, or there is none yet.
#[derive(Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// What was asked for.
    pub bytes: usize,
}
