//! Names of time zones as they stand behind a time: "CEST", "Uhr MESZ", "ET".

use chrono::{DateTime, FixedOffset, NaiveDateTime};

use crate::config::Zone;

/// What a zone's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A fixed distance from UTC, in minutes.
    Offset(i32),
    /// A place whose clocks are meant, summer or winter ("ET").
    Place(&'static str),
}

/// Names that mean one thing. Left out are those that do not (IST is Ireland, Israel and India;
/// CST is Chicago and China): behind such a name the time is read in the site's own zone.
const NAMES: [(&str, Named); 54] = [
    ("z", Named::Offset(0)),
    ("utc", Named::Offset(0)),
    ("gmt", Named::Offset(0)),
    ("ut", Named::Offset(0)),
    ("wet", Named::Offset(0)),
    ("west", Named::Offset(60)),
    ("bst", Named::Offset(60)),
    ("cet", Named::Offset(60)),
    ("mez", Named::Offset(60)),
    ("wat", Named::Offset(60)),
    ("cest", Named::Offset(120)),
    ("mesz", Named::Offset(120)),
    ("eet", Named::Offset(120)),
    ("sast", Named::Offset(120)),
    ("cat", Named::Offset(120)),
    ("eest", Named::Offset(180)),
    ("msk", Named::Offset(180)),
    ("мск", Named::Offset(180)),
    ("trt", Named::Offset(180)),
    ("tsi", Named::Offset(180)),
    ("tsi̇", Named::Offset(180)),
    ("eat", Named::Offset(180)),
    ("gst", Named::Offset(240)),
    ("pkt", Named::Offset(300)),
    ("wib", Named::Offset(420)),
    ("ict", Named::Offset(420)),
    ("wita", Named::Offset(480)),
    ("hkt", Named::Offset(480)),
    ("sgt", Named::Offset(480)),
    ("myt", Named::Offset(480)),
    ("awst", Named::Offset(480)),
    ("wit", Named::Offset(540)),
    ("jst", Named::Offset(540)),
    ("kst", Named::Offset(540)),
    ("acst", Named::Offset(570)),
    ("aest", Named::Offset(600)),
    ("acdt", Named::Offset(630)),
    ("aedt", Named::Offset(660)),
    ("nzst", Named::Offset(720)),
    ("nzdt", Named::Offset(780)),
    ("art", Named::Offset(-180)),
    ("brt", Named::Offset(-180)),
    ("adt", Named::Offset(-180)),
    ("edt", Named::Offset(-240)),
    ("est", Named::Offset(-300)),
    ("cdt", Named::Offset(-300)),
    ("mdt", Named::Offset(-360)),
    ("mst", Named::Offset(-420)),
    ("pdt", Named::Offset(-420)),
    ("pst", Named::Offset(-480)),
    ("et", Named::Place("America/New_York")),
    ("pt", Named::Place("America/Los_Angeles")),
    ("ct", Named::Place("America/Chicago")),
    ("mt", Named::Place("America/Denver")),
];

/// Looks up a name in lower case.
pub fn named(name: &str) -> Option<Named> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
}

impl Named {
    /// The instant of a wall-clock time there.
    pub fn instant(self, time: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        match self {
            Named::Offset(minutes) => {
                let offset = FixedOffset::east_opt(minutes.checked_mul(60)?)?;
                time.and_local_timezone(offset).single()
            }
            Named::Place(name) => super::local(time, Zone::named(name)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_places_are_in_the_database() {
        for (name, meaning) in NAMES {
            if let Named::Place(place) = meaning {
                assert!(Zone::named(place).is_some(), "{name}: {place}");
            }
        }
    }
}
