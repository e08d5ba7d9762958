//! What a site itself offers beside the section page: feeds and news sitemaps.
//!
//! They are evidence first: what they name is an article, with a date and a headline that the page
//! may lack. On request they are sources of their own, and a definition's `url` may lead to one.

mod feed;
mod sitemap;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::address::registrable;
use super::blocks::Block;
use super::{NativeFeed, Section, Structure, Teaser};
use crate::config::Feed;
use crate::entry::key_of_url;
use crate::fetch::Validators;

pub use feed::is_feed;
pub use sitemap::is_sitemap;

/// A feed or a news sitemap, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offer {
    pub title: Option<String>,
    pub language: Option<String>,
    /// In the order of the document.
    pub teasers: Vec<Teaser>,
    /// The sitemaps that an index of sitemaps names, those for news first.
    pub sitemaps: Vec<Url>,
}

/// Where the section's feed and the paper's news sitemap were found; remembered so that they are
/// searched for once a day at most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    pub feed: Option<Source>,
    pub sitemap: Option<Source>,
    /// When they were searched for.
    pub searched: Option<DateTime<Utc>>,
}

/// A source that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub url: Url,
    /// It is the section's and not the whole paper's.
    pub is_own: bool,
    /// What its last answer said of itself.
    pub validators: Validators,
}

/// The document is no feed and no sitemap, or it is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no feed and no news sitemap: {0}")]
pub struct Unreadable(String);

/// More items than any feed of a section has; a news sitemap has at most a thousand
/// (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>).
const MOST_ITEMS: usize = 1000;

/// A larger document is an archive.
const LARGEST_BYTES: usize = 8 * 1024 * 1024;

/// A page shows that its articles lie below its own address when at least this share does.
const OWN_SHARE: f32 = 0.8;

/// Whether a document is something for [`read`] and no HTML.
pub fn is_native(text: &str) -> bool {
    is_feed(text) || is_sitemap(text)
}

/// Reads a feed or a sitemap.
///
/// # Errors
/// [`Unreadable`]
pub fn read(text: &str, url: &Url, feed: &Feed) -> Result<Offer, Unreadable> {
    if text.len() > LARGEST_BYTES {
        return Err(Unreadable("it is too large".to_owned()));
    }
    let mut offer = if is_sitemap(text) { sitemap::read(text, url, feed)? } else { feed::read(text, url, feed)? };
    let mut known = HashMap::new();
    offer.teasers.retain(|teaser| known.insert(key_of_url(&teaser.url, &feed.site), ()).is_none());
    Ok(offer)
}

/// The section that a feed or a news sitemap is, for definitions whose `url` leads to one.
///
/// # Errors
/// [`Unreadable`]
pub fn section(text: &str, url: &Url, feed: &Feed) -> Result<Section, Unreadable> {
    let offer = read(text, url, feed)?;
    let mut structure = Structure::default();
    for teaser in &offer.teasers {
        *structure.templates.entry(super::address::Address::of(&teaser.url).template).or_default() += 1;
    }
    let signature = if is_sitemap(text) { "urlset > url" } else { "feed > item" };
    structure.signatures.insert(signature.to_owned(), offer.teasers.len());
    let most = structure.templates.iter().max_by_key(|(_, count)| **count).map(|(name, _)| name.clone());
    let block = offer.teasers.first().map(|first| Block {
        heading: offer.title.clone(),
        signature: signature.to_owned(),
        template: most.unwrap_or_default(),
        count: offer.teasers.len(),
        score: 1.0,
        left_out: None,
        example: first.title.clone(),
    });
    Ok(Section {
        url: url.clone(),
        native_feeds: vec![NativeFeed { url: url.clone(), title: offer.title.clone(), is_own: true }],
        title: offer.title,
        language: offer.language.or_else(|| feed.language.as_ref().map(|language| language.as_str().to_owned())),
        breadcrumb: Vec::new(),
        teasers: offer.teasers,
        blocks: block.into_iter().collect(),
        structure,
        feed_guesses: Vec::new(),
        next_page: None,
        needs_browser: false,
        unmatched: Vec::new(),
        proposals: Vec::new(),
    })
}

