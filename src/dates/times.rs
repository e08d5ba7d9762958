//! The ways to write a time of day: "10:15", "10.15 Uhr", "10h15", "3 p.m. ET", "午後3時5分".

use chrono::NaiveTime;

use super::lexicon::{Meaning, Reading};
use super::machine::clock_hour;
use super::zones::{self, Named};

/// A time of day with the zone named behind it.
pub struct Time {
    pub time: NaiveTime,
    pub zone: Option<Named>,
    /// The first token behind it.
    pub end: usize,
}

/// How many fillers may stand between day and time: ", um", "- Uhr:", "(Donnerstag),".
const MOST_FILLERS: usize = 5;

/// The time behind a day, with only fillers between.
pub fn after(reading: &Reading<'_>, end: usize) -> Option<Time> {
    let mut at = end;
    for _ in 0..=MOST_FILLERS {
        if let Some(time) = self::at(reading, at) {
            return Some(time);
        }
        at += reading.filler(at)?;
    }
    None
}

/// The last time between the previous date and this one, if only fillers follow it.
pub fn before(reading: &Reading<'_>, free: usize, start: usize) -> Option<Time> {
    (free..start).filter_map(|at| self::at(reading, at)).filter(|time| time.end <= start).find(|time| {
        let mut at = time.end;
        while at < start {
            match reading.filler(at) {
                Some(length) => at += length,
                None => return false,
            }
        }
        true
    })
}

/// 10:15, 10.15 Uhr, 10h15, 10 Uhr, 3 pm, 午後3時05分, 오후 3:14.
pub fn at(reading: &Reading<'_>, at: usize) -> Option<Time> {
    let afternoon = |at| {
        let (first, second) = (reading.word(at)?, reading.word(at + 1));
        match (first, second) {
            ("午", Some("前")) | ("오", Some("전")) | ("上", Some("午")) => Some((false, 2)),
            ("午", Some("後")) | ("오", Some("후")) | ("下", Some("午")) => Some((true, 2)),
            _ => reading.find(at, |meaning| match meaning {
                Meaning::Afternoon(afternoon) => Some(afternoon),
                _ => None,
            }),
        }
    };
    let (half, start) = match afternoon(at) {
        Some((half, length)) => (Some(half), at + length),
        None => (None, at),
    };
    let (hour, 1..=2) = reading.number(start)? else { return None };
    let east = |at, words: &[&str]| reading.word(at).is_some_and(|word| words.contains(&word));
    let hour_mark =
        |at| reading.find(at, |meaning| (meaning == Meaning::HourMark).then_some(())).map(|(_, length)| length);
    let (minute, mut end, certain) = match reading.number(start + 2) {
        Some((minute, 2)) if reading.is_mark(start + 1, &[':']) => (minute, start + 3, true),
        Some((minute, 2)) if reading.is_mark(start + 1, &['.']) => (minute, start + 3, false),
        Some((minute, 2)) if east(start + 1, &["h", "u"]) => (minute, start + 3, true),
        Some((minute, 1..=2)) if east(start + 1, &["時", "时", "点", "點", "시"]) => (minute, start + 4, true),
        _ if east(start + 1, &["時", "时", "点", "點", "시"]) => (0, start + 2, true),
        _ => (0, start + 1, false),
    };
    // Seconds.
    if reading.is_mark(end, &[':']) && reading.number(end + 1).is_some() {
        end += 2;
    }
    let mut certain = certain || half.is_some();
    // "10.15" is a time behind "kl." or "um", and before "Uhr"; alone it is a number or a date.
    let named = start >= 1
        && (1..=2).any(|back| {
            start >= back
                && matches!(
                    reading.word(start - back),
                    Some("um" | "kl" | "klo" | "klockan" | "klokken" | "alle" | "ore" | "om" | "pukul")
                )
        });
    certain |= named && end > start + 1 && !reading.is_mark(end, &['.']);
    if let Some(length) = hour_mark(end) {
        (end, certain) = (end + length, true);
    }
    let mut half = half;
    if let Some((late, length)) = afternoon(end).or_else(|| spelled_half(reading, end)) {
        (half, end, certain) = (Some(late), end + length, true);
    }
    if !certain {
        return None;
    }
    let hour = half.map_or(Some(hour), |half| clock_hour(hour, half))?;
    let time = NaiveTime::from_hms_opt(hour % 24, minute, 0).filter(|_| hour < 24 || (hour, minute) == (24, 0))?;
    let zone_at = end + usize::from(reading.is_mark(end, &['(']));
    let zone = reading.word(zone_at).and_then(zones::named);
    end = if zone.is_some() { zone_at + 1 } else { end };
    Some(Time { time, zone, end })
}

/// "a.m." and "p. m." fall into four pieces.
fn spelled_half(reading: &Reading<'_>, at: usize) -> Option<(bool, usize)> {
    let late = match reading.word(at)? {
        "a" => false,
        "p" => true,
        _ => return None,
    };
    let is = reading.is_mark(at + 1, &['.']) && reading.word(at + 2) == Some("m");
    is.then(|| (late, 3 + usize::from(reading.is_mark(at + 3, &['.']))))
}
