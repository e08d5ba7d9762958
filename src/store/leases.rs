//! Who refreshes which feed.
//!
//! A worker takes feeds that are due for a short time and renews that for as long as it is at work;
//! a worker that died stops renewing, and its feeds are taken over within a [`LEASE`]. With a feed
//! goes its host: a host is asked by one worker at a time, so that the pauses between requests hold.
//!
//! What a worker writes of a feed is refused once another one has taken it over
//! ([`Store::check_held`]).
//!
//! All this is for workers that share a PostgreSQL. A SQLite state is one process's alone, by its
//! lock: what it holds it remembers by itself, and nothing of it is written ([`super::alone`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::database::{Connection, query};
use super::{Store, StoreError, placeholders, seconds, time};
use crate::config::FeedId;

/// Feeds of a worker that died go on within this time.
pub const LEASE: Duration = Duration::from_secs(45);

/// How often a worker looks for feeds that are due, and so for those of a worker that died.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How much later than that a look may come and the lease still holds: machines are busy, the
/// directory is being published, clocks differ by some seconds.
const LATE_BY: Duration = Duration::from_secs(10);

/// How long a sign of life is good for: what the others need to notice is taken off the lease.
const TERM_SECONDS: i64 = (LEASE.as_secs() - LOOK_EVERY.as_secs() - LATE_BY.as_secs()) as i64;

/// How often a worker gives its sign of life. One in time is enough in three, so that a database
/// that is slow for a while takes no feed from a worker that lives.
pub const RENEW_EVERY: Duration = Duration::from_secs(10);

/// What this worker holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) feeds: BTreeSet<String>,
    /// Feeds that could not be given back because the database did not answer, with the pauses
    /// their hosts want.
    unreleased: BTreeMap<String, Duration>,
}

/// A name that no other process has: two containers may have the same process number and the
/// same start.
pub(super) fn name_of_worker() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{host}-{}-{:x}", std::process::id(), Utc::now().timestamp_micros())
}

impl Store {
    /// Takes up to `limit` feeds that are due, the longest due first; nobody else is given them
    /// while this worker lives.
    pub async fn claim(&self, limit: usize, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let claimed = if self.is_shared() { self.lease(limit, now).await? } else { self.due_alone(limit, now).await? };
        let mut held = self.held();
        // A lease that ran out although its refresh goes on here is only renewed.
        Ok(claimed.into_iter().filter(|id| held.feeds.insert(id.clone())).collect())
    }

