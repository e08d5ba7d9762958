//! What an article is about: keywords and tags.

use scraper::ElementRef;

use super::evidence::{Evidence, Line, Spot, Tag};
use super::marks::Marks;
use super::title::folded;
use super::{Found, Source, first};
use crate::html::{json_ld, text};

/// More than this are not topics but a description of the text.
const MOST: usize = 40;

pub fn topics(evidence: &Evidence<'_>) -> Option<Found<Vec<String>>> {
    let found = first(SOURCES, evidence)?;
    // A single keyword is often the section; the page's own list knows more.
    if found.value.len() == 1
        && let Some(value) = shown(evidence).filter(|shown| shown.len() > 2)
    {
        return Some(Found { value, source: "tags" });
    }
    Some(found)
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

/// How addresses of topics are built.
const TOPIC_PATHS: &str = "/tag/|/tags/|/tagg/|/thema/|/themen/|/topic/|/topics/|/keyword/|/keywords/|/stichwort/|/etiquetas/|/temas/|\
     /tema/|/temi/|/emne/|/aihe/|/argomenti/|/dossier/|/schlagwort/|/etiket/|/konular/";

/// What stands before a list of topics.
const LABELS: &str = "mehr lesen über|mehr zu|mehr zum thema|themen|themen des artikels|schlagworte|schlagwörter|stichwörter|tags|topics|\
     related topics|topics in this article|more on|read more about|filed under|explore more on these topics|temas|etiquetas|\
     thèmes|sujets|mots clés|temi|argomenti|tagi|emner|ämnen|etiketler|関連キーワード|キーワード|태그|主题|标签";

/// A topic's link has at most so many characters.
const LONGEST: usize = 50;

/// How far behind a label its links stand, in elements.
const NEAR: usize = 60;

/// Links to topics: in elements named so, to addresses built so, or behind a label; never those
/// inside a paragraph.
fn shown(evidence: &Evidence<'_>) -> Option<Vec<String>> {
    let headline = evidence.headline_spot().map_or(0, |spot| spot.at);
    let is_topic_link = |link: &Spot<'_>| {
        let href = link.element.attr("href").unwrap_or_default();
        // "/thema/" alone is the list of all topics.
        let path = TOPIC_PATHS.split('|').find(|path| href.contains(path)).is_some_and(|path| !href.ends_with(path));
        path || link.marks.has(Marks::TOPICS) && !href.is_empty()
    };
    let links = || {
        evidence.tagged(Tag::Link).filter(|link| link.at + NEAR >= headline && evidence.length_of(link) < 4 * LONGEST)
    };
    let named =
        evidence.marked(Marks::TOPICS).filter(|list| list.at + NEAR >= headline && evidence.length_of(list) < 2500);
    let in_lists = named.flat_map(|list| evidence.links_in(list)).filter(|link| !evidence.is_foreign(link));
    let is_label = |line: &&Line<'_>| {
        // Most lines are too long to be one; reading them all would cost more than the rest.
        line.text.len() < 2 * LONGEST && text::is_listed(folded(&evidence.line(line)).as_str(), LABELS)
    };
    let label = || evidence.lines_between(headline, usize::MAX).filter(is_label).last();
    let behind = |label: &Line<'_>| links().filter(|link| (label.at + 1..label.at + NEAR).contains(&link.at)).collect();
    let by_name: Vec<&Spot<'_>> = links().filter(|link| is_topic_link(link)).chain(in_lists).collect();
    let found: Vec<&Spot<'_>> = if by_name.is_empty() { label().map(behind).unwrap_or_default() } else { by_name };
    let leads_home = |link: &Spot<'_>| {
        let href = link.element.attr("href").unwrap_or_default();
        evidence.document.link(href).is_some_and(|url| url.path() == "/")
    };
    let own = found.iter().filter(|link| !stands_in_prose(link) && !leads_home(link));
    let texts = own.map(|link| evidence.text_of(link));
    accepted(evidence, texts.filter(|text| text.chars().count() < LONGEST).collect())
}

fn stands_in_prose(link: &Spot<'_>) -> bool {
    let paragraph =
        link.element.ancestors().filter_map(ElementRef::wrap).take(3).find(|around| around.value().name() == "p");
    paragraph.is_some_and(|paragraph| text::text_of(paragraph).chars().count() > 3 * LONGEST)
}

/// "(1) Rathaus" in a numbered list.
fn without_counter(topic: &str) -> &str {
    let inner = topic.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    inner.filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit())).map_or(topic, |(_, rest)| rest)
}

/// Codes of agencies and markets: "AER", "INDS08".
fn is_code(topic: &str) -> bool {
    topic.len() <= 8 && topic.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

fn accepted(evidence: &Evidence<'_>, candidates: Vec<String>) -> Option<Vec<String>> {
    let mut topics: Vec<String> = Vec::new();
    for candidate in candidates.into_iter().take(4 * MOST) {
        let topic = without_counter(candidate.trim_start_matches('#')).trim().to_owned();
        let known = topics.iter().any(|known| folded(known) == folded(&topic));
        if is_topic(&topic) && !known && !evidence.is_site_name(&topic) {
            topics.push(topic);
        }
    }
    let codes = topics.iter().filter(|topic| is_code(topic)).count();
    let are_codes = codes > 3 && 2 * codes > topics.len();
    (!topics.is_empty() && topics.len() <= MOST && !are_codes).then_some(topics)
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
    // "splitscreenimageleftinset" sets a page, "Donaudampfschifffahrt" is a topic.
    let is_switch = length > 20 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=60).contains(&length) && !is_id && !is_internal && !is_switch
}
