//! The scheduler: refreshes every feed when it is due, for as long as the program runs.
//!
//! When a feed is due stands in the store. The scheduler takes what is due, never twice at a
//! time, and however many runs were missed while the machine slept, a feed runs once.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use crate::config::{Feed, FeedId};
use crate::fetch::Message;
use crate::pipeline::{self, Desk, words_of};
use crate::report::{Report, Trouble};
use crate::store::{CLOCK_SET_BACK, FeedRecord, LOOK_EVERY, RENEW_EVERY, StoreError};

/// A refresh that takes longer is cut off.
const LONGEST_REFRESH: Duration = Duration::from_secs(14 * 60);

/// The schedule is looked at this often at least, so that a clock that jumps is noticed; more often
/// where workers share it ([`LOOK_EVERY`]).
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(20);

/// How long a refresh may go on after the signal to stop. systemd and containers kill after ten
/// seconds or more; the server drains meanwhile.
pub const WIND_DOWN: Duration = Duration::from_secs(8);

/// Pages of the whole directory are made anew at most this often.
const DIRECTORY_EVERY: Duration = Duration::from_secs(15);

/// A sign of life is given this often.
const PING_EVERY: Duration = Duration::from_secs(5 * 60);

/// All feeds are summed up in the log this often.
const SUMMARY_EVERY: Duration = Duration::from_secs(60 * 60);

/// The feeds by name.
pub type Feeds = HashMap<String, Arc<Feed>>;

/// A refresh that ended, and how long it took.
type Ended = (Arc<Feed>, Report, TimeDelta);

/// Refreshes feeds until `stop`. A new set of feeds takes effect as soon as it is sent.
///
/// # Errors
/// Only when the store does not answer at the start; later it is waited for.
pub async fn run(
    desk: Arc<Desk>,
    mut feeds: watch::Receiver<Arc<Feeds>>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let limit = (desk.settings.fetch.connections * 4).max(32);
    let longest_wait = if desk.store.is_shared() { LOOK_EVERY } else { LOOK_AT_LEAST_EVERY };
    let mut running: JoinSet<Ended> = JoinSet::new();
    let mut current = feeds.borrow_and_update().clone();
    enlist(&desk, &current).await?;
    tracing::info!("{} feeds scheduled", current.len());
    let mut directory = Directory::default();
    let mut complaint = Complaint::default();
    let (mut ping_at, mut summary_at) = (Instant::now(), Instant::now() + SUMMARY_EVERY);
    let _heartbeat = heartbeat(desk.clone());
    let mut before = Utc::now();

    while !stop.is_cancelled() {
        let now = Utc::now();
        desk.vitals.looked(running.len(), now);
        if now + CLOCK_SET_BACK < before {
            complaint.about(enlist(&desk, &current).await);
        }
        before = now;
        // Taken in handfuls, so that not each end of a refresh asks the store.
        let is_busy = |running: usize| (limit - running) * 4 < limit;
        let claimed = match running.len() {
            running if is_busy(running) => Vec::new(),
            running => complaint.about(desk.store.claim(limit - running, now).await).unwrap_or_default(),
        };
        for id in claimed {
            let Some(feed) = current.get(id.as_str()).cloned() else {
                // Another worker has newer definitions.
                desk.store.let_go(&id);
                continue;
            };
            let desk = desk.clone();
            running.spawn(async move { watched(feed, &desk).await });
        }
        directory.publish_if_due(&desk, &current).await;
        if Instant::now() >= ping_at {
            ping(&desk);
            ping_at = Instant::now() + PING_EVERY;
        }
        if Instant::now() >= summary_at {
            tracing::info!("{}", desk.vitals.summary());
            summary_at = Instant::now() + SUMMARY_EVERY;
        }
        let next = match is_busy(running.len()) {
            true => None,
            false => complaint.about(desk.store.next_due().await).flatten(),
        };
        let wait = match next {
            Some(next) => (next - now).to_std().unwrap_or(Duration::from_millis(200)).min(longest_wait),
            None => longest_wait,
        };
        tokio::select! {
            () = stop.cancelled() => {}
            changed = feeds.changed() => {
                if changed.is_err() {
                    break;
                }
                let wanted = feeds.borrow_and_update().clone();
                match enlist(&desk, &wanted).await {
                    Ok(()) => (current, directory.is_behind) = (wanted, true),
                    Err(error) => tracing::error!("the new definitions are not in effect: {error}"),
                }
            }
            Some(done) = running.join_next() => directory.is_behind |= finish(&desk, &current, done).await,
            () = tokio::time::sleep(wait) => {}
        }
    }
    wind_down(&desk, &current, running).await;
    directory.publish(&desk, &current).await;
    Ok(())
}

/// One refresh with a limit on its time. A fault in it ends this refresh and nothing else.
async fn watched(feed: Arc<Feed>, desk: &Desk) -> Ended {
    let started = Utc::now();
    let refreshed = AssertUnwindSafe(pipeline::refresh(&feed, desk, started)).catch_unwind();
    let report = match tokio::time::timeout(LONGEST_REFRESH, refreshed).await {
        Ok(Ok(report)) => report,
        Ok(Err(panic)) => pipeline::give_up(&feed, desk, Trouble::Fault(words_of(&*panic)), Utc::now()).await,
        Err(_) => pipeline::give_up(&feed, desk, Trouble::Overdue, Utc::now()).await,
    };
    (feed, report, Utc::now() - started)
}

async fn enlist(desk: &Desk, feeds: &Feeds) -> Result<(), StoreError> {
    let mut list: Vec<(FeedId, Url)> = feeds.values().map(|feed| (feed.id.clone(), feed.url.clone())).collect();
    list.sort();
    desk.store.schedule(&list, Utc::now()).await?;
    let records = desk.store.feeds().await?;
    desk.vitals.set_feeds(records.into_iter().filter(|(name, _)| feeds.contains_key(name)));
    Ok(())
}

