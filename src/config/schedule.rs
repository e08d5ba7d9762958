//! Cron lines as people write them, in a time zone.
//!
//! The `cron` crate wants seconds, calls Sunday 1 and rejects 0, joins day-of-month and
//! day-of-week with AND, and in a zone skips what falls into the hour that spring leaves out
//! and doubles, out of order, what falls into the hour that autumn repeats
//! (<https://github.com/zslayton/cron/pull/145>). [`Schedule`] therefore asks it for wall-clock
//! times only and does the rest here: five fields by crontab(5), days joined with OR, a time in
//! the gap runs at its end, a time in the fold runs once, or twice where the line means every hour.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use super::values::written_as_string;
use super::zone::Zone;

/// A cron line of the usual five fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Schedule {
    source: String,
    /// One, or two when both day fields are restricted: crontab(5) then joins them with OR.
    parts: Vec<cron::Schedule>,
    /// The hour field is `*`: the line counts time that passes, not the hands of the clock.
    every_hour: bool,
}

impl Schedule {
    /// The first time after `after`, or `None` if the line never comes due.
    pub fn next_after(&self, after: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
        let mut wall = after.with_timezone(&zone).naive_local();
        if is_near_jump(after, zone) {
            // It jumps by an hour at most; two hours back is safe, what is past is filtered.
            wall -= NEAR;
        }
        self.parts.iter().filter_map(|part| self.next_of(part, wall, after, zone)).min()
    }

    fn next_of(
        &self,
        part: &cron::Schedule,
        from: NaiveDateTime,
        after: DateTime<Utc>,
        zone: Zone,
    ) -> Option<DateTime<Utc>> {
        let mut next: Option<DateTime<Utc>> = None;
        // Two hours back and a fold are 180 minutes; beyond 400 nothing can still be in the past.
        for due in part.after(&Utc.from_utc_datetime(&from)).take(400) {
            let (earlier, later) = in_zone(due.naive_utc(), zone);
            let later = later.filter(|_| self.every_hour);
            next = [next, Some(earlier), later].into_iter().flatten().filter(|time| *time > after).min();
            if earlier > after {
                break;
            }
        }
        next
    }

    /// The time between two runs, taken at `now`: the shorter of the next two distances.
    pub fn period(&self, now: DateTime<Utc>, zone: Zone) -> Duration {
        let mut runs = [now; 3];
        for index in 0..3 {
            let previous = if index == 0 { now } else { runs[index - 1] };
            match self.next_after(previous, zone) {
                Some(next) => runs[index] = next,
                None => return Duration::days(1),
            }
        }
        (runs[1] - runs[0]).min(runs[2] - runs[1])
    }
}

/// So close to a jump of wall-clock time a run may be due that the hands of the clock have passed.
const NEAR: Duration = Duration::hours(2);

fn is_near_jump(time: DateTime<Utc>, zone: Zone) -> bool {
    let offset = |time: DateTime<Utc>| time.with_timezone(&zone).offset().fix();
    offset(time - NEAR) != offset(time) || offset(time) != offset(time + NEAR)
}

/// A wall-clock time as an instant: in the gap its end, in the fold both.
fn in_zone(wall: NaiveDateTime, zone: Zone) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(time) => (time.to_utc(), None),
        LocalResult::Ambiguous(earlier, later) => (earlier.to_utc(), Some(later.to_utc())),
        // No gap is longer than a day (Samoa left out 30 December 2011).
        LocalResult::None => {
            let end = (1..=24 * 60)
                .find_map(|minute| zone.from_local_datetime(&(wall + Duration::minutes(minute))).earliest());
            (end.map_or(Utc.from_utc_datetime(&wall), |time| time.to_utc()), None)
        }
    }
}

const FIELDS: [&str; 5] = ["minute", "hour", "day of month", "month", "day of week"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl FromStr for Schedule {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let expanded = match text.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            other => other,
        };
        let fields: Vec<&str> = expanded.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(format!(
                "`{text}` is not a cron line: it has {} fields instead of 5 (minute hour day month weekday)",
                fields.len()
            ));
        };
        let weekday =
            weekdays(weekday).ok_or_else(|| format!("`{text}` is not a cron line: `{weekday}` is no day of week"))?;
        let is_any = |field: &str| field == "*" || field == "?" || field.starts_with("*/");
        let lines = if is_any(day) || is_any(&weekday) {
            vec![format!("0 {minute} {hour} {day} {month} {weekday}")]
        } else {
            vec![format!("0 {minute} {hour} {day} {month} *"), format!("0 {minute} {hour} * {month} {weekday}")]
        };
        let parts = lines
            .iter()
            .map(|line| cron::Schedule::from_str(line))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| wrong_field(text, &fields))?;
        let schedule = Schedule { source: text.to_owned(), parts, every_hour: hour == "*" };
        // 2000 to 2004 hold every date there is; `31 2` holds none of them.
        let start = Utc.with_ymd_and_hms(2000, 1, 1, 0, 0, 0).single().expect("an existing date");
        if schedule.next_after(start, Zone::UTC).is_none() {
            return Err(format!("`{text}` never comes due: there is no such date"));
        }
        Ok(schedule)
    }
}

fn wrong_field(text: &str, fields: &[&str]) -> String {
    let wrong = fields.iter().enumerate().find(|(index, field)| {
        let mut line = ["*"; 5];
        line[*index] = field;
        let weekday = weekdays(line[4]);
        weekday.is_none_or(|weekday| {
            cron::Schedule::from_str(&format!("0 {} {} {} {} {weekday}", line[0], line[1], line[2], line[3])).is_err()
        })
    });
    match wrong {
        Some((index, field)) => format!("`{text}` is not a cron line: `{field}` is no {}", FIELDS[index]),
        None => format!("`{text}` is not a cron line"),
    }
}

