//! html2rss's feed configs (<https://html2rss.github.io/ruby-gem/reference/selectors>), one in a
//! file or several in a `feeds.yml`.

use std::path::Path;

use yaml_rust2::{Yaml, YamlLoader};

use super::{Becomes, Imported, css, schedule};
use crate::config::{Address, Css, Definition, Render};

/// Selectors that have a counterpart: html2rss's names, ours.
const FIELDS: [(&str, &str); 9] = [
    ("title", "title"),
    ("url", "link"),
    ("link", "link"),
    ("description", "summary"),
    ("author", "author"),
    ("published_at", "published"),
    ("updated", "published"),
    ("image", "image"),
    ("enclosure", "image"),
];

pub fn import(path: &Path, text: &str) -> Result<Vec<Imported>, String> {
    let documents = YamlLoader::load_from_str(text).map_err(|error| format!("no YAML: {error}"))?;
    let document = documents.first().ok_or("the file is empty")?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match &document["feeds"] {
        Yaml::Hash(feeds) => {
            Ok(feeds.iter().map(|(name, feed)| recipe(name.as_str().unwrap_or("feed"), feed)).collect())
        }
        _ if document["channel"]["url"].as_str().is_some() => Ok(vec![recipe(&stem, document)]),
        _ => Err("no config of html2rss: there is no `channel.url`".to_owned()),
    }
}

fn recipe(name: &str, config: &Yaml) -> Imported {
    let channel = &config["channel"];
    let title = channel["title"].as_str().map(str::to_owned);
    let called = title.clone().unwrap_or_else(|| name.to_owned());
    let url = channel["url"].as_str().unwrap_or_default();
    let nothing = |reason: String| Imported { called: called.clone(), becomes: Becomes::Nothing, lost: vec![reason] };
    if url.contains("%<") || url.contains("%{") {
        return nothing(format!("`{url}` needs parameters; write the address out and import again"));
    }
    let address = match url.parse::<Address>() {
        Ok(address) => address,
        Err(reason) => return nothing(reason),
    };
    let mut lost = Vec::new();
    let mut definition = Definition { title, ..Definition::of(address.0) };
    definition.language = channel["language"].as_str().and_then(crate::config::Language::declared);
    definition.time_zone = channel["time_zone"]
        .as_str()
        .filter(|zone| *zone != "UTC")
        .and_then(|zone| zone.parse().map_err(|reason| lost.push(format!("channel.time_zone: {reason}"))).ok());
    definition.schedule = channel["ttl"].as_i64().and_then(|minutes| schedule::every(minutes.max(0) as u64));
    if matches!(config["strategy"].as_str(), Some("browserless" | "botasaurus")) {
        definition.render = Render::Browser;
    }
    for (key, reason) in [
        ("headers", "requests are made by ressort's own rules"),
        ("request", "requests are made by ressort's own rules"),
        ("stylesheets", "feeds have a page of their own"),
    ] {
        if !config[key].is_badvalue() || !channel[key].is_badvalue() {
            lost.push(format!("{key}: {reason}"));
        }
    }
    select(&config["selectors"], &mut definition, &mut lost);
    Imported { called, becomes: Becomes::Feed(Box::new(definition)), lost }
}

fn select(selectors: &Yaml, definition: &mut Definition, lost: &mut Vec<String>) {
    let Yaml::Hash(fields) = selectors else { return };
    let items = &selectors["items"];
    let item = items["selector"].as_str().or(items.as_str());
    definition.select.item = item.and_then(|selector| css(selector, "items", lost));
    definition.pages = items["pagination"]["max_pages"].as_i64().and_then(|pages| u8::try_from(pages).ok());
    if items["order"].as_str().is_some() {
        lost.push("items.order: feeds are ordered by date".to_owned());
    }
    for (name, field) in fields {
        let name = name.as_str().unwrap_or_default();
        let Some((_, ours)) = FIELDS.iter().find(|(theirs, _)| *theirs == name) else {
            if name != "items" {
                lost.push(format!("{name}: {}", reason_for(name)));
            }
            continue;
        };
        let found = field_css(name, field, lost);
        let select = &mut definition.select;
        let place = match *ours {
            "title" => &mut select.title,
            "link" => &mut select.link,
            "summary" => &mut select.summary,
            "author" => &mut select.author,
            "published" => &mut select.published,
            _ => &mut select.image,
        };
        *place = place.take().or(found);
    }
}

fn field_css(name: &str, field: &Yaml, lost: &mut Vec<String>) -> Option<Css> {
    if let Some(extractor) = field["extractor"].as_str()
        && !matches!(extractor, "text" | "href" | "html")
        && !(extractor == "attribute" && matches!(field["attribute"].as_str(), Some("datetime" | "src" | "href")))
    {
        lost.push(format!("{name}: the extractor `{extractor}` has no counterpart; the field is read automatically"));
        return None;
    }
    if !field["post_process"].is_badvalue() {
        lost.push(format!("{name}.post_process: texts are cleaned by ressort's own rules"));
    }
    let selector = field["selector"].as_str().or(field.as_str())?;
    css(selector, name, lost)
}

fn reason_for(name: &str) -> &'static str {
    match name {
        "guid" => "ids are made from the article's number or address",
        "categories" => "categories are read from the article's breadcrumb",
        _ => "has no counterpart, or is the source of one of these",
    }
}
