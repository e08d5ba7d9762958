//! Dates written for machines: ISO 8601 in all its shapes, RFC 2822, what JavaScript prints,
//! and seconds or milliseconds since 1970.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};

use super::Date;
use super::zones::{self, Named};
use crate::config::Zone;

/// Reads a date out of an attribute or structured data. `zone` is used where the text has none.
///
/// Returns `None` for anything that is not a date and nothing else; a sentence with a date in it
/// is the business of [`super::visible()`].
pub fn machine(text: &str, zone: Zone) -> Option<Date> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    // Longer than any date, and so that hostile attributes cost nothing.
    if text.len() > 80 || !text.is_ascii() {
        return None;
    }
    epoch(text, zone).or_else(|| iso(text, zone)).or_else(|| worded(text, zone))
}

/// Seconds, milliseconds or microseconds since 1970, also as `/Date(…)/`.
fn epoch(text: &str, zone: Zone) -> Option<Date> {
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.split(')').next()).unwrap_or(text);
    let whole = inner.split('.').next()?;
    if !(9..=16).contains(&whole.len()) || !inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let at = match whole.len() {
        9..=10 => DateTime::<Utc>::from_timestamp(number, 0)?,
        12..=13 => DateTime::from_timestamp_millis(number)?,
        15..=16 => DateTime::from_timestamp_micros(number)?,
        _ => return None,
    };
    Date::instant(at.with_timezone(&zone).fixed_offset())
}

/// ISO 8601: calendar, week and ordinal dates, extended or basic, with `T`, space or nothing
/// between date and time.
fn iso(text: &str, zone: Zone) -> Option<Date> {
    let mut rest = Cursor(text);
    let day = iso_day(&mut rest)?;
    rest.skip_any(&["T", "t", " - ", ", ", "  ", " ", "_"]);
    if rest.0.trim().is_empty() {
        return Date::day(day, zone);
    }
    // `2026-02-05Z` and `2026-02-05+01:00` are days in XML Schema.
    if let Some(offset) = offset(rest.0) {
        let at = offset.instant(day.and_time(NaiveTime::MIN))?;
        return Date { at, precision: super::Precision::Day }.plausible();
    }
    let (time, day_after) = iso_time(&mut rest)?;
    let day = if day_after { day.succ_opt()? } else { day };
    finish(day.and_time(time), rest.0, zone)
}

fn iso_day(rest: &mut Cursor<'_>) -> Option<NaiveDate> {
    let year = rest.digits(4, 4)? as i32;
    let separator = rest.skip_any(&["-", "/", "."]);
    if rest.skip_any(&["W", "w"]).is_some() {
        let week = rest.digits(2, 2)?;
        rest.skip_any(&["-"]);
        let weekday = Weekday::try_from((rest.digits(1, 1)? as u8).checked_sub(1)?).ok()?;
        return NaiveDate::from_isoywd_opt(year, week, weekday);
    }
    match separator {
        Some(separator) => {
            let before = *rest;
            if separator == "-"
                && let Some(ordinal) = rest.digits(3, 3)
            {
                return NaiveDate::from_yo_opt(year, ordinal);
            }
            *rest = before;
            let month = rest.digits(1, 2)?;
            rest.skip_any(&[separator])?;
            NaiveDate::from_ymd_opt(year, month, rest.digits(1, 2)?)
        }
        None => {
            let month = rest.digits(2, 2)?;
            NaiveDate::from_ymd_opt(year, month, rest.digits(2, 2)?)
        }
    }
}

/// The time, and whether it is the midnight that ends the day (`24:00`).
fn iso_time(rest: &mut Cursor<'_>) -> Option<(NaiveTime, bool)> {
    let hour = rest.digits(1, 2)?;
    let colon = rest.skip_any(&[":", "."]).is_some();
    let minute = if colon { rest.digits(2, 2)? } else { rest.digits(2, 2).unwrap_or(0) };
    let seconds = if colon { rest.skip_any(&[":", "."]).is_some() } else { true };
    let second = if seconds { rest.digits(2, 2).unwrap_or(0) } else { 0 };
    if rest.skip_any(&[".", ",", ":"]).is_some() {
        rest.digits(1, 9);
    }
    let hour = match meridiem(rest.0.trim_start()) {
        Some((afternoon, after)) => {
            rest.0 = after;
            clock_hour(hour, afternoon)?
        }
        None => hour,
    };
    if (hour, minute) == (24, 0) {
        return Some((NaiveTime::MIN, true));
    }
    // A leap second is the last second of its minute here.
    Some((NaiveTime::from_hms_opt(hour, minute, second.min(59))?, false))
}

/// RFC 2822, HTTP and asctime dates, `Wed Jan 08 2025 14:00:00 GMT+0100 (CET)`, and
/// `4/28/2023 6:16:04 PM`, which only American sites write with AM and PM.
fn worded(text: &str, zone: Zone) -> Option<Date> {
    let text = text.split('(').next()?.trim();
    let parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let mut parts = parts.as_slice();
    if parts.first().is_some_and(|part| is_weekday(part)) {
        parts = &parts[1..];
    }
    let (day, after) = worded_day(parts)?;
    let joined = after.join(" ");
    if joined.is_empty() {
        return Date::day(day, zone);
    }
    let mut rest = Cursor(&joined);
    let (time, _) = iso_time(&mut rest)?;
    finish(day.and_time(time), rest.0, zone)
}

