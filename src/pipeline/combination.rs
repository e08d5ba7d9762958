//! Combined feeds: from the windows of several feeds to files.
//!
//! Nothing is kept of them but what they were made from: they are made anew when one of the feeds
//! they consist of shows something else.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use super::publication::Shown;
use super::{Desk, reservations};
use crate::config::{Combined, Content, Feed};
use crate::copies::{self, COPIED_WITHIN};
use crate::digest::short as hash;
use crate::entry::{Carrier, Entry, EntryId, site_of_url};
use crate::filter;
use crate::health::{Health, State};
use crate::publish::Versions;
use crate::render::{self, Archive, FeedFile, FeedInfo, Overview, Totals, paths_of};
use crate::report::Trouble;
use crate::store::{FeedRecord, StoreError};

/// A combined feed: what is said of it, and its files.
pub struct Combination {
    pub shown: Shown,
    /// Empty if those that are published hold the same.
    pub files: Vec<FeedFile>,
    /// What stood in their places before the store was asked.
    pub versions: Versions,
    made_from: String,
}

/// What was published of a combined feed.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Published {
    made_from: String,
    totals: Totals,
}

/// How the notes are called; empty where the feed was withdrawn.
const NOTE: &str = "combined ";

/// How the notes are called that tell one state of a feed's window from another.
const EDITION_NOTE: &str = "edition ";

/// Notes what a feed shows now, so that combined feeds are made anew exactly when that changes.
pub async fn note_edition(feed: &Feed, window: &[Entry], desk: &Desk) -> Result<(), Trouble> {
    if desk.settings.combine.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(window).map_err(StoreError::from)?;
    Ok(desk.store.set_note(&format!("{EDITION_NOTE}{}", feed.id), &hash(&text)).await?)
}

/// Notes that the files of a combined feed are published.
pub async fn note_published(made: &Combination, desk: &Desk) -> Result<(), Trouble> {
    let published = Published { made_from: made.made_from.clone(), totals: made.shown.totals };
    let text = serde_json::to_string(&published).map_err(StoreError::from)?;
    Ok(desk.store.set_note(&format!("{NOTE}{}", made.shown.info.id), &text).await?)
}

/// Combined feeds that were ever published, and whether they still are.
pub async fn ever_published(desk: &Desk) -> Result<Vec<(String, bool)>, Trouble> {
    let notes = desk.store.notes(NOTE).await?;
    Ok(notes.into_iter().map(|(name, text)| (name[NOTE.len()..].to_owned(), !text.is_empty())).collect())
}

/// Notes that nothing is published any more of a combined feed.
pub async fn note_withdrawn(id: &str, desk: &Desk) -> Result<(), Trouble> {
    Ok(desk.store.set_note(&format!("{NOTE}{id}"), "").await?)
}

/// What one of the feeds has to give.
struct Window<'a> {
    feed: &'a Feed,
    entries: Vec<Entry>,
    /// The date of its oldest entry, if there were older ones.
    horizon: Option<DateTime<FixedOffset>>,
}

/// Makes a combined feed out of those that are known.
pub async fn make<F: Borrow<Feed>>(
    combined: &Combined,
    feeds: &[F],
    infos: &HashMap<&str, &FeedInfo>,
    records: &HashMap<String, FeedRecord>,
    desk: &Desk,
) -> Result<Option<Combination>, Trouble> {
    let members: Vec<&Feed> =
        feeds.iter().map(Borrow::borrow).filter(|feed| combined.members.contains(&feed.id)).collect();
    let of = |feed: &Feed| records.get(feed.id.as_str());
    // The latest look at a member stands for the present: nothing changed since.
    let Some(now) = members.iter().filter_map(|feed| of(feed)?.last_run).max() else { return Ok(None) };
    let known: Vec<&FeedInfo> = members.iter().filter_map(|feed| infos.get(feed.id.as_str()).copied()).collect();
    let info = info(combined, &known, desk);
    let health = health(&members, records, now);
    let made_from = made_from(combined, &members, &known, &info, &health, desk).await?;
    let before = desk.store.note(&format!("{NOTE}{}", combined.id)).await?;
    // Written by another version, it says nothing.
    let before: Published = before.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let paths = paths_of(combined.id.as_str());
    if before.made_from == made_from && desk.place.are_published(&paths).await {
        let shown = Shown { info, health, totals: before.totals, entries: Vec::new() };
        return Ok(Some(Combination { shown, files: Vec::new(), versions: Versions::default(), made_from }));
    }
    let versions = desk.place.versions(&paths).await?;
    let mut windows = Vec::with_capacity(members.len());
    for feed in &members {
        let mut entries = desk.store.window(&feed.id, feed.keep, now).await?;
        let horizon = entries.last().filter(|_| entries.len() >= feed.keep.entries as usize).map(|last| last.published);
        entries.retain(|entry| filter::passes(&feed.filter, entry) && filter::passes(&combined.filter, entry));
        windows.push(Window { feed, entries, horizon });
    }
    // Beyond the window of a member the first of a group may be forgotten, and a copy must not
    // take its place as news.
    let edge = windows.iter().filter_map(|window| window.horizon).max().map(|horizon| horizon + COPIED_WITHIN);
    let mut entries = each_once(&windows, infos);
    // After copies were found, which needs their texts.
    reservations::obey(&desk.settings, &mut entries);
    entries.retain(|entry| edge.is_none_or(|edge| entry.published >= edge));
    entries.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    let young = now - combined.keep.at_least;
    let mut position = 0;
    entries.retain(|entry| {
        position += 1;
        position <= combined.keep.entries || entry.published > young
    });

    let overview = Overview::new(&info, &health, &entries);
    let mut files = vec![desk.pages.feed(super::publication::DIRECTORY_TITLE, &overview)];
    files.extend(render::feeds(&info, &entries));
    let totals = overview.totals;
    Ok(Some(Combination { shown: Shown { info, health, totals, entries: Vec::new() }, files, versions, made_from }))
}

