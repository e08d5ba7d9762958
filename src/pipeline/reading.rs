//! Article pages: fetched, read, and taken into the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Duration, Utc};
use futures_util::{StreamExt, stream};
use url::Url;

use super::teasers::{Plan, Task};
use super::{Desk, Progress, hosts};
use crate::article::{self, Article, Verdict};
use crate::config::Feed;
use crate::entry::{Entry, EntryId, key_of_url, normalised, site_of_url};
use crate::fetch::{FetchError, Fetched, Follow, Page, Request};
use crate::html::{Document, Limits};
use crate::report::Trouble;
use crate::section::Teaser;
use crate::store::{Change, EntryState, Known, Seen};

/// Pages of one article that are followed and joined.
const PAGES_PER_ARTICLE: usize = 12;

/// When a young article is read again: after its first look, its second, … Corrections mostly
/// come within hours; then it is left alone.
const LOOKS_AFTER_HOURS: [i64; 4] = [1, 3, 9, 24];

/// An article older than this when it is first seen will hardly be corrected any more.
const YOUNG_HOURS: i64 = 36;

/// An incomplete article is tried again after this many minutes, doubled with every attempt.
const RETRY_AFTER_MINUTES: i64 = 20;

/// Attempts at an article that stays incomplete; then its teaser is all there will be.
const ATTEMPTS: u32 = 6;

/// After this many failures in a row the rest is left for the next run: the site is down or slow,
/// and other feeds wait for the connection.
const FAILURES_IN_A_ROW: usize = 3;

/// What became of a planned article: `None` if it was left for the next run.
pub type Outcome = Option<Result<Article, Trouble>>;

/// Reads all planned articles. While one is parsed the next is on its way.
pub async fn read_all(feed: &Feed, desk: &Desk, plan: &Plan, now: DateTime<Utc>) -> Vec<Outcome> {
    let failures = AtomicUsize::new(0);
    let failures = &failures;
    let teasers: Vec<Teaser> = plan.tasks.iter().map(|task| task.teaser.clone()).collect();
    stream::iter(teasers)
        .map(|teaser| async move {
            if desk.stop.is_cancelled() || failures.load(Ordering::Relaxed) >= FAILURES_IN_A_ROW {
                return None;
            }
            let outcome = read(feed, desk, &teaser, now).await;
            match &outcome {
                Err(Trouble::Fetch(FetchError::Paused { .. })) => return None,
                Err(Trouble::Fetch(error)) if error.is_transient() => failures.fetch_add(1, Ordering::Relaxed),
                _ => failures.swap(0, Ordering::Relaxed),
            };
            Some(outcome)
        })
        .buffered(2)
        .collect()
        .await
}

