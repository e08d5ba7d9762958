//! The rows of the fault table that concern a feed as a whole, its state, and the process.
//!
//! `tests/it/README.md` maps every row to its test. Time is an argument of a refresh, so that
//! days pass in no time ([`Desk`] in this process); what concerns signals, files and logs runs
//! the program itself ([`Newsroom`](super::newsroom::Newsroom)).

mod access;
mod content;
mod feeds;
mod memory;
mod process;
mod publishing;
mod reports;
mod restored;
mod schedule;
mod serving;
mod soak;

use std::fmt::Write;
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use ressort::config::{Feed, Settings, StateAddress, Target, load_feeds};
use ressort::fetch::Fetcher;
use ressort::pipeline::{self, Desk, Parsers};
use ressort::publish::Place;
use ressort::report::Report;
use ressort::store::{FeedRecord, Mode, Store};

use super::support::{Answer, Running, Site};

/// Words from which texts are made, so that no two articles say the same.
const WORDS: [&str; 24] = [
    "Brücke",
    "Haushalt",
    "Landtag",
    "Kreisrat",
    "Bahnhof",
    "Schule",
    "Mühle",
    "Ortsteil",
    "Straße",
    "Verein",
    "Wahlkreis",
    "Gemeinde",
    "Ausschuss",
    "Bürgermeisterin",
    "Tarif",
    "Förderung",
    "Ufer",
    "Archiv",
    "Turnhalle",
    "Markt",
    "Feuerwehr",
    "Lehrplan",
    "Steuer",
    "Wald",
];

fn word(seed: u32) -> &'static str {
    WORDS[(seed.wrapping_mul(2_654_435_761) >> 16) as usize % WORDS.len()]
}

pub fn title(number: u32) -> String {
    format!("{} und {} im Streit um Nummer {number}", word(number * 3), word(number * 7 + 1))
}

pub fn path(number: u32) -> String {
    format!("/politik/bericht-{}.html", 70_000_000 + number)
}

/// The text of an article: five paragraphs that stand nowhere else.
pub fn text(number: u32) -> String {
    let mut html = String::new();
    for paragraph in 0..5 {
        let mut words = String::new();
        for position in 0..40 {
            let _ = write!(words, "{} ", word(number * 1000 + paragraph * 100 + position)); // a string takes all
        }
        let _ = write!(html, "<p>Absatz {paragraph} des Berichts {number}: {words}und so weiter.</p>"); // as above
    }
    html
}

/// When the articles were published.
pub fn printed() -> DateTime<Utc> {
    "2026-03-01T09:00:00Z".parse().unwrap()
}

/// An article page; `head` goes into its head.
pub fn article_with(number: u32, head: &str, body: &str) -> String {
    let (title, published) = (title(number), printed().to_rfc3339());
    format!(
        "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>{title}</title>\
         <meta property=og:type content=article><meta property=article:published_time content=\"{published}\">{head}</head>\
         <body><nav><a href=/>Start</a></nav><article><h1>{title}</h1>{body}</article>\
         <footer><a href=/impressum/>Impressum</a></footer></body></html>"
    )
}

pub fn article(number: u32) -> String {
    article_with(number, "", &text(number))
}

/// A section page that shows these articles.
pub fn section(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut cards = String::new();
    for number in numbers {
        let (path, title) = (path(number), title(number));
        let _ = write!(
            cards,
            "<article class=teaser><h3><a href=\"{path}\">{title}</a></h3>\
             <p>Ein Anreißer für den Bericht {number}, der etwas mehr sagt als die Überschrift.</p></article>"
        ); // a string takes all
    }
    format!(
        "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>Politik</title></head><body>\
         <header><nav><a href=/sport/>Sport</a><a href=/kultur/>Kultur</a></nav></header><main><h1>Politik</h1>{cards}</main>\
         <footer><a href=/impressum/>Impressum</a></footer></body></html>"
    )
}

/// The numbers of the usual section.
pub const USUAL: std::ops::RangeInclusive<u32> = 1..=12;

