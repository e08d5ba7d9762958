//! Article pages: fetched and read.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;
use url::Url;

use super::plan::Plan;
use super::{Desk, hosts, reservations};
use crate::article::{self, Article, pages};
use crate::config::Feed;
use crate::fetch::{FetchError, Follow, Page, Request};
use crate::html::{Document, Limits};
use crate::report::Trouble;
use crate::section::Teaser;

/// Pages of one article that are followed and joined.
const PAGES_PER_ARTICLE: usize = 12;

/// After this many failures in a row the rest is left for the next run: the site is down or slow,
/// and other feeds wait for the connection.
const FAILURES_IN_A_ROW: usize = 3;

/// What became of a planned article: `None` if it was left for the next run.
pub type Outcome = Option<Result<Read, Trouble>>;

/// An article that was read.
pub struct Read {
    pub article: Article,
    /// Whether its site reserves text and data mining.
    pub is_reserved: bool,
}

/// Reads all planned articles. While one is parsed the next is on its way.
pub async fn read_all(feed: &Feed, desk: &Desk, plan: &Plan, now: DateTime<Utc>) -> Vec<Outcome> {
    let (failures, in_turn) = (AtomicUsize::new(0), Semaphore::new(1));
    let (failures, reader) = (&failures, &Reader { feed, desk, in_turn, now });
    let teasers: Vec<Teaser> = plan.tasks.iter().map(|task| task.teaser.clone()).collect();
    stream::iter(teasers)
        .map(|teaser| async move {
            if desk.stop.is_cancelled() || failures.load(Ordering::Relaxed) >= FAILURES_IN_A_ROW {
                return None;
            }
            let outcome = reader.read(&teaser).await;
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

/// Reads the articles of one feed.
struct Reader<'a> {
    feed: &'a Feed,
    desk: &'a Desk,
    /// Its pages are parsed one after another: where several feeds are refreshed, there is work for
    /// the other cores, and where there is one, its site is slower than we are.
    in_turn: Semaphore,
    now: DateTime<Utc>,
}

impl Reader<'_> {
    /// Reads one article with all its pages; in another form where this one says next to nothing.
    async fn read(&self, teaser: &Teaser) -> Result<Read, Trouble> {
        let Read { mut article, mut is_reserved } = self.read_page(&teaser.url, Some(teaser)).await?;
        if pages::is_thin(&article)
            && let Some(url) = article.alternative.clone()
            && let Some(other) = further(self.read_page(&url, Some(teaser)).await)?
        {
            is_reserved |= other.is_reserved;
            pages::prefer(&mut article, other.article);
        }
        let mut read = vec![teaser.url.clone()];
        while let Some(url) = article.next_page.take() {
            if read.len() == PAGES_PER_ARTICLE || read.contains(&url) {
                break;
            }
            let Some(next) = further(self.read_page(&url, None).await)? else { break };
            is_reserved |= next.is_reserved;
            if !pages::join(&mut article, next.article) {
                break;
            }
            read.push(url);
        }
        Ok(Read { article, is_reserved })
    }

    async fn read_page(&self, url: &Url, teaser: Option<&Teaser>) -> Result<Read, Trouble> {
        let Reader { feed, desk, now, .. } = *self;
        if !hosts::take(desk, feed, url).await? {
            // Another worker is at that host: the article is left for the next run.
            return Err(FetchError::Paused { until: now }.into());
        }
        hosts::recall(desk, url).await?;
        let request =
            Request { follow: Follow::Site(&feed.extra_hosts), render: feed.render, ..Request::page(url, now) };
        let mut page = desk.fetcher.get(request).await?.page()?;
        if page.cut_off {
            return Err(FetchError::CutOff.into());
        }
        let (feed, teaser) = (feed.clone(), teaser.cloned());
        let _turn = self.in_turn.acquire().await.expect("nobody closes it");
        let page_bytes = page.text.len();
        let read = move || {
            let document = Document::parse(&page.text, &page.url, &Limits::default())?;
            // What is read of the tree takes as much memory again.
            drop(std::mem::take(&mut page.text));
            let is_reserved = reservations::is_reserved(&page, &document);
            Ok(Read { article: extracted(&document, &page, &feed, teaser.as_ref(), now), is_reserved })
        };
        desk.parsers.run(page_bytes, read).await?
    }
}

/// Another page of an article: what will work later fails the article for now, what never will
/// leaves it as it is.
fn further(page: Result<Read, Trouble>) -> Result<Option<Read>, Trouble> {
    match page {
        Ok(read) => Ok(Some(read)),
        Err(Trouble::Fetch(error)) if error.is_transient() => Err(error.into()),
        Err(trouble) => {
            tracing::debug!("a further page was left out: {trouble}");
            Ok(None)
        }
    }
}

/// Parses an article page and reads its fields.
pub fn read_article(page: &Page, feed: &Feed, teaser: Option<&Teaser>, now: DateTime<Utc>) -> Result<Article, Trouble> {
    let document = Document::parse(&page.text, &page.url, &Limits::default())?;
    Ok(extracted(&document, page, feed, teaser, now))
}

fn extracted(document: &Document, page: &Page, feed: &Feed, teaser: Option<&Teaser>, now: DateTime<Utc>) -> Article {
    article::extract(document, &article::Context { feed, now: page.date.unwrap_or(now), teaser })
}