fn worded_day<'a>(parts: &[&'a str]) -> Option<(NaiveDate, Vec<&'a str>)> {
    let number = |part: &str| part.trim_end_matches('.').parse::<u32>().ok();
    let ymd = |year: u32, month, day| {
        let year = match year {
            0..=68 => year + 2000,
            69..=99 => year + 1900,
            year => year,
        };
        NaiveDate::from_ymd_opt(year as i32, month, day)
    };
    match parts {
        // 28 Apr 2023 …
        [day, month, year, after @ ..] if number(day).is_some() => {
            Some((ymd(number(year)?, month_number(month)?, number(day)?)?, after.to_vec()))
        }
        // Apr 28 18:16:04 2023
        [month, day, time, year] if time.contains(':') => {
            Some((ymd(number(year)?, month_number(month)?, number(day)?)?, vec![time]))
        }
        // Apr 28 2023 …
        [month, day, year, after @ ..] if month_number(month).is_some() => {
            Some((ymd(number(year)?, month_number(month)?, number(day)?)?, after.to_vec()))
        }
        // 4/28/2023 6:16:04 PM; with a day above 12 the order is certain either way.
        [date, after @ ..] => {
            let mut fields = date.split('/').map(number);
            let (first, second, year) = (fields.next()??, fields.next()??, fields.next()??);
            let american = after.iter().any(|part| meridiem(part).is_some());
            match (first, second) {
                (13.., _) => Some((ymd(year, second, first)?, after.to_vec())),
                (_, 13..) => Some((ymd(year, first, second)?, after.to_vec())),
                _ if american => Some((ymd(year, first, second)?, after.to_vec())),
                _ => None,
            }
        }
        [] => None,
    }
}

/// What follows the time: nothing, an offset, a zone's name, a zone in brackets.
fn finish(time: NaiveDateTime, rest: &str, zone: Zone) -> Option<Date> {
    let rest = rest.trim();
    if let Some(named) = offset(rest) {
        return Date::instant(named.instant(time)?);
    }
    // A place says more than nothing: `2026-02-05T10:15[Europe/Berlin]`.
    if let Some(place) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Date::minute(time, place.parse().unwrap_or(zone));
    }
    // An ambiguous name such as IST: the site's own zone.
    let is_name = rest.len() <= 5 && rest.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_name { Date::minute(time, zone) } else { None }
}

/// `+02:00`, `+0200`, `+02`, `GMT+0200`, `CEST`, `-05:00 EST`, each with an optional bracket behind.
fn offset(text: &str) -> Option<Named> {
    let text = text.split(['[', '(']).next()?.trim().to_ascii_lowercase();
    if let Some(named) = zones::named(&text) {
        return Some(named);
    }
    let text = text.strip_prefix("gmt").or_else(|| text.strip_prefix("utc")).unwrap_or(&text).trim_start();
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let mut rest = Cursor(text[1..].trim_start());
    let hours = rest.digits(2, 2).or_else(|| rest.digits(1, 1))? as i32;
    rest.skip_any(&[":"]);
    let minutes = rest.digits(2, 2).unwrap_or(0) as i32;
    // What remains may only be a name that repeats the offset.
    let repeats = rest.0.trim().bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b':' || byte == b'0');
    (repeats && hours <= 14 && minutes < 60).then_some(Named::Offset(sign * (hours * 60 + minutes)))
}

/// Whether it is the second half of the day, and what follows `AM` or `PM`.
fn meridiem(text: &str) -> Option<(bool, &str)> {
    let half = text.get(..2)?;
    if half.eq_ignore_ascii_case("pm") {
        Some((true, &text[2..]))
    } else if half.eq_ignore_ascii_case("am") {
        Some((false, &text[2..]))
    } else {
        None
    }
}

/// The hour of a clock with twelve hours.
pub(super) fn clock_hour(hour: u32, afternoon: bool) -> Option<u32> {
    match (hour, afternoon) {
        (12, false) => Some(0),
        (1..=11, true) => Some(hour + 12),
        // "18:16 PM" is written too.
        (0..=23, _) => Some(hour),
        _ => None,
    }
}

fn is_weekday(part: &str) -> bool {
    part.trim_end_matches('.').parse::<Weekday>().is_ok()
}

fn month_number(name: &str) -> Option<u32> {
    name.trim_end_matches('.').parse::<chrono::Month>().ok().map(|month| month.number_from_month())
}

