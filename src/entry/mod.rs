//! An entry: what is kept of an article and published in every format.
//!
//! | field | RSS 2.0 | Atom | JSON Feed 1.1 |
//! | --- | --- | --- | --- |
//! | `id` | `guid isPermaLink="false"` | `id` | `id` |
//! | `url` | `link` | `link rel="alternate"` | `url` |
//! | `title` | `title` | `title` | `title` |
//! | `kicker` | in `content:encoded` | in `content` | in `content_html`, `_ressort.kicker` |
//! | `lede` | `description`, in `content:encoded` | `summary`, in `content` | `summary`, in `content_html` |
//! | `html` | `content:encoded` | `content type="html"` | `content_html` |
//! | `authors` | `dc:creator`, joined | `author` each | `authors` |
//! | `published` | `pubDate` | `published` | `date_published` |
//! | `updated` | `atom:updated` | `updated` | `date_modified` |
//! | `image` | `media:content`, in `content:encoded` | `media:content`, in `content` | `image`, in `content_html` |
//! | `categories`, `topics` | `category` | `category` | `tags` |
//! | `language` | – | `xml:lang` | `language` |
//! | `source` | `dc:source`, `atom:link rel="via"` | `link rel="via"` | `external_url` |
//! | `carriers` | `source`, `atom:link rel="related"` | `source`, `link rel="related"` | `_ressort.carriers` |

mod identity;

use chrono::{DateTime, Duration, FixedOffset, SubsecRound, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::article::{Article, Image, Original, Verdict};
use crate::config::{FeedId, Zone};
use crate::html::{clean, text};
use crate::section::{Kind, Teaser};

pub use identity::{EntryId, is_tracking, key_of_url, normalised, site_of_url};

/// An article as it is kept and published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The same in every format and every section, frozen at first sight.
    pub id: EntryId,
    pub url: Url,
    pub title: String,
    pub kicker: Option<String>,
    pub lede: Option<String>,
    /// The sanitised text, without image and lede. Empty while only the teaser is known.
    pub html: String,
    pub authors: Vec<String>,
    /// The page's own date, or when the article was first seen; frozen at first sight.
    pub published: DateTime<FixedOffset>,
    /// When title, lede, text or image last changed.
    pub updated: DateTime<FixedOffset>,
    pub image: Option<Image>,
    pub categories: Vec<String>,
    pub topics: Vec<String>,
    pub language: Option<String>,
    pub kind: Kind,
    pub paywalled: bool,
    pub source: Option<Original>,
    /// Whether its site reserves text and data mining.
    #[serde(default)]
    pub is_reserved: bool,
    /// Who carries the article, the one it is taken from first; empty outside combined feeds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<Carrier>,
    pub first_seen: DateTime<Utc>,
}

/// A feed that carries an article of a combined feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Carrier {
    pub feed: FeedId,
    /// What the feed is called in Atom.
    pub urn: String,
    /// The title of the feed.
    pub name: String,
    /// The article there.
    pub url: Url,
}

/// The longest title, lede and text that are kept, in characters or bytes: a guard against
/// pages gone wrong, far beyond what real ones have.
const TITLE_LIMIT: usize = 300;
const LEDE_LIMIT: usize = 1000;
const HTML_LIMIT_BYTES: usize = 200 * 1024;

/// A text that shrank to less than this share of its old length was cut off, not corrected.
const CUT_OFF_SHARE: f64 = 0.5;

