//! One section, month by month through four years, into one feed: through the whole pipeline, with
//! its memory and its store.
//!
//! The section pages are publishers' content and not part of the project; `RESSORT_CORPUS` names
//! their directory. The articles they link to have invented texts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use chrono::{DateTime, TimeZone, Utc};
use ressort::config::{Settings, StateAddress, Target, feed_of_url};
use ressort::entry::key_of_url;
use ressort::fetch::Fetcher;
use ressort::health::State;
use ressort::pipeline::{Desk, Parsers, refresh};
use ressort::publish::Place;
use ressort::store::{Mode, Store};
use serde_json::Value;
use url::Url;

use super::corpus::expected;
use super::paper::HEADLINES;
use crate::support::{corpus, unpacked};

const SECTION_PAGE: &str = "https://www.fr.de/politik/";

/// A made-up place for every number: digits alone do not make texts differ.
fn place(mut number: usize) -> String {
    let mut name = String::from("Neu");
    for _ in 0..4 {
        name.push_str(["bel", "dor", "fin", "gau", "hol", "kes", "lin", "mar", "nod", "rau"][number % 10]);
        number /= 10;
    }
    name
}

/// An article whose text is like no other's.
fn article(title: &str, number: usize, published: DateTime<Utc>) -> String {
    let paragraph = |part: usize| {
        format!(
            "<p>{}, sagte die Sprecherin in {}. {}, hieß es dazu in {}, und viele Menschen hörten zu, ohne etwas zu sagen.</p>",
            HEADLINES[(number + part * 5) % 24],
            place(number * 8 + part),
            HEADLINES[(number * 7 + part) % 24],
            place(number + 5000)
        )
    };
    let text: String = (1..6).map(paragraph).collect();
    format!(
        "<html lang='de'><head><title>{title}</title><meta property='og:type' content='article'><meta property='article:published_time' content='{}'></head><body><main><article><h1>{title}</h1>{text}</article></main></body></html>",
        published.to_rfc3339()
    )
}

fn write(root: &Path, url: &Url, html: &str) {
    let path = root.join(url.host_str().unwrap()).join(url.path().trim_start_matches('/'));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, html).unwrap();
}

/// The keys and ids of the published entries.
fn published(out: &Path, key: impl Fn(&Url) -> String) -> BTreeMap<String, String> {
    let feed: Value = serde_json::from_slice(&std::fs::read(out.join("fr/feed.json")).unwrap()).unwrap();
    let items = feed["items"].as_array().unwrap();
    let ids: HashSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), items.len(), "an id is there twice");
    let entries: BTreeMap<String, String> = items
        .iter()
        .map(|item| {
            let url = Url::parse(item["url"].as_str().unwrap()).unwrap();
            (key(&url), item["id"].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(entries.len(), items.len(), "an article is there twice");
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn one_feed_follows_its_section_through_four_years() {
    let Some(months) = corpus("timelapse/fr-politik") else { return };
    let room = tempfile::tempdir().unwrap();
    let (web, out) = (room.path().join("web"), room.path().join("out"));
    let mut settings = Settings {
        state: StateAddress::Sqlite(room.path().join("state")),
        publish: Target::Directory(out.clone()),
        ..Settings::default()
    };
    settings.keep.entries = Some(10_000);
    settings.fetch.articles_per_run = 1000;
    let mut feed = feed_of_url(Url::parse(SECTION_PAGE).unwrap(), room.path(), &settings).unwrap();
    feed.id = "fr".parse().unwrap();
    let start = Utc.with_ymd_and_hms(2022, 2, 1, 12, 0, 0).unwrap();
    let store = Store::open(&settings.state, Mode::Write, start).await.unwrap();
    let place = Place::open(&settings.publish, &settings.bucket).unwrap();
    let desk =
        Desk::new(settings.clone(), store, Fetcher::from_disk(web.clone(), &settings), place, Parsers::default());
    let key = |url: &Url| key_of_url(url, &feed.site);

    let mut names: Vec<String> = std::fs::read_dir(&months)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".html.gz").map(str::to_owned))
        .collect();
    names.sort();
    // The number of each article of the expectation, and whether it must be found.
    let mut known: HashMap<String, (usize, bool)> = HashMap::new();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for name in &names {
        let (year, month) = name.split_once('-').unwrap();
        let now = Utc.with_ymd_and_hms(year.parse().unwrap(), month.parse().unwrap(), 1, 12, 0, 0).unwrap();
        let page = unpacked(&months.join(format!("{name}.html.gz")));
        write(&web, &Url::parse(&format!("{SECTION_PAGE}index.html")).unwrap(), &page);
        let mut first_seen = 0;
        for entry in expected(&months.join(format!("{name}.expected.json"))) {
            let number = known.len();
            first_seen += usize::from(!known.contains_key(&key(&entry.url)) && !entry.optional);
            let (number, is_required) = known.entry(key(&entry.url)).or_insert((number, false));
            *is_required |= !entry.optional;
            write(&web, &entry.url, &article(&entry.title, *number, now));
        }

        let report = refresh(&feed, &desk, now).await;

        assert!(report.trouble.is_none() && report.state == State::Ok, "{name}: {:?} {report}", report.state);
        // Two of the captures are one and the same page; in all other months there is news.
        let has_news = report.progress.new > 0 || name == "2025-06";
        assert!(has_news && report.progress.new >= first_seen, "{name}: the feed fell silent");
        let entries = published(&out, key);
        let missed: Vec<_> =
            known.iter().filter(|(key, (_, is_required))| *is_required && !entries.contains_key(*key)).collect();
        assert!(missed.is_empty(), "{name}: missed {missed:?}");
        let wrong: Vec<_> = entries.keys().filter(|key| !known.contains_key(*key)).collect();
        assert!(wrong.is_empty(), "{name}: wrong {wrong:?}");
        assert!(ids.iter().all(|(key, id)| entries.get(key) == Some(id)), "{name}: an id changed or went away");
        ids = entries;
    }
    println!("{} months, {} articles", names.len(), ids.len());
    assert_eq!(names.len(), 49);
}
