//! "Every so many minutes" as a cron line.

use crate::config::Schedule;

/// Every so many minutes, or a little more often where a cron line cannot say it.
pub fn every(minutes: u64) -> Option<Schedule> {
    const DIVISORS_OF_HOUR: [u64; 7] = [30, 20, 15, 12, 10, 6, 5];
    const DIVISORS_OF_DAY: [u64; 7] = [24, 12, 8, 6, 4, 3, 2];
    let line = match minutes {
        0 => return None,
        // More often than every five minutes is more than a section changes.
        1..60 => format!("*/{} * * * *", DIVISORS_OF_HOUR.iter().find(|step| **step <= minutes).unwrap_or(&5)),
        60..120 => "0 * * * *".to_owned(),
        _ => match DIVISORS_OF_DAY.iter().find(|step| **step * 60 <= minutes).unwrap_or(&2) {
            24 => "0 6 * * *".to_owned(),
            hours => format!("0 */{hours} * * *"),
        },
    };
    line.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_never_rarer_than_asked_for() {
        let check = |minutes, line: Option<&str>| {
            assert_eq!(every(minutes).map(|schedule| schedule.to_string()).as_deref(), line, "{minutes}");
        };
        check(0, None);
        check(1, Some("*/5 * * * *"));
        check(30, Some("*/30 * * * *"));
        check(45, Some("*/30 * * * *"));
        check(60, Some("0 * * * *"));
        check(360, Some("0 */6 * * *"));
        check(420, Some("0 */6 * * *"));
        check(1440, Some("0 6 * * *"));
        check(99_999, Some("0 6 * * *"));
    }
}
