//! Entries nobody wrote: every field anything it can be.

use chrono::{DateTime, FixedOffset, Utc};
use proptest::prelude::*;
use ressort::article::{Image, Original};
use ressort::config::Content;
use ressort::entry::{Entry, EntryId};
use ressort::html::clean;
use ressort::render::{FeedInfo, Format, json};
use ressort::section::Kind;
use url::Url;

use super::feeds::{text_of, well_formed};
use super::hostile::{ADDRESSES, STRINGS};
use super::paper;
use crate::support::same_cases;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&STRINGS[..]).prop_map(str::to_owned),
        2 => any::<String>(),
        2 => "[a-zäöüß ]{0,40}",
        1 => prop::collection::vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect()),
    ]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..4)
}

fn address() -> impl Strategy<Value = Url> {
    let made = ("[a-z]{1,8}", "\\PC{0,12}", "\\PC{0,8}").prop_filter_map("an address", |(host, path, query)| {
        Url::parse(&format!("https://{host}.example/{path}?{query}")).ok()
    });
    prop_oneof![1 => prop::sample::select(&ADDRESSES[..]).prop_map(paper::url), 3 => made]
}

/// Between 1995 and 2060, to the nanosecond, at any offset of whole minutes.
fn date() -> impl Strategy<Value = DateTime<FixedOffset>> {
    (788_918_400i64..2_840_140_800, prop_oneof![Just(0u32), 0u32..1_000_000_000], -14i32 * 60..=14 * 60).prop_map(
        |(seconds, nanoseconds, minutes)| {
            let offset = FixedOffset::east_opt(minutes * 60).unwrap();
            DateTime::<Utc>::from_timestamp(seconds, nanoseconds).unwrap().with_timezone(&offset)
        },
    )
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Article, Kind::Video, Kind::Podcast, Kind::Gallery, Kind::Live, Kind::Ad])
}

pub fn entry() -> impl Strategy<Value = Entry> {
    let image = (address(), prop::option::of(text()), prop::option::of(text()))
        .prop_map(|(url, caption, credit)| Image { url, caption, credit });
    let source = (text(), prop::option::of(address())).prop_map(|(name, url)| Original { name, url });
    (
        (address(), text(), prop::option::of(text()), prop::option::of(text()), texts()),
        (texts(), date(), date(), prop::option::of(image), texts(), texts()),
        (prop::option::of(text()), kind(), any::<bool>(), prop::option::of(source), date()),
    )
        .prop_map(
            |((url, title, kicker, lede, html), (authors, published, updated, image, categories, topics), rest)| {
                let (language, kind, paywalled, source, first_seen) = rest;
                Entry {
                    id: EntryId::of_key(url.as_str()),
                    title,
                    kicker,
                    lede,
                    html: clean::clean(&html.join("<p>"), &paper::url("https://example.org/")),
                    authors,
                    published,
                    updated,
                    image,
                    categories,
                    topics,
                    language,
                    kind,
                    paywalled,
                    source,
                    is_reserved: paywalled,
                    carriers: Vec::new(),
                    first_seen: first_seen.with_timezone(&Utc),
                    url,
                }
            },
        )
}

fn info() -> impl Strategy<Value = FeedInfo> {
    (text(), prop::option::of(text()), prop::option::of(text()), address(), prop::option::of(address()), any::<bool>())
        .prop_map(|(title, description, language, home_page, icon, is_full)| FeedInfo {
            title,
            description,
            language,
            home_page,
            icon,
            content: if is_full { Content::Full } else { Content::Summary },
            ..paper::info()
        })
}

proptest! {
    #![proptest_config(same_cases(400))]

    #[test]
    fn every_entry_makes_well_formed_files_and_comes_back(
        info in info(),
        entries in prop::collection::vec(entry(), 0..5),
    ) {
        let files = Format::ALL.map(|format| text_of(format, &info, &entries));
        for (format, text) in Format::ALL.into_iter().zip(&files) {
            well_formed(format, text.as_bytes());
        }
        let published = paper::feed(Format::Json, &info, &entries);
        let restored = json::restore(&published.bytes).unwrap();
        let again = Format::ALL.map(|format| text_of(format, &info, &restored));
        prop_assert_eq!(&files, &again);
        prop_assert_eq!(json::restore(again[2].as_bytes()).unwrap(), restored);
    }
}
