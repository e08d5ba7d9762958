//! Article pages of any kind: parsed, read and cleaned, and what comes out can be published.
//!
//! `cargo fuzz run article fuzz/corpus/article fuzz/seeds/article tests/sites/ippen`

#![no_main]

use std::sync::{Arc, LazyLock};

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use ressort::article::{Context, extract};
use ressort::config::{Definition, Feed, Settings};
use ressort::html::{Document, Limits};
use url::Url;

#[path = "../../tests/it/article/publishable.rs"]
mod publishable;

static FEED: LazyLock<Feed> = LazyLock::new(|| {
    let url = Url::parse("https://www.example.org/politik/muehle-12345678.html").expect("an address");
    Feed::new("fuzz".parse().expect("a name"), Definition::of(url), Arc::default(), &Settings::default())
});

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(text, &FEED.url, &Limits::default()) else { return };
    let article = extract(&document, &Context { feed: &FEED, now: DateTime::UNIX_EPOCH, teaser: None });
    publishable::publishable(&article, "a page");
});
