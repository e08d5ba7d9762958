//! What is beyond a feed's window, a file for each week: archived feeds by RFC 5005 §4.
//!
//! A reader that wants everything follows the pages back until it comes to one it knows, so the
//! entries of a page may not change: a week becomes a page when it is over, and until then the feed
//! itself holds what left its window. Feed and archive together hold every entry that is kept.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Datelike, Duration, IsoWeek, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::{Desk, reservations};
use crate::config::{Feed, FeedId};
use crate::entry::{Entry, EntryId};
use crate::filter;
use crate::render::{self, Archive, FeedInfo, paths_of_week};
use crate::report::Trouble;
use crate::shelf::LONGEST_MAX_AGE;
use crate::store::StoreError;

/// An article that bears the date of one week may be seen for the first time in the next.
const COMPLETE_AFTER: Duration = Duration::days(1);

/// Articles are read again for three days at most; pages of weeks that ended before that stay as
/// they are.
const SETTLED_AFTER: Duration = Duration::days(10);

/// What was published of a feed's archive.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Published {
    made_from: String,
    /// The weeks there are pages of, oldest first.
    weeks: Vec<String>,
}

/// Publishes the archive of a feed, takes away what is too old, and adds to the window what is no
/// longer in it and not yet in the archive. Returns the newest week, for the feed to point at, and
/// the number of files written.
pub async fn publish(
    feed: &Feed,
    info: &FeedInfo,
    window: &mut Vec<Entry>,
    made_from: &str,
    desk: &Desk,
    now: DateTime<Utc>,
) -> Result<(Option<String>, usize), Trouble> {
    let before = recall(&feed.id, desk).await?;
    let weeks = weeks(feed, info, window, desk, now).await?;
    let mut written = 0;
    for (position, week) in weeks.iter().enumerate() {
        let name_of = |at: Option<usize>| at.and_then(|at| weeks.get(at)).map(name);
        let archive = Archive {
            week: Some(name(week)),
            previous: name_of(position.checked_sub(1)),
            next: name_of(Some(position + 1)),
        };
        let info = FeedInfo { archive, ..info.clone() };
        let (from, to) = bounds(week);
        // The first and the last two point at neighbours that come and go.
        let has_lasting_neighbours = (1..weeks.len().saturating_sub(2)).contains(&position);
        let is_settled = before.made_from == made_from && has_lasting_neighbours && now - to > SETTLED_AFTER;
        let paths = paths_of_week(feed.id.as_str(), &name(week));
        if is_settled && desk.place.are_published(&paths).await {
            continue;
        }
        let versions = desk.place.versions(&paths).await?;
        let mut entries = desk.store.between(&feed.id, from, to).await?;
        entries.retain(|entry| filter::passes(&feed.filter, entry));
        reservations::obey(&desk.settings, &mut entries);
        written += desk.place.publish(&render::feeds(&info, &entries), &versions, LONGEST_MAX_AGE).await?.len();
    }
    let after = Published { made_from: made_from.to_owned(), weeks: weeks.iter().map(name).collect() };
    if after.weeks.is_empty() && before.weeks.is_empty() {
        return Ok((None, written));
    }
    // No page names them any more.
    for week in before.weeks.iter().filter(|week| !after.weeks.contains(week)) {
        desk.place.remove(&paths_of_week(feed.id.as_str(), week)).await?;
    }
    if after != before {
        keep(&feed.id, &after, desk).await?;
    }
    Ok((after.weeks.last().cloned(), written))
}

/// Notes the pages that are published of an archive of which the store knows nothing.
pub async fn restored(feed: &FeedId, weeks: Vec<String>, desk: &Desk) -> Result<(), Trouble> {
    keep(feed, &Published { weeks, ..Published::default() }, desk).await
}

/// Takes away what was published of the archive of a feed that is no longer defined.
pub async fn withdraw(feed: &str, desk: &Desk) -> Result<(), Trouble> {
    let Ok(feed) = feed.parse::<FeedId>() else { return Ok(()) };
    let published = recall(&feed, desk).await?;
    if published.weeks.is_empty() {
        return Ok(());
    }
    for week in &published.weeks {
        desk.place.remove(&paths_of_week(feed.as_str(), week)).await?;
    }
    keep(&feed, &Published::default(), desk).await
}

/// The weeks that get a page, oldest first; what comes after them goes into the window.
async fn weeks(
    feed: &Feed,
    info: &FeedInfo,
    window: &mut Vec<Entry>,
    desk: &Desk,
    now: DateTime<Utc>,
) -> Result<Vec<IsoWeek>, Trouble> {
    // Pages of an archive name each other by their public addresses.
    let Some(kept) = feed.keep.archive.filter(|_| info.base_url.is_some()) else { return Ok(Vec::new()) };
    // Weeks go as a whole.
    let (since, _) = bounds(&(now - kept).iso_week());
    let dates = desk.store.dates(&feed.id, since).await?;
    let weeks: BTreeSet<IsoWeek> = dates.iter().skip(window.len()).map(Datelike::iso_week).collect();
    let mut weeks: Vec<IsoWeek> = weeks.into_iter().collect();
    weeks.retain(|week| now - bounds(week).1 > COMPLETE_AFTER);
    let end = weeks.last().map_or(since, |week| bounds(week).1);
    if let Some(oldest) = window.last().map(|entry| entry.published.to_utc()).filter(|oldest| *oldest > end) {
        let shown: HashSet<EntryId> = window.iter().map(|entry| entry.id.clone()).collect();
        let beyond = desk.store.between(&feed.id, end, oldest + Duration::seconds(1)).await?;
        window.extend(beyond.into_iter().filter(|entry| !shown.contains(&entry.id)));
    }
    Ok(weeks)
}

/// How the notes are called.
const NOTE: &str = "archive ";

async fn recall(feed: &FeedId, desk: &Desk) -> Result<Published, Trouble> {
    let note = desk.store.note(&format!("{NOTE}{feed}")).await?;
    // Written by another version, it says nothing.
    Ok(note.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

async fn keep(feed: &FeedId, published: &Published, desk: &Desk) -> Result<(), Trouble> {
    let text = serde_json::to_string(published).map_err(StoreError::from)?;
    Ok(desk.store.set_note(&format!("{NOTE}{feed}"), &text).await?)
}

/// `2026-W06`
fn name(week: &IsoWeek) -> String {
    format!("{}-W{:02}", week.year(), week.week())
}

/// From Monday to Monday, in UTC.
fn bounds(week: &IsoWeek) -> (DateTime<Utc>, DateTime<Utc>) {
    let monday =
        NaiveDate::from_isoywd_opt(week.year(), week.week(), Weekday::Mon).expect("a week of an existing date");
    let from = monday.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    (from, from + Duration::days(7))
}
