//! How well articles are found on real pages, with floors that may only rise.
//!
//! The pages are publishers' content and not part of the project. `RESSORT_CORPUS` names their
//! directory, by default `../shared/corpus` beside the project; without them nothing is tested.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::{TimeZone, Utc};
use ressort::entry::normalised;
use ressort::html::{Document, Limits};
use ressort::section::memory::{Health, Memory};
use ressort::section::{self, Context, Section};
use serde::Deserialize;
use url::Url;

use super::paper::feed;
use crate::support::{corpus, unpacked};

/// `tests/quality/section.toml`: floors in percent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floors {
    f1: f64,
    f1_german: f64,
    exact: f64,
    order: f64,
    title: f64,
}

fn floors() -> Floors {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quality/section.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[derive(Deserialize)]
pub struct Expected {
    pub url: Url,
    pub title: String,
    #[serde(default)]
    alt_titles: Vec<String>,
    #[serde(default)]
    pub optional: bool,
}

pub fn expected(path: &Path) -> Vec<Expected> {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn loose(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

struct Score {
    f1: f64,
    /// The share of neighbours that stand in the order of the expectation.
    order: f64,
    title: f64,
}

fn score(expected: &[Expected], found: &Section) -> Score {
    let mut required: HashMap<String, HashSet<String>> = HashMap::new();
    for entry in expected.iter().filter(|entry| !entry.optional) {
        let titles = required.entry(normalised(&entry.url)).or_default();
        titles.extend(entry.alt_titles.iter().chain([&entry.title]).map(|title| loose(title)));
    }
    let optional: HashSet<String> =
        expected.iter().filter(|entry| entry.optional).map(|entry| normalised(&entry.url)).collect();
    let keys: HashMap<String, String> =
        found.teasers.iter().map(|teaser| (normalised(&teaser.url), loose(&teaser.title))).collect();
    let hits = keys.keys().filter(|key| required.contains_key(*key)).count() as f64;
    let wrong = keys.keys().filter(|key| !required.contains_key(*key) && !optional.contains(*key)).count() as f64;
    let titled =
        keys.iter().filter(|(key, title)| required.get(*key).is_some_and(|titles| titles.contains(*title))).count()
            as f64;
    let f1 = 2.0 * hits / (2.0 * hits + wrong + required.len() as f64 - hits);
    Score { f1, order: order(expected, found), title: titled / hits.max(1.0) }
}

fn order(expected: &[Expected], found: &Section) -> f64 {
    let place: HashMap<String, usize> =
        expected.iter().enumerate().map(|(at, entry)| (normalised(&entry.url), at)).collect();
    let places: Vec<usize> =
        found.teasers.iter().filter_map(|teaser| place.get(&normalised(&teaser.url)).copied()).collect();
    let kept = places.windows(2).filter(|pair| pair[0] < pair[1]).count();
    if places.len() < 2 { 1.0 } else { kept as f64 / (places.len() - 1) as f64 }
}

#[test]
fn finds_the_articles_of_real_pages() {
    let Some(corpus) = corpus("sections") else { return };
    let index = std::fs::read_to_string(corpus.join("INDEX.tsv")).unwrap();
    let mut scores = Vec::new();
    for line in index.lines() {
        let mut fields = line.split('\t');
        let (name, url) = (fields.next().unwrap(), Url::parse(fields.next().unwrap()).unwrap());
        let html = unpacked(&corpus.join(format!("{name}.html.gz")));
        let document = Document::parse(&html, &url, &Limits::default()).unwrap();
        let found = section::teasers(&document, &Context { feed: &feed(url.as_str(), ""), now: Utc::now() });
        scores.push((name, score(&expected(&corpus.join(format!("{name}.expected.json"))), &found)));
    }
    let mean = |prefix: &str, read: fn(&Score) -> f64| {
        let of: Vec<f64> =
            scores.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, score)| read(score)).collect();
        100.0 * of.iter().sum::<f64>() / of.len() as f64
    };
    let check = |what: &str, got: f64, floor: f64| {
        println!("{what} {got:.2} (floor {floor})");
        assert!(got >= floor, "{what} fell to {got:.2}, below {floor}");
    };
    let floors = floors();
    check("F1", mean("", |score| score.f1), floors.f1);
    check("F1 of German pages", mean("de-", |score| score.f1), floors.f1_german);
    check("exact pages", mean("", |score| f64::from(u8::from(score.f1 == 1.0))), floors.exact);
    check("order", mean("", |score| score.order), floors.order);
    check("titles", mean("", |score| score.title), floors.title);
}

#[test]
fn follows_one_section_through_four_years() {
    let Some(months) = corpus("timelapse/fr-politik") else { return };
    let mut names: Vec<String> = std::fs::read_dir(&months)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".html.gz").map(str::to_owned))
        .collect();
    names.sort();
    let url = Url::parse("https://www.fr.de/politik/").unwrap();
    let mut memory = Memory::default();
    for name in &names {
        let (year, month) = name.split_once('-').unwrap();
        let now = Utc.with_ymd_and_hms(year.parse().unwrap(), month.parse().unwrap(), 1, 12, 0, 0).unwrap();
        let document =
            Document::parse(&unpacked(&months.join(format!("{name}.html.gz"))), &url, &Limits::default()).unwrap();
        let feed = feed(url.as_str(), "");
        let found = section::teasers_remembering(&document, &Context { feed: &feed, now }, &memory);
        let score = score(&expected(&months.join(format!("{name}.expected.json"))), &found);
        assert_eq!(score.f1, 1.0, "{name}");
        assert_eq!(memory.judge(&found, &|_| false, now), Health::Good, "{name}");
        memory.learn(&found, now);
    }
    assert_eq!((names.len(), memory.generation), (49, 0));
}
