//! Entries in, bytes out: the three feed formats, and the pages beside them.
//!
//! Everything here is a pure function: the same entries give the same bytes. No file says when
//! it was written, only when its newest entry changed, so that an unchanged feed is an
//! unchanged file.

mod atom;
mod contents;
mod item;
pub mod json;
mod opml;
mod pages;
mod rss;
mod sitemap;
mod status;
mod story;
mod words;
mod xml;

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::config::{Content, FeedId, Language};
use crate::entry::Entry;
use crate::html::address;

pub use crate::health::{Health, State};
pub use opml::opml;
pub use pages::{Pages, content_security_policy};
pub use sitemap::sitemap;
pub use status::{restore as restore_health, status};
pub use xml::{Malformed, check_xml};

/// A feed format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Rss,
    Atom,
    Json,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

    /// The name of the file inside the feed's directory. It ends in `.xml` because every web
    /// server knows that ending.
    pub fn file_name(self) -> &'static str {
        match self {
            Format::Rss => "rss.xml",
            Format::Atom => "atom.xml",
            Format::Json => "feed.json",
        }
    }

    /// The media type it is served with.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Rss => "application/rss+xml",
            Format::Atom => "application/atom+xml",
            Format::Json => "application/feed+json",
        }
    }

    /// What readers call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Rss => "RSS",
            Format::Atom => "Atom",
            Format::Json => "JSON Feed",
        }
    }
}

/// What is said of a feed as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedInfo {
    pub id: FeedId,
    pub title: String,
    pub description: Option<String>,
    /// The section page.
    pub home_page: Url,
    pub language: Option<String>,
    /// Where readers see what is published, ending in `/`; without it there are no self links.
    pub base_url: Option<Url>,
    /// How often the feed is refreshed, in minutes.
    pub ttl_minutes: u32,
    pub content: Content,
    /// The WebSub hub that is told of changes.
    pub hub: Option<Url>,
    /// The site's icon.
    pub icon: Option<Url>,
    pub archive: Archive,
}

/// Where a file stands in the archive of a feed, by weeks such as `2026-W06`
/// (<https://www.rfc-editor.org/rfc/rfc5005#section-4>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Archive {
    /// The week the file is for; absent in the feed itself.
    pub week: Option<String>,
    /// The week before it, or the newest in the feed itself.
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl FeedInfo {
    /// The name of the file in a format, seen from the feed's directory.
    pub fn file_of(&self, format: Format) -> String {
        in_week(self.archive.week.as_deref(), format)
    }

    /// The links between the feed and the pages of its archive.
    fn archive_links(&self, format: Format) -> Vec<(&'static str, String)> {
        let Archive { week, previous, next } = &self.archive;
        let page = |week: &Option<String>| self.url_of(&in_week(Some(week.as_deref()?), format));
        let current = week.as_ref().and_then(|_| self.url_of(format.file_name()));
        [("current", current), ("prev-archive", page(previous)), ("next-archive", page(next))]
            .into_iter()
            .filter_map(|(relation, url)| Some((relation, url?)))
            .collect()
    }

    /// Where a file of the feed is published, relative to the root: `merkur-politik/rss.xml`.
    pub fn path_of(&self, file_name: &str) -> String {
        format!("{}/{file_name}", self.id)
    }

    /// The public address of a file of the feed, if there is one.
    pub fn url_of(&self, file_name: &str) -> Option<String> {
        address(&self.base_url.as_ref()?.join(&self.path_of(file_name)).ok()?)
    }

    /// The public address of a file of another feed of the same directory.
    fn url_of_feed(&self, feed: &FeedId, file_name: &str) -> Option<String> {
        address(&self.base_url.as_ref()?.join(&format!("{feed}/{file_name}")).ok()?)
    }

    /// The public address of a file of the feed, or its place seen from `from` (`""` or `"../"`).
    fn link_of(&self, file_name: &str, from: &str) -> String {
        self.url_of(file_name).unwrap_or_else(|| format!("{from}{}", self.path_of(file_name)))
    }

    /// The title as one line; the section's host where the feed has none.
    fn shown_title(&self) -> String {
        let title = item::plain(&self.title);
        if title.is_empty() { self.home_page.host_str().unwrap_or("feed").to_owned() } else { title }
    }

    fn shown_description(&self) -> Option<String> {
        self.description.as_deref().map(item::plain).filter(|description| !description.is_empty())
    }

    /// The language as a tag that validators accept.
    fn tag(&self) -> Option<String> {
        self.language.as_deref().and_then(Language::declared).map(|language| language.to_string())
    }

    /// Names the feed wherever it is published: the same section and name give the same id.
    pub fn urn(&self) -> String {
        let key = format!("{}#{}", self.home_page, self.id);
        Uuid::new_v5(&Uuid::NAMESPACE_URL, key.as_bytes()).urn().to_string()
    }
}

