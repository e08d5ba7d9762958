//! The ways to write a day: "5. Februar 2026", "05.02.26", "2026年2月5日", "vor 3 Stunden".

use chrono::{Datelike, Duration, Months, NaiveDate};

use super::lexicon::{Meaning, Reading, Unit};
use super::tokens::Token;
use super::{Date, Locale, full_year, times};
use crate::config::Zone;

/// A day, or an instant counted back from now.
pub struct Written {
    pub what: What,
    /// The first token behind it.
    pub end: usize,
}

/// What was written.
pub enum What {
    Day(NaiveDate),
    Instant(Date),
}

/// Reads a day that begins at a token.
type Form = fn(&Reading<'_>, usize, &Locale<'_>) -> Option<Written>;

/// Tried in this order at each place.
const FORMS: [Form; 6] = [relative, named_day, east_asian, year_first, numeric, worded];

/// The day that begins at a place.
pub fn day_at(reading: &Reading<'_>, at: usize, locale: &Locale<'_>) -> Option<Written> {
    FORMS.iter().find_map(|form| form(reading, at, locale))
}

/// "vor 3 Stunden", "3 hours ago", "il y a une heure", "3時間前".
fn relative(reading: &Reading<'_>, at: usize, locale: &Locale<'_>) -> Option<Written> {
    let meaning = |at, wanted| reading.find(at, |meaning| (meaning == wanted).then_some(()));
    if let Some((_, length)) = meaning(at, Meaning::JustNow) {
        return ago(0, Unit::Minute, at + length, locale);
    }
    let before = meaning(at, Meaning::Before).map_or(0, |(_, length)| length);
    let start = at + before;
    let (count, unit_at) = match reading.number(start) {
        Some((count, _)) => (i64::from(count), start + 1),
        // "un'ora" is one word, number and unit.
        None if reading.word(start).is_some_and(|word| word.ends_with("'ora") || word.ends_with("’ora")) => {
            let (_, length) = meaning(start + 1, Meaning::After)?;
            return ago(1, Unit::Hour, start + 1 + length, locale);
        }
        None => (1, start + meaning(start, Meaning::One)?.1),
    };
    let east = [
        ("秒", Unit::Second),
        ("分", Unit::Minute),
        ("時", Unit::Hour),
        ("小", Unit::Hour),
        ("시", Unit::Hour),
        ("초", Unit::Second),
        ("분", Unit::Minute),
        ("日", Unit::Day),
        ("天", Unit::Day),
        ("일", Unit::Day),
    ];
    if let Some((_, unit)) = reading.word(unit_at).and_then(|word| east.iter().find(|(name, _)| *name == word)) {
        let end = (unit_at + 1..unit_at + 4).find(|&at| matches!(reading.word(at), Some("前" | "전")))?;
        let between =
            (unit_at + 1..end).all(|at| matches!(reading.word(at), Some("間" | "时" | "時" | "鐘" | "钟" | "간")));
        return if between { ago(count, *unit, end + 1, locale) } else { None };
    }
    let (unit, length) = reading.find(unit_at, |meaning| match meaning {
        Meaning::Unit(unit) => Some(unit),
        _ => None,
    })?;
    let mut end = unit_at + length;
    if reading.is_mark(end, &['.']) {
        end += 1;
    }
    match meaning(end, Meaning::After) {
        Some((_, length)) => ago(count, unit, end + length, locale),
        None if before > 0 => ago(count, unit, end, locale),
        None => None,
    }
}

fn ago(count: i64, unit: Unit, end: usize, locale: &Locale<'_>) -> Option<Written> {
    let now = locale.now.with_timezone(&locale.zone);
    if count > 10_000 {
        return None;
    }
    let minute = |passed: Duration| Some(What::Instant(Date::instant(now.checked_sub_signed(passed)?.fixed_offset())?));
    let day = |passed: Duration| Some(What::Day(now.date_naive().checked_sub_signed(passed)?));
    let months = |months: i64| Some(What::Day(now.date_naive().checked_sub_months(Months::new(months as u32))?));
    let what = match unit {
        Unit::Second => minute(Duration::seconds(count)),
        Unit::Minute => minute(Duration::minutes(count)),
        Unit::Hour => minute(Duration::hours(count)),
        Unit::Day => day(Duration::days(count)),
        Unit::Week => day(Duration::weeks(count)),
        Unit::Month => months(count),
        Unit::Year => months(count * 12),
    };
    Some(Written { what: what?, end })
}

