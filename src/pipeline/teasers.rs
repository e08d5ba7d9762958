//! The section page: fetched, read if it changed, and held against what is remembered of it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use url::Url;

use super::intake::Intake;
use super::masthead::{self, Masthead};
use super::sources::{self, Sourced};
use super::{Desk, Notice};
use crate::config::{Feed, SourceKind};
use crate::digest::short as hash;
use crate::entry::{EntryId, key_of_url, normalised};
use crate::fetch::{FetchError, Fetched, Follow, Page, Request, Validators};
use crate::html::{Document, Limits};
use crate::report::Trouble;
use crate::section::memory::{self, Memory};
use crate::section::native;
use crate::section::{self, Kind, Section, Teaser};
use crate::store::{FeedRecord, StoreError};

/// An article that was on the page within this time is one the page still shows.
const RECENTLY: Duration = Duration::hours(48);

/// A look at a section page that shows something new.
#[derive(Debug)]
pub struct Look {
    pub section: Section,
    /// The teasers with the ids of their articles, in the order of the page.
    pub shown: Vec<Shown>,
    memory: Memory,
    health: memory::Health,
    /// Sources that the site does not have.
    missing: Vec<SourceKind>,
}

/// What a look at the section page came to.
#[derive(Debug, Default)]
pub struct Looked {
    /// Absent if the page is that of last time.
    pub look: Option<Look>,
    /// Where the page moved to for good.
    pub moved_to: Option<Url>,
}

/// A teaser as it is shown now.
#[derive(Debug)]
pub struct Shown {
    pub id: EntryId,
    pub teaser: Teaser,
    /// What a reader would notice of the teaser, now and when it was last shown.
    pub hash: String,
    pub hash_before: Option<String>,
    /// When it was last noted that the page shows it.
    pub noted: Option<DateTime<Utc>>,
}

/// Looks at the section page.
pub async fn look(feed: &Feed, desk: &Desk, record: &mut FeedRecord, now: DateTime<Utc>) -> Result<Looked, Trouble> {
    let reading = reading(feed);
    if record.page_hash.as_ref().is_some_and(|known| !known.ends_with(&reading)) {
        // The same page may yield something else by another definition.
        (record.page_hash, record.teasers_hash) = (None, None);
    }
    // Without its hash the page of last time was not read to the end.
    let is_known = record.page_hash.is_some();
    // Other sources may show something new while the page stays the same.
    let is_page_alone = sources::is_page_alone(feed);
    let validators = (is_known && is_page_alone).then_some(&record.validators);
    let Some(page) = fetch(feed, desk, &feed.url, validators, now).await? else {
        return Ok(Looked::default());
    };
    let moved_to = page.moved_to.clone();
    let same_as_before = |moved_to| Ok(Looked { look: None, moved_to });
    record.validators = page.validators.clone();
    let page_hash = hash(&page.text) + &reading;
    if is_page_alone && record.page_hash.as_ref() == Some(&page_hash) {
        return same_as_before(moved_to);
    }
    // A memory written by another version is begun anew.
    let mut memory: Memory =
        record.memory.as_deref().and_then(|memory| serde_json::from_str(memory).ok()).unwrap_or_default();
    let section = read_pages(feed, desk, page, &memory, now).await?;
    let Sourced { teasers, missing } =
        sources::teasers(feed, desk, &section, &mut memory.sources, is_known, now).await?;
    if !is_page_alone {
        record.memory = Some(serde_json::to_string(&memory).map_err(StoreError::from)?);
    }
    let teasers_hash = hash(&teasers.iter().map(teaser_hash).collect::<String>());
    let is_same = record.teasers_hash.as_ref() == Some(&teasers_hash);
    record.page_hash = Some(page_hash);
    record.teasers_hash = Some(teasers_hash);
    record.title = section.title.clone().or(record.title.take());
    record.language = section.language.clone().or(record.language.take());
    if is_same {
        return same_as_before(moved_to);
    }
    let (shown, recent) = identified(feed, desk, &teasers, now).await?;
    let health = match feed.sources.contains(&SourceKind::Page) || shown.is_empty() {
        true => memory.judge(&section, &|url| recent.contains(url), now),
        false => memory::Health::Good,
    };
    if let memory::Health::Degraded { trouble } = health {
        return Err(refused(feed, trouble));
    }
    Ok(Looked { look: Some(Look { section, shown, memory, health, missing }), moved_to })
}

