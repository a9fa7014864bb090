//! Functions of dates. A session's time zone is UTC.

use crate::platform::table::Function;
use crate::run::{Args, Run, Session, raise};
use crate::value::{Value, date};

const DAY: i64 = 86_400;

pub const FUNCTIONS: &[Function] = &[
    Function {
        ru: "ТекущаяУниверсальнаяДатаВМиллисекундах",
        en: "CurrentUniversalDateInMilliseconds",
        least: 0,
        most: 0,
        run: |_, _| Ok(date::now_in_milliseconds().into()),
    },
    Function {
        ru: "ТекущаяУниверсальнаяДата", en: "CurrentUniversalDate", least: 0, most: 0, run: |_, _| Ok(now())
    },
    Function { ru: "ТекущаяДата", en: "CurrentDate", least: 0, most: 0, run: |_, _| Ok(now()) },
    Function {
        ru: "ТекущаяДатаСеанса", en: "CurrentSessionDate", least: 0, most: 0, run: |_, _| Ok(now())
    },
    Function { ru: "Дата", en: "Date", least: 1, most: 6, run: make },
    Function { ru: "Год", en: "Year", least: 1, most: 1, run: |_, a| part(a, 0) },
    Function { ru: "Месяц", en: "Month", least: 1, most: 1, run: |_, a| part(a, 1) },
    Function { ru: "День", en: "Day", least: 1, most: 1, run: |_, a| part(a, 2) },
    Function { ru: "Час", en: "Hour", least: 1, most: 1, run: |_, a| part(a, 3) },
    Function { ru: "Минута", en: "Minute", least: 1, most: 1, run: |_, a| part(a, 4) },
    Function { ru: "Секунда", en: "Second", least: 1, most: 1, run: |_, a| part(a, 5) },
    Function {
        ru: "НачалоДня",
        en: "BegOfDay",
        least: 1,
        most: 1,
        run: |_, a| Ok(Value::Date(seconds(a)?.div_euclid(DAY) * DAY)),
    },
    Function {
        ru: "КонецДня",
        en: "EndOfDay",
        least: 1,
        most: 1,
        run: |_, a| Ok(Value::Date(seconds(a)?.div_euclid(DAY) * DAY + DAY - 1)),
    },
];

fn now() -> Value {
    Value::Date(date::now_in_milliseconds() / 1000)
}

fn seconds(args: &Args) -> Run<i64> {
    match args.value(0)? {
        Value::Date(seconds) => Ok(seconds),
        _ => raise(format!("Неверный тип или значение параметра ({}, параметр номер '1')", args.what)),
    }
}

fn part(args: &Args, n: usize) -> Run<Value> {
    Ok(date::parts(seconds(args)?)[n].into())
}

fn make(_: &Session, args: &Args) -> Run<Value> {
    let made = if args.len() == 1 {
        date::of_digits(&args.text(0)?)
    } else {
        let mut parts = [0; 6];
        for (n, part) in parts.iter_mut().enumerate().take(args.len()) {
            *part = args.whole(n)?;
        }
        date::of_parts(parts)
    };
    made.map_or_else(|| raise("Преобразование значения к типу Дата не может быть выполнено"), |d| Ok(Value::Date(d)))
}
