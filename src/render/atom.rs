//! Atom, RFC 4287.
//!
//! Content is `type="html"`, never `xhtml`: elfeed garbles it, and the crate writes it unchecked.

use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{Category, Content, Entry, Feed, Generator, Link, Person, Source, Text, WriteConfig};
use chrono::{DateTime, FixedOffset, SubsecRound};
use quick_xml::escape::escape;

use super::contents::{mark, with_contents};
use super::item::{Item, Picture};
use super::xml::escape_text;
use super::{FeedInfo, Format, HISTORY_NAMESPACE, last_change};
use crate::html::address;

/// Declared in every file, so that an entry with an image changes no line but its own.
const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

pub(super) fn render(info: &FeedInfo, items: &[Item<'_>]) -> Vec<u8> {
    let title = info.shown_title();
    let feed = Feed {
        title: Text::plain(title.clone()),
        id: info.urn(),
        // The epoch only in a feed without entries, which has never changed.
        updated: last_change(items).unwrap_or_default().trunc_subsecs(0),
        // Required unless every entry has an author.
        authors: vec![person(title)],
        generator: Some(Generator { value: "ressort".to_owned(), ..Generator::default() }),
        icon: info.icon.as_ref().and_then(address),
        links: links(info),
        subtitle: info.shown_description().map(Text::plain),
        entries: items.iter().map(|item| entry(info, item)).collect(),
        namespaces: std::iter::once(("media", MEDIA_NAMESPACE))
            .chain(info.archive.week.as_ref().map(|_| ("fh", HISTORY_NAMESPACE)))
            .map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()))
            .collect(),
        extensions: match info.archive.week {
            Some(_) => {
                let mark = BTreeMap::from([("archive".to_owned(), vec![named("fh:archive")])]);
                ExtensionMap::from([("fh".to_owned(), mark)])
            }
            None => ExtensionMap::new(),
        },
        lang: info.tag(),
        ..Feed::default()
    };
    let config = WriteConfig { indent_size: Some(1), ..WriteConfig::default() };
    let xml = feed.write_with_config(Vec::new(), config).expect("a Vec takes everything");
    let mut xml = with_contents(&xml, " type=\"html\">", items, escape_text);
    xml.push(b'\n');
    xml
}

fn links(info: &FeedInfo) -> Vec<Link> {
    let own = info
        .url_of(&info.file_of(Format::Atom))
        .map(|href| Link { mime_type: Some(Format::Atom.media_type().to_owned()), ..link("self", href) });
    let home = address(&info.home_page)
        .map(|href| Link { mime_type: Some("text/html".to_owned()), ..link("alternate", href) });
    let hub = info.hub.as_ref().and_then(address).map(|href| link("hub", href));
    let archive = info.archive_links(Format::Atom).into_iter().map(|(rel, href)| link(rel, href));
    [own, home, hub].into_iter().flatten().chain(archive).collect()
}

fn entry(info: &FeedInfo, item: &Item<'_>) -> Entry {
    let via = item.source.as_ref().and_then(|source| {
        let href = source.url.clone()?;
        Some(Link { title: Some(source.name.clone()), ..link("via", href) })
    });
    let related = item
        .carriers
        .iter()
        .skip(1)
        .map(|carrier| Link { title: Some(carrier.name.clone()), ..link("related", carrier.url.clone()) });
    // The feed the entry comes from, RFC 4287 §4.2.11.
    let source = item.carriers.first().map(|first| {
        let own = info.url_of_feed(&first.feed, Format::Atom.file_name()).map(|href| link("self", href));
        let (id, title) = (first.urn.clone(), Text::plain(first.name.clone()));
        let updated = whole_seconds(item.updated);
        Source { id, title, updated, links: own.into_iter().collect(), ..Source::default() }
    });
    // An entry without content needs a summary.
    let summary = item.summary.clone().or_else(|| item.content.is_empty().then(|| item.description()));
    let language = &item.language;
    Entry {
        title: Text { lang: language.clone(), ..Text::plain(item.title_or_substitute()) },
        id: item.id.clone(),
        updated: whole_seconds(item.updated),
        authors: item.authors.iter().cloned().map(person).collect(),
        categories: item
            .tags()
            .into_iter()
            .map(|tag| Category { term: tag.to_owned(), ..Category::default() })
            .collect(),
        links: [Link { mime_type: Some("text/html".to_owned()), ..link("alternate", item.url.clone()) }]
            .into_iter()
            .chain(via)
            .chain(related)
            .collect(),
        source,
        published: Some(whole_seconds(item.entry.published)),
        summary: summary.map(|summary| Text { lang: language.clone(), ..Text::plain(summary) }),
        content: mark(item).map(|value| Content {
            content_type: Some("html".to_owned()),
            value: Some(value),
            lang: language.clone(),
            ..Content::default()
        }),
        extensions: item.image.as_ref().map(extensions).unwrap_or_default(),
        ..Entry::default()
    }
}

fn extensions(image: &Picture) -> ExtensionMap {
    ExtensionMap::from([("media".to_owned(), BTreeMap::from([("content".to_owned(), vec![media(image)])]))])
}

/// As in RSS, but the attributes escaped: the crate writes those of extensions as they are.
fn media(image: &Picture) -> Extension {
    let attribute = |name: &str, value: &str| (name.to_owned(), escape(value).into_owned());
    let description = image.caption.as_ref().map(|caption| Extension {
        value: Some(caption.clone()),
        attrs: BTreeMap::from([attribute("type", "plain")]),
        ..named("media:description")
    });
    let credit = image.credit.as_ref().map(|credit| Extension { value: Some(credit.clone()), ..named("media:credit") });
    Extension {
        attrs: BTreeMap::from([attribute("medium", "image"), attribute("url", &image.url)]),
        children: description
            .into_iter()
            .chain(credit)
            .map(|extension| (extension.name.clone(), vec![extension]))
            .collect(),
        ..named("media:content")
    }
}

fn named(name: &str) -> Extension {
    Extension { name: name.to_owned(), ..Extension::default() }
}

fn person(name: String) -> Person {
    Person { name, ..Person::default() }
}

fn link(rel: &str, href: String) -> Link {
    Link { rel: rel.to_owned(), href, ..Link::default() }
}

fn whole_seconds(date: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    date.trunc_subsecs(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails once the crate escapes them itself (<https://github.com/rust-syndication/atom>);
    /// then `media` must stop.
    #[test]
    fn the_crate_still_writes_extension_attributes_raw() {
        let raw = Extension { attrs: BTreeMap::from([("url".to_owned(), "a&b".to_owned())]), ..named("media:content") };
        let feed = Feed {
            extensions: ExtensionMap::from([("media".to_owned(), BTreeMap::from([("content".to_owned(), vec![raw])]))]),
            ..Feed::default()
        };
        assert!(feed.to_string().contains("url=\"a&b\""), "{}", feed.to_string());
    }
}
