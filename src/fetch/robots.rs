//! robots.txt: what a host allows us to read (RFC 9309).
//!
//! Parsing and matching are `robotxt`'s. Ours is what an answer means: no file, no rules; a
//! file that cannot be read is a ban, softened by the last good copy. A page of the host that
//! is asked for within a day costs no further request for robots.txt.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use robotxt::Robots;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{FetchError, Stage};

/// The name groups of robots.txt are searched for.
pub const TOKEN: &str = "ressort";

/// What is read of a file; RFC 9309 §2.5 asks for at least this.
pub const SIZE_LIMIT_BYTES: usize = robotxt::BYTE_LIMIT;

/// How many redirects lead to the file (RFC 9309 §2.3.1.2).
pub const MOST_REDIRECTS: usize = 5;

/// How long a file counts (RFC 9309 §2.4).
const FRESH: TimeDelta = TimeDelta::hours(24);

/// How much longer the last good copy counts while the file cannot be read.
const SPARE: TimeDelta = TimeDelta::hours(24);

/// How long nobody tries again after the file could not be read: one run of a feed.
const BEFORE_NEXT_TRY: TimeDelta = TimeDelta::minutes(10);
/// The same for a host that could not be reached at all.
const BEFORE_NEXT_CONNECTION: TimeDelta = TimeDelta::minutes(1);

/// A robots.txt that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RobotsRecord {
    pub fetched_at: DateTime<Utc>,
    /// Absent where the host has no file: everything is allowed.
    pub rules: Option<Robots>,
}

/// A robots.txt that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsFailure {
    pub at: DateTime<Utc>,
    pub error: FetchError,
}

impl RobotsFailure {
    pub fn new(error: FetchError, host: &str, at: DateTime<Utc>) -> RobotsFailure {
        let error = match error {
            FetchError::Server { .. }
            | FetchError::Status { .. }
            | FetchError::CutOff
            | FetchError::Broken { .. }
            | FetchError::Timeout { waiting_for: Stage::Headers | Stage::Body, .. } => {
                FetchError::RobotsUnreachable { host: host.to_owned(), reason: error.to_string() }
            }
            // Of a host that cannot be reached at all its robots.txt is not to blame.
            other => other,
        };
        RobotsFailure { at, error }
    }

    fn is_recent(&self, now: DateTime<Utc>) -> bool {
        let is_ban = matches!(self.error, FetchError::RobotsUnreachable { .. });
        (now - self.at).abs() < if is_ban { BEFORE_NEXT_TRY } else { BEFORE_NEXT_CONNECTION }
    }
}

/// What to do before a page is asked for.
pub enum Before {
    /// The rules are known.
    Obey,
    /// Read the file first.
    Read,
    /// The file could not be read a moment ago, and there is no copy.
    Refuse(FetchError),
}

impl RobotsRecord {
    pub fn of(body: Option<&[u8]>, now: DateTime<Utc>) -> RobotsRecord {
        let rules = body.map(|body| Robots::parse(body, TOKEN));
        // Most files have nothing to say to us; their empty rules need not be stored.
        let says_something =
            |rules: &Robots| !rules.rules().is_empty() || rules.crawl_delay().is_some() || !rules.sitemaps().is_empty();
        RobotsRecord { fetched_at: now, rules: rules.filter(says_something) }
    }

    /// A record from the future comes from a clock that was wrong; it ages like any other.
    fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        (now - self.fetched_at).abs()
    }

    /// The pause the file asks for.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.rules.as_ref()?.crawl_delay()
    }

    /// The sitemaps the file names.
    pub fn sitemaps(&self) -> &[Url] {
        self.rules.as_ref().map(Robots::sitemaps).unwrap_or_default()
    }

    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        match self.rules.as_ref().is_none_or(|rules| rules.is_url_allowed(url)) {
            true => Ok(()),
            false => {
                let host = url.host_str().unwrap_or_default().to_owned();
                Err(FetchError::Robots { host, path: url.path().to_owned() })
            }
        }
    }
}

/// Decides by what is known whether the file must be read first.
pub fn before(record: Option<&RobotsRecord>, failure: Option<&RobotsFailure>, now: DateTime<Utc>) -> Before {
    let age = record.map(|record| record.age(now));
    if age.is_some_and(|age| age < FRESH) {
        return Before::Obey;
    }
    let failed = failure.filter(|failure| failure.is_recent(now));
    match failed {
        Some(_) if age.is_some_and(|age| age < FRESH + SPARE) => Before::Obey,
        Some(failure) => Before::Refuse(failure.error.clone()),
        None => Before::Read,
    }
}

/// Whether the last good copy may stand in for a file that cannot be read.
pub fn may_stand_in(record: Option<&RobotsRecord>, now: DateTime<Utc>) -> bool {
    record.is_some_and(|record| record.age(now) < FRESH + SPARE)
}
