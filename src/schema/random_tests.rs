//! Names and numbers, tried on many values: what holds for all of them, against the standard library's own idea.

use super::name::Name;
use super::parameter::{Argument, Index, Milliseconds};
use crate::native_api::{Reply, Value, fold};
use proptest::prelude::*;
use std::sync::Mutex;

/// Few cases under Miri, which takes a thousand times as long; nothing is kept on disk.
fn config() -> ProptestConfig {
    let cases = if cfg!(miri) { 8 } else { 2_000 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A name from a made text. Rows are static; what is made here stays reachable, so that no leak checker minds.
fn name(english: &str, russian: &str) -> Name {
    static KEPT: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let keep = |text: &str| {
        let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
        KEPT.lock().unwrap().push(kept);
        kept
    };
    Name::new(keep(english), keep(russian))
}

fn spoken(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// Every letter in upper or in lower case, as the bits say.
fn recased(text: &str, bits: u64) -> String {
    let case = |(index, letter): (usize, char)| -> String {
        if bits >> (index % 64) & 1 == 1 { letter.to_uppercase().collect() } else { letter.to_lowercase().collect() }
    };
    text.chars().enumerate().map(case).collect()
}

const WORD: &str = "[A-Za-zА-Яа-яЁё_0-9]{1,24}";

/// Few letters, so that two words are often equal or nearly so; the Latin and the Cyrillic ones look alike.
const NEAR: &str = "[aAаАeEеЕёЁoO]{1,4}";

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_name_is_found_however_it_is_cased(english in WORD, russian in WORD, bits: u64) {
        let row = name(&english, &russian);
        prop_assert!(row.is(&spoken(&recased(&english, bits))));
        prop_assert!(row.is(&spoken(&recased(&russian, bits))));
    }

    #[test]
    fn names_are_equal_where_their_lower_cases_are(english in NEAR, russian in NEAR, other in NEAR) {
        let wanted = [&english, &russian].into_iter().any(|own| own.to_lowercase() == other.to_lowercase());
        prop_assert_eq!(name(&english, &russian).is(&spoken(&other)), wanted);
    }

    #[test]
    fn any_units_are_compared_and_only_equal_ones_match(word in WORD, units: Vec<u16>) {
        let own: Vec<u16> = spoken(&word).into_iter().map(fold).collect();
        let given: Vec<u16> = units.iter().copied().map(fold).collect();
        prop_assert_eq!(name(&word, &word).is(&units), own == given);
        // One unit more, one less, one other: never the name.
        let mut changed = spoken(&word);
        changed.push(units.first().copied().unwrap_or_default());
        prop_assert!(!name(&word, &word).is(&changed));
        changed.truncate(own.len() - 1);
        prop_assert!(!name(&word, &word).is(&changed));
        changed.push(0xd800);
        prop_assert!(!name(&word, &word).is(&changed));
    }

    #[test]
    fn names_clash_where_one_word_finds_both(a in NEAR, b in NEAR, c in NEAR, d in NEAR) {
        let (first, second) = (name(&a, &b), name(&c, &d));
        let wanted = [&c, &d].into_iter().any(|word| first.is(&spoken(word)));
        prop_assert_eq!(first.clashes(&second), wanted);
        prop_assert_eq!(second.clashes(&first), wanted);
        prop_assert!(first.clashes(&first));
    }

    #[test]
    fn whole_numbers_are_taken_in_their_range(number in prop_oneof![any::<i64>(), -3..3_i64, 0x7fff_fff0..0x8000_000f_i64]) {
        let int = i32::try_from(number).ok();
        let milliseconds = Milliseconds::take(Value::Int(number)).map(|Milliseconds(it)| it);
        prop_assert_eq!(milliseconds, int.filter(|&it| it >= -1));
        let index = Index::take(Value::Int(number)).map(|Index(it)| it);
        prop_assert_eq!(index, int.and_then(|it| usize::try_from(it).ok()));
    }

    #[test]
    fn reals_are_taken_where_they_are_whole(bits: u64, near in -2_147_483_650_i64..2_147_483_650, part in 0..4_u8) {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let close = near as f64 + f64::from(part) / 4.0;
        for number in [f64::from_bits(bits), close, -close] {
            let taken = Milliseconds::take(Value::Real(number)).map(|Milliseconds(it)| it);
            let in_range = (-1.0..=f64::from(i32::MAX)).contains(&number);
            prop_assert_eq!(taken.is_some(), in_range && number.trunc() == number, "{}", number);
            if let Some(taken) = taken {
                prop_assert!(f64::from(taken) == number);
                prop_assert_eq!(Some(Milliseconds(taken)), Milliseconds::take(Value::Int(taken.into())));
            }
        }
    }

    #[test]
    fn an_answer_holds_the_very_number(number: u32) {
        match Reply::from(number) {
            Reply::Int(int) => prop_assert_eq!(i64::from(int), i64::from(number)),
            Reply::Real(real) => {
                prop_assert!(number > i32::MAX.unsigned_abs());
                prop_assert!(real == f64::from(number));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

#[test]
fn only_latin_and_cyrillic_letters_have_a_case() {
    for unit in 0..=u16::MAX {
        let lower = match unit {
            0x41..=0x5a | 0x400..=0x42f => {
                let letter = char::from_u32(unit.into()).unwrap();
                let mut lower = [0; 2];
                letter.to_lowercase().next().unwrap().encode_utf16(&mut lower)[0]
            }
            other => other,
        };
        assert_eq!(fold(unit), lower, "{unit:#x}");
        assert_eq!(fold(lower), lower, "{unit:#x}");
    }
}

#[test]
fn what_is_no_number_is_no_number() {
    for value in [
        Value::Empty,
        Value::Null,
        Value::Bool(true),
        Value::Text(&[0x31]),
        Value::Blob(b"1"),
        Value::Date,
        Value::Other(24),
        Value::Broken(22),
    ] {
        assert_eq!(Milliseconds::take(value), None, "{value:?}");
        assert_eq!(Index::take(value), None, "{value:?}");
    }
}