impl Entry {
    /// Makes the entry of an article seen for the first time.
    ///
    /// `article` is absent when only the section page is known.
    pub fn new(id: EntryId, teaser: &Teaser, article: Option<&Article>, zone: Zone, now: DateTime<Utc>) -> Entry {
        let article = article.filter(|article| article.verdict == Verdict::Article);
        // Feeds count in whole seconds.
        let now = now.trunc_subsecs(0);
        let seen = zone.from_utc_datetime(&now.naive_utc()).fixed_offset();
        let published = article
            .and_then(|article| article.published)
            .filter(|date| is_plausible(*date, now))
            .or_else(|| teaser.published.filter(|date| is_plausible(*date, now)))
            .unwrap_or(seen)
            .trunc_subsecs(0);
        let modified = article
            .and_then(|article| article.modified)
            .filter(|date| is_plausible(*date, now))
            .map(|date| date.trunc_subsecs(0));
        let url = article.map_or(&teaser.url, |article| &article.url).clone();
        let line = |value: Option<&String>, limit| {
            value.map(|value| text::shorten(&text::line(value), limit)).filter(|value| !value.is_empty())
        };
        let html = article.map(|article| clean::clean(&article.html(), &url)).unwrap_or_default();
        Entry {
            id,
            title: line(article.and_then(|article| article.title.as_ref()).or(Some(&teaser.title)), TITLE_LIMIT)
                .unwrap_or_default(),
            kicker: line(article.and_then(|article| article.kicker.as_ref()).or(teaser.kicker.as_ref()), TITLE_LIMIT),
            lede: line(article.and_then(|article| article.lede.as_ref()).or(teaser.summary.as_ref()), LEDE_LIMIT),
            html: if html.len() > HTML_LIMIT_BYTES { cut_html(&html) } else { html },
            authors: lines(
                article
                    .map(|article| &article.authors)
                    .filter(|authors| !authors.is_empty())
                    .unwrap_or(&teaser.authors),
            ),
            published,
            updated: modified.unwrap_or(published).max(published),
            image: article
                .and_then(|article| article.image.clone())
                .or_else(|| teaser.image.clone().map(|url| Image { url, caption: None, credit: None }))
                .map(publishable),
            categories: article.map(|article| lines(&article.categories)).unwrap_or_default(),
            topics: article.map(|article| lines(&article.topics)).unwrap_or_default(),
            language: article.and_then(|article| article.language.clone()),
            kind: match (article.map(|article| article.kind), teaser.kind) {
                (None | Some(Kind::Article), kind) => kind,
                (Some(kind), _) => kind,
            },
            paywalled: teaser.paywalled || article.is_some_and(|article| article.paywalled),
            source: article.and_then(|article| article.source.clone()),
            is_reserved: false,
            carriers: Vec::new(),
            first_seen: now,
            url,
        }
    }

    /// Whether the text is there, and not only the teaser.
    pub fn has_text(&self) -> bool {
        !self.html.is_empty()
    }

    /// Takes over what a later look at the same article found. Id, address of first sight, date
    /// and first sight stay; a text is never replaced by a much shorter one.
    ///
    /// Returns whether something changed that a reader should see.
    pub fn absorb(&mut self, newer: Entry, now: DateTime<Utc>) -> bool {
        let before = self.content_hash();
        let cut_off = (newer.html.len() as f64) < self.html.len() as f64 * CUT_OFF_SHARE;
        let updated = newer.updated;
        let kept = std::mem::replace(self, newer);
        self.id = kept.id;
        self.published = kept.published;
        self.first_seen = kept.first_seen;
        if cut_off {
            self.html = kept.html;
            self.lede = kept.lede.or(self.lede.take());
            self.paywalled = kept.paywalled;
        }
        self.image = self.image.take().or(kept.image);
        if self.authors.is_empty() {
            self.authors = kept.authors;
        }
        let changed = self.content_hash() != before;
        let seen = self.published.timezone().from_utc_datetime(&now.trunc_subsecs(0).naive_utc());
        // The page's own time of change if it moved on, else the time we saw it.
        self.updated = match changed {
            true if updated > kept.updated => updated,
            true => seen.max(kept.updated),
            false => kept.updated,
        };
        changed
    }

    /// A hash over what makes `updated` move: title, kicker, lede, text and image.
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let image = self.image.as_ref();
        let parts = [
            Some(self.title.as_str()),
            self.kicker.as_deref(),
            self.lede.as_deref(),
            Some(self.html.as_str()),
            image.map(|image| image.url.as_str()),
            image.and_then(|image| image.caption.as_deref()),
        ];
        for part in parts {
            hash.update(part.unwrap_or_default().as_bytes());
            hash.update([0]);
        }
        hash.finalize().into()
    }
}

/// Clocks of sites run ahead by minutes; a date further in the future, or from before the web
/// had newspapers, is a mistake.
fn is_plausible(date: DateTime<FixedOffset>, now: DateTime<Utc>) -> bool {
    let first = Utc.with_ymd_and_hms(1995, 1, 1, 0, 0, 0).single().expect("an existing date");
    date >= first && date <= now + Duration::minutes(15)
}

fn lines(values: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::with_capacity(values.len());
    for value in values.iter().map(|value| text::shorten(&text::line(value), TITLE_LIMIT)) {
        if !value.is_empty() && !lines.contains(&value) {
            lines.push(value);
        }
    }
    lines
}

fn publishable(image: Image) -> Image {
    let line = |value: Option<String>| {
        value.map(|value| text::shorten(&text::line(&value), LEDE_LIMIT)).filter(|value| !value.is_empty())
    };
    Image { url: image.url, caption: line(image.caption), credit: line(image.credit) }
}

/// Cuts sanitised HTML at the end of a block element, so that it stays whole.
fn cut_html(html: &str) -> String {
    let limit = html.floor_char_boundary(HTML_LIMIT_BYTES);
    let end = html[..limit].rfind("</p>").map_or(0, |at| at + "</p>".len());
    // The paragraph may have stood inside a list or quote: parse once more to close them.
    let base = Url::parse("https://example.org/").expect("an address");
    clean::clean(&html[..end], &base)
}
