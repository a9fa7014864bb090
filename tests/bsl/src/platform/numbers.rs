//! Functions of numbers.

use crate::platform::table::Function;
use crate::run::{Args, Run, Session, raise};
use crate::value::{Order, Value, less};
use rust_decimal::{Decimal, RoundingStrategy};

pub const FUNCTIONS: &[Function] = &[
    Function { ru: "Цел", en: "Int", least: 1, most: 1, run: |_, a| Ok(a.number(0)?.trunc().into()) },
    Function { ru: "Окр", en: "Round", least: 1, most: 3, run: round },
    Function { ru: "Мин", en: "Min", least: 1, most: usize::MAX, run: |_, a| extreme(a, Order::Less) },
    Function { ru: "Макс", en: "Max", least: 1, most: usize::MAX, run: |_, a| extreme(a, Order::Greater) },
    Function { ru: "Pow", en: "Pow", least: 2, most: 2, run: power },
];

fn round(_: &Session, args: &Args) -> Run<Value> {
    args.only(2)?;
    let digits = if args.given(1).is_some() { args.whole(1)? } else { 0 };
    let number = args.number(0)?;
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    Ok(match u32::try_from(digits) {
        Ok(digits) => number.round_dp_with_strategy(digits, half_up).into(),
        Err(_) => {
            let Some(unit) = tens(digits.unsigned_abs()) else { return Ok(Decimal::ZERO.into()) };
            ((number / unit).round_dp_with_strategy(0, half_up) * unit).into()
        }
    })
}

fn tens(power: u64) -> Option<Decimal> {
    (0..power).try_fold(Decimal::ONE, |n, _| n.checked_mul(Decimal::TEN))
}

fn extreme(args: &Args, wanted: Order) -> Run<Value> {
    let mut best = args.value(0)?;
    for n in 1..args.len() {
        let value = args.value(n)?;
        if less(&value, &best)? == wanted {
            best = value;
        }
    }
    Ok(best)
}

fn power(_: &Session, args: &Args) -> Run<Value> {
    let (base, exponent) = (args.number(0)?, args.whole(1)?);
    let product = (0..exponent.unsigned_abs()).try_fold(Decimal::ONE, |n, _| n.checked_mul(base));
    match product {
        Some(product) if exponent >= 0 => Ok(product.into()),
        Some(product) if !product.is_zero() => Ok((Decimal::ONE / product).into()),
        _ => raise("Переполнение (Pow)"),
    }
}
