//! Real pages, where they are at hand: `RESSORT_CORPUS`, or `../shared/corpus` beside the project.

use std::time::{Duration, Instant};

use ressort::entry::{Entry, EntryId};
use ressort::html::clean;

use super::samples::write;
use super::{paper, samples};
use crate::article;
use crate::support::{corpus, unpacked};

/// What is read of real articles, as the entries of a feed.
#[test]
fn real_articles_make_feeds_without_a_finding() {
    let Some(corpus) = corpus("articles") else { return };
    let now = paper::date("2026-12-31T00:00:00Z").to_utc();
    let berlin = "Europe/Berlin".parse().unwrap();
    let mut entries = Vec::new();
    for (name, page, truth) in article::corpus::pages(&corpus) {
        let address = truth["url"].as_str().unwrap();
        let article = article::read_at(&page, address, None, now);
        let teaser = article::teaser(&name, address);
        let id = EntryId::of_key(address);
        entries.push(Entry::new(id, &teaser, Some(&article), berlin, now));
    }
    assert!(entries.iter().filter(|entry| entry.has_text()).count() > 100, "{} pages", entries.len());
    for (number, some) in entries.chunks(40).enumerate() {
        write(&format!("articles-{number}"), &paper::info(), some);
    }
}

/// Whole pages, navigation and all: more than any article asks of the sanitiser.
#[test]
fn real_pages_become_clean_html_that_stays_as_it_is() {
    let Some(corpus) = corpus("") else { return };
    let base = paper::url("https://www.tageblatt.example/politik/");
    let mut entries: Vec<Entry> = Vec::new();
    let (mut bytes, mut time) = (0, Duration::ZERO);
    for path in samples::files_below(&corpus).into_iter().filter(|path| path.to_string_lossy().ends_with(".html.gz")) {
        let page = unpacked(&path);
        let started = Instant::now();
        let html = clean::clean(&page, &base);
        time += started.elapsed();
        bytes += page.len();
        let again = clean::clean(&html, &base);
        if let Some(at) = html.bytes().zip(again.bytes()).position(|(once, twice)| once != twice) {
            let near = |text: &str| {
                text[text.floor_char_boundary(at.saturating_sub(150))..].chars().take(300).collect::<String>()
            };
            panic!("{} changes once more:\n{}\n{}", path.display(), near(&html), near(&again));
        }
        if html.len() < 100_000 {
            let number = entries.len() as u32;
            entries.push(Entry { html, ..paper::bare(number, "Eine wirkliche Seite", "2026-01-01T00:00:00+01:00") });
        }
    }
    assert!(entries.len() > 100, "{} pages", entries.len());
    println!("{} pages, {} kB in {time:?}", entries.len(), bytes / 1000);
    for (number, some) in entries.chunks(20).enumerate() {
        write(&format!("corpus-{number:02}"), &paper::info(), some);
    }
}
