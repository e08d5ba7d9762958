//! Which feeds are due, and who refreshes them.
//!
//! The schedule lives in the store, so that a restart neither polls early nor forgets, and so
//! that several workers can share it.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError, placeholders, seconds, time};
use crate::config::FeedId;

/// A clock this far behind the last run was set back; the feed is then due, instead of waiting
/// until the clock has caught up.
const CLOCK_SET_BACK_SECONDS: i64 = 300;

impl Store {
    /// Makes the schedule hold exactly these feeds (name and section page). New ones are due at
    /// once, those that are known keep their time, those that are gone are no longer due.
    pub async fn schedule(&self, feeds: &[(FeedId, String)], now: DateTime<Utc>) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT id, url, next_run FROM feed").fetch_all(&self.pool).await?;
        let mut known: HashMap<String, (String, Option<i64>)> = HashMap::new();
        for row in rows {
            known.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
        }
        let mut transaction = self.pool.begin().await?;
        for (id, url) in feeds {
            // Another section page under an old name is a new feed.
            let is_known =
                known.remove(id.as_str()).is_some_and(|(before, next_run)| before == *url && next_run.is_some());
            if !is_known {
                sqlx::query(
                    "INSERT INTO feed (id, url, state, since, next_run) VALUES ($1, $2, 'new', $3, $3) \
                     ON CONFLICT (id) DO UPDATE SET next_run = excluded.next_run",
                )
                .bind(id.as_str())
                .bind(url)
                .bind(seconds(now))
                .execute(&mut *transaction)
                .await?;
            }
        }
        for (gone, (_, next_run)) in known {
            if next_run.is_some() {
                sqlx::query("UPDATE feed SET next_run = NULL WHERE id = $1")
                    .bind(gone)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes up to `limit` feeds that are due, the longest due first, for `lease`; nobody else is
    /// given them meanwhile.
    pub async fn claim(
        &self,
        worker: &str,
        limit: usize,
        lease: Duration,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "UPDATE feed SET worker = $1, worker_until = $2 WHERE id IN \
             (SELECT id FROM feed WHERE (next_run <= $3 OR (next_run IS NOT NULL AND last_run > $4)) \
              AND (worker_until IS NULL OR worker_until < $3) ORDER BY next_run LIMIT $5) RETURNING id",
        )
        .bind(worker)
        .bind(seconds(now) + lease.as_secs() as i64)
        .bind(seconds(now))
        .bind(seconds(now) + CLOCK_SET_BACK_SECONDS)
        .bind(limit as i64)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Gives feeds back after their refresh.
    pub async fn release(&self, ids: &[String]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let sql =
            format!("UPDATE feed SET worker = NULL, worker_until = NULL WHERE id IN ({})", placeholders(1, ids.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id);
        }
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// When the next feed that nobody holds is due.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = sqlx::query("SELECT MIN(next_run) FROM feed WHERE worker IS NULL").fetch_one(&self.pool).await?;
        Ok(time(row.try_get(0)?))
    }
}
