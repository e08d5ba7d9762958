//! The language an article is written in, as its page declares it.

use super::evidence::Evidence;
use super::{Found, Source, first};
use crate::config::Language;

pub fn language(evidence: &Evidence<'_>) -> Option<Found<String>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<String>] = &[
    ("json-ld", |evidence| tag(&evidence.article?.text("inLanguage")?)),
    ("html-lang", |evidence| tag(evidence.document.declared_language()?)),
    ("opengraph", |evidence| tag(evidence.meta(&["og:locale"])?)),
    ("meta", |evidence| tag(evidence.meta(&["language", "content-language", "dc.language", "dcterms.language"])?)),
    ("feed", |evidence| Some(evidence.context.feed.language.as_ref()?.to_string())),
    ("site", |evidence| Some(evidence.context.feed.site.language.as_ref()?.to_string())),
];

/// Countries that are written where the language belongs: `<html lang="kr">`.
const COUNTRIES: [(&str, &str); 8] =
    [("kr", "ko"), ("jp", "ja"), ("cn", "zh"), ("gr", "el"), ("cz", "cs"), ("dk", "da"), ("ua", "uk"), ("at", "de")];

fn tag(declared: &str) -> Option<String> {
    let first = declared.split([',', ';']).next()?.trim();
    let meant =
        COUNTRIES.iter().find(|(country, _)| first.eq_ignore_ascii_case(country)).map_or(first, |(_, meant)| meant);
    Language::declared(meant).map(|language| language.to_string())
}
