//! The rows F1 to F16, C1 and C2 of the fault table, each against a site on loopback.
//!
//! Each test carries the number of its row. What a row asks of the scheduler (F1: backoff
//! between runs, F16: page budget and start jitter) or of the store (F13: states of a feed) is
//! tested there.
//!
//! | rows | file |
//! | --- | --- |
//! | F1–F3, F8 | `connecting.rs`, for the browser `browser.rs` |
//! | F4–F6, F14 | `answers.rs` |
//! | F7, F9 | `redirects.rs` |
//! | F10–F13 | `replies.rs` |
//! | F15 | `robots.rs` |
//! | F16 | `politeness.rs` |
//! | C1, C2 | `content.rs` |

mod answers;
mod browser;
mod connecting;
mod content;
mod politeness;
mod redirects;
mod replies;
mod robots;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use ressort::config::{FetchSettings, Settings, Span};
use ressort::fetch::{FetchError, Fetched, Fetcher, Page, Request, host_of};
use url::Url;

/// A fixed time, so that nothing depends on the day.
fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

/// Settings under which loopback can be fetched, with two seconds of patience.
fn settings() -> Settings {
    Settings {
        allow_private_addresses: true,
        fetch: FetchSettings { timeout: Span(Duration::from_secs(2)), ..FetchSettings::default() },
        ..Settings::default()
    }
}

fn fetcher() -> Fetcher {
    Fetcher::new(&settings()).unwrap()
}

/// What a request for a page comes to at noon.
async fn get(fetcher: &Fetcher, url: &Url) -> Result<Page, FetchError> {
    get_at(fetcher, url, noon()).await
}

async fn get_at(fetcher: &Fetcher, url: &Url, now: DateTime<Utc>) -> Result<Page, FetchError> {
    match fetcher.get(Request::page(url, now)).await? {
        Fetched::Page(page) => Ok(*page),
        Fetched::NotModified => panic!("{url}: 304 without a condition"),
    }
}

/// Why there is no page.
async fn failure(fetcher: &Fetcher, url: &Url) -> FetchError {
    get(fetcher, url).await.expect_err("a failure")
}

/// A second fetcher that knows what the first one noted.
fn restarted(fetcher: &Fetcher, url: &Url) -> Fetcher {
    let state = fetcher.host_state(&host_of(url)).expect("a host that was asked");
    let stored = serde_json::to_string(&state).unwrap();
    let next = self::fetcher();
    next.recall(&host_of(url), serde_json::from_str(&stored).unwrap());
    next
}
