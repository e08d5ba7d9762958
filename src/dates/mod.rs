//! Dates as sites write them: for machines (`2023-04-28T18:16:04+0200`) and for people
//! ("5. Februar 2026, 10:15 Uhr", "vor 3 Stunden", "5 февраля 2026").
//!
//! Nothing here invents a date: a text without one gives `None`, and a text that names only a
//! day says so in its [`Precision`]. Which date of a page counts is decided in `section/` and
//! `article/`.

mod days;
mod lexicon;
mod machine;
mod places;
mod tables;
mod times;
mod tokens;
mod visible;
mod zones;

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};

use crate::config::Zone;

pub use machine::machine;
pub use places::zone_of_language;
pub use visible::{visible, visible_all};

/// A date with how much of it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Midnight of the day where only a day was written.
    pub at: DateTime<FixedOffset>,
    pub precision: Precision,
}

/// How much of a date was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    Day,
    Minute,
}

/// What a visible date leaves out.
#[derive(Debug, Clone, Copy)]
pub struct Locale<'a> {
    /// The zone of dates that carry none.
    pub zone: Zone,
    /// The time of the answer, which "vor 3 Stunden" counts from.
    pub now: DateTime<Utc>,
    /// The language of the page, as a tag; it decides what "mar" or "3/4/2026" means.
    pub language: Option<&'a str>,
}

/// What the words before a date say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Unnamed,
    Published,
    Modified,
}

/// A date in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub date: Date,
    pub role: Role,
}

/// The first printed newspapers on the web were scanned from this year on; smaller years are
/// numbers that look like one.
const FIRST_YEAR: i32 = 1900;

/// Sites use dates far ahead as "never" (2099-12-31).
const LAST_YEAR: i32 = 2079;

impl Date {
    fn day(day: NaiveDate, zone: Zone) -> Option<Date> {
        let at = local(day.and_time(NaiveTime::MIN), zone)?;
        Date { at, precision: Precision::Day }.plausible()
    }

    fn minute(local_time: NaiveDateTime, zone: Zone) -> Option<Date> {
        Date { at: local(local_time, zone)?, precision: Precision::Minute }.plausible()
    }

    fn instant(at: DateTime<FixedOffset>) -> Option<Date> {
        Date { at, precision: Precision::Minute }.plausible()
    }

    /// `None` for years no article has, and for the epoch, which is what an empty field becomes.
    fn plausible(self) -> Option<Date> {
        let day = self.at.date_naive();
        let is_epoch = self.at.timestamp().abs() <= 24 * 3600;
        ((FIRST_YEAR..=LAST_YEAR).contains(&day.year()) && !is_epoch).then_some(self)
    }
}

/// The instant of a wall-clock time. In the hour that a clock change skips the time moves
/// forward with the clock; in the hour that comes twice it is the earlier one (FAULTS.md C7).
pub fn local(time: NaiveDateTime, zone: Zone) -> Option<DateTime<FixedOffset>> {
    match zone.from_local_datetime(&time) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.fixed_offset()),
        LocalResult::None => {
            let day_before = time.checked_sub_signed(Duration::days(1))?;
            let before = zone.from_local_datetime(&day_before).earliest()?;
            let at = before.to_utc().checked_add_signed(Duration::days(1))?;
            Some(zone.from_utc_datetime(&at.naive_utc()).fixed_offset())
        }
    }
}

/// Two digits of a year as they are meant near `now`.
fn full_year(two_digits: i32, now: DateTime<Utc>) -> i32 {
    let century = now.year() / 100 * 100;
    let year = century + two_digits;
    if year > now.year() + 1 { year - 100 } else { year }
}
