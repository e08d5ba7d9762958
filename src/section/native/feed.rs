//! RSS, Atom and JSON Feed, read by `feed-rs`.

use feed_rs::model::{Entry, Feed as Channel, Text};
use feed_rs::parser;
use url::Url;

use super::{MOST_ITEMS, Offer, Unreadable};
use crate::config::{Feed, Language};
use crate::dates;
use crate::html::{json_ld, resolve, text};
use crate::section::candidates::{clean, is_wanted};
use crate::section::{Kind, Teaser, marks};

/// Longer summaries are whole articles; they are read where they stand.
const LONGEST_SUMMARY: usize = 1000;

/// Whether a document is a feed, by its first element.
pub fn is_feed(text: &str) -> bool {
    let start = root(text);
    let has_name = |name: &str| {
        let rest = start.get(..name.len()).filter(|own| own.eq_ignore_ascii_case(name)).map(|_| &start[name.len()..]);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>'))
    };
    let is_json =
        || start.starts_with('{') && start[..start.floor_char_boundary(512)].contains("jsonfeed.org/version/");
    ["<rss", "<feed", "<rdf:RDF"].iter().any(|name| has_name(name)) || is_json()
}

/// The document from its first element on: declaration, comments and style sheets left out.
pub(super) fn root(text: &str) -> &str {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // A real document has two or three of them.
    for _ in 0..20 {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ => break,
        };
        let Some(at) = rest.find(end) else { break };
        rest = rest[at + end.len()..].trim_start();
    }
    rest
}

pub(super) fn read(source: &str, url: &Url, feed: &Feed) -> Result<Offer, Unreadable> {
    let zone = feed.zone;
    let parser = parser::Builder::new()
        .base_uri(Some(url))
        .timestamp_parser(move |text| dates::machine(text, zone).map(|date| date.at.to_utc()))
        .build();
    // The text is UTF-8 by now, whatever its declaration says.
    let channel = parser.parse(root(source).as_bytes()).map_err(|error| Unreadable(error.to_string()))?;
    let teasers = channel.entries.iter().take(MOST_ITEMS).filter_map(|entry| teaser(entry, url, feed)).collect();
    Ok(Offer { title: line(channel.title.as_ref()), language: language(&channel), teasers, sitemaps: Vec::new() })
}

fn language(channel: &Channel) -> Option<String> {
    Language::declared(channel.language.as_deref()?).map(|language| language.as_str().to_owned())
}

fn teaser(entry: &Entry, base: &Url, feed: &Feed) -> Option<Teaser> {
    let is_page = |rel: &Option<String>| rel.as_deref().is_none_or(|rel| rel == "alternate");
    let address = entry.links.iter().find(|link| is_page(&link.rel)).map(|link| link.href.as_str());
    // RSS allows an item to name its page in its `guid` alone.
    let address = address.or(Some(entry.id.as_str()).filter(|id| id.starts_with("http")))?;
    let url = clean(resolve(base, address)?);
    if !is_wanted(&url, feed) {
        return None;
    }
    let title = line(entry.title.as_ref())?;
    let summary = line(entry.summary.as_ref()).filter(|summary| summary.chars().count() <= LONGEST_SUMMARY);
    let authors = entry.authors.iter().filter_map(|person| person.name.as_deref());
    Some(Teaser {
        url,
        title,
        kicker: None,
        summary,
        image: picture(entry, base),
        published: entry.published.or(entry.updated).map(|date| date.with_timezone(&feed.zone).fixed_offset()),
        authors: authors.flat_map(|name| marks::names(&text::line(name))).collect(),
        paywalled: false,
        kind: Kind::Article,
        score: 1.0,
    })
}

/// The first picture among the media of an entry.
fn picture(entry: &Entry, base: &Url) -> Option<Url> {
    let contents = entry.media.iter().flat_map(|media| &media.content);
    let is_picture = |kind: &str| kind.starts_with("image/");
    let whole = contents
        .filter(|content| content.content_type.as_ref().is_some_and(|kind| is_picture(kind.as_ref())))
        .find_map(|content| content.url.clone());
    let small = || {
        let thumbnails = entry.media.iter().flat_map(|media| &media.thumbnails);
        thumbnails.map(|thumbnail| thumbnail.image.uri.as_str()).find_map(|uri| resolve(base, uri))
    };
    whole.filter(|url| matches!(url.scheme(), "http" | "https")).or_else(small)
}

fn line(text: Option<&Text>) -> Option<String> {
    Some(json_ld::line(&text?.content)).filter(|line| !line.is_empty())
}
