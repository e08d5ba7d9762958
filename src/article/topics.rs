//! What an article is about: keywords and tags.

use super::evidence::Evidence;
use super::marks::Marks;
use super::title::folded;
use super::{Found, Source, first};
use crate::html::json_ld;

/// More than this are not topics but a description of the text.
const MOST: usize = 40;

pub fn topics(evidence: &Evidence<'_>) -> Option<Found<Vec<String>>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<Vec<String>>] = &[
    ("meta-tags", |evidence| accepted(evidence, split_all(evidence.metas("article:tag")))),
    ("json-ld", structured),
    ("meta-keywords", |evidence| accepted(evidence, split_all(evidence.metas("keywords")))),
    ("meta-keywords", |evidence| accepted(evidence, split_all(evidence.metas("news_keywords")))),
    ("meta-keywords", |evidence| {
        accepted(evidence, split_all(evidence.metas("parsely-tags").chain(evidence.metas("sailthru.tags"))))
    }),
    ("tags", shown),
];

fn split_all<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    values.flat_map(split).collect()
}

/// Parts a list written as one string.
fn split(value: &str) -> Vec<String> {
    let separator = [';', '|', ','].into_iter().find(|mark| value.contains(*mark)).unwrap_or(',');
    value.split(separator).map(json_ld::line).collect()
}

fn structured(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let keywords = evidence.article?.texts("keywords");
    let all = match keywords.as_slice() {
        [one] => split(one),
        _ => keywords,
    };
    accepted(evidence, all)
}

/// The links of the tag list below the text.
fn shown(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let headline = evidence.headline_spot().map_or(0, |spot| spot.end);
    let lists = evidence.marked(Marks::TOPICS).filter(|spot| spot.at > headline && evidence.length_of(spot) < 2500);
    for list in lists {
        let links = evidence.links_in(list);
        let texts: Vec<String> =
            links.map(|link| evidence.text_of(link)).filter(|text| text.chars().count() < 50).collect();
        if let Some(topics) = accepted(evidence, texts) {
            return Some(topics);
        }
    }
    None
}

fn accepted(evidence: &Evidence<'_>, candidates: Vec<String>) -> Option<Vec<String>> {
    let mut topics: Vec<String> = Vec::new();
    for candidate in candidates {
        let topic = candidate.trim_start_matches('#').trim().to_owned();
        let known = topics.iter().any(|known| folded(known) == folded(&topic));
        if is_topic(&topic) && !known && !evidence.is_site_name(&topic) {
            topics.push(topic);
        }
    }
    (!topics.is_empty() && topics.len() <= MOST).then_some(topics)
}

/// Not a code, an id, or a mark of the publishing system.
fn is_topic(text: &str) -> bool {
    let length = text.chars().count();
    let is_id = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit());
    let is_internal = text.contains(['_', '/', '=', '{'])
        || text.contains("Category: ")
        || text.contains("NLP ")
        || text.starts_with("Section:");
    (2..=60).contains(&length) && !is_id && !is_internal
}
