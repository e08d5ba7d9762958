//! The text of an article: kinds of pages, boxes, repeats, markup.

mod kinds;

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use ressort::article::{Article, Context, extract};
use ressort::config::{Definition, Feed, Settings};
use ressort::html::{Document, Limits};
use url::Url;

const URL: &str = "https://www.example.org/lokales/muehle-12345678.html";

fn read(html: &str) -> Article {
    let url = Url::parse(URL).expect("an address");
    let document = Document::parse(html, &url, &Limits::default()).expect("within limits");
    let feed = Feed::new("test".parse().expect("a name"), Definition::of(url), Arc::default(), &Settings::default());
    let now = Utc.with_ymd_and_hms(2026, 2, 6, 12, 0, 0).single().expect("an existing time");
    extract(&document, &Context { feed: &feed, now, teaser: None })
}

/// The text of a page, a line for each paragraph, heading, item and row.
fn lines(html: &str) -> Vec<String> {
    let text = read(html).text();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
