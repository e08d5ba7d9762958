//! `status.json`: how every feed is doing, for programs.
//!
//! ```json
//! {
//!   "version": 1,
//!   "feeds": [
//!     {
//!       "id": "merkur-politik",
//!       "title": "Merkur: Politik",
//!       "home_page": "https://www.merkur.de/politik/",
//!       "language": "de",
//!       "content": "full",
//!       "state": "ok",
//!       "since": "2026-02-05T04:12:00Z",
//!       "message": null,
//!       "hint": null,
//!       "items": 60,
//!       "without_text": 2,
//!       "reserved": 0,
//!       "newest": "2026-02-05T05:12:00+01:00",
//!       "changed": "2026-02-05T09:40:00+01:00",
//!       "urls": {
//!         "page": "https://feeds.example.org/merkur-politik/index.html",
//!         "rss": "https://feeds.example.org/merkur-politik/rss.xml",
//!         "atom": "https://feeds.example.org/merkur-politik/atom.xml",
//!         "json": "https://feeds.example.org/merkur-politik/feed.json"
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! `state` is one of `new` (not read yet), `ok`, `changed` (the page was rebuilt and relearned), `degraded` (the last
//! good feed is still published), `failing` (the site cannot be read) and `disabled`. `since` is
//! when the feed came into that state, `newest` when its newest entry was published, `changed`
//! when an entry last changed. Nothing in it depends on when it was written: a run that changes
//! no feed and no state writes the same file. Keys are added, never renamed; anything else raises
//! `version`. Without a base address `urls` are relative to this file.

use bytes::Bytes;
use serde::Serialize;

use super::{FeedFile, Format, Overview, rfc_3339};
use crate::config::Content;
use crate::health::{Health, State};
use crate::html::{address, text};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Status {
    version: u32,
    feeds: Vec<FeedStatus>,
}

#[derive(Serialize)]
struct FeedStatus {
    id: String,
    title: String,
    home_page: Option<String>,
    language: Option<String>,
    content: Content,
    state: State,
    since: String,
    message: Option<String>,
    hint: Option<String>,
    items: usize,
    without_text: usize,
    reserved: usize,
    newest: Option<String>,
    changed: Option<String>,
    urls: Urls,
}

#[derive(Serialize)]
struct Urls {
    page: String,
    rss: String,
    atom: String,
    json: String,
}

/// How a feed was doing by a published `status.json`; `None` if that does not say.
pub fn restore(bytes: &[u8], feed: &str) -> Option<Health> {
    let status: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let feed = status.get("feeds")?.as_array()?.iter().find(|known| known["id"] == feed)?;
    serde_json::from_value(feed.clone()).ok()
}

/// Renders `status.json`, the feeds in the order given.
pub fn status(feeds: &[Overview<'_>]) -> FeedFile {
    let status = Status { version: VERSION, feeds: feeds.iter().map(feed).collect() };
    let mut json = serde_json::to_vec_pretty(&status).expect("strings and numbers always serialise");
    json.push(b'\n');
    FeedFile { path: "status.json".to_owned(), bytes: Bytes::from(json), media_type: "application/json" }
}

fn feed(overview: &Overview<'_>) -> FeedStatus {
    let (info, health, totals) = (overview.info, overview.health, &overview.totals);
    let [rss, atom, json] = Format::ALL.map(|format| info.link_of(format.file_name(), ""));
    let line = |text: &Option<String>| text.as_deref().map(text::line).filter(|line| !line.is_empty());
    FeedStatus {
        id: info.id.to_string(),
        title: info.shown_title(),
        home_page: address(&info.home_page),
        language: info.tag(),
        content: info.content,
        state: health.state,
        since: rfc_3339(health.since.fixed_offset()),
        message: line(&health.message),
        hint: line(&health.hint),
        items: totals.items,
        without_text: totals.without_text,
        reserved: totals.reserved,
        newest: totals.newest.map(rfc_3339),
        changed: totals.changed.map(rfc_3339),
        urls: Urls { page: info.link_of("index.html", ""), rss, atom, json },
    }
}
