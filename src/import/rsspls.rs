//! RSS Please's `feeds.toml` (<https://github.com/wezm/rsspls>).

use serde::Deserialize;

use super::{Becomes, Imported, css};
use crate::config::{Address, Definition};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    feed: Vec<Feed>,
}

#[derive(Deserialize)]
struct Feed {
    title: Option<String>,
    filename: Option<String>,
    user_agent: Option<toml::Value>,
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    url: String,
    item: Option<String>,
    heading: Option<String>,
    link: Option<String>,
    summary: Option<String>,
    content: Option<String>,
    date: Option<Date>,
    media: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Date {
    Selector(String),
    Table { selector: String, format: Option<String> },
}

pub fn import(text: &str) -> Result<Vec<Imported>, String> {
    let file: File =
        toml::from_str(text).map_err(|error| format!("no configuration of rsspls: {}", error.message()))?;
    Ok(file.feed.into_iter().map(recipe).collect())
}

fn recipe(feed: Feed) -> Imported {
    let stem = feed.filename.as_deref().and_then(|name| name.split('.').next()).map(str::to_owned);
    let called = stem.or(feed.title.clone()).unwrap_or_else(|| feed.config.url.clone());
    let address = match feed.config.url.parse::<Address>() {
        Ok(address) => address,
        Err(reason) => return Imported { called, becomes: Becomes::Nothing, lost: vec![reason] },
    };
    let mut lost = Vec::new();
    let mut definition = Definition { title: feed.title, ..Definition::of(address.0) };
    let config = feed.config;
    let select = &mut definition.select;
    let mut field =
        |name: &str, selector: Option<String>| selector.and_then(|selector| css(&selector, name, &mut lost));
    select.item = field("item", config.item);
    // Without `link` rsspls takes the heading for it.
    select.link = field("link", config.link.or(config.heading.clone()));
    select.title = field("heading", config.heading);
    select.summary = field("summary", config.summary);
    select.image = field("media", config.media);
    let (date, format) = match config.date {
        Some(Date::Selector(selector)) => (Some(selector), None),
        Some(Date::Table { selector, format }) => (Some(selector), format),
        None => (None, None),
    };
    select.published = field("date", date);
    if let Some(format) = format {
        lost.push(format!("date.format `{format}`: dates are read without a format"));
    }
    if config.content.is_some() {
        lost.push("content: the text is read from the article".to_owned());
    }
    if feed.user_agent.is_some() {
        lost.push("user_agent: ressort says who it is; see `contact` in the settings".to_owned());
    }
    Imported { called, becomes: Becomes::Feed(Box::new(definition)), lost }
}
