//! Arrays of real variants with the memory they point to, which lives only for the call.

use crate::ffi::{self, RawVariant};
use crate::memory::Memory;
use crate::value::{Value, vt};
use std::ffi::{c_int, c_uint};

/// Lies behind every string that the host hands out: nothing promises a terminator, so none is there.
const TAIL: [u16; 4] = [0x2603; 4];

/// `count` variants in a row, as `paParams` points to them.
pub struct Variants {
    words: Vec<u64>,
    count: usize,
    wide: Vec<Vec<u16>>,
    narrow: Vec<Vec<u8>>,
}

impl Variants {
    #[must_use]
    pub fn empty(count: usize) -> Self {
        // SAFETY: reads a constant of the C++ half.
        let size = unsafe { ffi::host_variant_size() };
        Self { words: vec![0; (count * size).div_ceil(8).max(1)], count, wide: Vec::new(), narrow: Vec::new() }
    }

    #[must_use]
    pub fn of(values: &[Value]) -> Self {
        let mut all = Self::empty(values.len());
        for (i, value) in values.iter().enumerate() {
            all.put(i, value);
        }
        all
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The i-th variant's address; null for the array of none, as some hosts pass it.
    pub fn at(&mut self, i: usize) -> *mut RawVariant {
        if self.count == 0 {
            return std::ptr::null_mut();
        }
        assert!(i < self.count);
        // SAFETY: `i` is inside the array that `words` holds.
        unsafe {
            let size = ffi::host_variant_size();
            self.words.as_mut_ptr().cast::<u8>().add(i * size).cast()
        }
    }

    fn union_size() -> usize {
        // SAFETY: reads a constant of the C++ half; cbElements follows the union at once.
        unsafe { ffi::host_variant_offset(0) }
    }

    pub fn put(&mut self, i: usize, value: &Value) {
        let at = self.at(i);
        // SAFETY: `at` is a whole variant of ours; what it is made to point to lives in self.
        unsafe {
            match value {
                Value::Empty => ffi::host_variant_put_vt(at, vt::EMPTY.into()),
                Value::Null => ffi::host_variant_put_vt(at, vt::NULL.into()),
                Value::Bool(b) => ffi::host_variant_put_integer(at, vt::BOOL.into(), (*b).into()),
                Value::Whole(code, n) => ffi::host_variant_put_integer(at, (*code).into(), *n),
                Value::R4(x) => ffi::host_variant_put_real(at, vt::R4.into(), (*x).into()),
                Value::R8(x) => ffi::host_variant_put_real(at, vt::R8.into(), *x),
                Value::Date(x) => ffi::host_variant_put_real(at, vt::DATE.into(), *x),
                Value::Time([year, month, day, hour, minute, second]) => {
                    let tm = [*second, *minute, *hour, *day, month - 1, year - 1900];
                    ffi::host_variant_put_tm(at, tm.as_ptr());
                }
                Value::Pstr(bytes) => self.put_bytes(at, vt::PSTR, bytes),
                Value::Blob(bytes) => self.put_bytes(at, vt::BLOB, bytes),
                Value::Text(text) => self.put_wide(at, text.encode_utf16().collect()),
                Value::Wide(units) => self.put_wide(at, units.clone()),
                Value::NullPointer(code, length) => {
                    ffi::host_variant_put_bytes(at, (*code).into(), std::ptr::null_mut(), *length as c_uint);
                }
                Value::Raw(code, bytes) => {
                    let n = bytes.len().min(Self::union_size());
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), at.cast::<u8>(), n);
                    ffi::host_variant_put_vt(at, (*code).into());
                }
            }
        }
    }

    unsafe fn put_bytes(&mut self, at: *mut RawVariant, code: u16, bytes: &[u8]) {
        let mut own = bytes.to_vec();
        own.extend_from_slice(&[0xA5; 8]);
        let count = c_uint::try_from(bytes.len()).expect("a blob below 4 GiB");
        // SAFETY: `at` is valid by the caller; the buffer is kept in self.
        unsafe { ffi::host_variant_put_bytes(at, code.into(), own.as_mut_ptr(), count) };
        self.narrow.push(own);
    }

    unsafe fn put_wide(&mut self, at: *mut RawVariant, mut units: Vec<u16>) {
        let count = c_uint::try_from(units.len()).expect("a string below 4 G units");
        units.extend_from_slice(&TAIL);
        // SAFETY: `at` is valid by the caller; the buffer is kept in self.
        unsafe { ffi::host_variant_put_wide(at, vt::PWSTR.into(), units.as_mut_ptr(), count) };
        self.wide.push(units);
    }

    /// Takes what a component wrote into the i-th variant; text and bytes are freed as a host frees them.
    /// An error says what no host could live with: a pointer that is not of this host's memory, a length
    /// beyond the block.
    pub fn take(&mut self, i: usize, memory: &Memory) -> Result<Value, String> {
        let at = self.at(i);
        // SAFETY: a whole variant; pointers in it are followed only after the memory manager knows them.
        unsafe {
            let code = u16::try_from(ffi::host_variant_vt(at)).expect("vt is 16 bits wide");
            let value = match code {
                vt::EMPTY => Value::Empty,
                vt::NULL => Value::Null,
                vt::BOOL => Value::Bool(ffi::host_variant_integer(at) != 0),
                vt::R4 => Value::R4(narrow(ffi::host_variant_real(at))),
                vt::R8 => Value::R8(ffi::host_variant_real(at)),
                vt::DATE => Value::Date(ffi::host_variant_real(at)),
                vt::PWSTR => {
                    let mut units: c_uint = 0;
                    let text = ffi::host_variant_wide(at, &raw mut units);
                    let bytes = own(memory, text.cast(), units as usize * 2, "a string")?;
                    wide_value(&bytes)
                }
                vt::BLOB | vt::PSTR => {
                    let mut count: c_uint = 0;
                    let data = ffi::host_variant_bytes(at, &raw mut count);
                    let bytes = own(memory, data, count as usize, "binary data")?;
                    if code == vt::BLOB { Value::Blob(bytes) } else { Value::Pstr(bytes) }
                }
                vt::I2 | vt::I4 | vt::ERROR | vt::I1..=vt::HRESULT => Value::Whole(code, ffi::host_variant_integer(at)),
                _ => {
                    let bytes = std::slice::from_raw_parts(at.cast::<u8>(), Self::union_size()).to_vec();
                    Value::Raw(code, bytes)
                }
            };
            ffi::host_variant_put_vt(at, vt::EMPTY.into());
            Ok(value)
        }
    }

    /// Overwrites the buffers that were lent for a call: who kept a pointer reads rubbish.
    pub fn expire(&mut self) {
        for units in &mut self.wide {
            units.fill(0xDDDD);
        }
        for bytes in &mut self.narrow {
            bytes.fill(0xDD);
        }
    }

    /// The i-th variant's code as it stands.
    pub fn code(&mut self, i: usize) -> u32 {
        let at = self.at(i);
        // SAFETY: a whole variant of ours.
        unsafe { ffi::host_variant_vt(at) }
    }
}

