//! The story of one feed: fetch the section page, find the teasers, read what is new, keep it,
//! render it, publish it.
//!
//! [`refresh`] is that story; the chapters are in the modules below. Nothing that goes wrong
//! here touches what is published: it ends as a state of the feed, with a message and a hint.

mod archive;
mod combination;
mod hosts;
mod hub;
mod intake;
mod masthead;
mod outlook;
mod parsing;
mod plan;
mod publication;
mod reading;
mod reservations;
mod sources;
mod teasers;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{Feed, Settings, SourceKind};
use crate::fetch::{Fetcher, Messenger};
use crate::publish::Place;
use crate::render::Pages;
use crate::report::{Report, Trouble};
use crate::section::Proposal;
use crate::shelf::Shelf;
use crate::store::{FeedRecord, Store};
use crate::vitals::Vitals;

pub use parsing::{Parsers, STACK_BYTES, words_of};
pub use publication::publish_directory;
pub use reading::read_article;
pub use teasers::read_section;

use teasers::Looked;

/// What a refresh works with.
pub struct Desk {
    pub settings: Settings,
    pub store: Store,
    pub fetcher: Fetcher,
    pub place: Place,
    pub pages: Pages,
    pub parsers: Parsers,
    /// Where the built-in server finds what is published, if it runs.
    pub shelf: Option<Shelf>,
    /// Tells others when a feed falls ill, if the settings name somebody.
    pub messenger: Option<Messenger>,
    /// What `/health` and `/metrics` say.
    pub vitals: Arc<Vitals>,
    /// Cancelled when the program is to end: nothing new is fetched, what was read is published.
    pub stop: CancellationToken,
}

impl Desk {
    pub fn new(settings: Settings, store: Store, fetcher: Fetcher, place: Place, parsers: Parsers) -> Desk {
        Desk {
            settings,
            store,
            fetcher,
            place,
            pages: Pages::default(),
            parsers,
            shelf: None,
            messenger: None,
            vitals: Arc::default(),
            stop: CancellationToken::new(),
        }
    }
}

/// Refreshes one feed.
///
/// What fails becomes the state of the feed and part of the report; only a store that does not
/// answer leaves no trace but the report.
pub async fn refresh(feed: &Feed, desk: &Desk, now: DateTime<Utc>) -> Report {
    let mut record = match known_record(feed, desk, now).await {
        Ok(record) => record,
        Err(trouble) => return Report::failed(&FeedRecord::default(), trouble),
    };
    let before = record.clone();
    let told = match tell(feed, desk, &mut record, now).await {
        Err(trouble) if trouble.is_passing() => return Report::failed(&before, trouble),
        told => told,
    };
    let mut report = outlook::judge(feed, &before, &mut record, told, now);
    match publication::publish(feed, desk, &mut record, now).await {
        Ok(written) => report.progress.written = written,
        Err(trouble) if trouble.is_passing() => return Report::failed(&before, trouble),
        Err(trouble) => report = outlook::judge(feed, &before, &mut record, Err(trouble), now),
    }
    match keep(feed, desk, &record).await {
        Ok(()) => report,
        Err(trouble) => Report::failed(&before, trouble),
    }
}

/// Notes that a refresh came to no end by itself: it took too long, or ended in a fault.
pub async fn give_up(feed: &Feed, desk: &Desk, trouble: Trouble, now: DateTime<Utc>) -> Report {
    let mut record = match desk.store.feed(&feed.id).await {
        Ok(record) => record,
        Err(error) => return Report::failed(&FeedRecord::default(), error.into()),
    };
    let before = record.clone();
    let report = outlook::judge(feed, &before, &mut record, Err(trouble), now);
    match keep(feed, desk, &record).await {
        Ok(()) => report,
        Err(trouble) => Report::failed(&before, trouble),
    }
}

/// From the page to the store.
async fn tell(feed: &Feed, desk: &Desk, record: &mut FeedRecord, now: DateTime<Utc>) -> Result<Progress, Trouble> {
    let Looked { look, moved_to } = teasers::look(feed, desk, record, now).await?;
    let is_unchanged = look.is_none() && moved_to.is_none();
    let plan = plan::plan(feed, desk, look.as_ref(), now).await?;
    let pages = plan.tasks.iter().map(|task| &task.teaser.url);
    reservations::ask(desk, std::iter::once(&feed.url).chain(pages), now).await?;
    let read = reading::read_all(feed, desk, &plan, now).await;
    let mut intake = intake::take_in(feed, desk, plan, read, now).await?;
    let moved = moved_to.map(|to| Notice::Moved { to });
    intake.progress.notice = teasers::learn(feed, record, look, &intake, now)?.or(moved);
    intake.progress.is_unchanged = is_unchanged;
    if intake.progress.left > 0 {
        // Next time the page is looked at again, even if it stays the same.
        (record.page_hash, record.teasers_hash) = (None, None);
    }
    if intake.change.is_visible {
        record.published = None;
    }
    if !intake.change.is_empty() {
        desk.store.commit(&feed.id, record, &intake.change, now).await?;
    }
    Ok(intake.progress)
}

/// What a refresh achieved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Articles that were not known before.
    pub new: usize,
    /// Articles with a new headline, lede, text or picture.
    pub updated: usize,
    /// New articles left for the next run: the budget was used up or the site asked for a pause.
    pub left: usize,
    /// Files written.
    pub written: usize,
    /// The section page is that of last time: what was said of it then still holds.
    pub is_unchanged: bool,
    /// What the operator should know although all went well.
    pub notice: Option<Notice>,
}

/// What the operator should know although all went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The page was rebuilt; its articles were found and proved to be articles.
    LayoutChanged { before: String, after: String },
    /// The section page has another address for good. It is followed, the definition is not rewritten.
    Moved { to: Url },
    /// Selectors of the definition match nothing any more; the automatic choice stood in.
    Unmatched { fields: Vec<&'static str>, proposals: Vec<Proposal> },
    /// The definition names sources that the site does not have.
    NoSource { missing: Vec<SourceKind> },
}

async fn keep(feed: &Feed, desk: &Desk, record: &FeedRecord) -> Result<(), Trouble> {
    hosts::remember(desk).await?;
    Ok(desk.store.save_feed(&feed.id, record).await?)
}

/// What is known of the feed and of its host.
async fn known_record(feed: &Feed, desk: &Desk, now: DateTime<Utc>) -> Result<FeedRecord, Trouble> {
    let record = desk.store.feed(&feed.id).await?;
    hosts::recall(desk, &feed.url).await?;
    if record.url == feed.url.as_str() && record.last_run.is_some() {
        return Ok(record);
    }
    // Another section page, or none yet: what was remembered says nothing about it.
    let mut record = FeedRecord { url: feed.url.to_string(), ..FeedRecord::default() };
    publication::restore(feed, desk, &mut record, now).await?;
    Ok(record)
}
