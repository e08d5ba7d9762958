//! The section page: fetched if it changed, read, and turned into a plan of what to read next.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Desk;
use super::reading::parsed;
use crate::config::Feed;
use crate::entry::{EntryId, key_of_url, normalised};
use crate::fetch::{FetchError, Fetched, Follow, Request};
use crate::html::{Document, Limits};
use crate::report::Trouble;
use crate::section::{self, Kind, Section, Teaser};
use crate::store::{EntryState, FeedRecord, Known, Seen};

/// Fetches and reads the section page; `None` if it is the page of last time.
pub async fn fetch(
    feed: &Feed,
    desk: &Desk,
    record: &mut FeedRecord,
    now: DateTime<Utc>,
) -> Result<Option<Section>, Trouble> {
    // Without its hash the page of last time was not read to the end.
    let validators = record.page_hash.is_some().then_some(&record.validators);
    let request = Request {
        validators,
        follow: Follow::Site(&feed.extra_hosts),
        render: feed.render,
        language: feed.language.as_ref(),
        ..Request::page(&feed.url, now)
    };
    let page = match desk.fetcher.get(request).await? {
        Fetched::NotModified => return Ok(None),
        Fetched::Page(page) if page.cut_off => return Err(FetchError::CutOff.into()),
        Fetched::Page(page) => page,
    };
    record.validators = page.validators.clone();
    let page_hash = hash(&page.text);
    if record.page_hash.as_ref() == Some(&page_hash) {
        return Ok(None);
    }
    let read_at = page.date.unwrap_or(now);
    let for_feed = feed.clone();
    let section = parsed(desk, move || read_section(&page.text, &page.url, &for_feed, read_at)).await??;
    if section.needs_browser {
        return Err(Trouble::NeedsBrowser { url: feed.url.to_string() });
    }
    if section.teasers.is_empty() {
        return Err(Trouble::NoArticles { url: feed.url.to_string(), last_time: None });
    }
    record.page_hash = Some(page_hash);
    record.title = section.title.clone().or(record.title.take());
    record.language = section.language.clone().or(record.language.take());
    let teasers_hash = hash(&section.teasers.iter().map(teaser_hash).collect::<String>());
    if record.teasers_hash.as_ref() == Some(&teasers_hash) {
        return Ok(None);
    }
    record.teasers_hash = Some(teasers_hash);
    Ok(Some(section))
}

/// Parses a section page and finds its teasers.
pub fn read_section(text: &str, url: &url::Url, feed: &Feed, now: DateTime<Utc>) -> Result<Section, Trouble> {
    let document = Document::parse(text, url, &Limits::default())?;
    Ok(section::teasers(&document, &section::Context { feed, now }))
}

/// What a refresh sets out to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Articles to read, in the order of the page.
    pub tasks: Vec<Task>,
    /// What the section page shows of articles that need not be read.
    pub seen: Vec<Seen>,
    /// New articles that did not fit into this run.
    pub left: usize,
}

/// An article to read.
#[derive(Debug)]
pub struct Task {
    pub id: EntryId,
    pub teaser: Teaser,
    /// What is known of it; absent when it is new.
    pub known: Option<Known>,
    /// Whether the section page shows it now, with the hash of its teaser.
    pub seen: Option<String>,
}

/// Decides what to read: what is new, what changed its headline, and what is young enough to be
/// looked at again.
pub async fn plan(feed: &Feed, desk: &Desk, section: Option<&Section>, now: DateTime<Utc>) -> Result<Plan, Trouble> {
    let mut plan = Plan::default();
    let mut planned = HashSet::new();
    if let Some(section) = section {
        let shown = identified(feed, desk, section).await?;
        let ids: Vec<EntryId> = shown.iter().map(|(id, _)| id.clone()).collect();
        let known = desk.store.known(&ids).await?;
        let members = desk.store.members(&feed.id).await?;
        for (id, teaser) in shown {
            if !planned.insert(id.clone()) {
                continue;
            }
            let hash = teaser_hash(teaser);
            let (known, headline_changed) = match known.get(&id) {
                None => (None, false),
                Some(known) => {
                    (Some(known), members.get(&id).is_some_and(|(_, before)| !before.is_empty() && *before != hash))
                }
            };
            let wanted = match known {
                None => plan.tasks.len() < desk.settings.fetch.articles_per_run,
                Some(known) => headline_changed && is_worth_rereading(known, now),
            };
            if wanted {
                let known = match known {
                    Some(_) => desk.store.article(&id).await?,
                    None => None,
                };
                plan.tasks.push(Task { id, teaser: teaser.clone(), known, seen: Some(hash) });
            } else if known.is_some() {
                plan.seen.push(Seen { entry: id, teaser: hash });
            } else {
                plan.left += 1;
            }
        }
    }
    let room = desk.settings.fetch.articles_per_run.saturating_sub(plan.tasks.len());
    for known in desk.store.due(&feed.id, now, room).await? {
        if let Some(teaser) = known.entry.as_ref().map(teaser_of_entry)
            && plan.tasks.iter().all(|task| task.id != known.id)
        {
            plan.tasks.push(Task { id: known.id.clone(), teaser, known: Some(known), seen: None });
        }
    }
    Ok(plan)
}

/// The teasers with the ids of their articles.
async fn identified<'a>(feed: &Feed, desk: &Desk, section: &'a Section) -> Result<Vec<(EntryId, &'a Teaser)>, Trouble> {
    let addresses: Vec<String> = section.teasers.iter().map(|teaser| normalised(&teaser.url)).collect();
    let mut aliases = desk.store.aliases(&addresses).await?;
    Ok(section
        .teasers
        .iter()
        .zip(addresses)
        .filter(|(teaser, _)| teaser.kind != Kind::Ad)
        .map(|(teaser, address)| {
            let id = aliases.remove(&address).unwrap_or_else(|| EntryId::of_key(&key_of_url(&teaser.url, &feed.site)));
            (id, teaser)
        })
        .collect())
}

/// An article whose headline is being tried out in several versions changes it all day; after a
/// dozen looks, or three days, it is left alone.
fn is_worth_rereading(known: &Known, now: DateTime<Utc>) -> bool {
    let is_shown = matches!(known.state, EntryState::Full | EntryState::Teaser | EntryState::Held);
    is_shown && known.checks < 12 && now - known.first_seen < chrono::Duration::days(3)
}

/// What a reader would notice of a teaser.
fn teaser_hash(teaser: &Teaser) -> String {
    hash(&format!("{}\0{}\0{}", teaser.url, teaser.title, teaser.paywalled))
}

fn teaser_of_entry(entry: &crate::entry::Entry) -> Teaser {
    Teaser {
        url: entry.url.clone(),
        title: entry.title.clone(),
        kicker: entry.kicker.clone(),
        summary: entry.lede.clone(),
        image: entry.image.as_ref().map(|image| image.url.clone()),
        published: Some(entry.published),
        authors: entry.authors.clone(),
        paywalled: entry.paywalled,
        kind: entry.kind,
        score: 1.0,
    }
}

/// Sixteen hexadecimal digits are enough to tell one version of a page from the next.
pub(super) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
