//! The scheduler: refreshes every feed when it is due, for as long as the program runs.
//!
//! When a feed is due stands in the store. The scheduler takes what is due, never twice at a
//! time, and however many runs were missed while the machine slept, a feed runs once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{Feed, FeedId};
use crate::pipeline::{self, Desk};
use crate::report::{Report, Trouble};
use crate::store::{FeedRecord, StoreError};

/// How long a feed is held at most. A refresh that takes longer is cut off.
const LEASE: Duration = Duration::from_secs(15 * 60);

/// The schedule is looked at least this often, so that a clock that jumps is noticed.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(20);

/// How long a refresh may go on after the signal to stop.
const WIND_DOWN: Duration = Duration::from_secs(8);

/// Pages of the whole directory are made anew at most this often.
const DIRECTORY_EVERY: Duration = Duration::from_secs(15);

/// The feeds by name.
pub type Feeds = HashMap<String, Arc<Feed>>;

/// Refreshes feeds until `stop`. A new set of feeds takes effect as soon as it is sent.
///
/// # Errors
/// Only when the store does not answer at the start; later it is waited for.
pub async fn run(
    desk: Arc<Desk>,
    mut feeds: watch::Receiver<Arc<Feeds>>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let worker = format!("{}-{}", std::process::id(), Utc::now().timestamp());
    let limit = (desk.settings.fetch.connections * 4).max(32);
    let mut running: JoinSet<(FeedId, Report)> = JoinSet::new();
    enlist(&desk, &feeds.borrow_and_update().clone()).await?;
    let mut current = feeds.borrow().clone();
    let mut directory_due = true;
    let mut directory_at = tokio::time::Instant::now();

    while !stop.is_cancelled() {
        let now = Utc::now();
        let free = limit - running.len();
        let claimed = match free {
            0 => Vec::new(),
            free => desk.store.claim(&worker, free, LEASE, now).await.unwrap_or_else(|error| {
                tracing::error!("{error}");
                Vec::new()
            }),
        };
        for id in claimed {
            let Some(feed) = current.get(id.as_str()).cloned() else { continue };
            let desk = desk.clone();
            running.spawn(async move { (feed.id.clone(), watched(&feed, &desk).await) });
        }
        if directory_due && tokio::time::Instant::now() >= directory_at {
            publish_directory(&desk, &current).await;
            directory_due = false;
            directory_at = tokio::time::Instant::now() + DIRECTORY_EVERY;
        }
        let wait = until_next(&desk, now).await;
        tokio::select! {
            () = stop.cancelled() => {}
            changed = feeds.changed() => {
                if changed.is_err() {
                    break;
                }
                let wanted = feeds.borrow_and_update().clone();
                match enlist(&desk, &wanted).await {
                    Ok(()) => (current, directory_due) = (wanted, true),
                    Err(error) => tracing::error!("the new definitions are not in effect: {error}"),
                }
            }
            Some(done) = running.join_next() => directory_due |= finish(&desk, done).await,
            () = tokio::time::sleep(wait) => {}
        }
    }
    wind_down(&desk, running).await;
    publish_directory(&desk, &current).await;
    Ok(())
}

/// One refresh with a limit on its time.
async fn watched(feed: &Feed, desk: &Desk) -> Report {
    let refreshed = pipeline::refresh(feed, desk, Utc::now());
    match tokio::time::timeout(LEASE - Duration::from_secs(60), refreshed).await {
        Ok(report) => report,
        Err(_) => Report::failed(&FeedRecord::default(), Trouble::Overdue),
    }
}

async fn enlist(desk: &Desk, feeds: &Feeds) -> Result<(), StoreError> {
    let mut list: Vec<(FeedId, String)> = feeds.values().map(|feed| (feed.id.clone(), feed.url.to_string())).collect();
    list.sort();
    desk.store.schedule(&list, Utc::now()).await
}

async fn until_next(desk: &Desk, now: DateTime<Utc>) -> Duration {
    match desk.store.next_due().await {
        Ok(Some(next)) => (next - now).to_std().unwrap_or(Duration::from_millis(200)).min(LOOK_AT_LEAST_EVERY),
        Ok(None) => LOOK_AT_LEAST_EVERY,
        Err(error) => {
            tracing::error!("{error}");
            LOOK_AT_LEAST_EVERY
        }
    }
}

/// Gives a feed back and logs what became of it; tells whether the directory should be told.
async fn finish(desk: &Desk, done: Result<(FeedId, Report), tokio::task::JoinError>) -> bool {
    let (id, report) = match done {
        Ok(done) => done,
        // The lease of the feed runs out by itself, and then it is refreshed again.
        Err(error) => {
            tracing::error!("a refresh ended in a fault: {error}");
            return false;
        }
    };
    log(&id, &report);
    if let Err(error) = desk.store.release(&[id.to_string()]).await {
        tracing::error!("{id}: {error}");
    }
    report.is_transition() || report.progress.written > 0
}

/// One line when something changed: articles at `info`, a feed that got worse at `warn`.
pub fn log(id: &FeedId, report: &Report) {
    match &report.trouble {
        Some(trouble) if report.before != report.state => {
            tracing::warn!(feed = %id, "{id}: {report}");
            if let Some(hint) = trouble.hint(id.as_str()) {
                tracing::warn!(feed = %id, "{id}: hint: {hint}");
            }
        }
        Some(_) => tracing::debug!(feed = %id, "{id}: {report}"),
        None if report.is_transition() => tracing::info!(feed = %id, "{id}: works again: {report}"),
        None if report.progress.new + report.progress.updated > 0 => tracing::info!(feed = %id, "{id}: {report}"),
        None => tracing::debug!(feed = %id, "{id}: {report}"),
    }
}

async fn publish_directory(desk: &Desk, feeds: &Feeds) {
    let mut list: Vec<Arc<Feed>> = feeds.values().cloned().collect();
    list.sort_by(|a, b| a.id.cmp(&b.id));
    if let Err(trouble) = pipeline::publish_directory(&list, desk).await {
        tracing::error!("{trouble}");
    }
}

async fn wind_down(desk: &Desk, mut running: JoinSet<(FeedId, Report)>) {
    let all = async {
        while let Some(done) = running.join_next().await {
            finish(desk, done).await;
        }
    };
    if tokio::time::timeout(WIND_DOWN, all).await.is_err() {
        tracing::warn!("{} refreshes were abandoned; the next start completes them", running.len());
    }
}
