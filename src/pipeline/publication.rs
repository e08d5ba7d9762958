//! From the store to files.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::masthead::{self, Masthead};
use super::{Desk, archive, combination, hub, reservations};
use crate::config::{Feed, Settings, combined};
use crate::digest::short as hash;
use crate::entry::{Entry, site_of_url};
use crate::filter;
use crate::health::Health;
use crate::publish::{self, Versions};
use crate::render::{self, Archive, FeedFile, FeedInfo, Format, Overview, Totals, paths_of};
use crate::report::Trouble;
use crate::shelf::{SHORTEST_MAX_AGE, max_age};
use crate::store::{Change, EntryState, FeedRecord, Known, Seen, StoreError};

/// Publishes a feed if anything it is made from changed; returns the number of files written.
pub async fn publish(feed: &Feed, desk: &Desk, record: &mut FeedRecord, now: DateTime<Utc>) -> Result<usize, Trouble> {
    if record.last_success.is_none() {
        // A section that was never read has nothing to show; what an earlier state published stays.
        return Ok(0);
    }
    let masthead = masthead::recall(&feed.id, desk).await?;
    let info = info(feed, record, masthead, &desk.settings);
    let health = record.health();
    // A new version of the program may render the same entries differently.
    let access = (desk.settings.access, desk.settings.reservations);
    let feed_made_from =
        hash(&format!("{}{info:?}{:?}{:?}{access:?}", env!("CARGO_PKG_VERSION"), feed.keep, feed.filter));
    let page_made_from = hash(&format!("{feed_made_from}{health:?}"));
    let paths = paths_of(feed.id.as_str());
    let is_feed_behind = record.published.as_ref() != Some(&feed_made_from) || !desk.place.are_published(&paths).await;
    if !is_feed_behind && record.page.as_ref() == Some(&page_made_from) {
        return Ok(0);
    }
    // Before the store is asked: what is written after this moment is newer than what we make.
    let versions = desk.place.versions(&paths).await?;
    desk.store.check_held(&feed.id).await?;
    let mut entries = desk.store.window(&feed.id, feed.keep, now).await?;
    // A window with room left has nothing behind it to forget.
    let is_full = entries.len() >= feed.keep.entries as usize;
    let (mut info, mut archived) = (info, 0);
    if is_feed_behind {
        // Pages of the archive first: the feed names the newest.
        (info.archive.previous, archived) =
            archive::publish(feed, &info, &mut entries, &feed_made_from, desk, now).await?;
        combination::note_edition(feed, &entries, desk).await?;
    }
    entries.retain(|entry| filter::passes(&feed.filter, entry));
    reservations::obey(&desk.settings, &mut entries);
    let overview = Overview::new(&info, &health, &entries);
    // Feed files last: they name the page.
    let mut files = vec![desk.pages.feed(DIRECTORY_TITLE, &overview)];
    if is_feed_behind {
        files.extend(render::feeds(&info, &entries));
    }
    let written = archived + publish_files(&info, &files, &versions, desk).await?;
    if is_feed_behind && is_full {
        desk.store.forget(&feed.id, feed.keep, now).await?;
    }
    if let Some(shelf) = &desk.shelf {
        shelf.put_feed(feed);
    }
    record.totals = Some(serde_json::to_string(&overview.totals).map_err(StoreError::from)?);
    record.published = Some(feed_made_from);
    record.page = Some(page_made_from);
    Ok(written)
}

/// Publishes the files of a feed, and tells its hub if readers of the feed will see a difference; returns the number of
/// files written.
async fn publish_files(
    info: &FeedInfo,
    files: &[FeedFile],
    versions: &Versions,
    desk: &Desk,
) -> Result<usize, Trouble> {
    let written = desk.place.publish(files, versions, max_age(minutes(info.ttl_minutes))).await?;
    if written.iter().any(|file| file.media_type != "text/html") {
        hub::tell(info, desk).await;
    }
    Ok(written.len())
}

