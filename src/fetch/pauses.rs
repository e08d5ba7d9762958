//! How long to leave a host alone: because it said so, or because it failed.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The longest pause a `Retry-After` can ask for, and the shortest.
pub const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(24);
pub const SHORTEST_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// The first pause of a host that says "too many requests" but not how long to wait.
const FIRST_BACKOFF: Duration = Duration::from_secs(15 * 60);
const LONGEST_BACKOFF: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait after `failures` failures: a quarter of an hour, doubled each time up to a
/// day, give or take a fifth so that many feeds do not come back at once.
pub fn backoff(failures: u32, seed: &str) -> Duration {
    let base = FIRST_BACKOFF.saturating_mul(1 << failures.min(10)).min(LONGEST_BACKOFF);
    // FNV-1a: the same feed waits the same time in each run, so that a restart changes nothing.
    let hash = seed
        .bytes()
        .chain(failures.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let share = (hash >> 11) as f64 / (1_u64 << 53) as f64;
    base.mul_f64(0.8 + 0.4 * share)
}

/// Reads a `Retry-After` (RFC 9110 §10.2.3): seconds or a date. `None` for anything else.
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(TimeDelta::seconds(i64::try_from(seconds).unwrap_or(i64::MAX).min(LONGEST_PAUSE.num_seconds())));
    }
    let is_digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match is_digits {
        true => Some(LONGEST_PAUSE), // more seconds than fit
        false => Some(DateTime::parse_from_rfc2822(value).ok()?.to_utc() - now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_retry_after() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let check = |value, want| assert_eq!(retry_after(value, now).map(|delta| delta.num_seconds()), want, "{value}");
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Sun, 01 Mar 2026 12:10:00 GMT", Some(600));
        check("Sun, 01 Mar 2026 11:50:00 GMT", Some(-600));
        check("315360000", Some(86_400));
        check("99999999999999999999999", Some(86_400));
        check("soon", None);
        check("-5", None);
        check("", None);
    }

    #[test]
    fn backs_off_longer_and_longer_but_never_for_good() {
        let minutes = |failures| backoff(failures, "merkur-politik").as_secs_f64() / 60.0;
        for (failures, base) in [(0, 15.0), (1, 30.0), (2, 60.0), (6, 960.0), (7, 1440.0), (400, 1440.0)] {
            assert!((base * 0.8..=base * 1.2).contains(&minutes(failures)), "{failures}: {}", minutes(failures));
        }
        assert_eq!(backoff(3, "a"), backoff(3, "a"));
        assert_ne!(backoff(3, "a"), backoff(3, "b"));
    }
}
