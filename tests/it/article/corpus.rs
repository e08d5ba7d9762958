//! The quality of every field on real pages, where they are at hand.
//!
//! The pages are publishers' and not part of the project. The test looks for them in
//! `RESSORT_CORPUS`, else in `../shared/corpus`, and says so when there are none. The floors in
//! `tests/quality/article.toml` rise with improvements and fall only by an explicit decision.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use chrono::{DateTime, TimeZone, Utc};
use serde_json::Value;
use url::Url;

use super::publishable::publishable;
use super::{URL, now, read_at, read_within_limits};
use crate::support::{corpus, same_cases};
use proptest::prelude::*;
use proptest::sample::Index;
use ressort::article::Article;

#[path = "../../../examples/train_body/score.rs"]
#[expect(dead_code, reason = "the training tool needs more of it")]
mod score;

#[test]
fn keeps_the_quality_of_every_field_on_real_pages() {
    let Some(corpus) = corpus("articles") else { return };
    // Later than any of the pages.
    let after = Utc.with_ymd_and_hms(2026, 12, 31, 0, 0, 0).single().expect("an existing time");
    let mut scores: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let mut texts: Vec<(bool, score::Score)> = Vec::new();
    for (name, page, truth) in pages(&corpus) {
        let article = read_at(&page, truth["url"].as_str().expect("an address"), None, after);
        publishable(&article, &name);
        texts.push((truth["lang"] == "de", text_score(&article, &truth)));
        for (field, score) in scored(&article, &truth) {
            scores.entry(field).or_default().push(score);
        }
    }
    let floors = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quality/article.toml"));
    let floors: BTreeMap<String, f64> = toml::from_str(&floors.expect("the floors")).expect("percent by field");
    let german = texts.iter().filter(|(german, _)| *german).map(|(_, score)| score.f1).collect();
    let all = |value: fn(&score::Score) -> f64| texts.iter().map(|(_, score)| value(score)).collect::<Vec<f64>>();
    scores.insert("body", all(|score| score.f1));
    scores.insert("body_exact", all(|score| score.exact));
    scores.insert("body_without_leaks", all(|score| 1.0 - score.leak));
    scores.insert("body_german", german);
    let mut fallen = Vec::new();
    for (field, values) in &scores {
        let percent = 100.0 * values.iter().sum::<f64>() / values.len() as f64;
        println!("{field:14} {percent:6.2} on {} pages", values.len());
        let floor = floors.get(*field).unwrap_or_else(|| panic!("no floor for {field}"));
        if percent + 0.005 < *floor {
            fallen.push(format!("{field}: {percent:.2} is below {floor}"));
        }
    }
    assert!(fallen.is_empty(), "{fallen:#?}");
}

#[test]
fn survives_what_becomes_of_real_pages() {
    let Some(corpus) = corpus("articles") else { return };
    let pages = pages(&corpus);
    let splices = prop::collection::vec((any::<Index>(), 0..200_usize, any::<Index>(), 0..400_usize), 0..12);
    let cases = (any::<Index>(), any::<Index>(), any::<bool>(), splices);
    proptest!(same_cases(200), |((page, end, is_cut, splices) in cases)| {
        let (name, whole, _) = page.get(&pages);
        // Cut off anywhere; then pieces of the page are put over other pieces.
        let end = if is_cut { whole.floor_char_boundary(end.index(whole.len())) } else { whole.len() };
        let mut page = whole[..end].to_owned();
        for (from, length, to, replaced) in splices {
            let span = |start: Index, length: usize| {
                let start = page.floor_char_boundary(start.index(page.len() + 1));
                start..page.floor_char_boundary(start.saturating_add(length).min(page.len())).max(start)
            };
            let (piece, place) = (page[span(from, length)].to_owned(), span(to, replaced));
            page.replace_range(place, &piece);
        }
        if let Some(article) = read_within_limits(&page, URL, None, now()) {
            publishable(&article, name);
        }
    });
}

/// The scores of the text.
fn text_score(article: &Article, truth: &Value) -> score::Score {
    let get = |field: &str| truth[field].as_str().unwrap_or_default();
    let text = article.text();
    let lines = text.split('\n').map(score::words).filter(|words| !words.is_empty());
    score::Truth::new(get("text"), get("lede"), get("title")).score(&lines.collect::<Vec<_>>())
}