/// Publishes what concerns the whole directory, if it changed: combined feeds, the front page, the
/// list of feeds for readers, how each feed is doing, the sitemap. Removes what was published of
/// feeds that are no longer defined, and runs the operator's command. Returns the number of files
/// written.
pub async fn publish_directory<F: Borrow<Feed>>(feeds: &[F], desk: &Desk) -> Result<usize, Trouble> {
    let mut written = write_directory(feeds, desk).await;
    for _ in 1..WRITERS_AT_ONCE {
        match &written {
            // Another worker wrote meanwhile; what it knew may be older than what we know.
            Err(Trouble::Publish(error)) if error.is_conflict => written = write_directory(feeds, desk).await,
            _ => break,
        }
    }
    if let Some(command) = &desk.settings.after_publishing {
        let changed = desk.place.take_changed();
        if !changed.is_empty() {
            publish::after_publishing(command, &changed).await;
        }
    }
    written
}

async fn write_directory<F: Borrow<Feed>>(feeds: &[F], desk: &Desk) -> Result<usize, Trouble> {
    let records: HashMap<String, FeedRecord> = desk.store.feeds().await?.into_iter().collect();
    let known = |feed: &Feed| records.get(feed.id.as_str());
    let (combinations, mut written) = publish_combined(feeds, &records, desk).await?;
    let mut made_from = format!("{}{:?}", env!("CARGO_PKG_VERSION"), desk.settings.base_url);
    for feed in feeds.iter().map(Borrow::borrow) {
        let record = known(feed).map(|record| (record.health(), &record.published, &record.totals));
        made_from.push_str(&format!("{}{:?}{record:?}", feed.id, feed.title));
    }
    for Shown { info, health, totals, .. } in &combinations {
        made_from.push_str(&format!("{info:?}{health:?}{totals:?}"));
    }
    let made_from = hash(&made_from);
    withdraw(feeds, &records, desk).await?;
    let are_there = desk.place.are_published(&DIRECTORY_FILES.map(str::to_owned)).await;
    if are_there && desk.store.note("directory").await?.as_ref() == Some(&made_from) {
        return Ok(written);
    }
    let paths = [&DIRECTORY_FILES[..], &["sitemap.xml"]].concat();
    let versions = desk.place.versions(&paths.into_iter().map(str::to_owned).collect::<Vec<_>>()).await?;
    let with_texts = feeds.iter().any(|feed| filter::needs_texts(&feed.borrow().filter));
    let mut newest: HashMap<String, Vec<Entry>> = HashMap::new();
    for (feed, entry) in desk.store.newest(FRONT_PAGE_ENTRIES, with_texts).await? {
        newest.entry(feed).or_default().push(entry);
    }
    let mut shown = combinations;
    for (feed, info) in feeds.iter().map(Borrow::borrow).zip(infos(feeds, &records, desk).await?) {
        let record = known(feed).cloned().unwrap_or_default();
        let totals: Totals =
            record.totals.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let mut entries = newest.remove(feed.id.as_str()).unwrap_or_default();
        entries.retain(|entry| filter::passes(&feed.filter, entry));
        shown.push(Shown { info, health: record.health(), totals, entries });
    }
    let overviews: Vec<Overview> = shown
        .iter()
        .map(|Shown { info, health, totals, entries }| Overview { info, health, totals: *totals, entries })
        .collect();
    let base_url = desk.settings.base_url.as_ref().map(|base| &base.0);
    let files: Vec<FeedFile> = [
        Some(desk.pages.index(DIRECTORY_TITLE, &overviews)),
        Some(render::opml(DIRECTORY_TITLE, &overviews)),
        render::sitemap(base_url, &overviews),
        Some(render::status(&overviews)),
    ]
    .into_iter()
    .flatten()
    .collect();
    written += desk.place.publish(&files, &versions, SHORTEST_MAX_AGE).await?.len();
    if let Some(shelf) = &desk.shelf {
        shelf.put_directory();
    }
    desk.store.set_note("directory", &made_from).await?;
    Ok(written)
}