/// "heute", "gestern", "i går".
fn named_day(reading: &Reading<'_>, at: usize, locale: &Locale<'_>) -> Option<Written> {
    let (days, length) = reading.find(at, |meaning| match meaning {
        Meaning::Day(days) => Some(days),
        _ => None,
    })?;
    let today = locale.now.with_timezone(&locale.zone).date_naive();
    Some(Written { what: What::Day(today.checked_sub_signed(Duration::days(days))?), end: at + length })
}

/// 2026年2月5日, 2026년 2월 5일, 令和8年2月5日, 2月5日.
fn east_asian(reading: &Reading<'_>, at: usize, locale: &Locale<'_>) -> Option<Written> {
    let (first, _) = reading.number(at)?;
    let is = |at, words: [&str; 2]| reading.word(at).is_some_and(|word| words.contains(&word));
    let (year, month_at) = match is(at + 1, ["年", "년"]) {
        true => {
            let era = at >= 2 && reading.word(at - 2) == Some("令") && reading.word(at - 1) == Some("和");
            (Some(if era { first as i32 + 2018 } else { first as i32 }), at + 2)
        }
        false => (None, at),
    };
    let (month, _) = reading.number(month_at)?;
    let (day, _) = reading.number(month_at + 2)?;
    if !is(month_at + 1, ["月", "월"]) || !is(month_at + 3, ["日", "일"]) {
        return None;
    }
    let day = match year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day)?,
        None => latest(month, day, locale)?,
    };
    Some(Written { what: What::Day(day), end: month_at + 4 })
}

/// 2026-02-05, 2026/02/05, 2026.02.05., 2026. február 5.
fn year_first(reading: &Reading<'_>, at: usize, _: &Locale<'_>) -> Option<Written> {
    let (year, 4) = reading.number(at)? else { return None };
    if let Some((month, length)) = reading.month(at + 1 + usize::from(reading.is_mark(at + 1, &['.']))) {
        let day_at = at + 1 + usize::from(reading.is_mark(at + 1, &['.'])) + length;
        let day_at = day_at + usize::from(reading.is_mark(day_at, &['.']));
        let (day, 1..=2) = reading.number(day_at)? else { return None };
        // "2026 February 5" is rare in the West, and "in 2025 May 20 people" is not a date.
        if !reading.is_mark(at + 1, &['.']) {
            return None;
        }
        return Some(Written { what: What::Day(NaiveDate::from_ymd_opt(year as i32, month, day)?), end: day_at + 1 });
    }
    let Some(Token::Mark(mark @ ('-' | '/' | '.'))) = reading.tokens.get(at + 1) else { return None };
    let (month, 1..=2) = reading.number(at + 2)? else { return None };
    let (day, 1..=2) = reading.number(at + 4)? else { return None };
    if !reading.is_mark(at + 3, &[*mark]) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(year as i32, month, day)?;
    let end = at + 5 + usize::from(reading.word(at + 5) == Some("t") && reading.number(at + 6).is_some());
    Some(Written { what: What::Day(day), end })
}

/// 05.02.26, 5/2/2026, 2/5/2026 where months come first, and "05.02., 10:15".
fn numeric(reading: &Reading<'_>, at: usize, locale: &Locale<'_>) -> Option<Written> {
    let (first, 1..=2) = reading.number(at)? else { return None };
    let Some(Token::Mark(mark @ ('-' | '/' | '.'))) = reading.tokens.get(at + 1) else { return None };
    let (second, 1..=2) = reading.number(at + 2)? else { return None };
    // "3.5.2.1" is a version, "192.168.1.10" an address.
    let inside = at > 0 && reading.is_mark(at - 1, &['.', '/']) && at > 1 && reading.number(at - 2).is_some();
    if inside || !reading.is_mark(at + 3, &[*mark]) {
        return None;
    }
    let (day, month) = if *mark == '/' && second <= 31 && months_come_first(reading, locale, first, second) {
        (second, first)
    } else {
        (first, second)
    };
    match reading.number(at + 4) {
        Some((year, digits @ (2 | 4))) if !reading.is_mark(at + 5, &[':']) => {
            let year = if digits == 2 { full_year(year as i32, locale.now) } else { year as i32 };
            let day = NaiveDate::from_ymd_opt(year, month, day)?;
            Some(Written { what: What::Day(day), end: at + 5 })
        }
        // Without a year only where a time follows.
        _ if *mark == '.' => {
            let end = at + 4;
            times::after(reading, end)?;
            Some(Written { what: What::Day(latest(month, day, locale)?), end })
        }
        _ => None,
    }
}

