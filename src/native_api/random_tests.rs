//! Numbers in variants, any code over any bytes: what the host wrote is what a component sees.

use super::value::{Reply, Value};
use super::variant::Variant;
use proptest::prelude::*;
use std::mem::MaybeUninit;

/// Bytes before `cbElements`, and before `vt`.
const UNION: usize = size_of::<Variant>() - 8;
const CODE: usize = UNION + 4;

fn config() -> ProptestConfig {
    let cases = if cfg!(miri) { 8 } else { 4_000 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A variant as a host may leave it: `bytes` in the union, a number for a code.
fn host_made(code: u16, bytes: &[u8]) -> Variant {
    let mut variant = MaybeUninit::<Variant>::zeroed();
    let start = variant.as_mut_ptr().cast::<u8>();
    // SAFETY: inside of the variant, by the offsets that variant.rs asserts; all of it is plain data.
    unsafe {
        start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len().min(UNION));
        start.add(CODE).copy_from_nonoverlapping(code.to_ne_bytes().as_ptr(), size_of::<u16>());
        variant.assume_init()
    }
}

/// Codes that carry a pointer: wild bytes there would be the host's broken promise.
fn is_pointer(code: u16) -> bool {
    matches!(code, 22 | 23)
}

/// By the table of the Native API: code, then the number that these bytes are.
fn expected(code: u16, bytes: [u8; 8]) -> Option<Value<'static>> {
    let [b0, b1, b2, b3, ..] = bytes;
    let four = [b0, b1, b2, b3];
    Some(match code {
        2 => Value::Int(i16::from_ne_bytes([b0, b1]).into()),
        3 | 19 => Value::Int(i32::from_ne_bytes(four).into()),
        4 => Value::Real(f32::from_ne_bytes(four).into()),
        5 => Value::Real(f64::from_ne_bytes(bytes)),
        11 => Value::Bool(b0 != 0),
        13 => Value::Int(i8::from_ne_bytes([b0]).into()),
        14 => Value::Int(b0.into()),
        15 => Value::Int(u16::from_ne_bytes([b0, b1]).into()),
        16 | 20 => Value::Int(u32::from_ne_bytes(four).into()),
        17 => Value::Int(i64::from_ne_bytes(bytes)),
        18 => match i64::try_from(u64::from_ne_bytes(bytes)) {
            Ok(number) => Value::Int(number),
            #[expect(clippy::cast_precision_loss, reason = "what a Real of such a size is")]
            Err(_) => Value::Real(u64::from_ne_bytes(bytes) as f64),
        },
        _ => return None,
    })
}

fn same(a: Value<'_>, b: Value<'_>) -> bool {
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        _ => a == b,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_code_of_a_number_is_read_as_that_number(code in 2..=20_u16, bytes: [u8; 8]) {
        let variant = host_made(code, &bytes);
        // SAFETY: no code of this range carries a pointer.
        let read = unsafe { variant.read() };
        if let Some(wanted) = expected(code, bytes) {
            prop_assert!(same(read, wanted), "code {}: {:?}, not {:?}", code, read, wanted);
        } else {
            prop_assert!(matches!(read, Value::Date | Value::Other(_)), "code {}: {:?}", code, read);
        }
    }

    #[test]
    fn any_other_code_over_any_bytes_is_data(code: u16, bytes: [u8; 64]) {
        prop_assume!(!is_pointer(code));
        let variant = host_made(code, &bytes);
        // SAFETY: not a code that carries a pointer.
        let read = unsafe { variant.read() };
        if code > 24 {
            prop_assert_eq!(read, Value::Other(code));
        }
    }

    #[test]
    fn a_null_pointer_is_an_empty_value_or_a_broken_one(code in 22..=23_u16, count: u32) {
        let mut bytes = [0; 16];
        bytes[size_of::<usize>()..][..4].copy_from_slice(&count.to_ne_bytes());
        let variant = host_made(code, &bytes);
        // SAFETY: the pointer is null.
        let read = unsafe { variant.read() };
        match read {
            Value::Text([]) => prop_assert!(code == 22 && count == 0),
            Value::Blob([]) => prop_assert!(code == 23 && count == 0),
            Value::Broken(broken) => prop_assert!(broken == code && count != 0),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_number_that_is_written_is_read_back(int: i32, bits: u64, truth: bool) {
        let real = f64::from_bits(bits);
        for (reply, wanted) in [
            (Reply::Int(int), Value::Int(int.into())),
            (Reply::Real(real), Value::Real(real)),
            (Reply::Bool(truth), Value::Bool(truth)),
            (Reply::Empty, Value::Empty),
        ] {
            let mut variant = MaybeUninit::<Variant>::uninit();
            // SAFETY: a variant of this frame; none of these replies needs memory or carries a pointer.
            let read = unsafe {
                Variant::write(variant.as_mut_ptr(), reply, None).unwrap();
                variant.assume_init_ref().read()
            };
            prop_assert!(same(read, wanted), "{:?} for {:?}", read, wanted);
        }
    }
}
