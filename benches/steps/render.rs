//! The files of a feed of thirty entries with their texts, and their compression for readers.

use chrono::DateTime;
use divan::Bencher;
use divan::counter::BytesCount;
use ressort::config::Content;
use ressort::render::{self, Archive, FeedInfo, Format, Health, Overview, Pages, State};
use ressort::server::{Encoding, compress};
use url::Url;

use super::stock::ENTRIES;

/// RSS, Atom and JSON Feed together: they share most of the work.
#[divan::bench]
fn three_formats(bencher: Bencher<'_, '_>) {
    let info = info();
    bencher.bench_local(|| render::feeds(&info, &ENTRIES));
}

/// The page beside them.
#[divan::bench]
fn page(bencher: Bencher<'_, '_>) {
    let (info, health, pages) = (info(), health(), Pages::default());
    let overview = Overview::new(&info, &health, &ENTRIES);
    bencher.bench_local(|| pages.feed("ressort", &overview));
}

#[divan::bench]
fn gzip(bencher: Bencher<'_, '_>) {
    compressed(bencher, Encoding::Gzip);
}

#[divan::bench]
fn brotli(bencher: Bencher<'_, '_>) {
    compressed(bencher, Encoding::Brotli);
}

/// One file, as the server does when it is asked for first.
fn compressed(bencher: Bencher<'_, '_>, encoding: Encoding) {
    let files = render::feeds(&info(), &ENTRIES);
    let rss = files.iter().find(|file| file.path.ends_with(Format::Rss.file_name())).expect("one of each format");
    bencher.counter(BytesCount::of_slice(&rss.bytes)).bench_local(|| compress(encoding, &rss.bytes));
}

fn health() -> Health {
    Health { state: State::Ok, since: DateTime::UNIX_EPOCH, message: None, hint: None }
}

fn info() -> FeedInfo {
    FeedInfo {
        id: "politik".parse().expect("a legal name"),
        title: "Tageblatt: Politik".to_owned(),
        description: None,
        home_page: Url::parse("https://www.tageblatt.example/politik/").expect("an address"),
        language: Some("de".to_owned()),
        base_url: Some(Url::parse("https://feeds.example.org/").expect("an address")),
        ttl_minutes: 30,
        content: Content::Full,
        hub: None,
        icon: None,
        archive: Archive::default(),
    }
}
