//! Where a feed looks for articles beside the section page: the section's own feed and the paper's
//! news sitemap, if the definition's `sources` name them.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use url::Url;

use super::Desk;
use crate::config::{Feed, SourceKind};
use crate::fetch::{Expects, FetchError, Fetched, Follow, Request, Validators, host_of};
use crate::report::Trouble;
use crate::section::native::{self, Found, Offer, Source};
use crate::section::{Section, Teaser};

/// Sources are searched for this often; between that they are asked directly.
const SEARCHED_AGAIN_AFTER: Duration = Duration::hours(24);

/// Each address tried is a request; where a feed or sitemap is not among the first, there is none.
const MOST_TRIES: usize = 4;

/// Where papers have their news sitemap if robots.txt does not say so.
const SITEMAP_GUESSES: [&str; 2] = ["/news.xml", "/news-sitemap.xml"];

/// What the sources of a feed show together.
#[derive(Debug, Default)]
pub struct Sourced {
    pub teasers: Vec<Teaser>,
    /// Sources that the definition names and the site does not have.
    pub missing: Vec<SourceKind>,
}

/// Whether the section page is all there is to look at.
pub fn is_page_alone(feed: &Feed) -> bool {
    feed.sources.iter().all(|source| *source == SourceKind::Page)
}

/// Joins what the page shows with what the other sources of the feed name.
///
/// `is_known` says that what was shown last time was read to its end, so that a source may answer
/// that it did not change.
///
/// # Errors
/// When the page is no source and no other one can be had.
pub async fn teasers(
    feed: &Feed,
    desk: &Desk,
    section: &Section,
    found: &mut Found,
    is_known: bool,
    now: DateTime<Utc>,
) -> Result<Sourced, Trouble> {
    let mut sourced = Sourced { teasers: section.teasers.clone(), missing: Vec::new() };
    if is_page_alone(feed) {
        return Ok(sourced);
    }
    let is_due = found.searched.is_none_or(|searched| (now - searched).abs() >= SEARCHED_AGAIN_AFTER);
    let mut failure = None;
    let mut shared = HashSet::new();
    for kind in [SourceKind::Feed, SourceKind::Sitemap].into_iter().filter(|kind| feed.sources.contains(kind)) {
        let source = match kind {
            SourceKind::Sitemap => &mut found.sitemap,
            _ => &mut found.feed,
        };
        let answer = match source {
            Some(source) => ask_again(feed, desk, source, is_known, now).await,
            None if is_due => search(feed, desk, section, kind, source, now).await,
            None => Ok(None),
        };
        match answer {
            Ok(Some(offer)) => {
                let is_own = source.as_ref().is_some_and(|source| source.is_own);
                shared.extend(native::merge(&mut sourced.teasers, offer, &section.url, is_own, feed));
            }
            Ok(None) => {}
            Err(trouble) => {
                tracing::debug!(feed = %feed.id, "{}: {kind:?}: {trouble}", feed.id);
                if matches!(trouble, Trouble::Fetch(FetchError::Missing { .. })) {
                    *source = None;
                }
                failure = Some(trouble);
            }
        }
        if source.is_none() {
            sourced.missing.push(kind);
        }
    }
    if is_due {
        found.searched = Some(now);
    }
    if !feed.sources.contains(&SourceKind::Page) {
        // The page served to find the sources; what it alone shows does not count.
        let shown: HashSet<&Url> = section.teasers.iter().map(|teaser| &teaser.url).collect();
        sourced.teasers.retain(|teaser| shared.contains(&teaser.url) || !shown.contains(&teaser.url));
        if let Some(failure) = failure {
            return Err(failure);
        }
    }
    Ok(sourced)
}

/// Asks a source that was found earlier; `None` if it did not change.
async fn ask_again(
    feed: &Feed,
    desk: &Desk,
    source: &mut Source,
    is_known: bool,
    now: DateTime<Utc>,
) -> Result<Option<Offer>, Trouble> {
    let url = source.url.clone();
    ask(feed, desk, &url, is_known.then_some(source), now).await.map(|answer| {
        answer.map(|(offer, found)| {
            source.validators = found;
            offer
        })
    })
}

/// Searches for a source, by what the page says and by what is usual.
async fn search(
    feed: &Feed,
    desk: &Desk,
    section: &Section,
    kind: SourceKind,
    found: &mut Option<Source>,
    now: DateTime<Utc>,
) -> Result<Option<Offer>, Trouble> {
    let mut waiting: Vec<(Url, bool)> = match kind {
        SourceKind::Sitemap => sitemaps(feed, desk),
        _ => feeds(section),
    };
    waiting.reverse();
    for _ in 0..MOST_TRIES {
        let Some((url, is_own)) = waiting.pop() else { break };
        let (offer, validators) = match ask(feed, desk, &url, None, now).await {
            Ok(Some(answer)) => answer,
            Ok(None) => continue,
            Err(Trouble::Fetch(error @ FetchError::Paused { .. })) => return Err(error.into()),
            Err(trouble) => {
                tracing::debug!(feed = %feed.id, %url, "{}: {url}: {trouble}", feed.id);
                continue;
            }
        };
        // An index of sitemaps names the one for news, as a rule among the first two.
        waiting.extend(offer.sitemaps.iter().take(2).rev().map(|url| (url.clone(), false)));
        if !offer.teasers.is_empty() {
            *found = Some(Source { url, is_own, validators });
            return Ok(Some(offer));
        }
    }
    Ok(None)
}

/// The section's own feeds, where they may lie, and the paper's.
fn feeds(section: &Section) -> Vec<(Url, bool)> {
    let declared = |is_own: bool| {
        let feeds = section.native_feeds.iter().filter(move |feed| feed.is_own == is_own);
        feeds.map(move |feed| (feed.url.clone(), is_own))
    };
    let guesses = section.feed_guesses.iter().map(|url| (url.clone(), true));
    declared(true).chain(guesses).chain(declared(false)).collect()
}

/// What robots.txt names, those for news first, else where they usually are.
fn sitemaps(feed: &Feed, desk: &Desk) -> Vec<(Url, bool)> {
    let state = desk.fetcher.host_state(&host_of(&feed.url)).unwrap_or_default();
    let mut named: Vec<Url> = state.robots.map(|robots| robots.sitemaps().to_vec()).unwrap_or_default();
    named.sort_by_key(|url| !url.path().to_ascii_lowercase().contains("news"));
    let guesses = || SITEMAP_GUESSES.iter().filter_map(|path| feed.url.join(path).ok()).collect();
    let addresses: Vec<Url> = if named.is_empty() { guesses() } else { named };
    addresses.into_iter().map(|url| (url, false)).collect()
}

async fn ask(
    feed: &Feed,
    desk: &Desk,
    url: &Url,
    known: Option<&Source>,
    now: DateTime<Utc>,
) -> Result<Option<(Offer, Validators)>, Trouble> {
    let request = Request {
        validators: known.map(|source| &source.validators),
        expects: Expects::Feed,
        follow: Follow::Site(&feed.extra_hosts),
        ..Request::page(url, now)
    };
    let page = match desk.fetcher.get(request).await? {
        Fetched::NotModified => return Ok(None),
        Fetched::Page(page) => page,
    };
    let validators = page.validators.clone();
    let feed = feed.clone();
    let offer = desk.parsers.run(page.text.len(), move || native::read(&page.text, &page.url, &feed)).await?;
    let offer = offer.map_err(|error| Trouble::BrokenFeed { url: url.to_string(), reason: error.to_string() })?;
    Ok(Some((offer, validators)))
}