async fn fetch(
    feed: &Feed,
    desk: &Desk,
    url: &Url,
    validators: Option<&Validators>,
    now: DateTime<Utc>,
) -> Result<Option<Page>, Trouble> {
    let request = Request {
        validators,
        follow: Follow::Site(&feed.extra_hosts),
        render: feed.render,
        language: feed.language.as_ref(),
        ..Request::page(url, now)
    };
    match desk.fetcher.get(request).await? {
        Fetched::NotModified => Ok(None),
        Fetched::Page(page) if page.cut_off => Err(FetchError::CutOff.into()),
        Fetched::Page(page) => Ok(Some(*page)),
    }
}

/// Reads the page and those that follow it, as many as the feed wants.
async fn read_pages(
    feed: &Feed,
    desk: &Desk,
    page: Page,
    memory: &Memory,
    now: DateTime<Utc>,
) -> Result<Section, Trouble> {
    let read = |page: Page| {
        let (feed, memory, read_at) = (feed.clone(), memory.clone(), page.date.unwrap_or(now));
        desk.parsers.run(page.text.len(), move || {
            let Page { text, url, room: _room, .. } = page;
            read_page(text.into(), &url, &feed, Some(&memory), read_at)
        })
    };
    let (mut section, masthead) = read(page).await??;
    masthead::keep(feed, desk, &masthead).await?;
    let mut urls: HashSet<Url> = section.teasers.iter().map(|teaser| teaser.url.clone()).collect();
    for _ in 1..feed.pages {
        let Some(next) = section.next_page.take() else { break };
        let Some(page) = fetch(feed, desk, &next, None, now).await? else { break };
        let (further, _) = read(page).await??;
        section.next_page = further.next_page;
        section.teasers.extend(further.teasers.into_iter().filter(|teaser| urls.insert(teaser.url.clone())));
    }
    Ok(section)
}

/// Parses a section page, or the feed in its place, and finds its teasers.
///
/// # Errors
/// [`Trouble::TooComplex`], [`Trouble::BrokenFeed`]
pub fn read_section(
    text: &str,
    url: &Url,
    feed: &Feed,
    memory: Option<&Memory>,
    now: DateTime<Utc>,
) -> Result<Section, Trouble> {
    read_page(text.into(), url, feed, memory, now).map(|(section, _)| section)
}

/// The teasers of a section page, and what it says of itself.
fn read_page(
    text: Cow<'_, str>,
    url: &Url,
    feed: &Feed,
    memory: Option<&Memory>,
    now: DateTime<Utc>,
) -> Result<(Section, Masthead), Trouble> {
    if native::is_native(&text) {
        let broken =
            |error: native::Unreadable| Trouble::BrokenFeed { url: url.to_string(), reason: error.to_string() };
        return Ok((native::section(&text, url, feed).map_err(broken)?, Masthead::default()));
    }
    let document = Document::parse(&text, url, &Limits::default())?;
    // What is read of the tree takes as much memory again.
    drop(text);
    let context = section::Context { feed, now };
    let section = match memory {
        Some(memory) => section::teasers_remembering(&document, &context, memory),
        None => section::teasers(&document, &context),
    };
    Ok((section, Masthead::of(&document)))
}