/// Everything that a combined feed depends on.
async fn made_from(
    combined: &Combined,
    members: &[&Feed],
    known: &[&FeedInfo],
    info: &FeedInfo,
    health: &Health,
    desk: &Desk,
) -> Result<String, Trouble> {
    let access = (desk.settings.access, desk.settings.reservations);
    let mut text = format!("{}{combined:?}{known:?}{info:?}{health:?}{access:?}", env!("CARGO_PKG_VERSION"));
    for Feed { id, keep, filter, content, .. } in members {
        let edition = desk.store.note(&format!("{EDITION_NOTE}{id}")).await?;
        text.push_str(&format!("{id}{edition:?}{keep:?}{filter:?}{content:?}"));
    }
    Ok(hash(&text))
}

/// One entry for each piece, with all who carry it.
fn each_once(windows: &[Window<'_>], infos: &HashMap<&str, &FeedInfo>) -> Vec<Entry> {
    let all: Vec<&Entry> = windows.iter().flat_map(|window| &window.entries).collect();
    let mut feeds: HashMap<&EntryId, &Feed> = HashMap::new();
    for Window { feed, entries, .. } in windows {
        for entry in entries {
            feeds.entry(&entry.id).or_insert(feed);
        }
    }
    let carrier = |entry: &Entry| {
        let feed = feeds[&entry.id];
        let info = infos[feed.id.as_str()];
        Carrier { feed: feed.id.clone(), urn: info.urn(), name: info.title.clone(), url: entry.url.clone() }
    };
    copies::grouped(&all)
        .into_iter()
        .map(|group| {
            let mut sites = HashSet::new();
            let carriers = group.iter().map(|entry| carrier(entry));
            let carriers = carriers.filter(|carrier| sites.insert(site_of_url(&carrier.url))).collect();
            let mut first = group[0].clone();
            if feeds[&first.id].content == Content::Summary {
                // What the section's own feed does not carry, no other carries.
                first.html.clear();
            }
            Entry { carriers, ..first }
        })
        .collect()
}

fn info(combined: &Combined, members: &[&FeedInfo], desk: &Desk) -> FeedInfo {
    let base_url = desk.settings.base_url.as_ref().map(|base| base.0.clone());
    let page = base_url.as_ref().and_then(|base| base.join(&format!("{}/index.html", combined.id)).ok());
    let mut languages = members.iter().map(|info| info.language.as_deref().and_then(|tag| tag.split('-').next()));
    let first = languages.next().flatten();
    let common = first.filter(|first| languages.all(|language| language == Some(first)));
    let titles: Vec<&str> = members.iter().map(|info| info.title.as_str()).collect();
    FeedInfo {
        id: combined.id.clone(),
        title: combined.title.clone(),
        description: combined.description.clone().or_else(|| Some(titles.join(" · "))),
        home_page: page.unwrap_or_else(|| members[0].home_page.clone()),
        language: combined.language.as_ref().map(ToString::to_string).or_else(|| common.map(str::to_owned)),
        base_url,
        ttl_minutes: members.iter().map(|info| info.ttl_minutes).min().unwrap_or_default(),
        content: combined.content,
        hub: desk.settings.hub.as_ref().map(|hub| hub.0.clone()),
        icon: None,
        archive: Archive::default(),
    }
}

/// A combined feed is well when all its sections are.
fn health(members: &[&Feed], records: &HashMap<String, FeedRecord>, now: DateTime<Utc>) -> Health {
    let known: Vec<(&Feed, &FeedRecord)> =
        members.iter().filter_map(|feed| Some((*feed, records.get(feed.id.as_str())?))).collect();
    let ill: Vec<&(&Feed, &FeedRecord)> = known.iter().filter(|(_, record)| record.state.is_ill()).collect();
    let since = |records: &mut dyn Iterator<Item = &FeedRecord>| records.filter_map(|record| record.since).max();
    if ill.is_empty() {
        let since = since(&mut known.iter().map(|(_, record)| *record)).unwrap_or(now);
        return Health { state: State::Ok, since, message: None, hint: None };
    }
    let names: Vec<String> = ill.iter().map(|(feed, _)| feed.id.to_string()).collect();
    Health {
        state: if ill.len() == known.len() { State::Failing } else { State::Degraded },
        since: since(&mut ill.iter().map(|(_, record)| *record)).unwrap_or(now),
        message: Some(format!(
            "{} of {} sections cannot be read as they should: {}",
            ill.len(),
            members.len(),
            names.join(", ")
        )),
        hint: Some("their own pages say why".to_owned()),
    }
}