#[allow(clippy::cast_possible_truncation)]
fn narrow(x: f64) -> f32 {
    x as f32
}

fn wide_value(bytes: &[u8]) -> Value {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_or(Value::Wide(units), Value::Text)
}

/// Copies and frees a block that a component handed over.
unsafe fn own(memory: &Memory, at: *mut u8, bytes: usize, what: &str) -> Result<Vec<u8>, String> {
    if at.is_null() {
        return Err(format!("{what} of {bytes} bytes came with a null pointer"));
    }
    let Some(size) = memory.size_of(at) else {
        return Err(format!("{what} does not lie in this host's memory"));
    };
    if bytes > size {
        return Err(format!("{what} claims {bytes} bytes in a block of {size}"));
    }
    // SAFETY: a live block of at least that many bytes.
    let copy = unsafe { std::slice::from_raw_parts(at, bytes) }.to_vec();
    memory.free(at);
    Ok(copy)
}

/// The variant's layout as the C++ compiler sees it: size, cbElements, vt, strLen, wstrLen, InterfaceID.
#[must_use]
pub fn layout() -> [usize; 6] {
    let at = |which: c_int| {
        // SAFETY: reads a constant of the C++ half.
        unsafe { ffi::host_variant_offset(which) }
    };
    // SAFETY: as above.
    let size = unsafe { ffi::host_variant_size() };
    [size, at(0), at(1), at(2), at(3), at(4)]
}