/// crontab(5) counts days from Sunday = 0 (or 7), the `cron` crate from Sunday = 1.
fn weekdays(field: &str) -> Option<String> {
    let day = |text: &str| -> Option<u32> {
        let name = text.to_ascii_lowercase();
        match DAYS.iter().position(|day| *day == name) {
            Some(index) => Some(index as u32),
            None => text.parse().ok().filter(|day| *day <= 7),
        }
    };
    let mut days = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (day(from)?, day(to)?),
            None if range == "*" || range == "?" => (0, 6),
            None if part.contains('/') => (day(range)?, 6),
            None => (day(range)?, day(range)?),
        };
        // `fri-mon` goes over the week's end, as does `5-1`.
        let to = if to < from { to + 7 } else { to };
        days.extend((from..=to).step_by(step).map(|day| day % 7 + 1));
    }
    days.sort_unstable();
    days.dedup();
    if days.len() == 7 {
        return Some("*".to_owned());
    }
    Some(days.iter().map(u32::to_string).collect::<Vec<_>>().join(","))
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

written_as_string!(Schedule, "Schedule", {
    "type": "string",
    "description": "a cron line of five fields: minute hour day month weekday",
    "examples": ["*/20 5-23 * * *"]
});

#[cfg(test)]
mod tests {
    use super::*;

    /// The next runs after a UTC time, as UTC.
    fn check(line: &str, zone: &str, after: &str, want: &[&str]) {
        let schedule: Schedule = line.parse().unwrap();
        let zone: Zone = zone.parse().unwrap();
        let mut time: DateTime<Utc> = after.parse().unwrap();
        let got: Vec<String> = want
            .iter()
            .map(|_| {
                time = schedule.next_after(time, zone).unwrap();
                time.format("%m-%d %H:%M").to_string()
            })
            .collect();
        assert_eq!(got, want, "{line}");
    }

    #[test]
    fn runs_when_people_expect() {
        check("*/20 5-23 * * *", "Europe/Berlin", "2026-02-05T22:50:00Z", &["02-06 04:00", "02-06 04:20"]);
        check("0 6 * * 1-5", "UTC", "2026-02-06T07:00:00Z", &["02-09 06:00"]);
        check("0 6 * * 0", "UTC", "2026-02-06T07:00:00Z", &["02-08 06:00", "02-15 06:00"]);
        check("0 6 * * 7", "UTC", "2026-02-06T07:00:00Z", &["02-08 06:00"]);
        check(
            "0 6 * * sat-mon",
            "UTC",
            "2026-02-06T07:00:00Z",
            &["02-07 06:00", "02-08 06:00", "02-09 06:00", "02-14 06:00"],
        );
        check("@hourly", "UTC", "2026-02-06T07:30:00Z", &["02-06 08:00"]);
    }

    #[test]
    fn joins_day_of_month_and_day_of_week_with_or() {
        check("0 0 13 * 5", "UTC", "2026-02-01T00:00:00Z", &["02-06 00:00", "02-13 00:00", "02-20 00:00"]);
    }

    #[test]
    fn runs_once_in_the_gap_and_once_in_the_fold() {
        // 29 March 2026: 02:00 to 03:00 does not exist in Berlin; 25 October: it comes twice.
        check("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", &["03-29 01:00", "03-30 00:30"]);
        check("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", &["10-25 00:30", "10-26 01:30"]);
        check(
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-10-24T23:45:00Z",
            &["10-25 00:00", "10-25 00:30", "10-25 01:00", "10-25 01:30", "10-25 02:00"],
        );
    }

    #[test]
    fn finds_the_same_run_whether_it_looks_back_or_not() {
        for (zone, days) in
            [("Europe/Berlin", ["2026-03-28", "2026-10-24"]), ("Australia/Lord_Howe", ["2026-04-04", "2026-10-03"])]
        {
            let zone: Zone = zone.parse().unwrap();
            for line in ["*/20 * * * *", "30 1,2 * * *", "7 0-3 * * *"] {
                let schedule: Schedule = line.parse().unwrap();
                for start in days.map(|day| format!("{day}T00:00:30Z").parse::<DateTime<Utc>>().unwrap()) {
                    for after in (0..2 * 24 * 12).map(|step| start + Duration::minutes(5) * step) {
                        let wall = after.with_timezone(&zone).naive_local() - NEAR;
                        let want = schedule.next_of(&schedule.parts[0], wall, after, zone);
                        assert_eq!(schedule.next_after(after, zone), want, "{line} {zone} {after}");
                    }
                }
            }
        }
    }

    #[test]
    fn says_what_is_wrong() {
        fn check(line: &str, want: &str) {
            assert_eq!(line.parse::<Schedule>().unwrap_err(), want);
        }
        check("* * * *", "`* * * *` is not a cron line: it has 4 fields instead of 5 (minute hour day month weekday)");
        check("61 * * * *", "`61 * * * *` is not a cron line: `61` is no minute");
        check("0 0 * * 8", "`0 0 * * 8` is not a cron line: `8` is no day of week");
        check("0 0 * foo *", "`0 0 * foo *` is not a cron line: `foo` is no month");
        check("0 0 31 2 *", "`0 0 31 2 *` never comes due: there is no such date");
    }
}