/// What an offer adds to the teasers of a page.
///
/// What both know gets the date, summary, picture and authors that the page lacks. What only the
/// offer knows comes after the page's own, if it is the section's: always where the offer itself
/// is (`is_own`), else where its address lies below the section's and the page shows that this
/// means something. Returns which of the page's teasers the offer knows.
pub fn merge(teasers: &mut Vec<Teaser>, offer: Offer, page: &Url, is_own: bool, feed: &Feed) -> Vec<Url> {
    let key = |url: &Url| key_of_url(url, &feed.site);
    let known: HashMap<String, usize> = teasers.iter().enumerate().map(|(at, teaser)| (key(&teaser.url), at)).collect();
    let prefix = own_prefix(teasers, page);
    let site = registrable(page.host_str().unwrap_or_default());
    let is_of_site = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        registrable(host) == site
            || feed.extra_hosts.iter().any(|own| host == own || host.ends_with(&format!(".{own}")))
    };
    let mut shared = Vec::new();
    for item in offer.teasers {
        match known.get(&key(&item.url)) {
            Some(&at) => {
                shared.push(teasers[at].url.clone());
                complete(&mut teasers[at], item);
            }
            None if !is_of_site(&item.url) => {}
            None if is_own || prefix.as_ref().is_some_and(|prefix| item.url.path().starts_with(prefix)) => {
                teasers.push(item);
            }
            None => {}
        }
    }
    shared
}

/// Fills in what a teaser lacks.
fn complete(teaser: &mut Teaser, item: Teaser) {
    // The page may cut a headline short; the feed has it whole.
    let beginning = teaser.title.strip_suffix('…').or_else(|| teaser.title.strip_suffix("..."));
    if beginning.is_some_and(|beginning| item.title.starts_with(beginning.trim_end())) {
        teaser.title = item.title;
    }
    teaser.published = teaser.published.or(item.published);
    teaser.summary = teaser.summary.take().or(item.summary);
    teaser.image = teaser.image.take().or(item.image);
    if teaser.authors.is_empty() {
        teaser.authors = item.authors;
    }
    teaser.score = 1.0;
}

/// The directory of the section, where most of its articles lie in it.
fn own_prefix(teasers: &[Teaser], page: &Url) -> Option<String> {
    let directory = page.path().trim_end_matches('/');
    let prefix = format!("{directory}/");
    let own = teasers.iter().filter(|teaser| teaser.url.path().starts_with(&prefix)).count();
    let is_meaningful = prefix.len() > 1 && (teasers.is_empty() || own as f32 >= OWN_SHARE * teasers.len() as f32);
    is_meaningful.then_some(prefix)
}

/// Whether a feed is the section's and not the whole paper's, by its address and title.
pub(super) fn is_of_section(feed: &Url, title: Option<&str>, page: &Url, section: Option<&str>) -> bool {
    let directory = page.path().trim_end_matches('/').to_ascii_lowercase();
    let path = feed.path().to_ascii_lowercase();
    let says = |text: &str, word: &str| {
        let is_word = |part: &str| part == word;
        text.split(|c: char| !c.is_alphanumeric()).any(is_word)
    };
    if ["comment", "kommentar"].iter().any(|word| path.contains(word)) {
        return false;
    }
    let Some(last) = directory.rsplit('/').next().filter(|last| !last.is_empty()) else {
        // The home page has no section; what the paper offers is its feed.
        return true;
    };
    let title = title.unwrap_or_default().to_lowercase();
    let section = section.map(str::to_lowercase).filter(|name| name.chars().count() >= 3);
    path.starts_with(&format!("{directory}/"))
        || path.strip_prefix(&directory).is_some_and(|rest| rest.starts_with('.'))
        || says(&path, last.split('.').next().unwrap_or(last))
        || section.is_some_and(|name| says(&title, &name))
}
