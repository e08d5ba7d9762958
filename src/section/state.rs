//! Articles that are not in the markup of a page but in the data its scripts would show
//! (`__NEXT_DATA__`, `window.__STATE__ = {…}`).
//!
//! Only for pages that have next to no links: where there is markup, it says more than the data.

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset};
use serde_json::{Deserializer, Map, Value};
use url::Url;

use super::address::{Address, registrable};
use super::blocks::Block;
use super::candidates::{clean, is_wanted};
use super::features::LinkView;
use super::model::Model;
use super::{Kind, Structure, Teaser};
use crate::config::Feed;
use crate::dates;
use crate::entry::normalised;
use crate::html::{Document, json_ld, script};

/// A page with more links than this shows its articles itself.
pub(super) const FEW_LINKS: usize = 20;

/// Objects looked at in all scripts together.
const MOST_OBJECTS: usize = 50_000;

/// Fewer articles than this in the data are no section.
const FEWEST: usize = 3;

/// More than any page shows.
const MOST: usize = 200;

const SIGNATURE: &str = "script > object";

/// What applications call the address, headline, text and date of an article.
const ADDRESSES: [&str; 9] =
    ["url", "href", "link", "path", "canonicalUrl", "canonical_url", "webUrl", "permalink", "websiteUrl"];
const TITLES: [&str; 6] = ["headline", "title", "headLine", "heading", "displayTitle", "name"];
const SUMMARIES: [&str; 7] = ["summary", "teaser", "teaserText", "description", "lead", "excerpt", "abstract"];
const DATES: [&str; 9] = [
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "publicationDate",
    "published",
    "firstPublished",
    "publishTime",
    "date",
];

/// The articles in the data of a page, in the order of the data.
pub(super) fn teasers(document: &Document, feed: &Feed, model: &Model) -> Vec<Teaser> {
    let mut found = Vec::new();
    let mut known = HashSet::new();
    let mut left = MOST_OBJECTS;
    for value in document.elements().filter(|element| element.value().name() == "script").filter_map(data) {
        let mut waiting = vec![&value];
        while let Some(value) = waiting.pop().filter(|_| left > 0 && found.len() < MOST) {
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(object) => {
                    left -= 1;
                    let teaser = teaser(object, document, feed, model);
                    found.extend(teaser.filter(|teaser| known.insert(normalised(&teaser.url))));
                    waiting.extend(object.values().filter(|value| value.is_object() || value.is_array()).rev());
                }
                _ => {}
            }
        }
    }
    if found.len() < FEWEST { Vec::new() } else { found }
}

/// The block that the articles are shown as, and their forms.
pub(super) fn block(teasers: &[Teaser], structure: &mut Structure) -> Option<Block> {
    let first = teasers.first()?;
    for teaser in teasers {
        *structure.templates.entry(Address::of(&teaser.url).template).or_default() += 1;
    }
    structure.signatures.insert(SIGNATURE.to_owned(), teasers.len());
    let most = structure.templates.iter().max_by_key(|(_, count)| **count);
    Some(Block {
        heading: None,
        signature: SIGNATURE.to_owned(),
        template: most.map(|(name, _)| name.clone()).unwrap_or_default(),
        count: teasers.len(),
        score: teasers.iter().map(|teaser| teaser.score).sum::<f32>() / teasers.len() as f32,
        left_out: None,
        example: first.title.clone(),
    })
}

/// The data of a script: the whole of it, or what it assigns.
fn data(element: scraper::ElementRef<'_>) -> Option<Value> {
    let kind = element.attr("type").unwrap_or_default();
    if json_ld::is_block(element) || kind == "text/template" {
        return None;
    }
    let source = script::source(element)?;
    let start = match kind {
        "application/json" => 0,
        _ => script::assigned_value(&source)?,
    };
    // What follows the value, a semicolon or a program, does not matter.
    Deserializer::from_str(&source[start..]).into_iter::<Value>().next()?.ok()
}

fn teaser(object: &Map<String, Value>, document: &Document, feed: &Feed, model: &Model) -> Option<Teaser> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| string(object.get(*key)?));
    let title = json_ld::line(text(&TITLES)?);
    let url = clean(document.link(text(&ADDRESSES)?)?);
    let host = |url: &Url| registrable(url.host_str().unwrap_or_default()).to_owned();
    if host(&url) != host(&document.url) || normalised(&url) == normalised(&document.url) || !is_wanted(&url, feed) {
        return None;
    }
    let address = Address::of(&url);
    let score = model.of_link(&LinkView::new(&address, &title)).link;
    let summary = text(&SUMMARIES).map(json_ld::line).filter(|summary| summary.chars().count() >= 40);
    (score >= 0.5).then_some(Teaser {
        url,
        title,
        kicker: None,
        summary,
        image: None,
        published: date(object, feed),
        authors: Vec::new(),
        paywalled: false,
        kind: Kind::Article,
        score,
    })
}

/// A string, or the one inside `{"text": …}`, `{"default": …}`.
fn string(value: &Value) -> Option<&str> {
    let inside = |key: &&str| value.get(*key).and_then(Value::as_str);
    value.as_str().or_else(|| ["text", "default", "rendered", "basic", "url"].iter().find_map(inside))
}

fn date(object: &Map<String, Value>, feed: &Feed) -> Option<DateTime<FixedOffset>> {
    let read = |value: &Value| match value {
        Value::String(text) => dates::machine(text, feed.zone).map(|date| date.at),
        // Seconds or milliseconds since 1970.
        Value::Number(number) => dates::machine(&number.to_string(), feed.zone).map(|date| date.at),
        _ => None,
    };
    DATES.iter().find_map(|key| read(object.get(*key)?))
}
