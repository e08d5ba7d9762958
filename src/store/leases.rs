//! Who refreshes which feed.
//!
//! A worker takes feeds that are due for a short time, its lease, and renews it for as long as it
//! is at work; a worker that died stops renewing, and its feeds are taken over. With a feed goes
//! its host: a host is asked by one worker at a time, so that the pauses between requests hold.
//!
//! What a worker writes of a feed is refused once another one has taken it over
//! ([`Store::check_held`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Dialect, Store, StoreError, placeholders, seconds};
use crate::config::FeedId;

/// What this worker holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    feeds: BTreeSet<String>,
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
    /// Takes up to `limit` feeds that are due, the longest due first, for `lease`; nobody else is
    /// given them meanwhile.
    pub async fn claim(&self, limit: usize, lease: Duration, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        // Both rows are locked: of two workers that want two feeds of one host, one passes over it.
        let sql = format!(
            "SELECT feed.id, feed.host FROM feed JOIN host ON host.host = feed.host \
             WHERE feed.next_run <= $1 AND (feed.worker_until IS NULL OR feed.worker_until < $1) \
             AND (host.worker_until IS NULL OR host.worker_until < $1 OR host.worker = $2) \
             ORDER BY feed.next_run LIMIT $3{}",
            if self.dialect == Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" }
        );
        let mut transaction = self.pool.begin().await?;
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(seconds(now))
            .bind(&self.worker)
            .bind(limit as i64)
            .fetch_all(&mut *transaction)
            .await?;
        let column = |row: &AnyRow, column: usize| -> Result<String, StoreError> { Ok(row.try_get(column)?) };
        let ids: Vec<String> = rows.iter().map(|row| column(row, 0)).collect::<Result<_, _>>()?;
        if ids.is_empty() {
            return Ok(ids);
        }
        let hosts: BTreeSet<String> = rows.iter().map(|row| column(row, 1)).collect::<Result<_, _>>()?;
        let until = seconds(now) + lease.as_secs() as i64;
        self.take(&mut transaction, "feed", "id", &ids, until).await?;
        if self.is_shared() {
            self.take(&mut transaction, "host", "host", &Vec::from_iter(hosts), until).await?;
        }
        transaction.commit().await?;
        let mut held = self.held();
        // A lease that ran out although its refresh goes on here is only renewed.
        Ok(ids.into_iter().filter(|id| held.feeds.insert(id.clone())).collect())
    }

    /// Takes one feed, due or not; tells whether nobody else holds it or its host.
    pub async fn hold(&self, feed: &FeedId, lease: Duration, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let until = seconds(now) + lease.as_secs() as i64;
        let mut transaction = self.pool.begin().await?;
        for (table, key, value) in [("feed", "id", "$4"), ("host", "host", "(SELECT host FROM feed WHERE id = $4)")] {
            let sql = format!(
                "UPDATE {table} SET worker = $1, worker_until = $2 WHERE {key} = {value} \
                 AND (worker_until IS NULL OR worker_until < $3 OR worker = $1)"
            );
            let taken = sqlx::query(AssertSqlSafe(sql))
                .bind(&self.worker)
                .bind(until)
                .bind(seconds(now))
                .bind(feed.as_str())
                .execute(&mut *transaction)
                .await?;
            if taken.rows_affected() == 0 {
                return Ok(false);
            }
        }
        transaction.commit().await?;
        self.held().feeds.insert(feed.to_string());
        Ok(true)
    }

    /// Takes a host from now on for `lease`, for an article that lies elsewhere than its section;
    /// tells whether no other worker holds it.
    pub async fn hold_host(&self, host: &str, lease: Duration) -> Result<bool, StoreError> {
        // The time of the refresh may be minutes past; leases are about this very moment.
        let now = seconds(Utc::now());
        let taken = sqlx::query(
            "INSERT INTO host (host, record, worker, worker_until) VALUES ($1, '{}', $2, $3) \
             ON CONFLICT (host) DO UPDATE SET worker = excluded.worker, worker_until = excluded.worker_until \
             WHERE host.worker_until IS NULL OR host.worker_until < $4 OR host.worker = $2",
        )
        .bind(host)
        .bind(&self.worker)
        .bind(now + lease.as_secs() as i64)
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(taken.rows_affected() > 0)
    }

    /// Renews the leases of everything this worker holds, and gives back what could not be given
    /// back before.
    pub async fn renew(&self, lease: Duration, now: DateTime<Utc>) -> Result<(), StoreError> {
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
        let until = seconds(now) + lease.as_secs() as i64;
        let ours = placeholders(3, ids.len());
        for sql in [
            format!("UPDATE feed SET worker_until = $1 WHERE worker = $2 AND id IN ({ours})"),
            format!(
                "UPDATE host SET worker_until = $1 WHERE worker = $2 \
                 AND host IN (SELECT host FROM feed WHERE worker = $2 AND id IN ({ours}))"
            ),
        ] {
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(until).bind(&self.worker);
            for id in &ids {
                query = query.bind(id);
            }
            query.execute(&self.pool).await?;
        }
        Ok(())
    }

    /// Gives a feed back after its refresh. Its host is free for other workers after `gap`, the
    /// pause it wants between two requests.
    pub async fn release(&self, id: &str, gap: Duration, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.held().feeds.remove(id);
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
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE feed SET worker = NULL, worker_until = NULL WHERE id = $1 AND worker = $2")
            .bind(id)
            .bind(&self.worker)
            .execute(&mut *transaction)
            .await?;
        if self.is_shared() {
            sqlx::query(
                "UPDATE host SET worker_until = $1 WHERE worker = $2 AND host = (SELECT host FROM feed WHERE id = $3) \
                 AND NOT EXISTS (SELECT 1 FROM feed WHERE feed.host = host.host AND feed.worker = $2)",
            )
            // Rounded up: whoever comes next must not come too early.
            .bind(seconds(now) + gap.as_secs() as i64 + i64::from(gap.subsec_nanos() > 0))
            .bind(&self.worker)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Fails if another worker has taken the feed over.
    pub async fn check_held(&self, feed: &FeedId) -> Result<(), StoreError> {
        if self.is_shared() {
            let mut connection = self.pool.acquire().await?;
            self.check_held_in(&mut connection, feed).await?;
        }
        Ok(())
    }

    /// The same inside a transaction; the feed stays ours until its end.
    pub(super) async fn check_held_in(&self, connection: &mut AnyConnection, feed: &FeedId) -> Result<(), StoreError> {
        if !self.is_shared() {
            return Ok(());
        }
        let row = sqlx::query("SELECT 1 FROM feed WHERE id = $1 AND worker = $2 FOR UPDATE")
            .bind(feed.as_str())
            .bind(&self.worker)
            .fetch_optional(connection)
            .await?;
        match row {
            Some(_) => Ok(()),
            None => Err(StoreError::TakenOver { feed: feed.to_string() }),
        }
    }

    async fn take(
        &self,
        connection: &mut AnyConnection,
        table: &str,
        key: &str,
        names: &[String],
        until: i64,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE {table} SET worker = $1, worker_until = $2 WHERE {key} IN ({})",
            placeholders(3, names.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(&self.worker).bind(until);
        for name in names {
            query = query.bind(name);
        }
        query.execute(connection).await?;
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every change is one insertion or removal; a panic leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