/// Reads one article with all its pages.
async fn read(feed: &Feed, desk: &Desk, teaser: &Teaser, now: DateTime<Utc>) -> Result<Article, Trouble> {
    let mut article = read_page(feed, desk, &teaser.url, Some(teaser), now).await?;
    let mut pages = vec![teaser.url.clone()];
    while let Some(url) = article.next_page.take() {
        if pages.len() == PAGES_PER_ARTICLE || pages.contains(&url) {
            break;
        }
        match read_page(feed, desk, &url, None, now).await {
            Ok(next) if next.verdict == Verdict::Article => {
                article.body.extend(next.body);
                article.next_page = next.next_page;
                pages.push(url);
            }
            Ok(_) => break,
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(article)
}

async fn read_page(
    feed: &Feed,
    desk: &Desk,
    url: &Url,
    teaser: Option<&Teaser>,
    now: DateTime<Utc>,
) -> Result<Article, Trouble> {
    hosts::recall(desk, url).await?;
    let request = Request { follow: Follow::Site(&feed.extra_hosts), render: feed.render, ..Request::page(url, now) };
    let page = match desk.fetcher.get(request).await? {
        Fetched::Page(page) if page.cut_off => return Err(FetchError::CutOff.into()),
        Fetched::Page(page) => page,
        // No validators were sent, so this is the server's mistake.
        Fetched::NotModified => {
            return Err(FetchError::Broken { reason: "not modified without a condition".into() }.into());
        }
    };
    let (feed, teaser) = (feed.clone(), teaser.cloned());
    parsed(desk, move || read_article(&page, &feed, teaser.as_ref(), now)).await?
}

/// Parses an article page and reads its fields.
pub fn read_article(page: &Page, feed: &Feed, teaser: Option<&Teaser>, now: DateTime<Utc>) -> Result<Article, Trouble> {
    let document = Document::parse(&page.text, &page.url, &Limits::default())?;
    let context = article::Context { feed, now: page.date.unwrap_or(now), teaser };
    Ok(article::extract(&document, &context))
}

/// Runs what parses a page on a thread where it may take its time, one page a core.
pub(super) async fn parsed<T: Send + 'static>(
    desk: &Desk,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    let _permit = desk.parsing.acquire().await.expect("never closed");
    // A page that makes a parser panic must not take the program with it.
    tokio::task::spawn_blocking(work).await.map_err(|error| Trouble::Fault(error.to_string()))
}

/// Turns what was read into what is kept.
pub async fn absorb(
    feed: &Feed,
    desk: &Desk,
    plan: Plan,
    read: Vec<Outcome>,
    now: DateTime<Utc>,
) -> Result<(Change, Progress), Trouble> {
    let mut change = Change { seen: plan.seen, ..Change::default() };
    let mut progress = Progress { left: plan.left, ..Progress::default() };
    let mut fresh: HashMap<EntryId, usize> = HashMap::new();
    for (position, (task, outcome)) in plan.tasks.into_iter().zip(read).enumerate() {
        let Some(result) = outcome else {
            progress.left += usize::from(task.known.is_none());
            continue;
        };
        if let Err(trouble) = &result {
            tracing::debug!(feed = %feed.id, url = %task.teaser.url, "{}: {}: {trouble}", feed.id, task.teaser.url);
        }
        let task = match &result {
            Ok(article) if task.known.is_none() => at_home(feed, desk, task, article, &mut change).await?,
            _ => task,
        };
        let site = site_of_url(&task.teaser.url);
        if let Some(hash) = &task.seen {
            change.seen.push(Seen { entry: task.id.clone(), teaser: hash.clone() });
        }
        if let Some(&index) = fresh.get(&task.id) {
            // Two teasers of one article on one page: the first is enough.
            debug_assert_eq!(change.entries[index].1.id, task.id);
            continue;
        }
        let is_new = task.known.is_none();
        // What has no date of its own keeps the order of the page.
        let seen = now - Duration::seconds(position as i64);
        let (known, is_visible) = judged(feed, task, result, if is_new { seen } else { now });
        if is_visible {
            change.is_visible = true;
            progress.new += usize::from(is_new);
            progress.updated += usize::from(!is_new);
        }
        fresh.insert(known.id.clone(), change.entries.len());
        change.entries.push((site, known));
    }
    Ok((change, progress))
}

/// A new article may turn out to be a known one: its page names another address as its own.
async fn at_home(
    feed: &Feed,
    desk: &Desk,
    task: Task,
    article: &Article,
    change: &mut Change,
) -> Result<Task, Trouble> {
    let own = key_of_url(&article.url, &feed.site);
    let asked = key_of_url(&task.teaser.url, &feed.site);
    // A page that calls the section or the home page its own address is mistaken.
    let is_mistaken = article.url.path() == "/" || normalised(&article.url) == normalised(&feed.url);
    if own == asked || is_mistaken || article.verdict != Verdict::Article {
        return Ok(task);
    }
    let id = EntryId::of_key(&own);
    let known = desk.store.article(&id).await?;
    let has_number = asked.contains('#');
    // A number in the address is the stronger sign, unless the other one is already known.
    if has_number && known.is_none() {
        return Ok(task);
    }
    change.aliases.push((normalised(&task.teaser.url), id.clone()));
    Ok(Task { id, known, ..task })
}

/// What is kept of an article after a look at it, and whether a reader sees a difference.
fn judged(feed: &Feed, task: Task, result: Result<Article, Trouble>, now: DateTime<Utc>) -> (Known, bool) {
    let Task { id, teaser, known, .. } = task;
    let (first_seen, checks) = known.as_ref().map_or((now, 0), |known| (known.first_seen, known.checks));
    let before = known.and_then(|known| known.entry.map(|entry| (known.state, entry)));
    let keep = |state, entry, next_check| Known {
        id: id.clone(),
        state,
        entry,
        first_seen,
        next_check,
        checks: checks + 1,
        blocks: Vec::new(),
    };
    match &result {
        Ok(article) if article.verdict == Verdict::Article && !article.body.is_empty() => {
            let newer = Entry::new(id.clone(), &teaser, Some(article), feed.zone, now);
            let next = next_look(&newer, first_seen, checks, now);
            match before {
                None => (keep(EntryState::Full, Some(newer), next), true),
                Some((state, mut entry)) => {
                    let changed = entry.absorb(newer, now);
                    (keep(EntryState::Full, Some(entry), next), changed || state == EntryState::Held)
                }
            }
        }
        Ok(article) if article.verdict == Verdict::Listing && before.is_none() => {
            (keep(EntryState::Rejected, None, None), false)
        }
        _ => {
            let is_final = matches!(&result, Err(trouble) if is_permanent(trouble));
            let retry = Duration::minutes(RETRY_AFTER_MINUTES << checks.min(6));
            let next = (!is_final && checks + 1 < ATTEMPTS).then(|| now + retry);
            match before {
                Some((EntryState::Full, entry)) => (keep(EntryState::Full, Some(entry), None), false),
                Some((EntryState::Teaser, entry)) => (keep(EntryState::Teaser, Some(entry), next), false),
                other => {
                    let entry =
                        other.map_or_else(|| Entry::new(id.clone(), &teaser, None, feed.zone, now), |(_, entry)| entry);
                    let state = if is_final || checks + 1 >= feed.hold { EntryState::Teaser } else { EntryState::Held };
                    (keep(state, Some(entry), next), state == EntryState::Teaser)
                }
            }
        }
    }
}

/// When to read a complete article again.
fn next_look(entry: &Entry, first_seen: DateTime<Utc>, checks: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if now - entry.published.to_utc() > Duration::hours(YOUNG_HOURS) {
        return None;
    }
    let hours = LOOKS_AFTER_HOURS.get(checks as usize)?;
    Some((first_seen + Duration::hours(*hours)).max(now + Duration::hours(1)))
}

/// Whether asking again will not help.
fn is_permanent(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Fetch(
            FetchError::Missing { .. }
                | FetchError::Robots { .. }
                | FetchError::PrivateAddress { .. }
                | FetchError::Downgrade { .. }
                | FetchError::TooLarge { .. }
        ) | Trouble::TooComplex(_)
            | Trouble::Fault(_)
    )
}
