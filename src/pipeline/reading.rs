//! Article pages: fetched and read.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use url::Url;

use super::plan::Plan;
use super::{Desk, hosts};
use crate::article::{self, Article, Verdict};
use crate::config::Feed;
use crate::fetch::{FetchError, Fetched, Follow, Page, Request};
use crate::html::{Document, Limits};
use crate::report::Trouble;
use crate::section::Teaser;

/// Pages of one article that are followed and joined.
const PAGES_PER_ARTICLE: usize = 12;

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
