//! Дата: seconds since the first of January of the year 1, without a time zone.

use std::time::{SystemTime, UNIX_EPOCH};

/// Days from the first of January of the year 1 to that of 1970.
const EPOCH_DAYS: i64 = 719_162;
const DAY: i64 = 86_400;

/// Year, month, day, hour, minute, second.
pub type Parts = [i64; 6];

/// The days before a date of the Gregorian calendar (Howard Hinnant's days_from_civil).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 306
}

#[must_use]
pub fn of_parts([year, month, day, hour, minute, second]: Parts) -> Option<i64> {
    let whole = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let time = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    (whole && time && parts(seconds)[2] == day).then_some(seconds)
}

#[must_use]
pub fn parts(seconds: i64) -> Parts {
    let (day, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let shifted = day + 306;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted - era * 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let of_month = of_year - (153 * shifted_month + 2) / 5 + 1;
    [year, month, of_month, time / 3600, time / 60 % 60, time % 60]
}

/// A literal: digits with anything between them; what is missing is zero.
#[must_use]
pub fn of_digits(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.chars().all(|c| c == '0') {
        return Some(0);
    }
    if !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |s| s.parse().ok());
    of_parts([number(0, 4)?, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, number(12, 14)?])
}

/// "01.02.2026 3:04:05", as 1C shows dates to a Russian session.
#[must_use]
pub fn present(seconds: i64) -> String {
    if seconds == 0 {
        return String::new();
    }
    let [year, month, day, hour, minute, second] = parts(seconds);
    format!("{day:02}.{month:02}.{year:04} {hour}:{minute:02}:{second:02}")
}

/// Now, of UTC: the runner's sessions live in that time zone.
#[must_use]
pub fn now_in_milliseconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock stands after 1970");
    EPOCH_DAYS * DAY * 1000 + i64::try_from(since.as_millis()).expect("a time of this age of the world")
}
