//! RSS 2.0, following the RSS Advisory Board's profile (<https://www.rssboard.org/rss-profile>).
//!
//! The crate leaves to us: illegal characters, addresses, namespaces, hexadecimal references
//! and `atom:updated`. Modification times are never `dc:date`: Miniflux and NetNewsWire take it
//! for the date of publication.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Guid, Image};

use super::contents::{mark, with_contents};
use super::item::{Item, Picture};
use super::xml::{cdata, hex_references};
use super::{FeedInfo, Format, HISTORY_NAMESPACE, last_change};
use crate::html::address;
use crate::html::entities::escaped;

/// All are declared in every file, so that an entry with an image changes no line but its own.
const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
];

pub(super) fn render(info: &FeedInfo, items: &[Item<'_>]) -> Vec<u8> {
    let link = address(&info.home_page).unwrap_or_default();
    let title = info.shown_title();
    let channel = Channel {
        description: info.shown_description().unwrap_or_else(|| title.clone()),
        language: info.tag(),
        last_build_date: last_change(items).map(rfc_822),
        generator: Some("ressort".to_owned()),
        ttl: Some(info.ttl_minutes).filter(|ttl| *ttl > 0).map(|ttl| ttl.to_string()),
        image: info.icon.as_ref().and_then(address).filter(|url| is_picture(url)).map(|url| Image {
            url,
            title: title.clone(),
            link: link.clone(),
            ..Image::default()
        }),
        title,
        link,
        items: items.iter().map(|shown| item(info, shown)).collect(),
        atom_ext: Some(AtomExtension { links: links(info) }),
        namespaces: namespaces(info),
        extensions: match info.archive.week {
            Some(_) => ExtensionMap::from([("fh".to_owned(), of_names([named("fh:archive")]))]),
            None => ExtensionMap::new(),
        },
        ..Channel::default()
    };
    let xml = channel.pretty_write_to(Vec::new(), b' ', 1).expect("a Vec takes everything");
    let mut xml = with_contents(&hex_references(&xml), "<content:encoded><![CDATA[", items, cdata);
    xml.push(b'\n');
    xml
}

/// RSS knows pictures of three kinds (<https://www.rssboard.org/rss-specification#ltimagegtSubelementOfLtchannelgt>);
/// an address without an ending may be one of them.
fn is_picture(url: &str) -> bool {
    let ending = url.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ["gif", "jpeg", "jpg", "png"].contains(&ending.as_str()) || !ending.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn links(info: &FeedInfo) -> Vec<Link> {
    let own = info.url_of(&info.file_of(Format::Rss)).map(|href| Link {
        href,
        rel: "self".to_owned(),
        mime_type: Some(Format::Rss.media_type().to_owned()),
        ..Link::default()
    });
    let hub = info.hub.as_ref().and_then(address).map(|href| Link { href, rel: "hub".to_owned(), ..Link::default() });
    let archive = info.archive_links(Format::Rss).into_iter();
    let archive = archive.map(|(rel, href)| Link { href, rel: rel.to_owned(), ..Link::default() });
    own.into_iter().chain(hub).chain(archive).collect()
}

fn namespaces(info: &FeedInfo) -> BTreeMap<String, String> {
    let history = info.archive.week.as_ref().map(|_| ("fh", HISTORY_NAMESPACE));
    NAMESPACES.into_iter().chain(history).map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned())).collect()
}

fn item(info: &FeedInfo, item: &Item<'_>) -> rss::Item {
    let via = item.source.as_ref().and_then(|source| source.url.as_ref()).map(|url| Link {
        href: url.clone(),
        rel: "via".to_owned(),
        ..Link::default()
    });
    let related = item.carriers.iter().skip(1).map(|carrier| Link {
        href: carrier.url.clone(),
        rel: "related".to_owned(),
        title: Some(carrier.name.clone()),
        ..Link::default()
    });
    let links: Vec<Link> = via.into_iter().chain(related).collect();
    // The feed the entry comes from, which needs a public address.
    let source = item.carriers.first().and_then(|first| {
        let url = info.url_of_feed(&first.feed, Format::Rss.file_name())?;
        Some(rss::Source { url, title: Some(first.name.clone()) })
    });
    let dublin_core = DublinCoreExtension {
        // One for all: newsboat and Miniflux show only the last of several.
        creators: Some(item.authors.join(", ")).filter(|names| !names.is_empty()).into_iter().collect(),
        languages: item.language.iter().cloned().collect(),
        sources: item.source.iter().map(|source| source.name.clone()).collect(),
        ..DublinCoreExtension::default()
    };
    rss::Item {
        title: Some(item.title_or_substitute()),
        link: Some(item.url.clone()),
        // A description is HTML, the lede is plain text.
        description: Some(escaped(&item.description())),
        categories: item.tags().into_iter().map(|tag| Category { name: tag.to_owned(), domain: None }).collect(),
        guid: Some(Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(rfc_822(item.entry.published)),
        content: mark(item),
        extensions: extensions(item),
        source,
        atom_ext: (!links.is_empty()).then_some(AtomExtension { links }),
        dublin_core_ext: Some(dublin_core),
        ..rss::Item::default()
    }
}

fn extensions(item: &Item<'_>) -> ExtensionMap {
    let updated = Extension { value: Some(super::rfc_3339(item.updated)), ..named("atom:updated") };
    let mut extensions = ExtensionMap::from([("atom".to_owned(), of_names([updated]))]);
    if let Some(image) = &item.image {
        extensions.insert("media".to_owned(), of_names([media(image)]));
    }
    extensions
}

/// The address is the one of `<img src>` in the content, letter by letter: FreshRSS shows the
/// image twice otherwise.
fn media(image: &Picture) -> Extension {
    let description = image.caption.as_ref().map(|caption| Extension {
        value: Some(caption.clone()),
        attrs: BTreeMap::from([("type".to_owned(), "plain".to_owned())]),
        ..named("media:description")
    });
    let credit = image.credit.as_ref().map(|credit| Extension { value: Some(credit.clone()), ..named("media:credit") });
    Extension {
        attrs: BTreeMap::from([("medium".to_owned(), "image".to_owned()), ("url".to_owned(), image.url.clone())]),
        children: of_names(description.into_iter().chain(credit)),
        ..named("media:content")
    }
}

fn named(name: &str) -> Extension {
    Extension { name: name.to_owned(), ..Extension::default() }
}

fn of_names(extensions: impl IntoIterator<Item = Extension>) -> BTreeMap<String, Vec<Extension>> {
    extensions.into_iter().map(|extension| (extension.name.clone(), vec![extension])).collect()
}

/// RFC 822 with the four-digit year of RFC 1123; chrono's own panics beyond the year 9999.
fn rfc_822(date: DateTime<FixedOffset>) -> String {
    date.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}
