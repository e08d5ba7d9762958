//! The pages of the studio, and the page that `inspect --html` writes.

use std::path::Path;

use minijinja::Environment;
use minijinja::value::Serde;
use serde_json::{Value, json};

use super::drawing::Kind;
use super::looks::{FIELDS, Look, Shown, Views};
use crate::article::Article;
use crate::config::{Css, FeedId, Zone};
use crate::html::{clean, text};
use crate::section::{Block, Section};

/// Words of an article that are shown in the list of its sources.
const VALUE: usize = 80;

fn render(name: &str, values: Value) -> String {
    let mut environment = Environment::new();
    for (name, source) in [
        ("base.html", include_str!("templates/base.html")),
        ("start.html", include_str!("templates/start.html")),
        ("look.html", include_str!("templates/look.html")),
        ("saved.html", include_str!("templates/saved.html")),
        ("comparison.html", include_str!("templates/comparison.html")),
        ("parts.html", include_str!("templates/parts.html")),
    ] {
        environment.add_template(name, source).expect("a test renders every template");
    }
    let template = environment.get_template(name).expect("one of those above");
    template.render(minijinja::Value::from(Serde(values))).expect("a test renders every template")
}

/// The page on which an address is pasted.
pub fn start(key: &str, feeds: &[String], problem: Option<&str>) -> String {
    render("start.html", json!({"key": key, "feeds": feeds, "problem": problem}))
}

/// A section with its cards and the feed beside it.
pub fn look(key: &str, look: &Look, shown: &Shown, views: &Views) -> String {
    let fields: Vec<Value> = FIELDS
        .iter()
        .map(|name| {
            let mut article = look.definition.article.clone();
            let css = super::looks::field(&mut article, name).and_then(|css| css.as_ref().map(Css::to_string));
            json!({"name": name, "css": css})
        })
        .collect();
    render(
        "look.html",
        json!({
            "key": key, "url": look.page.url.as_str(), "look": views.look, "section_view": views.section,
            "article_view": views.article, "name": look.name.as_str(),
            "opened": look.opened.as_deref().map(super::fingerprint), "definition": look.definition.to_toml(),
            "kinds": kinds(&shown.drawn.kinds), "feed": feed(&shown.section, Zone::UTC),
            "article": shown.article.as_ref().map(|(article, _)| article_values(article)),
            "article_url": look.article.as_ref().map(|page| page.url.as_str()), "fields": fields,
        }),
    )
}

/// After a definition was saved.
pub fn saved(name: &FeedId, path: &Path, definition: &str, base: &str) -> String {
    let path = path.display().to_string();
    render("saved.html", json!({"name": name.as_str(), "path": path, "definition": definition, "base": base}))
}

/// A section page beside what was found on it, in one file.
pub fn of_section(section: &Section, drawn: &super::Drawn, zone: Zone) -> String {
    let blocks: Vec<Value> = section.blocks.iter().map(block).collect();
    let values = json!({
        "title": section.title, "url": section.url.as_str(), "view": drawn.html, "kinds": kinds(&drawn.kinds),
        "feed": feed(section, zone), "breadcrumb": section.breadcrumb, "blocks": blocks,
    });
    comparison(values)
}

/// An article page beside what was read from it, in one file.
pub fn of_article(article: &Article, view: &str) -> String {
    comparison(
        json!({"title": article.title, "url": article.url.as_str(), "view": view, "article": article_values(article)}),
    )
}

/// The original beside the result.
fn comparison(values: Value) -> String {
    let mut values = values;
    values["style"] = json!(include_str!("templates/studio.css"));
    render("comparison.html", values)
}

fn kinds(kinds: &[Kind]) -> Vec<Value> {
    kinds.iter().map(|kind| json!(kind)).collect()
}

fn block(block: &Block) -> Value {
    json!({
        "heading": block.heading, "count": block.count, "score": format!("{:.2}", block.score),
        "reason": block.left_out.map(|reason| format!("{reason:?}")), "signature": block.signature,
        "example": block.example,
    })
}

fn feed(section: &Section, zone: Zone) -> Value {
    let items: Vec<Value> = section
        .teasers
        .iter()
        .map(|teaser| {
            json!({
                "url": teaser.url.as_str(), "title": teaser.title, "kicker": teaser.kicker,
                "summary": teaser.summary, "image": teaser.image.as_ref().map(url::Url::as_str),
                "paid": teaser.paywalled,
                "time": teaser.published.map(|time| time.with_timezone(&zone).format("%d.%m. %H:%M").to_string()),
            })
        })
        .collect();
    json!({"title": section.title, "breadcrumb": section.breadcrumb, "count": items.len(), "items": items})
}

fn article_values(article: &Article) -> Value {
    let sources: Vec<Value> = article
        .provenance
        .iter()
        .map(|(field, source)| {
            json!({
                "field": field, "source": source, "value": text::shorten(&value_of(article, field), VALUE),
            })
        })
        .collect();
    json!({
        "title": article.title, "kicker": article.kicker, "lede": article.lede,
        "authors": article.authors.join(", "),
        "published": article.published.map(|time| time.format("%d.%m.%Y %H:%M").to_string()),
        "image": article.image.as_ref().map(|image| image.url.as_str()),
        "caption": article.image.as_ref().and_then(|image| image.caption.clone()),
        "credit": article.image.as_ref().and_then(|image| image.credit.clone()),
        "categories": article.categories.join(" › "), "paid": article.paywalled,
        "html": clean::clean(&article.html(), &article.url), "words": article.text().split_whitespace().count(),
        "sources": sources,
    })
}

fn value_of(article: &Article, field: &str) -> String {
    match field {
        "title" => article.title.clone().unwrap_or_default(),
        "kicker" => article.kicker.clone().unwrap_or_default(),
        "lede" => article.lede.clone().unwrap_or_default(),
        "authors" => article.authors.join(", "),
        "published" => article.published.map(|time| time.to_rfc3339()).unwrap_or_default(),
        "categories" => article.categories.join(" › "),
        "image" => article.image.as_ref().map(|image| image.url.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}
