//! `ressort inspect`: what one page yields and where each field came from.

mod article;
mod section;

use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use serde_json::json;
use url::Url;

use super::Failure;
use crate::cli::{Inspect, PageKind};
use crate::config::{Address, Feed, Settings, feed_of_url, load_feeds};
use crate::fetch::{Fetched, Fetcher, Follow, Page, Request, Reservation, Validators, encoding};
use crate::pipeline::{read_article, read_section};
use crate::report::Trouble;

pub async fn run(arguments: &Inspect, settings: &Settings) -> Result<ExitCode, Failure> {
    let now = Utc::now();
    let feed = feed_of(&arguments.target, settings)?;
    let page = match &arguments.from {
        Some(path) => saved(path, &feed.url)?,
        None => fetched(&feed, settings, now).await?,
    };
    let shown = match arguments.kind {
        PageKind::Section => {
            let found = read_section(&page.text, &page.url, &feed, None, page.date.unwrap_or(now))?;
            if arguments.json { format!("{:#}", json!(found)) } else { section::view(&found) }
        }
        PageKind::Article => {
            let found = read_article(&page, &feed, None, now)?;
            if arguments.json { format!("{:#}", article::json(&found, &page.url)) } else { article::view(&found) }
        }
    };
    println!("{}", shown.trim_end());
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
        text: encoding::decode(&bytes, None),
        validators: Validators::default(),
        date: None,
        moved_to: None,
        cut_off: false,
        reservation: Reservation::default(),
    })
}

async fn fetched(feed: &Feed, settings: &Settings, now: DateTime<Utc>) -> Result<Page, Failure> {
    let fetcher =
        Fetcher::new(settings).map_err(|error| Failure::usage(error.to_string(), "see `[fetch]` in the settings"))?;
    let request = Request { follow: Follow::Anywhere, render: feed.render, ..Request::page(&feed.url, now) };
    match fetcher.get(request).await.map_err(Trouble::from)? {
        Fetched::Page(page) => Ok(*page),
        Fetched::NotModified => unreachable!("no validators were sent"),
    }
}
