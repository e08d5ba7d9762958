//! An entry as it is shown on a page: a headline with what belongs to it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset};
use minijinja::Value;
use serde::Serialize;

use super::{FeedInfo, Overview, item, newest_first, rfc_3339};
use crate::config::Language;
use crate::entry::Entry;
use crate::html::entities::escaped;
use crate::html::{address, text};
use crate::section::Kind;

/// Longer ledes are cut on pages, not in feeds.
const LEDE_LIMIT: usize = 260;

#[derive(Debug, Clone, Serialize)]
pub(super) struct Story {
    pub url: Value,
    pub title: String,
    pub kicker: Option<String>,
    pub lede: Option<String>,
    pub image: Option<Value>,
    pub byline: Option<String>,
    pub published: Moment,
    pub is_paid: bool,
    /// What it is, if it is no article.
    pub kind: Option<&'static str>,
    /// The medium the text appeared in first.
    pub source: Option<String>,
    pub language: Option<String>,
    /// The feed it stands in, where several are shown together.
    pub feed: Option<FeedLink>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct FeedLink {
    pub title: String,
    pub page: Value,
}

/// A point in time, in the zone of the publisher.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Moment {
    pub iso: String,
    /// `Thursday, 5 February 2026`
    pub day: String,
    /// `5 Feb`
    pub short_day: String,
    /// `05:12`
    pub clock: String,
}

/// The stories of one day.
#[derive(Debug, Serialize)]
pub(super) struct Day {
    pub date: Moment,
    pub stories: Vec<Story>,
}

impl Story {
    fn new(entry: &Entry, info: &FeedInfo) -> Option<Story> {
        let line = |value: &Option<String>| value.as_deref().map(item::plain).filter(|line| !line.is_empty());
        let title = item::plain(&entry.title);
        let kicker = line(&entry.kicker).filter(|kicker| !title.starts_with(kicker.as_str()));
        let authors: Vec<String> = entry.authors.iter().map(|name| item::plain(name)).collect();
        let declared = entry.language.as_deref().and_then(Language::declared).map(|language| language.to_string());
        Some(Story {
            url: safe(&address(&entry.url)?),
            title: if title.is_empty() { address(&entry.url)? } else { title },
            kicker,
            lede: line(&entry.lede).map(|lede| text::shorten(&lede, LEDE_LIMIT)),
            image: entry.image.as_ref().and_then(|image| address(&image.url)).as_deref().map(safe),
            byline: Some(authors.join(", ")).filter(|names| !names.is_empty()),
            published: Moment::of(entry.published),
            is_paid: entry.paywalled,
            kind: match entry.kind {
                Kind::Article | Kind::Ad => None,
                Kind::Video => Some("Video"),
                Kind::Podcast => Some("Podcast"),
                Kind::Gallery => Some("Pictures"),
                Kind::Live => Some("Live"),
            },
            source: entry.source.as_ref().map(|source| item::plain(&source.name)),
            language: declared.or_else(|| info.tag()),
            feed: entry.carriers.first().map(|carrier| FeedLink {
                title: item::plain(&carrier.name),
                page: safe(&format!("../{}/index.html", carrier.feed)),
            }),
        })
    }
}

impl Moment {
    pub fn of(date: DateTime<FixedOffset>) -> Moment {
        Moment {
            iso: rfc_3339(date),
            day: date.format("%A, %-d %B %Y").to_string(),
            short_day: date.format("%-d %b").to_string(),
            clock: date.format("%H:%M").to_string(),
        }
    }
}

/// The newest stories of a feed by the days they were published on.
pub(super) fn days(overview: &Overview<'_>, limit: usize) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let entries = newest_first(overview.entries);
    for story in entries.iter().filter_map(|entry| Story::new(entry, overview.info)).take(limit) {
        match days.last_mut().filter(|day| day.date.day == story.published.day) {
            Some(day) => day.stories.push(story),
            None => days.push(Day { date: story.published.clone(), stories: vec![story] }),
        }
    }
    days
}

/// The newest stories of all feeds, the first one with a picture if any has one; an article that
/// stands in several feeds once, also an agency's, and no feed more often than its share.
pub(super) fn front_page(feeds: &[Overview<'_>], limit: usize) -> Vec<Story> {
    let share = limit.div_ceil(feeds.len().max(1)) + 2;
    let mut newest: Vec<(&Entry, &FeedInfo)> = feeds
        .iter()
        .flat_map(|feed| newest_first(feed.entries).into_iter().take(share).map(|entry| (entry, feed.info)))
        .collect();
    newest.sort_by(|(a, a_feed), (b, b_feed)| {
        b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)).then_with(|| a_feed.id.cmp(&b_feed.id))
    });
    let mut seen = HashSet::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut stories: Vec<Story> = Vec::new();
    for (entry, info) in newest {
        let count = counts.entry(info.id.as_str()).or_default();
        if stories.len() == limit || *count == share || marks(entry).iter().any(|mark| seen.contains(mark)) {
            continue;
        }
        seen.extend(marks(entry));
        if let Some(story) = Story::new(entry, info) {
            *count += 1;
            let feed = FeedLink { title: info.shown_title(), page: safe(&info.path_of("index.html")) };
            stories.push(Story { feed: Some(feed), ..story });
        }
    }
    if let Some(lead) = stories.iter().take(6).position(|story| story.image.is_some() && story.lede.is_some()) {
        stories[..=lead].rotate_right(1);
    }
    stories
}

/// What two copies of one article share.
fn marks(entry: &Entry) -> [&str; 2] {
    [entry.id.as_str(), entry.title.as_str()]
}

/// An address for a page, escaped here and not a second time by the template.
pub(super) fn safe(address: &str) -> Value {
    Value::from_safe_string(escaped(address))
}
