//! Формат: the letters of numbers, dates and booleans that our modules use.

use crate::platform::table::Function;
use crate::run::{Args, Fail, Run, Session, raise};
use crate::value::{Value, date};
use rust_decimal::{Decimal, RoundingStrategy};

pub const FUNCTIONS: &[Function] = &[Function { ru: "Формат", en: "Format", least: 2, most: 2, run: format }];

fn format(_: &Session, args: &Args) -> Run<Value> {
    let letters = letters(&args.text(1)?)?;
    let value = args.value(0)?;
    if !value.is_filled()
        && let Some((_, text)) = letters.iter().find(|(key, _)| matches!(key.as_str(), "ЧН" | "NZ" | "ДП" | "DE"))
    {
        let zero = matches!(value, Value::Number(_)) && text.is_empty();
        return Ok(if zero { "0" } else { text.as_str() }.into());
    }
    Ok(match &value {
        Value::Number(n) => number(*n, &letters)?.into(),
        Value::Date(seconds) => moment(*seconds, &letters)?.into(),
        Value::Bool(truth) => {
            let wanted = if *truth { ["БИ", "BT"] } else { ["БЛ", "BF"] };
            let found = letters.iter().find(|(key, _)| wanted.contains(&key.as_str()));
            found.map_or_else(|| value.present().to_string(), |(_, text)| text.clone()).into()
        }
        other => Value::Text(other.present()),
    })
}

/// "ЧДЦ=2; ЧРД='.'": pairs of a letter group and its text.
fn letters(text: &str) -> Run<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = rest.split_once('=') {
        let key = key.trim_matches([' ', ';']).to_uppercase();
        let (value, after) = match after.trim_start().strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap_or((quoted, "")),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        all.push((key, value.to_owned()));
        rest = after;
    }
    if rest.trim_matches([' ', ';']).is_empty() {
        Ok(all)
    } else {
        raise("Неверная форматная строка (Формат)")
    }
}

fn number(number: Decimal, letters: &[(String, String)]) -> Run<String> {
    let (mut digits, mut point, mut group, mut width) = (None, ",".to_owned(), "\u{a0}".to_owned(), 0);
    let mut zeros = false;
    for (key, value) in letters {
        match key.as_str() {
            "ЧДЦ" | "NFD" => digits = value.trim().parse::<u32>().ok(),
            "ЧЦ" | "ND" => width = value.trim().parse::<usize>().unwrap_or_default(),
            "ЧРД" | "NDS" => point.clone_from(value),
            "ЧРГ" | "NGS" => group.clone_from(value),
            "ЧГ" | "NG" if value.trim() == "0" || value.is_empty() => group.clear(),
            "ЧВН" | "NLZ" => zeros = true,
            "ЧН" | "NZ" | "ДП" | "DE" => {}
            other => return Err(Fail::unknown(format!("форматная строка {other}={value}"))),
        }
    }
    if number.is_zero() && !letters.iter().any(|(key, _)| matches!(key.as_str(), "ЧН" | "NZ")) {
        return Ok(String::new());
    }
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    let rounded = digits.map_or(number.normalize(), |n| number.round_dp_with_strategy(n, half_up));
    let text = rounded.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = match digits {
        Some(n) => format!("{fraction:0<width$}", width = n as usize),
        None => fraction.to_owned(),
    };
    let mut whole = whole.to_owned();
    if zeros {
        let wanted = width.saturating_sub(fraction.len());
        whole = format!("{whole:0>wanted$}");
    }
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "-" } else { "" };
    let whole = crate::value::grouped(&whole, &group);
    Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{fraction}") })
}

fn moment(seconds: i64, letters: &[(String, String)]) -> Run<String> {
    let mut pattern = None;
    for (key, value) in letters {
        match (key.as_str(), value.trim()) {
            ("ДФ" | "DF", _) => pattern = Some(value.clone()),
            ("ДЛФ" | "DLF", "D" | "Д") => pattern = Some("dd.MM.yyyy".into()),
            ("ДЛФ" | "DLF", "T" | "В") => pattern = Some("H:mm:ss".into()),
            ("ДЛФ" | "DLF", "DT" | "ДВ") => pattern = Some("dd.MM.yyyy H:mm:ss".into()),
            ("ДП" | "DE", _) => {}
            _ => return Err(Fail::unknown(format!("форматная строка {key}={value}"))),
        }
    }
    if seconds == 0 {
        return Ok(String::new());
    }
    let Some(pattern) = pattern else { return Ok(date::present(seconds)) };
    let [year, month, day, hour, minute, second] = date::parts(seconds);
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut count = 1;
        while letters.next_if_eq(&letter).is_some() {
            count += 1;
        }
        let number = match letter {
            'г' | 'y' if count <= 2 => year % 100,
            'г' | 'y' => year,
            'М' | 'M' => month,
            'д' | 'd' => day,
            'Ч' | 'ч' | 'H' => hour,
            'м' | 'm' => minute,
            'с' | 's' => second,
            other if !other.is_alphabetic() => {
                out.extend(std::iter::repeat_n(other, count));
                continue;
            }
            other => return Err(Fail::unknown(format!("форматная строка даты: {other}"))),
        };
        out.push_str(&format!("{number:0count$}"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{letters, moment, number};
    use crate::value::date;

    #[track_caller]
    fn shown(n: &str, format: &str) -> String {
        number(n.parse().expect("a number"), &letters(format).expect("letters")).expect("known letters")
    }

    #[test]
    fn numbers_are_shown_as_1c_shows_them() {
        assert_eq!(shown("1234.5", "ЧДЦ=2"), "1\u{a0}234,50");
        assert_eq!(shown("1234.567", "ЧДЦ=2; ЧРД=.; ЧГ=0"), "1234.57");
        assert_eq!(shown("-1234567", "ЧРГ=' '"), "-1 234 567");
        assert_eq!(shown("7", "ЧЦ=4; ЧВН=; ЧГ=0"), "0007");
        assert_eq!(shown("0", "ЧГ=0"), "");
        assert_eq!(shown("0", "ЧН=0; ЧГ=0"), "0");
    }

    #[test]
    fn dates_are_shown_as_1c_shows_them() {
        let at = date::of_digits("20260203040506").expect("a date");
        let shown = |format: &str| moment(at, &letters(format).expect("letters")).expect("known letters");
        assert_eq!(shown("ДФ='dd.MM.yyyy HH:mm:ss'"), "03.02.2026 04:05:06");
        assert_eq!(shown("ДФ=гггг-ММ-дд"), "2026-02-03");
        assert_eq!(shown("ДЛФ=T"), "4:05:06");
    }
}
