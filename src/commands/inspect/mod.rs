//! `ressort inspect`: what one page yields and where each field came from.

pub(super) mod article;
mod section;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde_json::json;
use url::Url;

use super::Failure;
use crate::cli::{Inspect, PageKind};
use crate::config::{Address, Feed, Settings, feed_of_url, load_feeds};
use crate::fetch::{Fetched, Fetcher, Follow, Page, Request, Reservation, Room, Validators, encoding};
use crate::html::{Document, Limits};
use crate::pipeline::{read_article, read_section};
use crate::report::Trouble;
use crate::studio;

pub async fn run(arguments: &Inspect, settings: &Settings) -> Result<ExitCode, Failure> {
    let now = Utc::now();
    let feed = feed_of(&arguments.target, settings)?;
    let page = match &arguments.from {
        Some(path) => saved(path, &feed.url)?,
        None => fetched(&feed, settings, now).await?,
    };
    if let Some(path) = &arguments.html {
        return written(path, &drawn(arguments.kind, &page, &feed, now)?);
    }
    let shown = match arguments.kind {
        PageKind::Section => {
            let found = read_section(&page.text, &page.url, &feed, None, page.date.unwrap_or(now))?;
            if arguments.json { format!("{:#}", json!(found)) } else { section::view(&found, style()) }
        }
        PageKind::Article => {
            let found = read_article(&page, &feed, None, now)?;
            if arguments.json { format!("{:#}", article::json(&found, &page.url)) } else { article::view(&found) }
        }
    };
    println!("{}", shown.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// Emphasis only where a person looks, and nobody asked to do without.
fn style() -> section::Style {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match std::io::stdout().is_terminal() && !is_plain {
        true => section::Style::Terminal,
        false => section::Style::Plain,
    }
}

/// The page beside what was found on it, as a page.
fn drawn(kind: PageKind, page: &Page, feed: &Feed, now: DateTime<Utc>) -> Result<String, Failure> {
    let document = Document::parse(&page.text, &page.url, &Limits::default()).map_err(Trouble::from)?;
    Ok(match kind {
        PageKind::Section => {
            let found = read_section(&page.text, &page.url, feed, None, page.date.unwrap_or(now))?;
            studio::of_section(&found, &studio::draw_section(&document, &found, feed), feed.zone)
        }
        PageKind::Article => {
            let found = read_article(page, feed, None, now)?;
            studio::of_article(&found, &studio::draw_article(&document, &feed.article))
        }
    })
}

fn written(path: &Path, html: &str) -> Result<ExitCode, Failure> {
    std::fs::write(path, html).map_err(|error| {
        Failure::usage(
            format!("{}: cannot be written: {error}", path.display()),
            "name another file with `--html FILE`",
        )
    })?;
    println!("{}: open it in a browser", path.display());
    Ok(ExitCode::SUCCESS)
}

/// A feed by its name, or one made up for an address.
fn feed_of(target: &str, settings: &Settings) -> Result<Feed, Failure> {
    match target.parse::<Address>() {
        Ok(url) => Ok(feed_of_url(url.0, &settings.feeds, settings)?),
        Err(message) if target.contains("://") => {
            Err(Failure::usage(message, "name a web address, or a feed of `ressort check`"))
        }
        Err(_) => {
            let feeds = load_feeds(&settings.feeds, settings)?;
            let mut named = super::select_feeds(feeds, &[target.to_owned()])?;
            Ok(named.remove(0))
        }
    }
}

fn saved(path: &Path, url: &Url) -> Result<Page, Failure> {
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::usage(format!("{}: cannot be read: {error}", path.display()), "`--from` names a saved page")
    })?;
    Ok(Page {
        url: url.clone(),
        text: encoding::decode(bytes, None),
        validators: Validators::default(),
        date: None,
        moved_to: None,
        cut_off: false,
        reservation: Reservation::default(),
        room: Room::default(),
    })
}

async fn fetched(feed: &Feed, settings: &Settings, now: DateTime<Utc>) -> Result<Page, Failure> {
    let fetcher =
        Fetcher::new(settings).map_err(|error| Failure::usage(error.to_string(), "see `[fetch]` in the settings"))?;
    let request = Request { follow: Follow::Anywhere, render: feed.render, ..Request::page(&feed.url, now) };
    Ok(fetcher.get(request).await.and_then(Fetched::page).map_err(Trouble::from)?)
}
