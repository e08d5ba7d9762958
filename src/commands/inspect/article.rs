//! One article as it will be read, with the source of each field.

use serde_json::{Value, json};
use url::Url;

use crate::article::{Article, Image, Verdict};
use crate::html::{clean, text};
use crate::section::Kind;

/// Columns of the view: what most terminals have, and still easy to read.
const WIDTH: usize = 92;

/// Columns of a value in the list of sources; the whole value stands above.
const VALUE_WIDTH: usize = 60;

/// What programs read: the contract of `inspect --as article --json`.
pub fn json(article: &Article, base: &Url) -> Value {
    json!({
        "url": article.url,
        "title": article.title,
        "kicker": article.kicker,
        "lede": article.lede,
        "text": article.text(),
        "html": clean::clean(&article.html(), base),
        "authors": article.authors,
        "published": article.published,
        "modified": article.modified,
        "image": article.image,
        "categories": article.categories,
        "topics": article.topics,
        "language": article.language,
        "paywalled": article.paywalled,
        "kind": article.kind,
        "source": article.source,
        "provenance": article.provenance,
    })
}

/// What people read: the article from kicker to last paragraph, then where each field came from.
pub fn view(article: &Article) -> String {
    let mut lines: Vec<String> = Vec::new();
    if let Some(verdict) = objection(article.verdict) {
        lines.extend([verdict.to_owned(), String::new()]);
    }
    lines.extend(article.kicker.iter().map(|kicker| kicker.to_uppercase()));
    lines.extend(wrapped(article.title.as_deref().unwrap_or("(no title)"), ""));
    lines.extend(wrapped(&byline(article), ""));
    lines.push(String::new());
    if let Some(image) = &article.image {
        lines.extend(picture(image));
        lines.push(String::new());
    }
    if let Some(lede) = &article.lede {
        lines.extend(wrapped(lede, "  "));
        lines.push(String::new());
    }
    for block in &article.body {
        lines.extend(block.text.lines().flat_map(|line| wrapped(line, "")));
        lines.push(String::new());
    }
    if let Some(source) = &article.source {
        lines.extend(wrapped(&format!("First published by {}", source.name), ""));
        lines.push(String::new());
    }
    if let Some(next) = &article.next_page {
        lines.extend([format!("continues on {next}"), String::new()]);
    }
    lines.extend(sources(article));
    lines.join("\n")
}

/// Why nothing of the page would be published.
fn objection(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Article => None,
        Verdict::Listing => Some("not an article: a list of articles"),
        Verdict::Wall => Some("not an article: a consent wall, a bot check or a login"),
        Verdict::Missing => Some("not an article: an error page or another page in its place"),
        Verdict::Empty => Some("not an article: nothing could be read"),
    }
}

/// "Anna Muster · 2026-02-05 10:15 +01:00 (changed 11:00) · Politik · paid".
fn byline(article: &Article) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !article.authors.is_empty() {
        parts.push(article.authors.join(", "));
    }
    if let Some(published) = article.published {
        let changed = article.modified.map(|modified| match modified.date_naive() == published.date_naive() {
            true => modified.format(" (changed %H:%M)").to_string(),
            false => modified.format(" (changed %Y-%m-%d %H:%M)").to_string(),
        });
        parts.push(format!("{}{}", published.format("%Y-%m-%d %H:%M %:z"), changed.unwrap_or_default()));
    }
    if !article.categories.is_empty() {
        parts.push(article.categories.join(" › "));
    }
    if article.kind != Kind::Article {
        parts.push(format!("{:?}", article.kind).to_lowercase());
    }
    if article.paywalled {
        parts.push("paid".to_owned());
    }
    parts.join(" · ")
}

fn picture(image: &Image) -> Vec<String> {
    let caption = image.caption.clone().unwrap_or_default();
    let credit = image.credit.as_ref().map(|credit| format!("© {credit}")).unwrap_or_default();
    let below = text::line(&format!("{caption} {credit}"));
    let mut lines = vec![format!("[{}]", image.url)];
    lines.extend(wrapped(&below, "  ").into_iter().filter(|line| !line.trim().is_empty()));
    lines
}

/// The list of fields with their sources.
fn sources(article: &Article) -> Vec<String> {
    let field_width = article.provenance.keys().map(|field| field.len()).max().unwrap_or_default();
    let source_width = article.provenance.values().map(|source| source.len()).max().unwrap_or_default();
    let row = |(field, source): (&&str, &&str)| {
        let value = text::shorten(&text::line(&value(article, field)), VALUE_WIDTH);
        format!("{field:field_width$}  {source:source_width$}  {value}").trim_end().to_owned()
    };
    article.provenance.iter().map(row).collect()
}

fn value(article: &Article, field: &str) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match field {
        "url" => article.url.to_string(),
        "title" => text(&article.title),
        "kicker" => text(&article.kicker),
        "lede" => text(&article.lede),
        "text" => format!("{} words", article.text().split_whitespace().count()),
        "authors" => article.authors.join(", "),
        "published" => article.published.map(|date| date.to_rfc3339()).unwrap_or_default(),
        "modified" => article.modified.map(|date| date.to_rfc3339()).unwrap_or_default(),
        "image" => article.image.as_ref().map(|image| image.url.to_string()).unwrap_or_default(),
        "categories" => article.categories.join(" › "),
        "topics" => article.topics.join(", "),
        "language" => text(&article.language),
        "paywalled" => if article.paywalled { "yes" } else { "no" }.to_owned(),
        "kind" => format!("{:?}", article.kind).to_lowercase(),
        "source" => article.source.as_ref().map(|source| source.name.clone()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Breaks a text into lines of at most [`WIDTH`] columns.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = indent.to_owned();
    for word in text.split_whitespace() {
        let is_empty = line.len() == indent.len();
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        } else if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.len() > indent.len() || lines.is_empty() {
        lines.push(line);
    }
    lines
}