/// Renews the leases of what this worker is at, until it is dropped.
pub fn heartbeat(desk: Arc<Desk>) -> AbortOnDropHandle<()> {
    AbortOnDropHandle::new(tokio::spawn(async move {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            if let Err(error) = desk.store.renew(Utc::now()).await {
                tracing::warn!("leases are not renewed: {error}");
            }
        }
    }))
}

/// Gives a feed back, notes and tells what became of it; returns whether the directory is behind.
async fn finish(desk: &Desk, feeds: &Feeds, done: Result<Ended, tokio::task::JoinError>) -> bool {
    let (feed, report, took) = match done {
        Ok(done) => done,
        // Faults are caught before; what is left is a task that was cancelled at the end.
        Err(error) => {
            tracing::error!("a refresh ended in a fault: {error}");
            return false;
        }
    };
    log(&feed.id, &report);
    match desk.store.feed(&feed.id).await {
        Ok(record) => {
            tell(desk, &feed, &record, &report);
            desk.vitals.refreshed(feed.id.as_str(), &record, &report, took);
        }
        Err(error) => tracing::debug!("{}: {error}", feed.id),
    }
    if let Err(error) = desk.store.release(feed.id.as_str(), desk.fetcher.gap(&feed.url), Utc::now()).await {
        tracing::error!("{}: {error}", feed.id);
    }
    if !feeds.contains_key(feed.id.as_str())
        && let Err(error) = enlist(desk, feeds).await
    {
        // Its definition was taken away meanwhile, and its refresh put it back on the schedule.
        tracing::error!("{}: {error}", feed.id);
    }
    report.is_transition() || report.progress.written > 0
}

/// One line when something changed: articles at `info`, a feed that got worse at `warn`.
pub fn log(id: &FeedId, report: &Report) {
    let state = report.state.as_str();
    match &report.trouble {
        Some(trouble) if report.before != report.state && !trouble.is_passing() => {
            let hint = trouble.hint(id.as_str()).map(|hint| format!("; hint: {hint}")).unwrap_or_default();
            tracing::warn!(feed = %id, state, class = trouble.class(), "{id}: {report}{hint}");
        }
        Some(trouble) => tracing::debug!(feed = %id, state, class = trouble.class(), "{id}: {report}"),
        None if report.is_transition() => match &report.progress.notice {
            Some(notice) => tracing::warn!(feed = %id, state, "{id}: {notice}; hint: {}", notice.hint(id.as_str())),
            None => tracing::info!(feed = %id, state, "{id}: works again: {report}"),
        },
        None if report.progress.new + report.progress.updated > 0 => {
            tracing::info!(feed = %id, state, new = report.progress.new, updated = report.progress.updated, "{id}: {report}");
        }
        None => tracing::debug!(feed = %id, state, "{id}: {report}"),
    }
}

/// Tells the webhook of a feed that fell ill or recovered; nobody waits for it.
fn tell(desk: &Desk, feed: &Arc<Feed>, record: &FeedRecord, report: &Report) {
    let Some(messenger) = desk.messenger.clone().filter(|_| report.is_transition()) else { return };
    let (feed, before, health) = (feed.clone(), report.before, record.health());
    tokio::spawn(async move {
        let (url, at) = (feed.url.as_str(), Utc::now());
        messenger.tell(&Message { feed: feed.id.as_str(), url, before, health, at }).await;
    });
}

fn ping(desk: &Desk) {
    if let Some(messenger) = desk.messenger.clone() {
        tokio::spawn(async move { messenger.ping(true).await });
    }
}

/// The files of the whole directory, made anew when a feed changed, but not with each feed.
#[derive(Default)]
struct Directory {
    is_behind: bool,
    /// Absent until the first time.
    not_before: Option<Instant>,
    complaint: Complaint,
}

impl Directory {
    async fn publish_if_due(&mut self, desk: &Desk, feeds: &Feeds) {
        let is_first = self.not_before.is_none();
        if is_first || (self.is_behind && self.not_before.is_some_and(|time| Instant::now() >= time)) {
            self.publish(desk, feeds).await;
        }
    }

    async fn publish(&mut self, desk: &Desk, feeds: &Feeds) {
        let started = Instant::now();
        let mut list: Vec<Arc<Feed>> = feeds.values().cloned().collect();
        list.sort_by(|a, b| a.id.cmp(&b.id));
        let published = self.complaint.about(pipeline::publish_directory(&list, desk).await);
        // A full disk may have room again in a while.
        self.is_behind = published.is_none();
        // With ten thousand feeds it takes a while; feeds come first.
        self.not_before = Some(Instant::now() + DIRECTORY_EVERY.max(started.elapsed() * 20));
    }
}

/// Says the same thing once, however often it is found.
#[derive(Default)]
struct Complaint {
    last: Option<String>,
}

impl Complaint {
    fn about<T, E: std::fmt::Display>(&mut self, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => {
                self.last = None;
                Some(value)
            }
            Err(error) => {
                let words = error.to_string();
                if self.last.as_ref() != Some(&words) {
                    tracing::error!("{words}");
                    self.last = Some(words);
                }
                None
            }
        }
    }
}

async fn wind_down(desk: &Desk, feeds: &Feeds, mut running: JoinSet<Ended>) {
    let all = async {
        while let Some(done) = running.join_next().await {
            finish(desk, feeds, done).await;
        }
    };
    if tokio::time::timeout(WIND_DOWN, all).await.is_err() {
        tracing::warn!("{} refreshes were abandoned; the next start completes them", running.len());
        // They hold the desk, which is to be closed in order.
        running.shutdown().await;
    }
}
