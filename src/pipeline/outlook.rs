//! How a feed stands after a refresh, and when it is due again.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use sha2::{Digest, Sha256};

use super::{Notice, Progress};
use crate::config::Feed;
use crate::fetch::FetchError;
use crate::health::State;
use crate::report::{Report, Trouble};
use crate::store::FeedRecord;

/// The pause after the first failure; it doubles with each further one.
const FIRST_PAUSE_MINUTES: i64 = 15;

/// No feed is ever given up: a site may be away for months and come back.
const LONGEST_PAUSE_MINUTES: i64 = 24 * 60;

/// A page that is gone for good is not asked for again before somebody does it by hand.
const GONE_PAUSE_DAYS: i64 = 10 * 365;

/// A page that yields too little is looked at again this soon, twice: mostly it was a hiccup.
const SECOND_LOOK_MINUTES: i64 = 5;

/// Decides how the feed stands after what was told, and says so in its record.
pub fn judge(
    feed: &Feed,
    before: &FeedRecord,
    record: &mut FeedRecord,
    told: Result<Progress, Trouble>,
    now: DateTime<Utc>,
) -> Report {
    // The store keeps whole seconds, and what is made from the record now is to be what is made from
    // it later: else the page of the feed is rendered again by the next run.
    let now = now.trunc_subsecs(0);
    let (progress, trouble) = match told {
        Ok(progress) => (progress, None),
        Err(trouble) if is_gone(before, &trouble, now) => (Progress::default(), Some(Trouble::Gone)),
        Err(trouble) => (Progress::default(), Some(trouble)),
    };
    match &trouble {
        None => {
            record.failures = 0;
            record.last_success = Some(now);
            record.state = match &progress.notice {
                Some(notice) => notice.state(),
                None if keeps_notice(before, &progress) => before.state,
                None => State::Ok,
            };
        }
        Some(trouble) => {
            if !matches!(trouble, Trouble::Publish(_)) {
                // What was learned from a page that was refused is not kept.
                *record = before.clone();
            }
            record.failures = before.failures.saturating_add(1);
            record.state = trouble.state();
        }
    }
    record.last_run = Some(now);
    let notice = progress.notice.as_ref();
    let id = feed.id.as_str();
    if trouble.is_some() || !keeps_notice(before, &progress) {
        record.message = trouble.as_ref().map(Trouble::to_string).or(notice.map(Notice::to_string));
        record.hint = trouble.as_ref().and_then(|trouble| trouble.hint(id)).or(notice.map(|notice| notice.hint(id)));
    }
    if record.state != before.state || record.since.is_none() {
        record.since = Some(now);
    }
    record.next_run = Some(next_run(feed, record, trouble.as_ref(), now));
    Report { before: before.state, state: record.state, progress, trouble }
}

/// What was said of the section page last time still holds while the page stays the same.
fn keeps_notice(before: &FeedRecord, progress: &Progress) -> bool {
    progress.is_unchanged && progress.notice.is_none() && before.failures == 0 && before.message.is_some()
}

/// Whether a section page is gone for good: "410 Gone" at least three times in a row, on three
/// days. A single one may be a mistake of the site.
fn is_gone(before: &FeedRecord, trouble: &Trouble, now: DateTime<Utc>) -> bool {
    const GONE: FetchError = FetchError::Missing { status: 410 };
    if !matches!(trouble, Trouble::Fetch(error) if *error == GONE) {
        return false;
    }
    let was_gone = before.message.as_deref() == Some(GONE.to_string().as_str());
    let for_days = before.since.is_some_and(|since| now - since >= Duration::days(2));
    before.state == State::Disabled || (was_gone && before.failures >= 2 && for_days)
}

/// When the feed is due again: by its schedule, later after failures.
fn next_run(feed: &Feed, record: &FeedRecord, trouble: Option<&Trouble>, now: DateTime<Utc>) -> DateTime<Utc> {
    let scheduled = scheduled(feed, now);
    let pause = match trouble {
        None => return scheduled,
        Some(Trouble::Gone) => return now + Duration::days(GONE_PAUSE_DAYS),
        Some(Trouble::Fetch(FetchError::Paused { until })) => return scheduled.max(*until),
        Some(_) if record.state == State::Degraded && record.failures <= 2 => {
            return scheduled.min(now + Duration::minutes(SECOND_LOOK_MINUTES));
        }
        Some(_) => {
            let doubled = FIRST_PAUSE_MINUTES << record.failures.saturating_sub(1).min(10);
            Duration::minutes(doubled.min(LONGEST_PAUSE_MINUTES))
        }
    };
    // ±20 %, so that feeds that failed together do not come back together.
    let share = 0.8 + 0.4 * f64::from(spread(feed, record.failures)) / f64::from(u16::MAX);
    scheduled.max(now + Duration::seconds((pause.num_seconds() as f64 * share) as i64))
}

/// The next time of the schedule, moved by up to a tenth of its period so that not everything
/// starts at the full hour.
pub fn scheduled(feed: &Feed, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(next) = feed.schedule.next_after(now, feed.zone) else { return now + Duration::days(365) };
    let period = feed.schedule.period(now, feed.zone);
    let tenth = period.num_seconds() / 10;
    next + Duration::seconds(tenth * i64::from(spread(feed, 0)) / i64::from(u16::MAX))
}

/// A number that depends on nothing but the feed's name and `salt`.
fn spread(feed: &Feed, salt: u32) -> u16 {
    let digest = Sha256::digest(format!("{} {salt}", feed.id));
    u16::from_be_bytes([digest[0], digest[1]])
}
