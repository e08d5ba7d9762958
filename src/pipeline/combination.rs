//! Combined feeds: from the windows of several feeds to files.
//!
//! Nothing is kept of them: they are made anew from the feeds they consist of, and written where
//! they differ.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset, Utc};

use super::publication::Shown;
use super::{Desk, reservations};
use crate::config::{Combined, Content, Feed};
use crate::copies::{self, COPIED_WITHIN};
use crate::entry::{Carrier, Entry, EntryId, site_of_url};
use crate::filter;
use crate::health::{Health, State};
use crate::render::{self, FeedFile, FeedInfo, Overview};
use crate::report::Trouble;
use crate::store::FeedRecord;

/// A combined feed: what is said of it, and its files.
pub struct Combination {
    pub shown: Shown,
    pub files: Vec<FeedFile>,
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

    let known: Vec<&FeedInfo> = members.iter().filter_map(|feed| infos.get(feed.id.as_str()).copied()).collect();
    let info = info(combined, &known, desk);
    let health = health(&members, records, now);
    let overview = Overview::new(&info, &health, &entries);
    let mut files = vec![desk.pages.feed(super::publication::DIRECTORY_TITLE, &overview)];
    files.extend(render::feeds(&info, &entries));
    let totals = overview.totals;
    Ok(Some(Combination { shown: Shown { info, health, totals, entries: Vec::new() }, files }))
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
