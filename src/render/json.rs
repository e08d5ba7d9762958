//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), and the way back.
//!
//! The JSON Feed doubles as a backup: `_ressort` carries what the format has no place for, and
//! [`restore`] makes the entries out of a published file when the state was lost, so that no
//! reader sees an article twice. There are no feed-level `authors`: Miniflux would add them to
//! every item.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::contents::{mark, with_contents, write_replacing};
use super::item::Item;
use super::{FeedInfo, Format};
use crate::article::{Image, Original};
use crate::entry::{Carrier, Entry, EntryId};
use crate::html::{address, clean, text};
use crate::section::Kind;

const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize, Deserialize)]
struct Feed {
    version: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<String>,
    /// The page of the archive that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub>,
    items: Vec<FeedItem>,
}

#[derive(Serialize, Deserialize)]
struct Hub {
    #[serde(rename = "type")]
    kind: String,
    url: String,
}

#[derive(Serialize, Deserialize)]
struct FeedItem {
    id: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default)]
    content_html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: DateTime<FixedOffset>,
    date_modified: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(rename = "_ressort")]
    ressort: Extension,
}

#[derive(Serialize, Deserialize)]
struct Author {
    name: String,
}

/// What an entry has and JSON Feed has no place for.
#[derive(Serialize, Deserialize)]
struct Extension {
    #[serde(skip_serializing_if = "Option::is_none")]
    kicker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    categories: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    topics: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    kind: Kind,
    #[serde(default, skip_serializing_if = "is_default")]
    paywalled: bool,
    /// The name of the medium a text appeared in first; its address is `external_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Whether the site reserves text and data mining.
    #[serde(default, skip_serializing_if = "is_default")]
    reserved: bool,
    /// Who carries the article, in combined feeds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    carriers: Vec<Carrier>,
    first_seen: DateTime<Utc>,
    /// Where in `content_html` the article's own text stands, in bytes.
    text: (usize, usize),
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn render(info: &FeedInfo, items: &[Item<'_>]) -> Vec<u8> {
    let icon = info.icon.as_ref().and_then(address);
    let feed = Feed {
        version: VERSION.to_owned(),
        title: info.shown_title(),
        home_page_url: address(&info.home_page),
        feed_url: info.url_of(&info.file_of(Format::Json)),
        next_url: info
            .archive_links(Format::Json)
            .into_iter()
            .find(|(rel, _)| *rel == "prev-archive")
            .map(|(_, url)| url),
        description: info.shown_description(),
        favicon: icon.clone(),
        icon,
        language: info.tag(),
        hubs: info.hub.iter().filter_map(address).map(|url| Hub { kind: "WebSub".to_owned(), url }).collect(),
        items: items.iter().map(item).collect(),
    };
    let json = serde_json::to_vec_pretty(&feed).expect("strings and lists always serialise");
    let mut json = with_contents(&json, "\"content_html\": \"", items, escape);
    json.push(b'\n');
    json
}

fn item(item: &Item<'_>) -> FeedItem {
    let image = item.image.as_ref();
    let source = item.source.as_ref();
    FeedItem {
        id: item.id.clone(),
        url: item.url.clone(),
        external_url: source.and_then(|source| source.url.clone()),
        title: item.title.clone(),
        content_html: mark(item).unwrap_or_default(),
        summary: item.summary.clone(),
        image: image.map(|image| image.url.clone()),
        date_published: item.entry.published,
        date_modified: item.updated,
        authors: item.authors.iter().map(|name| Author { name: name.clone() }).collect(),
        tags: item.tags().into_iter().map(str::to_owned).collect(),
        language: item.language.clone(),
        ressort: Extension {
            kicker: item.kicker.clone(),
            caption: image.and_then(|image| image.caption.clone()),
            credit: image.and_then(|image| image.credit.clone()),
            categories: item.categories.clone(),
            topics: item.topics.clone(),
            language: item.entry.language.as_deref().map(text::line),
            kind: item.entry.kind,
            paywalled: item.entry.paywalled,
            source: source.map(|source| source.name.clone()),
            reserved: item.entry.is_reserved,
            carriers: item.entry.carriers.clone(),
            first_seen: item.entry.first_seen,
            text: (item.text.start, item.text.end),
        },
    }
}

/// Writes text into a string that is open, as `serde_json` does.
fn escape(text: &str, out: &mut Vec<u8>) {
    if text::has_byte(text.as_bytes(), |byte| byte < b' ' && byte != b'\n') {
        let string = serde_json::to_string(text).expect("a string always serialises");
        return out.extend_from_slice(&string.as_bytes()[1..string.len() - 1]);
    }
    write_replacing(text, [(b'"', "\\\""), (b'\\', "\\\\"), (b'\n', "\\n")], out);
}

/// Makes the entries out of a feed that [`feeds`](super::feeds) wrote, newest first. A text that was left out
/// of the file (summaries, or beyond the size budget) stays lost. Items of other makers are no
/// entries and left out.
///
/// # Errors
/// When the file is not JSON, or no feed.
pub fn restore(bytes: &[u8]) -> Result<Vec<Entry>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Items {
        items: Vec<serde_json::Value>,
    }
    let feed: Items = serde_json::from_slice(bytes)?;
    Ok(feed.items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).filter_map(entry).collect())
}

/// The week of the archive that a published feed, or a page of its archive, is followed by.
pub fn previous_week(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Links {
        next_url: String,
    }
    let links: Links = serde_json::from_slice(bytes).ok()?;
    let week = links.next_url.strip_suffix(Format::Json.file_name())?.strip_suffix('/')?.rsplit('/').next()?;
    let is_week = week.len() < 16 && week.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'W'));
    is_week.then(|| week.to_owned())
}

fn entry(item: FeedItem) -> Option<Entry> {
    let extension = item.ressort;
    let url = web(&item.url)?;
    let html = item.content_html.get(extension.text.0..extension.text.1).unwrap_or_default();
    let (caption, credit) = (extension.caption, extension.credit);
    Some(Entry {
        id: EntryId::published(&item.id),
        title: item.title,
        kicker: extension.kicker,
        lede: item.summary,
        // The file may have lain where others can write.
        html: clean::clean(html, &url),
        authors: item.authors.into_iter().map(|author| author.name).collect(),
        published: item.date_published,
        updated: item.date_modified,
        image: item.image.as_deref().and_then(web).map(|url| Image { url, caption, credit }),
        categories: extension.categories,
        topics: extension.topics,
        language: extension.language,
        kind: extension.kind,
        paywalled: extension.paywalled,
        source: extension.source.map(|name| Original { name, url: item.external_url.as_deref().and_then(web) }),
        is_reserved: extension.reserved,
        carriers: extension.carriers,
        first_seen: extension.first_seen,
        url,
    })
}

fn web(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_escaped_as_the_crate_does() {
        let all: String = (0..0x80).map(char::from).chain("\u{7f}ü😀\u{2028}".chars()).collect();
        for text in ["", "<p title=\"a\">b\\c</p>\n", "a\tb", &all] {
            let mut out = b"\"".to_vec();
            escape(text, &mut out);
            out.push(b'"');
            assert_eq!(out, serde_json::to_vec(text).unwrap(), "{text:?}");
        }
    }
}
