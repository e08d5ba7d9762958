//! The feeds a site offers itself, held against what its page shows.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use url::Url;

use super::Scouted;
use crate::entry::normalised;
use crate::fetch::{Expects, Fetched, Fetcher, Follow, Request};
use crate::section::Section;

/// Feeds that are asked for; some sites name dozens.
const MOST: usize = 2;

/// A text this long is the article, not its summary.
const TEXT_CHARACTERS: usize = 1500;

/// A feed of the site's own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Native {
    pub url: Url,
    pub title: Option<String>,
    pub items: usize,
    /// Of these, those that carry the whole text.
    pub with_text: usize,
    /// Of the articles on the page, those that are in the feed.
    pub covers: usize,
    pub newest: Option<DateTime<Utc>>,
}

/// The feeds worth a look: those the page names, else where feeds of such sites lie.
pub fn addresses(scouted: &Scouted) -> Vec<Url> {
    let named: Vec<Url> = scouted.section.native_feeds.iter().map(|feed| feed.url.clone()).take(MOST).collect();
    if !named.is_empty() {
        return named;
    }
    scouted.section.feed_guesses.iter().take(MOST).cloned().collect()
}

/// Reads a feed; `None` if there is none at the address.
pub async fn read(fetcher: &Fetcher, url: &Url, section: &Section, now: DateTime<Utc>) -> Option<Native> {
    let request = Request { expects: Expects::Feed, follow: Follow::Anywhere, ..Request::page(url, now) };
    match fetcher.get(request).await {
        Ok(Fetched::Page(page)) => compare(&page.url, &page.text, section),
        Ok(Fetched::NotModified) => None,
        Err(error) => {
            tracing::debug!(%url, "the site's own feed: {error}");
            None
        }
    }
}

fn compare(url: &Url, text: &str, section: &Section) -> Option<Native> {
    let feed = feed_rs::parser::parse(text.as_bytes()).ok()?;
    let links = feed.entries.iter().flat_map(|entry| &entry.links).filter_map(|link| Url::parse(&link.href).ok());
    let links: HashSet<String> = links.map(|link| normalised(&link)).collect();
    let has_text = |entry: &&feed_rs::model::Entry| {
        let body = entry.content.as_ref().and_then(|content| content.body.as_ref()).map_or(0, String::len);
        body.max(entry.summary.as_ref().map_or(0, |summary| summary.content.len())) >= TEXT_CHARACTERS
    };
    Some(Native {
        url: url.clone(),
        title: feed.title.map(|title| title.content),
        items: feed.entries.len(),
        with_text: feed.entries.iter().filter(has_text).count(),
        covers: section.teasers.iter().filter(|teaser| links.contains(&normalised(&teaser.url))).count(),
        newest: feed.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).max(),
    })
}