/// The rest of a text that is read from the left.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// A number of at least and at most so many digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let length = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if length < least {
            return None;
        }
        let (number, rest) = self.0.split_at(length);
        self.0 = rest;
        number.parse().ok()
    }

    fn skip_any(&mut self, options: &[&'a str]) -> Option<&'a str> {
        let found = options.iter().find(|option| self.0.starts_with(**option))?;
        self.0 = &self.0[found.len()..];
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        let got = machine(text, Zone::named("Europe/Berlin").unwrap()).map(|date| match date.precision {
            super::super::Precision::Minute => date.at.to_rfc3339(),
            super::super::Precision::Day => date.at.format("%Y-%m-%d%:z day").to_string(),
        });
        assert_eq!(got.as_deref().unwrap_or("none"), want, "{text}");
    }

    #[test]
    fn reads_iso_8601_in_all_its_shapes() {
        check("2023-04-28T18:16:04+0200", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04+02:00", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04+02", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04Z", "2023-04-28T18:16:04+00:00");
        check("2023-04-28t18:16:04z", "2023-04-28T18:16:04+00:00");
        check("2023-04-28T18:16:04.697Z", "2023-04-28T18:16:04+00:00");
        check("2023-04-28T18:16:04,697000-05:00", "2023-04-28T18:16:04-05:00");
        check("2023-04-28 18:16:04", "2023-04-28T18:16:04+02:00");
        check("2023-04-28 18:16", "2023-04-28T18:16:00+02:00");
        check("2023-04-28T18:16", "2023-04-28T18:16:00+02:00");
        check("2023-04-28T18", "2023-04-28T18:00:00+02:00");
        check("2023-04-28 18:16:04 +0200", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04 02:00", "none");
        check("2023-04-28 18:16:04 CEST", "2023-04-28T18:16:04+02:00");
        check("2023-04-28 18:16:04 ET", "2023-04-28T18:16:04-04:00");
        check("2023-04-28 18:16:04 IST", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04GMT+0200", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04+02:00[Europe/Berlin]", "2023-04-28T18:16:04+02:00");
        check("2023-04-28T18:16:04[America/New_York]", "2023-04-28T18:16:04-04:00");
        check("20230428T181604Z", "2023-04-28T18:16:04+00:00");
        check("20230428", "2023-04-28+02:00 day");
        check("2023-04-28", "2023-04-28+02:00 day");
        check("2023-04-28Z", "2023-04-28+00:00 day");
        check("2023/04/28", "2023-04-28+02:00 day");
        check("2023.4.8 7:05", "2023-04-08T07:05:00+02:00");
        check("2023-W17-5", "2023-04-28+02:00 day");
        check("2023-118", "2023-04-28+02:00 day");
        check("2023-04-28T24:00", "2023-04-29T00:00:00+02:00");
        check("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00");
        check("2023-04-28 6:16:04 PM", "2023-04-28T18:16:04+02:00");
        check("\"2023-04-28\"", "2023-04-28+02:00 day");
    }

    #[test]
    fn reads_other_forms_of_machines() {
        check("Fri, 28 Apr 2023 18:16:04 +0200", "2023-04-28T18:16:04+02:00");
        check("Fri, 28 Apr 2023 18:16:04 GMT", "2023-04-28T18:16:04+00:00");
        check("28 Apr 23 18:16 EST", "2023-04-28T18:16:00-05:00");
        check("Fri Apr 28 18:16:04 2023", "2023-04-28T18:16:04+02:00");
        check("Fri Apr 28 2023 18:16:04 GMT+0200 (CEST)", "2023-04-28T18:16:04+02:00");
        check("April 28, 2023", "2023-04-28+02:00 day");
        check("28. April 2023", "2023-04-28+02:00 day");
        check("4/28/2023 6:16:04 PM", "2023-04-28T18:16:04+02:00");
        check("4/5/2023 12:16:04 AM", "2023-04-05T00:16:04+02:00");
        check("28/04/2023 18:16", "2023-04-28T18:16:00+02:00");
        check("4/5/2023 18:16", "none");
        check("1682698564", "2023-04-28T18:16:04+02:00");
        check("1682698564000", "2023-04-28T18:16:04+02:00");
        check("1682698564.123", "2023-04-28T18:16:04+02:00");
        check("/Date(1682698564000)/", "2023-04-28T18:16:04+02:00");
    }

    #[test]
    fn moves_times_that_do_not_exist_forward_and_takes_the_earlier_of_two() {
        check("2026-03-29T02:30", "2026-03-29T03:30:00+02:00");
        check("2026-10-25T02:30", "2026-10-25T02:30:00+02:00");
    }

    #[test]
    fn invents_nothing() {
        for text in [
            "",
            " ",
            "null",
            "0",
            "now",
            "2023",
            "2023-04",
            "2023-13-01",
            "2023-02-30",
            "0000-00-00 00:00:00",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1970-01-01",
            "2099-12-31",
            "9999-12-31T23:59:59Z",
            "2023-04-28T25:00",
            "2023-04-28T18:61",
            "2023-04-28T18:16:04+99:00",
            "2023-04-28 in Berlin",
            "12345",
            "12345678901",
            "99999999999999999999",
            "2023-04-28T18:16:04+02:00 und mehr",
            "/Date(x)/",
            "+",
            "2023-W00-1",
            "2023-W17-0",
            "18:16",
        ] {
            check(text, "none");
        }
    }
}