/// Removes what was published of feeds that are no longer defined, combined ones as well.
async fn withdraw<F: Borrow<Feed>>(
    feeds: &[F],
    records: &HashMap<String, FeedRecord>,
    desk: &Desk,
) -> Result<(), Trouble> {
    // Without any definition it is more likely that the directory of definitions is not there.
    if feeds.is_empty() {
        return Ok(());
    }
    let combined = desk.settings.combine.iter().map(|combine| combine.name.get_ref().as_str());
    let defined: HashSet<&str> = feeds.iter().map(|feed| feed.borrow().id.as_str()).chain(combined).collect();
    // What is still scheduled is another worker's, which has newer definitions.
    let was_shown = |(_, record): &(&String, &FeedRecord)| record.last_success.is_some() && record.next_run.is_none();
    let gone = records.iter().filter(was_shown).map(|(id, record)| (id.clone(), record.page.is_some()));
    let combinations = combination::ever_published(desk).await?;
    let gone = gone.chain(combinations.iter().cloned()).filter(|(id, _)| !defined.contains(id.as_str()));
    for (id, is_published) in gone {
        if is_published {
            desk.place.remove(&paths_of(&id)).await?;
            if combinations.iter().any(|(combined, _)| *combined == id) {
                combination::note_withdrawn(&id, desk).await?;
            }
            archive::withdraw(&id, desk).await?;
            desk.store.withdraw(&id).await?;
            tracing::info!(feed = %id, "{id}: no longer defined; what was published of it is removed");
        }
        if let Some(shelf) = &desk.shelf {
            shelf.withdraw(&id);
        }
    }
    Ok(())
}

/// Workers that write the directory at once; more than these wait for the next time.
const WRITERS_AT_ONCE: usize = 4;

fn minutes(number: u32) -> Duration {
    Duration::from_secs(u64::from(number) * 60)
}

/// Publishes the combined feeds of the settings; returns what the directory shows of them, and the
/// number of files written.
async fn publish_combined<F: Borrow<Feed>>(
    feeds: &[F],
    records: &HashMap<String, FeedRecord>,
    desk: &Desk,
) -> Result<(Vec<Shown>, usize), Trouble> {
    let (mut shown, mut written) = (Vec::new(), 0);
    let combined = combined(&desk.settings, feeds.iter().map(Borrow::borrow));
    if combined.is_empty() {
        return Ok((shown, written));
    }
    let infos = infos(feeds, records, desk).await?;
    let infos: HashMap<&str, &FeedInfo> = infos.iter().map(|info| (info.id.as_str(), info)).collect();
    for combined in &combined {
        let Some(made) = combination::make(combined, feeds, &infos, records, desk).await? else { continue };
        if !made.files.is_empty() {
            written += publish_files(&made.shown.info, &made.files, &made.versions, desk).await?;
            combination::note_published(&made, desk).await?;
        }
        if let Some(shelf) = &desk.shelf {
            shelf.put_files(&made.shown.info.id, minutes(made.shown.info.ttl_minutes));
        }
        shown.push(made.shown);
    }
    Ok((shown, written))
}

/// A feed as the directory shows it.
pub struct Shown {
    pub info: FeedInfo,
    pub health: Health,
    pub totals: Totals,
    /// The newest of its entries, for the front page.
    pub entries: Vec<Entry>,
}

/// What is said of each feed, in the same order.
async fn infos<F: Borrow<Feed>>(
    feeds: &[F],
    records: &HashMap<String, FeedRecord>,
    desk: &Desk,
) -> Result<Vec<FeedInfo>, Trouble> {
    let mut mastheads = masthead::recall_all(desk).await?;
    let of = |feed: &Feed| {
        let record = records.get(feed.id.as_str()).cloned().unwrap_or_default();
        let masthead = mastheads.remove(feed.id.as_str()).unwrap_or_default();
        info(feed, &record, masthead, &desk.settings)
    };
    Ok(feeds.iter().map(Borrow::borrow).map(of).collect())
}

/// What is always there beside the feeds.
const DIRECTORY_FILES: [&str; 3] = ["index.html", "feeds.opml", "status.json"];