/// The files of a feed, relative to the root: all formats, and its page.
pub fn paths_of(feed: &str) -> [String; 4] {
    let [rss, atom, json] = Format::ALL.map(Format::file_name);
    [rss, atom, json, "index.html"].map(|name| format!("{feed}/{name}"))
}

/// The files of a page of a feed's archive, relative to the root.
pub fn paths_of_week(feed: &str, week: &str) -> [String; 3] {
    Format::ALL.map(|format| format!("{feed}/{}", in_week(Some(week), format)))
}

/// The name of a file, seen from the feed's directory; in the archive if a week is named.
pub fn in_week(week: Option<&str>, format: Format) -> String {
    match week {
        Some(week) => format!("archive/{week}/{}", format.file_name()),
        None => format.file_name().to_owned(),
    }
}

/// What marks a page of an archive.
const HISTORY_NAMESPACE: &str = "http://purl.org/syndication/history/1.0";

/// A feed with what is shown of it on pages.
#[derive(Debug, Clone, Copy)]
pub struct Overview<'a> {
    pub info: &'a FeedInfo,
    pub health: &'a Health,
    pub totals: Totals,
    /// The entries to show, in any order: of the feed's window, or the newest of them.
    pub entries: &'a [Entry],
}

impl<'a> Overview<'a> {
    /// A feed with its whole window.
    pub fn new(info: &'a FeedInfo, health: &'a Health, entries: &'a [Entry]) -> Overview<'a> {
        Overview { info, health, totals: Totals::of(entries), entries }
    }
}

/// What a window amounts to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Totals {
    pub items: usize,
    /// Of these, those with their teaser only.
    pub without_text: usize,
    /// Of these, those whose site reserves text and data mining.
    #[serde(default)]
    pub reserved: usize,
    /// When the newest entry was published.
    pub newest: Option<DateTime<FixedOffset>>,
    /// When an entry last changed.
    pub changed: Option<DateTime<FixedOffset>>,
}

impl Totals {
    pub fn of(entries: &[Entry]) -> Totals {
        Totals {
            items: entries.len(),
            without_text: entries.iter().filter(|entry| !entry.has_text()).count(),
            reserved: entries.iter().filter(|entry| entry.is_reserved).count(),
            newest: entries.iter().map(|entry| entry.published).max(),
            changed: entries.iter().map(|entry| entry.updated).max(),
        }
    }
}

/// A file to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFile {
    /// Relative to the root of what is published: `merkur-politik/rss.xml`.
    pub path: String,
    pub bytes: Bytes,
    pub media_type: &'static str,
}

/// Renders a feed in all formats: the entries of its window, in any order, newest first in the files.
pub fn feeds(info: &FeedInfo, entries: &[Entry]) -> [FeedFile; 3] {
    // What the formats share is made once.
    let items = item::items(info, &newest_first(entries));
    Format::ALL.map(|format| {
        let bytes = match format {
            Format::Rss => rss::render(info, &items),
            Format::Atom => atom::render(info, &items),
            Format::Json => json::render(info, &items),
        };
        let path = info.path_of(&info.file_of(format));
        FeedFile { path, bytes: Bytes::from(bytes), media_type: format.media_type() }
    })
}

/// Newest first; entries of the same second in the order of their ids.
fn newest_first(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    sorted
}

/// When the feed last changed: the newest change of one of its entries, never the clock.
fn last_change(items: &[item::Item<'_>]) -> Option<DateTime<FixedOffset>> {
    items.iter().map(|item| item.updated).max()
}

/// RFC 3339 in whole seconds.
fn rfc_3339(date: DateTime<FixedOffset>) -> String {
    date.to_rfc3339_opts(SecondsFormat::Secs, true)
}