/// A site with a section of twelve articles.
pub fn paper() -> Site {
    USUAL
        .fold(Site::new().page("/politik/", &section(USUAL)), |site, number| site.page(&path(number), &article(number)))
}

/// A desk in this process, with the feed `politik`.
pub struct Room {
    directory: tempfile::TempDir,
    pub desk: Desk,
    pub feed: Feed,
}

impl Room {
    pub async fn of(site: &Running) -> Room {
        Room::with(site, "", |_| {}).await
    }

    /// A room with a definition and settings of its own.
    pub async fn with(site: &Running, definition: &str, change: impl FnOnce(&mut Settings)) -> Room {
        let directory = tempfile::tempdir().unwrap();
        let feeds = directory.path().join("feeds");
        std::fs::create_dir(&feeds).unwrap();
        let url = site.url("/politik/");
        let text = format!("url = \"{url}\"\ntime_zone = \"Europe/Berlin\"\n{definition}");
        std::fs::write(feeds.join("politik.toml"), text).unwrap();
        let mut settings = Settings {
            feeds,
            publish: Target::Directory(directory.path().join("out")),
            state: StateAddress::Sqlite(directory.path().join("ressort.db")),
            allow_private_addresses: true,
            ..Settings::default()
        };
        change(&mut settings);
        let desk = desk(&settings).await;
        let feed = load_feeds(&settings.feeds, &settings).unwrap().remove(0);
        Room { directory, desk, feed }
    }

    pub async fn refresh(&self, now: DateTime<Utc>) -> Report {
        pipeline::refresh(&self.feed, &self.desk, now).await
    }

    /// As after a restart: nothing is known but what the store holds.
    pub async fn restart(self) -> Room {
        let Room { directory, desk: before, feed } = self;
        let settings = before.settings.clone();
        before.store.close().await;
        Room { directory, desk: desk(&settings).await, feed }
    }

    pub async fn record(&self) -> FeedRecord {
        self.desk.store.feed(&self.feed.id).await.unwrap()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub fn published(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(&format!("out/politik/{name}"))).unwrap()
    }

    /// The items of the JSON Feed.
    pub fn items(&self) -> Vec<serde_json::Value> {
        let feed: serde_json::Value = serde_json::from_str(&self.published("feed.json")).unwrap();
        feed["items"].as_array().unwrap().clone()
    }

    /// One item, by the number of its article.
    pub fn item(&self, number: u32) -> serde_json::Value {
        let path = path(number);
        let found = self.items().into_iter().find(|item| item["url"].as_str().unwrap().ends_with(&path));
        found.unwrap_or_else(|| panic!("no item {path}"))
    }

    /// The three feed files as they are.
    pub fn feed_files(&self) -> [String; 3] {
        ["rss.xml", "atom.xml", "feed.json"].map(|name| self.published(name))
    }

    /// Ids and dates of all items, sorted.
    pub fn ids(&self) -> Vec<(String, String)> {
        let said = |item: &serde_json::Value, key: &str| item[key].as_str().unwrap().to_owned();
        let mut ids: Vec<_> =
            self.items().iter().map(|item| (said(item, "id"), said(item, "date_published"))).collect();
        ids.sort();
        ids
    }
}

async fn desk(settings: &Settings) -> Desk {
    let store = Store::open(&settings.state, Mode::Write, Utc::now()).await.unwrap();
    let place = Place::open(&settings.publish, &settings.bucket).unwrap();
    Desk::new(settings.clone(), store, Fetcher::new(settings).unwrap(), place, Parsers::default())
}

/// Whether a program of the system can be run; says so where not.
pub fn has(program: &str, arguments: &[&str]) -> bool {
    let tried = std::process::Command::new(program).args(arguments).output();
    let is_there = tried.as_ref().is_ok_and(|output| output.status.success());
    if !is_there {
        println!("skipped: `{program} {}` does not work here", arguments.join(" "));
        let is_required = std::env::var_os("RESSORT_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!(is_required && tried.is_err()), "{program} is not installed");
    }
    is_there
}

pub fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

pub fn days(days: i64) -> TimeDelta {
    TimeDelta::days(days)
}