/// Name, text and truth of every page.
pub fn pages(corpus: &Path) -> Vec<(String, String, Value)> {
    let mut names: Vec<String> = std::fs::read_dir(corpus.join("truth"))
        .expect("the truths")
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let read = |name: String| {
        let truth = std::fs::read_to_string(corpus.join("truth").join(format!("{name}.json"))).expect("a truth");
        let packed = std::fs::read(corpus.join("pages").join(format!("{name}.html.gz"))).expect("a page");
        let mut page = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut page).expect("a packed page");
        (name, String::from_utf8_lossy(&page).into_owned(), serde_json::from_str(&truth).expect("JSON"))
    };
    names.into_iter().map(read).collect()
}

/// 0 to 1 for each field the truth knows.
fn scored(article: &Article, truth: &Value) -> Vec<(&'static str, f64)> {
    let text = |field: &str| truth[field].as_str().filter(|text| !text.is_empty());
    let image = article.image.as_ref();
    let mut scores = Vec::new();
    if let Some(title) = text("title") {
        let own = article.title.as_deref().unwrap_or_default();
        let squash = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        scores.push(("title", yes(squash(title) == squash(own))));
        scores.push(("title_words", yes(words(title) == words(own))));
    }
    if let Some(authors) = truth["authors"].as_array() {
        let want: BTreeSet<Vec<String>> = authors.iter().filter_map(Value::as_str).map(words).collect();
        let got: BTreeSet<Vec<String>> = article.authors.iter().map(|name| words(name)).collect();
        scores.push(("authors", yes(want == got)));
    }
    if let Some(date) = text("date") {
        // A truth without a zone is in the page's own.
        let aware = DateTime::parse_from_str(date, "%Y-%m-%d %H:%M:%S%.f%:z").ok();
        let local = date.get(..16).unwrap_or(date);
        let same = |format: &str, length: usize| {
            article.published.is_some_and(|published| match aware {
                Some(aware) => {
                    published.with_timezone(&aware.timezone()).format(format).to_string()
                        == aware.format(format).to_string()
                }
                None => published.format(format).to_string() == local[..length.min(local.len())],
            })
        };
        scores.push(("day", yes(same("%Y-%m-%d", 10))));
        scores.push(("instant", yes(same("%Y-%m-%d %H:%M", 16))));
    }
    if let Some(lede) = text("lede") {
        scores.push(("lede", overlap(lede, article.lede.as_deref())));
    }
    if let Some(images) = truth["image"].as_array().filter(|images| !images.is_empty()) {
        let same = |url: &Url| {
            images
                .iter()
                .filter_map(Value::as_str)
                .filter_map(|image| Url::parse(image).ok())
                .any(|image| is_same(url, &image))
        };
        scores.push(("image", yes(image.is_some_and(|image| same(&image.url)))));
    }
    if let Some(caption) = text("caption") {
        scores.push(("caption", overlap(caption, image.and_then(|image| image.caption.as_deref()))));
    }
    if let Some(credit) = text("credit") {
        scores.push(("credit", overlap(credit, image.and_then(|image| image.credit.as_deref()))));
    }
    if let Some(topics) = truth["topics"].as_array() {
        let want: BTreeSet<Vec<String>> = topics.iter().filter_map(Value::as_str).map(words).collect();
        let got: BTreeSet<Vec<String>> = article.topics.iter().map(|topic| words(topic)).collect();
        let both = want.intersection(&got).count() as f64;
        scores.push(("topics", 2.0 * both / (want.len() + got.len()).max(1) as f64));
    }
    scores
}

fn yes(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn words(text: &str) -> Vec<String> {
    let kept: String = text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}')).collect();
    kept.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// F1 of the words.
fn overlap(want: &str, got: Option<&str>) -> f64 {
    let count = |text: &str| {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for word in words(text) {
            *counts.entry(word).or_default() += 1;
        }
        counts
    };
    let (want, got) = (count(want), count(got.unwrap_or_default()));
    let both: usize = want.iter().map(|(word, n)| n.min(got.get(word).unwrap_or(&0))).sum();
    2.0 * both as f64 / (want.values().sum::<usize>() + got.values().sum::<usize>()).max(1) as f64
}

/// The same file name, or a long run of letters and digits in common.
fn is_same(one: &Url, other: &Url) -> bool {
    let stem = |url: &Url| {
        let name = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
        name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned())
    };
    let runs = |url: &Url| -> BTreeSet<String> {
        let address = url.as_str().to_lowercase();
        let runs = address.split(|c: char| !c.is_ascii_alphanumeric());
        runs.filter(|run| run.len() >= 6 && run.bytes().any(|byte| byte.is_ascii_digit()) && !run.starts_with("20"))
            .map(str::to_owned)
            .collect()
    };
    stem(one) == stem(other) || !runs(one).is_disjoint(&runs(other))
}