    /// When the next feed that nobody holds is due.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        if !self.is_shared() {
            return self.next_due_alone().await;
        }
        query("SELECT MIN(next_run) FROM feed WHERE worker IS NULL")
            .fetch_one(&mut self.database.connection().await?, |row| Ok(time(row.get(0)?)))
            .await
    }

    async fn lease(&self, limit: usize, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let mut transaction = self.database.begin().await?;
        // Both rows are locked: of two workers that want two feeds of one host, one passes over it.
        let due: Vec<(String, String)> = query(
            "SELECT feed.id, feed.host FROM feed JOIN host ON host.host = feed.host \
             WHERE feed.next_run <= $1 AND (feed.worker_until IS NULL OR feed.worker_until <= $1) \
             AND (host.worker_until IS NULL OR host.worker_until <= $1 OR host.worker = $2) \
             ORDER BY feed.next_run LIMIT $3 FOR UPDATE SKIP LOCKED",
        )
        .bind(seconds(now))
        .bind(&self.worker)
        .bind(limit as i64)
        .fetch_all(&mut transaction, |row| Ok((row.get(0)?, row.get(1)?)))
        .await?;
        let (ids, hosts): (Vec<String>, BTreeSet<String>) = due.into_iter().unzip();
        if ids.is_empty() {
            return Ok(ids);
        }
        let until = seconds(now) + TERM_SECONDS;
        self.take(&mut transaction, "feed", "id", &ids, until).await?;
        self.take(&mut transaction, "host", "host", &Vec::from_iter(hosts), until).await?;
        transaction.commit().await?;
        Ok(ids)
    }

    /// Takes one feed, due or not; tells whether nobody else holds it or its host.
    pub async fn hold(&self, feed: &FeedId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let until = seconds(now) + TERM_SECONDS;
        let mut transaction = self.database.begin().await?;
        for (table, key, value) in [("feed", "id", "$4"), ("host", "host", "(SELECT host FROM feed WHERE id = $4)")] {
            let sql = format!(
                "UPDATE {table} SET worker = $1, worker_until = $2 WHERE {key} = {value} \
                 AND (worker_until IS NULL OR worker_until <= $3 OR worker = $1)"
            );
            let taken = query(sql)
                .bind(&self.worker)
                .bind(until)
                .bind(seconds(now))
                .bind(feed.as_str())
                .execute(&mut transaction)
                .await?;
            if taken == 0 {
                return Ok(false);
            }
        }
        transaction.commit().await?;
        self.held().feeds.insert(feed.to_string());
        Ok(true)
    }

    /// Takes a host for a while from now on, for an article that lies elsewhere than its section;
    /// tells whether no other worker holds it.
    pub async fn hold_host(&self, host: &str) -> Result<bool, StoreError> {
        // The time of the refresh may be minutes past; leases are about this very moment.
        let now = seconds(Utc::now());
        let taken = query(
            "INSERT INTO host (host, record, worker, worker_until) VALUES ($1, '{}', $2, $3) \
             ON CONFLICT (host) DO UPDATE SET worker = excluded.worker, worker_until = excluded.worker_until \
             WHERE host.worker_until IS NULL OR host.worker_until <= $4 OR host.worker = $2",
        )
        .bind(host)
        .bind(&self.worker)
        .bind(now + TERM_SECONDS)
        .bind(now)
        .execute(&mut self.database.connection().await?)
        .await?;
        Ok(taken > 0)
    }

    /// Renews the leases of everything this worker holds, and gives back what could not be given
    /// back before.
    pub async fn renew(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if !self.is_shared() {
            return Ok(());
        }
        let (ids, unreleased) = {
            let held = self.held();
            (Vec::from_iter(held.feeds.iter().cloned()), held.unreleased.clone())
        };
        for (id, gap) in unreleased {
            self.release(&id, gap, now).await?;
        }
        if ids.is_empty() {
            return Ok(());
        }
        let until = seconds(now) + TERM_SECONDS;
        let ours = placeholders(3, ids.len());
        for sql in [
            format!("UPDATE feed SET worker_until = $1 WHERE worker = $2 AND id IN ({ours})"),
            format!(
                "UPDATE host SET worker_until = $1 WHERE worker = $2 \
                 AND host IN (SELECT host FROM feed WHERE worker = $2 AND id IN ({ours}))"
            ),
        ] {
            let connection = &mut self.database.connection().await?;
            query(sql).bind(until).bind(&self.worker).bind_all(&ids).execute(connection).await?;
        }
        Ok(())
    }

    /// Gives a feed back after its refresh. Its host is free for other workers after `gap`, the
    /// pause it wants between two requests.
    pub async fn release(&self, id: &str, gap: Duration, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.held().feeds.remove(id);
        if !self.is_shared() {
            return Ok(());
        }
        let given_back = self.give_back(id, gap, now).await;
        let mut held = self.held();
        match &given_back {
            Ok(()) => held.unreleased.remove(id),
            Err(_) => held.unreleased.insert(id.to_owned(), gap),
        };
        given_back
    }

    /// Stops renewing a feed that this worker cannot refresh; its lease runs out by itself.
    pub fn let_go(&self, id: &str) {
        self.held().feeds.remove(id);
    }

    async fn give_back(&self, id: &str, gap: Duration, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        query("UPDATE feed SET worker = NULL, worker_until = NULL WHERE id = $1 AND worker = $2")
            .bind(id)
            .bind(&self.worker)
            .execute(&mut transaction)
            .await?;
        query(
            "UPDATE host SET worker_until = $1 WHERE worker = $2 AND host = (SELECT host FROM feed WHERE id = $3) \
             AND NOT EXISTS (SELECT 1 FROM feed WHERE feed.host = host.host AND feed.worker = $2)",
        )
        // Rounded up: whoever comes next must not come too early.
        .bind(seconds(now + gap) + 1)
        .bind(&self.worker)
        .bind(id)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Fails if another worker has taken the feed over.
    pub async fn check_held(&self, feed: &FeedId) -> Result<(), StoreError> {
        if self.is_shared() {
            self.check_held_in(&mut self.database.connection().await?, feed).await?;
        }
        Ok(())
    }

    /// The same inside a transaction; the feed stays ours until its end.
    pub(super) async fn check_held_in(&self, connection: &mut Connection<'_>, feed: &FeedId) -> Result<(), StoreError> {
        if !self.is_shared() {
            return Ok(());
        }
        let ours = query("SELECT 1 FROM feed WHERE id = $1 AND worker = $2 FOR UPDATE")
            .bind(feed.as_str())
            .bind(&self.worker)
            .fetch_optional(connection, |_| Ok(()))
            .await?;
        match ours {
            Some(()) => Ok(()),
            None => Err(StoreError::TakenOver { feed: feed.to_string() }),
        }
    }

    async fn take(
        &self,
        connection: &mut Connection<'_>,
        table: &str,
        key: &str,
        names: &[String],
        until: i64,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE {table} SET worker = $1, worker_until = $2 WHERE {key} IN ({})",
            placeholders(3, names.len())
        );
        query(sql).bind(&self.worker).bind(until).bind_all(names).execute(connection).await?;
        Ok(())
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        // Every change is one insertion or removal; a panic leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