/// What the front page is called.
pub const DIRECTORY_TITLE: &str = "ressort";

/// Entries from which the front page takes its stories; some are filtered out or doubled.
const FRONT_PAGE_ENTRIES: usize = 120;

/// What is said of the feed as a whole.
fn info(feed: &Feed, record: &FeedRecord, masthead: Masthead, settings: &Settings) -> FeedInfo {
    let host = feed.url.host_str().unwrap_or_default().trim_start_matches("www.");
    FeedInfo {
        id: feed.id.clone(),
        title: feed.title.clone().or_else(|| record.title.clone()).unwrap_or_else(|| host.to_owned()),
        description: masthead.description,
        home_page: feed.url.clone(),
        language: feed.language.as_ref().map(ToString::to_string).or_else(|| record.language.clone()),
        base_url: settings.base_url.as_ref().map(|base| base.0.clone()),
        ttl_minutes: period_minutes(feed),
        content: feed.content,
        hub: settings.hub.as_ref().map(|hub| hub.0.clone()),
        icon: masthead.icon,
        archive: Archive::default(),
    }
}

/// How often the feed is refreshed. Taken at a fixed time, so that the bytes do not depend on
/// when they are made.
fn period_minutes(feed: &Feed) -> u32 {
    let monday_noon = DateTime::from_timestamp(1_767_610_800, 0).expect("an existing time");
    feed.schedule.period(monday_noon, feed.zone).num_minutes().clamp(1, 24 * 60) as u32
}

/// Takes the entries of a published JSON Feed into an empty store, with the ids and dates that
/// readers know.
pub async fn restore(feed: &Feed, desk: &Desk, record: &mut FeedRecord, now: DateTime<Utc>) -> Result<(), Trouble> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut weeks: Vec<String> = Vec::new();
    let mut week = None;
    loop {
        let path = format!("{}/{}", feed.id, render::in_week(week.as_deref(), Format::Json));
        let Some(bytes) = desk.place.read(&path).await? else { break };
        match render::json::restore(&bytes) {
            Ok(restored) => entries.extend(restored),
            Err(error) => {
                tracing::warn!(feed = %feed.id, "{}: the published {path} cannot be read back: {error}", feed.id);
                break;
            }
        }
        weeks.extend(week);
        week = render::json::previous_week(&bytes).filter(|week| weeks.last().is_none_or(|last| week < last));
        if week.is_none() {
            break;
        }
    }
    if entries.is_empty() && weeks.is_empty() {
        return Ok(());
    }
    tracing::info!(feed = %feed.id, "{}: {} entries restored from the published feed", feed.id, entries.len());
    if !weeks.is_empty() {
        weeks.reverse();
        archive::restored(&feed.id, weeks, desk).await?;
    }
    // What stands in the feed and in its archive is the same, but for a text that was too much for one of them.
    entries.sort_by(|a, b| a.id.cmp(&b.id).then(b.html.len().cmp(&a.html.len())));
    entries.dedup_by(|a, b| a.id == b.id);
    let mut change = Change { is_visible: true, ..Change::default() };
    for entry in entries {
        // What its teaser said is unknown: an empty hash equals any.
        change.seen.push(Seen { entry: entry.id.clone(), teaser: String::new() });
        let state = if entry.has_text() { EntryState::Full } else { EntryState::Teaser };
        let known = Known {
            id: entry.id.clone(),
            state,
            first_seen: entry.first_seen,
            next_check: None,
            // The mark of a restored entry: every other one was looked at.
            checks: 0,
            blocks: Vec::new(),
            entry: Some(entry),
        };
        let url = known.entry.as_ref().map(|entry| &entry.url).expect("set above");
        change.entries.push((site_of_url(url), known));
    }
    let health = desk.place.read("status.json").await?;
    if let Some(health) = health.and_then(|bytes| render::restore_health(&bytes, feed.id.as_str())) {
        (record.state, record.since) = (health.state, Some(health.since));
        (record.message, record.hint) = (health.message, health.hint);
    }
    desk.store.commit(&feed.id, record, &change, now).await?;
    Ok(())
}