/// The teasers with the ids of their articles, and which of them were on the page lately.
async fn identified(
    feed: &Feed,
    desk: &Desk,
    found: &[Teaser],
    now: DateTime<Utc>,
) -> Result<(Vec<Shown>, HashSet<Url>), Trouble> {
    let addresses: Vec<String> = found.iter().map(|teaser| normalised(&teaser.url)).collect();
    let aliases = desk.store.aliases(&addresses).await?;
    let mut shown: HashMap<EntryId, usize> = HashMap::new();
    let mut teasers = Vec::new();
    for (teaser, address) in found.iter().zip(addresses).filter(|(teaser, _)| teaser.kind != Kind::Ad) {
        let id = match aliases.get(&address) {
            Some(id) => id.clone(),
            None => EntryId::of_key(&key_of_url(&teaser.url, &feed.site)),
        };
        // Of two teasers of one article the first is the one that counts.
        if !shown.contains_key(&id) {
            shown.insert(id.clone(), teasers.len());
            let (teaser, hash) = (teaser.clone(), teaser_hash(teaser));
            teasers.push(Shown { id, teaser, hash, hash_before: None, noted: None });
        }
    }
    let ids: Vec<EntryId> = teasers.iter().map(|shown| shown.id.clone()).collect();
    let mut recent = HashSet::new();
    for (id, seen, hash_before) in desk.store.members(&feed.id, &ids).await? {
        let teaser = &mut teasers[shown[&id]];
        teaser.noted = Some(seen);
        // What a restored entry's teaser said is unknown.
        teaser.hash_before = Some(hash_before).filter(|hash| !hash.is_empty());
        if now - seen <= RECENTLY {
            recent.insert(teaser.teaser.url.clone());
        }
    }
    Ok((teasers, recent))
}

fn refused(feed: &Feed, trouble: memory::Trouble) -> Trouble {
    let url = feed.url.to_string();
    match trouble {
        memory::Trouble::NeedsBrowser => Trouble::NeedsBrowser { url },
        memory::Trouble::NoArticles { usual } => {
            Trouble::NoArticles { url, last_time: Some(usual).filter(|usual| *usual > 0) }
        }
        memory::Trouble::TooFew { found, usual } => Trouble::FewArticles { url, found, usual },
        memory::Trouble::Unfamiliar { found, usual } => Trouble::Unfamiliar { url, found, usual },
    }
}

/// Remembers what the page was like, now that its articles were read.
///
/// # Errors
/// [`Trouble::Unfamiliar`] if the layout changed and what was found in the new one are no articles.
pub fn learn(
    feed: &Feed,
    record: &mut FeedRecord,
    look: Option<Look>,
    intake: &Intake,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, Trouble> {
    let Some(Look { section, mut memory, health, missing, .. }) = look else { return Ok(None) };
    if let memory::Health::Changed { to_verify, .. } = &health {
        let tried = intake.verified.len() + intake.refuted.len();
        if intake.verified.len() < *to_verify.min(&tried) {
            let (url, found) = (feed.url.to_string(), section.teasers.len());
            return Err(Trouble::Unfamiliar { url, found, usual: memory.usual().unwrap_or_default() });
        }
    }
    memory.learn(&section, now);
    for url in &intake.verified {
        memory.confirm(url);
    }
    for url in &intake.refuted {
        memory.reject(url, now);
    }
    record.memory = Some(serde_json::to_string(&memory).map_err(StoreError::from)?);
    Ok(match health {
        _ if !section.unmatched.is_empty() => {
            Some(Notice::Unmatched { fields: section.unmatched, proposals: section.proposals })
        }
        _ if !missing.is_empty() => Some(Notice::NoSource { missing }),
        memory::Health::Changed { before, after, .. } => Some(Notice::LayoutChanged { before, after }),
        _ => None,
    })
}

fn teaser_hash(teaser: &Teaser) -> String {
    hash(&format!("{}\0{}\0{}", teaser.url, teaser.title, teaser.paywalled))
}

/// A hash of how a section page is read.
fn reading(feed: &Feed) -> String {
    let Feed { select, section, extra_hosts, include_urls, exclude_urls, pages, .. } = feed;
    hash(&format!("{select:?}{section:?}{extra_hosts:?}{include_urls:?}{exclude_urls:?}{pages}"))
}