/// Only English-speaking America writes the month first.
fn months_come_first(reading: &Reading<'_>, locale: &Locale<'_>, first: u32, second: u32) -> bool {
    if first > 12 || second > 12 {
        return second > 12;
    }
    let tag = locale.language.unwrap_or_default();
    let region = tag.split(['-', '_']).nth(1).unwrap_or_default();
    let english = reading.is_language("en") || tag.is_empty();
    match region.to_ascii_uppercase().as_str() {
        "US" => english,
        "" => english && (locale.zone == Zone::UTC || locale.zone.name().starts_with("America/")),
        _ => false,
    }
}

/// "5. Februar 2026", "5th of February, 2026", "February 5, 2026", "5 de febrero de 2026", and
/// without a year.
fn worded(reading: &Reading<'_>, at: usize, locale: &Locale<'_>) -> Option<Written> {
    let (day, month, mut end) = match reading.number(at) {
        Some((day, 1..=2)) => {
            let mut month_at = at + 1;
            // "5.", "5th", "1er", "5 de", "5º", "5-feb".
            for _ in 0..3 {
                let suffix =
                    matches!(reading.word(month_at), Some("st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "da"));
                let mark = reading.is_mark(month_at, &['.', '-', '/', '°']);
                if reading.month(month_at).is_some() {
                    break;
                }
                match reading.filler(month_at) {
                    _ if suffix || mark => month_at += 1,
                    Some(length) => month_at += length,
                    None => break,
                }
            }
            let (month, length) = reading.month(month_at)?;
            (day, month, month_at + length)
        }
        Some(_) => return None,
        None => {
            let (month, length) = reading.month(at)?;
            let day_at = at + length + usize::from(reading.is_mark(at + length, &['.']));
            let (day, 1..=2) = reading.number(day_at)? else { return None };
            // "May 10:15" is a time.
            if reading.is_mark(day_at + 1, &[':']) {
                return None;
            }
            // "mar 5 feb" begins with a weekday.
            if reading.month(day_at + 1).is_some() {
                return None;
            }
            let suffix = matches!(reading.word(day_at + 1), Some("st" | "nd" | "rd" | "th"));
            (day, month, day_at + 1 + usize::from(suffix))
        }
    };
    // The year, behind "." or "," or "de" or "'".
    let mut year_at = end;
    for _ in 0..2 {
        if reading.is_mark(year_at, &['.', ',', '-', '/', '\'', '’']) {
            year_at += 1;
        } else if let Some((_, length)) = reading.find(year_at, |meaning| (meaning == Meaning::Filler).then_some(())) {
            year_at += length;
        }
    }
    let year = match reading.number(year_at) {
        Some((year, 4)) => Some(year as i32),
        Some((year, 2)) if times::at(reading, year_at).is_none() => Some(full_year(year as i32, locale.now)),
        _ => None,
    };
    let day = match year {
        Some(year) => {
            end = year_at + 1;
            NaiveDate::from_ymd_opt(year, month, day)?
        }
        None => latest(month, day, locale)?,
    };
    Some(Written { what: What::Day(day), end })
}

/// The last day of that name that is not in the future.
fn latest(month: u32, day: u32, locale: &Locale<'_>) -> Option<NaiveDate> {
    let today = locale.now.with_timezone(&locale.zone).date_naive();
    (0..=4)
        .filter_map(|years| NaiveDate::from_ymd_opt(today.year() - years, month, day))
        .find(|date| *date <= today + Duration::days(1))
}
