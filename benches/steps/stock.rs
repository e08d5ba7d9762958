//! The state of a feed that has been kept for years: so many entries, with their texts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use ressort::config::{Feed, Settings, StateAddress, Target};
use ressort::entry::{Entry, EntryId, key_of_url, site_of_url};
use ressort::section::{Kind, Teaser};
use ressort::store::{Change, EntryState, FeedRecord, Known, Mode, Seen, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

use super::article::read;
use super::pages::{ARTICLES, Page};

/// How many entries are stored.
pub const STORED: [usize; 4] = [10, 100, 1_000, 10_000];

/// Entries of a day.
const PER_DAY: i64 = 100;

/// Everything waits on one.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads"));

/// A directory with definitions, state and output; it is in memory where that is possible, because
/// a disk has its moods.
pub struct Office {
    directory: TempDir,
}

impl Office {
    pub fn new() -> Office {
        let memory = Path::new("/dev/shm");
        let directory = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        Office { directory: directory.expect("a temporary directory") }
    }

    /// Another one with the same state and the same files.
    pub fn copy(&self) -> Office {
        let copy = Office::new();
        copy_files(self.directory.path(), copy.directory.path());
        copy
    }

    fn state(&self) -> PathBuf {
        self.directory.path().join("ressort.db")
    }

    pub fn settings(&self) -> Settings {
        Settings {
            state: StateAddress::Sqlite(self.state()),
            publish: Target::Directory(self.directory.path().join("out")),
            allow_private_addresses: true,
            ..Settings::default()
        }
    }

    pub async fn store(&self) -> Store {
        Store::open(&StateAddress::Sqlite(self.state()), Mode::Write, Utc::now()).await.expect("a state")
    }

    /// Stores so many entries of a feed, the newest of them a day old, and forgets those that are
    /// to be forgotten.
    pub async fn fill(&self, feed: &Feed, entries: usize, now: DateTime<Utc>) {
        let store = self.store().await;
        let record = FeedRecord { url: feed.url.to_string(), last_run: Some(now), ..FeedRecord::default() };
        let numbers: Vec<usize> = (0..entries).collect();
        for numbers in numbers.chunks(500) {
            let change = change(numbers.iter().map(|number| old_article(feed, *number, now)));
            store.commit(&feed.id, &record, &change, now - TimeDelta::days(1)).await.expect("a commit");
        }
        store.forget(&feed.id, feed.keep, now).await.expect("forgetting");
        store.close().await;
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a readable directory") {
        let entry = entry.expect("a readable directory");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).expect("an own directory");
            copy_files(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("space");
        }
    }
}

/// What becomes of entries beyond the sixty that a feed shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// They stay, with their texts.
    Kept,
    /// Only their ids are remembered.
    Forgotten,
}

/// A feed that shows sixty entries.
pub fn feed(url: Url, old: Old) -> Feed {
    let archive = if old == Old::Kept { "archive = '1000w'" } else { "" };
    let text = format!("url = '{url}'\n[keep]\nat_least = '1s'\n{archive}");
    let definition = toml::from_str(&text).expect("a definition");
    Feed::new("politik".parse().expect("a legal name"), definition, Arc::default(), &Settings::default())
}

/// The thirty articles of the invented paper.
pub static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| ARTICLES[0].pages.iter().map(entry).collect());

fn entry(page: &Page) -> Entry {
    let article = read(page);
    let teaser = Teaser {
        url: page.url.clone(),
        title: article.title.clone().unwrap_or_default(),
        kicker: None,
        summary: article.lede.clone(),
        image: None,
        published: article.published,
        authors: Vec::new(),
        paywalled: false,
        kind: Kind::Article,
        score: 1.0,
    };
    let now = article.published.map_or_else(Utc::now, |published| published.to_utc());
    Entry::new(
        EntryId::of_key(page.url.as_str()),
        &teaser,
        Some(&article),
        "Europe/Berlin".parse().expect("a zone"),
        now,
    )
}

/// An article that was published a day ago, or the longer ago the higher its number.
fn old_article(feed: &Feed, number: usize, now: DateTime<Utc>) -> Known {
    let minutes = 24 * 60 * number as i64 / PER_DAY;
    article(
        feed,
        &format!("alt-{}", 51_000_000 + number),
        number,
        now - TimeDelta::days(1) - TimeDelta::minutes(minutes),
    )
}

/// An article of the feed's site with the text of one of the thirty.
pub fn article(feed: &Feed, name: &str, number: usize, published: DateTime<Utc>) -> Known {
    let url = feed.url.join(&format!("{name}.html")).expect("a path");
    let id = EntryId::of_key(&key_of_url(&url, &feed.site));
    let blocks = (0..12).map(|place| (number * 12 + place) as u64).collect();
    let date = published.fixed_offset();
    let like = ENTRIES[number % ENTRIES.len()].clone();
    let entry = Entry { id: id.clone(), url, published: date, updated: date, first_seen: published, ..like };
    Known {
        id,
        state: EntryState::Full,
        entry: Some(entry),
        first_seen: published,
        next_check: None,
        checks: 5,
        blocks,
    }
}

/// What a refresh commits that found these articles.
pub fn change(articles: impl Iterator<Item = Known>) -> Change {
    let mut change = Change { is_visible: true, ..Change::default() };
    for known in articles {
        let url = &known.entry.as_ref().expect("made with one").url;
        change.seen.push(Seen { entry: known.id.clone(), teaser: known.id.to_string() });
        change.entries.push((site_of_url(url), known));
    }
    change
}
